// The copy of the pool's records for releases before 6.0, which have no `event.from`: every refresh reads the classes asked for afresh.
import { Aborted, sleep, type Clock } from '../foundation/clock';
import type { PoolCache } from './cache';
import type { CallOptions, XapiClient } from './client';
import { XapiError } from './error';
import type { Answer } from './wire';
import type { ClassName, RecordOf, Ref } from './records/records';

const POLL_MS = 5_000;

export class PollingCache implements PoolCache {
  private readonly known = new Map<ClassName, ReadonlyMap<Ref, unknown>>();
  private readonly answers = new Map<ClassName, Answer>();
  /** Classes this release cannot list with their records in one call. */
  private readonly oneByOne = new Set<ClassName>();

  constructor(
    private readonly client: XapiClient,
    private readonly clock: Clock,
  ) {}

  async refresh(classes: readonly ClassName[], signal?: AbortSignal): Promise<void> {
    const options: CallOptions = signal === undefined ? {} : { signal };
    for (const cls of classes) this.known.set(cls, await this.fetch(cls, options));
  }

  async wait(signal?: AbortSignal): Promise<void> {
    try {
      await sleep(this.clock, POLL_MS, signal);
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
    }
  }

  has(cls: ClassName): boolean {
    return this.known.has(cls);
  }

  records<Cls extends ClassName>(cls: Cls): ReadonlyMap<Ref, RecordOf<Cls>> {
    const records = this.known.get(cls);
    if (records === undefined) throw new Error(`records of ${cls} were never fetched`);
    return records as ReadonlyMap<Ref, RecordOf<Cls>>;
  }

  private async fetch(cls: ClassName, options: CallOptions): Promise<ReadonlyMap<Ref, unknown>> {
    if (!this.oneByOne.has(cls)) {
      try {
        return await this.fetchAtOnce(cls, options);
      } catch (error) {
        if (!(error instanceof XapiError) || error.code !== 'MESSAGE_METHOD_UNKNOWN') throw error;
        this.oneByOne.add(cls);
      }
    }
    return this.fetchOneByOne(cls, options);
  }

  private async fetchAtOnce(cls: ClassName, options: CallOptions): Promise<ReadonlyMap<Ref, unknown>> {
    const previous = this.answers.get(cls);
    const known = this.known.get(cls);
    const answer = await this.client.poll(`${cls}.get_all_records`, [], previous, options);
    this.answers.set(cls, answer);
    return answer === previous && known !== undefined ? known : new Map(Object.entries(answer.value as Record<Ref, unknown>));
  }

  private async fetchOneByOne(cls: ClassName, options: CallOptions): Promise<ReadonlyMap<Ref, unknown>> {
    const records = new Map<Ref, unknown>();
    for (const ref of await this.client.call<readonly Ref[]>(`${cls}.get_all`, [], options)) {
      const record = await this.fetchOne(cls, ref, options);
      if (record !== undefined) records.set(ref, record);
    }
    return records;
  }

  /** undefined for an object that went away since it was listed. */
  private async fetchOne(cls: ClassName, ref: Ref, options: CallOptions): Promise<unknown> {
    try {
      return await this.client.call(`${cls}.get_record`, [ref], options);
    } catch (error) {
      if (error instanceof XapiError && error.kind === 'StaleHandle') return undefined;
      throw error;
    }
  }
}

// Events beside an object, for `kubectl describe` and `kubectl events`. Whoever records one goes on at once and is never told of trouble: an event is worth
// less than what it tells of. The same again becomes a series instead of another event, and each subject has a budget, so that nothing floods the API.
import { type Clock, sleep } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import { EVENTS, KubeError, type KubeErrorKind, type KubeObject, type KubernetesApi } from './api';
import { controllerOf, eventNameOf, noteOf, wordOf } from './eventText';
import { microTime } from './microTime';

export interface Happening {
  readonly type: 'Normal' | 'Warning';
  /** Why, as one word: `HostStopped`. */
  readonly reason: string;
  /** What was done or left undone, as one word: `Evacuate`. */
  readonly action: string;
  /** For people; cut at 1,024 bytes. */
  readonly note: string;
  /** Part of the object that it is about, such as a host: each has a budget of its own. */
  readonly subject?: string;
}

export interface RecorderOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  /** For names. */
  readonly random: Random;
  readonly log: Log;
  /** `example.dev/rocket-controller`. */
  readonly controller: string;
  /** This process, e.g. the name of the pod. */
  readonly instance: string;
  /** Events of one subject of one object, series not counted. Default 20. */
  readonly budget?: number;
}

/** What became of what was recorded. */
export interface RecorderCounts {
  written: number;
  /** Repetitions told by an event that was there already. */
  repeated: number;
  overBudget: number;
  /** Not taken because too many were waiting to be sent. */
  overflowed: number;
  /** The API refused them, or could not be reached several times. */
  failed: number;
}

interface KubeEvent extends KubeObject {
  readonly eventTime: string;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly action: string;
  readonly reason: string;
  readonly type: string;
  readonly note: string;
  readonly regarding: Readonly<Record<string, string | undefined>>;
}

interface Series {
  readonly event: KubeEvent;
  count: number;
  lastAt: number;
  /** A patch that will tell the newest count is on its way. */
  queued: boolean;
}

/** The same within this time continues a series. As client-go. */
const SERIES_MS = 6 * 60_000;
/** Sent one after the other; further ones are dropped. */
const MOST_WAITING = 200;
/** Subjects whose budget is remembered. */
const MOST_SUBJECTS = 10_000;
const ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 10_000;
const PASSING: readonly KubeErrorKind[] = ['Unavailable', 'Throttled', 'TimedOut', 'ServerError'];

export class EventRecorder {
  readonly counts: RecorderCounts = { written: 0, repeated: 0, overBudget: 0, overflowed: 0, failed: 0 };
  private readonly series = new Map<string, Series>();
  private readonly spent = new Map<string, number>();
  private sending: Promise<void> = Promise.resolve();
  private waiting = 0;
  private sequence = 0;

  constructor(private readonly options: RecorderOptions) {}

  /** Never throws, never waits. */
  record(object: KubeObject, happening: Happening): void {
    const { uid = '', name } = object.metadata;
    const subject = `${uid} ${name} ${happening.subject ?? ''}`;
    const content = JSON.stringify([subject, happening.type, happening.reason, happening.action, happening.note]);
    const now = this.options.clock.monotonic();
    this.endSeries(now);
    const known = this.series.get(content);
    if (known !== undefined) return this.repeat(known, now);
    const spent = this.spent.get(subject) ?? 0;
    if (spent >= (this.options.budget ?? 20)) return void (this.counts.overBudget += 1);
    if (this.waiting >= MOST_WAITING) return void (this.counts.overflowed += 1);
    this.spend(subject, spent + 1);
    const event = this.eventOf(object, happening);
    this.series.set(content, { event, count: 1, lastAt: now, queued: false });
    this.send(event, 'written', () => this.create(event));
  }

  /** The object begins anew, or is gone: its budgets are whole again. */
  forget({ metadata }: KubeObject): void {
    const prefix = `${metadata.uid ?? ''} ${metadata.name} `;
    for (const subject of this.spent.keys()) if (subject.startsWith(prefix)) this.spent.delete(subject);
  }

  /** Resolves when everything that was recorded until now has been sent or dropped. */
  async flush(): Promise<void> {
    await this.sending;
  }

  private repeat(series: Series, now: number): void {
    series.count += 1;
    series.lastAt = now;
    if (series.queued) return void (this.counts.repeated += 1);
    if (this.waiting >= MOST_WAITING) return void (this.counts.overflowed += 1);
    series.queued = true;
    this.send(series.event, 'repeated', () => {
      series.queued = false;
      return this.continueSeries(series);
    });
  }

  private async continueSeries({ event, count }: Series): Promise<void> {
    const { api, clock } = this.options;
    const series = { count, lastObservedTime: microTime(clock.now()) };
    await api.patch(EVENTS, event.metadata.namespace ?? '', event.metadata.name, { series });
  }

  /** Its name is its own, so it is there already when the answer to the attempt before was lost. */
  private async create(event: KubeEvent): Promise<void> {
    try {
      await this.options.api.create(EVENTS, event);
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'AlreadyExists') throw error;
    }
  }

  private send(event: KubeEvent, outcome: 'written' | 'repeated', work: () => Promise<void>): void {
    this.waiting += 1;
    this.sending = this.sending.then(async () => {
      const sent = await this.attempt(event, work);
      this.waiting -= 1;
      this.counts[sent ? outcome : 'failed'] += 1;
    });
  }

  private async attempt(event: KubeEvent, work: () => Promise<void>): Promise<boolean> {
    const { clock, log } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        await work();
        return true;
      } catch (error) {
        const passing = error instanceof KubeError && PASSING.includes(error.kind);
        if (passing && attempt < ATTEMPTS) {
          await sleep(clock, Math.min(LONGEST_PAUSE_MS, Math.max(error.detail.retryAfterMs ?? 0, 500 * 2 ** attempt)));
          continue;
        }
        // Dropped, and counted: nothing depends on an event.
        const why = error instanceof Error ? error.message : String(error);
        log.warn('event not recorded', { reason: event.reason, about: event.regarding['name'], error: why });
        return false;
      }
    }
  }

  private eventOf(object: KubeObject, { type, reason, action, note }: Happening): KubeEvent {
    const { clock, random, controller, instance } = this.options;
    const { name, uid, resourceVersion, namespace } = object.metadata;
    const home = namespace ?? 'default';
    const chance = Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
    const unique = `${clock.now().toString(16)}${chance}${(++this.sequence).toString(16)}`;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: eventNameOf(name, unique), namespace: home },
      eventTime: microTime(clock.now()),
      reportingController: controllerOf(controller),
      reportingInstance: wordOf(instance),
      action: wordOf(action),
      reason: wordOf(reason),
      type,
      note: noteOf(note),
      regarding: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
    };
  }

  private endSeries(now: number): void {
    for (const [content, { lastAt }] of this.series) if (now - lastAt > SERIES_MS) this.series.delete(content);
  }

  private spend(subject: string, spent: number): void {
    this.spent.set(subject, spent);
    const [oldest] = this.spent.keys();
    if (this.spent.size > MOST_SUBJECTS && oldest !== undefined) this.spent.delete(oldest);
  }
}

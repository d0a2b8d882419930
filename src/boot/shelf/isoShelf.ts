// The boot server's media: the ISOs that manifests name, each opened, checked and understood once for all the hosts that are shown it. Nothing is copied; what is kept
// of an ISO are a descriptor or a few connections, its boot configurations and the names that were looked up. How many are open at once is bounded.
import type { Cancel, Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import type { AnswerAt } from '../arguments/installerArguments';
import { Checksums } from '../media/sources/checksum';
import { openSource } from '../media/sources/openSource';
import type { BootAttempt } from '../server/attempt';
import type { FileTree, MediaShelf, Medium, NoMedium } from '../server/source';
import { type IsoOffer, type IsoPlace, placeKey } from './isoPlace';
import { RETRY_MS, ShelvedIso } from './shelvedIso';

export interface IsoShelfOptions {
  /** Which ISO belongs to an attempt, asked afresh at each request; undefined: none is named. */
  readonly isoOf: (attempt: BootAttempt) => IsoPlace | undefined;
  /** The mounted folder that places which are no URLs lie in; absent: there is none, and only URLs are taken. */
  readonly folder?: string | undefined;
  /** Default: files and web servers. */
  readonly open?: typeof openSource;
  /** Real time. */
  readonly clock: Clock;
  readonly log: Log;
  /** ISOs that are open at once. Default 16: a site has a few releases. */
  readonly mostOpen?: number;
}

const MOST_OPEN = 16;
/** How often what is offered is looked at again, and what nobody needs is closed. */
const ROUND_MS = RETRY_MS;
/** Longer than the listener lets a client do nothing: nobody is in the midst of reading what nobody has asked for since. */
const IDLE_MS = 120_000;

export class IsoShelf implements MediaShelf {
  private readonly isos = new Map<string, ShelvedIso>();
  private prepared: ReadonlyMap<string, IsoPlace> = new Map();
  private readonly checksums = new Checksums();
  private readonly over = new AbortController();
  private round: Cancel | undefined;

  constructor(private readonly options: IsoShelfOptions) {}

  /** @throws Aborted when the signal ends it or the shelf is closed; what the medium lacks is told and not thrown */
  async mediumOf(attempt: BootAttempt, answer: AnswerAt, signal: AbortSignal): Promise<Medium | NoMedium> {
    const place = this.options.isoOf(attempt);
    if (place === undefined) {
      const { brand, version } = attempt.target;
      return { why: `no ISO is named for ${brand} ${version}; name one in spec.releases[].iso` };
    }
    const shelved = this.isos.get(placeKey(place)) ?? this.put(place);
    if (shelved === undefined)
      return { why: `${this.mostOpen} ISOs are in use already; wait until one of them is not needed any more` };
    const iso = await shelved.get(signal);
    return 'why' in iso ? iso : iso.mediumOf(attempt, answer);
  }

  /** Its files, for whoever asks. @throws Aborted */
  async treeOf(place: IsoPlace, signal: AbortSignal): Promise<FileTree | NoMedium> {
    const shelved = this.isos.get(placeKey(place)) ?? this.put(place);
    if (shelved === undefined) return { why: 'as many ISOs as may be are in use' };
    const iso = await shelved.get(signal);
    return 'why' in iso ? iso : iso.tree;
  }

  /**
   * From now on these are looked at before anybody asks for them, and again from time to time; others are forgotten once nobody needs them.
   * To be called whenever the manifests have changed; what was known of a place that stays is kept.
   */
  prepare(places: readonly IsoPlace[]): void {
    this.prepared = new Map(places.map((place) => [placeKey(place), place]));
    this.goRound();
  }

  /** What is known of each prepared place, in their order. One for which there was no room is refused. */
  offers(): readonly IsoOffer[] {
    return [...this.prepared].map(([key, place]) => this.isos.get(key)?.offer() ?? this.noRoomFor(place));
  }

  /** Ends all that is under way, and lets go of everything. */
  async close(): Promise<void> {
    this.over.abort(new Error('the shelf is closed'));
    this.round?.();
    await Promise.all([...this.isos.values()].map((iso) => iso.close()));
  }

  private get mostOpen(): number {
    return this.options.mostOpen ?? MOST_OPEN;
  }

  /** Undefined when as many as may be are in use. */
  private put(place: IsoPlace): ShelvedIso | undefined {
    if (this.isos.size >= this.mostOpen && !this.makeRoom()) return undefined;
    const { clock, open = openSource } = this.options;
    const { checksums, over } = this;
    const iso = new ShelvedIso({ place, location: this.located(place), open, checksums, clock, over: over.signal });
    this.isos.set(placeKey(place), iso);
    this.startRounds();
    return iso;
  }

  /** A name, and not a way out of the folder. */
  private located({ location }: IsoPlace): string | NoMedium {
    if (/^https?:\/\//i.test(location)) return location;
    const { folder } = this.options;
    const shown = JSON.stringify(location.slice(0, 200));
    if (folder === undefined)
      return { why: `${shown} is no http or https URL, and no folder of ISOs is mounted; name a URL, or mount one` };
    const steps = location.split('/');
    if (location === '' || location.includes('\0') || steps.includes('..') || steps[0] === '')
      return { why: `${shown}: expected the name of a file inside the mounted folder, without ".." and not from the root` };
    return `${folder}/${location}`;
  }

  private makeRoom(): boolean {
    const unneeded = [...this.isos].filter(([key, iso]) => this.unneeded(key, iso));
    const [oldest] = unneeded.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (oldest === undefined) return false;
    this.drop(...oldest);
    return true;
  }

  private drop(key: string, iso: ShelvedIso): void {
    this.isos.delete(key);
    iso.close().catch((error: unknown) => this.defect(error));
  }

  private startRounds(): void {
    this.round ??= this.options.clock.after(ROUND_MS, () => {
      this.round = undefined;
      this.goRound();
      if (this.isos.size > 0 && !this.over.signal.aborted) this.startRounds();
    });
  }

  private goRound(): void {
    for (const [key, iso] of this.isos) if (this.unneeded(key, iso)) this.drop(key, iso);
    for (const [key, place] of this.prepared)
      (this.isos.get(key) ?? this.put(place))?.look().catch((error: unknown) => this.defect(error));
  }

  private unneeded(key: string, { busy, usedAt }: ShelvedIso): boolean {
    return !busy && !this.prepared.has(key) && this.options.clock.monotonic() - usedAt >= IDLE_MS;
  }

  private noRoomFor({ location, sha256 }: IsoPlace): IsoOffer {
    const why = `more than ${this.mostOpen} ISOs are named by manifests that are worked on; it is looked at when another is not needed any more`;
    return { location, sha256, state: 'Refused', why, firmware: [], room: 0, release: undefined };
  }

  private defect(error: unknown): void {
    this.options.log.error('the shelf of ISOs failed', { error: error instanceof Error ? error.message : String(error) });
  }
}

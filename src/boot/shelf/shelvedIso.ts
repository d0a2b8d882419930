// One place of an ISO on the shelf: opened when it is needed, checked once, closed when nobody has needed it for a while, and after a failure left alone for a while.
// Whoever waits for it and gives up harms nobody else.
import { Aborted, type Clock, orAborted } from '../../foundation/clock';
import { inspectMedia } from '../media/inspect';
import type { MediaInspection } from '../media/inspection';
import { MediaError } from '../media/mediaError';
import type { Checksums } from '../media/sources/checksum';
import type { OpenSource } from '../media/sources/opened';
import type { openSource } from '../media/sources/openSource';
import type { NoMedium } from '../server/source';
import type { IsoOffer, IsoPlace } from './isoPlace';
import { OpenIso } from './openIso';

/** After a failure: longer than a mirror takes to restart, shorter than a person's patience. */
export const RETRY_MS = 30_000;
/** For one answer of a web server. */
const PATIENCE_MS = 30_000;
/** How long what an open ISO was found to be is believed without looking again. */
const BELIEVED_MS = 5_000;

type Verdict =
  | { readonly kind: 'Unknown' }
  | { readonly kind: 'Good'; readonly inspection: MediaInspection }
  | { readonly kind: 'Bad'; readonly why: string; readonly at: number };

export interface ShelvedIsoParts {
  readonly place: IsoPlace;
  /** Where the file or the server is, as it is opened; a reason where the place names none. */
  readonly location: string | NoMedium;
  readonly open: typeof openSource;
  readonly checksums: Checksums;
  readonly clock: Clock;
  /** Ends all work. */
  readonly over: AbortSignal;
}

export class ShelvedIso {
  private iso: OpenIso | undefined;
  private opening: Promise<OpenIso | NoMedium> | undefined;
  private verdict: Verdict = { kind: 'Unknown' };
  private lookedAt = 0;
  private closed = false;
  /** Monotonic; when somebody last asked for it. */
  usedAt: number;

  constructor(private readonly parts: ShelvedIsoParts) {
    this.usedAt = parts.clock.monotonic();
  }

  /** Whether it is being looked at. */
  get busy(): boolean {
    return this.opening !== undefined;
  }

  /** @throws Aborted by the signal; what is wrong with the ISO is told and not thrown */
  async get(signal: AbortSignal): Promise<OpenIso | NoMedium> {
    const now = this.parts.clock.monotonic();
    this.usedAt = now;
    if (this.iso !== undefined && now - this.lookedAt < BELIEVED_MS) return this.iso;
    if (this.opening === undefined && this.iso === undefined && this.leftAlone(now)) return { why: this.why };
    return await this.afresh(signal);
  }

  /** Looks at it as far as it is time to, for what is told of it beforehand. Never rejects. */
  async look(): Promise<void> {
    const now = this.parts.clock.monotonic();
    if (this.opening !== undefined || this.leftAlone(now)) return;
    // One that was closed as not needed is opened by whoever needs it; until then its server is asked nothing.
    if (this.iso === undefined && this.verdict.kind === 'Good') return;
    await this.afresh(this.parts.over).catch((error: unknown) => {
      if (!(error instanceof Aborted)) throw error;
    });
  }

  offer(): IsoOffer {
    const { location, sha256 } = this.parts.place;
    const named = { location, sha256, why: '', firmware: [], room: 0, release: undefined };
    switch (this.verdict.kind) {
      case 'Unknown':
        return { ...named, state: 'Checking' };
      case 'Bad':
        return { ...named, state: 'Refused', why: this.verdict.why };
      case 'Good': {
        const { firmware, release, configurations } = this.verdict.inspection;
        const room = Math.min(...configurations.map((one) => one.room));
        return { ...named, state: 'Ready', firmware, release, room };
      }
    }
  }

  /** For good. */
  async close(): Promise<void> {
    this.closed = true;
    await this.letGo();
  }

  private async letGo(): Promise<void> {
    const { iso } = this;
    this.iso = undefined;
    await iso?.source.close();
  }

  private get why(): string {
    return this.verdict.kind === 'Bad' ? this.verdict.why : '';
  }

  private leftAlone(now: number): boolean {
    return this.verdict.kind === 'Bad' && now - this.verdict.at < RETRY_MS;
  }

  /** What several want at once is done once. */
  private async afresh(signal: AbortSignal): Promise<OpenIso | NoMedium> {
    this.opening ??= this.believedOrOpened().finally(() => (this.opening = undefined));
    return await orAborted(this.opening, signal);
  }

  private async believedOrOpened(): Promise<OpenIso | NoMedium> {
    try {
      this.iso = (await this.believed()) ?? (await this.opened());
      this.verdict = { kind: 'Good', inspection: this.iso.inspection };
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.verdict = { kind: 'Bad', why: error.message, at: this.parts.clock.monotonic() };
    }
    this.lookedAt = this.parts.clock.monotonic();
    // One whose server is away for a moment is not taken from those who read it: it may be back at their next request.
    return this.iso ?? { why: this.why };
  }

  /**
   * The open one, if it is still what it was; undefined when there is none, or it changed: then all is looked at anew.
   * @throws MediaError when it cannot be told
   */
  private async believed(): Promise<OpenIso | undefined> {
    const { iso } = this;
    if (iso === undefined) return undefined;
    try {
      await iso.source.probe(this.parts.over);
      return iso;
    } catch (error) {
      if (!(error instanceof MediaError) || error.kind !== 'Changed') throw error;
      await this.letGo();
      return undefined;
    }
  }

  private async opened(): Promise<OpenIso> {
    const { place, location, open, checksums, clock, over } = this.parts;
    if (typeof location !== 'string') throw new MediaError('Unreadable', location.why);
    const source = await open(location, { ...place.trust, patience: { clock, ms: PATIENCE_MS } }, over);
    try {
      const noticed = noticing(source, () => (this.usedAt = clock.monotonic()));
      const iso = await checkedIso(noticed, place.sha256, checksums, over);
      if (this.closed) throw new Aborted('nobody needs it any more');
      return iso;
    } catch (error) {
      await source.close();
      throw error;
    }
  }
}

/** One long answer is many reads and one question: what is being read is in use. */
function noticing(source: OpenSource, notice: () => void): OpenSource {
  const { size, identity } = source;
  const noticed: OpenSource = {
    size,
    identity,
    probe: (signal) => source.probe(signal),
    close: () => source.close(),
    read(offset, length, signal) {
      notice();
      return source.read(offset, length, signal);
    },
  };
  if (source.readInto === undefined) return noticed;
  return {
    ...noticed,
    readInto(target, offset, signal) {
      notice();
      return source.readInto!(target, offset, signal);
    },
  };
}

/** Nothing of it is parsed before it is known to be the one that was named. */
async function checkedIso(source: OpenSource, sha256: string, checksums: Checksums, signal: AbortSignal): Promise<OpenIso> {
  await checksums.check(source, sha256, signal);
  return new OpenIso(source, await inspectMedia(source, signal), sha256);
}

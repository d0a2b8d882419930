// Keeps what the boot server saw in one object, for one PoolUpgrade. One write at a time, each conditional on the version that was read; whoever must be certain
// that his sighting is written waits for a write that has it. Another server's word is never written over: it is taken in, and the write that met it fails, so that
// nothing is handed out in ignorance of it.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { type BootAttempt, attemptKey } from '../../boot/server/attempt';
import { NOTHING_SEEN, type Sightings } from '../../boot/server/sightings';
import type { Cancel, Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import type { OfferState } from '../../boot/shelf/isoPlace';
import type { MediaOffer } from '../../plan/checks/bootTraits';
import { sameValue } from '../../foundation/sameValue';
import { KubeError, type KubernetesApi } from '../../kubernetes/api';
import {
  type AttemptSeen,
  NOTHING_TOLD,
  readSightings,
  type SightingDocument,
  type StoredSightings,
  writeSightings,
} from './sightingObject';

export interface PagesParts {
  readonly api: KubernetesApi;
  /** The runs' own time, and real time. */
  readonly clock: Clock;
  readonly steady: Clock;
  readonly log: Log;
  /** As it is now. */
  readonly object: () => PoolUpgrade;
  /** What another server wrote of an attempt; told before the write that met it fails. */
  readonly onForeign: (key: string, sightings: Sightings) => void;
}

/** What need not be certain is written this much later, all at once. */
const SOON_MS = 1_000;
const LATER_MS = 15_000;

export class SightingPages {
  private stored: StoredSightings | undefined;
  private wanted: SightingDocument = NOTHING_TOLD;
  private pending: Cancel | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly parts: PagesParts) {}

  /** Whether what an earlier server wrote was read; before that nothing may be handed out. */
  get isRead(): boolean {
    return this.stored !== undefined;
  }

  /** @returns what was there. @throws KubeError */
  async read(): Promise<SightingDocument> {
    if (this.stored === undefined) {
      const stored = await readSightings(this.parts.api, this.parts.object());
      const { images, attempts } = this.wanted;
      this.stored = stored;
      // Images are looked at before; of attempts what stands there is the truth.
      const looked = images.length > 0 ? { images } : {};
      this.wanted = { ...stored.document, ...looked, attempts: { ...attempts, ...stored.document.attempts } };
    }
    return this.stored.document;
  }

  /** Drops attempts that the status speaks of no more, and writes what is said of the others; soon. */
  retain(attempts: readonly BootAttempt[]): void {
    const keys = new Set(attempts.map(attemptKey));
    const kept = Object.entries(this.wanted.attempts).filter(([key]) => keys.has(key));
    this.want({ ...this.wanted, attempts: Object.fromEntries(kept) });
  }

  offer(images: readonly MediaOffer[]): void {
    this.want({ ...this.wanted, images });
  }

  /** Whether an attempt is ready to be served. */
  ready(attempt: BootAttempt, ready: OfferState, why: string): void {
    const before = this.seen(attempt);
    this.set(attempt, { ...before, ready, why });
  }

  keepSoon(attempt: BootAttempt, sightings: Sightings): void {
    this.set(attempt, { ...this.seen(attempt), sightings });
  }

  /**
   * Resolves when they are certainly written.
   * @throws KubeError when that is not certain, or another server had written; Error before what stands there was read
   */
  async keep(attempt: BootAttempt, sightings: Sightings): Promise<void> {
    if (!this.isRead) throw new Error('what an earlier boot server saw was not read yet');
    this.wanted = this.with(attempt, { ...this.seen(attempt), sightings });
    // One that is under way may have begun before.
    await this.writing?.catch(() => undefined);
    await this.write();
  }

  /** What is still to be written, before the end. @throws KubeError */
  async flush(): Promise<void> {
    this.pending?.();
    this.pending = undefined;
    if (this.isRead && !sameValue(this.stored?.document, this.wanted)) await this.write();
  }

  close(): void {
    this.pending?.();
  }

  private seen(attempt: BootAttempt): AttemptSeen {
    return (
      this.wanted.attempts[attemptKey(attempt)] ?? {
        since: this.parts.clock.now(),
        ready: 'Checking',
        why: '',
        sightings: NOTHING_SEEN,
      }
    );
  }

  private with(attempt: BootAttempt, seen: AttemptSeen): SightingDocument {
    return { ...this.wanted, attempts: { ...this.wanted.attempts, [attemptKey(attempt)]: seen } };
  }

  private set(attempt: BootAttempt, seen: AttemptSeen): void {
    this.want(this.with(attempt, seen));
  }

  private want(document: SightingDocument): void {
    if (sameValue(this.wanted, document)) return;
    this.wanted = document;
    this.writeIn(SOON_MS);
  }

  private writeIn(ms: number): void {
    this.pending ??= this.parts.steady.after(ms, () => {
      this.pending = undefined;
      this.write().catch((error: unknown) => {
        this.parts.log.warn('sightings not written', { error: error instanceof Error ? error.message : String(error) });
        this.writeIn(LATER_MS);
      });
    });
  }

  private write(): Promise<void> {
    this.writing ??= this.writeOnce().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async writeOnce(): Promise<void> {
    const { api, object } = this.parts;
    await this.read();
    const { wanted, stored } = this;
    if (sameValue(stored!.document, wanted)) return;
    try {
      this.stored = await writeSightings(api, object(), stored!.version, wanted);
    } catch (error) {
      if (error instanceof KubeError && SOMEBODY_ELSE.has(error.kind)) await this.takeIn();
      throw error;
    }
  }

  /** What stands there now is the truth that the next write goes by. */
  private async takeIn(): Promise<void> {
    const { api, object, onForeign } = this.parts;
    const found = await readSightings(api, object());
    this.stored = found;
    for (const [key, seen] of Object.entries(found.document.attempts)) {
      if (sameValue(this.wanted.attempts[key]?.sightings, seen.sightings)) continue;
      onForeign(key, seen.sightings);
      this.wanted = { ...this.wanted, attempts: { ...this.wanted.attempts, [key]: seen } };
    }
  }
}

/** TimedOut as well: our own write may be what stands there. */
const SOMEBODY_ELSE: ReadonlySet<string> = new Set(['Conflict', 'AlreadyExists', 'NotFound', 'TimedOut']);

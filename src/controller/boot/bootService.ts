// The boot server as a part of the operator: it follows the PoolUpgrades, serves what their statuses open, and writes what it saw beside them. It holds no right but to
// read those objects and to write that; what it knows is in the cluster, so that one that dies is replaced by the next.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../api/poolUpgrade';
import { type BootAttempt, attemptKey } from '../../boot/server/attempt';
import { answerAt } from '../../boot/server/attemptPaths';
import { SightingBook } from '../../boot/server/book';
import { BootServer } from '../../boot/server/bootServer';
import { AttemptsKnown } from '../../boot/server/openAttempt';
import type { BootHandler } from '../../boot/server/request';
import type { ReleaseTree } from '../../boot/server/releaseAnswer';
import type { FileTree, MediaShelf, NoMedium } from '../../boot/server/source';
import type { BootKeys } from '../../boot/server/tokens';
import type { IsoOffer, IsoPlace } from '../../boot/shelf/isoPlace';
import { Aborted, type Cancel, type Clock, orAborted } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import type { Random } from '../../foundation/random';
import { KubeError, type KubernetesApi } from '../../kubernetes/api';
import { Reflector } from '../../kubernetes/reflector';
import { ServedObject } from './servedObject';

/** Where images are had. */
export interface Shelf extends MediaShelf {
  prepare(places: readonly IsoPlace[]): void;
  offers(): readonly IsoOffer[];
  treeOf(place: IsoPlace, signal: AbortSignal): Promise<FileTree | NoMedium>;
  close(): Promise<void>;
}

export interface BootServiceParts {
  readonly api: KubernetesApi;
  /** The runs' own time, in which attempts expire and sightings are told, and time as it really passes; the same unless a simulated pool is sped up. */
  readonly clock: Clock;
  readonly steady: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Whose PoolUpgrades are served; empty: all. */
  readonly namespaces: readonly string[];
  /** As they are now. */
  readonly keys: () => BootKeys;
  /** Whom to believe where images lie behind https; absent: the authorities of the system. */
  readonly trust?: IsoPlace['trust'];
  /** @param isoOf which image belongs to an attempt */
  readonly shelf: (isoOf: (attempt: BootAttempt) => IsoPlace | undefined) => Shelf;
}

/** A watch that heard nothing for so long, bookmarks included, does not move. */
const DEAF_MS = 5 * 60_000;
/** How often what can be offered is looked at, while some of it is being checked, and otherwise. */
const CHECKING_MS = 2_000;
const RESTING_MS = 30_000;
/** An object whose sightings could not be read is tried again. */
const AGAIN_MS = 5_000;

export class BootService {
  readonly handle: BootHandler;
  readonly objects: readonly Reflector<PoolUpgrade>[];
  private readonly served = new Map<string, ServedObject>();
  private readonly shelf: Shelf;
  private readonly book: SightingBook;
  private readonly over = new AbortController();
  /** Keys of objects of which it could not be read what was seen earlier. */
  private readonly unread = new Set<string>();
  private known: AttemptsKnown | undefined;
  /** By key of the attempt; as old as `known`. */
  private owners: ReadonlyMap<string, ServedObject> = new Map();
  private looked: () => void = () => undefined;
  /**
   * Resolves when the objects were read that were there at the start. A process that takes the place of one that died answers nobody before that: an installer
   * that was told that its path is closed would end, past the point of no return with half a system.
   */
  private readonly firstLook = new Promise<void>((resolve) => (this.looked = resolve));
  private timer: Cancel | undefined;
  /** Keys in work, and whether they changed meanwhile. */
  private readonly busy = new Map<string, boolean>();

  constructor(private readonly parts: BootServiceParts) {
    const { clock, log, namespaces } = parts;
    this.shelf = parts.shelf((attempt) => this.ownerOf(attempt)?.placeOf(attempt));
    this.book = new SightingBook({
      keep: (attempt, sightings) => this.owner(attempt).keep(attempt, sightings),
      keepSoon: (attempt, sightings) => this.ownerOf(attempt)?.keepSoon(attempt, sightings),
    });
    const known = (): AttemptsKnown => this.attempts();
    const releaseTree: ReleaseTree = async (release, signal) => {
      const place = [...this.served.values()].map((served) => served.placeFor(release)).find((found) => found !== undefined);
      return place === undefined ? undefined : this.shelf.treeOf(place, signal);
    };
    const { shelf, book } = this;
    const server = new BootServer({ known, blind: () => this.blind(), shelf, book, clock, log, releaseTree });
    this.handle = async (request, signal) => {
      await orAborted(this.firstLook, signal);
      return server.handle(request, signal);
    };
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    this.objects = scopes.map((namespace) => this.reflector(namespace));
  }

  /** Until the signal aborts; then what was seen is written, and the shelf is closed. */
  async run(signal: AbortSignal): Promise<void> {
    this.lookIn(CHECKING_MS);
    try {
      await Promise.all(this.objects.map((reflector) => reflector.run(signal)));
    } finally {
      this.timer?.();
      this.over.abort(new Error('the boot server ends'));
      await Promise.all([...this.served.values()].map((served) => this.lastWord(served)));
      await this.shelf.close();
    }
  }

  /** Why nothing may begin now; undefined: it may. */
  blind(): string | undefined {
    for (const reflector of this.objects) {
      const { hasSynced, problem } = reflector;
      const why = problem === undefined ? '' : `: ${problem.message}`;
      if (!hasSynced) return `the objects of the upgrades were not read yet${why}`;
      if ((reflector.lastEventAge() ?? 0) > DEAF_MS) return 'nothing was heard of the objects of the upgrades for five minutes';
    }
    return undefined;
  }

  /** How many attempts are open. */
  get open(): number {
    return this.attempts().attempts.length;
  }

  private reflector(namespace: string | undefined): Reflector<PoolUpgrade> {
    const { api, steady: clock, random, log } = this.parts;
    const scope = namespace === undefined ? {} : { namespace };
    const onKey = (key: string): void => void this.heard(key);
    const onState = (): void => this.noteFirstLook();
    return new Reflector<PoolUpgrade>({ api, clock, random, log, resource: POOL_UPGRADES, ...scope, onKey, onState });
  }

  private noteFirstLook(): void {
    if (this.busy.size === 0 && this.unread.size === 0 && this.objects.every((reflector) => reflector.hasSynced)) this.looked();
  }

  /** One look at a time at each object; what comes meanwhile is looked at afterwards. */
  private async heard(key: string): Promise<void> {
    if (this.busy.has(key)) return void this.busy.set(key, true);
    do {
      this.busy.set(key, false);
      await this.look(key);
    } while (this.busy.get(key) === true);
    this.busy.delete(key);
    this.noteFirstLook();
  }

  private async look(key: string): Promise<void> {
    const object = this.objects.map((reflector) => reflector.get(key)).find((found) => found !== undefined);
    const { steady, log } = this.parts;
    if (object === undefined) return this.vanished(key);
    const served = this.served.get(key) ?? new ServedObject({ ...this.parts, book: this.book }, object);
    this.served.set(key, served);
    try {
      const opened = await served.see(object);
      this.unread.delete(key);
      this.known = undefined;
      this.shelf.prepare(this.places());
      served.offer(this.shelf.offers());
      for (const attempt of opened) this.makeReady(served, attempt);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      this.unread.add(key);
      log.warn('sightings not read', { object: key, error: error.message });
      steady.after(AGAIN_MS, () => void this.heard(key));
    }
  }

  private vanished(key: string): void {
    this.unread.delete(key);
    const served = this.served.get(key);
    served?.vanish();
    if (served?.attempts.length === 0) this.served.delete(key);
    this.known = undefined;
  }

  /** An attempt is served at once; that its medium is there is told when it is certain. */
  private makeReady(served: ServedObject, attempt: BootAttempt): void {
    const { log, keys } = this.parts;
    served.ready(attempt, 'Checking', '');
    log.info('attempt open', { host: attempt.host, attempt: attempt.attempt, method: attempt.method });
    const medium = this.shelf.mediumOf(attempt, answerAt(keys()[0], attempt), this.over.signal);
    medium.then(
      (found) => {
        const why = 'why' in found ? found.why : attempt.method === 'VirtualMedia' && 'why' in found.view ? found.view.why : '';
        if (why !== '') log.error('medium refused', { host: attempt.host, why });
        served.ready(attempt, why === '' ? 'Ready' : 'Refused', why);
      },
      (error: unknown) => {
        if (error instanceof Aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        log.error('medium not made ready', { host: attempt.host, error: why });
        served.ready(attempt, 'Refused', why);
      },
    );
  }

  private lookIn(ms: number): void {
    this.timer = this.parts.steady.after(ms, () => {
      const offers = this.shelf.offers();
      for (const served of this.served.values()) served.offer(offers);
      this.forget();
      this.lookIn(offers.some(({ state }) => state === 'Checking') ? CHECKING_MS : RESTING_MS);
    });
  }

  /** Attempts of objects that are gone, once they have expired. */
  private forget(): void {
    const now = this.parts.clock.now();
    for (const [key, served] of this.served) {
      const isGone = this.objects.every((reflector) => reflector.get(key) === undefined);
      if (!isGone || served.attempts.some(({ expires }) => now < expires)) continue;
      this.served.delete(key);
      this.known = undefined;
    }
    this.book.retain(this.attempts().attempts);
  }

  private places(): readonly IsoPlace[] {
    const all = [...this.served.values()].flatMap(({ places }) => places);
    return [...new Map(all.map((place) => [`${place.location} ${place.sha256}`, place])).values()];
  }

  private attempts(): AttemptsKnown {
    const keys = this.parts.keys();
    if (this.known?.keys !== keys) {
      const open = [...this.served.values()].flatMap((served) => served.attempts.map((attempt) => ({ attempt, served })));
      this.known = new AttemptsKnown(
        keys,
        open.map(({ attempt }) => attempt),
      );
      // Of two objects that claim one host the first; such an attempt is closed.
      this.owners = new Map([...open].reverse().map(({ attempt, served }) => [attemptKey(attempt), served]));
    }
    return this.known;
  }

  private ownerOf(attempt: BootAttempt): ServedObject | undefined {
    this.attempts();
    return this.owners.get(attemptKey(attempt));
  }

  /** @throws Error: nothing may be handed out that cannot be written down */
  private owner(attempt: BootAttempt): ServedObject {
    const owner = this.ownerOf(attempt);
    if (owner === undefined) throw new Error('the attempt was closed meanwhile');
    return owner;
  }

  private async lastWord(served: ServedObject): Promise<void> {
    try {
      await served.flush();
    } catch (error) {
      this.parts.log.warn('sightings not written', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

// The controller: keeps a copy of the PoolUpgrades and has its workers look at one after the other. It reacts to keys, never to data: what the copy holds is
// only what a step begins with. A key comes because its object changed, its Secret changed, its pool changed, or its time has come; one that failed comes again.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import type { Random } from '../foundation/random';
import type { KubeObject } from '../kubernetes/api';
import { keyOf } from '../kubernetes/objectCache';
import { WorkQueue } from '../kubernetes/queue';
import { Reflector } from '../kubernetes/reflector';
import { runWorkers } from '../kubernetes/workers';
import type { PlanDocument } from '../plan/document';
import { type AccessParts, createPoolAccess } from './poolAccess';
import { followSecrets, refersTo } from './secretWatch';
import { ObjectStore } from './store/objectStore';
import { isPassing, UpgradeWork } from './upgradeWork';

export interface ControllerParts extends AccessParts {
  readonly random: Random;
  /** Empty: all of them. */
  readonly namespaces?: readonly string[];
  /** Objects that are stepped at once. Default 100: a step mostly waits for a pool. */
  readonly workers?: number;
  /** Told of each new version of an object, and of its end. Must not throw. */
  readonly onObject?: (key: string, object: PoolUpgrade | undefined) => void;
  /** Told of each plan as it is made, also of one that something holds up. Must not throw. */
  readonly onPlan?: (key: string, plan: PlanDocument) => void;
  /** Told of an error that time alone does not mend; the key comes again all the same. */
  readonly onDefect: (error: unknown) => void;
  /** Told what becomes of keys. Must not throw. */
  readonly watcher?: WorkWatcher;
}

/** What can be seen of the workers, for metrics. */
export interface WorkWatcher {
  /** A worker took a key that had waited so many milliseconds. */
  taken(waitedMs: number): void;
  /** A worker is done with a key after so many milliseconds; with an error, it comes again. */
  done(key: string, tookMs: number, error: unknown): void;
}

export const WORKERS = 100;
/** A key that fails over and over is tried again at least so often: an upgrade in the middle must not wait long for an API that is back. */
const LONGEST_BACK_OFF_MS = 30_000;

export class Controller {
  readonly objects: readonly Reflector<PoolUpgrade>[];
  readonly secrets: readonly Reflector<KubeObject>[];
  readonly queue: WorkQueue;
  /** Keys that workers have, and since when by `steady`. */
  private readonly inWork = new Map<string, number>();
  private readonly works = new Map<string, { readonly uid: string | undefined; readonly work: UpgradeWork }>();

  constructor(private readonly parts: ControllerParts) {
    const { namespaces = [], steady, watcher } = parts;
    const onTaken = (waitedMs: number): void => watcher?.taken(waitedMs);
    this.queue = new WorkQueue({ clock: steady, mostDelay: LONGEST_BACK_OFF_MS, onTaken });
    const scopes = namespaces.length === 0 ? [undefined] : namespaces;
    this.objects = scopes.map((namespace) => this.reflector(namespace));
    this.secrets = scopes.map((namespace) => this.secretReflector(namespace));
  }

  /** Runs until the signal aborts and everything that was held is put down. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, random, workers: count = WORKERS } = this.parts;
    const reconcile = (key: string): Promise<void> => this.reconcile(key);
    const onFailure = (_key: string, error: unknown): void => (isPassing(error) ? undefined : this.parts.onDefect(error));
    await Promise.all([
      ...[...this.objects, ...this.secrets].map((reflector) => reflector.run(signal)),
      runWorkers({ queue: this.queue, count, reconcile, log, random, onFailure }, signal),
    ]);
    await Promise.all([...this.works.values()].map(({ work }) => work.end()));
  }

  /** Milliseconds that each key in work has been with its worker. */
  working(): readonly number[] {
    const now = this.parts.steady.monotonic();
    return [...this.inWork.values()].map((from) => now - from);
  }

  private reflector(namespace: string | undefined): Reflector<PoolUpgrade> {
    const { api, steady, random, log } = this.parts;
    const scope = namespace === undefined ? {} : { namespace };
    const reflector: Reflector<PoolUpgrade> = new Reflector<PoolUpgrade>({
      api,
      clock: steady,
      random,
      log,
      resource: POOL_UPGRADES,
      ...scope,
      onKey: (key) => this.heard(key, reflector.get(key)),
    });
    return reflector;
  }

  private secretReflector(namespace: string | undefined): Reflector<KubeObject> {
    const { api, steady: clock, random, log } = this.parts;
    const onSecret = (where: string, name: string): void => this.secretChanged(where, name);
    return followSecrets({ api, clock, random, log, namespace, onSecret });
  }

  private heard(key: string, object: PoolUpgrade | undefined): void {
    this.parts.onObject?.(key, object);
    // What our own write brings back is no news.
    const known = this.works.get(key);
    const echo = object !== undefined && known?.uid === object.metadata.uid && known?.work.see(object) === false;
    if (!echo) this.queue.add(key);
  }

  private secretChanged(namespace: string, name: string): void {
    for (const object of this.objects.flatMap((reflector) => reflector.list()))
      if (refersTo(object, namespace, name)) this.queue.add(keyOf(object));
  }

  private async reconcile(key: string): Promise<void> {
    const { steady, watcher } = this.parts;
    const from = steady.monotonic();
    this.inWork.set(key, from);
    const done = (error: unknown): void => {
      this.inWork.delete(key);
      watcher?.done(key, steady.monotonic() - from, error);
    };
    try {
      await this.step(key);
      done(undefined);
    } catch (error) {
      done(error);
      throw error;
    }
  }

  private async step(key: string): Promise<void> {
    const object = this.objects.map((reflector) => reflector.get(key)).find((found) => found !== undefined);
    const known = this.works.get(key);
    if (known !== undefined && known.uid !== object?.metadata.uid) await this.end(key, known.work);
    if (object === undefined) return;
    const work = this.works.get(key)?.work ?? this.begin(key, object);
    await work.step();
    if (work.gone) await this.end(key, work);
  }

  /** Another object that bears the same name begins when everything of this one is put down. */
  private async end(key: string, work: UpgradeWork): Promise<void> {
    await work.end();
    this.works.delete(key);
  }

  private begin(key: string, object: PoolUpgrade): UpgradeWork {
    const { clock, steady, random, log, api, volumes, onPlan } = this.parts;
    const store = new ObjectStore(api, { clock, steady }, object);
    const access = createPoolAccess(this.parts, store);
    const wake = (): void => this.queue.add(key);
    const told = (plan: PlanDocument): void => onPlan?.(key, plan);
    const work = new UpgradeWork({ clock, steady, random, log, store, access, volumes, wake, onPlan: told });
    this.works.set(key, { uid: object.metadata.uid, work });
    return work;
  }
}

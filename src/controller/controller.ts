// The controller: keeps a copy of the PoolUpgrades and gives each its worker. It reacts to keys, never to data: a worker reads its object itself, and what
// the copy holds is only what a worker begins with.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import type { Random } from '../foundation/random';
import { Reflector } from '../kubernetes/reflector';
import { type AccessParts, createPoolAccess } from './poolAccess';
import { ObjectStore } from './store/objectStore';
import { Worker } from './worker';

export interface ControllerParts extends AccessParts {
  readonly random: Random;
  /** Empty: all of them. */
  readonly namespaces?: readonly string[];
  /** Told of each new version of an object, and of its end. Must not throw. */
  readonly onObject?: (key: string, object: PoolUpgrade | undefined) => void;
  /** Told of an error no worker can go on from; it ends that worker only. */
  readonly onDefect: (error: unknown) => void;
}

export class Controller {
  readonly reflectors: readonly Reflector<PoolUpgrade>[];
  private readonly workers = new Map<string, { readonly uid: string; readonly worker: Worker; readonly ended: Promise<void> }>();

  constructor(private readonly parts: ControllerParts) {
    const { namespaces = [] } = parts;
    this.reflectors = namespaces.length === 0 ? [this.reflector()] : namespaces.map((namespace) => this.reflector(namespace));
  }

  /** Runs until the signal aborts and every worker has put down what it held. */
  async run(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    await Promise.all(this.reflectors.map((reflector) => reflector.run(signal)));
    await Promise.all([...this.workers.values()].map(({ ended }) => ended));
  }

  private signal: AbortSignal = AbortSignal.abort();

  private reflector(namespace?: string): Reflector<PoolUpgrade> {
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

  private heard(key: string, object: PoolUpgrade | undefined): void {
    this.parts.onObject?.(key, object);
    const known = this.workers.get(key);
    const same = known !== undefined && known.uid === object?.metadata.uid;
    if (same) return known.worker.notice(object!);
    known?.worker.vanished();
    if (object !== undefined && !this.signal.aborted) this.employ(key, object, known?.ended);
  }

  /** @param before the worker of an object that bore the name before and may not have ended yet */
  private employ(key: string, object: PoolUpgrade, before: Promise<void> | undefined): void {
    const { clock, steady, random, log, api } = this.parts;
    const store = new ObjectStore(api, { clock, steady }, object);
    const worker = new Worker({ clock, steady, random, log, store, access: createPoolAccess(this.parts, store) });
    const work = (before ?? Promise.resolve()).then(() => worker.run(this.signal));
    const entry = { uid: object.metadata.uid ?? '', worker, ended: work.catch((error: unknown) => this.parts.onDefect(error)) };
    this.workers.set(key, entry);
    void entry.ended.then(() => {
      if (this.workers.get(key) === entry) this.workers.delete(key);
    });
  }
}

// The controller: watches PoolUpgrades and gives each its worker. It reacts to keys, never to data: a worker reads its object itself.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import type { Random } from '../foundation/random';
import { sleep } from '../foundation/clock';
import { KubeError } from '../kubernetes/api';
import { seconds } from '../upgrade/time';
import { type AccessParts, createPoolAccess } from './poolAccess';
import { ObjectStore } from './store/objectStore';
import { Worker } from './worker';

export interface ControllerParts extends AccessParts {
  readonly random: Random;
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  /** Told of an error no worker can go on from; it ends that worker only. */
  readonly onDefect: (error: unknown) => void;
}

export class Controller {
  private readonly workers = new Map<string, Worker>();

  constructor(private readonly parts: ControllerParts) {}

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.listAndWatch(signal);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        this.parts.log.warn('watch ended', { error: error.message });
        await sleep(this.parts.steady, seconds(1), signal);
      }
    }
  }

  private async listAndWatch(signal: AbortSignal): Promise<void> {
    const { api, namespace } = this.parts;
    const { items, resourceVersion } = await api.list<PoolUpgrade>(POOL_UPGRADES, namespace);
    for (const object of items) this.take(object, signal);
    for await (const event of api.watch<PoolUpgrade>(POOL_UPGRADES, namespace, resourceVersion, signal)) {
      if (event.type === 'DELETED') this.workers.get(keyOf(event.object))?.vanished();
      else if (event.type !== 'BOOKMARK') this.take(event.object, signal);
    }
  }

  private take(object: PoolUpgrade, signal: AbortSignal): void {
    const key = keyOf(object);
    const known = this.workers.get(key);
    if (known !== undefined) return known.notice(object);
    const { clock, steady, random, log, api } = this.parts;
    const store = new ObjectStore(api, { clock, steady }, object);
    const worker = new Worker({ clock, steady, random, log, store, access: createPoolAccess(this.parts, store) });
    this.workers.set(key, worker);
    worker.run(signal).then(
      () => this.workers.delete(key),
      (error: unknown) => {
        this.workers.delete(key);
        this.parts.onDefect(error);
      },
    );
  }
}

function keyOf({ metadata }: PoolUpgrade): string {
  return `${metadata.namespace ?? ''}/${metadata.name}/${metadata.uid ?? ''}`;
}

// The object as this worker last saw it, from its own writes and from the watch; status writes are conditional on exactly that version.
import type { Clock } from '../../foundation/clock';
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { FINALIZER, POOL_UPGRADES } from '../../api/poolUpgrade';
import { KubeError, type KubernetesApi } from '../../kubernetes/api';
import { writeStatus } from '../../kubernetes/writer';
import type { WriteResult } from '../../upgrade/ports';
import type { RunState } from '../../upgrade/state';
import { iso } from '../../upgrade/time';
import { statusOf } from './status';

export class ObjectStore {
  private object: PoolUpgrade;
  private news: PoolUpgrade | undefined;
  private deleted = false;

  constructor(
    private readonly api: KubernetesApi,
    /** What the status tells goes by `clock`; how fresh a write is, by `steady`. */
    private readonly clocks: { readonly clock: Clock; readonly steady: Clock },
    object: PoolUpgrade,
  ) {
    this.object = object;
  }

  get current(): PoolUpgrade {
    return this.object;
  }

  get gone(): boolean {
    return this.deleted;
  }

  get namespace(): string {
    return this.object.metadata.namespace ?? 'default';
  }

  /**
   * Hears what the watch brought. It is put aside until `adopt`: a step writes on the version it read, and on no other.
   * @returns whether it was news
   */
  see(object: PoolUpgrade): boolean {
    if (Number(object.metadata.resourceVersion) <= Number(this.object.metadata.resourceVersion)) return false;
    this.news = object;
    return true;
  }

  /** Takes in the news, between two steps. @returns the object the next step reads */
  adopt(): PoolUpgrade {
    const { news } = this;
    this.news = undefined;
    if (news !== undefined && Number(news.metadata.resourceVersion) > Number(this.object.metadata.resourceVersion))
      this.object = news;
    return this.object;
  }

  vanish(): void {
    this.deleted = true;
  }

  async reread(): Promise<void> {
    try {
      this.object = await this.api.get<PoolUpgrade>(POOL_UPGRADES, this.namespace, this.object.metadata.name);
    } catch (error) {
      if (!(error instanceof KubeError) || error.kind !== 'NotFound') throw error;
      this.deleted = true;
    }
  }

  /** Adds the finalizer: from the first effect on, the object may go only after what was put aside is put back. */
  protect(): Promise<void> {
    return this.setFinalizers((names) => [...names.filter((name) => name !== FINALIZER), FINALIZER]);
  }

  unprotect(): Promise<void> {
    return this.setFinalizers((names) => names.filter((name) => name !== FINALIZER));
  }

  private async setFinalizers(change: (names: readonly string[]) => readonly string[]): Promise<void> {
    const before = this.object.metadata.finalizers ?? [];
    const finalizers = change(before);
    if (finalizers.length === before.length) return;
    // A patch and not the whole object: what we hold of it lacks what other tools wrote into it for themselves.
    const { name, resourceVersion } = this.object.metadata;
    const metadata = { finalizers, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    this.object = await this.api.patch<PoolUpgrade>(POOL_UPGRADES, this.namespace, name, { metadata });
    if (this.object.metadata.deletionTimestamp !== undefined && finalizers.length === 0) this.deleted = true;
  }

  /** One conditional write, none when nothing changed. @throws KubeError `TimedOut` when its answer was lost and it is not seen */
  async writeState(state: RunState): Promise<WriteResult> {
    const status = statusOf(state, this.object, iso(this.clocks.clock.now()));
    const at = this.clocks.steady.monotonic();
    const written = await writeStatus(this.api, POOL_UPGRADES, this.object, status);
    if (written.kind !== 'Written') return written;
    this.object = written.object;
    return { kind: 'Written', at };
  }
}

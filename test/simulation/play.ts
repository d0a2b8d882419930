// A run that is played by hand: time goes on until something is so, then the object is edited, deleted or made anew, and time goes on again.
import { wantsHotfix } from '../../src/rehearsal/playedPerson';
import { applyHotfix, PLUGIN_HOTFIX } from '../../src/simulator/pool/applyHotfix';
import type { PoolUpgrade, PoolUpgradeSpec } from '../../src/api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import { KubeError } from '../../src/kubernetes/api';
import { readState } from '../../src/controller/store/status';
import { storedBackups } from '../../src/rehearsal/storedBackups';
import { type Books, createBooks } from '../../src/simulator/books/createBooks';
import type { Release } from '../../src/simulator/world';
import { setStage, type Stage } from '../../src/rehearsal/stage';
import type { RunState } from '../../src/upgrade/state';
import { type Case, mustBeReady } from './rig';

/** Longer than any upgrade takes, in milliseconds. */
const LIMIT = 3 * 24 * 3_600_000;

type Deep<T> = { readonly [K in keyof T]?: T[K] extends object ? Deep<T[K]> | null : T[K] | null };

export class Play {
  private constructor(
    readonly stage: Stage,
    readonly manifest: PoolUpgrade,
  ) {}

  static async begin(given: Case): Promise<Play> {
    const { manifest, ...rest } = mustBeReady(given);
    const stage = setStage({ ...rest, manifest }, []);
    await stage.begin();
    return new Play(stage, manifest);
  }

  /** Lets time go on until the object's run is so. @throws when it never is, or when the controller broke */
  async until(what: string, holds: (state: RunState) => boolean): Promise<RunState> {
    const there = (): boolean => {
      const state = this.stage.state();
      return state !== undefined && holds(state);
    };
    await this.pass(what, there);
    return this.stage.state()!;
  }

  phase(phase: RunState['phase']): Promise<RunState> {
    return this.until(phase, (state) => state.phase === phase && (phase !== 'Succeeded' || state.run.finishedAt !== undefined));
  }

  async pass(what: string, holds: () => boolean): Promise<void> {
    const broken = (): boolean => {
      const state = this.stage.state();
      if (state !== undefined && wantsHotfix(state)) applyHotfix(this.stage.world.database, PLUGIN_HOTFIX);
      return this.stage.defect() !== undefined;
    };
    await this.stage.clock.run(() => broken() || holds(), LIMIT);
    if (broken()) throw this.stage.defect();
    if (!holds()) throw new Error(`never ${what}; it is ${JSON.stringify(this.stage.state())}`);
  }

  passTime(ms: number): Promise<void> {
    let over = false;
    this.stage.clock.after(ms, () => (over = true));
    return this.pass(`lets ${ms} ms pass`, () => over);
  }

  /** The work is done while time goes on. */
  async while<T>(work: Promise<T>): Promise<T> {
    let over = false;
    void work.then(
      () => (over = true),
      () => (over = true),
    );
    await this.stage.clock.run(() => over, LIMIT);
    return work;
  }

  edit(spec: Deep<PoolUpgradeSpec>, metadata: object = {}): Promise<PoolUpgrade> {
    const { name, namespace = '' } = this.manifest.metadata;
    return this.while(this.stage.api.patch<PoolUpgrade>(POOL_UPGRADES, namespace, name, { spec, metadata }));
  }

  delete(): Promise<void> {
    const { name, namespace = '' } = this.manifest.metadata;
    return this.while(this.stage.api.delete(POOL_UPGRADES, namespace, name));
  }

  /** As `kubectl patch` of the finalizers and a delete leave it: gone at once, nothing put back. */
  async tearAway(): Promise<void> {
    const { name, namespace = '' } = this.manifest.metadata;
    await this.while(this.stage.api.patch(POOL_UPGRADES, namespace, name, { metadata: { finalizers: null } }));
    await this.delete();
  }

  /** The world's own books, from now on. */
  openBooks(): Books {
    const backups = (): readonly string[] => storedBackups(this.stage.secrets());
    return createBooks(this.stage.world, { backups, memberRetries: 2, goneOn: () => 0 });
  }

  /** Version that each machine has on its disk. */
  systems(): readonly string[] {
    return [...this.stage.world.machines.values()].map(({ disk }) => (disk.system as Release).version);
  }

  /** Creates the object of the manifest once more. */
  recreate(name = this.manifest.metadata.name): Promise<PoolUpgrade> {
    const { metadata, ...rest } = this.manifest;
    return this.while(this.stage.api.create(POOL_UPGRADES, { ...rest, metadata: { ...metadata, name } }));
  }

  /** Lets time go on until the object is no more. */
  async untilGone(): Promise<void> {
    for (let minute = 0; minute < 24 * 60; minute++) {
      const found = await this.stored().catch((error: unknown) => {
        if (error instanceof KubeError && error.kind === 'NotFound') return undefined;
        throw error;
      });
      if (found === undefined) return;
      await this.passTime(60_000);
    }
    throw new Error(`never gone; it is ${JSON.stringify(this.stage.state())}`);
  }

  async stored(): Promise<PoolUpgrade> {
    const { name, namespace = '' } = this.manifest.metadata;
    return this.while(this.stage.api.get<PoolUpgrade>(POOL_UPGRADES, namespace, name));
  }

  /** What the object says now, as anybody reads it; undefined before it says anything. */
  async said(name = this.manifest.metadata.name): Promise<RunState | undefined> {
    const { namespace = '' } = this.manifest.metadata;
    return readState(await this.while(this.stage.api.get<PoolUpgrade>(POOL_UPGRADES, namespace, name)));
  }

  /** Lets time go on, a second at a time, until the object of that name says so. */
  async untilSaid(name: string, what: string, holds: (state: RunState) => boolean): Promise<RunState> {
    for (let second = 0; second < 24 * 3_600; second++) {
      const state = await this.said(name);
      if (state !== undefined && holds(state)) return state;
      await this.passTime(1_000);
    }
    throw new Error(`${name} never says ${what}; it says ${JSON.stringify(await this.said(name))}`);
  }
}

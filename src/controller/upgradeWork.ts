// The work on one object: what is kept between two steps of it. A step reads the object, decides, acts, and says when it wants to be looked at again; in
// between only the pool is listened to. It holds nothing that a successor would miss.
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { uuid, type Random } from '../foundation/random';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import type { PlanDocument } from '../plan/document';
import { ClaimLost } from '../upgrade/fence';
import { Runner, type StepResult } from '../upgrade/runner';
import type { Orders } from '../upgrade/orders';
import { wordFor, withWordsNoted } from '../upgrade/pool/verbs';
import { runFor } from '../upgrade/run';
import { isOver, isTerminal, type RunState } from '../upgrade/state';
import { seconds } from '../upgrade/time';
import { KubeError } from '../kubernetes/api';
import type { PoolAccess } from './poolAccess';
import { ordersOf } from './orders';
import { readState } from './store/status';
import type { ObjectStore } from './store/objectStore';

export interface WorkParts {
  readonly clock: Clock;
  readonly steady: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: ObjectStore;
  /** Its credentials come from the object's Secret, when the run first needs the pool. */
  readonly access: PoolAccess;
  /** Folder in which claims for backups are mounted. */
  readonly volumes: string | undefined;
  /** Asks for the next step: its time has come, or something in the pool may have changed. */
  readonly wake: () => void;
  readonly onPlan?: ((plan: PlanDocument) => void) | undefined;
}

/** How often a run that is over is looked at when nothing changes. */
const REST = seconds(3600);

/** Another controller took over, or the cluster's API does not answer. What it calls invalid or too large stays so, and is a defect of ours. */
export function isPassing(error: unknown): error is Error {
  return error instanceof ClaimLost || (error instanceof KubeError && error.kind !== 'Invalid' && error.kind !== 'TooLarge');
}

/** A halted run that a person said something to, and that is not being deleted. */
function mayGoOn(state: RunState, orders: Orders): boolean {
  return state.phase === 'Halted' && !orders.cancelled && wordFor(state, orders) !== undefined;
}

export class UpgradeWork {
  private readonly runner: Runner;
  private stopResting: () => void = () => undefined;
  /** The last step broke off: what is held of the object may be out of date. */
  private stale = false;

  constructor(private readonly parts: WorkParts) {
    const { clock, steady, random, log, access, onPlan } = parts;
    const { observer, verbs: pool, machines, store, claim } = access;
    this.runner = new Runner({ clock, steady, random, log, observer, pool, machines, store, claim, onPlan });
  }

  /** The object as the watch brought it; the next step takes it up. @returns whether it is news */
  see(object: PoolUpgrade): boolean {
    return this.parts.store.see(object);
  }

  get gone(): boolean {
    return this.parts.store.gone;
  }

  /** Never two at a time. @throws ClaimLost, KubeError: what was decided is not done, or is in the journal */
  async step(): Promise<void> {
    this.stopResting();
    const { store } = this.parts;
    if (this.stale) await store.reread();
    this.stale = true;
    const result = store.gone ? undefined : await this.stepNow(store.adopt());
    this.stale = result?.kind === 'lost';
    if (result !== undefined && !store.gone) this.rest(result);
  }

  /** Puts everything down: session, connections, claim. Whoever comes next need not wait for a lease of somebody who has left. */
  async end(): Promise<void> {
    this.stopResting();
    const { access, log } = this.parts;
    await access.close();
    try {
      await access.claim.release();
    } catch (error) {
      if (!isPassing(error)) throw error;
      log.info('claim not released', { error: error.message });
    }
  }

  private async stepNow(object: PoolUpgrade): Promise<StepResult> {
    const orders = ordersOf(object, this.parts.volumes);
    const { clock, random } = this.parts;
    const { generation = 1 } = object.metadata;
    const run = runFor(readState(object), orders, { id: () => uuid(random), generation, now: clock.now() });
    const state = withWordsNoted(run, orders);
    if (isOver(state) && !mayGoOn(state, orders)) return this.atRest(object, state);
    const result = await this.runner.step(state, orders);
    const after = result.kind === 'lost' ? undefined : readState(this.parts.store.current);
    // What was held is let go as soon as the run is over, not when somebody next looks at the object.
    return after !== undefined && isOver(after) ? this.atRest(this.parts.store.current, after) : result;
  }

  /** The run is over: pool, session and object are let go; a change of the object is looked at again. */
  private async atRest(object: PoolUpgrade, state: RunState): Promise<StepResult> {
    const { store, access } = this.parts;
    // Says nothing new but which generation of the object it answers.
    const written = await store.writeState(state);
    if (written.kind === 'Conflict' || written.kind === 'Gone') return { kind: 'lost' };
    // In this order, because what was left open is noted on the claim.
    await access.close();
    await access.claim.release();
    if (isTerminal(state.phase) || object.metadata.deletionTimestamp !== undefined) await store.unprotect();
    return { kind: 'again', ms: REST };
  }

  /** Until the time of the run has come, or something in the pool may have changed. */
  private rest(result: StepResult): void {
    const { clock, wake } = this.parts;
    if (result.kind === 'lost' || result.ms <= 0) return wake();
    const cancel = clock.after(result.ms, wake);
    const deaf = result.kind === 'wait' ? this.listen(result.ms) : (): void => undefined;
    this.stopResting = (): void => {
      cancel();
      deaf();
    };
  }

  /** @returns what ends the listening */
  private listen(ms: number): () => void {
    const { access, wake, log } = this.parts;
    const over = new AbortController();
    access.observer.change(ms, over.signal).then(
      () => (over.signal.aborted ? undefined : wake()),
      // The next step comes by its time, if later.
      (error: unknown) => log.warn('pool not listened to', { error: error instanceof Error ? error.message : String(error) }),
    );
    return () => over.abort();
  }
}

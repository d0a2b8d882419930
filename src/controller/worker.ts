// One worker per object: reads it, steps its run, and waits for whatever comes first: a change of the object, a change of the pool, or the time the step
// asked for. It holds nothing that a successor would miss.
import { type Clock, deadline } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { uuid, type Random } from '../foundation/random';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { ClaimLost } from '../upgrade/fence';
import { Runner, type StepResult } from '../upgrade/runner';
import type { Orders } from '../upgrade/orders';
import { wordFor, withWordsNoted } from '../upgrade/pool/verbs';
import { isOver, isTerminal, type RunState } from '../upgrade/state';
import { iso, seconds } from '../upgrade/time';
import { KubeError } from '../kubernetes/api';
import type { PoolAccess } from './poolAccess';
import { ordersOf } from './orders';
import { readState } from './store/status';
import type { ObjectStore } from './store/objectStore';

export interface WorkerParts {
  readonly clock: Clock;
  readonly steady: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: ObjectStore;
  /** Made when the run first needs the pool; its credentials come from the object's Secret. */
  readonly access: PoolAccess;
}

/** Pause after an error of the cluster's API or a lost claim. */
const BACK_OFF = seconds(5);
/** How often a run that is over is looked at when nothing changes. */
const REST = seconds(3600);

/** Another controller took over, or the cluster's API does not answer. What it calls invalid or too large stays so, and is a defect of ours. */
function isPassing(error: unknown): error is Error {
  return error instanceof ClaimLost || (error instanceof KubeError && error.kind !== 'Invalid' && error.kind !== 'TooLarge');
}

/** A halted run that a person said something to, and that is not being deleted. */
function mayGoOn(state: RunState, orders: Orders): boolean {
  return state.phase === 'Halted' && !orders.cancelled && wordFor(state, orders) !== undefined;
}

export class Worker {
  private readonly runner: Runner;
  private changed: () => void = () => undefined;
  private dirty = false;

  constructor(private readonly parts: WorkerParts) {
    const { clock, steady, random, log, access } = parts;
    this.runner = new Runner({
      clock,
      steady,
      random,
      log,
      observer: access.observer,
      pool: access.verbs,
      store: access.store,
      claim: access.claim,
    });
  }

  /** Tells the worker that its object changed. */
  notice(object: PoolUpgrade): void {
    if (!this.parts.store.see(object)) return;
    this.dirty = true;
    this.changed();
  }

  /** The object is no more. */
  vanished(): void {
    this.parts.store.vanish();
    this.changed();
  }

  /** Runs until the object is gone or the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.parts.store.gone) {
      this.dirty = false;
      const result = await this.stepOnce();
      if (result.kind === 'lost') await this.parts.store.reread();
      else await this.rest(result, signal);
    }
    await this.parts.access.close();
    // Whoever comes next need not wait for a lease of a process that has put everything down.
    if (signal.aborted) await this.letGo();
  }

  private async letGo(): Promise<void> {
    try {
      await this.parts.access.claim.release();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.parts.log.info('claim not released', { error: error.message });
    }
  }

  private async stepOnce(): Promise<StepResult> {
    const { store, log } = this.parts;
    try {
      const object = store.adopt();
      const orders = ordersOf(object);
      const state = withWordsNoted(readState(object) ?? this.firstState(object), orders);
      if (isOver(state) && !mayGoOn(state, orders)) return await this.atRest(object, state);
      return await this.runner.step(state, orders);
    } catch (error) {
      if (!isPassing(error)) throw error;
      log.warn('step interrupted', { error: error.message });
      await store.reread();
      return { kind: 'wait', ms: BACK_OFF };
    }
  }

  /** The run is over: pool, session and object are let go; a change of the object is looked at again. */
  private async atRest(object: PoolUpgrade, { phase }: RunState): Promise<StepResult> {
    const { store, access } = this.parts;
    await access.claim.release();
    await access.close();
    if (isTerminal(phase) || object.metadata.deletionTimestamp !== undefined) await store.unprotect();
    return { kind: 'again', ms: REST };
  }

  private firstState(object: PoolUpgrade): RunState {
    const now = iso(this.parts.clock.now());
    const run = { id: uuid(this.parts.random), generation: object.metadata.generation ?? 1, epoch: 0, startedAt: now };
    const words = { reason: 'Validating', message: 'the pool is looked at' };
    return {
      phase: 'Validating',
      ...words,
      since: now,
      run,
      undo: {},
      hosts: [],
      resisting: [],
      stopped: [],
      debts: [],
      stalled: false,
    };
  }

  /** Until the time is up or something may have changed. A step that wants to go on at once goes on at once. */
  private async rest(result: Exclude<StepResult, { kind: 'lost' }>, signal: AbortSignal): Promise<void> {
    // Told to stop in the middle of the step, nothing would ever end the rest: the word has been spoken already.
    if (result.ms <= 0 || this.dirty || signal.aborted) return;
    const { clock, access } = this.parts;
    const over = new AbortController();
    const budget = deadline(clock, result.ms, signal);
    const object = new Promise<void>((resolve) => {
      this.changed = resolve;
    });
    const time = new Promise<void>((resolve) => budget.signal.addEventListener('abort', () => resolve(), { once: true }));
    const pool = result.kind === 'wait' ? access.observer.change(result.ms, over.signal) : new Promise<void>(() => undefined);
    await Promise.race([object, time, pool]);
    budget.dispose();
    over.abort();
  }
}

// The runner: the only one that acts. Observe, decide, write the intent into the journal, look again and guard, act, observe, close the entry. There is
// no second way to reach a port. It keeps nothing that a successor would miss: what it remembers beside the state is the answers it got itself.
import { type Fact, known } from '../foundation/fact';
import type { PlanDocument } from '../plan/document';
import { uuid } from '../foundation/random';
import type { Baseline } from './baseline';
import { type Decision, fail } from './decision';
import { effectNamed } from './effects';
import { abandon, journalNeeds, type Outcomes, settle } from './journal';
import { enquiryOf } from './enquiry';
import type { FactName, Facts } from './facts';
import { Fence } from './fence';
import { decideNow, follow, needsNow, toPoolPhase } from './machine';
import type { Orders } from './orders';
import { sendWave } from './wave';
import type { HeartPorts } from './ports';
import { hostInWork, type Journal, type RunState, timesTried, unplanned, untouched } from './state';
import { hours, iso, seconds } from './time';

/** What to do after a step: step again at once, or when something changes, at the latest after `ms`. `lost`: read the object anew first. */
export type StepResult =
  | { readonly kind: 'again'; readonly ms: number }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Only the object or the time can end it: the pool need not be watched. */
  | { readonly kind: 'idle'; readonly ms: number }
  | { readonly kind: 'lost' };

/** Looks no rarer than this while waiting, however quiet the pool is. */
const RESYNC = seconds(60);
/** A wait that no fact can end looks at itself no more often than this. */
const IDLE = hours(1);
/** Turns without an effect or a wait: more are a loop between phases. */
const MAX_TURNS = 60;
/** An effect of which nobody can tell for so long is a person's to look at. */
const UNKNOWN_AT_MOST = hours(2);

/** Effects after which a host may be on its way, whoever remembers it; and what they leave in its evidence. */
const TRACED: Readonly<Record<string, 'stagedAt' | 'leftAt' | 'insertedAt' | 'poweredOnAt'>> = {
  StageInstaller: 'stagedAt',
  RebootHost: 'leftAt',
  ShutdownHost: 'leftAt',
  InsertMedia: 'insertedAt',
  // Whatever it is to boot: a machine that was powered on is never again taken for one that hangs on its way down.
  PowerOn: 'poweredOnAt',
};

type Turn = { readonly state: RunState; readonly end?: StepResult };

export class Runner {
  private readonly fence: Fence;
  /** The entry this runner accounts for: the answers it got itself, and since when it waits for the rest. */
  private entry: { readonly id: string; readonly outcomes: Outcomes; readonly from: number } | undefined;
  private baseline: Baseline | undefined;
  /** The plan in force, by the digest under which it is kept. */
  private plan: { readonly sha256: string; readonly document: PlanDocument | undefined } | undefined;

  constructor(private readonly ports: HeartPorts) {
    this.fence = new Fence(ports.steady, ports.claim);
  }

  /** One step of the run: at most one wave of effects, at most one write of the state before it. @throws ClaimLost */
  async step(initial: RunState, orders: Orders): Promise<StepResult> {
    let state = initial;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const held = await this.hold(state);
      if (held.end !== undefined) return held.end;
      const result = await this.turn(held.state, orders);
      if (result.end !== undefined) return result.end;
      state = result.state;
    }
    throw new Error(`no decision after ${MAX_TURNS} turns in phase ${state.phase}: two phases lead to each other`);
  }

  /** Claims the pool once it is known; a new epoch is part of the state from then on. */
  private async hold(state: RunState): Promise<Turn> {
    if (state.pool === undefined) return { state };
    const held = await this.ports.claim.hold(state.pool.uuid);
    if (held.kind === 'Wait') return { state, end: { kind: 'wait', ms: held.ms } };
    if (held.kind === 'HeldByOther') return { state, end: await this.standAside(state, held.who) };
    return { state: state.run.epoch === held.epoch ? state : { ...state, run: { ...state.run, epoch: held.epoch } } };
  }

  /** A run that has touched the pool keeps saying what it said; one that has not says whom it waits for, and then begins with a fresh look. */
  private standAside(state: RunState, who: string): Promise<StepResult> {
    const ms = seconds(15);
    this.ports.log.info('another holds the claim', { who });
    if (!untouched(state)) return Promise.resolve({ kind: 'wait', ms });
    const message = `pool ${state.pool?.uuid ?? ''} is being upgraded by ${who}; this object waits`;
    return this.write({ ...unplanned(state), phase: 'Validating', reason: 'AnotherUpgradeActive', message }, ms);
  }

  private async turn(state: RunState, orders: Orders): Promise<Turn> {
    const facts = await this.observe(state, orders, [
      ...needsNow(state, orders, this.ports.clock.now()),
      ...journalNeeds(state.journal),
    ]);
    const now = this.ports.clock.now();
    const settled = this.account(state, orders, facts);
    if (settled.pending !== undefined && (settled.pending.forever || now - (this.entry?.from ?? now) > UNKNOWN_AT_MOST)) {
      const message = `whether ${describe(state.journal!)} happened cannot be told: ${settled.pending.why}; look at the pool, then decide`;
      return this.failed(follow(state, fail('OutcomeUnknown', message, abandon), orders, now));
    }
    if (settled.pending !== undefined) {
      const result = await this.write(state, Math.min(RESYNC, Math.max(0, settled.pending.until - now)));
      return { state, end: result };
    }
    if (settled.state !== state && journalNeeds(state.journal).length > 0) return { state: settled.state };
    const baseline = await this.recall(settled.state);
    if (!baseline.known) return this.failed(follow(settled.state, fail('BaselineLost', baseline.why), orders, now));
    const plan = await this.recallPlan(settled.state);
    const situation = { now, orders, state: settled.state, facts, baseline: baseline.value, plan, mark: this.ports.claim.mark };
    const decision = decideNow(situation);
    return this.carryOut(decision, settled.state, orders, now);
  }

  /** The baseline, read once by each controller. Without it nothing can be put back rightly, so its loss stops the run. */
  private async recall(state: RunState): Promise<Fact<Baseline | undefined>> {
    if (this.baseline !== undefined || state.baseline === undefined || state.phase === 'Halted') return known(this.baseline);
    const loaded = await this.ports.store.loadBaseline(state.baseline);
    if (loaded.known) this.baseline = loaded.value;
    return loaded;
  }

  /** Read once by each controller. A plan that is lost is made anew, so its loss stops nothing. */
  private async recallPlan(state: RunState): Promise<PlanDocument | undefined> {
    const kept = state.plan?.kept;
    if (kept === undefined) return undefined;
    if (this.plan?.sha256 === kept.sha256) return this.plan.document;
    const loaded = await this.ports.store.loadPlan(kept);
    if (!loaded.known) this.ports.log.warn('the plan cannot be read back', { why: loaded.why });
    this.plan = { sha256: kept.sha256, document: loaded.known ? loaded.value : undefined };
    return this.plan.document;
  }

  private observe(state: RunState, orders: Orders, needs: readonly FactName[]): Promise<Facts> {
    return this.ports.observer.observe(new Set(needs), hostAtWork(state), enquiryOf(state, orders));
  }

  private account(state: RunState, orders: Orders, facts: Facts): ReturnType<typeof settle> {
    const { journal } = state;
    if (journal === undefined) return { state };
    const now = this.ports.clock.now();
    // A predecessor may have sent it right before it died: what it left is waited for from now on.
    if (this.entry?.id !== journal.id) this.entry = { id: journal.id, outcomes: new Map(), from: now };
    const { outcomes, from } = this.entry;
    return settle({ state, journal, outcomes, from, facts, orders, mark: this.ports.claim.mark, now });
  }

  private async carryOut(decision: Decision, state: RunState, orders: Orders, now: number): Promise<Turn> {
    switch (decision.kind) {
      case 'wait':
        return { state, end: await this.waitFor(decision, state, orders, now) };
      case 'act':
        return { state, end: await this.act(decision, state, orders) };
      case 'keep':
        return { state: await this.keep(decision, state, now) };
      case 'replan':
        return { state: await this.savePlan(decision.remember(state), decision.plan, now) };
      case 'fail':
        if (decision.plan !== undefined) this.ports.onPlan?.(decision.plan);
        return this.failed(follow(state, decision, orders, now), decision.until);
      case 'next':
      case 'again':
        return { state: follow(state, decision, orders, now) };
    }
  }

  private async failed(state: RunState, until = Infinity): Promise<Turn> {
    this.ports.log.warn('stopped', { phase: state.phase, reason: state.reason, message: state.message });
    if (state.phase === 'Halted') return { state };
    return { state, end: await this.write(state, Math.min(RESYNC, Math.max(0, until - this.ports.clock.now()))) };
  }

  private async waitFor(
    decision: Extract<Decision, { kind: 'wait' }>,
    state: RunState,
    orders: Orders,
    now: number,
  ): Promise<StepResult> {
    const stalled = state.phase === 'Halted' || state.phase === 'Failed';
    const remembered = decision.remember?.(state) ?? state;
    const waiting = { ...remembered, reason: decision.reason, message: decision.message, stalled };
    const left = Math.max(0, (decision.until ?? Infinity) - now);
    const idle = needsNow(waiting, orders, now).length === 0;
    const result = await this.write(waiting, Math.min(idle ? IDLE : RESYNC, left));
    if (!idle || result.kind !== 'wait') return result;
    this.ports.claim.slacken();
    return { kind: 'idle', ms: result.ms };
  }

  private async keep(decision: Extract<Decision, { kind: 'keep' }>, state: RunState, now: number): Promise<RunState> {
    this.baseline = decision.baseline;
    const { store } = this.ports;
    const baseline = await store.saveBaseline(decision.baseline);
    const planned = await this.savePlan({ ...decision.remember(state), baseline }, decision.plan, now, decision.undo);
    await store.protect();
    return toPoolPhase(planned, decision.to, now);
  }

  /** @param state with the new plan's summary and the baseline */
  private async savePlan(state: RunState, document: PlanDocument, now: number, undo = state.undo): Promise<RunState> {
    const { store, claim } = this.ports;
    const { kept: _kept, configMap: _name, ...plan } = state.plan!;
    const record = { run: state.run.id, mark: claim.mark, at: iso(now), pool: document.pool.uuid, plan, undo, whole: document };
    const kept = await store.saveRecord({ ...record, baseline: state.baseline! });
    this.plan = { sha256: kept.sha256, document };
    this.ports.onPlan?.(document);
    return { ...state, plan: { ...plan, configMap: kept.configMaps[0]!, kept } };
  }

  private async act(decision: Extract<Decision, { kind: 'act' }>, state: RunState, orders: Orders): Promise<StepResult> {
    const { clock, random, log } = this.ports;
    const host = hostAtWork(state);
    const id = uuid(random);
    const journal: Journal = {
      id,
      ...(host === undefined ? {} : { host }),
      at: iso(clock.now()),
      epoch: state.run.epoch,
      items: decision.effects,
    };
    const remembered = decision.remember === undefined ? state : decision.remember(state);
    const intended: RunState = {
      ...remembered,
      journal,
      // A halted run keeps saying why it halted while things are put back.
      ...(state.phase === 'Halted' ? {} : { reason: 'Working', message: describe(journal), stalled: false }),
    };
    await this.leaveTraces(intended, journal);
    const written = await this.write(intended, 0);
    if (written.kind === 'lost') return written;
    for (const item of journal.items) log.info('effect', { effect: item.effect, object: item.name });
    // No answers yet: were the wave broken off, those of the entry before must not be taken for this one's.
    this.entry = { id, outcomes: new Map(), from: clock.now() };
    const outcomes = await sendWave(journal, { ports: this.ports, fence: this.fence, state: intended, orders });
    this.entry = { id, outcomes, from: clock.now() };
    return { kind: 'again', ms: backOff(intended, outcomes) };
  }

  /** What must outlive the object. One that was made anew in the middle of an upgrade comes here without having planned. */
  private async leaveTraces(state: RunState, { items, at }: Journal): Promise<void> {
    const { store } = this.ports;
    await store.protect();
    const trace = items.map((item) => ({ item, mark: TRACED[item.effect] })).find(({ mark }) => mark !== undefined);
    const host = state.hosts.find(({ uuid }) => uuid === trace?.item.object);
    if (trace?.mark === undefined || host === undefined) return;
    const evidence = { ...host.evidence, [trace.mark]: at };
    const open = { attempt: host.attempt, ...(host.boot === undefined ? {} : { boot: host.boot }) };
    await store.saveLeaving({ run: state.run.id, pool: state.pool?.uuid ?? '', host: host.uuid, at, evidence, ...open });
  }

  /** Writes what changed; `ms` is how long to wait afterwards. */
  private async write(state: RunState, ms: number): Promise<StepResult> {
    const result = await this.ports.store.writeState(state);
    if (result.kind === 'Written') this.fence.proved(result.at);
    return result.kind === 'Conflict' || result.kind === 'Gone' ? { kind: 'lost' } : { kind: 'wait', ms };
  }
}

/** Uuid of the host that facts and effects concern; none while the pool as a whole is dealt with. */
function hostAtWork(state: RunState): string | undefined {
  return state.phase === 'Upgrading' ? hostInWork(state)?.uuid : undefined;
}

/** After refusals it is tried again ever later: 5, 10, 20, 40 s and so on. */
function backOff(state: RunState, outcomes: Outcomes): number {
  const refused = (state.journal?.items ?? []).filter((_, position) => outcomes.get(position)?.kind !== 'Accepted');
  if (refused.length === 0) return 0;
  const tries = Math.max(...refused.map((item) => timesTried(state, item.object, item.effect)));
  return seconds(5) * 2 ** Math.min(tries, 4);
}

/** One sentence on the step in flight. */
function describe(journal: Journal): string {
  const counts = new Map<string, number>();
  for (const item of journal.items) counts.set(item.effect, (counts.get(item.effect) ?? 0) + 1);
  const first = journal.items[0];
  if (journal.items.length === 1 && first !== undefined) return `${effectNamed(first.effect).name} ${first.name}`;
  return [...counts].map(([effect, count]) => `${effect} × ${count}`).join(', ');
}

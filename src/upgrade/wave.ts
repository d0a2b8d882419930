// Sending the effects of one journal entry: stage by stage, side by side within a stage, each guarded by a look taken right before. What the guard forbids
// is not sent; what was sent is never repeated here.
import { effectNamed } from './effects';
import type { Effect } from './effects/effect';
import type { Facts } from './facts';
import type { Fence } from './fence';
import { contextOf, GUARD, type Outcomes } from './journal';
import type { Orders } from './orders';
import type { HeartPorts, Outcome } from './ports';
import type { Journal, JournalItem, RunState } from './state';

/** Looks before an effect is sent all the same: a slow pool must not keep it for ever. */
const LOOKS = 3;

export interface WaveContext {
  readonly ports: HeartPorts;
  readonly fence: Fence;
  readonly state: RunState;
  readonly orders: Orders;
}

/** @throws ClaimLost as soon as the claim cannot be renewed; nothing more is sent then */
export async function sendWave(journal: Journal, context: WaveContext): Promise<Outcomes> {
  const outcomes = new Map<number, Outcome>();
  const stages = [...new Set(journal.items.map((item) => effectNamed(item.effect).stage))].sort((a, b) => a - b);
  for (const stage of stages) {
    const positions = [...journal.items.keys()].filter(
      (position) => effectNamed(journal.items[position]!.effect).stage === stage,
    );
    await inLanes(positions, journal, context.orders.maxParallel, async (position) => {
      const item = journal.items[position]!;
      const outcome = await send(item, journal, context);
      if (outcome.kind !== 'Accepted') {
        const why = outcome.kind === 'Refused' ? `${outcome.code}: ${outcome.text}` : outcome.why;
        context.ports.log.warn('effect not accepted', { effect: item.effect, object: item.name, outcome: outcome.kind, why });
      }
      outcomes.set(position, outcome);
    });
  }
  return outcomes;
}

async function send(item: JournalItem, journal: Journal, context: WaveContext): Promise<Outcome> {
  const effect = effectNamed(item.effect);
  for (let look = 1; ; look++) {
    const facts = await context.ports.observer.observe(new Set(effect.needs), journal.host);
    const refusal = guard(effect, item, journal, facts, context);
    if (refusal !== undefined) return refusal;
    // When the claim had to be renewed the look is as old as the renewal: look again, unless looking itself takes longer than the fence allows.
    const renewed = await context.fence.refresh();
    if (renewed && look < LOOKS) continue;
    return effect.perform(context.ports, effectContext(item, journal, facts, context), () => context.fence.refresh());
  }
}

function guard(effect: Effect, item: JournalItem, journal: Journal, facts: Facts, context: WaveContext): Outcome | undefined {
  const verdict = effect.guard(effectContext(item, journal, facts, context));
  return verdict.ok ? undefined : { kind: 'Refused', code: GUARD, text: verdict.why };
}

function effectContext(
  item: JournalItem,
  journal: Journal,
  facts: Facts,
  { ports, state, orders }: WaveContext,
): ReturnType<typeof contextOf> {
  return contextOf(item, { facts, state, orders, journal, mark: ports.claim.mark, now: ports.clock.now() });
}

/** @throws the first error of any lane, when all have ended */
async function inLanes(
  positions: readonly number[],
  { items }: Journal,
  width: number,
  work: (position: number) => Promise<void>,
): Promise<void> {
  const lanes = new Map<string, { readonly width: number; readonly positions: number[] }>();
  for (const position of positions) {
    const item = items[position]!;
    const { lane } = effectNamed(item.effect);
    const key = lane === undefined ? '' : `${item.effect} ${lane.of(item)}`;
    const found = lanes.get(key) ?? { width: lane?.width ?? width, positions: [] };
    lanes.set(key, found);
    found.positions.push(position);
  }
  const ended = await Promise.allSettled([...lanes.values()].map((lane) => sideBySide(lane.positions, lane.width, work)));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Runs `work` for each item, at most `limit` at a time. The first error stops what has not begun and is thrown when the rest has ended. */
async function sideBySide<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && failure === undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}

// A scene with an order: which host is new when, who may go where, and how many moves each guest still needs at least. One step is the time from one
// host's return to the next one's leaving; at step `t` the hosts of the turns before `t` are new, and the host of turn `t` takes nobody in.
import { type Scene, WAITING } from './scene';

export interface Model {
  readonly scene: Scene;
  /** Host indices, by turn. */
  readonly turns: readonly number[];
  /** Turn by host; -1 for hosts that were new before. */
  readonly turnOf: Int16Array;
  /** Guests that migrate as long as they can: not by rule, not immobile, and seen by some host they can legally reach. */
  readonly mover: Uint8Array;
  /** Fewest moves a guest at `host` still needs at `step`, alone in the pool, its return home included: `least(guest)[step * hosts + host]`. */
  readonly least: (guest: number) => Uint8Array;
}

/** No number of moves will do. */
export const NEVER = 255;

export function modelOf(scene: Scene, turns: readonly number[]): Model {
  const turnOf = new Int16Array(scene.hosts.length).fill(-1);
  turns.forEach((host, turn) => {
    turnOf[host] = turn;
  });
  const tables = new Map<string, Uint8Array>();
  const known: Uint8Array[] = [];
  const frame = { scene, turns, turnOf, pinned: pinnedOn(scene) };
  const least = (guest: number): Uint8Array => (known[guest] ??= tableFor(guest, frame, tables));
  const mover = Uint8Array.from(scene.guests, (_, guest) => {
    if (scene.fates[guest]!.migrates === false || scene.at[guest] === WAITING) return 0;
    return least(guest)[scene.at[guest]!] === NEVER ? 0 : 1;
  });
  return { scene, turns, turnOf, mover, least };
}

export function isNew({ turnOf }: Pick<Model, 'turnOf'>, host: number, step: number): boolean {
  return turnOf[host]! < step;
}

/** Whether the host can take guests in at this step. One that was upgraded by us is in service again. */
export function isOpen({ turnOf, scene }: Pick<Model, 'turnOf' | 'scene'>, host: number, step: number): boolean {
  const turn = turnOf[host]!;
  return turn !== step && ((turn >= 0 && turn < step) || scene.open[host]!);
}

export function capacityAt({ turnOf, scene }: Pick<Model, 'turnOf' | 'scene'>, host: number, step: number): number {
  return turnOf[host]! < step ? scene.after[host]! : scene.before[host]!;
}

/** By version alone. */
export function mayGo(model: Pick<Model, 'turnOf' | 'scene'>, from: number, to: number, step: number): boolean {
  if (isNew(model, to, step)) return true;
  return !isNew(model, from, step) && model.scene.notOlder[from * model.scene.hosts.length + to] === 1;
}

interface Frame {
  readonly scene: Scene;
  readonly turns: readonly number[];
  readonly turnOf: Int16Array;
  /** Bytes by host that guests hold who never move. */
  readonly pinned: Float64Array;
}

function pinnedOn(scene: Scene): Float64Array {
  const pinned = new Float64Array(scene.hosts.length);
  scene.fates.forEach((fate, guest) => {
    const at = scene.at[guest]!;
    if (!fate.migrates && at !== WAITING) pinned[at] = pinned[at]! + scene.need[guest]!;
  });
  return pinned;
}

/** Guests that see the same hosts, fit on the same hosts and have the same home share a table. */
function tableFor(guest: number, frame: Frame, tables: Map<string, Uint8Array>): Uint8Array {
  const { scene } = frame;
  const count = scene.hosts.length;
  const old = new Uint8Array(count);
  const fresh = new Uint8Array(count);
  for (let host = 0; host < count; host++) {
    if (scene.sees[guest * count + host] === 0) continue;
    const rests = frame.turnOf[host]! < 0 ? frame.pinned[host]! : 0;
    old[host] = scene.need[guest]! <= scene.before[host]! - frame.pinned[host]! ? 1 : 0;
    fresh[host] = scene.need[guest]! <= scene.after[host]! - rests ? 1 : 0;
  }
  const goal = scene.fates[guest]!.homeward ? scene.home[guest]! : -1;
  const key = `${goal}/${old.join('')}/${fresh.join('')}`;
  const found = tables.get(key) ?? table(frame, old, fresh, goal);
  tables.set(key, found);
  return found;
}

/** From the last step backwards: a guest stays, unless its host leaves, or makes one move to the best host it may go to. */
function table(frame: Frame, old: Uint8Array, fresh: Uint8Array, goal: number): Uint8Array {
  const { scene, turns } = frame;
  const count = scene.hosts.length;
  const least = new Uint8Array((turns.length + 1) * count);
  const reachable = goal >= 0 && fresh[goal] === 1 && isOpen(frame, goal, turns.length);
  for (let host = 0; host < count; host++) least[turns.length * count + host] = reachable && host !== goal ? 1 : 0;
  for (let step = turns.length - 1; step >= 0; step--) fillStep(frame, { old, fresh, least }, step);
  return least;
}

interface Table {
  readonly old: Uint8Array;
  readonly fresh: Uint8Array;
  readonly least: Uint8Array;
}

function fillStep(frame: Frame, { old, fresh, least }: Table, step: number): void {
  const count = frame.scene.hosts.length;
  const next = (host: number): number => least[(step + 1) * count + host]!;
  const open = [...frame.scene.hosts.keys()].filter((host) => isOpen(frame, host, step));
  const bestNew = Math.min(NEVER, ...open.filter((host) => isNew(frame, host, step) && fresh[host] === 1).map(next));
  const olds = open.filter((host) => !isNew(frame, host, step) && old[host] === 1).sort((a, b) => next(a) - next(b));
  for (let host = 0; host < count; host++) {
    const bestOld = isNew(frame, host, step) ? undefined : olds.find((to) => frame.scene.notOlder[host * count + to] === 1);
    const best = bestOld === undefined ? bestNew : Math.min(bestNew, next(bestOld));
    const moved = best === NEVER ? NEVER : Math.min(best + 1, NEVER - 1);
    least[step * count + host] = host === frame.turns[step] ? moved : Math.min(moved, next(host));
  }
}

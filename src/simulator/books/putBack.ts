// I9: what was changed to make way is put back, or listed under `debts`. Which things may be a debt depends on how the run ended: that is the judge's
// rule, not the controller's choice.
import { arrangementOf } from './arrangement';
import type { Item } from './arrangement';
import type { Bench, EndReport, Judge, JudgedWorld, Outcome } from './court';
import { compareReleases, highest, hostName, inService, releasesDiffer, systemOf, vmName } from './reading';

/** A run that ended for good holds no claim any more; a halted one may go on, and keeps it. */
const OVER: readonly Outcome[] = ['Succeeded', 'Cancelled', 'Failed', 'Refused'];

export function putBack(bench: Bench): Judge {
  const before = arrangementOf(bench.world);
  return {
    id: 'I9',
    on: () => undefined,
    end(report): void {
      const after = arrangementOf(bench.world);
      for (const key of new Set([...before.keys(), ...after.keys()])) {
        bench.judged();
        const item = before.get(key) ?? after.get(key);
        const changed = before.get(key)?.value !== after.get(key)?.value;
        if (item === undefined || !changed || isGone(bench.world, item) || isForeign(item, before)) continue;
        judgeChange(bench, item, report);
      }
    },
  };
}

/** What came with a VM or a drive that somebody made meanwhile is theirs; a mark never is. */
function isForeign(item: Item, before: ReturnType<typeof arrangementOf>): boolean {
  const isNew = ![...before.values()].some(({ what, objects }) => what === item.what && objects.join() === item.objects.join());
  return isNew && item.kind === 'guest' && !item.what.startsWith('xenpool.dev/');
}

function judgeChange(bench: Bench, item: Item, report: EndReport): void {
  const listed = report.debts.some((debt) => item.objects.includes(debt.object));
  const allowed = mayBeOwed(bench.world, item, report.outcome);
  if (listed && allowed) return;
  const why = listed ? `is only a debt, which ${report.outcome} does not excuse` : 'is not as it was, and no debt names it';
  bench.violated(`${item.what} ${nameOf(bench.world, item)} ${why}`);
}

function mayBeOwed(world: JudgedWorld, item: Item, outcome: Outcome): boolean {
  if (item.kind === 'staged' || outcome === 'MasterUnknown') return true;
  if (item.kind === 'bmc') return isBeyondReach(world, item, outcome);
  if (item.kind === 'pool-mark') return !OVER.includes(outcome);
  return isLeftMixed(world) && mustWait(world, item);
}

/** A BMC that does not answer; and the host in work, whose installer may still read from its drive. */
function isBeyondReach(world: JudgedWorld, { objects: [host = ''] }: Item, outcome: Outcome): boolean {
  const machine = world.machines.get(host);
  const inWork = !OVER.includes(outcome) && machine?.state !== 'Up';
  return inWork || world.bmcs?.get(host)?.reachable() !== true;
}

/** What a pool of two releases does not let be put back yet. */
function mustWait(world: JudgedWorld, { kind, objects }: Item): boolean {
  const [object = ''] = objects;
  if (kind === 'guest') return !world.domains.has(object);
  return kind === 'ha' || (kind === 'host' && !isUpgraded(world, object));
}

/** Releases differ, or a host is not back. */
function isLeftMixed(world: JudgedWorld): boolean {
  return releasesDiffer(world) || [...world.machines.values()].some((machine) => machine.state !== 'Up');
}

function isUpgraded(world: JudgedWorld, host: string): boolean {
  const machine = world.machines.get(host);
  const system = systemOf(machine);
  const best = highest(world);
  return inService(machine) && system !== undefined && best !== undefined && compareReleases(system, best) === 0;
}

/** A VM or drive that somebody deleted, or a CD whose VDI is no more, is nobody's debt. */
function isGone(world: JudgedWorld, { kind, objects, what, value }: Item): boolean {
  if (kind !== 'guest') return false;
  const [vm, vbd] = objects;
  if (vm !== undefined && world.database.byUuid('VM', vm) === undefined) return true;
  if (what !== 'CD of a VM') return false;
  const driveGone = vbd !== undefined && world.database.byUuid('VBD', vbd) === undefined;
  return driveGone || (value !== '' && world.database.byUuid('VDI', value) === undefined);
}

function nameOf(world: JudgedWorld, { kind, objects }: Item): string {
  const [object] = objects;
  if (object === undefined) return '';
  if (kind === 'guest') return vmName(world, object);
  return kind === 'host' || kind === 'staged' || kind === 'bmc' ? hostName(world, object) : object;
}

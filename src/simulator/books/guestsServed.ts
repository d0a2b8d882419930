// I6: every VM that ran before runs after, or is named with the reason why not; one that a person or its own guest stopped stays stopped.
import type { VmUuid, WorldEvent } from '../world';
import type { Bench, Judge, Outcome } from './court';
import { vmName } from './reading';

const JUDGED_AT: readonly Outcome[] = ['Succeeded', 'Cancelled', 'MasterOnOldVersion'];

interface Wishes {
  /** VMs whose users want them to run: they ran at the start, or were started by someone since. */
  readonly running: Set<VmUuid>;
  /** VMs that a person or the guest itself stopped. */
  readonly stopped: Set<VmUuid>;
}

export function guestsServed(bench: Bench): Judge {
  const wishes: Wishes = { running: new Set(bench.world.domains.keys()), stopped: new Set() };
  return {
    id: 'I6',
    on(event): void {
      if (event.kind !== 'guest') return;
      if (event.cause.by === 'person' || event.cause.by === 'guest') followWish(wishes, event);
      else if (event.cause.by === 'call' && isStart(event)) judgeStart(bench, wishes, event.vm);
    },
    end(report): void {
      if (!JUDGED_AT.includes(report.outcome)) return;
      for (const vm of wishes.running) {
        bench.judged();
        const served = bench.world.domains.has(vm) || report.notRestored.includes(vm);
        if (!served) bench.violated(`${vmName(bench.world, vm)} does not run any more, and nobody says why`);
      }
    },
  };
}

function isStart(event: WorldEvent & { kind: 'guest' }): boolean {
  return event.change === 'started' || event.change === 'resumed';
}

/** A guest that reboots by itself stops and starts: the last word counts. */
function followWish(wishes: Wishes, event: WorldEvent & { kind: 'guest' }): void {
  if (isStart(event)) {
    wishes.running.add(event.vm);
    wishes.stopped.delete(event.vm);
  }
  if (event.change === 'stopped' || event.change === 'killed' || event.change === 'suspended') {
    wishes.running.delete(event.vm);
    wishes.stopped.add(event.vm);
  }
}

function judgeStart(bench: Bench, wishes: Wishes, vm: VmUuid): void {
  bench.judged();
  if (wishes.stopped.has(vm))
    bench.violated(`${vmName(bench.world, vm)} was started although a person or its guest had stopped it`);
}

// I7: no migration from a newer machine to an older one; while releases differ no start or resume except on a machine of the highest release.
import type { HostUuid, Release } from '../world';
import type { Bench, Judge } from './court';
import { compareReleases, highest, hostName, releasesDiffer, systemOf, vmName } from './reading';

export function versionOrder(bench: Bench): Judge {
  return {
    id: 'I7',
    on(event): void {
      if (event.kind === 'migrated') judgeMigration(bench, event.vm, event.from, event.to);
      if (event.kind !== 'guest' || (event.change !== 'started' && event.change !== 'resumed')) return;
      if (event.cause.by === 'call' || event.cause.by === 'xapi') judgeStart(bench, event.vm, event.host);
    },
    end: () => undefined,
  };
}

function isOlder(one: Release | undefined, other: Release | undefined): boolean {
  return one !== undefined && other !== undefined && compareReleases(one, other) < 0;
}

function judgeMigration(bench: Bench, vm: string, from: HostUuid, to: HostUuid): void {
  const { world } = bench;
  bench.judged();
  if (isOlder(systemOf(world.machines.get(to)), systemOf(world.machines.get(from)))) {
    bench.violated(`${vmName(world, vm)} moved from ${hostName(world, from)} to the older ${hostName(world, to)}`);
  }
}

function judgeStart(bench: Bench, vm: string, host: HostUuid): void {
  const { world } = bench;
  bench.judged();
  if (releasesDiffer(world) && isOlder(systemOf(world.machines.get(host)), highest(world))) {
    bench.violated(`${vmName(world, vm)} was started on ${hostName(world, host)}, which is not of the highest release`);
  }
}

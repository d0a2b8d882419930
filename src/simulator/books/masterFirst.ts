// I2: no member starts its upgrade before the master of the hop is back on the new release with its XAPI listening, and at most one host is away.
import type { HostUuid } from '../world';
import type { Bench, Judge } from './court';
import { hostName, inService, isSame, isWilled, masterOf, systemOf } from './reading';

export function masterFirst(bench: Bench): Judge {
  /** Hosts that were sent away and whose XAPI has not listened since. */
  const away = new Set<HostUuid>();
  return {
    id: 'I2',
    on(event): void {
      for (const host of away) if (inService(bench.world.machines.get(host))) away.delete(host);
      if (event.kind === 'machine' && isWilled(event.cause) && (event.change === 'leaving' || event.change === 'off')) {
        judgeDeparture(bench, event.host, away);
        away.add(event.host);
      }
      if (event.kind === 'installer' && event.stage === 'start') {
        judgeInstaller(bench, event.host);
        away.add(event.host);
      }
    },
    end: () => undefined,
  };
}

function judgeDeparture(bench: Bench, host: HostUuid, away: ReadonlySet<HostUuid>): void {
  const { world } = bench;
  bench.judged();
  for (const other of away) {
    if (other !== host) bench.violated(`${hostName(world, host)} leaves while ${hostName(world, other)} is away`);
  }
  if (host === masterOf(world) || away.has(host)) return;
  if (!inService(world.machines.get(masterOf(world)))) {
    bench.violated(`member ${hostName(world, host)} leaves while the master is not in service`);
  }
  judgeMasterUpgraded(bench, host);
}

/** A machine may reach the installer by a boot entry that was forgotten: it counts like any other start. */
function judgeInstaller(bench: Bench, host: HostUuid): void {
  if (host === masterOf(bench.world)) return;
  bench.judged();
  judgeMasterUpgraded(bench, host);
}

/** The member still holds the old system, so a master that holds the same one is not upgraded. */
function judgeMasterUpgraded(bench: Bench, member: HostUuid): void {
  const { world } = bench;
  const master = systemOf(world.machines.get(masterOf(world)));
  const own = systemOf(world.machines.get(member));
  if (master === undefined || isSame(master, own)) {
    bench.violated(`member ${hostName(world, member)} starts its upgrade before the master is upgraded`);
  }
}

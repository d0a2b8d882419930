// I1: no host is switched off, reset or rebooted while a guest domain exists on it or an operation on a guest is in flight for it. Judged when the
// shutdown is accepted and again when the machine goes: a guest may have been started in the seconds between.
import type { HostUuid, WorldEvent } from '../world';
import type { Bench, Judge } from './court';
import { guests, hostName, isWilled, map, text, vmName } from './reading';

/** `host.current_operations` that bring a guest to the host. */
const ARRIVALS: readonly string[] = ['vm_start', 'vm_resume', 'vm_migrate'];

export function emptyHosts(bench: Bench): Judge {
  return {
    id: 'I1',
    on(event): void {
      if (event.kind === 'machine' && isDeparture(event) && isWilled(event.cause))
        judgeDeparture(bench, event.host, event.change);
    },
    end: () => undefined,
  };
}

function isDeparture(event: WorldEvent & { kind: 'machine' }): boolean {
  return event.change === 'leaving' || event.change === 'off' || event.change === 'installer';
}

function judgeDeparture(bench: Bench, host: HostUuid, change: string): void {
  const { world } = bench;
  bench.judged();
  for (const domain of world.domains.values()) {
    if (domain.host !== host) continue;
    bench.violated(`${hostName(world, host)}: ${change} with ${vmName(world, domain.vm)} ${domain.state} on it`);
  }
  for (const operation of operationsInFlight(bench, host)) {
    bench.violated(`${hostName(world, host)}: ${change} while ${operation} is in flight`);
  }
}

function operationsInFlight({ world }: Bench, host: HostUuid): readonly string[] {
  const here = world.database.byUuid('host', host);
  const arrivals = Object.values(map(here?.record, 'current_operations')).map(String);
  const concerned = guests(world.database).filter(
    ([, vm]) => vm['resident_on'] === here?.ref || vm['scheduled_to_be_resident_on'] === here?.ref,
  );
  const ofGuests = concerned.flatMap(([, vm]) =>
    Object.values(map(vm, 'current_operations')).map((operation) => `${String(operation)} of ${text(vm, 'name_label')}`),
  );
  return [...arrivals.filter((operation) => ARRIVALS.includes(operation)), ...ofGuests];
}

// Hosts with CPUs of different vendors: no live migration leads from one to another.
import type { Check, CheckSituation, Finding } from '../check';
import { type Guest, hasDomain, type Host } from '../../pool';
import { guestObject, hostObject, listNames } from '../findings';

export const cpuVendors: Check = {
  id: 'CpuVendorsDiffer',
  title: 'Guests can migrate between hosts of one CPU vendor',
  source: '2.7 and 3.2.1 of the XenServer reference; XenCenter AssertCanEvacuateUpgradeCheck',
  range:
    'pools whose hosts have CPUs of several vendors: a block where a guest has no other host of its vendor, unless spec.consent.acceptDowntime is set',
  remedy: 'shut the guests down, or set spec.consent.acceptDowntime so that they are stopped for the time of their host',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ pool }) => new Set(pool.hosts.flatMap(({ cpu }) => cpu?.vendor ?? [])).size > 1,
  judge(situation) {
    const stranded = strandedGuests(situation);
    return [divided(situation), ...(stranded.length === 0 ? [] : [strandedFinding(situation, stranded)])];
  },
};

function divided({ pool }: CheckSituation): Finding {
  const vendors = pool.hosts.map(({ name, cpu }) => `${name} ${cpu?.vendor ?? '(not told)'}`).join(', ');
  const message = `the hosts have CPUs of different vendors (${vendors}); guests migrate only among hosts of one vendor`;
  return {
    verdict: 'Warn',
    objects: pool.hosts.map(hostObject),
    message,
    remedy: 'nothing needs to be done where each vendor has two hosts or more with room',
  };
}

function strandedFinding({ orders }: CheckSituation, stranded: readonly Guest[]): Finding {
  const message = `no other host has a CPU of the vendor that ${listNames(stranded)} started on: they cannot migrate and would have to stop`;
  return {
    verdict: orders.consent.acceptDowntime ? 'Warn' : 'Block',
    objects: stranded.map(guestObject),
    message,
    remedy: cpuVendors.remedy,
  };
}

/** Guests for which there is no second host of their vendor. */
function strandedGuests({ pool, world }: CheckSituation): readonly Guest[] {
  const vendorAt = (host: Host | undefined): string | undefined => host?.cpu?.vendor;
  return world.guests.filter(hasDomain).filter((guest) => {
    const vendor = guest.cpu?.vendor ?? vendorAt(pool.hosts.find(({ uuid }) => uuid === guest.host));
    if (vendor === undefined) return false;
    return !pool.hosts.some((host) => host.uuid !== guest.host && (vendorAt(host) ?? vendor) === vendor);
  });
}

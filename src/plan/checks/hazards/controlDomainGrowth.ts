// The control domain of the new release may take more memory, and upgraded hosts then hold fewer guests.
import type { Check, CheckSituation, Finding } from '../check';
import { block, guestObject, hostObject, leadsTo, listNames, warn } from '../findings';
import { type Guest, hasDomain, type Host } from '../../pool';
import { growthBy } from '../../controlDomain';
import { hostsToUpgrade } from './hopSide';

const MIB = 1024 ** 2;

export const controlDomainGrowth: Check = {
  id: 'GuestsNoLongerFit',
  title: 'Guests fit beside the larger control domain of the new release',
  source: '1.6 (dom0 memory), 7.1 and 7.6 of the XenServer reference; XenCenter HostMemoryPostUpgradeCheck',
  range: 'to 8.0 and later: a block only where the plan leaves guests on a host for want of memory, else a warning',
  remedy: 'shut down guests, add memory, lower dynamic maxima, or give rules by which guests may stop (spec.vms.rules)',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.0'),
  judge(situation) {
    const hosts = hostsToUpgrade(situation);
    const grown = hosts.filter((host) => growthOf(situation, host) > 0);
    const untold = hosts.filter((host) => toldSize(situation, host) === undefined);
    if (grown.length === 0) return untoldFindings(situation, untold);
    return [
      ...(firstOf(plannedFindings(situation, grown), crowded(situation)) ?? smaller(situation, grown)),
      ...untoldFindings(situation, untold),
    ];
  },
};

function firstOf(...kinds: readonly (readonly Finding[])[]): readonly Finding[] | undefined {
  return kinds.find((findings) => findings.length > 0);
}

/** Bytes of the control domain of the new release; undefined where the plugin does not tell, as before 8.0. */
function toldSize({ inspection }: CheckSituation, { uuid }: Host): number | undefined {
  const plugin = inspection.hosts[uuid]?.plugin;
  return plugin?.known === true ? plugin.value.dom0Memory : undefined;
}

/** Bytes that the host loses: the installer takes the greater of the old size and the new default. */
function growthOf(situation: CheckSituation, host: Host): number {
  const traits = situation.inspection.hosts[host.uuid];
  return traits === undefined ? 0 : growthBy(traits, situation.hop.to, toldSize(situation, host));
}

function untoldFindings({ hop }: CheckSituation, hosts: readonly Host[]): readonly Finding[] {
  if (hosts.length === 0) return [];
  const message = `the staging plugin of ${listNames(hosts)} does not tell how much memory the control domain of ${hop.to.version} takes; reckoned with what the vendor says of it: 1 GiB and a twentieth of the machine, 8 GiB at most`;
  return [warn(hosts.map(hostObject), message, 'nothing needs to be done while the guests fit')];
}

/** What XenCenter says of it. */
function smaller(situation: CheckSituation, grown: readonly Host[]): readonly Finding[] {
  const losses = grown.map((host) => `${host.name} by ${Math.ceil(growthOf(situation, host) / MIB)} MiB`).join(', ');
  return [
    warn(
      grown.map(hostObject),
      `the control domain grows, and less is left for guests: ${losses}`,
      'nothing needs to be done while the guests fit',
    ),
  ];
}

/** What the plan, which reckons with the growth, could not place. */
function plannedFindings(situation: CheckSituation, grown: readonly Host[]): readonly Finding[] {
  const { pass, world } = situation;
  const wants = ({ why }: { readonly why: { readonly code: string } }): boolean => why.code === 'HOST_NOT_ENOUGH_FREE_MEMORY';
  const chosen = (entries: readonly { readonly guest: string }[]): readonly Guest[] =>
    world.guests.filter(({ uuid }) => entries.some(({ guest }) => guest === uuid));
  const left = chosen((pass?.blocked ?? []).filter(wants));
  const stopped = chosen((pass?.turns ?? []).flatMap(({ stops }) => stops).filter(wants));
  const growth = `the control domain of ${listNames(grown)} grows`;
  const objects = (guests: readonly Guest[]): Finding['objects'] => [...grown.map(hostObject), ...guests.map(guestObject)];
  return [
    ...(left.length > 0
      ? [block(objects(left), `${growth}, and no host has room for ${listNames(left)}`, controlDomainGrowth.remedy)]
      : []),
    ...(stopped.length > 0
      ? [
          warn(
            objects(stopped),
            `${growth}; for want of memory ${listNames(stopped)} will stop for the time of the upgrade`,
            controlDomainGrowth.remedy,
          ),
        ]
      : []),
  ];
}

/** Without such stops, or without a plan: whether the guests of the pool fit when it is upgraded and one host is away. */
function crowded(situation: CheckSituation): readonly Finding[] {
  const { pool, world } = situation;
  if (pool.hosts.length < 2) return [];
  const after = pool.hosts.map((host) => ({ host, room: (world.capacities[host.uuid] ?? 0) - growthOf(situation, host) }));
  const demand = world.guests.filter(hasDomain).reduce((sum, { memory }) => sum + memory, 0);
  const total = after.reduce((sum, { room }) => sum + room, 0);
  const largest = after.reduce((most, entry) => (entry.room > most.room ? entry : most));
  if (demand <= total - largest.room) return [];
  const message = `after the upgrade the guests need ${Math.ceil(demand / MIB)} MiB, and with ${largest.host.name} away ${Math.floor((total - largest.room) / MIB)} MiB are left`;
  return [warn([hostObject(largest.host)], message, controlDomainGrowth.remedy)];
}

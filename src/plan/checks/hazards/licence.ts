// What the licence of the hosts forbids, and when it ends.
import type { Check, CheckSituation, Finding } from '../check';
import { block, guestObject, hostObject, listNames, warn } from '../findings';
import type { HazardTraits } from '../hazardTraits';
import { hasDomain, type Host } from '../../pool';
import { withHazards } from './hopSide';

export const licence: Check = {
  id: 'LicenceForbids',
  title: 'The licence allows what the upgrade does',
  source: '7.3 (LICENCE_RESTRICTION), 3.1 (restrict_rpu) and 6.1 (licence) of the XenServer reference',
  range:
    'always: a block where guests run and the licence forbids live migration, unless spec.consent.acceptDowntime is set; a warning for restrict_rpu, by which XenCenter alone goes, and for a licence that has ended',
  remedy: 'apply a licence that has the feature (xe host-apply-edition), or let the guests stop (spec.consent.acceptDowntime)',
  moments: ['Planning', 'Prepared'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Unknown', (hazards) => [
      ...forbiddenMotion(situation, hazards),
      ...forbiddenUpgrade(situation, hazards),
      ...ended(situation, hazards),
    ]),
};

function restrictedHosts({ pool }: CheckSituation, { hosts }: HazardTraits, feature: string): readonly Host[] {
  return pool.hosts.filter(({ uuid }) => hosts[uuid]?.restricted.includes(feature) === true);
}

function forbiddenMotion(situation: CheckSituation, hazards: HazardTraits): readonly Finding[] {
  const hosts = restrictedHosts(situation, hazards, 'xen_motion');
  const guests = situation.world.guests.filter(hasDomain);
  if (hosts.length === 0 || guests.length === 0) return [];
  const message = `the licence of ${listNames(hosts)} forbids live migration: ${listNames(guests)} cannot move and would have to stop`;
  const objects = [...hosts.map(hostObject), ...guests.map(guestObject)];
  return [
    situation.orders.consent.acceptDowntime ? warn(objects, message, licence.remedy) : block(objects, message, licence.remedy),
  ];
}

function forbiddenUpgrade(situation: CheckSituation, hazards: HazardTraits): readonly Finding[] {
  const hosts = restrictedHosts(situation, hazards, 'rpu');
  if (hosts.length === 0) return [];
  const message = `the licence of ${listNames(hosts)} does not include rolling pool upgrades; XenCenter refuses them, XAPI does not`;
  return [warn(hosts.map(hostObject), message, 'ask your vendor, or apply a licence that includes them')];
}

function ended({ pool, now }: CheckSituation, { hosts }: HazardTraits): readonly Finding[] {
  const over = pool.hosts.filter(({ uuid }) => (hosts[uuid]?.licenceExpiry ?? Infinity) <= now);
  if (over.length === 0) return [];
  const message = `the licence of ${listNames(over)} has ended; guests that are stopped may then be refused their start`;
  return [warn(over.map(hostObject), message, 'renew the licence before the upgrade')];
}

// What XAPI itself says of emptying each host. Its own evacuation is stricter than this operator's: it wants every other host to be able to take a guest, and
// moves none when one cannot go. So its word is told, with its codes, and holds nothing up.
import type { Guest, Host } from '../pool';
import type { Check, CheckSituation, Finding } from './check';
import type { Obstructing } from './inspection';
import { guestObject, hostObject, hostsToAsk, warn } from './findings';

const REMEDY = 'see 7.3 of the XenServer reference for the code; guests that cannot migrate are stopped by their policy';

export const evacuation: Check = {
  id: 'EvacuationObstructed',
  title: 'XAPI would evacuate every host',
  source: '3.2.1, 7.2 and 7.3 of the XenServer reference; XenCenter AssertCanEvacuateUpgradeCheck',
  range: 'while HA and workload balancing are off (before, XAPI answers for them and not for the guests): a warning',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ pool }) => pool.hosts.length > 1 && !pool.haEnabled && !pool.wlbEnabled,
  judge: (situation) => hostsToAsk(situation).flatMap((host) => obstructed(situation, host)),
};

function obstructed(situation: CheckSituation, host: Host): readonly Finding[] {
  const fact = situation.inspection.hosts[host.uuid]?.obstructing;
  if (fact?.known !== true) {
    const why = fact?.why ?? 'it was not asked';
    return [warn([hostObject(host)], `what XAPI says of evacuating ${host.name} cannot be told: ${why}`, REMEDY)];
  }
  if (fact.value.length === 0) return [];
  const guests = fact.value.flatMap(({ guest }) => situation.world.guests.find(({ uuid }) => uuid === guest) ?? []);
  const said = fact.value.slice(0, 5).map((entry) => sayOne(entry, situation.world.guests));
  const more = fact.value.length > said.length ? ` and ${fact.value.length - said.length} more` : '';
  const message = `XAPI would not evacuate ${host.name}: ${said.join(', ')}${more}`;
  return [warn([hostObject(host), ...guests.map(guestObject)], message, REMEDY)];
}

function sayOne({ guest, code }: Obstructing, guests: readonly Guest[]): string {
  return `${guests.find(({ uuid }) => uuid === guest)?.name ?? guest} (${code})`;
}

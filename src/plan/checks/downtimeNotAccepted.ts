// Guests that would have to stop for the time of the upgrade, which nobody has said they may.
import { obstacleOn } from '../placement';
import type { Guest } from '../pool';
import type { Check, CheckSituation } from './check';
import { block, guestObject, warn } from './findings';
import { guestFates } from './guestFates';

const REMEDY = 'set spec.consent.acceptDowntime to true or give them a rule';

export const downtimeNotAccepted: Check = {
  id: 'DowntimeNotAccepted',
  title: 'Guests that must stop may stop',
  source: '3.2.1 and 7.3 of the XenServer reference; XenCenter AssertCanEvacuateUpgradeCheck',
  range: 'every release: a block, with consent a warning that names them',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge(situation) {
    const { stopping } = guestFates(situation);
    if (stopping.length === 0) return [];
    const consented = situation.orders.consent.acceptDowntime;
    const message = `${sayWhy(situation, stopping)} cannot migrate to any host and would be stopped`;
    return [
      (consented ? warn : block)(stopping.map(guestObject), message, consented ? 'give them a rule if they must not be' : REMEDY),
    ];
  },
};

/** The first few, each with the code of what stands in its way. */
function sayWhy(situation: CheckSituation, guests: readonly Guest[]): string {
  const shown = guests.slice(0, 5).map((guest) => `${guest.name} (${codeOf(situation, guest)})`);
  return guests.length > shown.length ? `${shown.join(', ')} and ${guests.length - shown.length} more` : shown.join(', ');
}

function codeOf({ pass, pool, world }: CheckSituation, guest: Guest): string {
  const planned = (pass?.turns ?? []).flatMap(({ stops }) => stops).find((stop) => stop.guest === guest.uuid);
  if (planned !== undefined) return planned.why.code;
  if (guest.immobile !== undefined) return guest.immobile.code;
  const others = pool.hosts.filter(({ uuid }) => uuid !== guest.host);
  const codes = others.flatMap((host) => obstacleOn(host, guest, world, Infinity)?.code ?? []);
  return codes[0] ?? 'NO_HOSTS_AVAILABLE';
}

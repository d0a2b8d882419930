// Operations that a person has blocked on a guest. They are respected; what they leave to do is said, and that nothing is left blocks.
import type { Check, CheckSituation, Finding } from '../check';
import { type Guest, hasDomain } from '../../pool';
import { guestObject } from '../findings';

const AWAY = ['pool_migrate', 'suspend', 'clean_shutdown', 'hard_shutdown'] as const;

export const blockedOperations: Check = {
  id: 'OperationsBlocked',
  title: 'Nobody has blocked what the upgrade does to guests',
  source: '4.8 (blocked_operations: respect what the user blocked) and 7.3 (OPERATION_BLOCKED) of the XenServer reference',
  range: 'guests with a domain: a block where no way off the host is left, or none back after a planned stop; else a warning',
  remedy: 'take the block away (`xe vm-param-remove param-name=blocked-operations param-key=`), or stop the guest yourself',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: ({ world }) => world.guests.some(({ blocked }) => Object.keys(blocked).length > 0),
  judge: (situation) => situation.world.guests.filter(hasDomain).flatMap((guest) => judgeGuest(situation, guest)),
};

function judgeGuest(situation: CheckSituation, guest: Guest): readonly Finding[] {
  const blocked = (operation: string): boolean => guest.blocked[operation] !== undefined;
  const said = (verdict: 'Warn' | 'Block', message: string): Finding => ({
    verdict,
    objects: [guestObject(guest)],
    message,
    remedy: blockedOperations.remedy,
  });
  if (AWAY.every(blocked))
    return [said('Block', `${guest.name} can neither migrate nor be stopped: ${AWAY.join(', ')} are blocked`)];
  const back = blockedWayBack(situation, guest);
  if (back !== undefined) return [said('Block', `${guest.name} would be stopped and could not come back: ${back} is blocked`)];
  const in_the_way = [...AWAY, 'start_on', 'start', 'resume_on', 'resume'].filter(blocked);
  return in_the_way.length === 0
    ? []
    : [said('Warn', `${in_the_way.join(', ')} of ${guest.name} is blocked; the upgrade goes another way`)];
}

/** The operation that the plan brings it back with, where that is blocked. Each way is tried on a host of the plan's choice. */
function blockedWayBack({ pass }: CheckSituation, guest: Guest): string | undefined {
  const stop = pass?.turns.flatMap(({ stops }) => stops).find((entry) => entry.guest === guest.uuid);
  if (stop === undefined) return undefined;
  const operation = stop.action === 'Suspend' ? 'resume' : 'start';
  return [`${operation}_on`, operation].find((name) => guest.blocked[name] !== undefined);
}

// Guests that keep their host from being emptied under the rules given: told now, and not in the middle of the night.
import type { Check } from './check';
import { block, guestObject, listNames } from './findings';
import { guestFates } from './guestFates';

const REMEDY = 'stop them, lift what blocks them, or give them another policy (a rule, or spec.vms.whenUnmovable)';

export const guestBlocksDrain: Check = {
  id: 'GuestBlocksDrain',
  title: 'No guest keeps its host from being emptied',
  source: '3.2.1 and 7.3 of the XenServer reference; XenCenter AssertCanEvacuateUpgradeCheck',
  range: 'every release',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge(situation) {
    const { blocking } = guestFates(situation);
    if (blocking.length === 0) return [];
    const reasons = (situation.pass?.blocked ?? []).filter(({ guest }) => blocking.some(({ uuid }) => uuid === guest));
    const why =
      reasons.length === 0
        ? ''
        : ` (${reasons
            .slice(0, 3)
            .map((entry) => entry.why.text)
            .join('; ')})`;
    return [block(blocking.map(guestObject), `${listNames(blocking)} would block the drain of their host${why}`, REMEDY)];
  },
};

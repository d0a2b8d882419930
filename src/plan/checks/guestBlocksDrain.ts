// Guests that keep their host from being emptied under the rules given: told now, and not in the middle of the night.
import type { Check } from './check';
import { block, guestObject, listNames } from './findings';
import { guestFates } from './guestFates';

const REMEDY = 'their policy is Block (a rule, or spec.vms.whenUnmovable); stop them or give them another policy';

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
    return [block(blocking.map(guestObject), `${listNames(blocking)} would block the drain of their host`, REMEDY)];
  },
};

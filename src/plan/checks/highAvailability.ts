// High availability is put aside before the first host and put back after the last. Once it is off nobody may have turned it on again.
import type { Check } from './check';
import { block, poolObject } from './findings';

const REMEDY = 'turn it off again (xe pool-ha-disable), or annotate the object with xenpool.dev/retry after you have';

export const highAvailability: Check = {
  id: 'HaOn',
  title: 'High availability is off, or is put aside and put back without consent',
  source: '2.6 and 3.2 of the XenServer reference; XenCenter HaOffCheck',
  range: 'every release: passes while planning, because the run turns it off itself; later it must be off',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: ({ pool, moment }) =>
    pool.haEnabled && moment !== 'Planning'
      ? [block([poolObject(pool)], `somebody has turned high availability of pool ${pool.name} on again`, REMEDY)]
      : [],
};

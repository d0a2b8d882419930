// Workload balancing is put aside before the first host and put back after the last. Once it is off nobody may have turned it on again.
import type { Check } from './check';
import { block, poolObject } from './findings';

const REMEDY = 'turn it off again (xe pool-param-set wlb-enabled=false)';

export const workloadBalancing: Check = {
  id: 'WlbOn',
  title: 'Workload balancing is off, or is put aside and put back without consent',
  source: '2.6 and 3.2 of the XenServer reference; XenCenter WlbOffCheck',
  range: 'every release: passes while planning, because the run turns it off itself; later it must be off',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: ({ pool, moment }) =>
    pool.wlbEnabled && moment !== 'Planning'
      ? [block([poolObject(pool)], `somebody has turned workload balancing of pool ${pool.name} on again`, REMEDY)]
      : [],
};

// Guests that start by themselves when a host boots would race with the run's own starts: the pool's switch is put aside and put back.
import type { Check } from './check';
import { block, poolObject } from './findings';

const REMEDY = 'remove the key auto_poweron from other_config of the pool';

export const poolAutoPoweron: Check = {
  id: 'PoolAutoPoweron',
  title: 'Automatic power-on of the pool is off, or is put aside and put back without consent',
  source: '2.6 and 3.2.1 of the XenServer reference; Xen Orchestra clears the same key',
  range: 'every release: passes while planning, because the run removes the key itself; later it must be gone',
  remedy: REMEDY,
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: ({ pool, moment }) =>
    pool.autoPoweron !== undefined && moment !== 'Planning'
      ? [block([poolObject(pool)], `somebody has set auto_poweron of pool ${pool.name} again`, REMEDY)]
      : [],
};

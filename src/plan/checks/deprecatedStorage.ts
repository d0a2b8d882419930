// SR types that later releases no longer bring.
import type { Check } from './check';
import { leadsTo, listNames, srObject, warn } from './findings';

const DEPRECATED = new Set(['lvmofcoe']);
const REMEDY = 'move the disks to an SR of another type';

export const deprecatedStorage: Check = {
  id: 'DeprecatedStorage',
  title: 'No SR is of a deprecated type',
  source: '1.6 (lvmofcoe) and 3.2 of the XenServer reference; XenCenter PoolHasDeprecatedSrsCheck',
  range: 'to 7.5 and later, software FCoE (lvmofcoe): a warning',
  remedy: REMEDY,
  moments: ['Planning'],
  applies: ({ hop }) => leadsTo(hop, '7.5'),
  judge: ({ world }) => {
    const srs = world.srs.filter(({ type }) => DEPRECATED.has(type));
    if (srs.length === 0) return [];
    return [
      warn(
        srs.map(srObject),
        `${listNames(srs)}: software FCoE (lvmofcoe) is deprecated and may not be there after the upgrade`,
        REMEDY,
      ),
    ];
  },
};

// From XenServer to XCP-ng: what is lost on the way.
import type { Check } from '../check';
import { poolObject, warn } from '../findings';

export const crossGrade: Check = {
  id: 'CrossGrade',
  title: 'Nothing of XenServer alone is relied on',
  source: '1.7 of the XenServer reference',
  range: 'XenServer to XCP-ng; a warning',
  remedy: 'make sure that nothing licensed is in use; a XenServer host cannot join the pool while it is half way',
  moments: ['Planning'],
  applies: ({ hop }) => hop.from.brand === 'XenServer' && hop.to.brand === 'XCP-ng',
  judge: ({ pool }) => [
    warn(
      [poolObject(pool)],
      `licensed features of XenServer are lost or replaced when pool ${pool.name} becomes one of XCP-ng`,
      crossGrade.remedy,
    ),
  ],
};

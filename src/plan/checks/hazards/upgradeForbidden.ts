// Pools whose owner has said that no rolling upgrade may be made.
import type { Check } from '../check';
import { block, poolObject } from '../findings';
import { withHazards } from './hopSide';

export const upgradeForbidden: Check = {
  id: 'UpgradeForbidden',
  title: 'Nobody has forbidden rolling upgrades of the pool',
  source: '3.1 (`hci-forbid-rpu`) of the XenServer reference; XenCenter does not let such a pool be chosen',
  range: 'always a block',
  remedy:
    'follow the procedure of who set it; when it is left over, xe pool-param-remove param-name=other-config param-key=hci-forbid-rpu',
  moments: ['Planning'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Unknown', ({ pool }) =>
      pool.forbidsRollingUpgrade
        ? [
            block(
              [poolObject(situation.pool)],
              `pool ${situation.pool.name} bears hci-forbid-rpu in its other_config`,
              upgradeForbidden.remedy,
            ),
          ]
        : [],
    ),
};

// A new pool secret under way: members that do not have it yet would be left outside.
import type { Check } from '../check';
import { block, poolObject } from '../findings';
import { withHazards } from './hopSide';

export const secretRotation: Check = {
  id: 'SecretRotationPending',
  title: 'No rotation of the pool secret is pending',
  source: '2.6 (pool secret rotation must not be pending before) of the XenServer reference',
  range: 'releases that rotate it (8.2 with its hotfix, and later): a block',
  remedy: 'finish it first: xe pool-secret-rotate, with all hosts up',
  moments: ['Planning', 'Prepared'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Unknown', ({ pool }) =>
      pool.secretRotationPending
        ? [
            block(
              [poolObject(situation.pool)],
              `pool ${situation.pool.name} has a rotation of its secret pending, which mixed mode refuses to finish`,
              secretRotation.remedy,
            ),
          ]
        : [],
    ),
};

// XOSTOR: storage on the hosts' own disks that has an upgrade procedure of its own.
import type { Check } from '../check';
import { block, listNames, srObject } from '../findings';
import type { Sr } from '../../pool';

export const xostor: Check = {
  id: 'XostorInUse',
  title: 'No XOSTOR storage',
  source:
    'the XenServer reference says nothing of XOSTOR (SR type linstor); its vendor has a procedure of its own, whose steps between hosts this operator does not take',
  range: 'pools with an SR of type linstor: a block',
  remedy: 'upgrade the pool by the XOSTOR procedure of the vendor',
  moments: ['Planning'],
  applies: ({ world }) => world.srs.some(isXostor),
  judge: ({ world }) => {
    const srs = world.srs.filter(isXostor);
    return [
      block(
        srs.map(srObject),
        `${listNames(srs)} is XOSTOR storage, whose replicas live on the hosts' own disks: taking one host after another down needs its own procedure`,
        xostor.remedy,
      ),
    ];
  },
};

function isXostor({ type }: Sr): boolean {
  return type === 'linstor';
}

// StorageLink SRs: only two of the adapters live on in 6.1, and they are detached over the upgrade.
import type { Check, CheckSituation, Finding } from '../check';
import { block, leadsTo, listNames, srObject, warn } from '../findings';
import type { Sr } from '../../pool';
import { comesFromBelow, withHazards } from './hopSide';

export const storageLink: Check = {
  id: 'StorageLinkInUse',
  title: 'StorageLink SRs are detached',
  source: '1.6 (StorageLink SRs `cslg`) of the XenServer reference',
  range:
    'from below 6.1 to 6.1 or later with an SR of type cslg: a block while it is attached or the default SR; a warning on later releases, of which the reference says nothing',
  remedy:
    'detach the SR on every host before (xe pbd-unplug), make another type of SR the default, and attach it again afterwards; only NetApp and EqualLogic adapters work on 6.1',
  moments: ['Planning'],
  applies: ({ hop, world }) => leadsTo(hop, '6.1') && world.srs.some(isStorageLink),
  judge: (situation) => withHazards(situation, 'Unknown', ({ pool }) => judgeSrs(situation, pool.defaultSr)),
};

function judgeSrs({ hop, world }: CheckSituation, defaultSr: string | undefined): readonly Finding[] {
  const srs = world.srs.filter(isStorageLink);
  const { remedy } = storageLink;
  if (!comesFromBelow(hop, '6.1'))
    return [
      warn(
        srs.map(srObject),
        `${listNames(srs)} is a StorageLink SR; whether ${hop.to.version} serves it is not documented`,
        remedy,
      ),
    ];
  const attached = srs.filter(({ uuid }) => world.pbds.some((pbd) => pbd.sr === uuid && pbd.attached));
  const chosen = srs.filter(({ uuid }) => uuid === defaultSr);
  return [
    ...(attached.length > 0
      ? [
          block(
            attached.map(srObject),
            `${listNames(attached)} is a StorageLink SR and attached; it must be detached before the upgrade`,
            remedy,
          ),
        ]
      : []),
    ...(chosen.length > 0
      ? [
          block(
            chosen.map(srObject),
            `${listNames(chosen)}, the default SR of the pool, is a StorageLink SR; it must be of another type`,
            remedy,
          ),
        ]
      : []),
  ];
}

function isStorageLink({ type }: Sr): boolean {
  return type === 'cslg';
}

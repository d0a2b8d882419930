// What the hazard checks ask of a situation: how far the hop leads, which hosts it is still to be made on and how, and what was read from the pool's records.
import { compareVersions, sameRelease } from '../../release';
import type { Host } from '../../pool';
import type { CheckHop, CheckSituation, Finding } from '../check';
import { hostsConcerned, poolObject } from '../findings';
import type { HazardTraits } from '../hazardTraits';

export function comesFromBelow({ from }: CheckHop, version: string): boolean {
  return compareVersions(from.version, version) < 0;
}

/** Hosts the hop has still to be made on; before a host, that one alone. Of one that is not up nothing can be told, and another check holds the run up for it. */
export function hostsToUpgrade(situation: CheckSituation): readonly Host[] {
  const { hop, host } = situation;
  return hostsConcerned(situation).filter(
    ({ live, version }) => live && (host !== undefined || !sameRelease(version.release, hop.to)),
  );
}

export function isStaged({ orders }: CheckSituation, { uuid }: Host): boolean {
  return orders.methods[uuid] === 'Staged';
}

/** What the look gives, or that nobody looked: `unseen` is Unknown for a check that may block. */
export function withHazards(
  situation: CheckSituation,
  unseen: 'Unknown' | 'Warn',
  look: (hazards: HazardTraits) => readonly Finding[],
): readonly Finding[] {
  const { hazards } = situation.inspection;
  if (hazards !== undefined) return look(hazards);
  const message = `pool ${situation.pool.name}: what this check looks at was not read`;
  const remedy = 'see that the pool answers and that the login may read its records';
  return [{ verdict: unseen, objects: [poolObject(situation.pool)], message, remedy }];
}

// The clusters of a pool as the checks on them see them.
import type { CheckedObject, CheckSituation, Finding } from '../check';
import { cannotTell, poolObject } from '../findings';
import type { ClusterSight } from '../hazardTraits';
import { withHazards } from './hopSide';

/** What the look gives; Unknown where the clusters could not be read. */
export function withClusters(
  situation: CheckSituation,
  look: (clusters: readonly ClusterSight[]) => readonly Finding[],
): readonly Finding[] {
  return withHazards(situation, 'Unknown', ({ clusters }) => {
    if (clusters.known) return look(clusters.value);
    const message = `pool ${situation.pool.name}: its clusters could not be read: ${clusters.why}`;
    return [cannotTell([poolObject(situation.pool)], message, 'see that the pool answers')];
  });
}

export function clusterObject({ uuid, stack }: ClusterSight): CheckedObject {
  return { kind: 'cluster', uuid, name: stack };
}

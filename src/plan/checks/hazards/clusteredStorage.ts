// Clustering and GFS2 that the target does not take over: XCP-ng from XenServer, and XenServer 9 with corosync 2.
import type { Check, CheckSituation, Finding } from '../check';
import { block, leadsTo, listNames, srObject } from '../findings';
import type { ClusterSight } from '../hazardTraits';
import { clusterObject, withClusters } from './clusterSights';

export const clusteredStorage: Check = {
  id: 'ClusteringInTheWay',
  title: 'Clustering and GFS2 do not forbid the target',
  source: '1.6 (GFS2 / clustering) and 1.7 of the XenServer reference',
  range: 'XenServer to XCP-ng with clustering or a GFS2 SR, and to XenServer 9 with corosync 2: a block',
  remedy:
    'move the disks off GFS2, destroy the SR and the cluster before a cross-grade; for XenServer 9 migrate the cluster to corosync 3 first',
  moments: ['Planning', 'Prepared'],
  applies: ({ hop }) => hop.from.brand !== hop.to.brand || (hop.to.brand === 'XenServer' && leadsTo(hop, '9.0')),
  judge: (situation) => withClusters(situation, (clusters) => judgeStorage(situation, clusters)),
};

function judgeStorage({ hop, world }: CheckSituation, clusters: readonly ClusterSight[]): readonly Finding[] {
  const { remedy } = clusteredStorage;
  if (hop.from.brand === hop.to.brand) {
    const old = clusters.filter(({ stack }) => !/corosync ?3/.test(stack));
    return old.length === 0
      ? []
      : [
          block(
            old.map(clusterObject),
            `the cluster runs ${listNames(old.map(clusterObject))}, and XenServer 9 wants corosync 3`,
            remedy,
          ),
        ];
  }
  const srs = world.srs.filter(({ type }) => type === 'gfs2');
  if (clusters.length + srs.length === 0) return [];
  const objects = [...clusters.map(clusterObject), ...srs.map(srObject)];
  return [
    block(objects, `XCP-ng's XAPI does not start on a database with clustering or GFS2 in it: ${listNames(objects)}`, remedy),
  ];
}

// Quorum of clusters: a host that leaves while another is missing degrades the clustered SRs, and reboots are refused.
import type { Check, CheckSituation, Finding } from '../check';
import { block, listNames } from '../findings';
import type { ClusterSight } from '../hazardTraits';
import { clusterObject, withClusters } from './clusterSights';

export const clusterQuorum: Check = {
  id: 'ClusterNotQuorate',
  title: 'Clusters are quorate and whole',
  source: '2.6 (clustering: quorate before the next host; CLUSTERED_SR_DEGRADED) and 4.9 of the XenServer reference',
  range: 'pools with clustering (7.5 and later): a block',
  remedy: 'bring the members back (xe cluster-host-list, xe cluster-host-enable) and wait until the cluster is quorate',
  moments: ['Planning', 'Prepared', 'BeforeHost'],
  applies: () => true,
  judge: (situation) => withClusters(situation, (clusters) => clusters.flatMap((cluster) => judgeQuorum(situation, cluster))),
};

function judgeQuorum({ pool }: CheckSituation, cluster: ClusterSight): readonly Finding[] {
  const said = (message: string): Finding =>
    block([clusterObject(cluster)], `the cluster (${cluster.stack}) ${message}`, clusterQuorum.remedy);
  const absent = pool.hosts.filter(({ uuid }) => cluster.absent.includes(uuid));
  return [
    ...(cluster.quorate === false ? [said('is not quorate')] : []),
    ...(absent.length > 0 ? [said(`lacks ${listNames(absent)}: a host that leaves now would degrade its SRs`)] : []),
  ];
}

// GFS2 was experimental in 7.5: XenCenter upgrades no such pool in a rolling way.
import { compareVersions } from '../release';
import type { Check } from './check';
import { block, listNames, srObject } from './findings';

const REMEDY = 'move the disks to another SR and remove the GFS2 SR and the cluster before';

export const gfs2On75: Check = {
  id: 'Gfs2On75',
  title: 'A pool of 7.5 has no GFS2 SR',
  source: '1.6 (GFS2 / clustering) and 3.2 of the XenServer reference; XenCenter PoolHasGFS2SR',
  range: 'from 7.5 (later releases: see ClusteringInTheWay)',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop: { from } }) => compareVersions(from.version, '7.5') >= 0 && compareVersions(from.version, '7.6') < 0,
  judge: ({ world, inspection }) => {
    const srs = world.srs.filter(({ type }) => type === 'gfs2');
    const clusters = inspection.hazards?.clusters;
    const clustered = clusters?.known === true ? clusters.value : [];
    if (srs.length + clustered.length === 0) return [];
    const what = srs.length > 0 ? `the SRs ${listNames(srs)} are GFS2` : 'clustering is enabled';
    return [block(srs.map(srObject), `${what}, and a pool of 7.5 with them cannot be upgraded host by host`, REMEDY)];
  },
};

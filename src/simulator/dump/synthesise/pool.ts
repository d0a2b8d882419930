// The pool object, and what no dump knows at all.
import { text } from '../../pool/recordFields';
import { factsOf } from '../../releases';
import { derivedUuid } from '../derived';
import { readMapField, type Step } from './draft';

const ROLLING_UPGRADE = 'rolling_upgrade_in_progress';

export const poolObject: Step = ({ database }) =>
  [...database.records('pool')].flatMap(([ref, record]) => {
    const warnings: string[] = [];
    if (text(record, 'uuid') === '') {
      database.update('pool', ref, { uuid: derivedUuid(ref) });
      warnings.push('pool: uuid made up');
    }
    const { [ROLLING_UPGRADE]: flag, ...rest } = readMapField(record, 'other_config');
    if (flag !== undefined) {
      database.update('pool', ref, { other_config: rest });
      warnings.push(`pool: ${ROLLING_UPGRADE} was set although all hosts have one version; taken for left over`);
    }
    return warnings;
  });

/** A pool that is balanced knows its server; XAPI switches nothing on again without one. */
export const balancer: Step = ({ database }) =>
  [...database.records('pool')].flatMap(([ref, record]) => {
    if (record['wlb_enabled'] !== true || text(record, 'wlb_url') !== '') return [];
    database.update('pool', ref, { wlb_url: '192.0.2.1:8012' });
    return ['pool: workload balancing is on without a server; its address is made up'];
  });

export const disks: Step = ({ release }) => [
  `disks of the hosts made up: ${release.brand} ${release.version} on the ${factsOf(release).layout} partition layout, backup partition empty`,
];

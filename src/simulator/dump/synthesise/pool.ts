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

export const disks: Step = ({ release }) => [
  `disks of the hosts made up: ${release.brand} ${release.version} on the ${factsOf(release).layout} partition layout, backup partition empty`,
];

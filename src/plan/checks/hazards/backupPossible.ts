// Whether the database can be dumped: the only backup of the pool is taken before the first host leaves.
import { isMixed } from '../../pool';
import type { Check, CheckSituation, Finding } from '../check';
import { block, hostObject, poolObject, warn } from '../findings';

export const backupPossible: Check = {
  id: 'BackupImpossible',
  title: 'The database of the pool can be dumped',
  source:
    '2.4 (dummy database in mixed mode), 4.5 (host.call_plugin is for pool admins only) and 4.6 (GET /pool/xmldbdump) of the XenServer reference',
  range: 'always: a block where the login is no pool admin, a warning in a mixed pool, which goes on with an earlier backup only',
  remedy: 'give the login the role pool-admin, or use root',
  moments: ['Planning', 'Prepared'],
  applies: () => true,
  judge: (situation) => [...mixed(situation), ...refused(situation)],
};

function mixed({ pool }: CheckSituation): readonly Finding[] {
  if (!isMixed(pool)) return [];
  const message = `pool ${pool.name} is in mixed mode, in which XAPI serves a dummy database: no backup can be taken, and going on rests on an earlier one`;
  return [warn([poolObject(pool)], message, 'keep the backup that was taken before the first host was upgraded')];
}

/** XenAPI does not tell the role of a session. Calling a plugin is for pool admins alone, as the dump is, so its refusal tells. */
function refused({ pool, inspection }: CheckSituation): readonly Finding[] {
  const host = pool.hosts.find(({ uuid }) => {
    const plugin = inspection.hosts[uuid]?.plugin;
    return plugin?.known === false && plugin.why.includes('RBAC_PERMISSION_DENIED');
  });
  if (host === undefined) return [];
  const message = `host ${host.name} refused its plugin to the login (RBAC_PERMISSION_DENIED): the dump of the database would be refused too`;
  return [block([hostObject(host)], message, backupPossible.remedy)];
}

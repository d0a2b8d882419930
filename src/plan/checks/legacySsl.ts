// Hosts that still offer the old TLS: from 8.2 on nothing can turn it on or off, and clients that need it are cut off.
import type { Host } from '../pool';
import type { Check, CheckSituation } from './check';
import { block, hostObject, hostsConcerned, leadsTo, listNames } from './findings';

const REMEDY = 'turn it off (xe pool-disable-ssl-legacy) once no client needs it';

export const legacySsl: Check = {
  id: 'LegacySsl',
  title: 'No host offers the legacy SSL protocol',
  source: '1.6 and 3.2 of the XenServer reference; XenCenter PoolLegacySslCheck',
  range: 'to 8.2 and later',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.2'),
  judge(situation) {
    const hosts = legacyHosts(situation);
    if (hosts.length === 0) return [];
    return [
      block(hosts.map(hostObject), `${listNames(hosts)}: legacy SSL is on, and releases from 8.2 on do not have it`, REMEDY),
    ];
  },
  fix: {
    does: 'pool.disable_ssl_legacy',
    undoes: 'pool.enable_ssl_legacy where the run ends before the master has 8.2, whose releases no longer have that call',
    steps: (situation) => {
      const { uuid, name } = situation.pool;
      const set = (
        enabled: 'true' | 'false',
      ): { effect: string; object: string; name: string; params: Record<string, string> } => ({
        effect: 'SetSslLegacy',
        object: uuid,
        name,
        params: { enabled },
      });
      return legacyHosts(situation).length === 0 ? [] : [{ step: set('false'), undo: set('true'), undoBefore: '8.2' }];
    },
  },
};

function legacyHosts(situation: CheckSituation): readonly Host[] {
  return hostsConcerned(situation).filter(({ uuid }) => situation.inspection.hosts[uuid]?.sslLegacy === true);
}

// Whether the repository really holds the release that was ordered. A wrong one would be noticed only when the host is back, with the wrong system.
import { compareVersions } from '../release';
import type { Check, CheckSituation, Finding } from './check';
import type { Host } from '../pool';
import { block, hostObject, listNames, warn } from './findings';
import { stagedHosts } from './repositoryUnreachable';

const REMEDY = 'correct the URL in spec.releases, or the target';

export const repositoryRelease: Check = {
  id: 'RepositoryWrongRelease',
  title: 'The repository holds the release ordered',
  source: '3.2 and 4.7 (getVersion) of the XenServer reference; the way XenCenter finds its target',
  range: 'boot method Staged; a warning where the plugin is older than 2.1.0 (up to 7.6) and cannot tell, as in XenCenter',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop, orders }) => hop.repository !== undefined && Object.values(orders.methods).includes('Staged'),
  judge(situation) {
    // Of a host that does not reach it, or did not answer, RepositoryUnreachable tells.
    const asked = stagedHosts(situation).filter((host) => answersOf(situation, host)?.url === 'true');
    const silent = asked.filter((host) => answersOf(situation, host)?.version === undefined);
    return [...asked.flatMap((host) => wrong(situation, host)), ...untold(situation, silent)];
  },
};

function answersOf(
  { inspection }: CheckSituation,
  { uuid }: Host,
): { readonly url?: string | undefined; readonly version?: { readonly product: string } | undefined } | undefined {
  const plugin = inspection.hosts[uuid]?.plugin;
  return plugin?.known === true ? plugin.value : undefined;
}

function wrong(situation: CheckSituation, host: Host): readonly Finding[] {
  const { hop } = situation;
  const held = answersOf(situation, host)?.version?.product;
  if (held === undefined || compareVersions(held, hop.to.version) === 0) return [];
  return [block([hostObject(host)], `${hop.repository} holds release ${held}, not ${hop.to.version}`, REMEDY)];
}

function untold({ hop }: CheckSituation, hosts: readonly Host[]): readonly Finding[] {
  if (hosts.length === 0) return [];
  const message = `${listNames(hosts)}: the staging plugin is too old to tell which release ${hop.repository} holds`;
  return [warn(hosts.map(hostObject), message, `look into its .treeinfo: it must be ${hop.to.version}`)];
}

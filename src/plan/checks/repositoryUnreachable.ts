// Whether each host reaches the installer's repository over its own network: asked of the host, because what this operator reaches says nothing.
import type { Check, CheckSituation } from './check';
import type { Host } from '../pool';
import { block, cannotTell, hostObject, hostsToAsk, unknownHosts } from './findings';
import { foundByTestUrl, remedyByTestUrl } from './testUrl';

const REMEDY =
  'see that the repository is unpacked at the URL in spec.releases and that the management network of each host leads there';

export const repositoryUnreachable: Check = {
  id: 'RepositoryUnreachable',
  title: 'Each host reaches the repository of the installer',
  source: '3.2 and 4.7 (testUrl) of the XenServer reference; XenCenter PrepareToUpgradeCheck',
  range: 'boot method Staged',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop, orders }) => hop.repository !== undefined && Object.values(orders.methods).includes('Staged'),
  judge(situation) {
    const hosts = stagedHosts(situation);
    const pluginOf = ({ uuid }: Host): ReturnType<typeof pluginFact> => pluginFact(situation, uuid);
    const question = `whether it reaches ${situation.hop.repository}`;
    return [
      ...unknownHosts(hosts, pluginOf, { verdict: 'Unknown', question, remedy: REMEDY }),
      ...hosts.flatMap((host) => {
        const plugin = pluginOf(host);
        return plugin?.known === true && plugin.value.url !== 'true' ? [refused(situation, host, plugin.value.url)] : [];
      }),
    ];
  },
};

export function stagedHosts(situation: CheckSituation): readonly Host[] {
  return hostsToAsk(situation).filter(({ uuid }) => situation.orders.methods[uuid] === 'Staged');
}

function pluginFact(
  { inspection }: CheckSituation,
  host: string,
): CheckSituation['inspection']['hosts'][string]['plugin'] | undefined {
  return inspection.hosts[host]?.plugin;
}

function refused({ hop }: CheckSituation, host: Host, code: string | undefined): ReturnType<typeof block> {
  if (code === undefined)
    return cannotTell([hostObject(host)], `host ${host.name} was not asked whether it reaches ${hop.repository}`, REMEDY);
  const sentence = `host ${host.name} cannot install from ${hop.repository} (${code}): ${foundByTestUrl(code)}`;
  return block([hostObject(host)], sentence, remedyByTestUrl(code) ?? REMEDY);
}

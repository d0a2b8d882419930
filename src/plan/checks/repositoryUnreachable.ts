// Whether each host reaches the installer's repository over its own network: asked of the host, because what this operator reaches says nothing.
import type { Check, CheckSituation } from './check';
import type { Host } from '../pool';
import { block, cannotTell, hostObject, hostsToAsk, unknownHosts } from './findings';

const REMEDY =
  'see that the repository is unpacked at the URL in spec.releases and that the management network of each host leads there';

/** By the codes of `testUrl`. Source: 4.7 of the XenServer reference. */
const CODES: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  MISSING_URL: ['no URL was given', 'give spec.releases a repository URL'],
  INVALID_URL: [
    'there is no installer at the URL',
    'unpack the whole ISO there, .treeinfo and boot files included, or correct the URL',
  ],
  INVALID_VER: ['the repository holds an older release than the host runs', 'name the repository of the target release'],
  FORBIDDEN: ['the server forbids it (403)', 'let the hosts read the repository'],
  NOT_FOUND: ['the server finds nothing there (404)', 'correct the URL, or unpack the whole ISO there'],
  UNAUTH_URL: ['the server asks for a password (401)', 'put user and password into the URL, or let the hosts read it without'],
  TIMEOUT: ['the server does not answer in time', 'open the way from the management network of the host to the server'],
  REPO_IOERROR: ['the server could not be reached or broke off', 'see to its name, its address, and the way from the host to it'],
  'PROXY AUTH FAILURE': ['the proxy refused', 'correct the proxy of the host, or serve the repository where none is needed'],
};

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
  const [found, remedy] = CODES[code] ?? [serverError(code), REMEDY];
  return block([hostObject(host)], `host ${host.name} cannot install from ${hop.repository} (${code}): ${found}`, remedy);
}

function serverError(code: string): string {
  return code.startsWith('REPO_SERVER_ERROR') ? 'the server failed' : 'its plugin refused it';
}

// The network by which the installer reaches what it is fetched from: it is set up from the host's management interface, within the limits of the staging plugin,
// and of what an installer that the boot server serves can be told.
import { compareVersions } from '../../release';
import type { Check, CheckSituation, Finding } from '../check';
import type { ManagementInterface } from '../hazardTraits';
import type { Host } from '../../pool';
import { hostObject, leadsTo } from '../findings';
import { isServed } from '../boot/served';
import { hostsToUpgrade, isStaged, withHazards } from './hopSide';

export const managementNetwork: Check = {
  id: 'ManagementNetwork',
  title: 'The installer can be told the management network of each host',
  source:
    '4.7 (requirements and limits of the staging plugin), 5.3 (network_device, network_config), 6.1 (management address) and 10 #20 of the XenServer reference',
  range:
    'every method but Manual: a block for LACP bonds and tagged VLANs (Staged: from below 7.5, else: to below 7.5); Staged: for a static address without gateway or without the name server that the URL needs, else: for no address; a warning for DHCP',
  remedy:
    'change the management interface as the message says, or name another boot method for the host (spec.hosts[].boot.method)',
  moments: ['Planning', 'BeforeHost'],
  applies: () => true,
  judge: (situation) =>
    withHazards(situation, 'Unknown', ({ hosts }) =>
      hostsToUpgrade(situation)
        .filter((host) => isStaged(situation, host) || isServed(situation.orders.methods[host.uuid]))
        .flatMap((host) => judgeHost(situation, host, hosts[host.uuid]?.management)),
    ),
};

function judgeHost(situation: CheckSituation, host: Host, management: ManagementInterface | undefined): readonly Finding[] {
  const objects = [hostObject(host)];
  if (management === undefined)
    return [
      {
        verdict: 'Warn',
        objects,
        message: `the pool does not show by which interface ${host.name} is managed`,
        remedy: managementNetwork.remedy,
      },
    ];
  const blocks = obstacles(situation, host, management).map(([message, remedy]): Finding => ({
    verdict: 'Block',
    objects,
    message: `${host.name} ${message}`,
    remedy,
  }));
  if (management.mode !== 'DHCP') return blocks;
  const message = `${host.name} gets its management address by DHCP: the installer needs a lease too, and with another address afterwards the other hosts must follow`;
  return [
    ...blocks,
    { verdict: 'Warn', objects, message, remedy: 'reserve the address for its MAC on the DHCP server, or set it statically' },
  ];
}

interface Wire extends ManagementInterface {
  /** Name that a name server must know; undefined where none is needed. */
  readonly name: string | undefined;
  readonly tagsRefused: boolean;
  /** By its plugin; else the boot server serves the installer. */
  readonly staged: boolean;
}

interface Limit {
  readonly broken: (wire: Wire) => boolean;
  readonly message: (wire: Wire) => string;
  readonly remedy: string;
}

const LIMITS: readonly Limit[] = [
  {
    broken: ({ bond }) => bond === 'lacp',
    message: ({ device }) => `is managed over an LACP bond (${device}), which the installer cannot build`,
    remedy: 'set the bond to active-backup for the time of the upgrade, or choose another boot method',
  },
  {
    broken: ({ vlan, tagsRefused }) => vlan !== undefined && tagsRefused,
    message: ({ vlan, device, staged }) =>
      `is managed over tagged VLAN ${vlan} (${device}), which ${staged ? 'the staging plugin before 1.1.4' : 'the installer before 7.5'} does not know`,
    remedy: 'untag the management VLAN at the switch, or choose another boot method',
  },
  {
    broken: ({ mode, staged }) => mode === 'None' && !staged,
    message: ({ device }) => `has no management address (${device}) that the installer could take`,
    remedy: 'give the management interface an IPv4 address, or choose boot method Manual',
  },
  {
    broken: ({ mode, gateway, staged }) => staged && mode === 'Static' && gateway === '',
    message: ({ device }) => `has a static management address without a gateway (${device}), which the installer needs`,
    remedy: 'set a gateway with xe pif-reconfigure-ip',
  },
  {
    broken: ({ mode, dns, name, staged }) => staged && mode === 'Static' && dns === '' && name !== undefined,
    message: ({ device, name }) =>
      `has a static management address without a name server (${device}), and the repository is at ${name}`,
    remedy: 'set a name server with xe pif-reconfigure-ip, or give the repository by its address',
  },
];

function obstacles(situation: CheckSituation, host: Host, management: ManagementInterface): readonly Obstacle[] {
  const { hop, inspection } = situation;
  const plugin = inspection.hosts[host.uuid]?.plugin;
  // `getVersion` came with 2.1.0: a host that answers it has a plugin newer than its release's own.
  const renewed = plugin?.known === true && plugin.value.version !== undefined;
  const staged = isStaged(situation, host);
  const tagsRefused = staged ? compareVersions(host.version.release.version, '7.5') < 0 && !renewed : !leadsTo(hop, '7.5');
  const wire: Wire = { ...management, name: hostNameIn(hop.repository), tagsRefused, staged };
  return LIMITS.filter(({ broken }) => broken(wire)).map(({ message, remedy }) => [message(wire), remedy]);
}

type Obstacle = readonly [message: string, remedy: string];

/** The name in the URL that a name server must know; undefined where an address stands, or no URL. */
function hostNameIn(repository: string | undefined): string | undefined {
  if (repository === undefined || !URL.canParse(repository)) return undefined;
  const { hostname } = new URL(repository);
  return hostname === '' || hostname.startsWith('[') || /^[\d.]+$/.test(hostname) ? undefined : hostname;
}

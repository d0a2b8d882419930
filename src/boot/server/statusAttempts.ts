// From the status of a PoolUpgrade to the attempts that are open by it. Closed when in doubt: an attempt is one that the status spells out whole, of a host that
// left or is about to, in a run that upgrades.
import type { HostBoot, HostStatus, PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { InstallerArguments, NetworkConfig } from '../arguments/installerArguments';
import type { BootAttempt } from './attempt';

/** In which a host's installer may begin. A host that waits for a person may have an installer at work that nobody sees. */
const OPEN: ReadonlySet<string> = new Set(['Leaving', 'Installing', 'AwaitingOperator']);

/**
 * Pure. A host that is past those phases keeps its attempt until its status drops it: nothing begins any more, and what has begun is served to its end.
 * @returns at most one a host; none where the object says nothing of boots
 */
export function attemptsOf({ status }: PoolUpgrade): readonly BootAttempt[] {
  if (status?.pool === undefined || status.run === undefined) return [];
  const scope = { pool: status.pool.uuid, run: status.run.id };
  return (status.hosts ?? []).flatMap((host) => {
    const attempt = attemptOf(scope, host);
    if (attempt === undefined) return [];
    const open = status.phase === 'Upgrading' && OPEN.has(host.phase ?? '');
    return [open ? attempt : { ...attempt, veto: attempt.veto ?? `the run is ${status.phase} and the host ${host.phase}` }];
  });
}

/** The attempt of one host as its status spells it out, whatever its phase; undefined where it does not. */
export function attemptOf(scope: { readonly pool: string; readonly run: string }, host: HostStatus): BootAttempt | undefined {
  const { boot, bootMethod } = host;
  const expires = Date.parse(boot?.expires ?? '');
  if (boot === undefined || bootMethod === undefined || !Number.isFinite(expires)) return undefined;
  const { intent, brand, disk, baseURL, repositoryURL, veto, firmware } = boot;
  return {
    ...scope,
    host: host.uuid,
    attempt: host.attempt,
    expires,
    method: bootMethod,
    intent,
    target: { brand, version: host.to },
    disk,
    baseUrl: baseURL,
    ...(repositoryURL === undefined ? {} : { repository: repositoryURL }),
    ...(veto === undefined ? {} : { veto }),
    ...(firmware === undefined ? {} : { firmware }),
    machine: machineOf(boot),
    arguments: argumentsOf(boot),
  };
}

function machineOf({ macs, serial, uuid }: HostBoot): BootAttempt['machine'] {
  return {
    macs: macs.map((mac) => mac.toLowerCase()),
    ...(serial === undefined ? {} : { serial }),
    ...(uuid === undefined ? {} : { uuid: uuid.toLowerCase() }),
  };
}

function argumentsOf({ arguments: said }: HostBoot): InstallerArguments {
  const { networkDevice, network, multipath, consoles = [], atExit } = said;
  return {
    ...(networkDevice === undefined ? {} : { networkDevice }),
    ...(network === undefined ? {} : { networkConfig: networkOf(network) }),
    ...(multipath === undefined ? {} : { multipath }),
    ...(atExit === undefined ? {} : { atExit }),
    consoles,
  };
}

function networkOf({
  kind,
  ip = '',
  netmask = '',
  gateway,
  dns = [],
  domain,
  vlan,
}: NonNullable<HostBoot['arguments']['network']>): NetworkConfig {
  const tag = vlan === undefined ? {} : { vlan };
  if (kind === 'dhcp') return { kind, ...tag };
  return {
    kind,
    ip,
    netmask,
    dns,
    ...(gateway === undefined ? {} : { gateway }),
    ...(domain === undefined ? {} : { domain }),
    ...tag,
  };
}

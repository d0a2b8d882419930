// The dom0 plugin `prepare_host_upgrade.py`, which lays an installer into a running host's boot menu: an upgrade without touching the machine.
// Source: the reference's section 4.7.
import { sleep } from '../../foundation/clock';
import { releaseOfTree } from '../firmware/treeRelease';
import { hostLine } from '../network/hostLine';
import { NetworkFailure } from '../network/hostNetwork';
import { factsOf } from '../releases';
import type { Machine, Release } from '../world';
import { ApiError } from './apiError';
import { type Call, type Handlers, mapArgument, refArgument, textArgument } from './call';
import { defaultMemory, memoryOfMachine } from './controlDomain';
import { PLUGIN_LOOK, PLUGIN_MAIN } from './durations';
import type { Ref } from './liveDatabase';
import { disksOn, localSrs } from './localStorage';
import { integerOf, text } from './recordFields';
import { compareDotted } from './versions';
import type { Xapi } from './xapi';

const NAME = 'prepare_host_upgrade.py';
/** A local SR smaller than that leaves no room for the new layout. */
const ROOM = 38 * 1024 ** 3;

export function pluginCalls(xapi: Xapi): Handlers {
  return { 'host.call_plugin': (call) => callPlugin(xapi, call) };
}

async function callPlugin(xapi: Xapi, call: Call): Promise<string> {
  const host = refArgument(call, 0);
  xapi.hosts.record(host);
  xapi.placement.assertReachable(host);
  const machine = xapi.world.machines.get(xapi.hosts.uuid(host))!;
  const version = textArgument(call, 1) === NAME ? factsOf(installed(machine)).plugin : null;
  if (version === null) throw new ApiError('XENAPI_MISSING_PLUGIN', textArgument(call, 1));
  const functions = functionsOf(xapi, host, machine, version);
  const run = functions[textArgument(call, 2)];
  if (run === undefined) throw new ApiError('UNKNOWN_XENAPI_PLUGIN_FUNCTION', textArgument(call, 2));
  return run(mapArgument(call, 3));
}

type PluginFunction = (args: Readonly<Record<string, string>>) => Promise<string>;

function functionsOf(
  xapi: Xapi,
  host: Ref,
  machine: Machine,
  version: string,
): Readonly<Record<string, PluginFunction | undefined>> {
  const { clock } = xapi;
  const looking = async (answer: () => string | Promise<string>): Promise<string> => {
    await sleep(clock, PLUGIN_LOOK);
    return answer();
  };
  const since = (needed: string, run: PluginFunction): PluginFunction | undefined =>
    compareDotted(version, needed) >= 0 ? run : undefined;
  return {
    testUrl: (args) => looking(async () => accepted(await repositoryFor(xapi, machine, args['url']))),
    testSafe2Upgrade: () => looking(() => safeToUpgrade(xapi, host, machine)),
    getVersion: since('2.1.0', (args) => looking(async () => versionText(await repositoryAt(xapi, machine, args['url'])))),
    getDom0DefaultMemory: since('2.1.0', (args) =>
      looking(async () => controlDomainMemory(xapi, host, await repositoryAt(xapi, machine, args['url']))),
    ),
    getEUA: since('2.2.5', (args) =>
      looking(async () => agreementText(xapi, machine, await repositoryAt(xapi, machine, args['url']))),
    ),
    main: (args) => stage(xapi, host, machine, args['url']),
  };
}

/** That there is one is all the answer says. */
function accepted(_: Release): string {
  return 'true';
}

/** The code stands fourth in the error's description. */
function failure(code: string): ApiError {
  return new ApiError('XENAPI_PLUGIN_FAILURE', 'non-zero exit', '', code);
}

function installed(machine: Machine): Release {
  const { system } = machine.disk;
  if (system === null || system === 'broken') throw new Error(`${machine.name} answers a call but has no system installed`);
  return system;
}

/** The same, unless the network of the host is in the way. */
function repositoryFor(xapi: Xapi, machine: Machine, url: string | undefined): Promise<Release> {
  const refused = xapi.world.faults.strike('repository-refuses', { host: machine.uuid });
  if (refused !== undefined) throw failure(refused['code'] ?? 'TIMEOUT');
  return repositoryAt(xapi, machine, url);
}

function controlDomainMemory({ database, hosts }: Xapi, host: Ref, release: Release): string {
  return String(defaultMemory(release, memoryOfMachine(database, hosts, host)));
}

function agreementText(xapi: Xapi, machine: Machine, release: Release): string {
  const has = xapi.world.faults.strike('licence-agreement', { host: machine.uuid }) !== undefined;
  return JSON.stringify({ eua: has ? `The licence agreement of ${release.version}.` : '' });
}

/** @throws ApiError MISSING_URL, INVALID_URL, INVALID_VER, TIMEOUT as the plugin gives them */
async function repositoryAt(xapi: Xapi, machine: Machine, url: string | undefined): Promise<Release> {
  if (url === undefined || url === '') throw failure('MISSING_URL');
  const found = (await servedTree(xapi, machine, url)) ?? knownTree(xapi, url);
  if (found === undefined) throw failure('INVALID_URL');
  if (compareReleases(found, installed(machine)) < 0) throw failure('INVALID_VER');
  return found;
}

/** What the host finds when it looks there itself; undefined when nobody of that name is known, or the tree tells nothing. @throws ApiError TIMEOUT */
async function servedTree({ world, hosts }: Xapi, machine: Machine, url: string): Promise<Release | undefined> {
  const { network, clock } = world;
  if (network === undefined || !/^https?:/.test(url)) return undefined;
  const from = text(hosts.record(hosts.ref(machine.uuid)), 'address');
  const line = hostLine({ network, clock, from });
  try {
    return await releaseOfTree(url, async (file) => {
      const { status, body } = await line.get(file, new AbortController().signal);
      return status === 200 ? body.toString('utf8') : undefined;
    });
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    if (error.kind === 'NoSuchHost') return undefined;
    throw failure('TIMEOUT');
  }
}

function knownTree({ settings }: Xapi, url: string): Release | undefined {
  const within = ([prefix]: readonly [string, Release]): boolean =>
    url === prefix || url.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
  return [...settings.repositories].find(within)?.[1];
}

/** By platform version where both have one, else by product version. */
function compareReleases(one: Release, other: Release): number {
  const [ours, theirs] = [factsOf(one).platform, factsOf(other).platform];
  return ours !== null && theirs !== null ? compareDotted(ours, theirs) : compareDotted(one.version, other.version);
}

function versionText(release: Release): string {
  return JSON.stringify({ 'platform-version': factsOf(release).platform, 'product-version': release.version });
}

/**
 * `true` means that nothing is in the way: the disk has the new layout already, or the next upgrade may re-cut it, and the local SR goes with it.
 * Source: `safe2upgrade()` of the plugin as of 2016, which asks first whether /var/log is a partition of its own, then for an SR on the system disk.
 */
function safeToUpgrade(xapi: Xapi, host: Ref, machine: Machine): string {
  if (machine.disk.layout === 'new') return 'true';
  const local = localSrs(xapi.database, host).filter(({ attached }) => attached);
  if (local.length === 0) return 'true';
  if (local.some(({ sr }) => disksOn(xapi.database, sr).length > 0)) return 'vdi_present';
  return local.some(({ record }) => integerOf(record, 'physical_size') >= ROOM) ? 'true' : 'not_enough_space';
}

/** Lays the installer in place; the next boot runs it. A second run without a boot between is counted, because it spoils the way back. */
async function stage(xapi: Xapi, host: Ref, machine: Machine, url: string | undefined): Promise<string> {
  await sleep(xapi.clock, PLUGIN_LOOK);
  await repositoryAt(xapi, machine, url);
  await sleep(xapi.clock, PLUGIN_MAIN);
  if (machine.state !== 'Up') throw new ApiError('CANNOT_CONTACT_HOST', host);
  machine.disk.safe2upgrade = safeToUpgrade(xapi, host, machine) === 'true';
  machine.disk.staged = { url: url!, answerFile: answerFile(url!), runs: (machine.disk.staged?.runs ?? 0) + 1 };
  return 'true';
}

function answerFile(url: string): string {
  const escaped = url.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<installation mode="upgrade">
<existing-installation>/dev/disk/by-id/scsi-system-disk</existing-installation>
<source type="url">${escaped}</source>
<script stage="installation-start" type="url">file:///revert-bootloader.py</script>
</installation>
`;
}

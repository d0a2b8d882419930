// What a host has of storage: each repository it is to see, how it reaches it, and over how many paths.
import type { RecordOf, Ref } from '../../../xenapi/records/records';
import { type Records, uuidOf } from '../records';
import { type Entry, entries, printMap } from './printed';

/** Keys of `device_config` that say where storage is. All others may be what opens it: chapuser, chappassword, cifspassword, and whatever a driver invents. */
const OPEN_KEYS: ReadonlySet<string> = new Set([
  ...[
    'target',
    'targetIQN',
    'SCSIid',
    'LUNid',
    'LUNSerial',
    'port',
    'device',
    'location',
    'server',
    'serverpath',
    'type',
    'options',
  ],
  ...['multihomelist', 'multiSession', 'provider', 'nfsversion', 'legacy_mode', 'iso_path', 'allocation', 'aggregate'],
]);

export function storageSettings(records: Records, host: Ref): readonly Entry[] {
  return [...records('PBD').values()].filter((pbd) => pbd.host === host).flatMap((pbd) => pbdSettings(records, pbd));
}

function pbdSettings(records: Records, pbd: RecordOf<'PBD'>): readonly Entry[] {
  const sr = records('SR').get(pbd.SR);
  if (sr === undefined) return [];
  const local = !sr.shared && sr.type !== 'udev' && sr.type !== 'iso';
  return entries(`PBD ${kindOf(sr)}${sr.uuid}`, {
    attached: pbd.currently_attached,
    type: sr.type,
    shared: sr.shared,
    device_config: printMap(pbd.device_config, isClosed, pbd.uuid),
    paths: pathsUp(pbd),
    ...(local ? { size: sr.physical_size, images: sr.VDIs.length } : {}),
  });
}

/** Those that each boot or each release makes anew. */
function kindOf(sr: RecordOf<'SR'>): string {
  if (sr.type === 'udev') return 'removable ';
  return sr.is_tools_sr === true || sr.other_config['xenserver_tools_sr'] === 'true' ? 'tools ' : '';
}

/** An address with a name before it (`user:password@server`) is closed under any key. */
function isClosed(key: string, value: string): boolean {
  return !OPEN_KEYS.has(key) || value.includes('@');
}

/** The storage driver writes `mpath-<SCSI id>: [up, all]` for each device; undefined where it wrote none. */
function pathsUp({ other_config }: RecordOf<'PBD'>): number | undefined {
  const counts = Object.entries(other_config)
    .filter(([key]) => key.startsWith('mpath-'))
    .map(([, value]) => Number.parseInt(value.replace(/^\D*/, ''), 10) || 0);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** Which repository each use of the host falls to; '' for none. */
export function srChoices(records: Records, host: RecordOf<'host'>): readonly Entry[] {
  const uuid = (ref: Ref | undefined): string | undefined => (ref === undefined ? undefined : (uuidOf(records, 'SR', ref) ?? ''));
  return entries('host', {
    suspend_image_sr: uuid(host.suspend_image_sr),
    crash_dump_sr: uuid(host.crash_dump_sr),
    local_cache_sr: uuid(host.local_cache_sr),
  });
}

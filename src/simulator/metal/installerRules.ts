// What an installer makes of the disk it finds: whether it will upgrade it, and what becomes of the partition layout. Facts of the releases come from
// the simulator's own table, never from the operator's catalogue: the two must be able to disagree.
import { compareVersions, factsOf, installerAccepts } from '../releases';
import type { Disk, FirmwareMode, Release } from '../world';

/** From here on the installer refuses short certificate keys, and the partition layout of 6.5 and before unless it was told to convert it (xenserver.md 1.6). */
const STRICT_SINCE = '8.3.0';
/** Bits of an RSA key. */
const SHORTEST_KEY = 2048;
/** The staging plugin's entry serves one boot from this plugin version on; before, it is the default until the installer's revert script runs. */
const ONE_SHOT_PLUGIN = '1.2.0';

/** Whether the next upgrade to `target` re-cuts this disk (and so destroys the local SR). */
export function convertsLayout(disk: Disk, target: Release): boolean {
  return disk.layout === 'old' && disk.safe2upgrade && factsOf(target).layout === 'new';
}

/** True when the staged entry of this system is for one boot only. */
export function stagesForOneBoot(system: Release): boolean {
  const { plugin } = factsOf(system);
  return plugin !== null && compareVersions(plugin, ONE_SHOT_PLUGIN) >= 0;
}

/** The installer's own words when it will not upgrade this disk, or undefined when it will. Nothing has been touched then. */
export function refusalOf(disk: Disk, target: Release): string | undefined {
  const source = disk.system;
  if (source === null || source === 'broken') return 'Could not locate the installation specified to be reinstalled.';
  const ownLine = source.brand === target.brand || target.brand === 'XCP-ng';
  if (!ownLine || !installerAccepts(target, source)) return `No upgrader found for ${source.brand} ${source.version}`;
  return compareVersions(target.version, STRICT_SINCE) >= 0 ? strictRefusal(disk) : undefined;
}

function strictRefusal(disk: Disk): string | undefined {
  if (disk.keyBits < SHORTEST_KEY) return 'Current server certificate is too small';
  return disk.layout === 'old' && !disk.safe2upgrade
    ? 'Old partition layout is unsupported, run prepare_host_upgrade plugin and try again'
    : undefined;
}

/** The installer's own words when it was started otherwise than the system on the disk is, or undefined. Nothing has been touched then. */
export function mismatchOf(started: FirmwareMode, installed: FirmwareMode): string | undefined {
  const name = (mode: FirmwareMode): string => (mode === 'UEFI' ? 'UEFI' : 'legacy');
  return started === installed
    ? undefined
    : `Installer mode (${name(started)}) is mismatched with target boot mode (${name(installed)})`;
}

/** The installer's own words when there is no backup that it would put back, or undefined. Nothing has been touched then. */
export function restoreRefusal({ backup }: Disk, installer: Release): string | undefined {
  // The sources' own spelling.
  if (backup === null || !backup.complete) return 'Could not locate exsisting backup.';
  return installerAccepts(installer, backup.release) ? undefined : 'Unable to find a backup to restore.';
}

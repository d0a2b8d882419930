// Which disk of a host carries its system, for the answer file of its installer: XenAPI does not show `/etc/xensource-inventory`, where it stands. But the
// installer puts the host's local storage into the partition behind those of the system, and of storage the pool shows the device.
import { type Fact, known, unknown } from '../foundation/fact';
import type { Guests, Pbd } from './pool';

/** What of the pool tells it. */
export type StorageSight = Pick<Guests, 'srs' | 'pbds'>;

/** A remedy that fits whatever the reason is. */
export const NAME_THE_DISK =
  'write what `grep PRIMARY_DISK /etc/xensource-inventory` prints on the host into spec.hosts[].boot.disk';

/**
 * The disk as `PRIMARY_DISK` would name it; a person's word outweighs what the pool shows.
 *
 * A mistake wipes nothing: an installer that finds no installation on the disk it is told stops with `Could not locate the installation specified to be
 * reinstalled` before it has changed anything, and with `mode="upgrade"` it formats the root of an installation that is there and nothing else (xenserver.md 5.1).
 * @param host uuid
 * @param named `spec.hosts[].boot.disk`
 */
export function primaryDisk({ srs, pbds }: StorageSight, host: string, named?: string): Fact<string> {
  if (named !== undefined) return known(named);
  const local = new Set(srs.filter(({ shared }) => !shared).map(({ uuid }) => uuid));
  const shown = pbds.filter((pbd) => pbd.host === host && local.has(pbd.sr)).flatMap(devicesOf);
  const disks = [...new Set(shown.flatMap((device) => systemDisk(device) ?? []))];
  const [disk] = disks;
  if (disk === undefined) return unknown(noneAmong(shown));
  if (disks.length > 1)
    return unknown(`local storage lies behind the partitions of a system on several disks: ${disks.join(', ')}`);
  if (disk.startsWith('/dev/cciss/'))
    return unknown(`its local storage lies on ${disk}, a name that the kernels of later installers do not give any more`);
  return known(disk);
}

/** Several where storage spans several disks. */
function devicesOf({ device }: Pbd): readonly string[] {
  return (device ?? '').split(',').filter((part) => part !== '');
}

function noneAmong(shown: readonly string[]): string {
  if (shown.length === 0) return 'it has no local storage on a disk, which would tell';
  return `its local storage lies on ${shown.join(', ')}; only the third partition of a disk, or the fourth behind one of the vendor, lies behind those of a system`;
}

/** How partitions are named by what disks are named. Source: `determineMidfix` of the installer. */
const PARTITIONS: readonly RegExp[] = [
  /^(\/dev\/disk\/by-(?:id|path)\/.+)-part(\d+)$/,
  /^(\/dev\/(?:cciss\/c\d+d\d+|nvme\d+n\d+|mmcblk\d+|md\d+|mapper\/.*\d))p(\d+)$/,
  /^(\/dev\/(?:[hsv]d|xvd)[a-z]+)(\d+)$/,
];

/** Root, its backup, local storage; the installer may leave one partition of the vendor before them. Other numbers are nobody's rule. */
const BEHIND_A_SYSTEM: ReadonlySet<string> = new Set(['3', '4']);

/** Undefined where local storage on that device says nothing of the system: a whole disk, or another partition. */
function systemDisk(device: string): string | undefined {
  const match = PARTITIONS.map((pattern) => pattern.exec(device)).find((found) => found !== null);
  return match !== undefined && match !== null && BEHIND_A_SYSTEM.has(match[2]!) ? match[1] : undefined;
}

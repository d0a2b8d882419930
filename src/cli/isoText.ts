// What is told of an ISO: for people, and for programs.
import type { BootConfiguration, MediaInspection } from '../boot/media/inspection';
import { table } from './printReport';

/** Sentences, then what firmware may start, then what is replaced. */
export function isoText(inspection: MediaInspection, sha256: string | undefined): string {
  const { release, volume, size, firmware, bootsAsDisk, boot, configurations, notes } = inspection;
  const platform = release === undefined || release.platformVersion === '' ? '' : ` (platform ${release.platformVersion})`;
  const named =
    release === undefined ? 'Release not told' : `${release.brand} ${release.version}${platform}, told by ${release.from}`;
  const entries = boot.map((entry) => [nameOf(entry), entry.bootable ? 'yes' : 'no', String(entry.offset)]);
  const replaced = configurations.map((one) => [
    one.path,
    one.firmware,
    one.entry,
    String(one.size),
    String(one.room),
    whereOf(one),
  ]);
  return [
    `${named}; volume "${volume}", ${size} bytes.`,
    `Starts the installer by itself in ${firmware.join(' and ')} mode, as a CD${bootsAsDisk ? ' and as a disk' : ''}.`,
    ...(sha256 === undefined ? [] : ['Its SHA-256 is the one named.']),
    ...notes,
    '',
    ...table(['BOOT ENTRY', 'BOOTABLE', 'AT BYTE'], entries),
    '',
    ...table(['REPLACED', 'FIRMWARE', 'STARTS', 'BYTES', 'ROOM', 'AT BYTE'], replaced),
    '',
  ].join('\n');
}

function nameOf({ platform, platformId }: MediaInspection['boot'][number]): string {
  return platform === 'Other' ? `platform 0x${platformId.toString(16)}` : platform;
}

const whereOf = ({ extents }: BootConfiguration): string => extents.map(({ offset }) => offset).join(', ');

/** The same for programs; what is not known is null. */
export function isoRecord(source: string, inspection: MediaInspection, sha256: string | undefined): object {
  const { release, volume, size, firmware, bootsAsDisk, boot, configurations, notes } = inspection;
  return {
    source,
    size,
    sha256: sha256?.toLowerCase() ?? null,
    volume,
    release:
      release === undefined
        ? null
        : {
            brand: release.brand,
            version: release.version,
            platformVersion: release.platformVersion || null,
            from: release.from,
          },
    firmware,
    bootsAsDisk,
    bootEntries: boot.map((entry) => ({ platform: nameOf(entry), bootable: entry.bootable, offset: entry.offset })),
    replaced: configurations.map(({ path, firmware: mode, kind, entry, size: bytes, room, extents }) => ({
      path,
      firmware: mode,
      kind,
      entry,
      size: bytes,
      room,
      extents,
    })),
    notes,
  };
}

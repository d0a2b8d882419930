// Looks at an ISO and tells what would be replaced on it, or refuses it with the reason. Reads a few hundred KiB at most, whatever its size.
import type { FirmwareMode } from '../../bmc/bmc';
import { foreignWords } from '../arguments/kernelLine';
import type { BlockSource, Extent } from './blockSource';
import { BoundedReader } from './boundedReader';
import { readConfiguration } from './configuration/read';
import { FatVolume } from './fat/fatVolume';
import type { BootConfiguration, ConfigurationKind, MediaInspection } from './inspection';
import { type BootEntry, readCatalogue } from './iso/elTorito';
import { readHybrid } from './iso/hybrid';
import { type IsoEntry, IsoTree } from './iso/tree';
import { readVolumes, type Volumes } from './iso/volumes';
import { MediaError, notUnderstood } from './mediaError';
import { printable } from './printable';
import { readRelease } from './release';

interface Looking {
  readonly reader: BoundedReader;
  readonly tree: IsoTree;
  readonly joliet: IsoTree | undefined;
  readonly notes: string[];
  /** Why a mode cannot be used: one configuration that is not understood would stop its machines at the vendor's menu. */
  readonly obstacles: Map<FirmwareMode, MediaError>;
}

/** @throws MediaError why it is refused; what the source throws */
export async function inspectMedia(source: BlockSource, signal: AbortSignal): Promise<MediaInspection> {
  const reader = new BoundedReader(source, signal);
  const volumes = await readVolumes(reader);
  if (volumes.catalogue === undefined) throw noBoot('no El Torito boot record');
  const boot = await readCatalogue(reader, volumes.catalogue);
  const looking = await lookingAt(reader, volumes);
  const found = [...(await biosConfigurations(looking, boot)), ...(await efiConfigurations(looking, boot))];
  const configurations = found.filter(({ firmware: mode }) => !looking.obstacles.has(mode));
  const firmware = (['BIOS', 'UEFI'] as const).filter((mode) => configurations.some((one) => one.firmware === mode));
  if (firmware.length === 0) throw refusal(looking, boot);
  for (const [mode, { message }] of looking.obstacles) looking.notes.push(`${mode} mode cannot be used: ${message}.`);
  refuseShared(configurations);
  const release = await readRelease(reader, looking.tree);
  if (release === undefined)
    looking.notes.push(
      'It does not say which release it holds (as media without packages do not); the volume name is all there is.',
    );
  const bootsAsDisk = await asDisk(looking, boot);
  return { size: source.size, volume: volumes.name, release, boot, firmware, bootsAsDisk, configurations, notes: looking.notes };
}

function noBoot(found: string): MediaError {
  return notUnderstood(
    'boot files of the ISO',
    found,
    "a vendor's installation ISO, with isolinux for BIOS or an EFI boot image",
  );
}

async function lookingAt(reader: BoundedReader, { root, joliet }: Volumes): Promise<Looking> {
  return {
    reader,
    tree: await IsoTree.primary(reader, root),
    joliet: joliet === undefined ? undefined : IsoTree.joliet(reader, joliet),
    notes: [],
    obstacles: new Map(),
  };
}

function refusal({ obstacles }: Looking, boot: readonly BootEntry[]): MediaError {
  const [obstacle] = obstacles.values();
  const platforms = boot.map(({ platform }) => platform).join(', ');
  return obstacle ?? noBoot(`boot entries for ${platforms}, none with a configuration that starts the installer`);
}

/** In isolinux's own order of search. */
const ISOLINUX = ['/boot/isolinux/isolinux.cfg', '/isolinux/isolinux.cfg', '/isolinux.cfg'];

async function biosConfigurations(looking: Looking, boot: readonly BootEntry[]): Promise<readonly BootConfiguration[]> {
  if (!boot.some(({ platform, bootable, noEmulation }) => platform === 'BIOS' && bootable && noEmulation)) return [];
  for (const path of ISOLINUX) {
    const entry = await looking.tree.find(path);
    if (entry === undefined) continue;
    const configuration = await onIso(looking, entry, path, 'isolinux', 'BIOS');
    return configuration === undefined ? [] : [configuration];
  }
  looking.notes.push(
    `It starts in BIOS mode by something else than isolinux (no ${ISOLINUX[0]}), which is not understood: BIOS mode cannot be used.`,
  );
  return [];
}

const GRUB = /^grub[^/]*\.cfg$/i;

async function efiConfigurations(looking: Looking, boot: readonly BootEntry[]): Promise<readonly BootConfiguration[]> {
  const image = boot.find(({ platform, bootable }) => platform === 'EFI' && bootable);
  if (image === undefined) return [];
  // Some firmware makes the image the root of everything, some the ISO: both copies count.
  const found = [...(await grubOnIso(looking)), ...(await grubInImage(looking, image))];
  if (found.length === 0)
    looking.notes.push('It has an EFI boot image and no grub.cfg in a directory of /EFI: UEFI mode cannot be used.');
  return found;
}

async function grubOnIso(looking: Looking): Promise<readonly BootConfiguration[]> {
  const found: BootConfiguration[] = [];
  for (const { name, directory } of await looking.tree.list('/EFI')) {
    if (!directory) continue;
    for (const file of await looking.tree.list(`/EFI/${name}`)) {
      if (file.directory || !GRUB.test(file.name)) continue;
      const configuration = await onIso(looking, file, `/EFI/${name}/${file.name}`, 'grub', 'UEFI');
      if (configuration !== undefined) found.push(configuration);
    }
  }
  return found;
}

async function grubInImage(looking: Looking, { offset }: BootEntry): Promise<readonly BootConfiguration[]> {
  const what = 'the EFI boot image';
  const volume = await FatVolume.open(looking.reader, offset, what);
  if ((await volume.find('/EFI/BOOT/BOOTX64.EFI')) === undefined)
    throw notUnderstood(what, 'no /EFI/BOOT/BOOTX64.EFI', 'the loader that UEFI starts');
  const found: BootConfiguration[] = [];
  for (const { name, directory } of await volume.list('/EFI')) {
    if (!directory) continue;
    for (const file of await volume.list(`/EFI/${name}`)) {
      if (file.directory || !GRUB.test(file.name)) continue;
      const { extents, size } = await volume.file(`/EFI/${name}/${file.name}`);
      const configuration = await read(looking, extents, size, `efiboot.img:/EFI/${name}/${file.name}`, 'grub', 'UEFI');
      if (configuration !== undefined) found.push(configuration);
    }
  }
  return found;
}

async function onIso(
  looking: Looking,
  { offset, size, plain, directory }: IsoEntry,
  path: string,
  kind: ConfigurationKind,
  firmware: FirmwareMode,
): Promise<BootConfiguration | undefined> {
  if (!plain || directory) throw notUnderstood(path, directory ? 'a directory' : 'a link or a file in pieces', 'a plain file');
  const other = await looking.joliet?.find(path);
  if (other !== undefined && (other.offset !== offset || other.size !== size)) {
    throw notUnderstood(
      path,
      `its Joliet name at byte ${other.offset} (${other.size} bytes), the other at ${offset} (${size})`,
      'both names for the same bytes',
    );
  }
  return await read(looking, [{ offset, length: size }], size, path, kind, firmware);
}

async function read(
  looking: Looking,
  extents: readonly Extent[],
  size: number,
  path: string,
  kind: ConfigurationKind,
  firmware: FirmwareMode,
): Promise<BootConfiguration | undefined> {
  const pieces: Buffer[] = [];
  for (const { offset, length } of extents) pieces.push(await looking.reader.bytes(offset, length, path));
  const file = { kind, firmware, path: printable(path, 300), extents, size, text: Buffer.concat(pieces).toString('latin1') };
  try {
    return understood(file, looking.notes);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    if (!looking.obstacles.has(firmware)) looking.obstacles.set(firmware, error);
    return undefined;
  }
}

/** @returns undefined for one that is left as it is. @throws MediaError why it cannot be replaced */
function understood(file: Omit<BootConfiguration, 'entry' | 'vendor' | 'room'>, notes: string[]): BootConfiguration | undefined {
  const { kind, path, size, text } = file;
  const rewriter = readConfiguration(kind, text, path);
  if (rewriter === undefined) {
    notes.push(`${path} only hands on to another file and is left as it is.`);
    return undefined;
  }
  const foreign = foreignWords(rewriter.vendor.kernel).map((word) => printable(word.split('=')[0]!, 30));
  if (foreign.length > 0) {
    notes.push(`${path} already says ${foreign.join(', ')}: this is not the vendor's plain ISO. What it says there is left out.`);
  }
  const room = size - rewriter.rewrite(['install']).length;
  if (room >= 0) return { ...file, entry: printable(rewriter.entry), vendor: rewriter.vendor, room };
  const shortest = `${size} bytes, and the shortest that starts the installer takes ${size - room}`;
  throw new MediaError('NoRoom', `${path}: ${shortest}; use boot method Staged or PXE`);
}

/** What two paths share would be written twice. */
function refuseShared(configurations: readonly BootConfiguration[]): void {
  const all = configurations
    .flatMap(({ path, extents }) => extents.map((extent) => ({ path, ...extent })))
    .sort((a, b) => a.offset - b.offset);
  for (const [index, one] of all.entries()) {
    const next = all[index + 1];
    if (next !== undefined && one.offset + one.length > next.offset) {
      throw notUnderstood(
        'boot configurations',
        `${one.path} and ${next.path} in the same bytes (${next.offset})`,
        'each in its own',
      );
    }
  }
}

async function asDisk({ reader, notes }: Looking, boot: readonly BootEntry[]): Promise<boolean> {
  const hybrid = await readHybrid(reader);
  if (hybrid === undefined) return false;
  const { efiPartition } = hybrid;
  const image = boot.find(({ platform }) => platform === 'EFI');
  if (efiPartition !== undefined && efiPartition !== image?.offset) {
    notes.push(
      `As a disk its EFI partition (byte ${efiPartition}) is another image than as a CD: show it as a CD, or the vendor's menu waits.`,
    );
  }
  return true;
}

// A machine starts from an image in its virtual CD: the firmware looks for a boot entry of its own mode, its boot loader reads its menu from the image.
import type { FirmwareMode, Release } from '../world';
import { NetworkFailure } from '../network/hostNetwork';
import type { HostLine } from '../network/hostLine';
import { type MenuEntry, readGrub, readSyslinux } from './bootMenu';
import { IsoReader, type ReadAt } from './isoReader';
import { releaseOfRepository, releaseOfTreeInfo, TREE_INFO, XS_REPOSITORY } from './treeRelease';

/** An installer that a boot loader has loaded. */
export interface LoadedInstaller {
  /** Of its kernel's line. */
  readonly words: readonly string[];
  /** As far as what was loaded tells. */
  readonly release: Release | undefined;
}

const ISOLINUX = ['/boot/isolinux/isolinux.cfg', '/isolinux/isolinux.cfg', '/isolinux.cfg'];

/** @returns undefined when nothing there starts: the firmware goes on to the next device. @throws Aborted */
export async function bootMedium(
  line: HostLine,
  url: string,
  mode: FirmwareMode,
  signal: AbortSignal,
): Promise<LoadedInstaller | undefined> {
  try {
    const image = await IsoReader.open(partsOf(line, url, signal));
    if (image === undefined || !image.platforms.has(mode)) return undefined;
    const entry = mode === 'BIOS' ? await isolinuxOf(image) : await grubOf(image);
    return entry === undefined ? undefined : { words: entry.words, release: await releaseOf(image) };
  } catch (error) {
    // The drive's connection broke; to the firmware that is a drive that cannot be read.
    if (error instanceof NetworkFailure) return undefined;
    throw error;
  }
}

function partsOf(line: HostLine, url: string, signal: AbortSignal): ReadAt {
  return async (offset, length) => {
    const { status, body } = await line.get(url, signal, { offset, length });
    if (status === 206) return body;
    if (status === 200) return body.subarray(offset, offset + length);
    throw new NetworkFailure('Unreachable', `the image is answered with status ${status}`);
  };
}

async function isolinuxOf(image: IsoReader): Promise<MenuEntry | undefined> {
  for (const path of ISOLINUX) {
    const text = await image.text(path);
    if (text !== undefined) return readSyslinux(text);
  }
  return undefined;
}

/** The one of the vendor: `xenserver`, `xcp-ng`; what the firmware starts lies in `BOOT`. */
async function grubOf(image: IsoReader): Promise<MenuEntry | undefined> {
  for (const vendor of await image.list('/EFI')) {
    const text = await image.text(`/EFI/${vendor}/grub.cfg`);
    if (text !== undefined) return readGrub(text);
  }
  return undefined;
}

async function releaseOf(image: IsoReader): Promise<Release | undefined> {
  const info = await image.text(`/${TREE_INFO}`);
  if (info !== undefined) return releaseOfTreeInfo(info);
  const repository = await image.text(`/${XS_REPOSITORY}`);
  return repository === undefined ? undefined : releaseOfRepository(repository);
}

// What there is to fetch by TFTP, and nothing else: the boot loaders that the site put into a folder, and the configuration of one machine by its network card's
// address, which is the boot server's answer to the same question by HTTP. Everything large comes by HTTP.
import { MediaError } from '../media/mediaError';
import { openFile } from '../media/sources/fileSource';
import { bytesSource } from '../server/bootFiles';
import type { BlockSource } from '../media/blockSource';
import type { BootHandler } from '../server/request';

export interface BootLoaderParts {
  /** The mounted folder with boot loaders; absent: there are none to be had here. */
  readonly folder: string | undefined;
  /** The boot server's. */
  readonly handler: BootHandler;
}

export type Found =
  | { readonly kind: 'File'; readonly source: BlockSource; close(): Promise<void> }
  | { readonly kind: 'None' }
  /** A name that leads out of the folder. */
  | { readonly kind: 'Forbidden' }
  /** Neither can be told whether it is there. */
  | { readonly kind: 'Failed'; readonly why: string };

/** Boot loaders have a few MiB; with blocks of 512 bytes their numbers suffice up to here. */
const MOST_BYTES = 32 * 1024 ** 2 - 1024;
const MAC = '(?<mac>[0-9a-f]{2}(?:-[0-9a-f]{2}){5})';
/** As pxelinux asks, below whatever folder it lies in. */
const PXELINUX = new RegExp(`^(?:.*/)?pxelinux\\.cfg/01-${MAC}$`, 'i');
/** As GRUB asks whose prefix is on the network, beside its grub.cfg. */
const GRUB = new RegExp(`^(?:.*/)?grub\\.cfg-01-${MAC}$`, 'i');

/** @param from address of whoever asks. @throws Aborted */
export async function bootLoaderFile(parts: BootLoaderParts, name: string, from: string, signal: AbortSignal): Promise<Found> {
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.length === 0 || steps.includes('..') || /[\\\0]/.test(name)) return { kind: 'Forbidden' };
  const path = steps.join('/');
  const target = configurationOf(path);
  return target === undefined ? await inFolder(parts.folder, path) : await byHandler(parts.handler, target, from, signal);
}

/** Where the boot server answers what is asked for; undefined: it is no configuration. */
function configurationOf(path: string): string | undefined {
  const pxelinux = PXELINUX.exec(path)?.groups?.['mac'];
  if (pxelinux !== undefined) return `/pxe/pxelinux.cfg/01-${pxelinux}`;
  const grub = GRUB.exec(path)?.groups?.['mac'];
  return grub === undefined ? undefined : `/pxe/grub/${grub}`;
}

async function byHandler(handler: BootHandler, target: string, from: string, signal: AbortSignal): Promise<Found> {
  const { status, body } = await handler({ method: 'GET', target, headers: {}, from }, signal);
  if (status !== 200 || typeof body !== 'string') return { kind: 'Failed', why: `the boot server answers ${status}` };
  return { kind: 'File', source: bytesSource(Buffer.from(body)), close: () => Promise.resolve() };
}

async function inFolder(folder: string | undefined, path: string): Promise<Found> {
  if (folder === undefined) return { kind: 'None' };
  try {
    const source = await openFile(`${folder}/${path}`);
    if (source.size <= MOST_BYTES) return { kind: 'File', source, close: () => source.close() };
    await source.close();
    return { kind: 'Failed', why: `${path} has ${source.size} bytes; at most ${MOST_BYTES} are given by TFTP` };
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    // Boot loaders try many names: that most are not there is their way.
    const missing = /ENOENT|ENOTDIR|EISDIR/.test((error.cause as NodeJS.ErrnoException | undefined)?.code ?? 'EISDIR');
    return missing ? { kind: 'None' } : { kind: 'Failed', why: error.message };
  }
}

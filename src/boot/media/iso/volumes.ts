// Volume descriptors of ISO 9660 (ECMA-119 section 8): what stands at block 16 and after, until the terminator. The primary one, Joliet's, and El Torito's pointer.
import type { BoundedReader } from '../boundedReader';
import { MediaError, notUnderstood } from '../mediaError';
import { printable } from '../printable';

export const BLOCK = 2048;
const FIRST = 16;
/** Real discs have three or four. */
const MOST = 32;

/** Where a tree of directories begins. */
export interface Root {
  readonly offset: number;
  readonly size: number;
}

export interface Volumes {
  readonly name: string;
  readonly root: Root;
  /** Undefined: no Joliet tree. */
  readonly joliet: Root | undefined;
  /** Byte of El Torito's catalogue; undefined: nothing to boot. */
  readonly catalogue: number | undefined;
}

interface Found {
  name: string;
  root?: Root;
  joliet?: Root;
  catalogue?: number;
}

/** @throws MediaError */
export async function readVolumes(reader: BoundedReader): Promise<Volumes> {
  const found: Found = { name: '' };
  for (let number = FIRST; number < FIRST + MOST; number++) {
    const descriptor = await reader.bytes(number * BLOCK, BLOCK, 'the list of ISO 9660 volume descriptors');
    const identifier = descriptor.toString('latin1', 1, 6);
    if (identifier !== 'CD001') {
      throw notUnderstood(
        `volume descriptor at byte ${number * BLOCK}`,
        `0x${descriptor.toString('hex', 0, 6)}`,
        'the identifier CD001 of an ISO 9660 image',
      );
    }
    const type = descriptor[0];
    if (type === 255) return whole(found, number);
    if (type === 0) takeBootRecord(found, descriptor);
    if (type === 1) takePrimary(found, descriptor, reader.size);
    if (type === 2) takeSupplementary(found, descriptor);
  }
  throw notUnderstood('volume descriptors', `more than ${MOST}`, 'a terminator (type 255) after a few');
}

function whole({ name, root, joliet, catalogue }: Found, terminator: number): Volumes {
  if (root === undefined)
    throw notUnderstood('volume descriptors', `none of type 1 before block ${terminator}`, 'a primary volume descriptor');
  return { name, root, joliet, catalogue };
}

function takeBootRecord(found: Found, descriptor: Buffer): void {
  if (!descriptor.toString('latin1', 7, 39).startsWith('EL TORITO SPECIFICATION')) return;
  found.catalogue ??= descriptor.readUInt32LE(0x47) * BLOCK;
}

function takePrimary(found: Found, descriptor: Buffer, size: number): void {
  if (found.root !== undefined) return;
  const block = descriptor.readUInt16LE(128);
  if (block !== BLOCK) throw notUnderstood('primary volume descriptor', `blocks of ${block} bytes`, `${BLOCK}`);
  const claimed = descriptor.readUInt32LE(80) * BLOCK;
  if (claimed > size) {
    throw new MediaError(
      'Truncated',
      `the volume is said to be ${claimed} bytes long, found ${size}; download it anew and compare its SHA-256`,
    );
  }
  found.name = printable(descriptor.toString('latin1', 40, 72));
  found.root = rootOf(descriptor);
}

/** Joliet is told by its escape sequence: one of three levels of UCS-2. */
function takeSupplementary(found: Found, descriptor: Buffer): void {
  if (!['%/@', '%/C', '%/E'].includes(descriptor.toString('latin1', 88, 91))) return;
  found.joliet ??= rootOf(descriptor);
}

/** The record of the root directory is part of the descriptor. */
function rootOf(descriptor: Buffer): Root {
  return { offset: descriptor.readUInt32LE(156 + 2) * BLOCK, size: descriptor.readUInt32LE(156 + 10) };
}

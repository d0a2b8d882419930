// What Rock Ridge (IEEE P1282) keeps behind a record's name by the rules of SUSP (P1281): the real name, and whether the record is a link or a directory that
// was moved. Areas may continue elsewhere; how often is bounded.
import type { BoundedReader } from '../boundedReader';
import { notUnderstood } from '../mediaError';
import { BLOCK } from './volumes';

export interface RockRidge {
  /** Undefined: the record has no name of its own here. */
  readonly name: string | undefined;
  /** A symbolic link, or a directory that lies elsewhere: its extent is not what it seems. */
  readonly elsewhere: boolean;
}

/** A long name and its attributes need two at most. */
const MOST_AREAS = 8;
const MOST_NAME = 1024;

/** Whether the tree has Rock Ridge, and how many bytes to skip in each record. @param systemUse of the root's record of itself */
export function sharingProtocol(systemUse: Buffer): { readonly skip: number } | undefined {
  const at = systemUse.indexOf('SP', 0, 'latin1');
  // ISO 9660 for CD-ROM XA has 14 bytes of its own before.
  if (at !== 0 && at !== 14) return undefined;
  if (systemUse.length < at + 7 || systemUse[at + 4] !== 0xbe || systemUse[at + 5] !== 0xef) return undefined;
  return { skip: systemUse[at + 6]! };
}

interface Area {
  readonly offset: number;
  readonly length: number;
}

interface Gathered {
  name: string | undefined;
  nameGoesOn: boolean;
  elsewhere: boolean;
  next: Area | undefined;
}

/** @throws MediaError */
export async function rockRidgeOf(reader: BoundedReader, systemUse: Buffer, path: string): Promise<RockRidge> {
  const gathered: Gathered = { name: undefined, nameGoesOn: true, elsewhere: false, next: undefined };
  let area: Buffer = systemUse;
  for (let count = 0; count < MOST_AREAS; count++) {
    gathered.next = undefined;
    takeArea(gathered, area, path);
    const { next } = gathered as { readonly next: Area | undefined };
    if (next === undefined) return { name: gathered.name, elsewhere: gathered.elsewhere };
    area = await reader.bytes(next.offset, next.length, `Rock Ridge's continuation in ${path}`);
  }
  throw notUnderstood(`Rock Ridge in ${path}`, `more than ${MOST_AREAS} continuation areas of one record`, 'one or two');
}

function takeArea(gathered: Gathered, area: Buffer, path: string): void {
  for (let at = 0; at + 4 <= area.length;) {
    const signature = area.toString('latin1', at, at + 2);
    const length = area[at + 2]!;
    // Padding: some writers leave a byte or more of zeros at the end.
    if (signature === 'ST' || signature === '\0\0') return;
    if (length < 4 || at + length > area.length) {
      throw notUnderstood(
        `Rock Ridge in ${path}`,
        `an entry of ${length} bytes with ${area.length - at} left`,
        'entries of 4 bytes and more',
      );
    }
    takeEntry(gathered, signature, area.subarray(at, at + length), path);
    at += length;
  }
}

function takeEntry(gathered: Gathered, signature: string, entry: Buffer, path: string): void {
  if (signature === 'SL' || signature === 'CL' || signature === 'RE') gathered.elsewhere = true;
  if (signature === 'NM') takeName(gathered, entry, path);
  if (signature === 'CE') gathered.next = continuation(entry, path);
}

/** Flags: 1 the name goes on in the next one, 2 the directory itself, 4 its parent. */
function takeName(gathered: Gathered, entry: Buffer, path: string): void {
  if (entry.length < 5 || !gathered.nameGoesOn)
    throw notUnderstood(`Rock Ridge in ${path}`, 'a name in pieces that do not join', 'one name');
  const flags = entry[4]!;
  gathered.nameGoesOn = (flags & 1) !== 0;
  if ((flags & 6) === 0) gathered.name = (gathered.name ?? '') + entry.toString('utf8', 5);
  if ((gathered.name ?? '').length > MOST_NAME)
    throw notUnderstood(`Rock Ridge in ${path}`, 'an endless name', `at most ${MOST_NAME} bytes`);
}

function continuation(entry: Buffer, path: string): Area {
  const [block, offset, length] =
    entry.length < 28 ? [] : [entry.readUInt32LE(4), entry.readUInt32LE(12), entry.readUInt32LE(20)];
  if (block === undefined || offset === undefined || length === undefined || offset + length > BLOCK || length === 0) {
    throw notUnderstood(`Rock Ridge in ${path}`, `a continuation of ${length ?? 'no'} bytes`, `one inside a block of ${BLOCK}`);
  }
  return { offset: block * BLOCK + offset, length };
}

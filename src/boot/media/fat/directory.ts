// The entries of one FAT directory, long names put together (Microsoft's FAT specification 1.03, sections 6 and 7).

export interface FatEntry {
  /** Long name where there is a valid one, else the short one as `NAME.EXT`. */
  readonly name: string;
  readonly shortName: string;
  readonly directory: boolean;
  readonly cluster: number;
  readonly size: number;
}

const ENTRY = 32;
const DELETED = 0xe5;
const LONG_NAME = 0x0f;
const VOLUME_LABEL = 0x08;
const DIRECTORY = 0x10;

interface LongName {
  readonly parts: string[];
  readonly checksum: number;
}

/** @param bytes whole entries of 32 bytes; the first that begins with zero ends them */
export function entriesOf(bytes: Buffer): readonly FatEntry[] {
  const entries: FatEntry[] = [];
  let long: LongName | undefined;
  for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
    const entry = bytes.subarray(at, at + ENTRY);
    if (entry[0] === 0) break;
    if (entry[0] === DELETED) long = undefined;
    else if ((entry[11]! & 0x3f) === LONG_NAME) long = longerName(long, entry);
    else {
      if ((entry[11]! & VOLUME_LABEL) === 0) entries.push(entryOf(entry, long));
      long = undefined;
    }
  }
  return entries;
}

/** The pieces come last first; what does not continue begins anew, and what does not fit its entry is left aside with it. */
function longerName(before: LongName | undefined, entry: Buffer): LongName | undefined {
  const order = entry[0]!;
  const piece = pieceOf(entry);
  const checksum = entry[13]!;
  if ((order & 0x40) !== 0) return { parts: [piece], checksum };
  return before === undefined || before.checksum !== checksum
    ? undefined
    : { parts: [piece, ...before.parts].slice(0, 20), checksum };
}

function pieceOf(entry: Buffer): string {
  const text = Buffer.concat([entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)]).toString('utf16le');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function entryOf(entry: Buffer, long: LongName | undefined): FatEntry {
  // Names that are short but for being in lower case are told by two bits, as Windows NT does.
  const cased = (text: string, bit: number): string => ((entry[12]! & bit) === 0 ? text : text.toLowerCase());
  const base = cased(entry.toString('latin1', 0, 8).trimEnd(), 0x08);
  const extension = cased(entry.toString('latin1', 8, 11).trimEnd(), 0x10);
  const shortName = extension === '' ? base : `${base}.${extension}`;
  const belongs = long !== undefined && long.checksum === checksumOf(entry);
  return {
    name: belongs ? long.parts.join('') : shortName,
    shortName,
    directory: (entry[11]! & DIRECTORY) !== 0,
    cluster: entry.readUInt16LE(20) * 0x10000 + entry.readUInt16LE(26),
    size: entry.readUInt32LE(28),
  };
}

function checksumOf(entry: Buffer): number {
  return entry.subarray(0, 11).reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}

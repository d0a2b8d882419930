// The inventory (FRU) of a machine, as a file that BMCs of others are given: product area only (IPMI Platform Management FRU Information Storage Definition, 11).

export interface Product {
  readonly manufacturer: string;
  readonly name: string;
  readonly serial: string;
}

/** Eight bytes are the unit of every area. */
const UNIT = 8;
/** Type and length of a field: text in 8-bit ASCII. */
const TEXT = 0xc0;
const NO_MORE = 0xc1;

export function fruOf({ manufacturer, name, serial }: Product): Buffer {
  const fields = [manufacturer, name, '', '', serial, '', ''].flatMap((text) => [
    TEXT | text.length,
    ...Buffer.from(text, 'latin1'),
  ]);
  const length = Math.ceil((3 + fields.length + 2) / UNIT);
  const area = Buffer.alloc(length * UNIT);
  // Version 1, English.
  area.set([1, length, 0, ...fields, NO_MORE]);
  area[area.length - 1] = checksum(area);
  // The product area stands right behind the header; there is no other.
  const header = Buffer.from([1, 0, 0, 0, 1, 0, 0, 0]);
  header[header.length - 1] = checksum(header);
  return Buffer.concat([header, area]);
}

/** What makes the sum of all bytes zero. */
function checksum(bytes: Buffer): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

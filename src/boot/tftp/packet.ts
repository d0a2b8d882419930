// The packets of TFTP (RFC 1350) with options (RFC 2347, 2348, 2349), as far as a server that only ever gives needs them. Pure; what comes in may be anything.

export type Received =
  | { readonly kind: 'Read'; readonly name: string; readonly options: RequestOptions }
  | { readonly kind: 'Ack'; readonly block: number }
  /** The client ends the transfer. */
  | { readonly kind: 'Error' }
  /** To be answered by this error, or by nothing where there is none. */
  | { readonly kind: 'Refused'; readonly error: Buffer | undefined };

/** What the client asked for and may have; absent where it did not, or may not. */
export interface RequestOptions {
  /** Bytes of a block. */
  readonly blockSize?: number;
  /** Seconds until a packet is sent again. */
  readonly timeout?: number;
  /** It wants to be told the size. */
  readonly size?: true;
}

const READ = 1;
const WRITE = 2;
const DATA = 3;
const ACK = 4;
const ERROR = 5;
const OPTIONS_ACK = 6;

export const PLAIN_BLOCK = 512;
/** What passes unfragmented through Ethernet. */
const MOST_OF_A_BLOCK = 1468;
const LEAST_OF_A_BLOCK = 8;
/** Whoever wants longer gets ours: a slot is not held for minutes by one who says nothing. */
const LONGEST_TIMEOUT = 10;
/** RFC 2347: a request is no longer than this. */
const LONGEST_REQUEST = 512;
const LONGEST_NAME = 255;

export const NOT_FOUND = 1;
export const ACCESS_VIOLATION = 2;
const ILLEGAL = 4;
export const NOT_DEFINED = 0;

/** @param text printable ASCII */
export function errorPacket(code: number, text: string): Buffer {
  return Buffer.concat([head(ERROR, code), Buffer.from(`${text}\0`, 'latin1')]);
}

export function dataPacket(block: number, bytes: Buffer): Buffer {
  return Buffer.concat([head(DATA, block), bytes]);
}

/** The client's options as they are granted, in the server's order; undefined where none is, and the first block is sent at once. */
export function optionsPacket({ blockSize, timeout, size }: RequestOptions, bytes: number): Buffer | undefined {
  const granted: readonly (readonly [string, number])[] = [
    ...(blockSize === undefined ? [] : [['blksize', blockSize] as const]),
    ...(timeout === undefined ? [] : [['timeout', timeout] as const]),
    ...(size === undefined ? [] : [['tsize', bytes] as const]),
  ];
  if (granted.length === 0) return undefined;
  const opcode = Buffer.from([0, OPTIONS_ACK]);
  return Buffer.concat([opcode, ...granted.map(([name, value]) => Buffer.from(`${name}\0${value}\0`, 'latin1'))]);
}

function head(opcode: number, second: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(opcode, 0);
  bytes.writeUInt16BE(second, 2);
  return bytes;
}

/** Never throws. */
export function readPacket(bytes: Buffer): Received {
  if (bytes.length < 4) return { kind: 'Refused', error: undefined };
  switch (bytes.readUInt16BE(0)) {
    case READ:
      return readRequest(bytes);
    case WRITE:
      return { kind: 'Refused', error: errorPacket(ACCESS_VIOLATION, 'this server only gives') };
    case ACK:
      return { kind: 'Ack', block: bytes.readUInt16BE(2) };
    case ERROR:
      return { kind: 'Error' };
    default:
      // Whatever is no request gets no answer: two servers could answer each other for ever.
      return { kind: 'Refused', error: undefined };
  }
}

function readRequest(bytes: Buffer): Received {
  const illegal = (why: string): Received => ({ kind: 'Refused', error: errorPacket(ILLEGAL, why) });
  if (bytes.length > LONGEST_REQUEST || bytes.at(-1) !== 0) return illegal('that is no request');
  const [name = '', mode = '', ...options] = bytes.toString('latin1', 2, bytes.length - 1).split('\0');
  if (name.length > LONGEST_NAME || !/^[\x20-\x7e]+$/.test(name)) return illegal('that is no name of a file');
  if (mode.toLowerCase() !== 'octet') return illegal('only octet mode is spoken here');
  return { kind: 'Read', name, options: readOptions(options) };
}

/** What is not known or makes no sense is not granted, and so not there. */
function readOptions(words: readonly string[]): RequestOptions {
  const options: { blockSize?: number; timeout?: number; size?: true } = {};
  for (let at = 0; at + 1 < words.length; at += 2) {
    const value = /^[0-9]{1,10}$/.test(words[at + 1]!) ? Number(words[at + 1]) : undefined;
    if (value === undefined) continue;
    const option = words[at]!.toLowerCase();
    if (option === 'blksize' && value >= LEAST_OF_A_BLOCK) options.blockSize = Math.min(value, MOST_OF_A_BLOCK);
    if (option === 'timeout' && value >= 1 && value <= LONGEST_TIMEOUT) options.timeout = value;
    if (option === 'tsize') options.size = true;
  }
  return options;
}

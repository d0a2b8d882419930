// The file with the keys of the boot paths, mounted from a Secret into controller and boot server: one key a line, `VERSION BASE64`, the one to use first.
import type { BootKey, BootKeys } from './tokens';

/** Bytes: as many as the hash has. */
const LEAST_BYTES = 32;
const LINE = /^([a-z0-9]{1,8})\s+([A-Za-z0-9+/]{1,1024}={0,2})$/;

/** @returns the keys, or what is wrong with the file, in words that hold nothing of it but the number of a line */
export function readKeyFile(text: string): BootKeys | string {
  const keys: BootKey[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    const key = readLine(words);
    if (typeof key === 'string') return `line ${index + 1} ${key}`;
    keys.push(key);
  }
  const [first, second, third] = keys;
  if (first === undefined) return 'it holds no key';
  if (third !== undefined) return 'it holds more than two keys; while one is rotated there are two';
  if (second === undefined) return [first];
  return first.version === second.version ? `both keys have version ${first.version}` : [first, second];
}

function readLine(words: string): BootKey | string {
  const parts = LINE.exec(words);
  if (parts === null) return 'is not of the form VERSION BASE64, e.g. `k1 q83v…`';
  const secret = Buffer.from(parts[2]!, 'base64');
  if (secret.length < LEAST_BYTES) return `holds a key of ${secret.length} bytes; at least ${LEAST_BYTES} are needed`;
  return { version: parts[1]!, secret };
}

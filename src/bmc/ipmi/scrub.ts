// Takes secrets out of text that a program of others wrote, before any of it is quoted. ipmitool prints keys, which are the password's bytes, in hex when it
// is asked to tell more than we ask it to (bmc.md 3.1); a BMC may send back whatever it was sent.

const MARK = '<secret>';

/** What a secret looks like in a text: as it is, in base64, in URLs, and in hex with any separators. */
function shapes(secret: string): readonly RegExp[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('(?:0x|[\\s:,-])*');
  const literal = [secret, bytes.toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)];
  return [...literal.map((text) => new RegExp(escaped(text), 'g')), new RegExp(hex, 'gi')];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** @returns what takes every one of the secrets out of a text */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const patterns = secrets.filter((secret) => secret !== '').flatMap(shapes);
  return (text) => patterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, MARK), text);
}

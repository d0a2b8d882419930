// Identities of what a dump does not have. They are derived from names, not drawn by chance: the same dump always becomes the same pool.
import { createHash } from 'crypto';

/** A uuid that depends on nothing but the name. */
export function derivedUuid(name: string): string {
  const hex = createHash('sha1').update(`xenpool-simulator:${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

export function derivedRef(name: string): string {
  return `OpaqueRef:${derivedUuid(`ref:${name}`)}`;
}

/** The last three bytes of a MAC address. */
export function derivedMacTail(name: string): string {
  const hex = createHash('sha1').update(`mac:${name}`).digest('hex');
  return [hex.slice(0, 2), hex.slice(2, 4), hex.slice(4, 6)].join(':');
}

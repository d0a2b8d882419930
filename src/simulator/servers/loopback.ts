// Where the hosts of a served pool live: each on its own loopback address, counted up from the first. The pool's own database is made to say so, because
// a member sends its clients to the address of the master that stands there.
import { type LoadedPool, type PoolHost } from '../dump';

/** All of 127/8 is the machine's own; its first and last address are none. */
const FIRST = 0x7f000001;
const LAST = 0x7ffffffe;

/** An address that is none of this machine's, or too few of them. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * @param first e.g. `127.0.0.1`
 * @returns as many addresses as asked for, counted up
 * @throws AddressError
 */
export function loopbackAddresses(first: string, count: number): readonly string[] {
  const start = toNumber(first);
  if (start === undefined) throw new AddressError(`found ${first}, expected an address from 127.0.0.1 to 127.255.255.254`);
  if (start + count - 1 > LAST)
    throw new AddressError(`${count} hosts from ${first} on go beyond 127.255.255.254; begin with a smaller address`);
  return Array.from({ length: count }, (_, index) => toText(start + index));
}

/** Undefined for what is no loopback address. */
function toNumber(address: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined;
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  return value < FIRST || value > LAST ? undefined : value;
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** The pool with its hosts at these addresses, in the order of `pool.hosts`; its database is changed in place. */
export function moveTo(pool: LoadedPool, addresses: readonly string[]): LoadedPool {
  const hosts = pool.hosts.map((host, index): PoolHost => {
    const address = addresses[index]!;
    moveInterface(pool, host, address);
    pool.database.update('host', host.ref, { address });
    return { ...host, address };
  });
  return { ...pool, hosts };
}

/** The management interface: the one that is said to be, or where a release does not say, the one with the host's address. */
function moveInterface({ database }: LoadedPool, { ref, address: old }: PoolHost, address: string): void {
  for (const [pif, record] of [...database.records('PIF')]) {
    const manages = record['management'] === true || record['IP'] === old;
    if (record['host'] === ref && manages)
      database.update('PIF', pif, { IP: address, netmask: '255.0.0.0', gateway: '127.255.255.254' });
  }
}

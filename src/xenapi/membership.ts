// Whether hosts are of the pool whose master we logged in to, by the addresses that the pool itself records. Asked when a member led us to a master whose
// address nobody had configured.
import { XapiError } from './error';
import type { Contact } from './contact';
import type { Wire } from './wire';

/** As it was answered: fields may be missing, or be none of ours. */
type HostNames = Readonly<Partial<Record<'address' | 'hostname' | 'name_label', unknown>>> | null;

/**
 * Origins at which the pool has no host: neither by the name in the origin nor by the IP address that answered there.
 * @throws XapiError when the pool cannot be asked
 */
export async function strangersTo(
  wire: Wire,
  contact: Contact,
  origins: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const known = new Set((await hostNames(wire, contact, signal)).map((name) => name.toLowerCase()));
  return origins.filter((origin) => ![nameIn(origin), wire.peerOf(origin)].some((name) => name !== undefined && known.has(name)));
}

function nameIn(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

async function hostNames(wire: Wire, contact: Contact, signal: AbortSignal): Promise<readonly string[]> {
  const { origin, dialect, session, secrets } = contact;
  const ask = async <T>(method: string, ...params: readonly string[]): Promise<T> =>
    (await wire.call({ origin, dialect, method, params: [session, ...params], secrets, signal })).value as T;
  try {
    const records = await ask<Readonly<Record<string, HostNames>>>('host.get_all_records');
    const names = Object.values(records).flatMap((record) => [record?.address, record?.hostname, record?.name_label]);
    return names.filter((name) => typeof name === 'string');
  } catch (error) {
    if (!(error instanceof XapiError) || error.kind !== 'ApiAge') throw error;
    const addresses: string[] = [];
    for (const ref of await ask<readonly string[]>('host.get_all')) addresses.push(await ask<string>('host.get_address', ref));
    return addresses;
  }
}

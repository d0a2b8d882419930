// The clients that are compared, under one face: ours and npm `xen-api`, each by JSON-RPC and by XML-RPC, each as a program would use it.
import { readFileSync } from 'node:fs';
import { realClock } from '../../src/foundation/realClock';
import { nextTurn } from '../../src/foundation/turn';
import type { Dialect } from '../../src/xenapi/codec/codec';
import { decodeInSlices } from '../../src/xenapi/codec/decoder';
import { createHttpsTransport } from '../../src/xenapi/https/httpsTransport';
import { createXapiClient } from '../../src/xenapi/poolClient';
import type { PoolAccess } from './servedPool';

export interface Contestant {
  readonly name: 'xenpool' | 'xen-api';
  readonly dialect: Dialect;
  call(method: string, ...params: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** What is used of the package, which has no types. */
interface XenApi {
  readonly createClient: (options: object) => {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    call(method: string, ...params: readonly unknown[]): Promise<unknown>;
  };
}

/** @param origin where to go instead of the pool's own door */
export function ours(
  dialect: Dialect,
  { endpoints, caFile, username, password }: PoolAccess,
  origin = endpoints[0]!,
): Contestant {
  const pem = readFileSync(caFile, 'utf8');
  const transport = createHttpsTransport({
    policy: { trust: { kind: 'CaBundle', pem }, minVersion: 'TLSv1.2', allowPlaintext: false },
  });
  const clock = realClock();
  const client = createXapiClient({
    transport,
    clock,
    dialect,
    endpoints: [origin],
    credentials: () => Promise.resolve({ username, password }),
    originator: 'bench',
    decoder: decodeInSlices(clock, nextTurn),
  });
  return {
    name: 'xenpool',
    dialect,
    call: (method, ...params) => client.call(method, params),
    close: async () => {
      await client.logout();
      transport.close();
    },
  };
}

/** It trusts what NODE_EXTRA_CA_CERTS names. */
export async function theirs(
  dialect: Dialect,
  { endpoints, username, password }: PoolAccess,
  origin = endpoints[0]!,
): Promise<Contestant> {
  const { createClient } = (await import('xen-api' as string)) as XenApi;
  const client = createClient({
    url: origin,
    auth: { user: username, password },
    transport: dialect === 'json' ? 'json-rpc' : 'xml-rpc',
    watchEvents: false,
  });
  await client.connect();
  return {
    name: 'xen-api',
    dialect,
    call: (method, ...params) => client.call(method, ...params),
    close: () => client.disconnect(),
  };
}

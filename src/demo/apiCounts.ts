// What the API server counted of the requests it got, read from its /metrics: an operator's writes, by what a person calls them.
import { request } from 'node:https';
import type { Credentials } from '../kubernetes/client/credentials';

export interface Writes {
  readonly statusWrites: number;
  readonly leaseWrites: number;
  readonly otherWrites: number;
}

const SERIES = /^apiserver_request_total\{([^}]*)\} (\d+)$/gm;
const WRITES: readonly string[] = ['CREATE', 'UPDATE', 'PATCH', 'DELETE', 'DELETECOLLECTION'];

/** @throws Error when the server does not answer well */
export async function readWrites(credentials: Credentials): Promise<Writes> {
  return writesIn(await get(credentials, '/metrics'));
}

/** @param text in the format of Prometheus */
export function writesIn(text: string): Writes {
  const counts = { statusWrites: 0, leaseWrites: 0, otherWrites: 0 };
  for (const [, labels = '', count] of text.matchAll(SERIES)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (!WRITES.includes(label('verb'))) continue;
    const kind =
      label('resource') === 'leases' ? 'leaseWrites' : label('subresource') === 'status' ? 'statusWrites' : 'otherWrites';
    counts[kind] += Number(count);
  }
  return counts;
}

export function writesSince(before: Writes, now: Writes): Writes {
  return {
    statusWrites: now.statusWrites - before.statusWrites,
    leaseWrites: now.leaseWrites - before.leaseWrites,
    otherWrites: now.otherWrites - before.otherWrites,
  };
}

function get({ server, tls, headers }: Credentials, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers, ...(tls.ca === undefined ? {} : { ca: tls.ca }) } as const;
    const asked = request(new URL(path, server), options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject).once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${path} of the API server answered with ${response.statusCode}: ${text}`));
      });
    });
    asked.once('error', reject).end();
  });
}

// Exchanges recorded on the wire of a real pool. They are not part of the project: where the folder is missing, tests that need them are not registered
// and one line says so.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Exchange {
  readonly n: number | 'observe';
  readonly tag: string;
  readonly transport: 'xmlrpc' | 'jsonrpc';
  readonly path: string;
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FILE = resolve(__dirname, '..', '..', '..', '..', 'shared', 'data', 'xapi-wire', 'pool-of-two-xapi-23.9.jsonl');

/** All exchanges that were answered, in order; undefined where there are no recordings. */
export function recordings(): readonly Exchange[] | undefined {
  if (!existsSync(FILE)) {
    console.log(`    (no recordings at ${FILE}: tests on them are not registered)`);
    return undefined;
  }
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Exchange)
    .filter((exchange) => exchange.n !== 'observe' && exchange.body !== undefined);
}

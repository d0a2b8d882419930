// Exchanges recorded on the wire of a real pool. They are not part of the project: where the folder is missing, tests that need them are not registered
// and one line says so.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** One request with what became of it: an answer, or `transport_error` where no connection came about. */
export interface RecordedCall {
  readonly n: number;
  readonly tag: string;
  /** Seconds since the recording began. */
  readonly at: number;
  readonly host: 'master' | 'member';
  readonly transport: 'xmlrpc' | 'jsonrpc';
  readonly path: string;
  readonly request: string;
  readonly status?: number | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly body?: string | null;
  readonly transport_error?: string;
}

export interface Exchange extends RecordedCall {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What the pool showed from that moment on, written down only when it changed: login on the master (`login-ok` or `down`); unless it was down
 * `[enabled, boot_time, agent_start_time]` of the host that reboots and all `host_metrics.live`; login on the member (`down` or the error as JSON text).
 */
export interface Observation {
  readonly n: 'observe';
  readonly tag: string;
  readonly at: number;
  readonly observed: readonly unknown[];
}

const FILE = resolve(__dirname, '..', '..', '..', '..', 'shared', 'data', 'xapi-wire', 'pool-of-two-xapi-23.9.jsonl');

/** The whole recording in order; undefined where there is none. */
export function recording(): readonly (RecordedCall | Observation)[] | undefined {
  if (!existsSync(FILE)) {
    console.log(`    (no recordings at ${FILE}: tests on them are not registered)`);
    return undefined;
  }
  const lines = readFileSync(FILE, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedCall | Observation);
}

export function isExchange(line: RecordedCall | Observation): line is Exchange {
  return line.n !== 'observe' && typeof line.body === 'string';
}

/** All exchanges that were answered, in order; undefined where there are no recordings. */
export function recordings(): readonly Exchange[] | undefined {
  return recording()?.filter(isExchange);
}

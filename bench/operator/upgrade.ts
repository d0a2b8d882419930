// What the upgrade of a pool costs, to stand beside what one write costs: requests as a rehearsal counts them, in the pool's own time; and the controller as
// a process against the real API server, its pool a hundred times as fast, with processor time and memory as the kernel counts them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { prepare } from '../../src/rehearsal/prepare';
import { rehearse } from '../../src/rehearsal/rehearse';
import { makePool, toDatabase } from '../../src/simulator/dump';
import { printDatabase } from '../../src/xenapi/database/printDatabase';
import { type PoolAccess, startPool } from '../clients/servedPool';
import { Driver, FLAGS_OF_THE_PRODUCT } from './driver';
import type { Field } from './field';
import { NAMESPACE } from './kites';
import type { RequestCount } from './requests';

const HOSTS = 3;
const VMS = 12;
const PACE = 100;
const PATIENCE_MS = 300_000;
const NAME = 'rack7';

export interface UpgradeCost {
  readonly hosts: number;
  readonly vms: number;
  readonly rehearsed: {
    /** Of the pool's time. */
    readonly minutes: number;
    readonly perHost: { readonly status: number; readonly leases: number; readonly other: number; readonly xapi: number };
  };
  readonly real: {
    readonly pace: number;
    readonly seconds: number;
    readonly perHost: { readonly status: number; readonly events: number; readonly other: number };
    /** Seconds of processor time of the whole run, the start included. */
    readonly cpu: number;
    /** MiB. */
    readonly peak: number;
  };
}

export async function upgradeCost(field: Field, folder: string): Promise<UpgradeCost> {
  return { hosts: HOSTS, vms: VMS, rehearsed: await rehearsed(), real: await real(field, folder) };
}

export function saidOf({ hosts, vms, rehearsed: { minutes, perHost }, real }: UpgradeCost): readonly string[] {
  const { status, leases, other, xapi } = perHost;
  const show = (value: number): string => value.toFixed(0);
  return [
    `The upgrade of a pool of ${hosts} hosts with ${vms} VMs, for each host:`,
    `  rehearsed, ${show(minutes)} min of the pool's time: ${show(status)} status writes, ${show(other)} other writes, ${show(leases)} lease renewals, ${show(xapi)} XenAPI requests`,
    `  on the real API server, pace ${real.pace}, ${show(real.seconds)} s: ${show(real.perHost.status)} status writes, ${show(real.perHost.events)} events, ${show(real.perHost.other)} other writes`,
    `  the controller's process in all: ${real.cpu.toFixed(1)} s of processor time, ${show(real.peak)} MiB at its peak`,
  ];
}

async function rehearsed(): Promise<UpgradeCost['rehearsed']> {
  const release = { brand: 'XCP-ng', version: '8.2.1' } as const;
  const database = printDatabase(toDatabase(makePool({ hosts: HOSTS, vms: VMS, release })));
  const parts = { manifest: undefined, hosts: undefined, seed: 1, faults: [], operator: true };
  const made = prepare({ ...parts, database, source: 'a made pool', target: 'XCP-ng 8.3.0' });
  if ('outcome' in made) throw new Error(`${made.reason}: ${made.message}`);
  const { outcome, reason, requests, virtualSeconds } = await rehearse(made);
  if (outcome !== 'Succeeded') throw new Error(`${outcome} ${reason}: an upgrade that fails is no measure`);
  const { statusWrites, leaseWrites, otherWrites, xapi } = requests;
  const perHost = { status: statusWrites / HOSTS, leases: leaseWrites / HOSTS, other: otherWrites / HOSTS, xapi: xapi / HOSTS };
  return { minutes: virtualSeconds / 60, perHost };
}

async function real(field: Field, folder: string): Promise<UpgradeCost['real']> {
  await field.define(parse(readFileSync('crds/poolupgrades.xenpool.dev.yaml', 'utf8')) as object, objectsPath());
  const pool = await startPool('--hosts', String(HOSTS), '--vms', String(VMS), '--pace', String(PACE));
  const begun = performance.now();
  const args = [
    'controller',
    '--namespaces',
    NAMESPACE,
    '--http-address',
    '127.0.0.1:0',
    '--leader-election-namespace',
    NAMESPACE,
  ];
  const script = path.resolve('dist', 'xenpool.cjs');
  const env = { KUBECONFIG: field.kubeconfig() };
  let controller: Driver | undefined;
  try {
    await order(field, pool.access);
    const before = writesIn(await field.requests());
    controller = new Driver({ name: 'controller', script, args, flags: FLAGS_OF_THE_PRODUCT, env }, folder);
    await succeeded(field);
    const after = writesIn(await field.requests());
    const perHost = (which: keyof typeof before): number => (after[which] - before[which]) / HOSTS;
    return {
      pace: PACE,
      seconds: (performance.now() - begun) / 1_000,
      perHost: { status: perHost('status'), events: perHost('events'), other: perHost('other') },
      cpu: controller.cpu(),
      peak: controller.memory().peak,
    };
  } finally {
    await controller?.kill();
    await pool.stop();
  }
}

const objectsPath = (): string => `/apis/xenpool.dev/v1alpha1/namespaces/${NAMESPACE}/poolupgrades`;

async function order(field: Field, { endpoints, username, password, caFile }: PoolAccess): Promise<void> {
  const secret = (name: string, stringData: object): Promise<unknown> =>
    field.must('POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      stringData,
    });
  await secret('root', { username, password });
  await secret('ca', { 'ca.crt': readFileSync(caFile, 'utf8') });
  const spec = {
    pool: { endpoints, credentialsRef: { name: 'root' }, tls: { caBundleRef: { name: 'ca', key: 'ca.crt' } } },
    target: { version: '8.3.0' },
    releases: [{ version: '8.3.0', repository: { url: 'http://repository.invalid/XCP-ng/8.3.0/' } }],
    vms: { forceShutdownAfter: '10m' },
    consent: { acceptDowntime: true },
  };
  const object = { apiVersion: 'xenpool.dev/v1alpha1', kind: 'PoolUpgrade', metadata: { name: NAME }, spec };
  await field.must('POST', objectsPath(), object);
}

async function succeeded(field: Field): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status } = await field.api.get<PoolUpgrade>(POOL_UPGRADES, NAMESPACE, NAME);
    if (status?.phase === 'Succeeded') return;
    if (performance.now() > until) throw new Error(`the upgrade is ${status?.phase} after ${PATIENCE_MS} ms: ${status?.message}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const WRITES = ['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE'];

/** What the controller writes but for leases, which the API server renews as well. */
function writesIn(requests: readonly RequestCount[]): {
  readonly status: number;
  readonly events: number;
  readonly other: number;
} {
  const writes = requests.filter(({ verb }) => WRITES.includes(verb));
  const sum = (which: (one: RequestCount) => boolean): number =>
    writes.filter(which).reduce((total, { count }) => total + count, 0);
  const ofUpgrades = (one: RequestCount): boolean => one.resource === POOL_UPGRADES.plural;
  return {
    status: sum((one) => ofUpgrades(one) && one.subresource === 'status'),
    events: sum(({ resource }) => resource === 'events'),
    other: sum((one) => (ofUpgrades(one) && one.subresource === '') || ['configmaps', 'secrets'].includes(one.resource)),
  };
}

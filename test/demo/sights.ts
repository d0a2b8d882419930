// Sights of a small upgrade for the tests of what is made of them.
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import type { Sight, WorldView } from '../../src/demo/sight';

export type Status = NonNullable<PoolUpgrade['status']>;
export type HostStatus = NonNullable<Status['hosts']>[number];

export const BEGAN = Date.parse('2026-03-01T20:00:00Z');

/** Wall time of the pool, so many seconds after the run began. */
export function at(seconds: number): string {
  return new Date(BEGAN + seconds * 1_000).toISOString();
}

export function host(name: string, phase: HostStatus['phase'], more: Partial<HostStatus> = {}): HostStatus {
  const role = name === 'xs-01' ? 'master' : 'member';
  return {
    ...{ uuid: `uuid-${name}`, name, address: '127.0.0.1', role, phase, from: '8.2.1', to: '8.3.0' },
    attempt: 1,
    ...more,
  } as HostStatus;
}

/** @param seconds since the run began */
export function sight(seconds: number, status: Partial<Status>, world?: WorldView): Sight {
  const hop = { fromBrand: 'XCP-ng', from: '8.2.1', toBrand: 'XCP-ng', to: '8.3.0' };
  const whole = {
    ...{ observedGeneration: 1, phase: 'Upgrading', reason: 'Working', message: '', stalled: false },
    run: { id: 'r', generation: 1, epoch: 1, startedAt: at(0) },
    pool: { uuid: 'p', name: 'rack7', master: 'uuid-xs-01' },
    plan: { hop, order: [], warnings: [], migrations: { bound: 1 } },
    ...status,
  };
  const object = {
    ...{ apiVersion: 'xenpool.dev/v1alpha1', kind: 'PoolUpgrade', metadata: { name: 'rack7' } },
    spec: { vms: { forceShutdownAfter: '10m' } },
    status: whole,
  };
  return { now: BEGAN + seconds * 1_000, pace: 100, object: object as unknown as PoolUpgrade, world, told: undefined };
}

/** VMs by the host they run on. */
export function world(guests: Readonly<Record<string, readonly string[]>>): WorldView {
  return {
    now: at(0),
    machines: Object.keys(guests).map((name) => ({ uuid: `uuid-${name}`, name, state: 'Up', system: 'XCP-ng 8.2.1' })),
    domains: Object.entries(guests).flatMap(([on, vms]) =>
      vms.map((vm) => ({ vm: `uuid-${vm}`, name: vm, host: on, state: 'Running' })),
    ),
    idleFaults: [],
  };
}

// What must hold for every pool the simulator starts with, whatever it was made from.
import { expect } from 'chai';
import type { LoadedPool } from '../../../src/simulator/dump';
import type { DatabaseRecord, LiveDatabase } from '../../../src/simulator/pool/liveDatabase';

/** Sets and the reference they are the other side of. */
const SIDES = [
  ['PBD', 'host', 'host', 'PBDs'],
  ['PIF', 'host', 'host', 'PIFs'],
  ['PBD', 'SR', 'SR', 'PBDs'],
  ['VDI', 'SR', 'SR', 'VDIs'],
  ['VBD', 'VDI', 'VDI', 'VBDs'],
  ['VBD', 'VM', 'VM', 'VBDs'],
  ['VIF', 'VM', 'VM', 'VIFs'],
  ['VIF', 'network', 'network', 'VIFs'],
  ['PIF', 'network', 'network', 'PIFs'],
  ['VM', 'resident_on', 'host', 'resident_VMs'],
] as const;

export function all(database: LiveDatabase, table: string): DatabaseRecord[] {
  return [...database.records(table).values()];
}

export function guests(database: LiveDatabase): DatabaseRecord[] {
  return all(database, 'VM').filter(
    (vm) => vm['is_a_template'] !== true && vm['is_a_snapshot'] !== true && vm['is_control_domain'] !== true,
  );
}

export function running(database: LiveDatabase): DatabaseRecord[] {
  return guests(database).filter((vm) => vm['power_state'] === 'Running');
}

export function expectSound(pool: LoadedPool): void {
  const { database, hosts } = pool;
  expect(hosts[0]?.ref).to.equal(pool.masterRef);
  expect(all(database, 'pool').map((record) => record['master'])).to.deep.equal([pool.masterRef]);
  expect(hosts.map((host) => host.ref)).to.have.members([...database.records('host').keys()]);
  for (const field of ['ref', 'uuid', 'address'] as const)
    expect(new Set(hosts.map((host) => host[field])).size).to.equal(hosts.length);
  for (const host of hosts) expectSoundHost(database, host.ref);
  for (const vm of guests(database)) expectSoundGuest(database, vm);
}

function expectSoundHost(database: LiveDatabase, ref: string): void {
  const host = database.get('host', ref)!;
  const metrics = database.get('host_metrics', String(host['metrics']))!;
  expect(metrics['live']).to.equal(true);
  const control = all(database, 'VM').filter((vm) => vm['is_control_domain'] === true && vm['resident_on'] === ref);
  expect(control).to.have.length(1);
  const weight = Number(control[0]!['memory_target'] ?? 0) || Number(control[0]!['memory_static_max']);
  expect(weight).to.be.greaterThan(0);
  expect(Number(metrics['memory_total'])).to.be.greaterThan(weight);
  expect(all(database, 'PIF').filter((pif) => pif['host'] === ref && pif['management'] === true)).to.have.length.greaterThan(0);
  const config = host['other_config'] as Record<string, string>;
  expect(Number.parseFloat(config['boot_time']!)).to.be.greaterThan(0);
  expect(Number.parseFloat(config['agent_start_time']!)).to.be.greaterThan(0);
}

function expectSoundGuest(database: LiveDatabase, vm: DatabaseRecord): void {
  expect(Number(vm['memory_static_max'])).to.be.greaterThan(0);
  const lives = vm['power_state'] === 'Running' || vm['power_state'] === 'Paused';
  const host = database.get('host', String(vm['resident_on']));
  expect(host !== undefined, `${String(vm['name_label'])} has a host`).to.equal(lives);
  if (lives) expect(Number(database.get('VM_metrics', String(vm['metrics']))!['memory_actual'])).to.be.greaterThan(0);
}

/** Every reference and its set say the same. */
export function expectBothSides({ database }: LoadedPool): void {
  for (const [table, reference, owner, set] of SIDES) {
    for (const [ref, record] of database.records(owner)) {
      const referring = [...database.records(table)].filter(([, each]) => each[reference] === ref).map(([each]) => each);
      expect(
        [...(record[set] as readonly string[])].sort(),
        `${owner}.${set} of ${String(record['name_label'] ?? ref)}`,
      ).to.deep.equal(referring.sort());
    }
  }
}

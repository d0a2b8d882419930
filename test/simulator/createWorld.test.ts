// Worlds from real dumps: what the database says is so, and what is said over the wire is what the database says.
import { existsSync, readdirSync, readFileSync } from 'fs';
import path from 'path';
import { expect } from 'chai';
import { fieldsOf, servedBy } from '../../src/datamodel/datamodel';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { createWorld, type SimulatedWorld } from '../../src/simulator/createWorld';
import { grow, loadPool, makePool, type LoadedPool } from '../../src/simulator/dump';
import { armFaults } from '../../src/simulator/faults';
import { rowsOf } from '../../src/xenapi/database/database';
import { parseDatabase } from '../../src/xenapi/database/parseDatabase';
import { Client } from './pool/smallPool';

const dumps = path.resolve(__dirname, '..', '..', '..', 'shared', 'data', 'xapi-db');

interface Scene {
  readonly clock: VirtualClock;
  readonly pool: LoadedPool;
  readonly world: SimulatedWorld;
  readonly client: Client;
}

function sceneOf(pool: LoadedPool): Scene {
  const clock = new VirtualClock(Date.UTC(2020, 0, 1));
  const faults = armFaults([], { hosts: [], vms: [] });
  const world = createWorld({ clock, random: seededRandom(3), pool, password: 'secret', repositories: new Map(), faults });
  const transport = world.transport('test');
  const origin = `https://${pool.hosts[0]!.address}`;
  const client = new Client(
    (route, body, signal) => transport.post(origin, route, body, signal),
    (route, signal) => transport.get(origin, route, signal),
  );
  return { clock, pool, world, client };
}

async function inVirtualTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let ended = false;
  const done = work.finally(() => (ended = true));
  done.catch(() => undefined);
  await clock.run(() => ended, 86_400_000);
  return done;
}

/** What must hold of any world when it begins. */
async function judge({ clock, pool, world, client }: Scene): Promise<void> {
  const running = [...pool.database.records('VM').values()].filter(
    (vm) =>
      vm['is_control_domain'] !== true &&
      vm['is_a_template'] !== true &&
      ['Running', 'Paused'].includes(String(vm['power_state'])),
  );
  expect([...world.domains.keys()].sort()).to.deep.equal(running.map((vm) => vm['uuid']).sort());
  await inVirtualTime(clock, client.login());
  for (const cls of ['pool', 'host', 'VM', 'SR', 'PIF']) await judgeClass(clock, pool, client, cls);
  const answer = await inVirtualTime(clock, client.download(`/pool/xmldbdump?session_id=${client.session}`));
  const dump = parseDatabase(answer.body);
  for (const cls of ['host', 'VM', 'SR']) expect(rowsOf(dump, cls)).to.have.length(pool.database.size(cls));
}

async function judgeClass(clock: VirtualClock, pool: LoadedPool, client: Client, cls: string): Promise<void> {
  const records = (await inVirtualTime(clock, client.call(`${cls}.get_all_records`))) as Record<string, Record<string, unknown>>;
  expect(Object.keys(records)).to.have.members([...pool.database.records(cls).keys()]);
  const expected = fieldsOf(cls).filter((field) => servedBy({ since: field.since }, pool.apiRelease));
  for (const record of Object.values(records)) expect(Object.keys(record)).to.have.members(expected.map(({ name }) => name));
}

describe('a simulated world', () => {
  it('begins as the made pool is', async () => {
    await judge(sceneOf(makePool({ hosts: 3, vms: 12, release: { brand: 'XCP-ng', version: '8.0.0' } })));
  });

  it('lets somebody else play the BMC of a machine: its power, and what it boots', async () => {
    const { clock, world } = sceneOf(makePool({ hosts: 2, vms: 0, release: { brand: 'XCP-ng', version: '8.2.1' } }));
    const machine = [...world.machines.values()][1]!;
    const chassis = world.chassis(machine.uuid);
    let boots = 0;
    chassis.attach({
      boot() {
        boots += 1;
        return { device: undefined, mode: undefined, image: undefined };
      },
    });
    chassis.turn('Off');
    expect([machine.state, chassis.power()]).to.deep.equal(['Off', 'Off']);
    chassis.turn('On');
    await clock.run(() => machine.state === 'Up', 3_600_000);
    expect([machine.state, boots]).to.deep.equal(['Up', 1]);
    expect(() => world.chassis('nobody')).to.throw('no machine nobody');
  });

  if (!existsSync(dumps)) console.log(`      (worlds of real dumps are not tested: there is no ${dumps})`);
  for (const name of existsSync(dumps) ? readdirSync(dumps).filter((file) => file.endsWith('.xml')) : []) {
    const load = (): LoadedPool => loadPool(parseDatabase(readFileSync(path.join(dumps, name), 'utf8')));

    it(`begins as ${name} is`, async () => {
      await judge(sceneOf(load()));
    });

    it(`begins as ${name} is when it has grown`, async () => {
      const pool = load();
      await judge(sceneOf(grow(pool, pool.hosts.length + 3)));
    });

    it(`of ${name} lets its master reboot, and is whole again`, async () => {
      const { clock, pool, world, client } = sceneOf(load());
      const master = pool.hosts[0]!;
      await inVirtualTime(clock, client.login());
      await inVirtualTime(
        clock,
        client.call('host.disable', master.ref).catch(() => client.call('pool.disable_ha')),
      );
      await inVirtualTime(clock, client.call('host.disable', master.ref));
      world.powerOff(master.uuid, { by: 'person' });
      world.links.powerOn(master.uuid, { by: 'person' });
      await clock.run(() => pool.database.get('host', master.ref)?.['enabled'] === true, 86_400_000);
      expect([...world.domains.values()].filter(({ host }) => host === master.uuid)).to.deep.equal([]);
      await inVirtualTime(clock, client.login());
      const live = (): boolean =>
        [...pool.database.records('host_metrics').values()].every((metrics) => metrics['live'] === true);
      await clock.run(live, 2 * 86_400_000);
      expect(live()).to.equal(true);
    });
  }
});

import { expect } from 'chai';
import { grow, LoadError, type LoadedPool, loadPool, makePool, toDatabase } from '../../../src/simulator/dump';
import type { LiveDatabase } from '../../../src/simulator/pool/liveDatabase';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { dumpFiles } from '../../xenapi/database/corpus';
import { all, expectBothSides, expectSound, running } from './soundPool';

const made = (): LoadedPool => makePool({ hosts: 2, vms: 8, release: { brand: 'XenServer', version: '6.1.0' } });

/** SRs that are one host's own. */
function localStorage(database: LiveDatabase, host: string): string[] {
  return all(database, 'PBD')
    .filter((pbd) => pbd['host'] === host && database.get('SR', String(pbd['SR']))!['shared'] !== true)
    .map((pbd) => String(pbd['SR']));
}

function expectOwnIdentities({ database }: LoadedPool): void {
  for (const table of database.tableNames()) {
    const uuids = all(database, table)
      .map((record) => record['uuid'])
      .filter((uuid) => uuid !== undefined && uuid !== '');
    expect(new Set(uuids).size, `uuids of ${table}`).to.equal(uuids.length);
  }
  const physical = all(database, 'PIF')
    .filter((pif) => pif['physical'] === true)
    .map((pif) => pif['MAC']);
  expect(new Set(physical).size).to.equal(physical.length);
  const addresses = all(database, 'PIF')
    .map((pif) => pif['IP'])
    .filter((address) => address !== '' && address !== undefined);
  expect(new Set(addresses).size).to.equal(addresses.length);
}

describe('a pool grown to more hosts', () => {
  for (const { name, text } of dumpFiles('the growing of pools')) {
    it(`${name} stays sound, with as many of everything as there are hosts`, () => {
      const before = loadPool(parseDatabase(text));
      const count = before.hosts.length * 3;
      const guestsBefore = running(before.database).length;
      const addressesBefore = before.hosts.map((host) => host.address);
      const grown = grow(before, count);
      expectSound(grown);
      expectOwnIdentities(grown);
      expect(grown.hosts).to.have.length(count);
      expect(grown.hosts.map((host) => host.address)).to.include.members(addressesBefore);
      // The members are cloned in turn with the master, so three times the hosts are three times the guests.
      expect(running(grown.database)).to.have.length(guestsBefore * 3);
      expectSound(loadPool(parseDatabase(printDatabase(toDatabase(grown)))));
    });

    it(`${name} has no clone that leans on what belongs to its original alone`, () => {
      const before = loadPool(parseDatabase(text));
      const originals = new Map(before.hosts.map(({ ref }) => [ref, localStorage(before.database, ref)]));
      const { database, hosts } = grow(before, before.hosts.length * 2);
      const clones = hosts.filter(({ ref }) => !originals.has(ref));
      for (const { ref } of clones) {
        const local = new Set(localStorage(database, ref));
        expect(local.size).to.be.greaterThan(0);
        for (const [, srs] of originals) for (const sr of srs) expect(local.has(sr)).to.equal(false);
        for (const vm of all(database, 'VM').filter((each) => each['resident_on'] === ref)) {
          const disks = all(database, 'VBD').filter((vbd) =>
            (vm['VBDs'] as readonly string[]).includes(refOf(database, 'VBD', vbd['uuid'])),
          );
          for (const disk of disks) {
            const sr = String(database.get('VDI', String(disk['VDI']))?.['SR'] ?? '');
            expect(local.has(sr) || sr === '' || database.get('SR', sr)!['shared'] === true).to.equal(true);
          }
        }
      }
    });
  }

  it('has both sides of every relation', () => {
    const grown = grow(made(), 5);
    expectSound(grown);
    expectBothSides(grown);
    expectOwnIdentities(grown);
  });

  it('gives every clone its own name, serial and disks, and shares networks and shared storage', () => {
    const before = made();
    const networks = before.database.records('network').size;
    const shared = all(before.database, 'SR').filter((sr) => sr['shared'] === true).length;
    const { database, hosts } = grow(before, 6);
    const serials = all(database, 'host').map((host) => (host['bios_strings'] as Record<string, string>)['system-serial-number']);
    expect(new Set(serials).size).to.equal(6);
    expect(new Set(hosts.map((host) => host.name)).size).to.equal(6);
    expect(new Set(running(database).map((vm) => vm['name_label'])).size).to.equal(running(database).length);
    expect(database.records('network').size).to.equal(networks);
    expect(all(database, 'SR').filter((sr) => sr['shared'] === true)).to.have.length(shared);
    const owners = all(database, 'VBD')
      .filter((vbd) => vbd['type'] === 'Disk')
      .map((vbd) => vbd['VDI']);
    expect(new Set(owners).size).to.equal(owners.length);
  });

  it('has room on the shared storage as a pool of that size would', () => {
    const free = (pool: LoadedPool): number => {
      const sr = all(pool.database, 'SR').find((each) => each['shared'] === true)!;
      return Number(sr['physical_size']) - Number(sr['physical_utilisation']);
    };
    expect(free(grow(made(), 4))).to.equal(2 * free(made()));
  });

  it('keeps a MAC that several interfaces of one host share shared, and what is no MAC as it is', () => {
    const pool = made();
    const member = pool.hosts[1]!.ref;
    const [first, second] = [...pool.database.records('PIF')].filter(([, pif]) => pif['host'] === member);
    pool.database.update('PIF', second![0], { MAC: first![1]['MAC']! });
    const [third] = [...pool.database.records('PIF')].find(([, pif]) => pif['host'] === pool.masterRef)!;
    pool.database.update('PIF', third, { MAC: 'fe:ff:ff:ff:ff:ff' });
    const { database, hosts } = grow(pool, 4);
    const macs = (host: string): unknown[] =>
      all(database, 'PIF')
        .filter((pif) => pif['host'] === host)
        .map((pif) => pif['MAC']);
    const [ofMember, ofMaster] = [macs(hosts[2]!.ref), macs(hosts[3]!.ref)];
    expect(ofMember[0]).to.equal(ofMember[1]).and.not.equal(first![1]['MAC']);
    expect(ofMaster).to.include('fe:ff:ff:ff:ff:ff');
  });

  it('arms every host with the peers of all when HA is on', () => {
    const pool = made();
    const uuids = pool.hosts.map((host) => host.uuid);
    for (const { ref } of pool.hosts) pool.database.update('host', ref, { ha_network_peers: uuids });
    const { database, hosts } = grow(pool, 3);
    for (const host of all(database, 'host')) expect(host['ha_network_peers']).to.have.members(hosts.map(({ uuid }) => uuid));
  });

  it('is the same pool at the same size, and is never made smaller', () => {
    const pool = made();
    expect(grow(pool, 2)).to.equal(pool);
    for (const [count, kind] of [
      [1, 'TooFewHosts'],
      [2.5, 'TooFewHosts'],
      [Number.NaN, 'TooFewHosts'],
      [65, 'TooManyHosts'],
    ] as const) {
      expect(() => grow(pool, count))
        .to.throw(LoadError)
        .with.property('kind', kind);
    }
  });

  it('is told', () => {
    expect(grow(made(), 3).warnings.join()).to.match(/from 2 to 3 hosts/);
  });
});

function refOf(database: LiveDatabase, table: string, uuid: unknown): string {
  return [...database.records(table)].find(([, record]) => record['uuid'] === uuid)![0];
}

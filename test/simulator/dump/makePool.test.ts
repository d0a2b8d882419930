import { expect } from 'chai';
import { IGNORES_SHUTDOWN, LoadError, loadPool, makePool, toDatabase } from '../../../src/simulator/dump';
import { knownReleases } from '../../../src/simulator/releases';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { all, expectBothSides, expectSound, guests, running } from './soundPool';

const release = { brand: 'XenServer', version: '6.2.0' } as const;

describe('a made pool', () => {
  for (const [hosts, vms] of [
    [1, 0],
    [1, 5],
    [3, 12],
    [16, 100],
    [5, 2],
  ] as const) {
    it(`of ${hosts} hosts and ${vms} guests is sound`, () => {
      const pool = makePool({ hosts, vms, release });
      expectSound(pool);
      expectBothSides(pool);
      expect(pool.hosts).to.have.length(hosts);
      expect(guests(pool.database)).to.have.length(vms);
      expect(pool.warnings).to.deep.equal([]);
    });
  }

  it('has one guest on local storage, one halted and one that ignores a shutdown; all others are easy', () => {
    const { database } = makePool({ hosts: 3, vms: 12, release });
    const local = all(database, 'SR')
      .filter((sr) => sr['shared'] !== true)
      .flatMap((sr) => sr['VDIs'] as readonly string[]);
    const pinned = all(database, 'VBD').filter((vbd) => local.includes(String(vbd['VDI'])));
    expect(pinned).to.have.length(1);
    expect(database.get('VM', String(pinned[0]!['VM']))!['power_state']).to.equal('Running');
    expect(guests(database).filter((vm) => vm['power_state'] === 'Halted')).to.have.length(1);
    expect(
      guests(database).filter((vm) => (vm['other_config'] as Record<string, string>)[IGNORES_SHUTDOWN] === 'true'),
    ).to.have.length(1);
  });

  it('has room for the guests of any host on any other', () => {
    const { database, hosts } = makePool({ hosts: 3, vms: 40, release });
    const weight = (host: string): number =>
      running(database)
        .filter((vm) => vm['resident_on'] === host)
        .reduce((sum, vm) => sum + Number(vm['memory_static_max']), 0);
    const free = (host: string): number =>
      Number(database.get('host_metrics', String(database.get('host', host)!['metrics']))!['memory_free']);
    for (const from of hosts) for (const to of hosts) if (from !== to) expect(free(to.ref)).to.be.greaterThan(weight(from.ref));
  });

  it('can be made of every known release, written, and loaded as the same release serving the same XenAPI', () => {
    for (const { release: each, api } of knownReleases) {
      const pool = makePool({ hosts: 2, vms: 4, release: each });
      const again = loadPool(parseDatabase(printDatabase(toDatabase(pool))));
      expectSound(again);
      expect(again.release).to.deep.equal(each);
      expect([pool.apiRelease, again.apiRelease]).to.deep.equal(api === 'symc' ? ['symc', 'miami'] : [api, api]);
    }
  });

  it('is not made of nonsense', () => {
    for (const shape of [
      { hosts: 0, vms: 1 },
      { hosts: 65, vms: 1 },
      { hosts: 1.5, vms: 1 },
      { hosts: 1, vms: -1 },
    ]) {
      expect(() => makePool({ ...shape, release }))
        .to.throw(LoadError)
        .with.property('kind', 'BadCount');
    }
    expect(() => makePool({ hosts: 1, vms: 1, release: { brand: 'XCP-ng', version: '6.2.0' } }))
      .to.throw(LoadError)
      .with.property('kind', 'UnknownRelease');
  });
});

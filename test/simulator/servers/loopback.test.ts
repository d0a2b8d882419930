import { expect } from 'chai';
import { makePool } from '../../../src/simulator/dump';
import { AddressError, loopbackAddresses, moveTo } from '../../../src/simulator/servers/loopback';

describe('the addresses of served hosts', () => {
  it('are counted up from the first, over the end of a byte', () => {
    expect(loopbackAddresses('127.0.0.1', 3)).to.deep.equal(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    expect(loopbackAddresses('127.0.0.254', 3)).to.deep.equal(['127.0.0.254', '127.0.0.255', '127.0.1.0']);
  });

  for (const first of ['10.0.0.1', '127.0.0.0', '127.255.255.255', '127.0.0.256', 'localhost', '127.1', '::1', ''])
    it(`are not counted from ${first || 'nothing'}`, () => {
      expect(() => loopbackAddresses(first, 1)).to.throw(AddressError, 'expected an address from 127.0.0.1');
    });

  it('do not leave the loopback network', () => {
    expect(() => loopbackAddresses('127.255.255.250', 6)).to.throw(AddressError, '6 hosts');
    expect(loopbackAddresses('127.255.255.250', 5)).to.have.length(5);
  });

  it('are written where the pool looks for them: at the host and its management interface alone', () => {
    const made = makePool({ hosts: 2, vms: 0, release: { brand: 'XCP-ng', version: '8.2.1' } });
    const pool = moveTo(made, ['127.0.0.5', '127.0.0.6']);
    expect(pool.hosts.map(({ address }) => address)).to.deep.equal(['127.0.0.5', '127.0.0.6']);
    for (const { ref, address } of pool.hosts) {
      expect(pool.database.get('host', ref)!['address']).to.equal(address);
      const own = [...pool.database.records('PIF').values()].filter((pif) => pif['host'] === ref);
      const addresses = own.map((pif) => [pif['management'], pif['IP']]);
      expect(addresses).to.have.deep.members([
        [true, address],
        [false, ''],
      ]);
    }
  });
});

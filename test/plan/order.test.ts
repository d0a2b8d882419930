import { expect } from 'chai';
import { type OrderResult, upgradeOrder } from '../../src/plan/order';
import type { Host } from '../../src/plan/pool';
import { guest, host, world } from './smallPool';

const hosts: readonly Host[] = [host('c'), host('a'), host('m', '7.1.2', { master: true }), host('b')];
const guests = world([
  guest('g1', 'a'),
  guest('g2', 'a'),
  guest('g3', 'b'),
  guest('g4', 'c', { powerState: 'Paused' }),
  guest('g5', 'm'),
]);
const order = (result: OrderResult): readonly string[] =>
  result.ok ? result.order.map((entry) => entry.uuid) : [result.message];

describe('the upgrade order', () => {
  it('is the master, then fewest guests first, then by name', () => {
    expect(order(upgradeOrder(hosts, guests, []))).to.deep.equal(['m', 'b', 'c', 'a']);
  });

  it('takes the wish for members, by name or uuid, and appends those it does not name', () => {
    expect(order(upgradeOrder(hosts, guests, ['name-a', 'c']))).to.deep.equal(['m', 'a', 'c', 'b']);
    expect(order(upgradeOrder(hosts, guests, ['m', 'a']))).to.deep.equal(['m', 'a', 'b', 'c']);
  });

  it('lists a host once that is named twice', () => {
    expect(order(upgradeOrder(hosts, guests, ['a', 'name-a', 'b']))).to.deep.equal(['m', 'a', 'b', 'c']);
  });

  it('is refused for a master that is not first, for a stranger, and without a master', () => {
    expect(order(upgradeOrder(hosts, guests, ['a', 'm'])).join()).to.contain('m is the master');
    expect(order(upgradeOrder(hosts, guests, ['zz'])).join())
      .to.contain('no host zz')
      .and.contain('name-a');
    expect(upgradeOrder([host('a')], world(), []).ok).to.equal(false);
  });
});

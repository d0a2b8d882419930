import { expect } from 'chai';
import { ClaimLost, Fence } from '../../src/upgrade/fence';
import { FakePorts } from './fakePorts';

describe('the fence', () => {
  it('needs no renewal within seconds of a write, counted from before its request', async () => {
    const ports = new FakePorts();
    const fence = new Fence(ports.clock, ports.claim);
    fence.proved(ports.clock.monotonic());
    expect(await fence.refresh()).to.equal(false);
    await ports.pass(3_900);
    expect(await fence.refresh()).to.equal(false);
    await ports.pass(1_100);
    expect(fence.isFresh(), 'five seconds later').to.equal(false);
    expect(await fence.refresh()).to.equal(true);
    expect(ports.renewals).to.equal(1);
    expect(await fence.refresh(), 'a renewal is a proof').to.equal(false);
  });

  it('is not made younger by a proof that comes in late', async () => {
    const ports = new FakePorts();
    const fence = new Fence(ports.clock, ports.claim);
    await ports.pass(10_000);
    fence.proved(0);
    expect(fence.isFresh()).to.equal(false);
    fence.proved(10_000);
    fence.proved(1_000);
    expect(fence.isFresh()).to.equal(true);
  });

  it('proves nothing before the first write, and throws when the claim is lost', async () => {
    const ports = new FakePorts();
    const fence = new Fence(ports.clock, ports.claim);
    expect(fence.isFresh()).to.equal(false);
    ports.claimed = false;
    const error = await fence.refresh().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ClaimLost);
    expect(fence.isFresh()).to.equal(false);
  });
});

// The second call of an effect goes out within the fence too, however long the first one took.
import { expect } from 'chai';
import { Fence, ClaimLost } from '../../src/upgrade/fence';
import { iso, minutes } from '../../src/upgrade/time';
import { sendWave } from '../../src/upgrade/wave';
import { FakePorts } from './fakePorts';
import { facts, guest, item, NOW, orders, runState, sharedWorld, twoHosts } from './situations';

/** A start that takes three minutes, after which the mark is to come off. */
function slowStart(): { ports: FakePorts; send: () => Promise<unknown> } {
  const ports = new FakePorts();
  const stopped = guest('g', undefined, { powerState: 'Halted', mark: 'run/b' });
  ports.sights = [facts(twoHosts(), sharedWorld([stopped]))];
  ports.answers.set('start', () => ports.clockPassing(minutes(3)));
  const journal = { id: 'j', host: 'b', at: iso(NOW), epoch: 3, items: [item('Start', 'g', { on: 'b' })] };
  const fence = new Fence(ports.clock, ports.claim);
  fence.proved(ports.clock.monotonic());
  const context = { ports, fence, state: runState(), orders: orders() };
  return { ports, send: () => ports.run(sendWave(journal, context)) };
}

describe('an effect of two calls', () => {
  it('renews the claim between them when the first one took long', async () => {
    const { ports, send } = slowStart();
    await send();
    const told = ports.crossed.map((line) => line.split(' ')[0]);
    expect(told).to.deep.equal(['look', 'start', 'renew', 'unmarkGuest']);
  });

  it('sends nothing more when the claim is lost meanwhile', async () => {
    const { ports, send } = slowStart();
    ports.claimed = false;
    const failure = await send().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(ClaimLost);
    expect(ports.crossed.some((line) => line.startsWith('unmarkGuest'))).to.equal(false);
  });
});

describe('starts of one journal entry', () => {
  it('go at most two at a time on a host, and hosts do not wait for one another', async () => {
    const ports = new FakePorts();
    const names = ['m1', 'm2', 'm3', 'm4', 'm5', 'b1'];
    const stopped = names.map((name) => guest(name, undefined, { powerState: 'Halted', mark: 'run/b' }));
    ports.sights = [facts(twoHosts(), sharedWorld(stopped))];
    let [running, most] = [0, 0];
    ports.answers.set('start', async () => {
      running += 1;
      most = Math.max(most, running);
      const answer = await ports.clockPassing(minutes(1));
      running -= 1;
      return answer;
    });
    const items = names.map((name) => item('Start', name, { on: name[0]! }));
    const fence = new Fence(ports.clock, ports.claim);
    fence.proved(ports.clock.monotonic());
    const journal = { id: 'j', at: iso(NOW), epoch: 3, items };
    await ports.run(sendWave(journal, { ports, fence, state: runState(), orders: orders() }));
    expect(ports.crossed.filter((line) => line.startsWith('start '))).to.have.length(6);
    expect(most).to.equal(3);
  });
});

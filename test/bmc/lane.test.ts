import { expect } from 'chai';
import { Lane, Lanes } from '../../src/bmc/lane';
import { openBmc } from '../../src/bmc/open';
import type { ClosableBmcTransport } from '../../src/bmc/transport';
import { Aborted, sleep } from '../../src/foundation/clock';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { FakeIpmitool } from './ipmi/fakeIpmitool';
import { over, patient } from './waiting';

describe('the lane of a BMC', () => {
  let clock: VirtualClock;
  let lane: Lane;
  let book: string[];
  beforeEach(() => {
    clock = new VirtualClock(0);
    lane = new Lane(clock);
    book = [];
  });
  const work = (name: string, ms: number) => async (): Promise<void> => {
    book.push(`${name} from ${clock.monotonic()}`);
    await sleep(clock, ms);
    book.push(`${name} to ${clock.monotonic()}`);
  };

  it('takes one at a time, in turn, with the pause that the one before wants', async () => {
    const all = [
      lane.take(work('a', 10), 5_000, patient),
      lane.take(work('b', 20), 200, patient),
      lane.take(work('c', 0), 0, patient),
    ];
    await over(clock, Promise.all(all));
    expect(book).to.deep.equal(['a from 0', 'a to 10', 'b from 5010', 'b to 5030', 'c from 5230', 'c to 5230']);
  });

  it('pauses after what failed as well, and lets the next in', async () => {
    const failing = lane.take(() => Promise.reject(new Error('no')), 300, patient).catch((error: Error) => error.message);
    await over(clock, Promise.all([failing, lane.take(work('b', 0), 0, patient)]));
    expect([await failing, ...book]).to.deep.equal(['no', 'b from 300', 'b to 300']);
  });

  for (const [where, behind] of [
    ['in the queue', 1_000],
    ['in the pause', 0],
  ] as const)
    it(`lets go ${where} whoever gives up, who then has sent nothing`, async () => {
      const giving = new AbortController();
      const first = lane.take(work('a', behind), 500, patient);
      const second = lane.take(work('b', 0), 0, giving.signal).catch((error: unknown) => error);
      clock.after(100, () => giving.abort());
      expect(await over(clock, second)).to.be.instanceOf(Aborted);
      expect(clock.monotonic()).to.equal(100);
      await over(clock, Promise.all([first, lane.take(work('c', 0), 0, patient)]));
      expect(book.filter((line) => line.startsWith('b'))).to.deep.equal([]);
      expect(book.at(-1)).to.equal(`c to ${behind + 500}`);
    });

  it('is one for both protocols and for every driver of that BMC, and another for another BMC', async () => {
    const lanes = new Lanes(clock);
    const inFlight = new Map<string, number>();
    const starts: string[] = [];
    const crossing = async <T>(host: string, answer: () => Promise<T>): Promise<T> => {
      const now = (inFlight.get(host) ?? 0) + 1;
      inFlight.set(host, now);
      starts.push(`${host} ${now}`);
      await sleep(clock, 50);
      inFlight.set(host, now - 1);
      return answer();
    };
    const open = (address: string): ReturnType<typeof openBmc> => {
      const host = new URL(address.replace(/^[a-z+]+:/, 'http:')).hostname;
      const tool = new FakeIpmitool();
      const transport: ClosableBmcTransport = {
        request: () => crossing(host, () => Promise.resolve({ status: 404, headers: {}, body: '' })),
        close: () => undefined,
      };
      return openBmc({
        address,
        credentials: { username: 'admin', password: 'secret1' },
        policy: { trust: { kind: 'SystemRoots' }, minVersion: 'TLSv1.2', allowPlaintext: false },
        clock,
        random: seededRandom(1),
        settings: 'test',
        lanes,
        transportFor: () => transport,
        run: { run: (...args) => crossing(host, () => tool.run(...args)) },
      });
    };
    const addresses = ['ipmi://10.1.7.1', 'ipmi://10.1.7.1:6230', 'redfish+https://10.1.7.1', 'redfish+https://10.1.7.1:8443'];
    const asked = [...addresses, 'ipmi://10.1.7.2'].map((address) => open(address).power(patient));
    await over(clock, Promise.allSettled(asked));
    expect(starts.length).to.be.at.least(5);
    expect(starts.filter((line) => !line.endsWith(' 1'))).to.deep.equal([]);
    // The other one did not wait for its turn.
    expect(starts.slice(0, 2)).to.deep.equal(['10.1.7.1 1', '10.1.7.2 1']);
  });
});

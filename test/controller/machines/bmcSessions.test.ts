// What is kept of the sessions at BMCs, from one controller to the next.
import { expect } from 'chai';
import { BmcSessions } from '../../../src/controller/machines/bmcSessions';
import { sleep } from '../../../src/foundation/clock';
import type { Log, LogFields } from '../../../src/foundation/log';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { ClaimLost } from '../../../src/upgrade/fence';

const BMC = 'https://10.1.7.1';
const OTHER = 'https://10.1.7.2';
const uri = (number: number | string): string => `/redfish/v1/SessionService/Sessions/${number}`;

describe('the sessions at BMCs', () => {
  let kept: (string | undefined)[];
  let clock: VirtualClock;
  let logged: string[];
  let failing: Error | undefined;
  let delay: () => Promise<void>;

  beforeEach(() => {
    kept = [];
    clock = new VirtualClock(Date.UTC(2026, 2, 1));
    logged = [];
    failing = undefined;
    delay = () => Promise.resolve();
  });

  function sessions(): BmcSessions {
    const write = async (text: string | undefined): Promise<void> => {
      await delay();
      kept.push(text);
      if (failing !== undefined) throw failing;
    };
    return new BmcSessions({ clock, log, write });
  }

  const line =
    (level: string) =>
    (event: string, fields?: LogFields): void =>
      void logged.push(`${level} ${event} ${JSON.stringify(fields)}`);
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };

  const last = (): unknown => JSON.parse(kept.at(-1) ?? '[]');
  /** Writes that nobody waits for. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  it('are kept before they are used, by BMC, and no longer when they have ended', async () => {
    const one = sessions();
    await one.at(BMC).opened(uri(1));
    await one.at(OTHER).opened(uri(1));
    expect(last()).to.deep.equal([
      { bmc: BMC, session: uri(1) },
      { bmc: OTHER, session: uri(1) },
    ]);
    one.at(BMC).ended(uri(1));
    await settle();
    expect(last()).to.deep.equal([{ bmc: OTHER, session: uri(1) }]);
    one.at(OTHER).ended(uri(1));
    await settle();
    expect(kept.at(-1)).to.equal(undefined);
  });

  it('of a predecessor are left to a successor, each at its own BMC, until they have ended', async () => {
    const dead = sessions();
    await dead.at(BMC).opened(uri(1));
    await dead.at(OTHER).opened(uri(2));
    const next = sessions();
    next.inherit(kept.at(-1));
    expect(next.at(BMC).left()).to.deep.equal([uri(1)]);
    expect(next.at(OTHER).left()).to.deep.equal([uri(2)]);
    expect(next.at('https://10.1.7.1:8443').left()).to.deep.equal([]);
    await next.at(BMC).opened(uri(3));
    next.at(BMC).ended(uri(1));
    await settle();
    const left = '2026-03-01T00:00:00.000Z';
    expect(last()).to.deep.equal([
      { bmc: OTHER, session: uri(2), left },
      { bmc: BMC, session: uri(3) },
    ]);
  });

  it('that could not be ended stay, and are told without what they are called', async () => {
    const one = sessions();
    await one.at(BMC).opened(uri(1));
    one.at(BMC).leave(uri(1), new Error('no answer'));
    expect(one.at(BMC).left()).to.deep.equal([uri(1)]);
    expect(logged).to.deep.equal([`info session at a BMC not ended {"bmc":"${BMC}","error":"no answer"}`]);
  });

  it('are never ended when the BMC has given their name to one of ours, nor are ours when the claim is taken anew', async () => {
    const one = sessions();
    one.inherit(JSON.stringify([{ bmc: BMC, session: uri(1) }]));
    await one.at(BMC).opened(uri(1));
    expect(one.at(BMC).left()).to.deep.equal([]);
    one.inherit(kept.at(-1));
    expect(one.at(BMC).left()).to.deep.equal([]);
  });

  it('are forgotten a day after they were left, however many controllers die meanwhile', async () => {
    kept.push(JSON.stringify([{ bmc: BMC, session: uri('first') }]));
    for (const hour of [0, 10, 20, 23, 24]) {
      clock = new VirtualClock(Date.UTC(2026, 2, 1, hour));
      const next = sessions();
      next.inherit(kept.at(-1));
      expect(next.at(BMC).left().includes(uri('first')), `hour ${hour}`).to.equal(hour < 24);
      await next.at(BMC).opened(uri(hour));
    }
  });

  it('are not used where they cannot be kept', async () => {
    const one = sessions();
    failing = new ClaimLost();
    const error = await one
      .at(BMC)
      .opened(uri(1))
      .catch((thrown: unknown) => thrown);
    expect(error).to.equal(failing);
    failing = undefined;
    await one.at(BMC).opened(uri(2));
    expect(last()).to.deep.equal([
      { bmc: BMC, session: uri(1) },
      { bmc: BMC, session: uri(2) },
    ]);
  });

  it('end all the same when that cannot be kept, and it is told', async () => {
    const one = sessions();
    await one.at(BMC).opened(uri(1));
    failing = new ClaimLost();
    one.at(BMC).ended(uri(1));
    await settle();
    expect(logged).to.have.length(1);
    expect(logged[0]).to.match(/^info end of a session at a BMC not kept /);
  });

  it('that come at once are kept by one write, and each waits for it', async () => {
    const one = sessions();
    await Promise.all(Array.from({ length: 64 }, (_, number) => one.at(BMC).opened(uri(number))));
    expect(kept.length).to.be.at.most(2);
    expect(last()).to.have.length(64);
  });

  it('that have ended are off the list when it is settled, however slowly it is kept', async () => {
    const one = sessions();
    for (let number = 0; number < 3; number++) await one.at(BMC).opened(uri(number));
    delay = () => sleep(clock, 1_000);
    for (let number = 0; number < 3; number++) {
      one.at(BMC).ended(uri(number));
      await settle();
    }
    let over = false;
    const settled = one.settled().then(() => (over = true));
    await clock.run(() => over, 60_000);
    await settled;
    expect(kept.at(-1)).to.equal(undefined);
    expect(logged).to.deep.equal([]);
  });

  it('are bounded in number and in length', async () => {
    const one = sessions();
    for (let number = 0; number < 200; number++) await one.at(BMC).opened(uri(number));
    const list = last() as readonly { readonly session: string }[];
    expect(list).to.have.length(128);
    expect(list.at(-1)!.session).to.equal(uri(199));
    const before = kept.length;
    await one.at(BMC).opened(uri('x'.repeat(300)));
    expect(kept.length).to.equal(before);
    expect(logged[0]).to.match(/^warn session of a BMC not kept: its URI is too long /);
  });

  for (const [what, text, found] of [
    ['no JSON', 'yes', []],
    ['no list', '{"bmc": "x"}', []],
    ['too much', `[${' '.repeat(200_000)}]`, []],
    ['strange entries', JSON.stringify([1, null, { bmc: BMC }, { bmc: BMC, session: uri(1), token: 'x' }]), [uri(1)]],
  ] as const)
    it(`are read as far as they make sense, and what does not is told: ${what}`, () => {
      const one = sessions();
      one.inherit(text);
      expect(one.at(BMC).left()).to.deep.equal(found);
      expect(logged).to.have.length(1);
      expect(logged[0]).to.match(/^warn kept sessions of BMCs not read .*found .*expected/);
    });
});

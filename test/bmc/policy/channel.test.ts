// Manners towards one protocol: when it is asked again, when not, and when nothing is sent at all.
import { expect } from 'chai';
import fc from 'fast-check';
import { Aborted } from '../../../src/foundation/clock';
import { seededRandom } from '../../../src/foundation/random';
import { BmcError } from '../../../src/bmc/bmc';
import { BUSY, delayMs, retryDelayMs, TRANSIENT, UNREACHABLE } from '../../../src/bmc/policy/backOff';
import type { PolicyBmc } from '../../../src/bmc/policy/policyBmc';
import { over, patient, refusal } from '../waiting';
import { type Fault, twoHands, type TwoHands } from './twoHands';

const AWAY: Fault = { kind: 'Unreachable', reason: 'ConnectFailed' };

describe('a protocol of a BMC', () => {
  let hands: TwoHands;
  let bmc: PolicyBmc;
  const done = <T>(work: Promise<T>): Promise<T> => over(hands.clock, work);
  beforeEach(() => {
    hands = twoHands();
    bmc = hands.open({ fallback: [] });
  });

  it('is asked again after what passes by itself, later each time', async () => {
    hands.redfish.faults.push({ kind: 'Transient' }, { kind: 'Transient' }, { kind: 'Busy' });
    expect(await done(bmc.power(patient))).to.equal('On');
    expect(hands.machine.calls()).to.have.length(4);
    expect(hands.clock.monotonic()).to.be.within(500 + 1_000 + 10_000, 1_000 + 2_000 + 20_000);
    expect(bmc.attempts().map(({ outcome }) => outcome)).to.deep.equal(['Transient', 'Busy', 'read']);
  });

  it('is left in peace for as long as it asks for, and given up where that is too long', async () => {
    hands.redfish.faults.push({ kind: 'Busy', retryAfterMs: 40_000 });
    await done(bmc.power(patient));
    expect(hands.clock.monotonic()).to.equal(40_000);
    hands.redfish.faults.push({ kind: 'Busy', reason: 'Post', retryAfterMs: 70_000 });
    const error = await refusal(done(bmc.power(patient)), 'Busy', 'Post');
    expect(error.retryAfterMs).to.equal(70_000);
    expect(hands.clock.monotonic()).to.equal(40_000);
  });

  it('is given up after a minute of faults', async () => {
    hands.redfish.always['power'] = { kind: 'Transient', reason: 'Flaky' };
    await refusal(done(bmc.power(patient)), 'Transient', 'Flaky');
    expect(hands.clock.monotonic()).to.be.within(30_000, 60_000);
  });

  for (const kind of ['Unauthorized', 'Conflict', 'Timeout', 'Mismatch', 'Fatal', 'Unsupported', 'Unreachable'] as const)
    it(`is not asked again by itself after ${kind}`, async () => {
      hands.redfish.faults.push({ kind });
      await refusal(done(bmc.power(patient)), kind, '');
      expect(hands.machine.calls()).to.have.length(1);
    });

  it('that refused the login gets no second one: an account may be locked by it', async () => {
    hands.redfish.faults.push({ kind: 'Unauthorized', reason: 'LoginRefused' });
    await refusal(done(bmc.power(patient)), 'Unauthorized', 'LoginRefused');
    await refusal(done(bmc.setPower('Off', patient)), 'Unauthorized', 'LoginRefused');
    expect(hands.machine.calls()).to.deep.equal(['redfish power']);
    // Other credentials are another one.
    expect(await done(hands.open().power(patient))).to.equal('On');
  });

  it('that misses one right goes on with the others', async () => {
    hands.redfish.faults.push({ kind: 'Unauthorized', reason: 'PrivilegeMissing' });
    await refusal(done(bmc.power(patient)), 'Unauthorized', 'PrivilegeMissing');
    expect(await done(bmc.power(patient))).to.equal('On');
  });

  it('that is away three times is left alone, then asked one question before anything is told', async () => {
    await done(bmc.setPower('On', patient));
    hands.machine.book.length = 0;
    hands.redfish.faults.push(AWAY, AWAY, AWAY);
    for (let time = 0; time < 3; time++) await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'ConnectFailed');
    const error = await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'CircuitOpen');
    expect(error.retryAfterMs).to.be.within(5_000, 10_000);
    expect(hands.machine.calls()).to.have.length(3);
    hands.clock.after(error.retryAfterMs!, () => undefined);
    await hands.clock.run(() => false, Number.MAX_SAFE_INTEGER);
    expect((await done(bmc.setPower('Off', patient))).outcome).to.equal('changed');
    expect(hands.machine.calls().slice(3)).to.deep.equal(['redfish power', 'redfish setPower']);
  });

  it('that is still away after that is left alone for longer, to five minutes', async () => {
    hands.redfish.always['power'] = AWAY;
    const pauses: number[] = [];
    for (let time = 0; time < 12; time++) {
      const error = await done(bmc.power(patient)).then(
        () => expect.fail('it answered'),
        (thrown: unknown) => thrown as BmcError,
      );
      if (error.reason !== 'CircuitOpen') continue;
      pauses.push(error.retryAfterMs!);
      hands.clock.after(error.retryAfterMs!, () => undefined);
      await hands.clock.run(() => false, Number.MAX_SAFE_INTEGER);
    }
    pauses.forEach((pause, index) => expect(pause).to.be.within(5_000 * 2 ** index, 10_000 * 2 ** index));
    expect(pauses.length).to.equal(5);
  });

  it('that answers in between, be it by a refusal, is not away', async () => {
    hands.redfish.faults.push(AWAY, AWAY, { kind: 'Conflict' }, AWAY, AWAY);
    for (let time = 0; time < 5; time++) await done(bmc.power(patient)).catch(() => undefined);
    expect(await done(bmc.power(patient))).to.equal('On');
  });

  it('is given up when the caller gives up, and an order that may have been sent is read before the next', async () => {
    const giving = new AbortController();
    hands.redfish.faults.push(undefined, { kind: 'Transient' });
    const work = bmc.setPower('Off', giving.signal);
    hands.clock.after(100, () => giving.abort());
    expect(await done(work).catch((error: unknown) => error)).to.be.instanceOf(Aborted);
    expect(bmc.memory().unsettled).to.deep.equal(['power']);
    await done(bmc.setPower('Off', patient));
    expect(hands.machine.calls().slice(-2)).to.deep.equal(['redfish power', 'redfish setPower']);
  });

  it('keeps the last 32 attempts', async () => {
    for (let time = 0; time < 40; time++) await done(bmc.setPower(time % 2 === 0 ? 'Off' : 'On', patient));
    expect(bmc.attempts()).to.have.length(32);
    expect(bmc.attempts()[0]).to.deep.equal({
      protocol: 'redfish',
      verb: 'setPower',
      at: 1_000,
      ms: 0,
      outcome: 'changed',
      reason: '',
    });
  });

  it('keeps of questions the last time of each answer, so that an order is not forgotten for looking on', async () => {
    await done(bmc.setPower('Off', patient));
    hands.redfish.faults.push(AWAY);
    await refusal(done(bmc.power(patient)), 'Unreachable', 'ConnectFailed');
    for (let time = 0; time < 100; time++) await done(Promise.all([bmc.power(patient), bmc.boot(patient)]));
    const told = bmc.attempts().map(({ verb, outcome, reason }) => `${verb} ${outcome} ${reason}`.trim());
    expect(told).to.deep.equal(['probe read', 'setPower changed', 'power Unreachable ConnectFailed', 'power read', 'boot read']);
  });
});

describe('a pause', () => {
  it('doubles, is bounded, and differs between those who wait', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(TRANSIENT, BUSY, UNREACHABLE),
        fc.integer({ min: 1, max: 2_000 }),
        fc.nat(),
        (backOff, failures, seed) => {
          const whole = Math.min(backOff.mostMs, backOff.firstMs * 2 ** (failures - 1));
          expect(delayMs(backOff, failures, seededRandom(seed))).to.be.within(whole / 2, whole);
        },
      ),
    );
    const random = seededRandom(7);
    expect(new Set([1, 2, 3, 4].map(() => delayMs(UNREACHABLE, 3, random))).size).to.equal(4);
  });

  it('is never made for what another try could make worse', () => {
    for (const kind of [
      'Unauthorized',
      'Timeout',
      'Mismatch',
      'Conflict',
      'Unreachable',
      'Unsupported',
      'Fatal',
      'MediaUnreachable',
    ] as const)
      expect(retryDelayMs(new BmcError(kind, 'x', 'x', '', 5), 1, seededRandom(1))).to.equal(undefined);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { BmcError, type BmcErrorKind } from '../../../src/bmc/bmc';
import type { PolicyBmc } from '../../../src/bmc/policy/policyBmc';
import { over, patient, refusal } from '../waiting';
import { ABLE, type Fault, twoHands, type TwoHands } from './twoHands';

const AWAY: Fault = { kind: 'Unreachable', reason: 'ConnectFailed' };
const CANNOT: Fault = { kind: 'Unsupported', reason: 'NotFound' };
const LOST: Fault = { kind: 'Timeout', reason: 'OutcomeUnknown' };

describe('two protocols for one BMC', () => {
  let hands: TwoHands;
  let bmc: PolicyBmc;
  const done = <T>(work: Promise<T>): Promise<T> => over(hands.clock, work);
  beforeEach(() => {
    hands = twoHands();
    bmc = hands.open();
  });
  /** Identities proved, so that the next call of each sends what is asked for. */
  async function proved(): Promise<void> {
    hands.redfish.faults.push(AWAY);
    await done(bmc.setPower('On', patient));
    await done(bmc.setPower('On', patient));
    hands.machine.book.length = 0;
  }

  it('use the first while it works, and prove before the first order whose BMC it is', async () => {
    await done(bmc.setPower('Off', patient));
    await done(bmc.setPower('On', patient));
    expect(hands.machine.calls()).to.deep.equal(['redfish probe', 'redfish setPower', 'redfish setPower']);
  });

  for (const fault of [AWAY, CANNOT])
    it(`use the second for power where the first is ${fault.kind}, and say so`, async () => {
      await proved();
      hands.redfish.faults.push(fault, fault);
      expect(await done(bmc.power(patient))).to.equal('On');
      expect(await done(bmc.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
      expect(hands.machine.calls()).to.deep.equal(['redfish power', 'ipmi power', 'redfish setPower', 'ipmi setPower']);
      const told = bmc.attempts().slice(-2);
      expect(told.map(({ protocol, verb, outcome, reason }) => `${protocol} ${verb} ${outcome} ${reason}`)).to.deep.equal([
        `redfish setPower ${fault.kind} ${fault.reason}`,
        'ipmi setPower changed ',
      ]);
    });

  it('prove the second as well before it is ever used, and do not use it where it is another machine', async () => {
    hands.ipmi.serial = 'SN0002';
    await done(bmc.setPower('On', patient));
    hands.redfish.faults.push(AWAY);
    await refusal(done(bmc.setPower('Off', patient)), 'Mismatch', 'IdentityContradicted');
    expect(hands.machine.power).to.equal('On');
    hands.redfish.faults.push(AWAY);
    hands.ipmi.serial = '';
    await refusal(done(bmc.setPower('Off', patient)), 'Mismatch', 'IdentityUnknown');
    expect(hands.machine.calls('setPower').filter((call) => call.startsWith('ipmi'))).to.deep.equal([]);
  });

  const certain: readonly BmcErrorKind[] = ['Unauthorized', 'Conflict', 'MediaUnreachable', 'Mismatch', 'Fatal', 'Timeout'];
  for (const fault of [
    ...certain.map((kind): Fault => ({ kind })),
    { kind: 'Unreachable', reason: 'TlsUntrusted' },
    { kind: 'Unreachable', reason: 'CertificateChanged' },
  ] as const)
    it(`leave the second alone where the first failed by ${fault.kind} ${fault.reason ?? ''}`, async () => {
      await proved();
      hands.redfish.faults.push(fault);
      await refusal(done(bmc.setPower('Off', patient)), fault.kind, fault.reason ?? '');
      expect(hands.machine.calls('setPower')).to.deep.equal(['redfish setPower']);
      expect(hands.machine.power).to.equal('On');
    });

  it('leave the second alone for what it was not allowed', async () => {
    bmc = hands.open({ fallback: ['power'] });
    await done(bmc.setPower('On', patient));
    hands.redfish.faults.push(AWAY, AWAY);
    await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'ConnectFailed');
    expect(await done(bmc.power(patient))).to.equal('On');
    bmc = hands.open({ fallback: [] });
    hands.redfish.faults.push(AWAY);
    await refusal(done(bmc.power(patient)), 'Unreachable', 'ConnectFailed');
    bmc = hands.open();
    hands.redfish.faults.push(CANNOT, undefined, CANNOT);
    await refusal(done(bmc.media(patient)), 'Unsupported', 'NotFound');
    await refusal(done(bmc.insertMedia('http://x/y.iso', () => true, patient)), 'Unsupported', 'NotFound');
    expect(hands.machine.calls().filter((call) => /^ipmi (?!power|probe)/.test(call))).to.deep.equal([]);
  });

  it('arm a boot from the network by the second, but none from a disc', async () => {
    await proved();
    hands.redfish.faults.push(CANNOT);
    await refusal(done(bmc.setBootOnce('Cd', 'UEFI', patient)), 'Unsupported', 'NotFound');
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setBootOnce('Pxe', 'UEFI', patient))).observed.target).to.equal('Pxe');
    expect(hands.machine.calls('setBootOnce')).to.deep.equal(['redfish setBootOnce', 'redfish setBootOnce', 'ipmi setBootOnce']);
  });

  it('go on by the second where the second armed: it tells, clears and switches on, until that is over', async () => {
    await proved();
    hands.redfish.faults.push(CANNOT);
    await done(bmc.setBootOnce('Pxe', 'UEFI', patient));
    expect(bmc.memory()).to.deep.equal({ armedBy: 'secondary', unsettled: [] });
    hands.machine.book.length = 0;
    await done(bmc.boot(patient));
    await done(bmc.setPower('Off', patient));
    await done(bmc.setPower('On', patient));
    expect(hands.machine.calls()).to.deep.equal(['ipmi boot', 'ipmi setPower', 'ipmi setPower']);
    await done(bmc.setPower('Off', patient));
    expect(hands.machine.calls().at(-1)).to.equal('redfish setPower');
  });

  it('do not mix within what the first began, but for power that it cannot do', async () => {
    await proved();
    await done(bmc.insertMedia('http://x/y.iso', () => true, patient));
    await done(bmc.setBootOnce('Cd', 'UEFI', patient));
    hands.redfish.faults.push(AWAY);
    await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'ConnectFailed');
    hands.redfish.faults.push(CANNOT);
    await refusal(done(bmc.setBootOnce('Pxe', 'UEFI', patient)), 'Unsupported', 'NotFound');
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setPower('Off', patient))).outcome).to.equal('changed');
    expect(hands.machine.calls('setPower').at(-1)).to.equal('ipmi setPower');
  });

  it('remember beyond a crash who armed, and what is not known', async () => {
    await proved();
    hands.redfish.faults.push(CANNOT);
    await done(bmc.setBootOnce('Pxe', 'UEFI', patient));
    hands.ipmi.faults.push({ ...LOST, after: true });
    await refusal(done(bmc.setPower('Off', patient)), 'Timeout', 'OutcomeUnknown');
    const resume = bmc.memory();
    expect(resume).to.deep.equal({ armedBy: 'secondary', unsettled: ['power'] });
    bmc = hands.open({ resume });
    hands.machine.book.length = 0;
    await done(bmc.clearBootOverride(patient));
    expect(hands.machine.calls()).to.deep.equal(['ipmi probe', 'ipmi clearBootOverride']);
    expect(bmc.memory()).to.deep.equal({ armedBy: undefined, unsettled: ['power'] });
  });

  it('send nothing more of a kind whose outcome is not known, before it was read by either', async () => {
    await proved();
    hands.redfish.faults.push(LOST);
    await refusal(done(bmc.setPower('Off', patient)), 'Timeout', 'OutcomeUnknown');
    // Neither can be read.
    hands.redfish.faults.push(AWAY);
    hands.ipmi.faults.push(AWAY);
    await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'ConnectFailed');
    expect(hands.machine.calls('setPower')).to.have.length(1);
    // The second can.
    hands.redfish.faults.push(AWAY, AWAY);
    await done(bmc.setPower('Off', patient));
    expect(hands.machine.calls().slice(-4)).to.deep.equal(['redfish power', 'ipmi power', 'redfish setPower', 'ipmi setPower']);
  });

  it('name the trouble of the first where the second cannot do it either', async () => {
    await proved();
    hands.redfish.faults.push(AWAY);
    hands.ipmi.faults.push({ kind: 'Unsupported', reason: 'ModeNeeded' });
    await refusal(done(bmc.setBootOnce('Pxe', undefined, patient)), 'Unreachable', 'ConnectFailed');
    hands.redfish.faults.push(CANNOT);
    hands.ipmi.faults.push(AWAY);
    await refusal(done(bmc.setPower('Off', patient)), 'Unreachable', 'ConnectFailed');
  });

  it('tell the second the mode that the first told, where nobody names one', async () => {
    await proved();
    hands.machine.boot = { target: 'None', once: false, mode: 'UEFI' };
    await done(bmc.boot(patient));
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setBootOnce('Pxe', undefined, patient))).observed.mode).to.equal('UEFI');
    // Whoever armed it tells of it: that is no word of the first.
    hands.machine.boot = { target: 'Pxe', once: true, mode: 'BIOS' };
    await done(bmc.boot(patient));
    await done(bmc.clearBootOverride(patient));
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setBootOnce('Pxe', undefined, patient))).observed.mode).to.equal('UEFI');
    // What a person says counts.
    await done(bmc.clearBootOverride(patient));
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setBootOnce('Pxe', 'BIOS', patient))).observed.mode).to.equal('BIOS');
  });

  it('tell no mode to a first that has none, and the one that is named to the second', async () => {
    hands = twoHands({ ...ABLE, bootOnce: { targets: ['Pxe', 'Cd'], modes: [] } });
    bmc = hands.open();
    expect((await done(bmc.setBootOnce('Cd', 'BIOS', patient))).observed.mode).to.equal(undefined);
    await done(bmc.clearBootOverride(patient));
    hands.redfish.faults.push(CANNOT);
    expect((await done(bmc.setBootOnce('Pxe', 'BIOS', patient))).observed.mode).to.equal('BIOS');
    // One that tells its mode is told as well: it will say so when that cannot be.
    hands = twoHands({ ...ABLE, bootOnce: { targets: ['Pxe', 'Cd'], modes: [] } });
    hands.machine.boot = { target: 'None', once: false, mode: 'UEFI' };
    bmc = hands.open();
    await done(bmc.boot(patient));
    expect((await done(bmc.setBootOnce('Cd', 'BIOS', patient))).observed.mode).to.equal('BIOS');
  });

  it('can together what either can, where it may go there', async () => {
    const weak = { power: { ...ABLE.power, on: false }, bootOnce: { targets: ['Cd'], modes: [] } } as const;
    hands = twoHands(weak);
    const both = await done(hands.open().probe(patient));
    expect(both).to.include({ protocol: 'redfish' });
    expect(both.power.on).to.equal(true);
    expect(both.bootOnce).to.deep.equal({ targets: ['Cd', 'Pxe'], modes: ['UEFI'] });
    const some = await done(hands.open({ fallback: ['power'] }).probe(patient));
    expect([some.power.on, some.bootOnce]).to.deep.equal([false, weak.bootOnce]);
    hands.ipmi.faults.push(AWAY);
    expect((await done(hands.open().probe(patient))).power.on).to.equal(false);
    hands = twoHands(weak, 1, { ...ABLE, bootOnce: { ...ABLE.bootOnce, needMode: ['Pxe', 'Cd'] } });
    expect((await done(hands.open().probe(patient))).bootOnce.needMode).to.deep.equal(['Pxe']);
  });

  it('are asked what they can by the second where the first is away, and that is said; never where the first is not to be trusted', async () => {
    hands.redfish.faults.push(AWAY);
    expect(await done(bmc.probe(patient))).to.deep.include({
      protocol: 'ipmi',
      standsIn: true,
      power: ABLE.power,
      bootOnce: { targets: ['Pxe'], modes: ['UEFI'] },
    });
    hands.redfish.faults.push(AWAY);
    const power = await done(hands.open({ fallback: ['power'] }).probe(patient));
    expect([power.power.on, power.power.read, power.bootOnce.targets]).to.deep.equal([false, true, []]);
    for (const fault of [CANNOT, LOST, { kind: 'Unreachable', reason: 'TlsUntrusted' }] as const) {
      hands.redfish.faults.push(fault);
      await refusal(done(bmc.probe(patient)), fault.kind, fault.reason ?? '');
    }
    hands.redfish.faults.push(AWAY);
    await refusal(done(hands.open({ fallback: [] }).probe(patient)), 'Unreachable', 'ConnectFailed');
  });

  it('end both', async () => {
    await bmc.close();
    expect([hands.redfish.closed, hands.ipmi.closed]).to.deep.equal([1, 1]);
  });

  it('never send a second order of a kind after one whose outcome is not known, without a reading between, whatever happens', async () => {
    const fault = fc.constantFrom<(Fault | undefined)[]>(
      undefined,
      undefined,
      AWAY,
      CANNOT,
      LOST,
      { ...LOST, after: true },
      {
        kind: 'Transient',
      },
    );
    const verb = fc.constantFrom<((on: PolicyBmc) => Promise<unknown>)[]>(
      (on) => on.setPower('On', patient),
      (on) => on.setPower('Off', patient),
      (on) => on.setBootOnce('Pxe', 'UEFI', patient),
      (on) => on.clearBootOverride(patient),
      (on) => on.insertMedia('http://x/y.iso', () => true, patient),
      (on) => on.ejectMedia(() => true, patient),
    );
    const aspects: Readonly<Record<string, string>> = {
      setPower: 'power',
      setBootOnce: 'boot',
      clearBootOverride: 'boot',
      insertMedia: 'media',
      ejectMedia: 'media',
    };
    const faults = fc.array(fault, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.array(verb, { maxLength: 8 }), faults, faults, fc.nat(), async (verbs, first, second, seed) => {
        hands = twoHands(ABLE, seed);
        hands.redfish.faults.push(...first);
        hands.ipmi.faults.push(...second);
        let policy = hands.open();
        for (const call of verbs) {
          const error = await done(call(policy)).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error !== undefined) expect(error).to.be.instanceOf(BmcError);
          // And whoever holds it may crash at any time.
          policy = hands.open({ resume: policy.memory() });
        }
        const open = new Set<string>();
        for (const { verb: sent, fault: wrong } of hands.machine.book) {
          const aspect = aspects[sent];
          if (aspect === undefined && wrong === undefined) open.delete(sent);
          if (aspect === undefined) continue;
          expect(open.has(aspect), hands.machine.calls().join('\n')).to.equal(false);
          if (wrong?.kind === 'Timeout') open.add(aspect);
        }
      }),
      { numRuns: 400 },
    );
  });
});

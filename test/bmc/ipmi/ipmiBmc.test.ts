import { expect } from 'chai';
import { Aborted } from '../../../src/foundation/clock';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { Bmc } from '../../../src/bmc/bmc';
import { type IpmiParts, openIpmi } from '../../../src/bmc/ipmi/openIpmi';
import { over, patient, refusal } from '../waiting';
import { type Fault, FakeIpmitool } from './fakeIpmitool';

const ADDRESS = { protocol: 'ipmi', host: '10.1.7.1', port: 623 } as const;
const CREDENTIALS = { username: 'admin', password: 'secret1' };

describe('a BMC by IPMI', () => {
  let clock: VirtualClock;
  let tool: FakeIpmitool;
  let bmc: Bmc;
  const open = (parts: Partial<IpmiParts> = {}): Bmc => openIpmi(ADDRESS, CREDENTIALS, { clock, run: tool, ...parts });
  const done = <T>(work: Promise<T>): Promise<T> => over(clock, work);
  beforeEach(() => {
    clock = new VirtualClock(0);
    tool = new FakeIpmitool();
    bmc = open();
  });

  describe('probed', () => {
    it('tells who it is and what it can, and is changed in nothing', async () => {
      expect(await done(bmc.probe(patient))).to.deep.equal({
        protocol: 'ipmi',
        dialect: '',
        bmcFirmware: '9.08',
        identity: {
          manufacturer: 'Example Inc.',
          model: 'R7',
          serial: 'SN0000001',
          uuid: '00112233-4455-6677-8899-aabbccddee01',
          macs: [],
        },
        power: { read: true, gracefulOff: false, forceOff: true, on: true },
        bootOnce: { targets: ['Pxe', 'Hdd', 'Cd'], modes: ['UEFI', 'BIOS'], needMode: ['Pxe', 'Hdd', 'Cd'] },
        media: undefined,
        bootProgress: false,
      });
      expect(tool.orders).to.deep.equal([]);
    });

    it('has empty words for what it does not know, but never for what could not be asked', async () => {
      tool.faults.push(undefined, 'refuse', 'refuse', undefined, 'refuse');
      const told = await done(bmc.probe(patient));
      expect(told.identity).to.deep.equal({ manufacturer: 'Some Maker', model: '', serial: '', uuid: '', macs: [] });
      expect(told.bootOnce).to.deep.equal({ targets: [], modes: [] });
      tool.faults.push(undefined, 'drop');
      await refusal(done(bmc.probe(patient)), 'Transient', 'NoAnswer');
    });

    it('says what it would send, and sends nothing but questions', async () => {
      const intents = await done(openIpmi(ADDRESS, CREDENTIALS, { clock, run: tool }).intents(patient));
      expect(intents.map(({ verb, would }) => `${verb}: ${would}`)).to.deep.equal([
        'power On: ipmitool chassis power on',
        'power Off: ipmitool chassis power off',
        'boot Cd once: ipmitool raw 0x00 0x08 0x03 0x08, then ipmitool raw 0x00 0x08 0x05 0xa0 0x14 0x00 0x00 0x00 (UEFI) or ipmitool raw 0x00 0x08 0x05 0x80 0x14 0x00 0x00 0x00 (BIOS)',
        'boot Pxe once: ipmitool raw 0x00 0x08 0x03 0x08, then ipmitool raw 0x00 0x08 0x05 0xa0 0x04 0x00 0x00 0x00 (UEFI) or ipmitool raw 0x00 0x08 0x05 0x80 0x04 0x00 0x00 0x00 (BIOS)',
        'insert media: nothing: IPMI has no virtual media',
        'eject media: nothing: IPMI has no virtual media',
      ]);
      expect(tool.orders).to.deep.equal([]);
    });

    it('would send nothing for what it cannot read back', async () => {
      tool.faults.push(undefined, 'refuse');
      const intents = await done(openIpmi(ADDRESS, CREDENTIALS, { clock, run: tool }).intents(patient));
      expect(intents[3]).to.deep.equal({ verb: 'boot Pxe once', would: 'nothing: it does not tell its boot flags' });
    });

    it('has no virtual media', async () => {
      await refusal(bmc.media(patient), 'Unsupported', 'NoVirtualMedia');
      await refusal(
        bmc.insertMedia('http://x/y.iso', () => true, patient),
        'Unsupported',
        'NoVirtualMedia',
      );
      await refusal(
        bmc.ejectMedia(() => true, patient),
        'Unsupported',
        'NoVirtualMedia',
      );
      expect(await bmc.bootProgress(patient)).to.equal('');
      expect(tool.commands).to.deep.equal([]);
    });
  });

  describe('told to switch the machine', () => {
    it('does, and waits until two readings in a row say so', async () => {
      tool.lag = 2;
      expect(await done(bmc.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
      expect(tool.orders).to.deep.equal(['chassis power off']);
      expect(tool.commands.filter((command) => command.endsWith('status'))).to.have.length(5);
    });

    it('sends nothing where it is so already, after two readings', async () => {
      expect(await done(bmc.setPower('On', patient))).to.deep.equal({ outcome: 'unchanged', observed: 'On' });
      expect(tool.commands).to.deep.equal(['chassis power status', 'chassis power status']);
    });

    it('does not take the dark second of a power cycle for Off', async () => {
      tool.power = 'off';
      const work = bmc.setPower('Off', patient);
      clock.after(1, () => (tool.power = 'on'));
      expect(await done(work)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
      expect(tool.orders).to.deep.equal(['chassis power off']);
    });

    for (const fault of ['lose', 'kill', 'unspecified after all'] as const)
      it(`finds out by reading that it was done although the answer was: ${fault}`, async () => {
        tool.orderFaults.push(fault);
        expect(await done(bmc.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
        expect(tool.orders).to.have.length(1);
      });

    it('that was lost on the way is not sent again, and its outcome is not known', async () => {
      tool.orderFaults.push('drop');
      const error = await refusal(done(bmc.setPower('Off', patient)), 'Timeout', 'OutcomeUnknown');
      expect(error.ambiguous).to.equal(true);
      expect(tool.orders).to.have.length(1);
    });

    it('by a BMC that goes away over it: its outcome is not known', async () => {
      tool.orderFaults.push('lose');
      const gone = Array<Fault>(50).fill('away');
      const work = bmc.setPower('Off', patient);
      clock.after(5_001, () => tool.faults.push(undefined, ...gone));
      await refusal(done(work), 'Timeout', 'OutcomeUnknown');
      expect(tool.orders).to.have.length(1);
    });

    it('accepts it, and does nothing: that is told after the time it may take', async () => {
      tool.lag = 1_000;
      const error = await refusal(done(bmc.setPower('Off', patient)), 'Timeout', 'NotReached');
      expect(error.message).to.match(/after 60 s the power is read as On, expected Off/);
      expect(tool.orders).to.have.length(1);
    });

    it('refuses: that is told at once, and certain', async () => {
      tool.orderFaults.push('refuse');
      await refusal(done(bmc.setPower('Off', patient)), 'Unsupported', 'InvalidDataField');
      tool.orderFaults.push('unspecified');
      const error = await refusal(done(bmc.setPower('Off', patient)), 'Transient', 'UnspecifiedError');
      expect(error.ambiguous).to.equal(false);
    });
  });

  describe('told to boot once', () => {
    it('keeps the flags from expiring, writes them raw, and reads them back', async () => {
      const { outcome, observed } = await done(bmc.setBootOnce('Pxe', 'UEFI', patient));
      expect({ outcome, observed }).to.deep.equal({ outcome: 'changed', observed: { target: 'Pxe', once: true, mode: 'UEFI' } });
      expect(tool.orders).to.deep.equal(['raw 0x00 0x08 0x03 0x08', 'raw 0x00 0x08 0x05 0xa0 0x04 0x00 0x00 0x00']);
      expect(await done(bmc.setBootOnce('Pxe', 'UEFI', patient))).to.deep.equal({ outcome: 'unchanged', observed });
      expect(tool.orders).to.have.length(2);
    });

    it('goes on without what keeps flags from expiring, where the BMC does not know it', async () => {
      tool.orderFaults.push('refuse');
      expect((await done(bmc.setBootOnce('Cd', 'BIOS', patient))).observed).to.deep.equal({
        target: 'Cd',
        once: true,
        mode: 'BIOS',
      });
    });

    it('writes over what somebody left there for good', async () => {
      tool.flags = 'c008000000';
      expect((await done(bmc.setBootOnce('Hdd', 'BIOS', patient))).outcome).to.equal('changed');
      expect(await done(bmc.boot(patient))).to.deep.equal({ target: 'Hdd', once: true, mode: 'BIOS' });
    });

    it('says where it accepts flags and does not keep them, and leaves none behind', async () => {
      tool.keepsBits = false;
      const error = await refusal(done(bmc.setBootOnce('Pxe', 'UEFI', patient)), 'Unsupported', 'BootFlagsNotKept');
      expect(error.message).to.match(/reads back None; they were cleared/);
      expect(tool.flags).to.equal('0000000000');
    });

    it('is told where ipmitool ends well and nothing was done: an exit code proves nothing', async () => {
      tool.orderFaults.push(undefined, 'ignore');
      await refusal(done(bmc.setBootOnce('Pxe', 'UEFI', patient)), 'Unsupported', 'BootFlagsNotKept');
      tool.flags = 'a004000000';
      tool.orderFaults.push('ignore');
      const error = await refusal(done(bmc.clearBootOverride(patient)), 'Timeout', 'NotReached');
      expect(error.message).to.match(/still reads back Pxe once in UEFI mode$/);
    });

    it('is believed by the device alone only where that was said', async () => {
      tool.keepsBits = false;
      bmc = open({ readBack: 'DeviceOnly' });
      expect((await done(bmc.setBootOnce('Pxe', 'UEFI', patient))).observed).to.deep.equal({
        target: 'Pxe',
        once: true,
        mode: undefined,
      });
      expect((await done(bmc.clearBootOverride(patient))).observed.target).to.equal('None');
    });

    it('needs to be told the firmware mode: IPMI cannot leave it as it is', async () => {
      await refusal(bmc.setBootOnce('Pxe', undefined, patient), 'Unsupported', 'ModeNeeded');
      expect(tool.commands).to.deep.equal([]);
    });

    it('whose answer was lost is settled by reading, or not known', async () => {
      tool.orderFaults.push(undefined, 'lose');
      expect((await done(bmc.setBootOnce('Pxe', 'UEFI', patient))).outcome).to.equal('changed');
      tool.flags = '0000000000';
      tool.orderFaults.push(undefined, 'drop');
      await refusal(done(bmc.setBootOnce('Pxe', 'UEFI', patient)), 'Timeout', 'OutcomeUnknown');
    });

    it('answers with what are no flags: that is not guessed at', async () => {
      tool.faults.push('zero flags');
      await refusal(done(bmc.setBootOnce('Pxe', 'UEFI', patient)), 'Fatal', 'NotUnderstood');
      expect(tool.orders).to.deep.equal([]);
    });

    it('is cleared, once', async () => {
      tool.flags = 'a004000000';
      expect((await done(bmc.clearBootOverride(patient))).outcome).to.equal('changed');
      expect((await done(bmc.clearBootOverride(patient))).outcome).to.equal('unchanged');
      expect(tool.orders).to.deep.equal(['raw 0x00 0x08 0x05 0x00 0x00 0x00 0x00 0x00']);
    });
  });

  describe('that keeps people out', () => {
    it('is told apart: a wrong password, a missing right, nobody there', async () => {
      tool.password = 'another';
      expect((await refusal(done(bmc.power(patient)), 'Unauthorized', 'LoginRefused')).message).to.match(
        /^ipmi:\/\/10\.1\.7\.1:623: power: the password is wrong \(> RAKP 2 HMAC is invalid\)$/,
      );
      tool.password = 'secret1';
      tool.faults.push('away');
      await refusal(done(bmc.power(patient)), 'Unreachable', 'NoAnswer');
    });

    it('is asked for a login once: a refused one is never tried again by another suite', async () => {
      tool.password = 'another';
      await refusal(done(open({ cipherSuites: [17, 3] }).power(patient)), 'Unauthorized', 'LoginRefused');
      expect(tool.commands).to.have.length(1);
    });

    it('is asked by another cipher suite only where that is allowed, and by the one that it took from then on', async () => {
      tool.suites = ['3'];
      const error = await refusal(done(bmc.power(patient)), 'Unsupported', 'CipherRefused');
      expect(error.message).to.match(/cipher suites allowed: 17/);
      const lenient = open({ cipherSuites: [17, 3] });
      tool.argv.length = 0;
      expect(await done(lenient.power(patient))).to.equal('On');
      expect(await done(lenient.setPower('Off', patient))).to.include({ outcome: 'changed' });
      const suites = tool.argv.map((args) => args[args.indexOf('-C') + 1]);
      expect(suites.slice(0, 2)).to.deep.equal(['17', '3']);
      expect(new Set(suites.slice(1))).to.deep.equal(new Set(['3']));
      expect(tool.orders).to.deep.equal(['chassis power off']);
    });

    it('is never sent credentials that IPMI cannot carry, and the refusal repeats none', () => {
      const attempt = (username: string, password: string): unknown => {
        try {
          return openIpmi(ADDRESS, { username, password }, { clock, run: tool });
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(attempt('admin', 'x'.repeat(21))).to.equal('IPMI credentials: found a password of 21 bytes, expected 1 to 20');
      expect(attempt('admin', '')).to.match(/password of 0 bytes/);
      expect(attempt('a'.repeat(17), 'x')).to.match(/username of 17 bytes/);
      expect(attempt('admin', 'two\nlines')).to.match(/control characters/);
    });
  });

  it('is given time between two commands, counted from the end of the first, and one at a time', async () => {
    await done(Promise.all([bmc.power(patient), bmc.power(patient), bmc.boot(patient)]));
    expect(clock.monotonic()).to.equal(10_000);
  });

  it('stops when it is told to, also while it waits for its turn', async () => {
    const giving = new AbortController();
    await done(bmc.power(patient));
    const work = bmc.power(giving.signal);
    clock.after(10, () => giving.abort());
    expect(await done(work).catch((error: unknown) => error)).to.be.instanceOf(Aborted);
    expect(clock.monotonic()).to.equal(10);
    expect(tool.commands).to.have.length(1);
    expect(await done(bmc.power(patient))).to.equal('On');
  });

  it('gets every command by lanplus, with a cipher suite, and never so verbosely that keys are printed', async () => {
    await done(bmc.probe(patient));
    for (const args of tool.argv) {
      expect(args.slice(0, -tool.commands[tool.argv.indexOf(args)]!.split(' ').length).join(' ')).to.equal(
        '-I lanplus -H 10.1.7.1 -p 623 -U admin -L ADMINISTRATOR -C 17 -N 2 -R 3 -v',
      );
      expect(args.join(' ')).not.to.include('secret1');
    }
  });
});

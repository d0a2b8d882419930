// Our driver, with the real ipmitool, at OpenIPMI's simulated BMC: power, what it boots, what goes wrong, and where the password is meanwhile.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { judgeIdentity } from '../../../src/bmc/identity';
import type { IpmitoolRun } from '../../../src/bmc/ipmi/run';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { realClock } from '../../../src/foundation/realClock';
import { PlainChassis } from './chassis';
import { CREDENTIALS, drive, failure, GUID, patient, PRODUCT, UUID } from './driven';
import { IpmiSim } from './ipmiSim';

describe('our driver at ipmi_sim', () => {
  let chassis: PlainChassis;
  let sim: IpmiSim;
  beforeEach(async () => {
    chassis = new PlainChassis();
    sim = await IpmiSim.start({ credentials: CREDENTIALS, chassis, product: PRODUCT, guid: GUID });
  });
  afterEach(() => sim.stop());

  it('learns who the machine is and what it can', async () => {
    const { identity, ...told } = await drive(sim.port).probe(patient);
    expect(told).to.deep.include({
      protocol: 'ipmi',
      bmcFirmware: '9.08',
      power: { read: true, gracefulOff: false, forceOff: true, on: true },
      media: undefined,
    });
    expect(identity).to.deep.include({ manufacturer: 'Example Inc.', model: 'R7', serial: 'SN0000001', macs: [] });
    // Its bytes come in the order that this BMC and this ipmitool agree on.
    expect(judgeIdentity({ ...identity, serial: '' }, { uuid: UUID })).to.deep.equal({ kind: 'Proved', by: 'uuid' });
    expect(chassis.orders).to.deep.equal([]);
  });

  it('switches off and on, and orders nothing that is so already', async () => {
    const driver = drive(sim.port);
    expect(await driver.setPower('On', patient)).to.deep.equal({ outcome: 'unchanged', observed: 'On' });
    expect(await driver.setPower('Off', patient)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(await driver.setPower('Off', patient)).to.deep.equal({ outcome: 'unchanged', observed: 'Off' });
    expect(await driver.setPower('On', patient)).to.deep.equal({ outcome: 'changed', observed: 'On' });
    expect(chassis.orders).to.deep.equal(['set power 0', 'set power 1']);
  });

  it('boots once from a device, which alone is given back', async () => {
    const driver = drive(sim.port, { readBack: 'DeviceOnly' });
    const armed = { target: 'Pxe', once: true, mode: undefined };
    expect(await driver.setBootOnce('Pxe', 'UEFI', patient)).to.deep.equal({ outcome: 'changed', observed: armed });
    expect([chassis.boot, await driver.boot(patient)]).to.deep.equal(['pxe', armed]);
    expect((await driver.clearBootOverride(patient)).observed.target).to.equal('None');
    expect(chassis.boot).to.equal('none');
  });

  it('does not take that for armed unless it was told to, and leaves nothing armed', async () => {
    const error = await failure(drive(sim.port).setBootOnce('Pxe', 'UEFI', patient));
    expect(error).to.include({ kind: 'Unsupported', reason: 'BootFlagsNotKept' });
    expect(error.message).to.match(/they were cleared/);
    expect(chassis.boot).to.equal('none');
  });

  it('takes the next cipher suite that is allowed, and none that is not', async () => {
    expect(await failure(drive(sim.port, { cipherSuites: [17] }).power(patient))).to.include({ reason: 'CipherRefused' });
    expect(chassis.calls).to.deep.equal([]);
    const driver = drive(sim.port, { cipherSuites: [17, 3] });
    expect((await driver.setPower('Off', patient)).outcome).to.equal('changed');
    expect(chassis.orders).to.deep.equal(['set power 0']);
  });

  it('is refused with a wrong password and as an unknown user, which are not repeated', async () => {
    for (const wrong of [{ password: 'not-this-one' }, { username: 'nobody' }]) {
      const error = await failure(drive(sim.port, wrong).setPower('Off', patient));
      expect(error).to.include({ kind: 'Unauthorized', reason: 'LoginRefused' });
      expect(error.message).not.to.contain('not-this-one').and.not.contain(CREDENTIALS.password);
    }
    expect(chassis.calls).to.deep.equal([]);
  });

  it('tells a BMC that fails, in power and in boot flags, where programs say that all is well', async () => {
    chassis.failing.add('set');
    expect(await failure(drive(sim.port).setPower('Off', patient))).to.include({ kind: 'Transient', reason: 'UnspecifiedError' });
    const driver = drive(sim.port, { readBack: 'DeviceOnly' });
    expect(await failure(driver.setBootOnce('Pxe', 'UEFI', patient))).to.include({
      kind: 'Transient',
      reason: 'UnspecifiedError',
    });
    expect([chassis.power, chassis.boot]).to.deep.equal(['1', 'none']);
  });

  it('finds out by looking what became of an order whose answer was too slow, and gives it once', async () => {
    let release: () => void = () => undefined;
    chassis.held.set('set power', new Promise((resolve) => (release = resolve)));
    const real = spawnIpmitool({ clock: realClock() });
    const codes: (number | null)[] = [];
    const run: IpmitoolRun = {
      async run(args, ...rest) {
        const result = await real.run(args, ...rest);
        if (args.at(-1) === 'off') codes.push(result.code);
        // The program has given up; the BMC comes to its senses.
        if (args.at(-1) === 'off') release();
        return result;
      },
    };
    expect(await drive(sim.port, { run }).setPower('Off', patient)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(codes).to.deep.equal([1]);
    // Of an order by datagram a copy may have been on its way; another was not given.
    expect(new Set(chassis.orders)).to.deep.equal(new Set(['set power 0']));
  });

  it('does not reach one that is dead', async () => {
    sim.freeze();
    const error = await failure(drive(sim.port).setPower('Off', patient));
    expect(error).to.include({ kind: 'Unreachable', reason: 'NoAnswer' });
    sim.thaw();
    expect(chassis.orders).to.deep.equal([]);
  });

  for (const [how, folder] of [
    ['a file without a name', undefined],
    ['the environment, where no such file can be made', '/nonexistent'],
  ] as const)
    it(`hands over the password by ${how}, never by arguments`, async () => {
      let release: () => void = () => undefined;
      let begun: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => (begun = resolve));
      chassis.held.set('get power', new Promise((resolve) => (release = resolve)));
      const watched = new Proxy(chassis, {
        get: (of, name) => (name === 'get' ? (what: string) => (begun(), of.get(what)) : Reflect.get(of, name)) as unknown,
      });
      await sim.stop();
      sim = await IpmiSim.start({ credentials: CREDENTIALS, chassis: watched, product: PRODUCT, guid: GUID });
      const run = spawnIpmitool({ clock: realClock(), ...(folder === undefined ? {} : { folder }) });
      const power = drive(sim.port, { run }).power(patient);
      await asked;
      const running = processes().filter(({ name }) => name === 'ipmitool');
      release();
      expect(await power).to.equal('On');
      expect(running.length).to.be.greaterThan(0);
      for (const { args, environment } of running) {
        expect(args).to.contain('lanplus').and.not.contain(CREDENTIALS.password);
        expect(environment.includes(CREDENTIALS.password)).to.equal(folder !== undefined);
        expect(
          environment
            .split('\0')
            .filter(Boolean)
            .map((entry) => entry.split('=')[0]),
        ).to.have.members(['PATH', 'LC_ALL', 'HOME', ...(folder === undefined ? [] : ['IPMITOOL_PASSWORD'])]);
      }
      expect(readdirSync('/dev/shm').filter((name) => name.startsWith('xenpool-'))).to.deep.equal([]);
    });
});

interface Running {
  readonly name: string;
  readonly args: string;
  readonly environment: string;
}

/** Children of this process, as everybody on the machine and their own user see them. */
function processes(): readonly Running[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const read = (what: string): string => readFileSync(`/proc/${pid}/${what}`, 'latin1');
        if (!read('status').includes(`PPid:\t${process.pid}\n`)) return [];
        return [{ name: read('comm').trim(), args: read('cmdline'), environment: read('environ') }];
      } catch {
        // It has ended meanwhile, or is not ours to look at.
        return [];
      }
    });
}

// Our driver, with the real ipmitool, at a BMC that keeps what it is told: the mode, once, and what is left of it after a boot.
import { expect } from 'chai';
import { judgeIdentity } from '../../../src/bmc/identity';
import { failureOf } from '../../../src/bmc/ipmi/signatures';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { commandLine, DEADLINE_MS } from '../../../src/bmc/ipmi/commandLine';
import { realClock } from '../../../src/foundation/realClock';
import { PlainChassis } from './chassis';
import { CREDENTIALS, drive, failure, GUID, patient, PRODUCT, UUID } from './driven';
import { type Deviation, PyghmiBmc } from './pyghmiBmc';

const NONE = { target: 'None', once: false, mode: undefined };

describe('our driver at a BMC on pyghmi', () => {
  let chassis: PlainChassis;
  let bmc: PyghmiBmc;
  const start = async (deviation: Deviation = {}): Promise<void> => {
    chassis = new PlainChassis();
    chassis.power = '0';
    bmc = await PyghmiBmc.start({ credentials: CREDENTIALS, chassis, product: PRODUCT, guid: GUID }, deviation);
  };
  afterEach(() => bmc.stop());

  it('learns who the machine is and what it can', async () => {
    await start();
    const { identity, power, bootOnce, media, protocol } = await drive(bmc.port).probe(patient);
    expect(identity).to.include({ manufacturer: 'Example Inc.', model: 'R7', serial: 'SN0000001' });
    expect(judgeIdentity({ ...identity, serial: '' }, { uuid: UUID })).to.deep.equal({ kind: 'Proved', by: 'uuid' });
    expect([protocol, media, power.on, bootOnce.modes]).to.deep.equal(['ipmi', undefined, true, ['UEFI', 'BIOS']]);
    expect(chassis.orders).to.deep.equal([]);
  });

  for (const [target, mode, flags] of [
    ['Pxe', 'UEFI', 'a004000000'],
    ['Cd', 'UEFI', 'a014000000'],
    ['Pxe', 'BIOS', '8004000000'],
  ] as const)
    it(`boots ${target} once in ${mode} mode, and the next time what is on the disk`, async () => {
      await start();
      const driver = drive(bmc.port);
      const armed = { target, once: true, mode };
      expect(await driver.setBootOnce(target, mode, patient)).to.deep.equal({ outcome: 'changed', observed: armed });
      expect(await driver.setBootOnce(target, mode, patient)).to.deep.equal({ outcome: 'unchanged', observed: armed });
      expect(await driver.setPower('On', patient)).to.deep.equal({ outcome: 'changed', observed: 'On' });
      expect(await driver.boot(patient)).to.deep.equal(NONE);
      expect(await driver.setPower('Off', patient)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
      await driver.setPower('On', patient);
      expect(chassis.orders).to.deep.equal([
        'set power 1',
        `set booted ${flags}`,
        'set power 0',
        'set power 1',
        'set booted 0000000000',
      ]);
    });

  it('sees flags that somebody else left to stay, and clears them', async () => {
    await start();
    const driver = drive(bmc.port);
    await stranger('raw 0x00 0x08 0x05 0xe0 0x04 0x00 0x00 0x00');
    expect(await driver.boot(patient)).to.deep.equal({ target: 'Pxe', once: false, mode: 'UEFI' });
    expect(await driver.clearBootOverride(patient)).to.deep.equal({ outcome: 'changed', observed: NONE });
    expect(await driver.clearBootOverride(patient)).to.deep.equal({ outcome: 'unchanged', observed: NONE });
  });

  it('arms a BMC that knows nothing of keeping flags for longer than a minute', async () => {
    await start({ lacks: [0, 3, 4] });
    expect((await drive(bmc.port).setBootOnce('Pxe', 'UEFI', patient)).outcome).to.equal('changed');
  });

  it('does not believe a BMC that takes flags, ends well, and keeps none', async () => {
    await start({ forgets: true });
    expect(await stranger('chassis bootdev pxe options=efiboot')).to.include({ code: 0 });
    const error = await failure(drive(bmc.port).setBootOnce('Pxe', 'UEFI', patient));
    expect(error).to.include({ kind: 'Unsupported', reason: 'BootFlagsNotKept' });
  });

  it('does not believe the program that ends with 0 although the flags were refused', async () => {
    await start({ lacks: [5] });
    const lied = await stranger('chassis bootdev pxe');
    expect(lied.code).to.equal(0);
    expect(lied.stdout).not.to.contain('Set Boot Device to pxe');
    expect(await failure(drive(bmc.port).setBootOnce('Pxe', 'UEFI', patient))).to.include({ kind: 'Unsupported' });
  });

  it('tells a state that forbids an order from an order that is not known', async () => {
    await start();
    const result = await stranger('chassis power cycle');
    expect(failureOf(result)).to.include({ kind: 'Conflict', reason: 'WrongState', delivered: 'refused' });
    expect(failureOf(await stranger('chassis power diag'))).to.include({ kind: 'Unsupported', delivered: 'refused' });
  });

  it('tells a wrong password, an unknown user and a refused cipher suite apart, and has ordered nothing', async () => {
    await start();
    const wrong = await failure(drive(bmc.port, { password: 'not-this-one' }).setPower('On', patient));
    expect(wrong).to.include({ kind: 'Unauthorized', reason: 'LoginRefused' });
    const cipher = await failure(drive(bmc.port, { cipherSuites: [17] }).setPower('On', patient));
    expect(cipher).to.include({ kind: 'Unsupported', reason: 'CipherRefused' });
    const unknown = await failure(drive(bmc.port, { username: 'nobody' }).setPower('On', patient));
    expect(unknown).to.include({ kind: 'Unauthorized', reason: 'LoginRefused' });
    expect(chassis.calls).to.deep.equal([]);
    expect([wrong, cipher, unknown].map(String).join()).not.to.contain('not-this-one');
  });

  /** Somebody else's command. */
  function stranger(
    command: string,
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const address = { protocol: 'ipmi', host: '127.0.0.1', port: bmc.port } as const;
    const args = commandLine(address, CREDENTIALS.username, 3, 'ADMINISTRATOR', command.split(' '));
    return spawnIpmitool({ clock: realClock() }).run(args, CREDENTIALS.password, DEADLINE_MS, patient);
  }
});

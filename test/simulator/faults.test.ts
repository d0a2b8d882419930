// Faults as they are written on a command line, and whom they strike.
import { expect } from 'chai';
import { armFaults, crashPoint, describeFaults, FaultError, FAULTS, parseFault } from '../../src/simulator/faults';

const POOL = {
  hosts: [
    { uuid: 'u-1', name: 'alpha', role: 'master' as const },
    { uuid: 'u-2', name: 'beta', role: 'member' as const },
    { uuid: 'u-3', name: 'gamma', role: 'member' as const },
  ],
  vms: [
    { uuid: 'v-1', name: 'mail' },
    { uuid: 'v-2', name: 'web' },
  ],
};

function kindOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof FaultError) return error.kind;
    throw error;
  }
  return 'accepted';
}

describe('a fault', () => {
  it('has the presets of its keys when none are given', () => {
    expect(parseFault('installer-fails@master')).to.deep.include({
      name: 'installer-fails',
      at: 'master',
      params: { stage: 'before-backup', times: '1' },
    });
  });

  it('strikes the host it names, as often as it says', () => {
    const faults = armFaults([parseFault('installer-fails@beta:stage=after-format,times=2')], POOL);
    expect(faults.strike('installer-fails', { host: 'u-1' })).to.equal(undefined);
    expect(faults.strike('installer-fails', { host: 'u-2' })).to.include({ stage: 'after-format' });
    expect(faults.strike('installer-fails', { host: 'u-2' })).to.not.equal(undefined);
    expect(faults.strike('installer-fails', { host: 'u-2' })).to.equal(undefined);
  });

  it('at @member means the first member in order, and a host may be named by its UUID', () => {
    for (const [at, host] of [
      ['member', 'u-2'],
      ['master', 'u-1'],
      ['u-3', 'u-3'],
    ] as const) {
      const struck = POOL.hosts.filter(({ uuid }) =>
        armFaults([parseFault(`host-never-returns@${at}`)], POOL).strike('host-never-returns', { host: uuid }),
      );
      expect(struck.map(({ uuid }) => uuid)).to.deep.equal([host]);
    }
  });

  it('of a guest that ignores shutdowns stays with the first guest it met', () => {
    const faults = armFaults([parseFault('guest-ignores-shutdown')], POOL);
    const asked = ['v-2', 'v-1', 'v-2'].map((vm) => faults.strike('guest-ignores-shutdown', { vm }) !== undefined);
    expect(asked).to.deep.equal([true, false, true]);
  });

  it('of calls strikes only the call it names', () => {
    const faults = armFaults([parseFault('reset-mid-call:call=host.reboot,delivered=false')], POOL);
    expect(faults.strike('reset-mid-call', { host: 'u-1', call: 'host.disable' })).to.equal(undefined);
    expect(faults.strike('reset-mid-call', { host: 'u-1', call: 'host.reboot' })).to.include({ delivered: 'false' });
  });

  it('that never bit is told', () => {
    const faults = armFaults([parseFault('migration-fails'), parseFault('agent-restarts')], POOL);
    faults.strike('migration-fails', { vm: 'v-1' });
    expect(faults.untouched().map(({ name }) => name)).to.deep.equal(['agent-restarts']);
  });

  it('that is written wrongly is refused with what was found', () => {
    expect(kindOf(() => parseFault('instaler-fails'))).to.equal('UnknownFault');
    expect(kindOf(() => parseFault(''))).to.equal('Malformed');
    expect(kindOf(() => parseFault('installer-fails:stage'))).to.equal('Malformed');
    expect(kindOf(() => parseFault('installer-fails:toString=1'))).to.equal('UnknownKey');
    expect(kindOf(() => parseFault('installer-fails:times=0'))).to.equal('BadValue');
    expect(kindOf(() => parseFault('controller-crashes'))).to.equal('MissingKey');
    expect(kindOf(() => parseFault('controller-crashes@master:at=1'))).to.equal('UnknownHost');
    expect(kindOf(() => armFaults([parseFault('installer-fails@delta')], POOL))).to.equal('UnknownHost');
    expect(kindOf(() => armFaults([parseFault('migration-fails:vm=ftp')], POOL))).to.equal('UnknownVm');
    const alone = { hosts: POOL.hosts.slice(0, 1), vms: [] };
    expect(kindOf(() => armFaults([parseFault('installer-fails@member')], alone))).to.equal('UnknownHost');
  });

  it('of the controller is for the rehearsal, and strikes nobody in the world', () => {
    const specs = [parseFault('controller-crashes:at=12')];
    expect(crashPoint(specs)).to.equal(12);
    expect(crashPoint([parseFault('controller-crashes:at=every')])).to.equal('every');
    expect(crashPoint([])).to.equal(undefined);
    expect(armFaults(specs, POOL).strike('controller-crashes', {})).to.equal(undefined);
  });

  it('of every kind is listed with its keys', () => {
    const text = describeFaults();
    for (const kind of FAULTS) expect(text).to.contain(`${kind.name}  ${kind.description}`);
  });
});

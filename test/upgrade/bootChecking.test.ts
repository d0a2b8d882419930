// The checks of booting as the heart asks for them and follows them.
import { expect } from 'chai';
import { known } from '../../src/foundation/fact';
import { checkSituation } from '../../src/upgrade/checking';
import { enquiryOf } from '../../src/upgrade/enquiry';
import type { BootMethod, Orders } from '../../src/upgrade/orders';
import { poolPhases } from '../../src/upgrade/machine';
import type { RunState } from '../../src/upgrade/state';
import { bmc, READY, told } from '../plan/checks/boot/booting';
import { inspection } from '../plan/checks/checking';
import { say } from './deciding';
import { hostState, runState, sharedWorld, situation, type Setting, TO, twoHosts } from './situations';

/** Master and member boot by their BMCs. */
const byBmc: Partial<Orders> = {
  isos: [{ brand: undefined, version: TO }],
  hosts: ['m', 'b'].map((name) => ({ name, bootMethod: undefined, bmc: true, disk: `/dev/${name}` })),
};
const hosts = (bootMethod: BootMethod): RunState['hosts'] => [
  hostState('m', 'Pending', { bootMethod }),
  hostState('b', 'Pending', { bootMethod }),
];

function seen(bmcs = { m: bmc('10.0.0.1'), b: bmc('10.0.0.2') }): Setting {
  const boot = { bmcs, offers: known([READY]) };
  return {
    orders: byBmc,
    facts: { inspection: known(inspection(twoHosts(), { boot })) },
    state: { phase: 'Planning', hosts: hosts('VirtualMedia') },
  };
}

const plan = (setting: Setting): string => say(poolPhases.Planning.step.decide(situation(setting)));

describe('a run whose hosts boot by their BMCs', () => {
  it('is planned where all of them are in order', () => {
    expect(plan(seen())).to.match(/^keep/);
  });

  it('is refused before anything is touched where one of them is not', () => {
    const other = { ...bmc('10.0.0.2'), answer: told({ identity: { kind: 'Mismatch', why: 'another serial' } }) };
    expect(plan(seen({ m: bmc('10.0.0.1'), b: other }))).to.equal('fail BmcOfAnotherHost');
    const gone = { ...bmc('10.0.0.2'), answer: { kind: 'Unreachable', why: 'no route' } as const };
    expect(plan(seen({ m: bmc('10.0.0.1'), b: gone }))).to.equal('fail BmcUnreachable');
  });

  it('is refused without an image, and without knowing a disk', () => {
    const without = (orders: Partial<Orders>): Setting => ({ ...seen(), orders: { ...byBmc, ...orders } });
    expect(plan(without({ isos: [{ brand: 'XCP-ng', version: TO }] }))).to.equal('fail IsoMissing');
    expect(plan(without({ hosts: byBmc.hosts!.map(({ disk: _, ...host }) => host) }))).to.equal('fail PrimaryDiskUnknown');
  });

  it('waits before a host whose BMC is lost meanwhile', () => {
    const gone = { ...bmc('10.0.0.1'), answer: { kind: 'Unreachable', why: 'no route' } as const };
    const setting = seen({ m: gone, b: bmc('10.0.0.2') });
    const upgrading = { ...setting, state: { ...setting.state, phase: 'Upgrading' as const } };
    expect(say(poolPhases.Upgrading.step.decide(situation(upgrading)))).to.equal('wait BmcUnreachable');
  });
});

describe('what is asked for the checks', () => {
  const served = (state: Partial<RunState>): readonly (readonly [string, boolean, boolean])[] =>
    enquiryOf(runState(state), situation().orders)!.hosts.map((host) => [host.uuid, host.staged, host.served]);

  it('is asked of BMC and boot server for hosts alone that boot from it', () => {
    const mixed = [hostState('m', 'Pending', { bootMethod: 'PXE' }), hostState('b', 'Pending')];
    expect(served({ phase: 'Planning', hosts: mixed })).to.deep.equal([
      ['m', false, true],
      ['b', true, false],
    ]);
    expect(served({ phase: 'Planning', hosts: hosts('Manual') }).map(([, , is]) => is)).to.deep.equal([false, false]);
  });

  it('is asked for the next host alone once the first has gone', () => {
    expect(served({ phase: 'Upgrading', hosts: hosts('VirtualMedia') })).to.deep.equal([['m', false, true]]);
  });
});

describe('what the manifest says of booting', () => {
  it('reaches the checks by host, whatever names it, the general before the particular', () => {
    const ordered = situation({
      orders: {
        firmware: 'UEFI',
        hosts: [
          { name: 'name-m', bootMethod: undefined, disk: '/dev/sda' },
          { name: 'b', bootMethod: undefined, firmware: 'BIOS' },
        ],
        isos: [{ brand: undefined, version: TO }],
      },
    });
    const pool = twoHosts();
    const sights = { pool, world: sharedWorld([]), inspection: inspection(pool) };
    const { orders, hop } = checkSituation(ordered, sights, 'Planning');
    expect(orders.boot).to.deep.equal({ disks: { m: '/dev/sda' }, firmware: { m: 'UEFI', b: 'BIOS' } });
    expect(hop.images).to.deep.equal([{ brand: 'XenServer', version: TO }]);
  });
});

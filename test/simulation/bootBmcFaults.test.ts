// What goes wrong between a BMC, its machine and the boot server, and how such a run ends. A fault that never struck has tested nothing, so `boot` fails then.
import { expect } from 'chai';
import { attemptsOf, boot, disturbances, HOSTS, leftAtBmcs, SMALL, TO, toldOf } from './boots';
import { expectEnd, expectSuccess, simulate, tellRun } from './rig';

type Method = 'VirtualMedia' | 'PXE';
const BOTH = ['VirtualMedia', 'PXE'] as const;
const MEDIA = ['VirtualMedia'] as const;

interface Trouble {
  readonly fault: string;
  readonly methods: readonly Method[];
}

/** Found before anything stops. */
const REFUSED: readonly (Trouble & { readonly reason: string })[] = [
  { fault: 'bmc-unreachable', methods: BOTH, reason: 'BmcUnreachable' },
  { fault: 'bmc-of-other', methods: BOTH, reason: 'BmcOfAnotherHost' },
  { fault: 'media-foreign', methods: MEDIA, reason: 'MediaOfSomebodyElse' },
];

/** Got over by itself. */
const WEATHERED: readonly Trouble[] = [
  { fault: 'bmc-unreachable:after=95,for=3600', methods: BOTH },
  { fault: 'bmc-slow', methods: BOTH },
  { fault: 'bmc-session-lost', methods: BOTH },
  { fault: 'power-on-ignored', methods: BOTH },
];

/** The machine boots its old system instead: for a member that costs an attempt, for the master the run. */
const BACK_HOME: readonly Trouble[] = [
  { fault: 'override-forgotten', methods: BOTH },
  { fault: 'answerfile-unreachable', methods: BOTH },
  { fault: 'media-not-fetched', methods: MEDIA },
];

const each = <T extends Trouble>(list: readonly T[]): readonly (T & { readonly bootMethod: Method })[] =>
  list.flatMap((one) => one.methods.map((bootMethod) => ({ ...one, bootMethod })));

describe('a BMC in trouble', () => {
  for (const { fault, bootMethod, reason } of each(REFUSED))
    it(`by ${fault} refuses an upgrade by ${bootMethod} before anything stops`, async () => {
      const run = await boot({ bootMethod, faults: [fault] });
      expectEnd(run, 'Refused', reason);
      expect(attemptsOf(run)).to.deep.equal([0, 0]);
      expect(disturbances(run)).to.deep.equal([]);
    });

  for (const { fault, bootMethod } of each(WEATHERED))
    it(`by ${fault} is got over by ${bootMethod}`, async () => {
      const run = await boot({ bootMethod, faults: [fault] });
      expectSuccess(run);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

  for (const { fault, bootMethod } of each(BACK_HOME)) {
    it(`by ${fault} of the master halts an upgrade by ${bootMethod}, served by the old system`, async () => {
      const run = await boot({ bootMethod, faults: [fault] });
      expectEnd(run, 'Halted', 'MasterOnOldVersion');
      expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
      expect(attemptsOf(run)).to.deep.equal([1, 0]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    it(`by ${fault} of a member costs an upgrade by ${bootMethod} one attempt`, async () => {
      const run = await boot({ bootMethod, faults: [`${fault}@member`] });
      expectSuccess(run);
      expect(attemptsOf(run)).to.deep.equal([1, 2]);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });
  }

  it('by a network on which nobody answers a booting machine is as if it had booted its disk', async () => {
    const master = await boot({ bootMethod: 'PXE', faults: ['pxe-silent'] });
    expectEnd(master, 'Halted', 'MasterOnOldVersion');
    const member = await boot({ bootMethod: 'PXE', firmware: 'UEFI', faults: ['pxe-silent@member'] });
    expectSuccess(member);
    expect(attemptsOf(member)).to.deep.equal([1, 2]);
  });

  it('by a licence that is missing halts before any host goes', async () => {
    const run = await boot({ bootMethod: 'VirtualMedia', faults: ['media-unlicensed'] });
    expectEnd(run, 'Halted', 'MediaNotInserted');
    expect(run.report.message).to.include('LicenceMissing');
    for (const host of HOSTS) expect(toldOf(run, host, /told to go/)).to.deep.equal([]);
    expect(run.report.vms.runningAfter).to.equal(run.report.vms.runningBefore);
  });

  it('by a machine that never switches on halts with what stands at the BMC among the debts', async () => {
    const run = await boot({ bootMethod: 'VirtualMedia', faults: ['power-on-ignored:times=3'] });
    expectEnd(run, 'Halted', 'PowerOnRefused');
    const owed = run.report.debts.map(({ kind }) => kind);
    expect(owed, JSON.stringify(run.report.debts)).to.include('BootMedium');
  });

  it('is told nothing while its machine tests itself, so that one that refuses then is never met', async () => {
    const run = await simulate({ pool: SMALL, target: TO, bootMethod: 'VirtualMedia', faults: ['post-refuses'] });
    expectSuccess(run);
    expect(run.report.warnings.filter((warning) => warning.includes('post-refuses never struck'))).to.have.length(1);
  });
});

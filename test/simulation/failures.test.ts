// What fails, and how the run ends: the rules for the master, which is alone with the pool's memory, and for members, which may be tried again.
import { expect } from 'chai';
import { type Case, expectEnd, expectSuccess, expectUnbroken, judged, simulate, tellRun, XS } from './rig';

const METHODS: readonly { readonly name: string; readonly given: Case }[] = [
  { name: 'Staged', given: { pool: { hosts: 3, vms: 9 }, target: XS('6.5.0') } },
  {
    name: 'Manual',
    given: { pool: { hosts: 3, vms: 9 }, spec: { boot: { method: 'Manual' }, vms: { forceShutdownAfter: '10m' } } },
  },
];

const versions = (run: Awaited<ReturnType<typeof simulate>>): readonly string[] => run.report.hosts.map(({ to }) => to);
const attempts = (run: Awaited<ReturnType<typeof simulate>>): readonly number[] => run.report.hosts.map((host) => host.attempts);

/** No member's machine was touched: nobody left, nothing was installed. */
function expectMembersUntouched(run: Awaited<ReturnType<typeof simulate>>): void {
  const members = run.report.hosts.filter(({ role }) => role === 'member').map(({ name }) => name);
  const touched = run.report.timeline.filter(
    ({ host, event }) => members.includes(host) && /told to go|installer|is off/.test(event),
  );
  expect(touched, tellRun(run)).to.deep.equal([]);
  expect(attempts(run).slice(1)).to.deep.equal(members.map(() => 0));
}

for (const { name, given } of METHODS) {
  describe(`an upgrade by ${name} that fails`, () => {
    const fail = (...faults: readonly string[]): ReturnType<typeof simulate> => simulate({ ...given, faults });

    it('at the master before its backup halts, and the pool is served by the old system', async () => {
      const run = await fail('installer-fails@master');
      expectEnd(run, 'Halted', 'MasterOnOldVersion');
      expectMembersUntouched(run);
      expect(versions(run)).to.deep.equal(['6.2.0', '6.2.0', '6.2.0']);
      expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
      expect(judged(run, 'I4')).to.be.greaterThan(0);
    });

    for (const fault of ['installer-fails@master:stage=after-format', 'host-never-returns@master']) {
      it(`at the master by ${fault} halts, touches nothing more and owes everything`, async () => {
        const run = await fail(fault);
        expectEnd(run, 'Halted', 'MasterUnknown');
        expectMembersUntouched(run);
      });
    }

    it('at a member before its backup is tried once more and succeeds', async () => {
      const run = await fail('installer-fails@member');
      expectSuccess(run);
      expect(attempts(run)).to.deep.equal([1, 2, 1]);
    });

    it('at a member three times halts after the last attempt allowed', async () => {
      const run = await fail('installer-fails@member:times=3');
      expectUnbroken(run);
      expect(run.report.outcome, tellRun(run)).to.equal('Halted');
      expect(attempts(run)).to.deep.equal([1, 3, 0]);
    });

    for (const fault of ['installer-fails@member:stage=after-format', 'host-never-returns@member']) {
      it(`at a member by ${fault} halts, and what can run elsewhere does`, async () => {
        const run = await fail(fault);
        expectUnbroken(run);
        expect(run.report.outcome, tellRun(run)).to.equal('Halted');
        expect(attempts(run)).to.deep.equal([1, 1, 0]);
        expect(run.report.hosts[0]?.to).to.equal('6.5.0');
        const lost = run.report.vms.notRestored.map((vm) => vm.name);
        expect(
          lost.filter((vm) => vm.startsWith('vm-')),
          tellRun(run),
        ).to.deep.equal([]);
      });
    }
  });
}

describe('an upgrade whose members may not be tried again', () => {
  const spec = { failure: { memberRetries: 0 }, vms: { forceShutdownAfter: '10m' } };

  it('halts at the first failure of one', async () => {
    const run = await simulate({ spec, faults: ['installer-fails@member'] });
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.equal('Halted');
    expect(attempts(run)).to.deep.equal([1, 1]);
  });

  it('succeeds where none fails', async () => {
    expectSuccess(await simulate({ spec }));
  });
});

describe('an upgrade troubled by its surroundings', () => {
  for (const fault of [
    'reset-mid-call',
    'reset-mid-call:delivered=false,times=2',
    'reset-mid-call:call=host.reboot',
    'reset-mid-call:call=host.call_plugin',
    'reset-mid-call:call=VM.pool_migrate,times=2',
    'agent-restarts@master:after=120',
    'agent-restarts@member:after=300',
    'clock-steps@master:by=7200',
    'clock-steps@member:by=-7200',
    'clock-steps@master:by=-600,when=up,after=120',
  ]) {
    it(`by ${fault} comes to the same end`, async () => {
      const run = await simulate({ faults: [fault] });
      expectSuccess(run);
    });
  }

  it('of a pool of one ends on the old system when the installer gives up', async () => {
    const run = await simulate({ pool: { hosts: 1, vms: 4 }, faults: ['installer-fails@master'] });
    expectEnd(run, 'Halted', 'MasterOnOldVersion');
    expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
  });

  it('of an old release that only a person installs keeps the same rules', async () => {
    const run = await simulate({ pool: { release: XS('5.0.0') }, target: XS('5.5.0'), faults: ['installer-fails@master'] });
    expectEnd(run, 'Halted', 'MasterOnOldVersion');
    expect(versions(run)).to.deep.equal(['5.0.0', '5.0.0']);
  });
});

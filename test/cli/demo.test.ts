import { expect } from 'chai';
import { runCli, runReport } from './runCli';

describe('xenpool demo', () => {
  it('tells of the pinned and the stubborn guest, ends in the summary, and says what to try next', async () => {
    const { code, out, err } = await runCli('demo', '--pace', 'max');
    expect([code, err]).to.deep.equal([0, '']);
    expect(out)
      .to.match(/pinned-01 is suspended/)
      .and.match(/pinned-01 is resumed/);
    expect(out).to.match(/stubborn-02 is asked to shut down[^]*stubborn-02: the plug is pulled[^]*stubborn-02 is started/);
    expect(out)
      .to.match(/host 3 of 3/)
      .and.match(/^Succeeded /m)
      .and.match(/Three things to try next:\n( {2}.*\n)+$/);
    expect(out).to.not.contain('\u001b');
  });

  it('never lets the clock or the progress of a clean run go back', async () => {
    const { out } = await runCli('demo', '--pace', 'max', '--hosts', '2', '--vms', '4');
    const told = [...out.matchAll(/^(\d\d:\d\d:\d\d) +(\d+)% /gm)].map(([, time, percent]) => ({
      time: time!,
      percent: Number(percent),
    }));
    expect(told.length).to.be.greaterThan(20);
    for (const [index, line] of told.entries()) {
      const before = told[index - 1] ?? line;
      expect(line.time >= before.time && line.percent >= before.percent, JSON.stringify([before, line])).to.equal(true);
    }
    expect(told.at(-1)?.percent).to.equal(100);
  });

  it('ends with the exit code of the rehearsal and tells why it stopped', async () => {
    const { code, out } = await runCli('demo', '--pace', 'max', '--fault', 'installer-fails@master');
    expect(code).to.equal(3);
    expect(out)
      .to.match(/MasterOnOldVersion: /)
      .and.match(/^Halted /m);
  });

  it('tells of a controller that dies and of its successor', async () => {
    const { code, out } = await runCli(
      'demo',
      '--pace',
      'max',
      '--hosts',
      '2',
      '--vms',
      '3',
      '--fault',
      'controller-crashes:at=21',
    );
    expect(code).to.equal(0);
    expect(out).to.match(/the controller died; controller-2 goes on/);
  });

  it('prints only the report with --output json', async () => {
    const { code, report } = await runReport('demo', '--hosts', '2', '--vms', '3');
    expect([code, report.outcome, report.hosts.length]).to.deep.equal([0, 'Succeeded', 2]);
  });

  for (const flags of [
    ['--pace', '0'],
    ['--pace', 'fast'],
    ['--hosts', '65'],
    ['--hosts', 'x'],
    ['--vms', 'x'],
    ['--fault', 'nope'],
    ['--nope'],
  ])
    it(`refuses ${flags.join(' ')}`, async () => {
      const { code, report } = await runReport('demo', ...flags);
      expect([code, report.outcome]).to.deep.equal([2, 'Invalid']);
      expect(report.message).to.contain(flags.at(-1));
    });
});

import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli, runReport } from './runCli';

describe('xenpool rehearse', () => {
  let folder = '';
  let pool = '';
  const file = (name: string, text: string): string => {
    const there = path.join(folder, name);
    writeFileSync(there, text);
    return there;
  };
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-cli-'));
    pool = path.join(folder, 'pool.xml');
    expect((await runCli('simulator', '--hosts', '2', '--vms', '4', '--write-dump', pool)).code).to.equal(0);
  });
  after(() => rmSync(folder, { recursive: true }));

  describe('says how it came out, by the schema and by the exit code', () => {
    it('Succeeded: 0', async () => {
      const { code, report } = await runReport('rehearse', '--database', pool);
      expect([code, report.outcome, report.message.length > 0]).to.deep.equal([0, 'Succeeded', true]);
      expect(report.hosts.map((host) => host.phase)).to.deep.equal(['Upgraded', 'Upgraded']);
      expect(report.vms.runningAfter).to.equal(report.vms.runningBefore);
    });

    it('Halted: 3', async () => {
      const { code, report } = await runReport('rehearse', '--database', pool, '--fault', 'installer-fails@master');
      expect([code, report.outcome, report.reason]).to.deep.equal([3, 'Halted', 'MasterOnOldVersion']);
      expect(report.hosts[1]).to.include({ phase: 'Pending', attempts: 0 });
    });

    it('Refused: 4, with nothing touched', async () => {
      const { code, report } = await runReport('rehearse', '--database', pool, '--target', 'XCP-ng 8.0.0');
      expect([code, report.outcome]).to.deep.equal([4, 'Refused']);
      expect(report.hosts.every((host) => host.from === host.to && host.attempts === 0)).to.equal(true);
      expect(report.message).to.contain('8.0.0');
    });

    it('with crashes at every point, all of which come out alike: 0', async () => {
      const small = path.join(folder, 'small.xml');
      await runCli('simulator', '--hosts', '1', '--vms', '1', '--write-dump', small);
      const { code, report } = await runReport('rehearse', '--database', small, '--fault', 'controller-crashes:at=every');
      expect(report.crashes?.points).to.be.greaterThan(10);
      expect([code, report.crashes?.differing]).to.deep.equal([0, []]);
    });
  });

  describe('answers bad input with one whole report, exit code 2, and what to mend', () => {
    const bad: readonly (readonly [what: string, argv: () => readonly string[], reason: string, message: RegExp])[] = [
      ['no dump', () => [], 'BadFlag', /--database/],
      ['a dump that is not there', () => ['--database', path.join(folder, 'no.xml')], 'Unreadable', /no\.xml.*ENOENT/],
      ['a folder for a dump', () => ['--database', folder], 'Unreadable', /EISDIR/],
      ['a flag that does not exist', () => ['--database', pool, '--nope'], 'BadFlag', /--nope/],
      ['a word too many', () => ['--database', pool, 'extra'], 'BadFlag', /too many arguments/],
      ['an empty name', () => ['--database', ''], 'Unreadable', /ENOENT/],
      ['a number of hosts that is none', () => ['--database', pool, '--hosts', '3x'], 'BadFlag', /--hosts 3x/],
      ['no host at all', () => ['--database', pool, '--hosts', '0'], 'BadFlag', /--hosts 0/],
      ['fewer hosts than present', () => ['--database', pool, '--hosts', '1'], 'TooFewHosts', /pool\.xml.*1/],
      ['a seed that is no number', () => ['--database', pool, '--seed', 'x'], 'BadFlag', /--seed x/],
      [
        'a manifest and a target',
        () => ['--database', pool, '--manifest', 'm', '--target', '9'],
        'BadFlag',
        /--manifest and --target/,
      ],
      ['a fault that does not exist', () => ['--database', pool, '--fault', 'nope'], 'UnknownFault', /nope.*installer-fails/],
      [
        'a fault on no host of the pool',
        () => ['--database', pool, '--fault', 'host-never-returns@x'],
        'UnknownHost',
        /@x.*xs-01/,
      ],
      ['a fault without its key', () => ['--database', pool, '--fault', 'controller-crashes'], 'MissingKey', /at=/],
      [
        'a dump that cannot be written',
        () => ['--database', pool, '--write-dump', path.join(folder, 'no', 'x')],
        'Unwritable',
        /ENOENT/,
      ],
    ];
    for (const [what, argv, reason, message] of bad)
      it(what, async () => {
        const { code, report } = await runReport('rehearse', ...argv());
        expect([code, report.outcome, report.reason]).to.deep.equal([2, 'Invalid', reason]);
        expect(report.message).to.match(message);
      });

    it('dumps that are cut off, foreign or empty, each with its file', async () => {
      const whole = readFileSync(pool, 'utf8');
      const texts = [whole.slice(0, whole.length / 2), '<html><body/></html>', '', 'no markup at all', '<database></database>'];
      for (const [index, text] of texts.entries()) {
        const { code, report } = await runReport('rehearse', '--database', file(`bad-${index}.xml`, text));
        expect([code, report.outcome], text.slice(0, 40)).to.deep.equal([2, 'Invalid']);
        expect(report.message).to.contain(`bad-${index}.xml`);
      }
    });

    it('a dump over 256 MiB, without reading it', async () => {
      const huge = file('huge.xml', '');
      truncateSync(huge, 256 * 1024 * 1024 + 1);
      const { code, report } = await runReport('rehearse', '--database', huge);
      expect([code, report.reason]).to.deep.equal([2, 'TooLarge']);
    });

    it('a manifest, with file, line and field of each fault', async () => {
      const { out } = await runCli('rehearse', '--database', pool, '--print-manifest');
      const manifest = file('wrong.yaml', out.replace('forceShutdownAfter: 10m', 'forceShutdownAfter: soon\n    colour: red'));
      const { code, report } = await runReport('rehearse', '--database', pool, '--manifest', manifest);
      expect([code, report.reason]).to.deep.equal([2, 'InvalidManifest']);
      const lines = report.message.split('\n');
      expect(lines.every((line) => /^.*wrong\.yaml: line \d+, column \d+: /.test(line))).to.equal(true);
      expect(report.message)
        .to.match(/spec\.vms\.forceShutdownAfter/)
        .and.match(/colour/);
    });

    it('a flag without its value', async () => {
      const { code, out } = await runCli('rehearse', '--output', 'json', '--database');
      expect(code).to.equal(2);
      expect(JSON.parse(out)).to.include({ outcome: 'Invalid', reason: 'BadFlag' });
    });

    it('a format that does not exist, as text', async () => {
      const { code, out } = await runCli('rehearse', '--database', pool, '--output', 'xml');
      expect([code, out]).to.deep.equal([2, 'Invalid (BadFlag): --output xml: expected text or json\n']);
    });
  });

  it('prints as text the report and nothing else on stdout', async () => {
    const { out, err } = await runCli('rehearse', '--database', pool, '--trace');
    expect(out).to.match(/^Succeeded /);
    expect(err).to.match(/controller-1 info effect/);
    expect((await runCli('rehearse', '--database', pool)).err).to.equal('');
  });

  it('is the same run byte for byte with the same seed', async () => {
    const once = await runCli('rehearse', '--database', pool, '--seed', '7', '--output', 'json');
    expect((await runCli('rehearse', '--database', pool, '--seed', '7', '--output', 'json')).out).to.equal(once.out);
  });

  it('rehearses the manifest that it printed to the same end as its own', async () => {
    const printed = await runCli('rehearse', '--database', pool, '--print-manifest');
    expect(printed.code).to.equal(0);
    const own = await runReport('rehearse', '--database', pool);
    const given = await runReport('rehearse', '--database', pool, '--manifest', file('good.yaml', printed.out));
    expect(given.report.outcome).to.equal(own.report.outcome);
    expect(given.report.hosts).to.deep.equal(own.report.hosts);
  });

  it('writes the grown pool, which is then a pool of that size', async () => {
    const grown = path.join(folder, 'grown.xml');
    await runReport('rehearse', '--database', pool, '--hosts', '4', '--write-dump', grown);
    const { report } = await runReport('rehearse', '--database', grown);
    expect(report.hosts).to.have.length(4);
  });

  it('lists the faults with their keys', async () => {
    const { code, out } = await runCli('rehearse', '--list-faults');
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^installer-fails/m)
      .and.match(/^ +stage=/m);
  });
});

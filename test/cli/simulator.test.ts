import { expect } from 'chai';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli, runReport } from './runCli';

describe('xenpool simulator', () => {
  let folder = '';
  let dump = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-sim-'));
    dump = path.join(folder, 'pool.xml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a dump that rehearse reads as the pool that was asked for', async () => {
    const { code, out } = await runCli('simulator', '--hosts', '2', '--vms', '5', '--release', '6.2.0', '--write-dump', dump);
    expect([code, out]).to.deep.equal([0, '']);
    const { report } = await runReport('rehearse', '--database', dump);
    expect(report.hosts.map((host) => host.from)).to.deep.equal(['6.2.0', '6.2.0']);
    // One of the five is made halted.
    expect(report.vms.runningBefore).to.equal(4);
  });

  it('says that there is nothing to do without --write-dump', async () => {
    const { code, err } = await runCli('simulator');
    expect(code).to.equal(2);
    expect(err)
      .to.match(/--write-dump/)
      .and.match(/later/);
  });

  const bad: readonly (readonly [flags: readonly string[], message: RegExp])[] = [
    [['--hosts', '0'], /0 hosts/],
    [['--hosts', '65'], /65 hosts/],
    [['--hosts', 'two'], /--hosts two/],
    [['--vms', '-1'], /--vms/],
    [['--vms', '4001'], /4001 VMs/],
    [['--release', '6.2.0-rc1'], /--release 6\.2\.0-rc1: expected one of .*XCP-ng 8\.2\.1/],
    [['--release', 'Windows 11'], /--release Windows 11/],
    [['--nope'], /--nope/],
  ];
  for (const [flags, message] of bad)
    it(`refuses ${flags.join(' ')} and writes nothing`, async () => {
      const { code, out, err } = await runCli('simulator', ...flags, '--write-dump', dump);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(message);
      expect(existsSync(dump)).to.equal(false);
    });

  it('says which file cannot be written', async () => {
    const { code, err } = await runCli('simulator', '--write-dump', path.join(folder, 'no', 'pool.xml'));
    expect(code).to.equal(2);
    expect(err).to.match(/pool\.xml: cannot be written \(ENOENT\)/);
  });
});

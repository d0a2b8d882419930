import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rowsOf } from '../../src/xenapi/database/database';
import { parseDatabase } from '../../src/xenapi/database/parseDatabase';
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

  it('writes a copy of a dump it was given', async () => {
    await runCli('simulator', '--hosts', '2', '--vms', '3', '--write-dump', dump);
    const copy = path.join(folder, 'copy.xml');
    const { code, out } = await runCli('simulator', '--database', dump, '--write-dump', copy);
    expect([code, out]).to.deep.equal([0, '']);
    const hosts = (file: string): number => rowsOf(parseDatabase(readFileSync(file, 'utf8')), 'host').length;
    expect(hosts(copy)).to.equal(2);
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
    [['--seed', 'x'], /--seed x/],
    [['--pace', '-1'], /--pace -1: expected a number from 0/],
    [['--pace', 'fast'], /--pace fast/],
    [['--port', '65536'], /--port 65536: expected a port/],
    [['--database', 'nowhere.xml'], /--database nowhere\.xml: cannot be read \(ENOENT\)/],
    [['--database', 'pool.xml', '--vms', '3'], /--database and --vms exclude each other/],
  ];
  for (const [flags, message] of bad)
    it(`refuses ${flags.join(' ')} and writes nothing`, async () => {
      const { code, out, err } = await runCli('simulator', ...flags, '--write-dump', dump);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(message);
      expect(existsSync(dump)).to.equal(false);
    });

  const unserved: readonly (readonly [flags: readonly string[], message: RegExp])[] = [
    [['--listen', '10.0.0.1'], /--listen 10\.0\.0\.1: .*127\.0\.0\.1/],
    [['--listen', '127.255.255.254'], /2 hosts.*smaller address/],
    [['--fault', 'installer-fails@xs-77'], /@xs-77.*xs-01/],
    [['--fault', 'controller-crashes:at=1'], /controller-crashes.*a fault of the pool/],
  ];
  for (const [flags, message] of unserved)
    it(`serves nothing for ${flags.join(' ')}`, async () => {
      const { code, out, err } = await runCli('simulator', '--hosts', '2', '--vms', '0', ...flags);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(message);
    });

  it('refuses what is no dump, and by a code of its own a pool that a rule forbids', async () => {
    writeFileSync(dump, '<a/>');
    expect(await runCli('simulator', '--database', dump)).to.deep.include({ code: 2, out: '' });
    await runCli('simulator', '--hosts', '2', '--vms', '0', '--write-dump', dump);
    // The last host says it is a release ahead.
    const text = readFileSync(dump, 'utf8');
    const at = text.lastIndexOf('8.2.1');
    const last = text.lastIndexOf("'8.2.1'");
    writeFileSync(dump, `${text.slice(0, last < 0 ? at : last + 1)}8.3.0${text.slice((last < 0 ? at : last + 1) + 5)}`);
    const { code, err } = await runCli('simulator', '--database', dump);
    expect(code, err).to.equal(4);
    expect(err).to.match(/8\.3\.0/);
  });

  it('teaches how to talk to it', async () => {
    const { code, out } = await runCli('simulator', '--help');
    expect(code).to.equal(0);
    for (const word of ['curl', 'python3', 'SIGTERM', 'pool.caFile', 'control.url', '--pace', '--data'])
      expect(out).to.contain(word);
  });

  it('says which file cannot be written', async () => {
    const { code, err } = await runCli('simulator', '--write-dump', path.join(folder, 'no', 'pool.xml'));
    expect(code).to.equal(2);
    expect(err).to.match(/pool\.xml: cannot be written \(ENOENT\)/);
  });
});

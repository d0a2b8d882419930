import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseManifest } from '../../src/api/manifest';
import type { RehearsalReport } from '../../src/rehearsal/report';
import { reportValidator } from '../cli/runCli';
import { allGone, build, DemoProcess, listens, lives, urlsIn } from './processes';

const SMALL = ['--hosts', '1', '--vms', '2', '--pace', '1000'];

describe('the demo with processes of its own', () => {
  let scratch = '';
  let folder = '';
  const running: DemoProcess[] = [];

  before(build);
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-demo-test-'));
    folder = path.join(scratch, 'demo');
  });
  afterEach(async () => {
    for (const demo of running.splice(0)) {
      await demo.end('SIGKILL');
      await allGone(Object.values(demo.processes()));
    }
    rmSync(scratch, { recursive: true });
  });

  const start = (...flags: readonly string[]): DemoProcess => {
    const demo = DemoProcess.start(folder, ...flags);
    running.push(demo);
    return demo;
  };

  const firstLine = (name: string): string => readFileSync(path.join(folder, name), 'utf8').split('\n')[0] ?? '';

  /** Where the boot server listens that was started as this one, from 0; undefined before it has said so. */
  const bootUrlIn = (name: string, index = 0): string | undefined => {
    const lines = readFileSync(path.join(folder, name), 'utf8').split('\n');
    const started = lines.filter((line) => line.endsWith('"event":"started"}'))[index];
    return started === undefined ? undefined : (JSON.parse(started) as { url: string }).url;
  };

  async function expectNothingLeft(pids: readonly number[], urls: readonly string[]): Promise<void> {
    expect(pids.filter(lives)).to.deep.equal([]);
    for (const url of urls) expect(await listens(url), url).to.equal(false);
  }

  it('upgrades the pool, tells it line by line, and leaves nothing behind', async () => {
    const demo = start(...SMALL);
    await demo.until(() => demo.out.includes('Draining'));
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    const [pids, urls] = [Object.values(demo.processes()), urlsIn(folder)];
    expect(Object.keys(demo.processes())).to.have.members(['kubernetes', 'simulator', 'controller']);
    expect(await demo.end(), demo.out + demo.err).to.deep.equal({ code: 0, signal: null });
    expect(demo.out)
      .to.match(/^── xs-01, the master: host 1 of 1 ─/m)
      .and.match(/pinned-01 is suspended/)
      .and.match(/^Succeeded \(Upgraded\)/m)
      .and.match(/^By uuid, 2 of the 2 that ran run now/m)
      .and.match(/none violated/)
      .and.match(/Four things to try next:\n( {2}.*\n)+$/);
    expect([demo.err, demo.out.includes('\u001b')]).to.deep.equal(['', false]);
    expect(existsSync(folder)).to.equal(false);
    await expectNothingLeft(pids, urls);
  });

  it('with --output json prints one report and nothing else; a master that fails ends it with 3', async () => {
    const demo = start(...SMALL, '--output', 'json', '--fault', 'installer-fails@master');
    expect(await demo.end()).to.deep.equal({ code: 3, signal: null });
    const report = JSON.parse(demo.out) as RehearsalReport;
    const validate = reportValidator();
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    expect([report.outcome, report.reason, report.vms.runningAfter]).to.deep.equal(['Halted', 'MasterOnOldVersion', 2]);
    expect(report.guests?.map(({ before, after }) => [before, after])).to.deep.equal([
      ['xs-01', 'xs-01'],
      ['xs-01', 'xs-01'],
    ]);
    expect(report.requests.statusWrites).to.be.greaterThan(3);
    expect(report.requests.xapi).to.be.greaterThan(10);
    expect(readdirSync(folder)).to.include('controller.out');
  });

  it('tells in the words of the simulator what it does not like', async () => {
    const demo = start(...SMALL, '--fault', 'installer-fails@nobody');
    expect(await demo.end()).to.deep.equal({ code: 2, signal: null });
    expect(demo.out).to.match(/fault installer-fails@nobody: found @nobody, expected/);
  });

  const moments: readonly (readonly [string, (demo: DemoProcess) => boolean])[] = [
    ['before it has begun', () => true],
    ['when the first of its processes is there', (demo) => Object.keys(demo.processes()).length > 0],
    ['when it waits for the pool', (demo) => Object.keys(demo.processes()).length > 1],
    ['in the middle of the upgrade', (demo) => demo.out.includes('Draining')],
  ];
  for (const [moment, isSo] of moments)
    for (const times of [1, 2])
      it(`ends with all that is its own on Ctrl-C ${times === 1 ? '' : 'twice '}${moment}`, async () => {
        const demo = start('--hosts', '1', '--vms', '1');
        await demo.until(() => isSo(demo));
        for (let time = 1; time < times; time++) demo.kill('SIGINT');
        const { code, signal } = await demo.end('SIGINT');
        expect([130, 'SIGINT']).to.include(signal ?? code);
        await allGone(Object.values(demo.processes()));
        await expectNothingLeft([], urlsIn(folder));
      });

  it('is followed by its processes when it is killed, and goes on where it stood when it is resumed', async () => {
    const demo = start('--hosts', '1', '--vms', '2', '--pace', '300');
    await demo.until(() => demo.out.includes('Installing'));
    const [pids, urls] = [Object.values(demo.processes()), urlsIn(folder)];
    await demo.end('SIGKILL');
    await allGone(pids);
    await expectNothingLeft(pids, urls);
    const again = start('--resume', '--output', 'json');
    expect(await again.end(), again.out + again.err).to.deep.equal({ code: 0, signal: null });
    const report = JSON.parse(again.out) as RehearsalReport;
    expect([report.outcome, report.vms.runningBefore, report.vms.runningAfter]).to.deep.equal(['Succeeded', 2, 2]);
    expect(report.hosts.map(({ from, to, attempts }) => [from, to, attempts])).to.deep.equal([['8.2.1', '8.3.0', 1]]);
    expect(existsSync(folder)).to.equal(false);
  });

  it('boots hosts by their BMCs; a boot server that is killed while they install costs no install', async () => {
    const demo = start('--hosts', '1', '--vms', '1', '--boot-method', 'VirtualMedia', '--firmware', 'UEFI');
    await demo.until(() => demo.out.includes('the point of no return is passed'));
    expect(statSync(path.join(folder, 'boot.key')).mode & 0o777).to.equal(0o600);
    const manifest = parseManifest(readFileSync(path.join(folder, 'poolupgrade.yaml'), 'utf8'));
    expect(manifest.ok && manifest.manifest.spec.hosts?.map(({ name, bmc }) => [name, bmc?.address])).to.deep.equal([
      ['xs-01', (JSON.parse(firstLine('simulator.out')) as { bmcs: { address: string }[] }).bmcs[0]?.address],
    ]);
    const { 'boot-server': first = 0, ...others } = demo.processes();
    expect(Object.keys(others)).to.have.members(['kubernetes', 'simulator', 'controller']);
    process.kill(first, 'SIGKILL');
    await demo.until(() => demo.processes()['boot-server'] !== first);
    const [pids, urls] = [Object.values(demo.processes()), urlsIn(folder)];
    expect(await demo.end(), demo.out + demo.err).to.deep.equal({ code: 0, signal: null });
    expect(demo.out)
      .to.match(/the boot server died \(SIGKILL\); another serves what it served/)
      .and.match(/its BMC is given the image, with the boot configuration of xs-01/)
      .and.match(/^xs-01 +master +Upgraded +8\.2\.1 +8\.3\.0 +1$/m)
      .and.match(/ XenAPI calls, \d+ requests to BMCs\.$/m);
    await expectNothingLeft(pids, urls);
  });

  it('goes on with a boot server where hosts and BMCs know it, when it is resumed', async () => {
    const demo = start('--hosts', '1', '--vms', '0', '--boot-method', 'PXE');
    await demo.until(() => demo.out.includes('Installing'));
    const [pids, place] = [Object.values(demo.processes()), bootUrlIn('boot-server.out')];
    await demo.end('SIGKILL');
    await allGone(pids);
    const again = start('--resume');
    await again.until(() => existsSync(path.join(folder, 'boot-server.out')) && bootUrlIn('boot-server.out', 1) === place);
    expect(await again.end(), again.out + again.err).to.deep.equal({ code: 0, signal: null });
    expect(again.out).to.match(/^xs-01 +master +Upgraded +8\.2\.1 +8\.3\.0 +1$/m);
  });

  it('plays the person whom boot method Manual asks for', async () => {
    const demo = start(...SMALL, '--boot-method', 'Manual');
    expect(await demo.end(), demo.out + demo.err).to.deep.equal({ code: 0, signal: null });
    expect(demo.out).to.match(/a person goes to xs-01, boots the installer of XCP-ng 8\.3\.0/);
  });

  it('has its folder for itself', async () => {
    const demo = start(...SMALL);
    await demo.until(() => Object.keys(demo.processes()).length > 0);
    const second = start(...SMALL);
    expect(await second.end()).to.deep.equal({ code: 2, signal: null });
    expect(second.out).to.match(/process \d+ runs a demo there; end it, or name another folder/);
    await demo.end('SIGTERM');
    expect(demo.err).to.match(/--resume .* goes on where it stood/);
  });

  it('stays up with --keep, until it is told to end', async () => {
    const demo = start('--hosts', '1', '--vms', '0', '--pace', '1000', '--keep');
    await demo.until(() => demo.out.includes('It stays up until Ctrl-C'));
    const metrics = /curl -s (\S+)/.exec(demo.out)?.[1] ?? '';
    expect(await (await fetch(metrics)).text()).to.match(/^poolupgrade_phase\{.*phase="Succeeded"\} 1$/m);
    const urls = urlsIn(folder);
    expect(await demo.end('SIGINT')).to.deep.equal({ code: 0, signal: null });
    await expectNothingLeft(Object.values(demo.processes()), urls);
  });
});

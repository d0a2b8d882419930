// The real seam, with a shell script in ipmitool's place that tells how it was called.
import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Aborted } from '../../../src/foundation/clock';
import { realClock } from '../../../src/foundation/realClock';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { spawnIpmitool } from '../../../src/bmc/ipmi/spawnRun';
import { patient, refusal } from '../waiting';

const PASSWORD = 'pässw0rd $(id)';
const LONG = 60_000;

describe('a run of ipmitool', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'xenpool-ipmi-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function script(body: string): string {
    const file = path.join(folder, 'ipmitool');
    writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return file;
  }

  const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined;
  const left = (): readonly string[] =>
    memory === undefined ? [] : readdirSync(memory).filter((name) => name.startsWith(`xenpool-${process.pid}-`));

  it('gets the password by a file without a name where there is memory to put it', async () => {
    const program = script(
      'echo "$@"; env; cat "$2" "$2"; ls -l /proc/self/fd 2>/dev/null | grep -c xenpool; stat -L -c %a "$2" 2>/dev/null; exit 0',
    );
    const { code, stdout } = await spawnIpmitool({ clock: realClock(), program, folder }).run(
      ['-v', 'mc', 'info'],
      PASSWORD,
      LONG,
      patient,
    );
    expect(code).to.equal(0);
    expect(stdout.split('\n')[0]).to.equal('-f /dev/fd/3 -v mc info');
    // Whole each time it is opened: ipmitool may read it again.
    expect(stdout).to.include(PASSWORD + PASSWORD);
    const names = stdout.split('\n').flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort()).to.deep.equal([
      'HOME',
      'LC_ALL',
      'PATH',
    ]);
    expect(readdirSync(folder)).to.deep.equal(['ipmitool']);
    expect(left()).to.deep.equal([]);
  });

  it('gets it by its own environment where there is none', async () => {
    const program = script('echo "$@"; env | grep IPMITOOL_PASSWORD');
    const run = spawnIpmitool({ clock: realClock(), program, folder: path.join(folder, 'none') });
    const { stdout } = await run.run(['-v', 'mc', 'info'], PASSWORD, LONG, patient);
    expect(stdout).to.equal(`-E -v mc info\nIPMITOOL_PASSWORD=${PASSWORD}\n`);
    expect(process.env['IPMITOOL_PASSWORD']).to.equal(undefined);
  });

  it('is no shell: arguments arrive as they are', async () => {
    const program = script('shift 2; for word; do echo "[$word]"; done');
    const args = ['; id', '$(id)', '-H', "a'b", ''];
    const { stdout } = await spawnIpmitool({ clock: realClock(), program }).run(args, PASSWORD, LONG, patient);
    expect(stdout).to.equal(args.map((word) => `[${word}]\n`).join(''));
  });

  it('tells how it ended, and has no standard input to wait for', async () => {
    const program = script('read line || echo "no input"; echo complaint >&2; exit 1');
    expect(await spawnIpmitool({ clock: realClock(), program }).run([], PASSWORD, LONG, patient)).to.deep.equal({
      code: 1,
      stdout: 'no input\n',
      stderr: 'complaint\n',
    });
  });

  it('may write as much as it likes, of which 64 KiB are kept', async () => {
    const program = script('head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2');
    const { code, stdout, stderr } = await spawnIpmitool({ clock: realClock(), program }).run([], PASSWORD, LONG, patient);
    expect([code, stdout.length, stderr.length]).to.deep.equal([0, 65_536, 65_536]);
  });

  it('is killed at its deadline, and what it said until then is kept', async () => {
    const marker = path.join(folder, 'started');
    const program = script(`echo before; : > ${marker}; exec sleep 1000`);
    const clock = new VirtualClock(0);
    const work = spawnIpmitool({ clock, program }).run([], PASSWORD, 5_000, patient);
    const real = realClock();
    while (!existsSync(marker)) await new Promise<void>((resolve) => real.after(5, resolve));
    await clock.run(() => false, 5_000);
    expect(await work).to.deep.equal({ code: null, stdout: 'before\n', stderr: '' });
  });

  it('is killed when it is given up, and not started when it was given up before', async () => {
    const marker = path.join(folder, 'pid');
    const program = script(`echo $$ > ${marker}.new; mv ${marker}.new ${marker}; exec sleep 1000`);
    const giving = new AbortController();
    const real = realClock();
    const work = spawnIpmitool({ clock: real, program })
      .run([], PASSWORD, LONG, giving.signal)
      .catch((error: unknown) => error);
    while (!existsSync(marker)) await new Promise<void>((resolve) => real.after(5, resolve));
    giving.abort();
    expect(await work).to.be.instanceOf(Aborted);
    expect(existsSync(`/proc/${readFileSync(marker, 'utf8').trim()}`)).to.equal(false);
    rmSync(marker);
    const never = spawnIpmitool({ clock: real, program }).run([], PASSWORD, LONG, giving.signal);
    expect(await never.catch((error: unknown) => error)).to.be.instanceOf(Aborted);
    expect(existsSync(marker)).to.equal(false);
  });

  it('needs the program, and says how to get it', async () => {
    const run = spawnIpmitool({ clock: realClock(), program: path.join(folder, 'none') });
    const error = await refusal(run.run(['x'], PASSWORD, LONG, patient), 'Unsupported', 'IpmitoolMissing');
    expect(error.message).to.match(/apt-get install ipmitool/);
    expect(JSON.stringify(error)).not.to.include(PASSWORD);
    expect(left()).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..');

/** A repository in small: the scripts, a lock file whose packages count as installed, the bundler, and a program. */
function repository(program: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-launch-'));
  for (const name of ['.ci', 'src/cli', 'node_modules']) mkdirSync(path.join(folder, name), { recursive: true });
  for (const name of ['.ci/ensure.mjs', '.ci/build.mjs', '.ci/leftOut.mjs', '.ci/launch.mjs', 'tsconfig.json'])
    copyFileSync(path.join(root, name), path.join(folder, name));
  for (const name of ['esbuild', '@esbuild'])
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  writeLock(folder, {});
  writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), '{"packages": {}}');
  writeProgram(folder, program);
  return folder;
}

function writeLock(folder: string, packages: Readonly<Record<string, unknown>>): void {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'it', version: '1.0.0' }));
  const lock = {
    name: 'it',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'it', version: '1.0.0' }, ...packages },
  };
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
}

function writeProgram(folder: string, program: string): void {
  writeFileSync(path.join(folder, 'src', 'cli', 'main.ts'), program);
}

function launch(
  folder: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [path.join(folder, '.ci', 'launch.mjs'), ...args], { encoding: 'utf8' });
}

describe('the launcher', () => {
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true }));

  it('builds when it must, and leaves output, arguments and exit code to the program', () => {
    folder = repository('const n: number = 3; console.log(process.argv.slice(2).join("|")); process.exitCode = n;');
    const first = launch(folder, 'a b', '--c');
    expect(first).to.include({ status: 3, stdout: 'a b|--c\n' });
    expect(first.stderr).to.include('built dist');
    expect(launch(folder, 'again')).to.include({ status: 3, stdout: 'again\n', stderr: '' });
  });

  it('builds again after an edit', () => {
    folder = repository('console.log("old");');
    expect(launch(folder).stdout).to.equal('old\n');
    writeProgram(folder, 'console.log("newer");');
    expect(launch(folder).stdout).to.equal('newer\n');
  });

  it('says on stderr alone why it could not build', () => {
    folder = repository('const n = ;');
    const { status, stdout, stderr } = launch(folder);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.match(/src\/cli\/main\.ts:1:10: .*\n.*build failed/);
  });

  it('passes a signal on and ends as the program does', async () => {
    folder = repository(
      'process.on("SIGTERM", () => process.exit(5)); setInterval(() => undefined, 1000); console.log("ready");',
    );
    const child = spawn(process.execPath, [path.join(folder, '.ci', 'launch.mjs')], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).to.equal(5);
  });
});

describe('installing', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-ensure-'));
    mkdirSync(path.join(folder, '.ci'));
    copyFileSync(path.join(root, '.ci', 'ensure.mjs'), path.join(folder, '.ci', 'ensure.mjs'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const ensure = (env = process.env): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [path.join(folder, '.ci', 'ensure.mjs')], { encoding: 'utf8', cwd: folder, env });
  const withoutNpm = { PATH: '/nonexistent' };

  it('happens when nothing is there, once', () => {
    writeLock(folder, {});
    expect(ensure()).to.include({ status: 0, stdout: '' }).and.property('stderr').include('installing dependencies');
    expect(ensure(withoutNpm)).to.include({ status: 0, stdout: '', stderr: '' });
  });

  it('is left out when npm has installed just these packages, whoever ran it', () => {
    const a = { version: '1.2.3', integrity: 'sha512-a' };
    writeLock(folder, { 'node_modules/a': a, 'node_modules/other-platform': { version: '1.0.0', optional: true } });
    mkdirSync(path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': a } }));
    expect(ensure(withoutNpm)).to.include({ status: 0, stdout: '', stderr: '' });
  });

  it('is tried when a package has another version, and a failure is told', () => {
    writeLock(folder, { 'node_modules/a': { version: '2.0.0', integrity: 'sha512-b' } });
    mkdirSync(path.join(folder, 'node_modules'));
    writeFileSync(
      path.join(folder, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.2.3' } } }),
    );
    expect(ensure(withoutNpm))
      .to.include({ status: 1, stdout: '' })
      .and.property('stderr')
      .match(/installing.*\n.*npm ci failed/);
  });
});

import { expect } from 'chai';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { xmlCodec } from '../../src/xenapi/codec/xml';
import { ask, failureOf } from '../simulator/servers/served';

const root = path.resolve(__dirname, '..', '..');
const main = path.join(root, 'src', 'cli', 'main.ts');

interface ReadyLine {
  readonly pool: {
    readonly endpoints: readonly string[];
    readonly username: string;
    readonly password: string;
    readonly caFile: string | null;
    readonly fingerprints: Readonly<Record<string, string>>;
  };
  readonly control: { readonly url: string };
}

interface Running {
  readonly ready: ReadyLine;
  /** Sends the signal. @returns exit code, all of stdout and all of stderr */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
}

describe('xenpool simulator, serving', () => {
  let scratch = '';
  const children: ChildProcessByStdio<null, Readable, Readable>[] = [];
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-serve-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true });
  });

  /** The temporary folder of the process is `scratch`, so that what it leaves behind is seen. */
  async function start(...flags: readonly string[]): Promise<Running> {
    const env = { ...process.env, TMPDIR: scratch };
    const argv = ['-r', 'ts-node/register', main, 'simulator', ...flags];
    const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let out = '';
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const line = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.includes('\n')) resolve(out);
      });
      child.on('exit', (code) => reject(new Error(`ended with ${code}: ${err}`)));
    });
    const ready = JSON.parse(await line) as ReadyLine;
    return {
      ready,
      async end(signal) {
        const exited = once(child, 'exit') as Promise<[number | null]>;
        child.kill(signal);
        const [code] = await exited;
        return { code, out, err };
      },
    };
  }

  function login(ready: ReadyLine, origin: string): ReturnType<typeof ask> {
    const { username, password, caFile } = ready.pool;
    const body = xmlCodec.encodeCall('session.login_with_password', [username, password, '1.0', 'test']);
    const tls = caFile === null ? {} : { ca: readFileSync(caFile, 'utf8') };
    return ask(origin, { method: 'POST', body, tls });
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`tells one line, serves, and on ${signal} leaves nothing behind`, async () => {
      const running = await start('--hosts', '2', '--vms', '3', '--write-dump', path.join(scratch, 'pool.xml'), '--port', '0');
      const { ready } = running;
      const { endpoints, caFile, fingerprints, password } = ready.pool;
      expect(endpoints).to.have.length(2);
      expect(Object.keys(fingerprints)).to.deep.equal(endpoints);
      expect((await login(ready, endpoints[0]!)).body).to.contain('OpaqueRef:');
      expect((await login(ready, endpoints[1]!)).body)
        .to.contain('HOST_IS_SLAVE')
        .and.contain(new URL(endpoints[0]!).hostname);
      const world = JSON.parse((await ask(ready.control.url, { path: '/world' })).body) as {
        readonly machines: readonly object[];
      };
      expect(world.machines).to.have.length(2);
      expect(caFile).to.satisfy(existsSync);
      const { code, out, err } = await running.end(signal);
      expect(code, err).to.equal(0);
      expect(out.trim().split('\n')).to.have.length(1);
      expect(err).not.to.contain(password);
      for (const origin of [...endpoints, ready.control.url]) expect(await failureOf(ask(origin, {}))).to.equal('ECONNREFUSED');
      // The cache is of the loader that runs the sources in this test.
      expect(readdirSync(scratch).filter((name) => !name.startsWith('v8-compile-cache'))).to.deep.equal(['pool.xml']);
    });

  it('lets time go on by itself at the pace it was given', async () => {
    const running = await start('--hosts', '1', '--vms', '0', '--plain', '--pace', '100000');
    const { url } = running.ready.control;
    expect(running.ready.pool.endpoints[0]).to.match(/^http:/);
    expect([running.ready.pool.caFile, running.ready.pool.fingerprints]).to.deep.equal([null, {}]);
    const state = async (): Promise<string> =>
      (JSON.parse((await ask(url, { path: '/world' })).body) as { machines: { state: string }[] }).machines[0]!.state;
    const switchTo = (on: boolean): ReturnType<typeof ask> =>
      ask(url, { method: 'POST', path: '/machines/xs-01/power', body: JSON.stringify({ on }) });
    await switchTo(false);
    expect(await state()).to.equal('Off');
    await switchTo(true);
    while ((await state()) !== 'Up');
    expect((await running.end('SIGTERM')).code).to.equal(0);
  });

  it('has another password each time', async () => {
    const passwords = [];
    for (let time = 0; time < 2; time++) {
      const running = await start('--hosts', '1', '--vms', '0', '--plain');
      passwords.push(running.ready.pool.password);
      await running.end('SIGTERM');
    }
    expect(passwords[0]).to.match(/^.{20,}$/);
    expect(passwords[1]).not.to.equal(passwords[0]);
  });
});

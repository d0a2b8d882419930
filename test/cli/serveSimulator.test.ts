import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ask, failureOf } from '../simulator/servers/served';
import { login, type Running, SimulatorProcesses } from './simulatorProcess';

describe('xenpool simulator, serving', () => {
  let scratch = '';
  const processes = new SimulatorProcesses();
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-serve-'));
  });
  afterEach(() => {
    processes.killAll();
    rmSync(scratch, { recursive: true });
  });

  const start = (...flags: readonly string[]): Promise<Running> => processes.start(scratch, flags);

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

import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ask } from '../simulator/servers/served';
import { runCli } from './runCli';
import { callOf, login, type ReadyLine, SimulatorProcesses } from './simulatorProcess';

interface World {
  readonly now: string;
  readonly machines: readonly { readonly name: string; readonly state: string; readonly system: string | null }[];
  readonly domains: readonly object[];
}

interface Books {
  readonly violated: readonly object[];
  readonly destructiveEffects: readonly object[];
}

describe('xenpool simulator --data', () => {
  let scratch = '';
  let data = '';
  const processes = new SimulatorProcesses();
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-kept-'));
    data = path.join(scratch, 'data');
  });
  afterEach(() => {
    processes.killAll();
    rmSync(scratch, { recursive: true });
  });

  const read = async <T>({ control }: ReadyLine, what: string): Promise<T> =>
    JSON.parse((await ask(control.url, { path: what })).body) as T;
  const post = (ready: ReadyLine, what: string, body: object): ReturnType<typeof ask> =>
    ask(ready.control.url, { method: 'POST', path: what, body: JSON.stringify(body) });
  const member = async (ready: ReadyLine): Promise<World['machines'][number]> =>
    (await read<World>(ready, '/world')).machines.find(({ name }) => name === 'xs-02')!;

  /** Asks for events and records, over and over, until the process is gone. @returns how many answers it had */
  async function traffic(ready: ReadyLine, session: string): Promise<number> {
    for (let answers = 0; ; answers++) {
      const [method, params] = answers % 2 === 0 ? ['VM.get_all_records', []] : ['event.from', [['host', 'vm'], '', 5]];
      const answer = await callOf(ready, ready.pool.endpoints[0]!, method, [session, ...params]).catch(() => undefined);
      if (answer === undefined) return answers;
      expect(answer.body).to.contain('Success');
    }
  }

  it('goes on after a kill in the middle of an installer, for the same clients', async () => {
    const flags = ['--data', data, '--hosts', '2', '--vms', '4', '--pace', '300'];
    const first = await processes.start(scratch, flags);
    const { ready } = first;
    const [session] = /OpaqueRef:[\w-]+/.exec((await login(ready, ready.pool.endpoints[0]!)).body) ?? [];
    const clients = [traffic(ready, session!), traffic(ready, session!)];
    await post(ready, '/machines/xs-02/power', { on: false });
    await post(ready, '/machines/xs-02/boot-installer', { release: 'XCP-ng 8.3.0' });
    while ((await member(ready)).state !== 'Installing');
    const [world, books] = [await read<World>(ready, '/world'), await read<Books>(ready, '/books')];
    await first.end('SIGKILL');
    for (const answers of await Promise.all(clients)) expect(answers).to.be.greaterThan(1);

    const second = await processes.start(scratch, flags);
    expect({ ...second.ready, clock: undefined }).to.deep.equal({ ...ready, clock: undefined });
    const [worldAfter, booksAfter] = [await read<World>(second.ready, '/world'), await read<Books>(second.ready, '/books')];
    expect(worldAfter.domains).to.deep.equal(world.domains);
    // It stood still meanwhile, so the anchor is a later one; of its time what passes in a second may be lost.
    expect(Date.parse(second.ready.clock.from!)).to.be.greaterThan(Date.parse(ready.clock.from!));
    expect(Date.parse(worldAfter.now)).to.be.greaterThan(Date.parse(world.now) - 300_000);
    expect(booksAfter.violated.slice(0, books.violated.length)).to.deep.equal(books.violated);
    expect(booksAfter.destructiveEffects.slice(0, books.destructiveEffects.length)).to.deep.equal(books.destructiveEffects);
    // Who was logged in still is, and trusts what it trusted.
    expect((await callOf(ready, ready.pool.endpoints[0]!, 'pool.get_all', [session])).body).to.contain('OpaqueRef:');
    while ((await member(second.ready)).state !== 'Up');
    expect((await member(second.ready)).system).to.equal('XCP-ng 8.3.0');
    expect((await second.end('SIGTERM')).code).to.equal(0);
    expect(existsSync(ready.pool.caFile!)).to.equal(true);
  });

  it('is where the anchor says that it is, belongs to one process, and keeps its flags', async () => {
    const from = new Date().toISOString();
    const flags = ['--data', data, '--hosts', '1', '--vms', '0', '--plain', '--pace', '1000'];
    const first = await processes.start(scratch, [...flags, '--pace-from', from]);
    expect(first.ready.clock).to.deep.equal({ pace: 1_000, from });
    const { now } = await read<World>(first.ready, '/world');
    await first.end('SIGTERM');
    const passed = await processes.start(scratch, [...flags, '--pace-from', from]);
    expect(passed.ready.clock).to.deep.equal({ pace: 1_000, from });
    expect(Date.parse((await read<World>(passed.ready, '/world')).now)).to.be.greaterThan(Date.parse(now));
    const another = await runCli('simulator', '--data', data);
    expect([another.code, another.out]).to.deep.equal([2, '']);
    expect(another.err).to.match(/--data .*: port \d+ of its control is taken: another process serves this pool/);
    await passed.end('SIGTERM');
    const back = await runCli('simulator', '--data', data, '--pace-from', new Date(Date.now() + 3_600_000).toISOString());
    expect([back.code, back.out]).to.deep.equal([2, '']);
    expect(back.err).to.match(/--pace-from: time would go back/);
    const contrary: readonly (readonly [flags: readonly string[], says: RegExp])[] = [
      [['--hosts', '2'], /--hosts: found 2, expected 1, as the pool began; leave the flag out/],
      [['--release', '7.6.0'], /--release: found XenServer 7\.6\.0, expected XCP-ng 8\.2\.1/],
      [['--seed', '2'], /--seed: found 2, expected 1/],
      [['--pace', '60'], /--pace: found 60, expected 1000/],
      [['--listen', '127.0.0.2'], /--listen: found 127\.0\.0\.2, expected 127\.0\.0\.1/],
      [['--port', '8443'], /--port: found 8443, expected 0/],
      [['--fault', 'migration-fails'], /--fault: found migration-fails, expected none/],
      [['--database', path.join(data, 'world.json')], /--database: found a dump of SHA-256 \w+…, expected none/],
    ];
    for (const [given, says] of contrary) {
      const { code, err } = await runCli('simulator', '--data', data, ...given);
      expect(code, err).to.equal(2);
      expect(err).to.contain(`--data ${data}: `).and.match(says);
    }
  });

  it('takes no folder of something else, and leaves none behind that could not be served', async () => {
    writeFileSync(path.join(scratch, 'thesis.tex'), 'years of work');
    const foreign = await runCli('simulator', '--data', scratch);
    expect([foreign.code, foreign.out]).to.deep.equal([2, '']);
    expect(foreign.err).to.match(/--data .*: found thesis\.tex; expected a folder that is empty/);
    expect(readFileSync(path.join(scratch, 'thesis.tex'), 'utf8')).to.equal('years of work');
    const unserved = await runCli('simulator', '--data', data, '--hosts', '1', '--vms', '0', '--fault', 'installer-fails@xs-77');
    expect(unserved.code).to.equal(2);
    expect(unserved.err).to.match(/@xs-77/);
    expect(readdirSync(data)).to.deep.equal([]);
  });
});

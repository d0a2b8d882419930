import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { seededRandom } from '../../../src/foundation/random';
import type { Entry } from '../../../src/simulator/kept/happening';
import { KeptError } from '../../../src/simulator/kept/keptError';
import { createAuthority } from '../../../src/simulator/servers/certificates';
import type { SimulationSettings } from '../../../src/simulator/servers/simulation';
import { type Action, anyAction, Client, live, type LivedWorld, stateOf } from './livedWorld';

interface Outcome {
  readonly state: object;
  readonly heard: readonly string[];
}

describe('a world that is taken up by another process', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-taken-up-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const anyLife = fc
    .array(anyAction, { minLength: 1, maxLength: 60 })
    .chain((actions) => fc.record({ actions: fc.constant(actions), killedAt: fc.nat(actions.length), halfALine: fc.string() }));

  /** Lives through all actions in one process, whose journal is copied as it stands when that process would have been killed. */
  async function neverKilled(file: string, actions: readonly Action[], killedAt: number, copy: string): Promise<Outcome> {
    const world = await live(file);
    const client = new Client();
    for (const action of actions.slice(0, killedAt)) await client.perform(world, action);
    copyFileSync(file, copy);
    // All the difference there is: the connections have gone.
    await world.simulation.intake.disconnect();
    client.lostConnections();
    return goOn(world, client, actions.slice(killedAt));
  }

  /** What the client had learnt it has not forgotten: it learns it again, in a world of its own. */
  async function takenUp(file: string, actions: readonly Action[], killedAt: number): Promise<Outcome> {
    const client = new Client();
    const before = await live(path.join(folder, 'scratch.jsonl'));
    for (const action of actions.slice(0, killedAt)) await client.perform(before, action);
    await before.simulation.close();
    rmSync(path.join(folder, 'scratch.jsonl'));
    client.lostConnections();
    return goOn(await live(file), client, actions.slice(killedAt));
  }

  async function goOn(world: LivedWorld, client: Client, actions: readonly Action[]): Promise<Outcome> {
    for (const action of actions) await client.perform(world, action);
    const state = stateOf(world);
    await world.simulation.close();
    expect(world.defects).to.deep.equal([]);
    return { state, heard: client.heard };
  }

  it('is in all it holds, judges, answers and does next the one that was never killed', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async ({ actions, killedAt, halfALine }) => {
        const [whole, killed] = [path.join(folder, 'whole.jsonl'), path.join(folder, 'killed.jsonl')];
        for (const file of [whole, killed]) rmSync(file, { force: true });
        const expected = await neverKilled(whole, actions, killedAt, killed);
        appendFileSync(killed, halfALine.replaceAll('\n', ''));
        expect(await takenUp(killed, actions, killedAt)).to.deep.equal(expected);
      }),
      { numRuns: 30 },
    );
  });

  /** A host in its installer, with somebody who waits for events. */
  const SCRIPT: readonly Action[] = [
    { does: 'call', method: 'session.login_with_password', host: 0, params: [] },
    { does: 'call', method: 'event.register', host: 0, params: [['host']] },
    { does: 'call', method: 'event.next', host: 0, params: [] },
    { does: 'control', path: '/machines/xs-02/power', body: { on: false } },
    { does: 'control', path: '/machines/xs-02/boot-installer', body: { release: 'XCP-ng 8.3.0' } },
    { does: 'wait', seconds: 330 },
  ];

  async function lived(file: string, more: Partial<SimulationSettings> = {}): Promise<void> {
    const world = await live(file, more);
    const client = new Client();
    for (const action of SCRIPT) await client.perform(world, action);
    await world.simulation.close();
  }

  it('goes on in the middle of an installer', async () => {
    const file = path.join(folder, 'journal.jsonl');
    await lived(file);
    const { simulation } = await live(file);
    const machine = [...simulation.world.machines.values()][1]!;
    expect(machine).to.include({ name: 'xs-02', state: 'Installing', agent: 'Stopped' });
    await simulation.clock.step(3_600_000);
    expect(machine).to.include({ state: 'Up', agent: 'Running' });
    expect(machine.disk.system).to.deep.equal({ brand: 'XCP-ng', version: '8.3.0' });
    await simulation.close();
  });

  for (const [who, leaves] of [
    ['a client that left before', 'before'],
    ['a client whose connection ended with the process', 'with the process'],
  ] as const)
    it(`tells whoever asks what ${who} did not hear any more`, async () => {
      const file = path.join(folder, 'journal.jsonl');
      const client = new Client();
      const next: Action = { does: 'call', method: 'event.next', host: 0, params: [] };
      const changes: Action = { does: 'call', method: 'host.disable', host: 0, params: ['<host 1>'] };
      const first = await live(file);
      for (const action of [...SCRIPT.slice(0, 2), next]) await client.perform(first, action);
      // A wait of nobody's would be over, and its change told to nobody, after this.
      const unheard: readonly Action[] = [changes, { does: 'wait', seconds: 1 }];
      if (leaves === 'before')
        for (const action of [{ does: 'hang up' } as const, ...unheard]) await client.perform(first, action);
      copyFileSync(file, `${file}.killed`);
      await first.simulation.close();
      client.lostConnections();
      const second = await live(`${file}.killed`);
      if (leaves === 'with the process') for (const action of unheard) await client.perform(second, action);
      await client.perform(second, next);
      expect(client.heard.filter((answer) => /^event\.next: .*"operation":"mod"/.test(answer))).to.have.length(1);
      await second.simulation.close();
    });

  it('is refused, and left as it was, when it comes out otherwise than it went in', async () => {
    const file = path.join(folder, 'journal.jsonl');
    await lived(file);
    const text = readFileSync(file, 'utf8');
    const changes: readonly (readonly [string, string])[] = [
      ['xs-02/power', 'xs-03/power'],
      ['"body":"{\\"on\\":false}"', '"body":"{}"'],
      ['not a secret', 'a secret'],
    ];
    for (const [from, to] of changes) {
      expect(text).to.contain(from);
      writeFileSync(file, text.replaceAll(from, to));
      const before = readFileSync(file, 'utf8');
      const error = await live(file).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error, from).to.be.instanceOf(KeptError).and.have.property('kind', 'Diverged');
      expect((error as KeptError).message).to.match(
        /before entry \d+ of \d+ \(\w+, second \d+\) the world came to \w{8}, expected \w{8}/,
      );
      expect(readFileSync(file, 'utf8')).to.equal(before);
    }
  });

  it('shows the certificate that a host came back with, or one more where that was not kept any more', async () => {
    const file = path.join(folder, 'journal.jsonl');
    const authority = createAuthority(seededRandom(1), Date.parse('2026-03-01T20:00:00Z'));
    const hosts = new Map(['127.0.0.30', '127.0.0.31', '127.0.0.32'].map((address) => [address, authority.issue(address)]));
    const more = { plain: false, keys: { authority, hosts }, faults: ['certificate-changes@xs-02'] };
    const first = await live(file, more);
    const before = first.simulation.fingerprints();
    await first.simulation.close();
    await lived(file, more);
    const kept = readFileSync(file, 'utf8');
    const changed = await live(file, more);
    await changed.simulation.clock.step(3_600_000);
    const after = changed.simulation.fingerprints();
    await changed.simulation.close();
    const [member] = Object.keys(before).filter((origin) => after[origin] !== before[origin]);
    expect(member).to.match(/^https:\/\/127\.0\.0\.31:/);
    const again = await live(file, more);
    expect(again.simulation.fingerprints()).to.deep.equal(after);
    await again.simulation.close();
    writeFileSync(file, kept);
    const anew = await live(file, more);
    await anew.simulation.clock.step(3_600_000);
    expect(anew.simulation.fingerprints()[member!]).not.to.be.oneOf([before[member!], after[member!]]);
    await anew.simulation.close();
  });

  it('stands still when what happens cannot be written any more', async () => {
    const lost: unknown[] = [];
    const written: Entry[] = [];
    const broken = new Error('no room');
    const record = {
      entries: [],
      append(entry: Entry): void {
        if (written.push(entry) > 4) throw broken;
      },
    };
    const world = await live(path.join(folder, 'unused.jsonl'), { record, onRecordLost: (error) => void lost.push(error) });
    const client = new Client();
    for (const action of SCRIPT.slice(0, -1)) await client.perform(world, action);
    const { machines } = world.simulation.world;
    const states = [...machines.values()].map(({ state }) => state);
    await world.simulation.clock.step(3_600_000);
    expect([...machines.values()].map(({ state }) => state)).to.deep.equal(states);
    expect(lost).to.deep.equal([broken]);
    await world.simulation.close();
  });
});

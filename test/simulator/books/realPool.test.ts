// The books beside the real halves of the world: a pool whose guests are switched off first and whose hosts a person upgrades one after another, master
// first, by hand. No operator is involved, so whatever the books complain of here is the books' or the world's own fault.
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createBooks } from '../../../src/simulator/books/createBooks';
import type { Books } from '../../../src/simulator/books/createBooks';
import { createWorld } from '../../../src/simulator/createWorld';
import { LoadError, loadPool, makePool, toDatabase } from '../../../src/simulator/dump';
import type { LoadedPool } from '../../../src/simulator/dump';
import { armFaults, parseFault } from '../../../src/simulator/faults';
import { createPerson } from '../../../src/simulator/metal/person';
import { installerAccepts, knownReleases } from '../../../src/simulator/releases';
import type { Release, World } from '../../../src/simulator/world';
import { parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';

const HOUR = 3_600_000;

interface Run {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly books: Books;
  readonly hosts: readonly string[];
  readonly target: Release;
}

function open(pool: LoadedPool, faults: readonly string[] = []): Run {
  const clock = new VirtualClock(Date.UTC(2020, 0, 1));
  const targets = {
    hosts: pool.hosts.map((host, place) => ({ ...host, role: place === 0 ? ('master' as const) : ('member' as const) })),
    vms: [],
  };
  const dump = (): string => printDatabase(toDatabase(pool));
  const parts = {
    clock,
    random: seededRandom(3),
    pool,
    password: 'secret',
    repositories: new Map<string, Release>(),
    dumpDatabase: dump,
  };
  const world = createWorld({ ...parts, faults: armFaults(faults.map(parseFault), targets) });
  world.domains.clear();
  const stored = [dump()];
  const books = createBooks(world, { backups: () => stored, memberRetries: 2, goneOn: () => 0 });
  const reachable = knownReleases.filter(
    ({ release }) => release.brand === pool.release.brand && installerAccepts(release, pool.release),
  );
  return { clock, world, books, hosts: pool.hosts.map(({ uuid }) => uuid), target: reachable.at(-1)!.release };
}

async function upgradeByHand({ clock, world, hosts, target }: Run): Promise<void> {
  const person = createPerson(world, 60_000);
  for (const host of hosts) {
    const machine = world.machines.get(host)!;
    world.links.leave(host, 'shutdown', { by: 'person' });
    person.asked(host, target);
    await clock.run(() => machine.disk.system === target && machine.agent === 'Running', clock.monotonic() + 2 * HOUR);
    await clock.run(() => false, clock.monotonic() + HOUR / 6);
  }
}

function expectClean(run: Run): void {
  const verdict = run.books.verdict();
  expect(verdict.violated).to.deep.equal([]);
  for (const id of ['I1', 'I2', 'I3', 'I4', 'I8', 'I9', 'I10', 'I11']) {
    expect(verdict.checked.find((one) => one.id === id)?.judged, id).to.be.greaterThan(0);
  }
}

function upgradesCleanly(name: string, pool: () => LoadedPool): void {
  it(`find nothing wrong with ${name} upgraded by hand`, async () => {
    const run = open(pool());
    await upgradeByHand(run);
    expect([...run.world.machines.values()].map(({ disk }) => disk.system)).to.deep.equal(run.hosts.map(() => run.target));
    run.books.judgeEnd({ outcome: 'Succeeded', debts: [], notRestored: [], differences: [] });
    expectClean(run);
  });
}

describe('the books on a pool of the simulator', () => {
  const release: Release = { brand: 'XenServer', version: '6.2.0' };
  upgradesCleanly('a made pool', () => makePool({ hosts: 3, vms: 6, release }));

  it('see a second host leave while the first is in the installer', async () => {
    const run = open(makePool({ hosts: 3, vms: 6, release }));
    const [master, member] = run.hosts as [string, string];
    run.world.links.leave(master, 'shutdown', { by: 'person' });
    await run.clock.run(() => run.world.machines.get(master)?.state === 'Off', HOUR);
    run.world.links.leave(member, 'shutdown', { by: 'person' });
    expect(run.books.verdict().violated.map(({ id }) => id)).to.include('I2');
  });

  it('see a master run again after it failed', async () => {
    const run = open(makePool({ hosts: 2, vms: 2, release }), ['installer-fails@master:times=1']);
    await upgradeByHand({ ...run, hosts: [run.hosts[0]!] });
    expect(run.world.machines.get(run.hosts[0]!)?.disk.system).to.deep.equal(release);
    await upgradeByHand({ ...run, hosts: [run.hosts[0]!] });
    expect(run.books.verdict().violated.map(({ id }) => id)).to.deep.equal(['I4']);
  });

  const dumps = path.resolve(__dirname, '..', '..', '..', '..', 'shared', 'data', 'xapi-db');
  if (!existsSync(dumps)) console.log('the books on dumps of real pools: not tested, the shared data are not here');
  for (const file of existsSync(dumps) ? readdirSync(dumps).sort() : []) {
    const pool = readPool(path.join(dumps, file));
    if (pool !== undefined) upgradesCleanly(file, () => pool);
  }
});

/** Undefined for a dump that no pool can be made of: whether it is refused rightly is not the books' business. */
function readPool(file: string): LoadedPool | undefined {
  try {
    return loadPool(parseDatabase(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof LoadError) return undefined;
    throw error;
  }
}

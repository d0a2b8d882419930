// Paths of several hops: each hop is a whole pass over all hosts, with its own backup, and what people and faults do in the second is met as in the first.
import { expect } from 'chai';
import { crashEverywhere } from '../../src/rehearsal/crashEverywhere';
import { performRun, type Run } from '../../src/rehearsal/run';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { Play } from './play';
import {
  type Case,
  expectEnd,
  expectSuccess,
  expectUnbroken,
  judged,
  type MadePool,
  mustBeReady,
  ready,
  simulate,
  tellRun,
  XCP,
  XS,
} from './rig';

const OF_POOLS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11'];

/** `HOST RELEASE` of every installer that ended well, in order. */
const installed = ({ report }: Run): readonly string[] =>
  report.timeline.flatMap(({ host, event }) => {
    const found = /^installer of (\S+): complete/.exec(event);
    return found === null ? [] : [`${host} ${found[1]}`];
  });

const dumps = ({ report }: Run): number => report.timeline.filter(({ event }) => event === 'the pool database was dumped').length;
const runsOfBackups = ({ stage }: Pick<Run, 'stage'>): readonly string[] =>
  stage.secrets().flatMap(({ metadata }) => {
    const labels = metadata.labels ?? {};
    return labels['xenpool.dev/kind'] === 'backup' ? [labels['xenpool.dev/run'] ?? ''] : [];
  });

const repositories = (...versions: readonly string[]): readonly object[] =>
  versions.map((version) => ({ brand: 'XenServer', version, repository: { url: `http://repository.invalid/${version}/` } }));

describe('a path of several hops', () => {
  it('from 6.1 to 8.2.1 is walked pass by pass, master first, with a backup before each, and ends verified', async () => {
    const run = await simulate({ pool: { hosts: 3, vms: 6, release: XS('6.1.0') }, target: XS('8.2.1') });
    expectSuccess(run);
    for (const id of OF_POOLS) expect(judged(run, id), `${id} was never judged`).to.be.greaterThan(0);
    const { path = [], order } = run.stage.state()!.plan!;
    expect(path[0]).to.deep.equal(XS('6.1.0'));
    expect(path.at(-1)).to.deep.equal(XS('8.2.1'));
    const names = order.map((uuid) => run.stage.reader.hostName(uuid));
    const passes = path.slice(1).flatMap(({ version }) => names.map((name) => `${name} ${version}`));
    expect(passes).to.have.length.of.at.least(6);
    expect(installed(run)).to.deep.equal(passes);
    expect(dumps(run)).to.equal(path.length - 1);
    expect(new Set(runsOfBackups(run)).size, 'one stored a hop').to.equal(path.length - 1);
    expect(run.stage.state()!.backup?.secrets).to.have.length(1);
  });

  it('of XCP-ng is walked as well, and one across brands', async () => {
    const xcp = await simulate({ pool: { release: XCP('7.6.0') }, target: XCP('8.3.0') });
    expectSuccess(xcp);
    const across = await simulate({ pool: { release: XS('7.1.0') }, target: XCP('8.3.0') });
    expectSuccess(across);
    expect([...across.stage.world.machines.values()].map(({ disk }) => disk.system)).to.deep.equal([XCP('8.3.0'), XCP('8.3.0')]);
  });

  it('that begins with hops by hand goes on by itself where hosts can stage', async () => {
    const run = await simulate({ pool: { release: XS('4.1.0') }, target: XS('6.5.0') });
    expectSuccess(run);
    expect(run.stage.state()!.hosts.map(({ bootMethod }) => bootMethod)).to.deep.equal(['Staged', 'Staged']);
    expect(run.report.timeline.filter(({ event }) => event === 'phase AwaitingOperator').length).to.be.greaterThan(6);
  });

  it('that the manifest names is walked as it stands', async () => {
    const path = [{ version: '6.5.0' }, { version: '7.1.2' }, { version: '8.0.0' }];
    const releases = repositories('6.5.0', '7.1.2', '8.0.0');
    const run = await simulate({ pool: { release: XS('6.2.0') }, target: XS('8.0.0'), spec: { path, releases } });
    expectSuccess(run);
    expect([...new Set(installed(run).map((text) => text.split(' ')[1]))]).to.deep.equal(['6.5.0', '7.1.2', '8.0.0']);
  });

  it('says in which hop it is, and how far', async () => {
    const said: string[] = [];
    const summaries = new Set<string>();
    const percents: number[] = [];
    const onObject = ({ status }: PoolUpgrade): void => {
      if (status?.phase !== 'Upgrading') return;
      said.push(status.message ?? '');
      summaries.add(String(status.progress?.summary));
      percents.push(status.progress?.percent ?? 0);
    };
    const run = await simulate({ pool: { release: XS('6.1.0') }, target: XS('8.2.1') }, { onObject });
    expectSuccess(run);
    for (const message of said) expect(message).to.match(/^hop [12] of 2: (?!hop)/);
    expect([...summaries]).to.deep.equal(
      ['0/2, hop 1 of 2', '1/2, hop 1 of 2', '2/2, hop 1 of 2', '0/2, hop 2 of 2', '1/2, hop 2 of 2', '2/2, hop 2 of 2'].filter(
        (text) => summaries.has(text),
      ),
    );
    expect([...percents].sort((a, b) => a - b)).to.deep.equal(percents);
    expect(run.report.message).to.equal('all hosts run XenServer 8.2.1');
  });

  it('keeps as many backups as the manifest says, the newest', async () => {
    const run = await simulate({
      pool: { release: XS('6.1.0') },
      target: XS('8.2.1'),
      spec: { releases: repositories('7.6.0', '8.2.1'), backup: { keep: 1 } },
    });
    expectSuccess(run);
    expect(runsOfBackups(run).map((name) => name.split('.')[1])).to.deep.equal(['2']);
  });
});

describe('a path on which disks are re-cut', () => {
  /** Local storage that is large and empty, so that the staging plugin gives it up. */
  const emptied = (pool: MadePool): void => {
    const locals = pool.refs('SR', (sr) => sr['shared'] !== true && sr['type'] === 'lvm');
    for (const vdi of pool.refs('VDI', (record) => locals.includes(String(record['SR'])))) pool.database.remove('VDI', vdi);
    for (const sr of locals) pool.database.update('SR', sr, { VDIs: [] });
  };
  const path = [{ version: '6.5.0' }, { version: '7.1.2' }, { version: '8.2.1' }];
  const releases = repositories('6.5.0', '7.1.2', '8.2.1');
  const shape: Case = { pool: { hosts: 2, vms: 0, release: XS('6.2.0') }, bend: emptied, target: XS('8.2.1') };

  it('in a later hop wants consent before the first', async () => {
    const run = await simulate({ ...shape, spec: { path, releases } });
    expect(`${run.report.outcome} ${run.report.reason}`, tellRun(run)).to.equal('Refused LocalStorageWouldBeLost');
    expect(dumps(run)).to.equal(0);
  });

  it('remembers in the hops after it what was given up', async () => {
    const consent = { undocumentedHops: true, acceptDowntime: true, destroyLocalStorage: true };
    const run = await simulate({ ...shape, spec: { path, releases, consent } });
    expectSuccess(run);
    const [master] = run.stage.state()!.hosts;
    expect(master!.gaveUp).to.have.length(1);
    const lost = run.report.differences.filter(({ path: setting }) => setting.includes(master!.gaveUp![0]!));
    expect(lost.map(({ verdict }) => verdict))
      .to.include('expected')
      .and.not.include('look')
      .and.not.include('hard');
  });
});

describe('a path that cannot be walked', () => {
  const refused = async (given: Case): Promise<string> => {
    const run = await simulate(given);
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.equal('Refused');
    expect(dumps(run)).to.equal(0);
    return `${run.report.reason}: ${run.report.message}`;
  };

  it('for want of repositories names every one that is missing', async () => {
    const given = { pool: { release: XS('6.1.0') }, target: XS('8.4.0'), spec: { releases: repositories('8.4.0') } };
    expect(await refused(given)).to.match(/^RepositoryMissing: .*XenServer 7\.\d\.\d, XenServer 8\.2\.1/);
  });

  it('because it skips a stop says which, before anything is touched', async () => {
    const spec = { path: [{ version: '8.2.1' }], releases: repositories('8.2.1') };
    expect(await refused({ pool: { release: XS('6.5.0') }, target: XS('8.2.1'), spec })).to.match(
      /^PathInvalid: spec\.path\[0\]/,
    );
  });

  it('by the boot method asked for is refused for the hop concerned', async () => {
    const spec = { boot: { method: 'Staged' }, releases: repositories('5.6.0', '5.6.100', '6.0.0', '6.1.0') };
    expect(await refused({ pool: { release: XS('5.5.0') }, target: XS('6.1.0'), spec })).to.match(/^UnattendedNotProven/);
  });

  it('of undocumented hops wants consent', async () => {
    const spec = { releases: repositories('7.1.2', '8.2.1'), consent: { acceptDowntime: true } };
    expect(await refused({ pool: { release: XS('6.1.0') }, target: XS('8.2.1'), spec })).to.match(/^UndocumentedHop: .*consent/);
  });

  it('to a release nobody knows is not made up', () => {
    const result = ready({
      pool: { release: XS('6.1.0') },
      target: XS('8.2.1'),
      spec: { path: [{ version: '7.6.0' }], releases: [] },
    });
    expect(result).to.include({ outcome: 'Invalid', reason: 'InvalidManifest' });
  });
});

describe('the second hop', () => {
  const shape: Case = { pool: { hosts: 2, vms: 6, release: XS('7.1.0') }, target: XS('8.4.0') };
  const inHop =
    (at: number, phase: string): ((state: { phase: string; plan?: { at?: number } }) => boolean) =>
    (state) =>
      state.plan?.at === at && state.phase === phase;

  it('whose master fails halts the pool on the stop it had reached, and no member is touched', async () => {
    const early = await simulate({ ...shape, faults: ['installer-fails@master:release=8.4.0'] });
    expectEnd(early, 'Halted', 'MasterOnOldVersion');
    expect(early.report.hosts.map(({ to }) => to)).to.deep.equal(['8.2.1', '8.2.1']);
    expect(early.report.message).to.match(/^hop 2 of 2: .*8\.2\.1/);
    const late = await simulate({ ...shape, faults: ['installer-fails@master:release=8.4.0,stage=after-format'] });
    expectEnd(late, 'Halted', 'MasterUnknown');
    expect(late.report.hosts.map(({ to }) => to)).to.deep.equal(['broken', '8.2.1']);
    expect(late.stage.state()!.backup?.secrets, 'the backup of that hop').to.have.length(1);
  });

  it('whose member fails once tries it again', async () => {
    const run = await simulate({ ...shape, faults: ['installer-fails@member:release=8.4.0'] });
    expectSuccess(run);
    expect(run.report.hosts.map(({ attempts }) => attempts)).to.deep.equal([1, 2]);
  });

  it('is gone on with by a word after its master failed', async () => {
    const run = await simulate({ ...shape, faults: ['installer-fails@master:release=8.4.0'], say: ['retry'] });
    expectSuccess(run);
  });

  it('is not begun when the object is deleted before it, and everything is put back', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    await play.until('hop 1 is over', inHop(0, 'Finishing'));
    await play.delete();
    await play.untilGone();
    expect(play.systems()).to.deep.equal(['8.2.1', '8.2.1']);
    books.judgeEnd({ outcome: 'Cancelled', debts: [], notRestored: [], differences: [] });
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('waits while the object is paused, and is begun when it no longer is', async () => {
    const play = await Play.begin(shape);
    const books = play.openBooks();
    await play.until('hop 1 is over', inHop(0, 'Finishing'));
    await play.edit({ paused: true });
    await play.phase('Paused');
    await play.passTime(3_600_000);
    expect(play.systems()).to.deep.equal(['8.2.1', '8.2.1']);
    await play.edit({ paused: false });
    await play.phase('Succeeded');
    expect(play.systems()).to.deep.equal(['8.4.0', '8.4.0']);
    expect(books.verdict().violated).to.deep.equal([]);
  });

  it('asks again before each host, and an approval of the first hop does not serve', async () => {
    const play = await Play.begin({
      ...shape,
      spec: { releases: repositories('8.2.1', '8.4.0'), gates: { approval: 'BeforeEachHost' } },
    });
    const asked: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const state = await play.until(
        'asks',
        ({ reason, message }) => reason === 'ApprovalMissing' && !asked.some((text) => message.includes(`${text},`)),
      );
      const approval = /xenpool\.dev\/approve: ([^\s,]+), or/.exec(state.message)![1]!;
      asked.push(approval);
      await play.edit({}, { annotations: { 'xenpool.dev/approve': approval } });
    }
    await play.phase('Succeeded');
    expect(new Set(asked).size).to.equal(4);
    expect(asked.map((text) => text.split('/').at(-1))).to.deep.equal(['8.2.1', '8.2.1', '8.4.0', '8.4.0']);
  });

  it('is left in the history of the object, with the whole path', async () => {
    const play = await Play.begin({ pool: { hosts: 2, vms: 2, release: XS('6.5.0') }, target: XS('8.2.1') });
    await play.phase('Succeeded');
    await play.edit({ target: { brand: 'XenServer', version: '8.4.0' }, releases: repositories('8.4.0') as never });
    const state = await play.until('runs again', ({ history }) => history !== undefined);
    expect(state.history![0]).to.deep.include({ from: '6.5.0', to: '8.2.1' });
    expect(state.history![0]!.path).to.have.length(3);
  });

  it('comes to the same end wherever in the two hops the controller dies', async function () {
    this.timeout(600_000);
    const prepared = mustBeReady({ pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.4.0') });
    const first = await performRun(prepared);
    expectSuccess(first);
    const all = 2 * first.stage.changes();
    const step = 11;
    const points = Array.from({ length: Math.floor(all / step) }, (_unused, index) => 1 + index * step);
    const { crashes } = await crashEverywhere(prepared, first, points);
    expect(crashes?.points).to.be.greaterThan(15);
    expect(crashes?.differing).to.deep.equal([]);
  });

  it('is gone on with by an object that is made anew, at whatever moment', async function () {
    this.timeout(600_000);
    const small: Case = { pool: { hosts: 2, vms: 4, release: XS('7.1.0') }, target: XS('8.4.0') };
    const whole = await Play.begin(small);
    await whole.until('hop 2 begins', ({ plan }) => plan?.at === 1);
    const from = Number((await whole.stored()).metadata.resourceVersion);
    await whole.phase('Succeeded');
    const to = Number((await whole.stored()).metadata.resourceVersion);
    for (let at = from - 3; at < to; at += Math.ceil((to - from) / 9)) {
      const play = await Play.begin(small);
      const running = [...play.stage.world.domains.keys()].sort();
      const books = play.openBooks();
      await play.pass(`version ${at}`, () => Number(play.stage.object()?.metadata.resourceVersion ?? 0) >= at);
      await play.tearAway();
      await play.recreate();
      const done = await play.phase('Succeeded');
      const told = `torn away at version ${at}: ${JSON.stringify(done.debts)} ${JSON.stringify(books.verdict().violated)}`;
      expect(done.debts, told).to.deep.equal([]);
      expect(play.systems(), told).to.deep.equal(['8.4.0', '8.4.0']);
      expect([...play.stage.world.domains.keys()].sort(), told).to.deep.equal(running);
      expect(books.verdict().violated, told).to.deep.equal([]);
    }
  });
});

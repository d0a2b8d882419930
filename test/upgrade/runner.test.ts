import { expect } from 'chai';
import { unknown } from '../../src/foundation/fact';
import { ClaimLost } from '../../src/upgrade/fence';
import { KubeError } from '../../src/kubernetes/api';
import type { Facts } from '../../src/upgrade/facts';
import type { Outcome } from '../../src/upgrade/ports';
import { Runner, type StepResult } from '../../src/upgrade/runner';
import { type HostState, type RunState, timesTried } from '../../src/upgrade/state';
import { FakePorts } from './fakePorts';
import { backup, facts, guest, hostState, NOW, orders, runState, sharedWorld, twoHosts, upgraded } from './situations';
import { iso, minutes } from '../../src/upgrade/time';

const silence = unknown('silence');
const accepted: Outcome = { kind: 'Accepted' };
const evidence = { hostTime: '5000', agentStartTime: '1000.', stagedAt: iso(NOW), emptyAt: iso(NOW), syncedAt: iso(NOW) };
const goingHost = (more: Partial<HostState> = {}): HostState => hostState('m', 'Leaving', { evidence, ...more });
/** The master is drained, staged, and about to be rebooted. */
const going = (more: Partial<RunState> = {}): RunState =>
  runState({ hosts: [goingHost(), hostState('b', 'Pending')], backup, ...more });
const gone = twoHosts({ enabled: false });
const empty = (more: Partial<Facts> = {}): Facts => facts(gone, sharedWorld([]), more);

describe('the runner', () => {
  let ports: FakePorts;
  let runner: Runner;

  beforeEach(() => {
    ports = new FakePorts();
    runner = new Runner(ports);
    ports.sights = [empty()];
  });

  const step = (state: RunState): Promise<StepResult> => ports.run(runner.step(state, orders()));
  const latest = (): RunState => ports.written[ports.written.length - 1]!;

  it('looks, writes the intent, looks again, and only then acts', async () => {
    expect((await step(going())).kind).to.equal('again');
    expect(ports.crossed).to.deep.equal(['look', 'write', 'look', 'rebootHost m']);
    expect(latest().journal).to.deep.include({ host: 'm', at: iso(NOW), epoch: 3 });
    expect(latest().journal!.items.map((entry) => [entry.effect, entry.object])).to.deep.equal([['RebootHost', 'm']]);
    expect(latest().hosts[0]!.evidence, 'what its return is told by').to.include({ hostTime: '5000', agentStartTime: '1000.' });
  });

  it('sends nothing when the write is refused', async () => {
    for (const kind of ['Conflict', 'Gone'] as const) {
      ports.writeResult = kind;
      expect((await step(going())).kind).to.equal('lost');
    }
    expect(ports.crossed).to.not.include('rebootHost m');
  });

  it('asks the guard over the fresh look: what appeared since forbids', async () => {
    ports.sights = [empty(), facts(gone, sharedWorld([guest('g', 'm')]))];
    await step(going());
    expect(ports.crossed).to.deep.equal(['look', 'write', 'look']);
    await step(latest());
    expect(timesTried(latest(), 'm', 'RebootHost')).to.equal(1);
    expect(latest().hosts[0]!.evidence.leftAt).to.equal(undefined);
  });

  it('renews the claim when the look took long, and looks again before it acts', async () => {
    ports.lookMs = 6_000;
    ports.clock.after(14_000, () => (ports.lookMs = 0));
    await step(going());
    expect(ports.crossed).to.deep.equal(['look', 'write', 'look', 'renew', 'look', 'renew', 'look', 'rebootHost m']);
  });

  it('sends nothing when the claim is lost', async () => {
    ports.lookMs = 6_000;
    ports.claimed = false;
    const error = await step(going()).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ClaimLost);
    expect(ports.crossed).to.not.include('rebootHost m');
  });

  it('closes the entry of an accepted reboot and goes on: the host is away', async () => {
    await step(going());
    ports.sights = [empty({ pool: silence, guests: silence, hostTime: silence })];
    await step(latest());
    expect(latest().journal).to.equal(undefined);
    expect([latest().hosts[0]!.phase, latest().stalled]).to.deep.equal(['Installing', false]);
  });

  it('repeats nothing when the answer was lost: it looks', async () => {
    ports.answers.set('rebootHost', () => Promise.resolve({ kind: 'Ambiguous', why: 'the line went dead' }));
    await step(going());
    for (let round = 0; round < 5; round++) await step(latest());
    expect(ports.crossed.filter((entry) => entry === 'rebootHost m')).to.have.length(1);
    expect(latest().journal).to.not.equal(undefined);
  });

  it('does not read the answers of one entry for the next, when sending that one was broken off', async () => {
    const first = runState({ hosts: [hostState('m', 'Safeguarding'), hostState('b', 'Pending')], backup });
    await step(first);
    expect(ports.crossed).to.include('syncDatabase');
    await step(latest());
    const staging = latest();
    expect(ports.crossed.some((entry) => entry.startsWith('stageInstaller'))).to.equal(true);
    await step(staging);
    const rebooting = ports.crossed.length;
    ports.lookMs = 6_000;
    ports.renewal = () => Promise.reject(new KubeError('TimedOut', 'no answer'));
    const before = { ...latest(), hosts: [goingHost(), hostState('b', 'Pending')] };
    const { journal: _closed, ...settled } = before;
    const broken = await step(settled).catch((thrown: unknown) => thrown);
    expect(broken).to.be.instanceOf(KubeError);
    expect(ports.crossed.slice(rebooting)).to.not.include('rebootHost m');
    ports.lookMs = 0;
    ports.renewal = undefined;
    await step(latest());
    expect(latest().hosts[0]!.evidence.leftAt, 'it was never sent').to.equal(undefined);
  });

  it('a successor closes an entry by what it sees alone', async () => {
    await step(going());
    const left = latest();
    const successor = new Runner(ports);
    ports.sights = [facts(twoHosts({ enabled: false, ...upgraded() }), sharedWorld([]))];
    await ports.run(successor.step(left, orders()));
    expect(ports.crossed.filter((entry) => entry === 'rebootHost m')).to.have.length(1);
    expect(latest().journal).to.equal(undefined);
    expect(latest().hosts[0]!.phase).to.equal('Rejoining');
  });

  it('halts when nobody will ever tell what became of it, and keeps the staged entry as a debt', async () => {
    const staging = goingHost({ evidence: { emptyAt: iso(NOW), syncedAt: iso(NOW) } });
    ports.answers.set('stageInstaller', () => Promise.resolve({ kind: 'Ambiguous', why: 'the line went dead' }));
    await step(going({ hosts: [staging, hostState('b', 'Pending')] }));
    const restarted = twoHosts({ enabled: true, agentStartTime: '2000.' });
    ports.sights = [facts({ ...restarted, mark: undefined }, sharedWorld([]))];
    for (let round = 0; round < 4; round++) {
      await step(latest());
      await ports.pass(minutes(10));
    }
    expect([latest().phase, latest().reason]).to.deep.equal(['Halted', 'OutcomeUnknown']);
    expect(latest().debts.map((debt) => debt.kind)).to.deep.equal(['StagedBootEntry']);
    expect(ports.crossed.filter((entry) => entry.startsWith('stageInstaller'))).to.have.length(1);
  });

  it('acts under the epoch it holds, and not at all without a claim', async () => {
    ports.holding = { kind: 'Wait', ms: 700 };
    expect(await step(going())).to.deep.equal({ kind: 'wait', ms: 700 });
    ports.holding = { kind: 'HeldByOther', who: 'somebody' };
    expect((await step(going())).kind).to.equal('wait');
    expect(ports.crossed, 'a run under way keeps saying what it said').to.deep.equal([]);
    await step(runState({ phase: 'Planning' }));
    expect([latest().reason, latest().message.includes('somebody')]).to.deep.equal(['AnotherUpgradeActive', true]);
    expect(ports.crossed).to.deep.equal(['write']);
  });

  it('keeps saying why it waits, bounded, while the pool is silent', async () => {
    ports.sights = [empty({ pool: silence, guests: silence })];
    const result = await step(going());
    expect(result.kind).to.equal('wait');
    expect(result.kind === 'wait' && result.ms).to.be.within(1, 60_000);
    expect([latest().reason, latest().message, latest().stalled]).to.deep.equal(['PoolUnreachable', 'silence', false]);
  });

  it('sends what one entry holds stage by stage, at most so many at a time', async () => {
    const cd = { vbd: 'vbd', vdi: 'vdi', sr: 'local' };
    const guests = Array.from({ length: 8 }, (_, index) =>
      guest(`g${index}`, 'm', index === 0 ? { cds: [cd], srs: ['local'] } : {}),
    );
    ports.sights = [facts(gone, sharedWorld(guests))];
    let running = 0;
    let most = 0;
    ports.answers.set('migrate', async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => ports.clock.after(1_000, resolve));
      running--;
      return accepted;
    });
    await step(runState({ hosts: [hostState('m', 'Draining'), hostState('b', 'Pending')] }));
    const sent = ports.crossed.filter((entry) => /^(ejectCd|migrate)/.test(entry)).map((entry) => entry.split(' ')[0]);
    expect(sent).to.deep.equal([...sent].sort());
    expect([sent.includes('ejectCd'), most]).to.deep.equal([true, 3]);
  });
});

import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { isQuestion } from '../../../src/cli/plan/lookingOnly';
import { makePool } from '../../../src/simulator/dump';
import { type Simulation, startSimulation } from '../../../src/simulator/servers/simulation';
import type { WorldEvent } from '../../../src/simulator/world';
import { runPlan } from './runPlan';

const PASSWORD = 'a password that must show nowhere';
/** Tables whose records the pool's own life changes: sessions come and go, hosts report. */
const TABLES = ['pool', 'VM', 'VBD', 'VDI', 'SR', 'PBD', 'network', 'PIF', 'host_metrics'];

describe('xenpool plan, of a pool that is there', () => {
  let folder = '';
  let simulation: Simulation;
  const defects: unknown[] = [];
  const file = (name: string, text: string): string => {
    const there = path.join(folder, name);
    writeFileSync(there, text);
    return there;
  };
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-plan-'));
    simulation = await startSimulation({
      pool: makePool({ hosts: 2, vms: 4, release: { brand: 'XCP-ng', version: '8.2.1' } }),
      random: seededRandom(1),
      password: PASSWORD,
      beneath: realClock(),
      pace: 1,
      listen: '127.0.0.1',
      port: 0,
      plain: false,
      faults: [],
      onDefect: (error) => void defects.push(error),
    });
    process.env['XENPOOL_PASSWORD'] = PASSWORD;
  });
  after(async () => {
    delete process.env['XENPOOL_PASSWORD'];
    await simulation.close();
    rmSync(folder, { recursive: true });
  });

  const trusting = (): readonly string[] => ['--ca-file', file('ca.pem', simulation.authority!)];
  const endpoint = (): readonly string[] => ['--endpoint', simulation.endpoints[0]!];
  const manifest = (): string =>
    file(
      'upgrade.yaml',
      `apiVersion: xenpool.dev/v1alpha1
kind: PoolUpgrade
metadata: {name: rack7, namespace: ops}
spec:
  pool:
    endpoints: [${simulation.endpoints.map((one) => `"${one}"`).join(', ')}]
    credentialsRef: {name: rack7-root}
    tls: {caBundleRef: {name: rack7-ca, key: ca.crt}}
  target: {brand: XCP-ng, version: "8.3.0"}
  releases: [{version: "8.3.0", brand: XCP-ng, repository: {url: "http://repository.invalid/XCP-ng/8.3.0/"}}]
  gates: {approval: BeforeUpgrade}
  backup: {volume: {claimName: backups}}
  consent: {undocumentedHops: true, acceptDowntime: true}
`,
    );
  const tables = (): string =>
    JSON.stringify(TABLES.map((name) => [...simulation.world.database.records(name)].map(([ref, record]) => [ref, record])));

  /** What the world heard while `work` went on. */
  async function heardDuring<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly events: readonly WorldEvent[] }> {
    const events: WorldEvent[] = [];
    simulation.world.bus.on((event) => void events.push(event));
    const result = await work();
    return { result, events: [...events] };
  }

  it('plans from the manifest, and asks the pool nothing but questions', async () => {
    const before = tables();
    const { result, events } = await heardDuring(() => runPlan('-f', manifest(), ...trusting()));
    expect(
      [result.code, result.report.outcome, result.report.seen.by],
      JSON.stringify(
        result.report.checks.filter(({ verdict }) => verdict !== 'Pass' && verdict !== 'Warn').map((c) => [c.id, c.findings]),
      ),
    ).to.deep.equal([0, 'Planned', 'live']);
    expect(result.report.order.map(({ name }) => name)).to.have.members(['xs-01', 'xs-02']);
    expect(result.report.order[0]?.role).to.equal('master');
    expect(result.report.object).to.deep.equal({ namespace: 'ops', name: 'rack7' });
    // The world tells of whatever is no mere reading; what remains are questions to the staging plugin, if any.
    const others = events.filter((event) => event.kind !== 'call' || !isQuestion(event.method, JSON.stringify(event.params)));
    expect(others).to.deep.equal([]);
    expect(tables()).to.equal(before);
    expect(simulation.books.destructiveEffects()).to.deep.equal([]);
    expect(simulation.books.verdict().violated).to.deep.equal([]);
    expect(defects).to.deep.equal([]);
  });

  it('leaves no session behind', async () => {
    const open = (): number => [...simulation.world.database.records('session')].length;
    const before = open();
    await runPlan('-f', manifest(), ...trusting());
    expect(open()).to.equal(before);
  });

  it('shows the password nowhere', async () => {
    const whole = await runPlan('-f', manifest(), ...trusting(), '--trace');
    const refused = await runPlan(...endpoint(), '--target', 'XCP-ng 8.0.0', ...trusting(), '--trace');
    const said = [whole.out, whole.err, refused.out, refused.err].join('\n');
    for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) expect(said).to.not.contain(secret);
    expect(refused.err).to.match(/^plan warn stopped /m);
  });

  it('plans without a manifest, and says what it took for granted', async () => {
    const { code, report } = await runPlan(...endpoint(), '--target', 'XCP-ng 8.3.0', ...trusting());
    expect([code, report.outcome, report.manifest]).to.deep.equal([0, 'Planned', null]);
    expect(report.order.map(({ bootMethod }) => bootMethod)).to.deep.equal(['Manual', 'Manual']);
    expect(report.notes.join('\n'))
      .to.match(/consents/)
      .and.match(/Manual/);
  });

  it('takes a repository and a fingerprint in the place of a manifest', async () => {
    const pins = Object.values(simulation.fingerprints()).flatMap((pin) => ['--fingerprint', pin]);
    const repository = ['--repository', 'http://repository.invalid/XCP-ng/8.3.0/'];
    const { code, report } = await runPlan(...endpoint(), '--target', '8.3.0', ...pins, ...repository);
    expect([code, report.order[0]?.bootMethod]).to.deep.equal([0, 'Staged']);
  });

  it('takes the password from a file, without its line break', async () => {
    delete process.env['XENPOOL_PASSWORD'];
    try {
      const { code } = await runPlan('-f', manifest(), ...trusting(), '--password-file', file('password', `${PASSWORD}\n`));
      expect(code).to.equal(0);
    } finally {
      process.env['XENPOOL_PASSWORD'] = PASSWORD;
    }
  });

  describe('exits with 2 and says what to mend', () => {
    const bad: readonly (readonly [what: string, argv: () => readonly string[], reason: string, message: RegExp])[] = [
      [
        'a wrong password',
        () => ['-f', manifest(), ...trusting(), '--password-file', file('wrong', 'x')],
        'PoolUnreachable',
        /SESSION_AUTHENTICATION_FAILED/,
      ],
      [
        'a host that nobody vouches for',
        () => [...endpoint(), '--target', '8.3.0'],
        'CertificateChanged',
        /--ca-file|not trusted/,
      ],
      ['no host at all', () => ['--endpoint', 'https://127.0.0.1:1', '--target', '8.3.0'], 'PoolUnreachable', /127\.0\.0\.1:1/],
      ['a missing authority', () => ['-f', manifest()], 'BadFlag', /--ca-file.*rack7-ca/],
    ];
    for (const [what, argv, reason, message] of bad)
      it(what, async () => {
        const { code, report } = await runPlan(...argv());
        expect([code, report.outcome, report.reason], report.message).to.deep.equal([2, 'Invalid', reason]);
        expect(report.message).to.match(message);
      });
  });

  it('exits with 4 for what a rule forbids', async () => {
    const { code, report } = await runPlan(...endpoint(), '--target', 'XCP-ng 8.0.0', ...trusting());
    expect([code, report.outcome, report.reason]).to.deep.equal([4, 'Refused', 'TargetNotNewer']);
  });
});

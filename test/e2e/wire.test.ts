import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { readState } from '../../src/controller/store/status';
import { type Case, mustBeReady, simulate, XCP, XS } from '../simulation/rig';
import { PASSWORD, runOverTheWire, type WireOptions, type WireRun } from './wireRun';

/** Virtual seconds in a real one. Deadlines of requests and leases are not sped up. */
const PACE = 300;

/** In any order: what travels in one wave arrives as the network pleases. */
const sorted = (moves: readonly string[]): readonly string[] => [...moves].sort();

async function rehearsed(given: Case): Promise<{ readonly end: string; readonly moves: readonly string[] }> {
  const moves: string[] = [];
  const { report } = await simulate(given, {
    onStage: ({ world, reader }) =>
      world.bus.on((event) => {
        if (event.kind === 'migrated') moves.push(`${event.name} ${reader.hostName(event.from)}→${reader.hostName(event.to)}`);
        if (event.kind === 'guest' && event.cause.by === 'call')
          moves.push(`${event.name} ${event.change} ${reader.hostName(event.host)}`);
      }),
  });
  return { end: `${report.outcome} ${report.reason}`, moves };
}

function expectSame(wire: WireRun, expected: Awaited<ReturnType<typeof rehearsed>>): void {
  const { report } = wire;
  const told = [report.message, ...report.timeline.map(({ at, host, event }) => `${at} ${host} ${event}`)].join('\n');
  expect(`${report.outcome} ${report.reason}`, told).to.equal('Succeeded Upgraded').and.equal(expected.end);
  expect(report.invariants.violated, told).to.deep.equal([]);
  expect(sorted(wire.moves), told).to.deep.equal(sorted(expected.moves));
  expect(report.vms.notRestored).to.deep.equal([]);
  expect(report.debts).to.deep.equal([]);
  expect(wire.said).to.not.include(PASSWORD).and.not.include(Buffer.from(PASSWORD).toString('base64'));
  expect(wire.said).to.not.match(/OpaqueRef:[0-9a-f-]{36}.{0,40}session/i);
}

async function isTheRehearsedOne(given: Case, options: Partial<WireOptions> = {}): Promise<WireRun> {
  const wire = await runOverTheWire(mustBeReady(given), { pace: PACE, ...options });
  expectSame(wire, await rehearsed(given));
  return wire;
}

function withPin(spec: PoolUpgrade['spec'], pin: string): PoolUpgrade['spec'] {
  const { tls } = spec.pool;
  return { ...spec, pool: { ...spec.pool, tls: { ...tls, fingerprints: [...(tls.fingerprints ?? []), pin] } } };
}

/** Phases of pool and master, and what the condition says. */
function whoWaits(object: PoolUpgrade): string {
  const { phase, hosts } = readState(object)!;
  const condition = object.status?.conditions?.find(({ type }) => type === 'AwaitingOperator');
  return `${phase} ${hosts[0]?.role} ${hosts[0]?.phase} ${condition?.status} ${condition?.reason}`;
}

describe('an upgrade over the wire', () => {
  it('of a pool of XCP-ng 8.2.1 is the one that was rehearsed, in JSON over TLS 1.2', async () => {
    const run = await isTheRehearsedOne({ pool: { hosts: 3, vms: 9, release: XCP('8.2.1') }, target: XCP('8.3.0') });
    expect(run.report.hosts.map(({ to }) => to)).to.deep.equal(['8.3.0', '8.3.0', '8.3.0']);
    expect([...run.spoken]).to.deep.equal(['/jsonrpc']);
  }).timeout(300_000);

  it('of a pool of XenServer 5.5.0, which speaks TLS 1.0, XML and no event.from, is the one that was rehearsed', async () => {
    const run = await isTheRehearsedOne(
      { pool: { hosts: 2, vms: 6, release: XS('5.5.0') }, target: XS('5.6.100') },
      { tls: () => ({ caBundleRef: { name: 'pool-ca', key: 'ca.crt' }, minVersion: 'TLSv1' }) },
    );
    expect(run.report.hosts.map(({ from, to }) => [from, to])).to.deep.equal([
      ['5.5.0', '5.6.100'],
      ['5.5.0', '5.6.100'],
    ]);
    expect([...run.spoken].sort()).to.deep.equal(['/', '/jsonrpc (not served)']);
  }).timeout(300_000);

  it('waits for a person when the master is back with another certificate, and goes on when they have trusted it', async () => {
    const given: Case = { pool: { hosts: 2, vms: 4, release: XS('7.6.0') }, target: XS('8.2.1') };
    const waits = new Set<string>();
    let shown: string | undefined;
    const trustIt: WireOptions['onObject'] = (object, edit) => {
      const state = readState(object);
      if (state?.reason !== 'CertificateChanged') return;
      waits.add(whoWaits(object));
      if (shown !== undefined) return;
      shown = /SHA-256 fingerprint ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(state.message)?.[1] ?? 'none is named';
      edit((spec) => withPin(spec, shown!));
    };
    const run = await runOverTheWire(
      mustBeReady({ ...given, faults: ['certificate-changes@master', 'certificate-changes@member'] }),
      {
        pace: PACE,
        tls: ({ fingerprints }) => ({ fingerprints: Object.values(fingerprints()) }),
        onObject: trustIt,
      },
    );
    expectSame(run, await rehearsed(given));
    expect([...waits]).to.deep.equal(['Upgrading master AwaitingOperator True CertificateChanged']);
  }).timeout(300_000);
});

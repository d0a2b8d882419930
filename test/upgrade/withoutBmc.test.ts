// Members of which no BMC is named, and what their pool can do for them.
import { expect } from 'chai';
import { type Fact, known, unknown } from '../../src/foundation/fact';
import type { Host } from '../../src/plan/pool';
import { networkInstruction } from '../../src/upgrade/bootMethods/byNetwork';
import { effectNamed } from '../../src/upgrade/effects';
import type { InstallerSight } from '../../src/upgrade/machineSight';
import type { Evidence, HostPhase, HostState } from '../../src/upgrade/state';
import { iso, minutes } from '../../src/upgrade/time';
import { decide, off, say, tried } from './deciding';
import { atHost, hostState, item, MARK, NOW, orders, type Setting, twoHosts } from './situations';

const silence = unknown('silence');
const ago = (ms: number): string => iso(NOW - ms);
const wakeable = { powerOnMode: 'wake-on-lan' } as const;
const gone = { ...off, live: false } as const;
const boot = {
  expires: iso(NOW + minutes(600)),
  intent: 'upgrade',
  brand: 'XenServer',
  disk: '/dev/sda',
  baseURL: 'http://boot',
  macs: ['00:16:3e:00:00:01'],
  arguments: {},
} as NonNullable<HostState['boot']>;
const ready = { ready: 'Ready', why: '', side: 'Before', because: '', steps: [] } as unknown as InstallerSight;

interface Scene {
  readonly uuid?: 'm' | 'b';
  readonly phase?: HostPhase;
  readonly method?: 'PXE' | 'Staged';
  readonly evidence?: Evidence;
  /** What the pool shows of the host. */
  readonly seen?: Partial<Host>;
  readonly installer?: Fact<InstallerSight>;
  readonly setting?: Setting;
}

function asked({ uuid = 'b', phase = 'Leaving', method = 'PXE', evidence = {}, seen = off, ...more }: Scene): string {
  const pool = uuid === 'm' ? twoHosts(seen) : twoHosts({}, seen);
  const { facts, ...rest } = more.setting ?? {};
  const installer = more.installer ?? known(ready);
  const given: Setting = { pool, ...rest, facts: { installer, reach: known({ kind: 'Reached' }), ...facts } };
  const host = hostState(uuid, phase, { bootMethod: method, evidence, boot });
  return say(decide(atHost(host, given)));
}

describe('a host that boots from the network and has no BMC', () => {
  const left = (ms: number, more: Evidence = {}): Evidence => ({ leftAt: ago(ms), ...more });

  it('shuts down, and is not asked for by a BMC', () => {
    expect(asked({})).to.equal('ShutdownHost b');
    expect(asked({ uuid: 'm' })).to.equal('ShutdownHost m');
  });

  it('does not go before the boot server is ready for it', () => {
    const checking = known({ ...ready, ready: 'Checking' } as InstallerSight);
    expect(asked({ installer: checking })).to.equal('wait BootMediumChecked');
  });

  it('is switched on by its pool, once it is certainly off', () => {
    const seen = { ...gone, ...wakeable };
    expect(asked({ evidence: left(minutes(1)), seen })).to.equal('wait PoweringOff');
    expect(asked({ evidence: left(minutes(4)), seen: { ...off, ...wakeable } })).to.equal('wait PoweringOff');
    expect(asked({ evidence: left(minutes(4)), seen })).to.equal('PowerOnMember b');
    expect(asked({ evidence: left(minutes(5), { rousedAt: ago(minutes(1)) }), seen })).to.equal('to Installing');
  });

  it('is a person’s where its pool cannot: the master, one without power-on mode, one that refuses, one that hangs', () => {
    const seen = { ...gone, ...wakeable };
    expect(asked({ uuid: 'm', evidence: left(minutes(4)), setting: { facts: { pool: silence } } })).to.equal(
      'to AwaitingOperator',
    );
    expect(asked({ evidence: left(minutes(4)), seen: gone })).to.equal('to AwaitingOperator');
    const refused = { state: tried('b', { PowerOnMember: 2 }) };
    expect(asked({ evidence: left(minutes(4)), seen, setting: refused })).to.equal('to AwaitingOperator');
    expect(asked({ evidence: left(minutes(15)), seen: { ...off, ...wakeable } })).to.equal('to AwaitingOperator');
  });

  it('waits for a silent pool in bounded time', () => {
    const silent = { facts: { pool: silence } };
    expect(asked({ evidence: left(minutes(4)), setting: silent })).to.equal('wait PoolUnreachable');
    expect(asked({ evidence: left(minutes(15)), setting: silent })).to.equal('to AwaitingOperator');
  });

  it('is told to a person in one sentence', () => {
    const waiting = decide(
      atHost(hostState('b', 'AwaitingOperator', { bootMethod: 'PXE', boot, evidence: left(minutes(4)) }), {
        pool: twoHosts({}, gone),
      }),
    );
    if (waiting.kind !== 'wait') throw new Error(say(waiting));
    const sentence = networkInstruction({ ...hostState('b', 'AwaitingOperator'), boot });
    expect([waiting.reason, waiting.message]).to.deep.equal(['BootInstaller', sentence]);
    expect(sentence).to.match(/^switch host name-b \(10\.0\.0\.1\) on .* network \(one of the cards 00:16:3e:00:00:01\)/);
  });
});

describe('a member without BMC that is overdue', () => {
  const late = (more: Omit<Scene, 'phase'> & { readonly by?: number }): string => {
    const { by = minutes(110), evidence = {}, ...rest } = more;
    return asked({ phase: 'Installing', seen: { ...gone, ...wakeable }, evidence: { leftAt: ago(by), ...evidence }, ...rest });
  };

  it('is switched on by its pool, once, and given the time of a boot', () => {
    expect(late({ method: 'Staged', by: minutes(109) })).to.equal('wait Installing');
    expect(late({ method: 'Staged' })).to.equal('PowerOnMember b');
    const woken = (ms: number): string => late({ method: 'Staged', by: minutes(112) + ms, evidence: { rousedAt: ago(ms) } });
    expect([woken(minutes(29)), woken(minutes(30))]).to.deep.equal(['wait Installing', 'fail MemberUnknown']);
  });

  it('is left alone where that cannot be, or was refused', () => {
    expect(late({ method: 'Staged', seen: gone })).to.equal('fail MemberUnknown');
    expect(late({ method: 'Staged', setting: { state: tried('b', { PowerOnMember: 2 }) } })).to.equal('fail MemberUnknown');
    expect(late({ method: 'Staged', setting: { facts: { pool: silence } } })).to.equal('fail MemberUnknown');
    expect(late({ uuid: 'm', method: 'Staged', setting: { facts: { pool: silence } } })).to.equal('fail MasterUnknown');
  });

  it('that would meet its installer again is switched on only where its disk is certainly whole', () => {
    const by = (installer: Partial<InstallerSight>): string =>
      late({ installer: known({ ...ready, ...installer } as InstallerSight) });
    expect(by({ side: 'Before' })).to.equal('PowerOnMember b');
    expect(by({ side: 'Past', completedAt: ago(minutes(5)) })).to.equal('PowerOnMember b');
    for (const side of ['Past', 'Unknown'] as const) expect(by({ side }), side).to.equal('fail MemberUnknown');
    expect(late({ installer: silence })).to.equal('fail MemberUnknown');
  });

  it('is its BMC’s to switch where one is named', () => {
    const named = { orders: { hosts: [{ name: 'b', bootMethod: undefined, bmc: true }] } };
    expect(late({ setting: named })).to.equal('fail MemberUnknown');
    expect(late({ method: 'Staged', setting: named }), 'Staged uses no BMC').to.equal('PowerOnMember b');
  });
});

describe('a member is switched on by its pool', () => {
  const allows = (seen: Partial<Host>, evidence: Evidence, uuid: 'm' | 'b' = 'b', pool?: Fact<never>): boolean => {
    const of = uuid === 'm' ? twoHosts(seen) : twoHosts({}, seen);
    const host = hostState(uuid, 'Leaving', { bootMethod: 'PXE', evidence });
    const { facts, state } = atHost(host, { pool: of, ...(pool === undefined ? {} : { facts: { pool } }) });
    const context = { item: item('PowerOnMember', uuid), facts, state, orders: orders(), host: uuid, mark: MARK, now: NOW };
    return effectNamed('PowerOnMember').guard(context).ok;
  };
  const left = { leftAt: ago(minutes(4)) };
  const wanted = { ...gone, ...wakeable };

  it('only where it accepted to go, is not back and not up, and can be', () => {
    expect(allows(wanted, left)).to.equal(true);
    expect(allows(wanted, {}), 'never went').to.equal(false);
    expect(allows(wanted, { ...left, returnedAt: ago(0) }), 'back').to.equal(false);
    expect(allows({ ...wanted, live: true }, left), 'up').to.equal(false);
    expect(allows(gone, left), 'no mode').to.equal(false);
    expect(allows(wanted, left, 'b', silence), 'nobody answers').to.equal(false);
    expect(allows(wanted, left, 'm'), 'the master').to.equal(false);
  });

  it('and remembers when', () => {
    const { facts, state } = atHost(hostState('b', 'Leaving', { evidence: left }), { pool: twoHosts({}, wanted) });
    const context = { item: item('PowerOnMember', 'b'), facts, state, orders: orders(), host: 'b', mark: MARK, now: NOW };
    const after = effectNamed('PowerOnMember').remember!(state, context);
    expect(after.hosts.find(({ uuid }) => uuid === 'b')!.evidence.rousedAt).to.equal(iso(NOW));
  });
});

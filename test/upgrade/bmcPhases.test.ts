import { expect } from 'chai';
import fc from 'fast-check';
import { type Fact, known, unknown } from '../../src/foundation/fact';
import { bootMethodOf } from '../../src/upgrade/bootMethods/bootMethod';
import { effectNamed } from '../../src/upgrade/effects';
import type { InstallerSight, MachineSight } from '../../src/upgrade/machineSight';
import { stagedDebts } from '../../src/upgrade/pool/putBack';
import type { Evidence, HostPhase, HostState, RunState } from '../../src/upgrade/state';
import { hours, iso, minutes } from '../../src/upgrade/time';
import type { Reach } from '../../src/upgrade/bootRecord';
import { at, decide, off, say, tried } from './deciding';
import { atHost, guest, host, hostState, item, MARK, NOW, orders, sharedWorld, type Setting, twoHosts } from './situations';

const silence = unknown('silence');
const ago = (ms: number): string => iso(NOW - ms);

function machine(more: Partial<MachineSight> = {}): Fact<MachineSight> {
  const idle = {
    power: 'On',
    identity: { kind: 'Proven', as: 'it' },
    override: 'None',
    media: 'None',
    targets: ['Cd', 'Pxe'],
  } as const;
  return known({ ...idle, ...more });
}

/** Of a server that is ready. */
function sight(more: Partial<InstallerSight>): Fact<InstallerSight> {
  return known({ ready: 'Ready', why: '', side: 'Unknown', because: '', steps: [], ...more });
}

interface Scene {
  /** Default: open at the boot server, whose medium is ready. */
  readonly boot?: HostState['boot'] | null;
  readonly phase?: HostPhase;
  readonly method?: 'VirtualMedia' | 'PXE';
  readonly machine?: Fact<MachineSight>;
  readonly installer?: Fact<InstallerSight>;
  readonly evidence?: Evidence;
  readonly setting?: Setting;
}

const OPEN: NonNullable<HostState['boot']> = {
  expires: iso(NOW + hours(3)),
  intent: 'upgrade',
  brand: 'XenServer',
  disk: '/dev/sda',
  baseURL: 'http://boot.example',
  macs: [],
  arguments: {},
};

function asked({ phase = 'Leaving', method = 'VirtualMedia', evidence = {}, setting = {}, boot = OPEN, ...seen }: Scene): string {
  const { facts, ...rest } = setting;
  const given: Setting = {
    pool: twoHosts(off),
    orders: { hosts: [{ name: 'm', bootMethod: method, bmc: true }] },
    ...rest,
    facts: {
      machine: seen.machine ?? machine(),
      installer: seen.installer ?? (phase === 'Leaving' ? sight({}) : silence),
      ...facts,
    },
  };
  return at(phase, given, { bootMethod: method, evidence, ...(boot === null ? {} : { boot }) });
}

describe('which host boots by its BMC', () => {
  const choice = (wished: 'Auto' | 'VirtualMedia' | 'PXE', bmc: boolean, target = '8.2.1'): string => {
    const found = bootMethodOf(
      host('m', '7.6.0'),
      target,
      orders({ bootMethod: wished, hosts: [{ name: 'm', bootMethod: undefined, bmc }] }),
    );
    return found.ok ? found.method : found.reason;
  };

  it('is by Auto the one whose BMC is named; PXE only when asked for', () => {
    expect([choice('Auto', true), choice('Auto', false)]).to.deep.equal(['VirtualMedia', 'Staged']);
    expect([choice('PXE', true), choice('PXE', false), choice('VirtualMedia', false)]).to.deep.equal([
      'PXE',
      'PXE',
      'BmcMissing',
    ]);
  });

  it('is none where an unattended upgrade was not proven', () => {
    expect([choice('Auto', true, '5.6.100'), choice('PXE', true, '5.6.100')]).to.deep.equal(['Manual', 'UnattendedNotProven']);
  });
});

describe('Leaving, by a BMC', () => {
  it('tries the image while the host still serves, and then shuts it down', () => {
    expect(asked({})).to.equal('InsertMedia m');
    expect(asked({ machine: machine({ media: 'Ours' }) })).to.equal('ShutdownHost m');
    expect(asked({ method: 'PXE' })).to.equal('ShutdownHost m');
  });

  it('shuts nothing down while guests are there, or while the BMC is not certainly its own', () => {
    expect(asked({ setting: { world: sharedWorld([guest('g', 'm')]) } })).to.equal('to Draining');
    expect(asked({ machine: silence })).to.equal('wait BmcUnreachable');
    const other = { kind: 'Mismatch', why: 'serial A, expected B' } as const;
    expect(asked({ machine: machine({ identity: other }) })).to.equal('fail BmcOfAnotherHost');
    expect(asked({ machine: machine({ identity: { kind: 'Unproven', why: 'no serial' } }) })).to.equal('fail BmcNotProven');
  });

  it('refuses what the BMC does not offer, before anything stops', () => {
    expect(asked({ machine: machine({ media: 'Unsupported' }) })).to.equal('fail MediaNotOffered');
    expect(asked({ machine: machine({ media: 'Foreign' }) })).to.equal('fail MediaOfSomebodyElse');
    expect(asked({ machine: machine({ targets: ['Pxe'] }) })).to.equal('fail BootNotOffered');
    expect(asked({ method: 'PXE', machine: machine({ targets: ['Cd'] }) })).to.equal('fail BootNotOffered');
    expect(asked({ setting: { state: tried('m', { InsertMedia: 3 }) } })).to.equal('fail MediaNotInserted');
  });

  it('says why the BMC does not offer it, where that is known', () => {
    const withheld = 'say UEFI or BIOS in the field';
    const facts = { machine: machine({ targets: [], withheld }), installer: sight({}) };
    const leaving = hostState('m', 'Leaving', { bootMethod: 'PXE', boot: OPEN });
    const named = { hosts: [{ name: 'm', bootMethod: undefined, bmc: true }] };
    const decision = decide(atHost(leaving, { pool: twoHosts(off), orders: named, facts }));
    expect(decision).to.include({ kind: 'fail', reason: 'BootNotOffered' });
    expect(decision).to.have.property('message').that.includes(`with Pxe: ${withheld}; do that, or choose another`);
  });

  it('tries nothing before the boot server has the medium ready, and the host reaches it', () => {
    const saying = (more: Partial<InstallerSight>): string => asked({ installer: sight(more) });
    expect(asked({ boot: null })).to.equal('again');
    expect(asked({ boot: null, setting: { facts: { boot: silence } } })).to.equal('wait BootNotPrepared');
    expect(asked({ installer: silence })).to.equal('wait BootServerSilent');
    expect(saying({ ready: 'Checking' })).to.equal('wait BootMediumChecked');
    expect(saying({ ready: 'Refused', why: 'no image' })).to.equal('fail BootMediumRefused');
    const reach = (found: Fact<Reach>): string => asked({ setting: { facts: { reach: found } } });
    expect(reach(silence)).to.equal('wait BootServerNotReached');
    expect(reach(known({ kind: 'Refused', why: 'TIMEOUT' }))).to.equal('wait BootServerNotReached');
    expect(reach(known({ kind: 'CannotTell' }))).to.equal('InsertMedia m');
  });

  it('waits for neither of them for ever, and lets nothing go meanwhile', () => {
    const late = hostState('m', 'Leaving', { bootMethod: 'PXE', boot: OPEN, since: ago(minutes(16)) });
    for (const facts of [{ installer: silence }, { reach: known<Reach>({ kind: 'Refused', why: 'TIMEOUT' }) }]) {
      const setting = { pool: twoHosts(off), facts: { machine: machine(), installer: sight({}), ...facts } };
      expect(say(decide(atHost(late, setting)))).to.match(/^fail BootServer/);
    }
  });

  it('goes on with the pool silent: off, armed, read back, on', () => {
    const evidence = { leftAt: ago(minutes(1)) };
    const silent = { facts: { pool: silence, guests: silence } };
    const step = (seen: Partial<MachineSight>): string => asked({ evidence, machine: machine(seen), setting: silent });
    expect(step({ power: 'On', media: 'Ours' })).to.equal('wait PoweringOff');
    expect(step({ power: 'Off', media: 'None' })).to.equal('InsertMedia m');
    expect(step({ power: 'Off', media: 'Ours' })).to.equal('SetBootOnce m');
    expect(step({ power: 'Off', media: 'Ours', override: 'Pxe' })).to.equal('SetBootOnce m');
    expect(step({ power: 'Off', media: 'Ours', override: 'Cd' })).to.equal('PowerOn m');
    expect(asked({ evidence: { ...evidence, poweredOnAt: ago(0) } })).to.equal('to Installing');
  });

  it('cuts the power of a host that accepted to go and hangs, after its deadline', () => {
    const hung = { leftAt: ago(minutes(15)) };
    expect(asked({ evidence: hung, machine: machine({ media: 'Ours' }) })).to.equal('PowerOff m');
    expect(asked({ evidence: hung, machine: machine({ power: 'Other' }) })).to.equal('wait PoweringOff');
  });

  it('leaves a host whose BMC falls silent to a person, in bounded time', () => {
    expect(asked({ evidence: { leftAt: ago(minutes(30)) }, machine: silence })).to.equal('wait BmcUnreachable');
    expect(asked({ evidence: { leftAt: ago(minutes(35)) }, machine: silence })).to.equal('to AwaitingOperator');
  });
});

describe('Installing, by a BMC', () => {
  const away: Setting = { facts: { pool: silence } };
  const evidence = { leftAt: ago(minutes(10)), poweredOnAt: ago(minutes(8)) };
  const during = (scene: Omit<Scene, 'phase'>): string => asked({ phase: 'Installing', setting: away, evidence, ...scene });
  const before = sight({ side: 'Before' });

  it('waits while the installer works, and touches neither power nor image', () => {
    const reading = sight({ answeredAt: ago(minutes(5)), side: 'Unknown' });
    expect(during({ machine: machine({ media: 'Ours' }), installer: reading })).to.equal('wait Installing');
    expect(during({ machine: silence, installer: reading })).to.equal('wait Installing');
  });

  it('takes the image out once the installer says that it is done', () => {
    const complete = sight({ completedAt: ago(0), result: 'Done', side: 'Past' });
    expect(during({ machine: machine({ media: 'Ours' }), installer: complete })).to.equal('EjectMedia m');
    expect(during({ machine: machine({ override: 'Cd' }), installer: complete })).to.equal('ClearBootOverride m');
    expect(during({ machine: machine(), installer: complete })).to.equal('wait Installing');
  });

  it('cuts off an installer that never fetched its answers, once, and never one that may be past the point of no return', () => {
    const late = { leftAt: ago(minutes(30)), poweredOnAt: ago(minutes(21)) };
    expect(during({ evidence: late, installer: before })).to.equal('PowerOff m');
    expect(during({ evidence, installer: before })).to.equal('wait Installing');
    for (const side of ['Past', 'Unknown'] as const)
      expect(during({ evidence: late, installer: sight({ side }) }), side).to.equal('wait Installing');
    expect(during({ evidence: late, installer: silence })).to.equal('wait Installing');
    expect(during({ evidence: { ...late, cutOffAt: ago(minutes(1)) }, installer: before })).to.equal('wait Installing');
  });

  it('gives one that fetched them the time of an installation', () => {
    const answered = sight({ answeredAt: ago(minutes(70)), side: 'Before' });
    const of = (on: number): string =>
      during({ evidence: { leftAt: ago(hours(1.4)), poweredOnAt: ago(on) }, installer: answered });
    expect([of(minutes(79)), of(minutes(81))]).to.deep.equal(['wait Installing', 'PowerOff m']);
  });

  it('powers a dark machine on into its own disk, with nothing of ours left at its BMC', () => {
    const dark = { ...evidence, darkSince: ago(minutes(2)), cutOffAt: ago(minutes(3)) };
    const step = (seen: Partial<MachineSight>): string => during({ evidence: dark, machine: machine({ power: 'Off', ...seen }) });
    expect(during({ machine: machine({ power: 'Off' }) })).to.equal('again');
    expect(step({ media: 'Ours' })).to.equal('EjectMedia m');
    expect(step({ override: 'Cd' })).to.equal('ClearBootOverride m');
    expect(step({})).to.equal('PowerOn m');
    expect(during({ evidence: { ...evidence, darkSince: ago(minutes(2)) }, machine: machine({ power: 'Off' }) })).to.equal(
      'wait Installing',
    );
  });
});

describe('what is written down about a host that is away', () => {
  const evidence = { leftAt: ago(minutes(10)), poweredOnAt: ago(minutes(8)) };
  const away = (more: Partial<HostState>, facts: Setting['facts']): HostState => {
    const situation = atHost(hostState('m', 'Installing', { bootMethod: 'PXE', boot: OPEN, evidence, ...more }), {
      facts: { pool: silence, machine: machine(), installer: sight({}), ...facts },
    });
    const decision = decide(situation);
    const state = decision.kind === 'wait' ? (decision.remember?.(situation.state) ?? situation.state) : situation.state;
    return state.hosts.find(({ uuid }) => uuid === 'm')!;
  };

  it('is how far its installer is, when that tells more than before, and nothing otherwise', () => {
    const steps = [{ what: 'answer', at: ago(minutes(5)) }];
    const told = away({}, { installer: sight({ side: 'Before', because: 'so', steps }) });
    expect(told.installer).to.deep.equal({ side: 'Before', because: 'so', steps });
    const situation = atHost(told, {
      facts: { pool: silence, machine: silence, installer: sight({ side: 'Before', because: 'so', steps }) },
    });
    expect(decide(situation)).to.not.have.property('remember');
  });

  it('is what its BMC was told, and by which protocol where that was another; questions are not', () => {
    const attempt = (verb: string, outcome: string, protocol: 'redfish' | 'ipmi' = 'redfish') =>
      ({ at: ago(0), protocol, verb, outcome, reason: '' }) as const;
    const attempts = [attempt('power', 'read'), attempt('power', 'read', 'ipmi'), attempt('setPower', 'changed')];
    expect(away({}, { machine: machine({ attempts }) }).bmc).to.deep.equal({
      power: 'On',
      attempts: attempts.slice(1),
    });
  });

  it('is why its installer must not begin any more, once the pool has changed under it', () => {
    const pool = twoHosts(off);
    const seen = (more: object): HostState => away({}, { pool: known({ ...pool, ...more }) });
    expect(seen({}).boot).to.deep.equal(OPEN);
    expect(seen({ haEnabled: true }).boot?.veto).to.match(/^HA was switched on/);
    expect(seen({ masterUuid: 'b' }).boot?.veto).to.match(/another master/);
  });
});

describe('a host that is back, by a BMC', () => {
  const back = { leftAt: ago(minutes(20)), poweredOnAt: ago(minutes(18)), insertedAt: ago(minutes(21)), returnedAt: ago(0) };
  const rejoin = (seen: Fact<MachineSight>, more: Partial<RunState> = {}): string =>
    asked({ phase: 'Rejoining', evidence: back, machine: seen, setting: { pool: twoHosts(), state: more } });

  it('has nothing of ours left at its BMC before it goes on', () => {
    expect(rejoin(machine({ media: 'Ours', override: 'Cd' }))).to.equal('EjectMedia m');
    expect(rejoin(machine({ override: 'Cd' }))).to.equal('ClearBootOverride m');
    expect(rejoin(machine())).to.equal('again');
  });

  it('goes on where its BMC does not answer or does not do it, and it stays owed', () => {
    expect(rejoin(silence)).to.not.match(/EjectMedia|again/);
    expect(rejoin(machine({ media: 'Ours' }), tried('m', { EjectMedia: 3 }))).to.not.match(/EjectMedia|again/);
    const owed = (evidence: Evidence): readonly string[] =>
      stagedDebts(atHost(hostState('m', 'Rejoining', { bootMethod: 'VirtualMedia', evidence })).state).map(({ kind }) => kind);
    expect([owed(back), owed({ ...back, tidiedAt: ago(0) })]).to.deep.equal([['BootMedium'], []]);
  });
});

describe('what is told to a BMC', () => {
  const names = ['SetBootOnce', 'PowerOn', 'PowerOff'] as const;
  const anyMachine: fc.Arbitrary<Fact<MachineSight>> = fc.oneof(
    fc.constant(silence),
    fc
      .record({
        power: fc.constantFrom('On', 'Off', 'Other'),
        identity: fc.constantFrom(
          { kind: 'Proven', as: 'it' } as const,
          { kind: 'Mismatch', why: 'another' } as const,
          { kind: 'Unproven', why: 'silent' } as const,
        ),
        override: fc.constantFrom('Cd', 'Pxe', 'None', 'Other'),
        media: fc.constantFrom('Ours', 'Foreign', 'None', 'Unsupported'),
        targets: fc.constant(['Cd', 'Pxe'] as const),
      })
      .map((seen) => known<MachineSight>(seen as MachineSight)),
  );
  const anyInstaller = fc.constantFrom<Fact<InstallerSight>>(
    silence,
    sight({ side: 'Before' }),
    sight({ side: 'Past' }),
    sight({ side: 'Unknown' }),
  );
  const anyEvidence = fc.record({
    leftAt: fc.constantFrom(undefined, ago(1)),
    poweredOnAt: fc.constantFrom(undefined, ago(1)),
    returnedAt: fc.constantFrom(undefined, ago(1)),
  });

  it('is never sent to one that is not proven to be the host’s, nor about a host that was not told to go or is back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        anyMachine,
        anyInstaller,
        anyEvidence,
        fc.constantFrom('installer', 'disk'),
        fc.constantFrom('hung', 'stuck'),
        (name, seen, installer, evidence, into, why) => {
          const given = Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== undefined)) as Evidence;
          const {
            state,
            orders: ordered,
            facts,
          } = atHost(hostState('m', 'Installing', { bootMethod: 'VirtualMedia', evidence: given }), {
            facts: { machine: seen, installer },
          });
          const entry = item(name, 'm', { target: 'Cd', into, why });
          const context = { item: entry, facts, state, orders: ordered, host: 'm', mark: MARK, now: NOW };
          if (!effectNamed(name).guard(context).ok) return;
          expect(seen.known && seen.value.identity.kind).to.equal('Proven');
          expect([given.leftAt !== undefined, given.returnedAt]).to.deep.equal([true, undefined]);
          const value = (seen as { readonly value: MachineSight }).value;
          if (name === 'PowerOn' && into === 'installer')
            expect([value.power, value.override, value.media]).to.deep.equal(['Off', 'Cd', 'Ours']);
          if (name === 'PowerOn' && into === 'disk')
            expect([value.override, value.media === 'Ours']).to.deep.equal(['None', false]);
          if (name === 'PowerOff' && given.poweredOnAt !== undefined)
            expect(installer.known && installer.value.side).to.equal('Before');
        },
      ),
    );
  });
});

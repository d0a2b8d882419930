// Situations by hand: orders, run, facts and baseline of a two-host pool in the middle of an upgrade, with what matters to a test put in.
import { known, unknown } from '../../src/foundation/fact';
import { compareText } from '../../src/plan/placement';
import type { PlanDocument } from '../../src/plan/document';
import type { Guest, Guests, Host, Pool } from '../../src/plan/pool';
import type { Baseline } from '../../src/upgrade/baseline';
import type { HostSituation, Situation } from '../../src/upgrade/decision';
import type { FactName, Facts } from '../../src/upgrade/facts';
import type { Orders } from '../../src/upgrade/orders';
import type { HostPhase, HostState, JournalItem, RunState } from '../../src/upgrade/state';
import { draftPlan } from '../../src/upgrade/pool/drafting';
import { hours, iso, minutes } from '../../src/upgrade/time';
import { inspection } from '../plan/checks/checking';
import { guest, host, pbd, poolOf, sr, world } from '../plan/smallPool';

export const NOW = Date.UTC(2026, 0, 12, 22, 0, 0);
export const MARK = 'ops/rack7/uid';
export const FROM = '7.0.0';
export const TO = '7.6.0';

export function orders(more: Partial<Orders> = {}): Orders {
  return {
    poolUuid: undefined,
    target: { brand: undefined, version: TO },
    repositories: [{ brand: undefined, version: TO, url: 'http://repo' }],
    isos: [],
    bootMethod: 'Auto',
    firmware: 'Auto',
    hosts: [],
    order: [],
    maxParallel: 3,
    placement: 'Minimal',
    whenUnmovable: 'Suspend',
    rules: [],
    forceShutdownAfter: undefined,
    approval: 'None',
    approvals: [],
    soakAfterMaster: 0,
    window: undefined,
    deadlines: {
      drain: hours(2),
      powerOff: minutes(15),
      installerStart: minutes(20),
      install: hours(1),
      rejoin: minutes(30),
      settle: minutes(15),
    },
    memberRetries: 2,
    consent: {
      undocumentedHops: true,
      destroyLocalStorage: false,
      forceMigration: false,
      acceptDowntime: true,
      compressMemory: false,
      withoutBackup: false,
      acceptEua: false,
      fixes: [],
    },
    verbs: {},
    paused: false,
    unfit: undefined,
    basis: 'basis',
    dryRun: false,
    cancelled: false,
    ...more,
  };
}

export function hostState(uuid: string, phase: HostPhase, more: Partial<HostState> = {}): HostState {
  return {
    uuid,
    name: `name-${uuid}`,
    address: '10.0.0.1',
    role: uuid === 'm' ? 'master' : 'member',
    phase,
    since: iso(NOW),
    attempt: phase === 'Pending' ? 0 : 1,
    bootMethod: 'Staged',
    from: FROM,
    to: TO,
    evidence: {},
    ...(phase === 'Pending' ? {} : { startedAt: iso(NOW) }),
    ...more,
  };
}

export function runState(more: Partial<RunState> = {}): RunState {
  return {
    phase: 'Upgrading',
    reason: 'Working',
    message: 'it works',
    since: iso(NOW),
    run: { id: 'run', generation: 1, epoch: 0, startedAt: iso(NOW), target: { version: TO }, basis: 'basis' },
    pool: { uuid: 'pool', name: 'the pool', master: 'm' },
    plan: {
      hash: 'hash',
      hop: { fromBrand: 'XenServer', from: FROM, toBrand: 'XenServer', to: TO },
      order: ['m', 'b'],
      warnings: [],
      migrations: { bound: 0 },
    },
    undo: {},
    hosts: [hostState('m', 'Pending'), hostState('b', 'Pending')],
    resisting: [],
    stopped: [],
    debts: [],
    stalled: false,
    ...more,
  };
}

export const backup = { secrets: ['s'], sha256: 'x', takenAt: iso(NOW), hosts: 2, vms: 1 };

/** Master `m` and member `b`, both old, in service, sharing storage. */
export function twoHosts(m: Partial<Host> = {}, b: Partial<Host> = {}): Pool {
  return poolOf([host('m', FROM, { master: true, ...m }), host('b', FROM, b)], { mark: MARK });
}

export function upgraded(): Partial<Host> {
  return { version: { release: { brand: 'XenServer', version: TO } }, bootTime: 9_000, agentStartTime: '9000.' };
}

export function sharedWorld(guests: readonly Guest[], more: Partial<Guests> = {}): Guests {
  return world(guests, { srs: [sr('s')], pbds: [pbd('m', 's'), pbd('b', 's')], ...more });
}

export function facts(pool: Pool, seen: Guests, more: Partial<Facts> = {}): Facts {
  return {
    pool: known(pool),
    ha: known(null),
    guests: known(seen),
    settings: known({ m: settingsOf('m'), b: settingsOf('b') }),
    hostAnswers: known({}),
    hostTime: known(5_000),
    staging: known({ m: 'false', b: 'false' }),
    inspection: known(inspection(pool)),
    tasks: known([]),
    backup: known(backup),
    earlier: known(null),
    keptBackups: known([]),
    machine: unknown('no BMC is named'),
    boot: known({ disk: '/dev/sda', baseURL: 'http://boot.example', macs: [], arguments: {} }),
    reach: known({ kind: 'Reached' }),
    installer: unknown('no boot server tells'),
    ...more,
  };
}

export const everyFact: readonly FactName[] = [
  'pool',
  'ha',
  'guests',
  'settings',
  'hostAnswers',
  'hostTime',
  'staging',
  'inspection',
  'tasks',
  'backup',
  'earlier',
  'keptBackups',
  'machine',
  'installer',
];

export function settingsOf(uuid: string): Readonly<Record<string, string>> {
  return {
    'host/uuid': uuid,
    'host/address': `10.0.0.${uuid}`,
    'PBD s/attached': 'true',
    'PBD s/type': 'nfs',
    'PBD s/shared': 'true',
  };
}

export function baseline(guests: readonly Guest[] = []): Baseline {
  const kept = guests.map(({ uuid, name, powerState, host: on, cds }) => ({ uuid, name, powerState, host: on, cds }));
  return { takenAt: iso(NOW), poolUuid: 'pool', guests: kept, settings: { m: settingsOf('m'), b: settingsOf('b') } };
}

export interface Setting {
  readonly pool?: Pool;
  readonly world?: Guests;
  readonly facts?: Partial<Facts>;
  readonly state?: Partial<RunState>;
  readonly orders?: Partial<Orders>;
  readonly baseline?: Baseline;
  /** Undefined: it could not be read back. Left out: what the planner makes of pool and world. */
  readonly plan?: PlanDocument | undefined;
  readonly now?: number;
}

export function situation(setting: Setting = {}): Situation {
  const seen = setting.world ?? sharedWorld([]);
  const pool = setting.pool ?? twoHosts();
  const unplanned: Situation = {
    now: setting.now ?? NOW,
    orders: orders(setting.orders),
    state: runState(setting.state),
    facts: facts(pool, seen, setting.facts),
    baseline: setting.baseline ?? baseline(seen.guests),
    plan: undefined,
    mark: MARK,
  };
  return { ...unplanned, plan: 'plan' in setting ? setting.plan : planFor(unplanned, pool, seen) };
}

/** What the planner makes of it; none before the hosts are listed. */
function planFor(unplanned: Situation, pool: Pool, seen: Guests): PlanDocument | undefined {
  return unplanned.state.plan === undefined ? undefined : { ...draftPlan(unplanned, pool, seen), checks: [] };
}

/** The situation of one host in work; the others stand where an upgrade would have left them. */
export function atHost(host: HostState, setting: Setting = {}): HostSituation {
  const other =
    host.role === 'master' ? hostState('b', 'Pending') : hostState('m', 'Upgraded', { evidence: { returnedAt: iso(NOW) } });
  const hosts = [host, other].sort((a, b) => compareText(b.uuid, a.uuid));
  const state = { hosts, ...setting.state };
  return { ...situation({ ...setting, state }), host };
}

export function item(effect: string, object: string, params: Readonly<Record<string, string>> = {}): JournalItem {
  return { effect, object, name: `name-${object}`, params };
}

export { guest, host, pbd, poolOf, sr, world };

// The whole of a run as evidence for a change ticket: what was asked, what was planned and approved, what happened to hosts and VMs, what differs, what
// is owed. Made from the object alone, with what its ConfigMaps add where they can be read; nothing here is looked up elsewhere.
import type {
  BackupStatus,
  Condition,
  Debt,
  HostStatus,
  Outages,
  PastRun,
  PoolUpgrade,
  PoolUpgradeSpec,
} from '../../api/generated/poolUpgrade';
import { addCounts, type VerdictCounts } from '../../plan/settings';
import { type KeptPlan, type PlannedCheck } from './keptPlan';

export interface HostLine {
  readonly name: string;
  readonly uuid: string;
  readonly role: string;
  readonly phase: string;
  readonly attempts: number;
  readonly bootMethod: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  readonly message: string;
}

export interface DifferenceLine {
  /** `host xs-01`, `pool rack7`, `VM db-1`. */
  readonly of: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly verdict: string;
  readonly reason: string;
}

export interface ChangeReport {
  readonly object: { readonly namespace: string; readonly name: string; readonly generation: number };
  readonly pool: { readonly uuid: string; readonly name: string } | undefined;
  readonly outcome: { readonly phase: string; readonly reason: string; readonly message: string };
  readonly run: { readonly id: string; readonly startedAt: string; readonly finishedAt: string | undefined } | undefined;
  /** What was asked for, in the words of the manifest, as field and value. Names of Secrets, never what is in them. */
  readonly asked: readonly (readonly [field: string, value: string])[];
  readonly plan: {
    readonly hash: string;
    readonly path: string;
    readonly approvals: readonly string[];
    readonly warnings: readonly string[];
    readonly order: readonly string[];
  };
  readonly hosts: readonly HostLine[];
  readonly migrations: { readonly done: number; readonly planned: number | undefined; readonly bound: number | undefined };
  readonly stops: Outages;
  /** Stopped and not brought back. */
  readonly stillStopped: readonly { readonly name: string; readonly by: string; readonly since: string | undefined }[];
  readonly vms: { readonly compared: number; readonly same: number } | undefined;
  /** Undefined where the plan cannot be read, or holds none. */
  readonly checks: readonly PlannedCheck[] | undefined;
  readonly verdicts: VerdictCounts;
  readonly differences: readonly DifferenceLine[];
  readonly backup: BackupStatus | undefined;
  readonly debts: readonly Debt[];
  readonly resisting: readonly { readonly name: string; readonly reason: string }[];
  readonly conditions: readonly Condition[];
  readonly history: readonly PastRun[];
}

/** What stands in a status where nothing was said yet. */
const UNSAID = {
  ...{ phase: 'Pending' as const, reason: '', message: 'the operator has not seen the object yet' },
  ...{ hosts: [], debts: [], conditions: [], history: [], resisting: [], stopped: [], moved: 0 },
  outages: { count: 0, seconds: 0, longest: [] },
} satisfies Partial<PoolUpgrade['status']>;

/** @param plan what its ConfigMap holds; undefined where it cannot be read */
export function changeReport({ metadata, spec, status }: PoolUpgrade, plan: KeptPlan | undefined): ChangeReport {
  const said = { ...UNSAID, ...status };
  const { hosts, comparison, run } = said;
  return {
    object: { namespace: metadata.namespace ?? 'default', name: metadata.name, generation: metadata.generation ?? 1 },
    pool: said.pool,
    outcome: { phase: said.phase, reason: said.reason, message: said.message },
    run: run === undefined ? undefined : runLine(run),
    asked: askedFor(spec),
    plan: planned(spec, said),
    hosts: hosts.map(hostLine),
    migrations: { done: said.moved, ...estimated(said) },
    stops: said.outages,
    stillStopped: said.stopped.map(({ name, by, at }) => ({ name, by, since: at })),
    vms: comparison === undefined ? undefined : { compared: comparison.vms.compared, same: comparison.vms.same },
    checks: plan?.checks,
    verdicts: addCounts([
      ...hosts.flatMap((host) => host.verdicts ?? []),
      ...(comparison === undefined ? [] : [comparison.verdicts]),
    ]),
    differences: differences(said),
    backup: said.backup,
    debts: said.debts,
    resisting: said.resisting.map(({ name, reason }) => ({ name, reason })),
    conditions: said.conditions,
    history: said.history,
  };
}

function estimated({ plan }: Status): Omit<ChangeReport['migrations'], 'done'> {
  return { planned: plan?.migrations.planned, bound: plan?.migrations.bound };
}

type Status = PoolUpgrade['status'];

function runLine({ id, startedAt, finishedAt }: NonNullable<Status['run']>): NonNullable<ChangeReport['run']> {
  return { id, startedAt, finishedAt };
}

function askedFor(spec: PoolUpgradeSpec): ChangeReport['asked'] {
  const { target, path, pool, vms, gates, consent, boot, window, afterwards } = spec;
  const release = (entry: { readonly brand?: string; readonly version: string }): string =>
    [entry.brand, entry.version].filter((part) => part !== undefined).join(' ');
  const yes = (flags: object): string =>
    Object.entries(flags)
      .filter(([, given]) => given === true)
      .map(([name]) => name)
      .join(', ');
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['target', release(target)],
    ['path', path?.map(release).join(' → ')],
    ['pool endpoints', pool.endpoints.join(', ')],
    ['boot method', boot.method],
    ['placement of VMs', vms.placement],
    ['VMs that cannot move', vms.whenUnmovable],
    ['rules for VMs', vms.rules === undefined || vms.rules.length === 0 ? undefined : JSON.stringify(vms.rules)],
    ['approval', gates.approval],
    ['window', window === undefined ? undefined : JSON.stringify(window)],
    ['consent', yes(consent) || 'none'],
    ['afterwards', yes(afterwards) || undefined],
  ];
  return rows.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const]));
}

const NO_PLAN = { hash: '', warnings: [], order: [], hop: undefined } as const;

/** The approvals are those of the manifest, and the one that was taken up. */
function planned({ gates }: PoolUpgradeSpec, { plan, handled, hosts = [] }: Status): ChangeReport['plan'] {
  const taken = handled?.['approve'];
  const names = new Map(hosts.map(({ uuid, name }) => [uuid, name]));
  const { hash, hop, warnings, order } = { ...NO_PLAN, ...plan };
  return {
    hash,
    path: hop === undefined ? '' : `${hop.fromBrand} ${hop.from} → ${hop.toBrand} ${hop.to}`,
    approvals: [...new Set([...(gates.approvals ?? []), ...(taken === undefined ? [] : [taken])])],
    warnings,
    order: order.map((uuid) => names.get(uuid) ?? uuid),
  };
}

function hostLine(host: HostStatus): HostLine {
  const { name, uuid, role, phase, attempt, bootMethod = '', from, to, startedAt, finishedAt, message = '' } = host;
  return { name, uuid, role, phase, attempts: attempt, bootMethod, from, to, startedAt, finishedAt, message };
}

type Differing = NonNullable<HostStatus['differences']>[number];

function differences({ hosts = [], comparison, pool }: Status): readonly DifferenceLine[] {
  const line = (of: string, { path, before, after, verdict, reason = '' }: Differing): DifferenceLine => ({
    of,
    path,
    before,
    after,
    verdict,
    reason,
  });
  return [
    ...hosts.flatMap((host) => (host.differences ?? []).map((difference) => line(`host ${host.name}`, difference))),
    ...(comparison?.pool ?? []).map((difference) => line(`pool ${pool?.name ?? ''}`, difference)),
    ...(comparison?.vms.differences ?? []).map((difference) => line(`VM ${difference.name}`, difference)),
  ];
}

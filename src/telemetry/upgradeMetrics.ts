// What Prometheus is told of each upgrade, from the object's status alone: so it is right after a restart, and gone when the object is. Labels are bounded:
// an object's name may stand in one, a host's never does.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { HOST_PHASES, POOL_PHASES } from '../api/phases';
import { CONDITIONS } from '../api/reasons';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';

export interface UpgradeMetrics {
  /** Tells the status as it now stands. */
  tell(object: PoolUpgrade): void;
  /** Removes every series of an object that is no more. */
  forget(namespace: string, name: string): void;
}

const OBJECT = ['namespace', 'name'] as const;
/** Fifteen seconds to four hours: no phase of a host is over sooner, and none lasts longer by default. */
const DURATIONS = [15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400];
const SIDES = ['Before', 'Past', 'Unknown'] as const;
const AWAY: ReadonlySet<string> = new Set(['Installing', 'AwaitingOperator']);
const STATUSES = ['True', 'False', 'Unknown'] as const;

interface Named {
  readonly namespace: string;
  readonly name: string;
}

type Status = NonNullable<PoolUpgrade['status']>;
type HostStatus = NonNullable<Status['hosts']>[number];

export function createUpgradeMetrics(registry: Registry): UpgradeMetrics {
  return new Told(registry);
}

class Told implements UpgradeMetrics {
  private readonly info;
  private readonly condition;
  private readonly phase;
  private readonly hosts;
  private readonly installers;
  private readonly start;
  private readonly end;
  private readonly progress;
  private readonly durations;
  private readonly transitions;
  private readonly failures;
  /** What was told of each object last: changes are counted, and old labels taken back. */
  private readonly last = new Map<string, PoolUpgrade>();

  constructor(registry: Registry) {
    const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
      new Gauge({ name: `poolupgrade_${name}`, help, labelNames: [...labelNames], registers: [registry] });
    this.info = gauge('info', 'Always 1; what an upgrade is about.', [...OBJECT, 'pool_uuid', 'target', 'mode']);
    this.condition = gauge('status_condition', '1 for the status a condition has, 0 for the others.', [
      ...OBJECT,
      'type',
      'status',
    ]);
    this.phase = gauge('phase', '1 for the phase an upgrade is in, 0 for the others.', [...OBJECT, 'phase']);
    this.hosts = gauge('hosts', 'Hosts of an upgrade by phase.', [...OBJECT, 'phase']);
    this.installers = gauge(
      'installers',
      'Hosts that are away, by the side of the point of no return that their installer is on.',
      [...OBJECT, 'side'],
    );
    this.start = gauge('start_timestamp_seconds', 'When the run began.', OBJECT);
    this.end = gauge('end_timestamp_seconds', 'When the run ended; absent until then.', OBJECT);
    this.progress = gauge('last_progress_timestamp_seconds', 'When the run or one of its hosts last entered a phase.', OBJECT);
    this.durations = new Histogram({
      name: 'poolupgrade_phase_duration_seconds',
      help: 'How long hosts were in a phase, by the phase they left and whether they failed in it.',
      labelNames: ['phase', 'result'],
      buckets: DURATIONS,
      registers: [registry],
    });
    const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
      new Counter({ name: `poolupgrade_${name}`, help, labelNames, registers: [registry] });
    this.transitions = counter('host_transitions_total', 'Hosts that went from one phase to another.', ['from', 'to']);
    this.failures = counter('host_failures_total', 'Hosts that failed, by the phase they failed in and the reason.', [
      'phase',
      'reason',
    ]);
  }

  tell(object: PoolUpgrade): void {
    const { namespace = '', name } = object.metadata;
    const key = `${namespace}/${name}`;
    const before = this.last.get(key);
    if (before !== undefined) this.countChanges(before, object);
    if (before !== undefined && infoOf(before) !== infoOf(object)) this.info.remove(labelsOfInfo(before));
    this.last.set(key, object);
    this.info.set(labelsOfInfo(object), 1);
    this.tellStatus({ namespace, name }, object.status);
  }

  forget(namespace: string, name: string): void {
    const known = this.last.get(`${namespace}/${name}`);
    if (known === undefined) return;
    this.last.delete(`${namespace}/${name}`);
    const object = { namespace, name };
    this.info.remove(labelsOfInfo(known));
    for (const type of Object.keys(CONDITIONS)) for (const status of STATUSES) this.condition.remove({ ...object, type, status });
    for (const phase of Object.keys(POOL_PHASES)) this.phase.remove({ ...object, phase });
    for (const phase of Object.keys(HOST_PHASES)) this.hosts.remove({ ...object, phase });
    for (const side of SIDES) this.installers.remove({ ...object, side });
    for (const metric of [this.start, this.end, this.progress]) metric.remove(object);
  }

  private tellStatus(object: Named, status: Status | undefined): void {
    const conditions = new Map((status?.conditions ?? []).map((condition) => [condition.type as string, condition.status]));
    for (const type of Object.keys(CONDITIONS)) this.tellCondition(object, type, conditions.get(type) ?? 'Unknown');
    for (const phase of Object.keys(POOL_PHASES)) this.phase.set({ ...object, phase }, Number(status?.phase === phase));
    this.tellHosts(object, status?.hosts ?? []);
    this.tellTimes(object, status);
  }

  private tellHosts(object: Named, hosts: readonly HostStatus[]): void {
    for (const phase of Object.keys(HOST_PHASES))
      this.hosts.set({ ...object, phase }, hosts.filter((host) => host.phase === phase).length);
    const away = hosts.filter(({ phase }) => AWAY.has(phase));
    for (const side of SIDES)
      this.installers.set({ ...object, side }, away.filter(({ installer }) => installer?.side === side).length);
  }

  private tellCondition(object: Named, type: string, status: string): void {
    for (const value of STATUSES) this.condition.set({ ...object, type, status: value }, Number(status === value));
  }

  private tellTimes(object: Named, status: Status | undefined): void {
    const { startedAt, finishedAt } = status?.run ?? {};
    if (startedAt !== undefined) this.start.set(object, seconds(startedAt));
    if (finishedAt === undefined) this.end.remove(object);
    else this.end.set(object, seconds(finishedAt));
    const moments = [status?.since, ...(status?.hosts ?? []).map(({ since }) => since)].filter((moment) => moment !== undefined);
    if (moments.length > 0) this.progress.set(object, Math.max(...moments.map(seconds)));
  }

  private countChanges(before: PoolUpgrade, after: PoolUpgrade): void {
    for (const host of after.status?.hosts ?? []) {
      const was = before.status?.hosts?.find(({ uuid }) => uuid === host.uuid);
      if (was !== undefined && was.phase !== host.phase) this.countTransition(was, host);
    }
  }

  private countTransition(was: HostStatus, host: HostStatus): void {
    const failed = host.phase === 'Failed' || host.phase === 'Retrying';
    this.transitions.inc({ from: was.phase, to: host.phase });
    if (failed) this.failures.inc({ phase: was.phase, reason: host.reason ?? 'Unknown' });
    if (was.since === undefined || host.since === undefined) return;
    this.durations.observe({ phase: was.phase, result: failed ? 'failed' : 'done' }, seconds(host.since) - seconds(was.since));
  }
}

function labelsOfInfo({
  metadata,
  spec,
  status,
}: PoolUpgrade): Record<'namespace' | 'name' | 'pool_uuid' | 'target' | 'mode', string> {
  const { brand, version } = spec.target;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    pool_uuid: status?.pool?.uuid ?? spec.pool.uuid ?? '',
    target: brand === undefined ? version : `${brand} ${version}`,
    mode: spec.dryRun ? 'Plan' : 'Apply',
  };
}

function infoOf(object: PoolUpgrade): string {
  return Object.values(labelsOfInfo(object)).join('\n');
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1_000;
}

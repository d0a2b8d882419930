// What `xenpool approve` approves: read from the object's own status and gate, so that nothing is approved that nobody waits for, or that is not what was seen.
import { formatDuration } from '../api/durations';
import { isTerminal, POOL_PHASES } from '../api/phases';
import { ANNOTATIONS } from '../api/poolUpgrade';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';

export interface ApproveWish {
  readonly host: string | undefined;
  /** The plan that the person has read. */
  readonly plan: string | undefined;
}

export type RefusedReason =
  | 'BeingDeleted'
  | 'NoPlan'
  | 'RunOver'
  | 'NoGate'
  | 'AnotherPlan'
  | 'UnknownHost'
  | 'NoHostGate'
  | 'HostMissing'
  | 'AlreadyBegun';

export type Approvable =
  | { readonly kind: 'Approvable'; readonly plan: string; readonly approval: string; readonly given: boolean }
  | { readonly kind: 'Refused'; readonly reason: RefusedReason; readonly message: string; readonly plan: string | undefined };

type Refusal = { readonly reason: RefusedReason; readonly message: string };

export function approvable(object: PoolUpgrade, wish: ApproveWish): Approvable {
  const plan = object.status?.plan?.hash;
  if (plan === undefined) return { kind: 'Refused', plan, ...planless(object) };
  const approval = wish.host === undefined ? plan : `${plan}/${wish.host}`;
  const given = isGiven(object, approval);
  // What was made use of has begun, and is no refusal.
  const refusal = ofObject(object) ?? ofPlan(plan, wish) ?? (given ? undefined : ofHost(object, wish));
  return refusal === undefined ? { kind: 'Approvable', plan, approval, given } : { kind: 'Refused', plan, ...refusal };
}

/** Stands on the object already, or was made use of. */
function isGiven({ metadata, spec, status }: PoolUpgrade, approval: string): boolean {
  const standing = [metadata.annotations?.[ANNOTATIONS.approve], ...(spec.gates.approvals ?? []), status?.handled?.['approve']];
  return standing.includes(approval);
}

function planless({ status }: PoolUpgrade): Refusal {
  const message = status?.message === undefined ? '' : `: ${status.message}`;
  return {
    reason: 'NoPlan',
    message: `there is no plan yet (phase ${status?.phase ?? 'Pending'}${message}); wait for the condition PlanReady`,
  };
}

function ofObject({ metadata, spec, status }: PoolUpgrade): Refusal | undefined {
  if (metadata.deletionTimestamp !== undefined)
    return { reason: 'BeingDeleted', message: 'the object is being deleted; nothing more is started' };
  const phase = status?.phase ?? 'Pending';
  if (isTerminal(phase)) return { reason: 'RunOver', message: `the run is over (${phase}); nothing waits for an approval` };
  if (spec.gates.approval !== 'None') return undefined;
  return { reason: 'NoGate', message: 'spec.gates.approval is None: nothing waits for an approval' };
}

function ofPlan(plan: string, wish: ApproveWish): Refusal | undefined {
  if (wish.plan === undefined || wish.plan === plan) return undefined;
  return {
    reason: 'AnotherPlan',
    message: `the plan is ${plan}, and not ${wish.plan}: it has changed, or it was another object's; read it again`,
  };
}

function ofHost(object: PoolUpgrade, { host }: ApproveWish): Refusal | undefined {
  return object.spec.gates.approval === 'BeforeUpgrade' ? ofWhole(object, host) : ofEach(object, host);
}

function ofWhole({ status }: PoolUpgrade, host: string | undefined): Refusal | undefined {
  const phase = status?.phase ?? 'Pending';
  if (host !== undefined)
    return {
      reason: 'NoHostGate',
      message: 'spec.gates.approval is BeforeUpgrade: the plan is approved as a whole, without --host',
    };
  if (POOL_PHASES[phase].untouched === true) return undefined;
  return { reason: 'AlreadyBegun', message: `the upgrade has begun (phase ${phase}); nothing waits for an approval` };
}

function ofEach({ status }: PoolUpgrade, host: string | undefined): Refusal | undefined {
  const hosts = status?.hosts ?? [];
  const next = hosts.find((entry) => entry.phase === 'Pending')?.name;
  if (host === undefined)
    return { reason: 'HostMissing', message: `each host is approved by itself; add --host ${next ?? 'HOST'}` };
  const named = hosts.find(({ name }) => name === host);
  if (named === undefined)
    return {
      reason: 'UnknownHost',
      message: `no host ${host} is in the plan; it has ${hosts.map(({ name }) => name).join(', ')}`,
    };
  if (named.phase === 'Pending') return undefined;
  return { reason: 'AlreadyBegun', message: `host ${host} is ${named.phase}; it does not wait for an approval` };
}

/** The plan in a few lines, as the status tells it. */
export function planLines({ metadata, status }: PoolUpgrade): readonly string[] {
  const { plan, pool, hosts = [] } = status ?? {};
  if (plan === undefined) return [];
  const { fromBrand, from, toBrand, to } = plan.hop;
  const { planned, bound } = plan.migrations;
  return [
    `${metadata.namespace ?? 'default'}/${metadata.name}: pool ${pool?.name ?? 'unknown'}, ${fromBrand} ${from} to ${toBrand} ${to}`,
    `plan ${plan.hash ?? ''}${plan.configMap === undefined ? '' : `, whole in ConfigMap ${plan.configMap}`}`,
    ...hosts.map((host) => `  ${host.role} ${host.name}: ${host.phase}${timeOf(plan, host.uuid)}`),
    `migrations: ${planned === undefined ? '' : `${planned} planned, `}at least ${bound}`,
    ...plan.warnings.map((warning) => `warning: ${warning}`),
    // Names are those of the pool: none of them may write on the terminal what is not the plan.
  ].map((line) => line.replace(/\p{Cc}/gu, '?'));
}

function timeOf({ estimates = [] }: NonNullable<NonNullable<PoolUpgrade['status']>['plan']>, uuid: string): string {
  const found = estimates.find(({ host }) => host === uuid);
  if (found === undefined) return '';
  const shown = (seconds: number): string => formatDuration(Math.ceil(seconds / 60) * 60_000);
  return `, about ${shown(found.likelySeconds)}, at most ${shown(found.mostSeconds)}`;
}

// The summariser, a pass of its own: from what the run remembers to what people and other tools read. It decides nothing, and what it makes is never read
// back: conditions by kstatus' rules, progress, and one line of message.
import { addCounts, printCounts } from '../plan/settings';
import { ANSWER } from './pool/verbs';
import { hostTime } from './pool/hostTime';
import { type CheckSummary, hopInWork, hostInWork, isTerminal, type RunState, untouched } from './state';
import { iso, millis } from './time';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

export interface Summary {
  readonly conditions: readonly Condition[];
  readonly progress: {
    readonly hostsDone: number;
    readonly hostsTotal: number;
    readonly percent: number;
    readonly summary: string;
    /** Name label; absent between hosts. */
    readonly host?: string;
  };
}

type Draft = Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;

/** What a summary says beside the run: of the object it stands on. */
export interface Subject {
  readonly generation: number;
  /** For `lastTransitionTime`; whoever stores the conditions keeps the older time of those that did not change. */
  readonly now: string;
  readonly deleting: boolean;
  /** `spec.paused`. */
  readonly pausing: boolean;
  /** How the manifest weakens the trust on the wire, e.g. `tls.insecureSkipVerify`. */
  readonly weaknesses: readonly string[];
}

export function summarise(state: RunState, { generation, now, deleting, pausing, weaknesses }: Subject): Summary {
  const drafts = [
    ready(state),
    reconciling(state),
    stalled(state),
    validated(state),
    checksPassed(state),
    planReady(state),
    progressing(state),
    backupTaken(state),
    mixedVersions(state),
    awaitingOperator(state),
    paused(state, pausing && !deleting, now),
    degraded(state),
    settingsRetained(state),
    beingDeleted(state, deleting),
    insecure(weaknesses),
  ];
  return {
    conditions: drafts.map((draft) => ({ ...draft, observedGeneration: generation, lastTransitionTime: now })),
    progress: progressOf(state),
  };
}

const positive = (type: string, met: boolean, reason: string, message: string): Draft => ({
  type,
  status: met ? 'True' : 'False',
  reason,
  message,
});

function ready(state: RunState): Draft {
  return positive('Ready', state.phase === 'Succeeded' && state.debts.length === 0, state.reason, state.message);
}

function reconciling(state: RunState): Draft {
  return positive('Reconciling', !isTerminal(state.phase) && !state.stalled, state.phase, state.message);
}

/** It will not progress without a person: also at the end, while something is owed. Never together with Reconciling. */
function stalled(state: RunState): Draft {
  const stuck = state.stalled || state.phase === 'Failed' || (isTerminal(state.phase) && state.debts.length > 0);
  const reason = stuck ? state.reason : isTerminal(state.phase) ? 'Ended' : 'Progressing';
  return positive('Stalled', stuck, reason, stuck ? state.message : '');
}

/** Known once the checks have led somewhere; a refusal says which one did not. */
function validated(state: RunState): Draft {
  const { phase, reason, message } = state;
  const checked = !['Pending', 'Validating'].includes(phase);
  if (state.stalled && (!checked || phase === 'Planning')) return positive('Validated', false, reason, message);
  if (checked) return positive('Validated', true, 'Checked', '');
  return { type: 'Validated', status: 'Unknown', reason, message };
}

/** Deadlines end every step that does not move, and then a person has the word; so it moves unless it waits for one, or for a window. */
function progressing(state: RunState): Draft {
  const { reason, message } = state;
  if (isTerminal(state.phase)) return positive('Progressing', true, 'Ended', '');
  const waits = state.stalled || awaitsOperator(state) || isHeld(state);
  return positive('Progressing', !waits, waits ? reason : 'Progressing', message);
}

function beingDeleted(state: RunState, deleting: boolean): Draft {
  if (!deleting) return positive('Deleting', false, 'NotDeleted', '');
  const finishing = state.phase === 'Upgrading' && hostInFocus(state) !== undefined;
  return positive('Deleting', true, finishing ? 'FinishingHost' : 'PuttingBack', state.message);
}

function insecure(weaknesses: readonly string[]): Draft {
  const weak = weaknesses.length > 0;
  const message = weak ? `the manifest weakens the trust on the wire: ${weaknesses.join(', ')}` : '';
  return positive('Insecure', weak, weak ? 'TrustWeakened' : 'Trusted', message);
}

function checksPassed({ checks }: RunState): Draft {
  if (checks === undefined) return { type: 'ChecksPassed', status: 'Unknown', reason: 'NotChecked', message: '' };
  const of = (verdict: CheckSummary['verdict']): readonly CheckSummary[] =>
    checks.filter((check) => check.verdict === verdict && check.fixing !== true);
  const [first, ...others] = [...of('Block'), ...of('Unknown')];
  const warned = `${of('Warn').length} of ${checks.length} checks warn`;
  if (first === undefined) return positive('ChecksPassed', true, 'Checked', warned);
  const ids = [first, ...others].map(({ id }) => id).join(', ');
  return positive('ChecksPassed', false, first.id, `${ids} hold it up; ${warned}`);
}

function planReady(state: RunState): Draft {
  const plan = state.plan?.hash ?? '';
  return positive(
    'PlanReady',
    plan !== '',
    plan === '' ? 'NotPlanned' : 'Planned',
    plan === '' ? '' : `plan ${plan}, ${state.plan?.warnings.length ?? 0} warnings`,
  );
}

function backupTaken(state: RunState): Draft {
  const backup = state.backup;
  if (backup === undefined)
    return positive('BackupTaken', false, 'NotTaken', 'the pool database is backed up right before the master leaves');
  return positive('BackupTaken', true, 'Verified', `${counted(backup)}, SHA-256 ${backup.sha256}`);
}

function counted({ hosts, vms, srs }: NonNullable<RunState['backup']>): string {
  return srs === undefined ? `${hosts} hosts and ${vms} VMs` : `${hosts} hosts, ${vms} VMs and ${srs} SRs`;
}

function mixedVersions(state: RunState): Draft {
  const done = state.hosts.filter((host) => host.phase === 'Upgraded' || ['Verifying', 'Restoring'].includes(host.phase)).length;
  const mixed = done > 0 && done < state.hosts.length;
  const message = mixed
    ? `${done} of ${state.hosts.length} hosts are upgraded; snapshots, HA and backup jobs are refused until all are`
    : '';
  return positive('MixedVersions', mixed, mixed ? 'RollingUpgrade' : 'OneVersion', message);
}

function awaitingOperator(state: RunState): Draft {
  const decision = state.phase === 'Halted';
  const waiting = awaitsOperator(state);
  const answer = state.handled?.[ANSWER];
  const message = decision && answer !== undefined ? `${state.message} (${answer})` : state.message;
  return positive('AwaitingOperator', waiting, waiting ? state.reason : 'NotNeeded', waiting ? message : '');
}

function paused(state: RunState, pausing: boolean, now: string): Draft {
  if (isHeld(state)) return positive('Paused', true, state.reason, state.message);
  const coming = pausing ? safePoint(state, now) : undefined;
  return positive('Paused', false, coming === undefined ? 'NotPaused' : 'PauseComing', coming ?? '');
}

/** Where a pause that was asked for takes effect, and when; undefined where it never will. */
function safePoint(state: RunState, now: string): string | undefined {
  if (isTerminal(state.phase) || ['Halted', 'Finishing'].includes(state.phase)) return undefined;
  if (untouched(state)) return 'spec.paused is set: it pauses once the plan stands, before anything is touched';
  const following = state.hosts.find((host) => host.phase === 'Pending');
  const host = hostInWork(state);
  if (host === undefined)
    return `spec.paused is set: it pauses before ${following === undefined ? 'a host' : `host ${following.name}`} begins`;
  if (following === undefined)
    return `spec.paused is set, and host ${host.name} is the last one: it is finished, and nothing is left to pause`;
  const by = (millis(host.startedAt) ?? Date.parse(now)) + hostTime(state, host).most;
  const expected = by < Date.parse(now) ? 'which was expected by' : 'expected by';
  return `spec.paused is set: it pauses once host ${host.name} is upgraded, ${expected} ${iso(by)}, before host ${following.name} begins`;
}

/** Reasons of those waits. */
const HOLDS: readonly string[] = [
  'PausedByUser',
  'OutsideWindow',
  'WindowTooShort',
  'Soaking',
  'ApprovalMissing',
  'ApprovalForAnotherPlan',
  'DryRun',
];

/** Held up by a person, a window, a gate, or a manifest that cannot be followed. */
function isHeld({ phase, reason }: RunState): boolean {
  return phase === 'Paused' || HOLDS.includes(reason);
}

function awaitsOperator({ phase, hosts }: RunState): boolean {
  return phase === 'Halted' || hosts.some((host) => host.phase === 'AwaitingOperator');
}

function degraded({ debts, hosts }: RunState): Draft {
  const lost = hosts.filter((host) => host.phase === 'Failed').map(({ name }) => name);
  const owed = debts.slice(0, 5).map((debt) => `${debt.kind} ${debt.name}`);
  const message = [
    ...(lost.length === 0 ? [] : [`failed or left out: ${lost.join(', ')}`]),
    ...(owed.length === 0 ? [] : [`still to be put back: ${owed.join(', ')}`]),
  ].join('; ');
  const reason = lost.length > 0 ? 'HostsFailed' : owed.length > 0 ? 'Debts' : 'NothingOwed';
  return positive('Degraded', message !== '', reason, message);
}

/** By the hosts compared so far, and at the end by the pool and its VMs as well. */
function settingsRetained({ hosts, comparison }: RunState): Draft {
  const compared = hosts.flatMap(({ verdicts }) => verdicts ?? []);
  if (compared.length === 0 && comparison === undefined)
    return { type: 'SettingsRetained', status: 'Unknown', reason: 'NotCompared', message: '' };
  const counts = addCounts([...compared, ...(comparison === undefined ? [] : [comparison.verdicts])]);
  const kept = counts.look + counts.hard === 0;
  const vms = comparison === undefined ? '' : `; ${comparison.vms.same} of ${comparison.vms.compared} VMs are as before`;
  return positive('SettingsRetained', kept, kept ? 'Retained' : 'Differences', `differences: ${printCounts(counts)}${vms}`);
}

function progressOf(state: RunState): Summary['progress'] {
  const hostsTotal = state.hosts.length;
  const hostsDone = state.hosts.filter((host) => host.phase === 'Upgraded').length;
  const { at, hops } = hopInWork(state) ?? { at: 0, hops: 1 };
  const share = (at * hostsTotal + hostsDone) / Math.max(1, hops * hostsTotal);
  const percent = state.phase === 'Succeeded' ? 100 : Math.floor(95 * share);
  const host = hostInFocus(state);
  const summary = hops === 1 ? `${hostsDone}/${hostsTotal}` : `${hostsDone}/${hostsTotal}, hop ${at + 1} of ${hops}`;
  return { hostsDone, hostsTotal, percent, summary, ...(host === undefined ? {} : { host }) };
}

const HOP = /^hop \d+ of \d+: /;

/** What a run on a path of several hops says, with the hop it says it in; the same however often it is asked. */
export function messageOf(state: RunState): string {
  const { at, hops } = hopInWork(state) ?? { at: 0, hops: 1 };
  const plain = state.message.replace(HOP, '');
  return hops === 1 || untouched(state) || isTerminal(state.phase) ? plain : `hop ${at + 1} of ${hops}: ${plain}`;
}

/** The host whose turn it is, else one that failed. */
function hostInFocus({ phase, hosts }: RunState): string | undefined {
  if (isTerminal(phase)) return undefined;
  const inWork = hosts.find((host) => !['Pending', 'Upgraded', 'Failed'].includes(host.phase));
  return (inWork ?? hosts.find((host) => host.phase === 'Failed'))?.name;
}

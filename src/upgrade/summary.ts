// The summariser, a pass of its own: from what the run remembers to what people and other tools read. It decides nothing, and what it makes is never read
// back: conditions by kstatus' rules, progress, and one line of message.
import { ANSWER } from './pool/verbs';
import { type CheckSummary, isTerminal, type RunState } from './state';

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
  /** How the manifest weakens the trust on the wire, e.g. `tls.insecureSkipVerify`. */
  readonly weaknesses: readonly string[];
}

export function summarise(state: RunState, { generation, now, deleting, weaknesses }: Subject): Summary {
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
    paused(state),
    degraded(state),
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
  return positive('BackupTaken', true, 'Verified', `${backup.hosts} hosts and ${backup.vms} VMs, SHA-256 ${backup.sha256}`);
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

function paused(state: RunState): Draft {
  const waits = isHeld(state);
  return positive('Paused', waits, waits ? state.reason : 'NotPaused', waits ? state.message : '');
}

/** Held up by a person, a window, a gate, or a manifest that cannot be followed. */
function isHeld({ phase, reason }: RunState): boolean {
  return phase === 'Paused' || ['PausedByUser', 'OutsideWindow', 'ApprovalMissing', 'DryRun'].includes(reason);
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

function progressOf(state: RunState): Summary['progress'] {
  const hostsTotal = state.hosts.length;
  const hostsDone = state.hosts.filter((host) => host.phase === 'Upgraded').length;
  const percent = state.phase === 'Succeeded' ? 100 : Math.floor((95 * hostsDone) / Math.max(1, hostsTotal));
  const host = hostInFocus(state);
  return { hostsDone, hostsTotal, percent, summary: `${hostsDone}/${hostsTotal}`, ...(host === undefined ? {} : { host }) };
}

/** The host whose turn it is, else one that failed. */
function hostInFocus({ phase, hosts }: RunState): string | undefined {
  if (isTerminal(phase)) return undefined;
  const inWork = hosts.find((host) => !['Pending', 'Upgraded', 'Failed'].includes(host.phase));
  return (inWork ?? hosts.find((host) => host.phase === 'Failed'))?.name;
}

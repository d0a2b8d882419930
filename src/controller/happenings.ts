// What of a change of status is worth an event beside the object: phases of the run and of its hosts, every stop, and each wait for somebody, with its reason. Pure; whoever records
// them keeps the budget.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import type { Happening } from '../kubernetes/events';

type Status = NonNullable<PoolUpgrade['status']>;
type HostStatus = NonNullable<Status['hosts']>[number];

/** Waits that a person, a window or another object ends; what only takes its time is no news. */
const WAITS: Readonly<Record<string, Happening['type']>> = {
  DryRun: 'Normal',
  ApprovalMissing: 'Normal',
  ApprovalForAnotherPlan: 'Warning',
  OutsideWindow: 'Normal',
  Soaking: 'Normal',
  WindowTooShort: 'Warning',
  PausedByUser: 'Normal',
  BootInstaller: 'Warning',
  CertificateChanged: 'Warning',
  PoolUnreachable: 'Warning',
  AnotherUpgradeActive: 'Warning',
  InvalidManifest: 'Warning',
  NotYetHonoured: 'Warning',
};
const TROUBLE: readonly string[] = ['Halted', 'Failed', 'Retrying', 'AwaitingOperator'];

/** @param before undefined: the object is seen for the first time, and what it already says is no news */
export function happenings(before: PoolUpgrade | undefined, after: PoolUpgrade): readonly Happening[] {
  const [was, is] = [before?.status, after.status];
  if (before === undefined || is === undefined) return [];
  const hosts = (is.hosts ?? []).flatMap((host) =>
    ofHost(
      was?.hosts?.find(({ uuid }) => uuid === host.uuid),
      host,
    ),
  );
  return [...ofRun(was, is), ...hosts, ...ofPause(was, is)];
}

/** A pause that takes effect later is news when it is asked for; that it has taken effect is a phase. */
function ofPause(was: Status | undefined, is: Status): readonly Happening[] {
  const coming = (status: Status | undefined): string | undefined =>
    status?.conditions?.find(({ reason }) => reason === 'PauseComing')?.message;
  const note = coming(is);
  if (note === undefined || coming(was) !== undefined) return [];
  return [{ type: 'Normal', reason: 'PauseComing', action: is.phase ?? 'Pending', note }];
}

function ofRun(was: Status | undefined, is: Status): readonly Happening[] {
  const { phase, reason, message: note = '' } = is;
  if (phase === undefined) return [];
  if (was?.phase === phase && !hasStopped(was, is)) return waiting(was, is);
  const type = is.stalled === true || TROUBLE.includes(phase) ? 'Warning' : 'Normal';
  return [{ type, reason: reason ?? phase, action: phase, note }];
}

function waiting(was: Status, { phase = 'Pending', reason = '', message: note = '' }: Status): readonly Happening[] {
  const type = Object.hasOwn(WAITS, reason) ? WAITS[reason] : undefined;
  return type === undefined || was.reason === reason ? [] : [{ type, reason, action: phase, note }];
}

function hasStopped(was: Status, is: Status): boolean {
  return is.stalled === true && (was.stalled !== true || was.reason !== is.reason);
}

function ofHost(was: HostStatus | undefined, { name, phase, reason, message, from, to }: HostStatus): readonly Happening[] {
  if (was === undefined || was.phase === phase) return [];
  const type = TROUBLE.includes(phase) ? 'Warning' : 'Normal';
  const note = `host ${name} (${from} to ${to}): ${was.phase} is over, ${phase} begins${message === undefined ? '' : `: ${message}`}`;
  return [{ type, reason: reason ?? phase, action: phase, note, subject: name }];
}

// The report of a run as Markdown, for a change ticket: the sections in the order in which a reviewer asks.
import { printCounts } from '../../plan/settings';
import type { ChangeReport } from './changeReport';
import { between, bullets, heading, instant, length, plain, table } from './markdown';

export function renderChangeReport(report: ChangeReport): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['What was asked', table(['Field', 'Value'], report.asked)],
    ['Plan', plan(report)],
    ['Hosts', hosts(report)],
    ['VMs', vms(report)],
    ['Checks', checks(report)],
    ['Settings that differ', settings(report)],
    ['Database backup', backup(report)],
    ['Still to be put back', owed(report)],
    ['Conditions', conditions(report)],
    ['Earlier runs', history(report)],
  ];
  const lines = [...head(report), ...sections.flatMap(([title, body]) => ['', heading(2, title), '', ...body])];
  return `${lines.join('\n')}\n`;
}

function head({ object, pool, outcome, run }: ChangeReport): readonly string[] {
  const reason = outcome.reason === '' ? '' : ` (${plain(outcome.reason)})`;
  const rows = [
    ['Object', `${object.namespace}/${object.name}, generation ${object.generation}`],
    ...(pool === undefined ? [] : [['Pool', `${pool.name}, ${pool.uuid}`]]),
    ...(run === undefined ? [] : runRows(run)),
  ];
  return [
    heading(1, `Upgrade of pool ${pool?.name ?? '(not seen yet)'}`),
    '',
    `**${plain(outcome.phase)}**${reason}: ${plain(outcome.message)}`,
    '',
    ...table(['', ''], rows),
  ];
}

function runRows({ id, startedAt, finishedAt }: NonNullable<ChangeReport['run']>): readonly (readonly [string, string])[] {
  return [
    ['Run', id],
    ['Started', instant(startedAt)],
    ['Ended', instant(finishedAt)],
    ['Took', between(startedAt, finishedAt)],
  ];
}

function plan({ plan: { hash, path, approvals, warnings, order } }: ChangeReport): readonly string[] {
  if (path === '') return ['Nothing was planned.'];
  return [
    ...table(
      ['', ''],
      [
        ['Path', path],
        ['Plan', hash === '' ? '–' : hash],
        ['Approved', approvals.length === 0 ? 'no approval was needed or given' : approvals.join(', ')],
        ['Order', order.join(', ')],
      ],
    ),
    ...(warnings.length === 0 ? [] : ['', 'Warnings:', '', ...bullets(warnings)]),
  ];
}

function hosts({ hosts: all }: ChangeReport): readonly string[] {
  if (all.length === 0) return ['No host was looked at.'];
  const header = ['Host', 'Role', 'Phase', 'From', 'To', 'Boot method', 'Attempts', 'Started', 'Ended', 'Took'];
  const rows = all.map((host) => [
    ...[host.name, host.role, host.phase, host.from, host.to, host.bootMethod || '–', String(host.attempts)],
    ...[instant(host.startedAt), instant(host.finishedAt), between(host.startedAt, host.finishedAt)],
  ]);
  const told = all
    .filter(({ message, phase }) => message !== '' && phase !== 'Upgraded')
    .map(({ name, message }) => `${name}: ${message}`);
  return [...table(header, rows), ...(told.length === 0 ? [] : ['', ...bullets(told)])];
}

function vms({ migrations, stops, stillStopped, vms: compared }: ChangeReport): readonly string[] {
  const { done, planned, bound } = migrations;
  const away = stops.longest.map(({ name, by, from, until }) => [name, by, instant(from), instant(until), between(from, until)]);
  const unlisted = stops.count - stops.longest.length;
  return [
    ...table(
      ['', ''],
      [
        ['Live migrations done', String(done)],
        ['Live migrations planned', planned === undefined ? '–' : String(planned)],
        ['Fewest possible', bound === undefined ? '–' : String(bound)],
        ['Stopped and brought back', stops.count === 0 ? 'none' : `${stops.count}, ${length(stops.seconds)} all together`],
        ['As before', compared === undefined ? 'not compared' : `${compared.same} of ${compared.compared}`],
      ],
    ),
    ...(away.length === 0 ? [] : ['', ...table(['VM', 'Stopped by', 'From', 'Until', 'Away for'], away)]),
    ...(unlisted > 0 ? ['', `And ${unlisted} shorter ones.`] : []),
    ...listed(
      'Not brought back:',
      stillStopped.map(({ name, by, since }) => `${name}, by ${by} at ${instant(since)}`),
    ),
  ];
}

function checks({ checks: all }: ChangeReport): readonly string[] {
  if (all === undefined) return ['The checks stand in the plan, which could not be read or holds none.'];
  const rows = all.map(({ id, title, verdict, messages }) => [id, verdict, title, messages.join('; ')]);
  return rows.length === 0 ? ['None applied.'] : table(['Check', 'Verdict', 'What it looks at', 'Found'], rows);
}

function settings({ verdicts, differences }: ChangeReport): readonly string[] {
  const total = verdicts.expected + verdicts.harmless + verdicts.look + verdicts.hard;
  const rows = differences.map(({ of, path, before, after, verdict, reason }) => [of, path, before, after, verdict, reason]);
  const header = ['Of', 'Setting', 'Before', 'After', 'Verdict', 'Why'];
  return [
    `Differences: ${printCounts(verdicts)}.`,
    ...(rows.length === 0 ? [] : ['', ...table(header, rows)]),
    ...(total > rows.length ? ['', `Listed are the hardest ${rows.length} of ${total}.`] : []),
  ];
}

function backup({ backup: kept }: ChangeReport): readonly string[] {
  if (kept === undefined) return ['None was taken: no host left its old system.'];
  const { secrets, volume, sha256, takenAt, hosts: hostCount, vms: vmCount, srs } = kept;
  const where = volume === undefined ? `Secrets ${secrets.join(', ')}` : `volume ${volume.claimName}, file ${volume.file}`;
  return table(
    ['', ''],
    [
      ['Where', where],
      ['SHA-256', sha256],
      ['Taken', instant(takenAt)],
      ['Counted in it', `${hostCount} hosts, ${vmCount} VMs (templates and snapshots with them), ${srs ?? '–'} SRs`],
    ],
  );
}

function owed({ debts, resisting }: ChangeReport): readonly string[] {
  const rows = debts.map(({ kind, name, object, reason }) => [kind, name, object, reason]);
  return [
    ...(rows.length === 0 ? ['Nothing.'] : table(['What', 'Name', 'UUID', 'Why'], rows)),
    ...listed(
      'Refused or come to nothing on the way:',
      resisting.map(({ name, reason }) => `${name}: ${reason}`),
    ),
  ];
}

function conditions({ conditions: all }: ChangeReport): readonly string[] {
  const rows = all.map(({ type, status, reason, message, lastTransitionTime }) => [
    ...[type, status, reason, instant(lastTransitionTime), message],
  ]);
  return rows.length === 0 ? ['None yet.'] : table(['Condition', 'Status', 'Reason', 'Since', 'Message'], rows);
}

function history({ history: runs }: ChangeReport): readonly string[] {
  if (runs.length === 0) return ['None.'];
  const rows = runs.map(({ id, phase, reason = '', from = '', to = '', startedAt, finishedAt }) => [
    ...[id, phase, reason, from, to, instant(startedAt), instant(finishedAt)],
  ]);
  return table(['Run', 'Phase', 'Reason', 'From', 'To', 'Started', 'Ended'], rows);
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, '', ...bullets(lines)];
}

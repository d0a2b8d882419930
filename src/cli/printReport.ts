// A rehearsal's report for people: what came out, the hosts as a table, what happened to guests, and whether the world's books agree.
import type { RehearsalReport } from '../rehearsal/report';

/** @param colour whether stdout is a terminal */
export function printReport(report: RehearsalReport, colour = false): string {
  const lines = [
    headline(report, colour),
    '',
    ...hostTable(report),
    ...guestLines(report),
    ...bookLines(report, colour),
    ...crashLines(report),
    ...listed('Warnings', report.warnings),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function headline(report: RehearsalReport, colour: boolean): string {
  const good = report.outcome === 'Succeeded';
  const word = colour ? `\u001b[${good ? 32 : 31};1m${report.outcome}\u001b[0m` : report.outcome;
  const time = report.virtualSeconds > 0 ? ` after ${duration(report.virtualSeconds)} (virtual)` : '';
  return `${word}${report.reason === '' ? '' : ` (${report.reason})`}${time}: ${report.message}`;
}

function hostTable(report: RehearsalReport): readonly string[] {
  if (report.hosts.length === 0) return [];
  const rows = report.hosts.map((host) => [host.name, host.role, host.phase, host.from, host.to, String(host.attempts)]);
  return [...table(['HOST', 'ROLE', 'PHASE', 'FROM', 'TO', 'ATTEMPTS'], rows), ''];
}

function guestLines({ vms, guests, migrations, differences, debts, hosts }: RehearsalReport): readonly string[] {
  if (hosts.length === 0) return [];
  return [
    `VMs running: ${vms.runningBefore} before, ${vms.runningAfter} after. Migrations: ${migrations.done}, ${plannedWords(migrations)}lower bound ${migrations.bound}.`,
    ...(guests === undefined ? [] : placeLines(guests)),
    ...listed(
      'Stopped on the way',
      vms.stopped.map((vm) => `${vm.name}: ${vm.reason}`),
    ),
    ...listed(
      'Not running again',
      vms.notRestored.map((vm) => `${vm.name}: ${vm.reason}`),
    ),
    ...listed(
      'Settings that differ',
      differences.map((entry) => `${entry.host} ${entry.path}: ${entry.before} → ${entry.after} (${entry.verdict})`),
    ),
    ...listed(
      'Still to be put back',
      debts.map((debt) => `${debt.kind} ${debt.name}: ${debt.reason}`),
    ),
  ];
}

/** Nothing where no plan was made. */
function plannedWords({ planned, minimum, proven, gap }: RehearsalReport['migrations']): string {
  if (planned === null || minimum === null) return '';
  const certain = proven === true ? 'proven' : `not proven, at most ${gap ?? 0} too many`;
  return `planned ${planned}, minimum ${minimum} (${certain}), `;
}

/** Compared by uuid: a VM of the same name is not the same VM. */
function placeLines(guests: NonNullable<RehearsalReport['guests']>): readonly string[] {
  const ran = guests.filter(({ before }) => before !== '');
  const moved = ran.filter(({ before, after }) => after !== '' && after !== before).map(({ name }) => name);
  const strange = guests.filter(({ before }) => before === '').map(({ name }) => name);
  const same = ran.filter(({ after }) => after !== '').length;
  const where = moved.length === 0 ? 'each on its host of before' : `on another host than before: ${moved.join(', ')}`;
  return [
    `By uuid, ${same} of the ${ran.length} that ran run now; ${where}.`,
    ...(strange.length === 0 ? [] : [`Running now and not before: ${strange.join(', ')}.`]),
  ];
}

function bookLines({ invariants, hosts, requests }: RehearsalReport, colour: boolean): readonly string[] {
  if (hosts.length === 0) return [];
  const judged = invariants.checked.filter((entry) => entry.judged > 0).map((entry) => `${entry.id} (${entry.judged}×)`);
  const violated = invariants.violated.map((entry) => `${entry.id} at ${duration(entry.at)}: ${entry.detail}`);
  const compared = invariants.checked.find(({ id }) => id === 'I10')?.judged ?? 0;
  const bad = colour ? '\u001b[31;1mVIOLATED\u001b[0m' : 'VIOLATED';
  return [
    `Judged by the world's own books: ${judged.join(', ')}; ${violated.length === 0 ? 'none violated.' : bad}`,
    ...listed('Violated', violated),
    ...(compared > 0
      ? [`Settings compared before and after, by the books: ${compared} ${compared === 1 ? 'host' : 'hosts'}.`]
      : []),
    `Requests: ${requests.statusWrites} status writes, ${requests.leaseWrites} lease writes, ${requests.otherWrites} other writes, ${requests.xapi} XenAPI calls${requests.bmc === 0 ? '' : `, ${requests.bmc} requests to BMCs`}.`,
  ];
}

function crashLines({ crashes }: RehearsalReport): readonly string[] {
  if (crashes === undefined) return [];
  return [
    `Crashed at each of ${crashes.points} points: ${crashes.differing.length} differ.`,
    ...listed(
      'Differing',
      crashes.differing.map((entry) => `point ${entry.point}: ${entry.what}`),
    ),
  ];
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  - ${line}`)];
}

/** Columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** `1 h 02 min 03 s`. */
export function duration(total: number): string {
  const seconds = Math.round(total);
  const parts: string[] = [];
  if (seconds >= 3600) parts.push(`${Math.floor(seconds / 3600)} h`);
  if (seconds >= 60) parts.push(`${Math.floor((seconds % 3600) / 60)} min`);
  return [...parts, `${seconds % 60} s`].join(' ');
}

// The upgrade as a table for a terminal: as wide and as high as that is, columns and rows given up in the order in which they are missed least. Pure; what puts
// it on the screen is `screen.ts`.
import type { HostRow, Model } from './model';

export interface Surface {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

interface Column {
  readonly title: string;
  readonly cell: (row: HostRow) => string;
  readonly right?: true;
  /** The greater, the sooner it is given up. */
  readonly dispensable: number;
}

const GAP = '  ';
const BAR = { longest: 24, shortest: 6 };
const COLUMNS: readonly Column[] = [
  { title: 'HOST', cell: ({ name }) => name, dispensable: 0 },
  { title: 'ROLE', cell: ({ role }) => role, dispensable: 4 },
  { title: 'PHASE', cell: ({ phase }) => phase, dispensable: 1 },
  { title: 'VERSION', cell: ({ version }) => version, dispensable: 3 },
  { title: 'INSTALLER', cell: ({ installer }) => installer, dispensable: 5 },
  { title: 'VMS', cell: ({ vms }) => (vms === undefined ? '' : String(vms)), right: true, dispensable: 2 },
];

/** The lines, none longer than the surface is wide, and fewer than it is high. */
export function tableOf(model: Model, surface: Surface): readonly string[] {
  const { columns: width } = surface;
  const most = Math.max(1, surface.rows - 1);
  const head = [headline(model, width)];
  const foot = [progressLine(model, surface), ...sentences(model, surface)];
  const room = most - head.length - foot.length;
  // A terminal that is too low for a table has a line or two.
  if (room < 2) return [...head, ...foot].slice(0, most);
  const rows = hostLines(model.hosts, surface);
  const spaced = room >= rows.length + 2;
  const body = rows.length <= room ? rows : shortened(rows, model.hosts, room, width);
  return spaced ? [...head, '', ...body, '', ...foot] : [...head, ...body, ...foot];
}

function headline({ title, phase, elapsed }: Model, width: number): string {
  const time = clock(elapsed);
  const text = `${phase}   ${title}`;
  const room = width - time.length - GAP.length;
  return room < 12 ? fit(text, width) : `${fit(text, room).padEnd(room)}${GAP}${time}`;
}

function progressLine({ share, left, vms, pace }: Model, { columns: width, colour }: Surface): string {
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const here = left === undefined ? '' : `${GAP}about ${clock(left)} left, ${Math.ceil(left / pace / 1_000)} s here`;
  const running = vms === undefined ? '' : `${GAP}${vms} VMs run`;
  const words = [`${here}${running}`, here, ''].find((text) => percent.length + 1 + text.length + BAR.shortest <= width) ?? '';
  const length = Math.min(BAR.longest, width - percent.length - 1 - words.length);
  return length < BAR.shortest ? fit(percent, width) : `${bar(share, length, colour)} ${percent}${words}`;
}

function sentences({ message, event, trouble }: Model, { columns: width, colour, rows }: Surface): readonly string[] {
  const told = message === '' ? [] : wrapped(message, width, trouble && rows >= 20 ? 4 : 1);
  const last = event === '' || rows < 12 ? [] : [dim(fit(`event: ${event}`, width), colour)];
  return [...told.map((line) => (trouble ? paint(line, '31;1', colour) : line)), ...last];
}

function hostLines(hosts: readonly HostRow[], surface: Surface): readonly string[] {
  const { columns: width, colour } = surface;
  const chosen = columnsFor(hosts, width);
  const widths = chosen.map((column) => widthOf(column, hosts));
  const used = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const length = Math.min(BAR.longest, width - used);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (chosen[index]?.right === true ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
      .join(GAP);
  const header = fit(line(chosen.map(({ title }) => title)), width).trimEnd();
  const rows = hosts.map((row) => {
    const text = fit(line(chosen.map(({ cell }) => cell(row))), width);
    const drawn = length < BAR.shortest ? '' : `${GAP}${bar(row.share, length, colour)}`;
    return `${row.inWork ? paint(text, '1', colour) : text}${drawn}`.trimEnd();
  });
  return [dim(header, colour), ...rows];
}

/** All columns that leave room for a bar; fewer and fewer, and at last without the bar. */
function columnsFor(hosts: readonly HostRow[], width: number): readonly Column[] {
  const seen = COLUMNS.filter(({ title, cell }) => title !== 'INSTALLER' || hosts.some((row) => cell(row) !== ''));
  for (let least = 5; least >= 0; least--) {
    const chosen = seen.filter(({ dispensable }) => dispensable <= least);
    const used = chosen.reduce((sum, column) => sum + widthOf(column, hosts) + GAP.length, 0);
    if (used + BAR.shortest <= width || (least < 2 && used - GAP.length <= width)) return chosen;
  }
  return COLUMNS.slice(0, 1);
}

/** The longest phase's width from the beginning on, so that columns do not jump. */
function widthOf({ title, cell }: Column, hosts: readonly HostRow[]): number {
  const least = title === 'PHASE' ? 'Safeguarding'.length : title === 'VERSION' ? '8.2.1→8.3.0'.length : title.length;
  return Math.max(least, ...hosts.map((row) => cell(row).length));
}

/** The hosts around the one in work, and how many more there are. */
function shortened(rows: readonly string[], hosts: readonly HostRow[], room: number, width: number): readonly string[] {
  const [header = '', ...all] = rows;
  const shown = room - 2;
  if (shown < 1) return all.slice(0, room);
  const inWork = Math.max(
    0,
    hosts.findIndex((host) => host.inWork),
  );
  const from = Math.min(Math.max(0, inWork - Math.floor(shown / 2)), all.length - shown);
  return [header, ...all.slice(from, from + shown), fit(`… and ${all.length - shown} more`, width)];
}

/** `0:42:07`, hours of the pool. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function bar(share: number, length: number, colour: boolean): string {
  const full = Math.min(length, Math.floor(share * length));
  return `${paint('█'.repeat(full), '32', colour)}${dim('░'.repeat(length - full), colour)}`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** At most so many lines, broken at blanks. */
function wrapped(text: string, width: number, most: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width && lines.length < most - 1) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank <= 0 ? width : blank;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, fit(rest, width)];
}

function dim(text: string, colour: boolean): string {
  return paint(text, '2', colour);
}

function paint(text: string, style: string, colour: boolean): string {
  return colour && text !== '' ? `\u001b[${style}m${text}\u001b[0m` : text;
}

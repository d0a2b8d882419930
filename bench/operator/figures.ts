// The figures: what each is, what it ought to be, and how several laps become one. Bounds decide whether the bench fails; targets and goals are only printed
// beside what was measured, because how fast a machine is says nothing about the program.
import { median } from '../clients/statistics';

interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly digits: number;
  /** At most; missed, the bench fails. */
  readonly bound?: number;
  /** At most, as the machine stands. */
  readonly target?: number;
  readonly goal?: number;
  /** What a plain operator gave on the machine and the day the targets were taken from: how much slower it is now, the targets need not be met by. */
  readonly then?: number;
}

const FIGURES = {
  lost: { what: 'updates lost over an API server that dies', unit: '', digits: 0, bound: 0 },
  noopWrites: { what: 'writes at a restart with nothing to do', unit: '', digits: 0, bound: 0 },
  writesPerChange: { what: 'writes for each change', unit: '', digits: 2 },
  connectionsSteady: { what: 'connections in a minute of steady writes', unit: '', digits: 0, bound: 1 },
  connectionsBurst: { what: 'connections in a burst', unit: '', digits: 0, bound: 16 },
  renewals: { what: 'renewals of a quiet watch', unit: '', digits: 0 },
  p50: { what: 'event to status, p50', unit: 'ms', digits: 1, target: 6, goal: 4.9, then: 11.0 },
  p99: { what: 'event to status, p99', unit: 'ms', digits: 1, target: 15.6, goal: 13.7, then: 26.9 },
  cpu: { what: 'processor time for 1,000 reconciles', unit: 's', digits: 2, target: 3.6, goal: 2.6, then: 7.5 },
  burst: { what: 'burst of 1,000 objects', unit: 's', digits: 2, target: 5.6, then: 8.4 },
  burstPeak: { what: 'memory at its peak in a burst', unit: 'MiB', digits: 0, target: 120, goal: 95, then: 257 },
  rssEmpty: { what: 'memory without objects', unit: 'MiB', digits: 0, target: 75, goal: 60, then: 86 },
  rssFull: { what: 'memory with 1,000 objects of 4 KB', unit: 'MiB', digits: 0, target: 90, goal: 75, then: 103 },
  ready: { what: 'start to first status', unit: 'ms', digits: 0, target: 270, goal: 200, then: 276 },
  back: { what: 'first status after the server is ready again', unit: 's', digits: 2, target: 3, goal: 1.5, then: 3.4 },
  whole: { what: 'the last one that the outage had delayed', unit: 's', digits: 2 },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;

/** Of each figure what the laps of one operator gave, in their order. */
export type Taken = Partial<Record<FigureName, readonly number[]>>;

export interface Row extends Figure {
  readonly name: FigureName;
  readonly ours: number | undefined;
  readonly plain: number | undefined;
  readonly laps: { readonly ours: readonly number[]; readonly plain: readonly number[] };
  readonly missed: boolean;
}

/** In the order of the table; without those that no lap gave. Of what is bounded the worst lap counts, of everything else the median. */
export function rowsOf(ours: Taken, plain: Taken): readonly Row[] {
  return (Object.keys(FIGURES) as FigureName[])
    .filter((name) => ours[name] !== undefined || plain[name] !== undefined)
    .map((name) => {
      const figure: Figure = FIGURES[name];
      const laps = { ours: ours[name] ?? [], plain: plain[name] ?? [] };
      const summary = (values: readonly number[]): number | undefined =>
        values.length === 0 ? undefined : figure.bound === undefined ? median(values) : Math.max(...values);
      const found = summary(laps.ours);
      const missed = figure.bound !== undefined && found !== undefined && found > figure.bound;
      return { ...figure, name, ours: found, plain: summary(laps.plain), laps, missed };
    });
}

const HEAD = ['', 'ours', 'plain', 'bound', 'target', 'goal', 'plain then', 'each lap of ours', 'each lap of plain'];
const WIDTHS = [46, 9, 9, 7, 8, 7, 12];

/** The table as lines. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  return [HEAD, ...rows.map(cellsOf)].map((cells) => cells.map(laid).join('').trimEnd());
}

function cellsOf({ what, unit, digits, bound, target, goal, then, ours, plain, laps, missed }: Row): readonly string[] {
  const shown = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(digits));
  const asked = (value: number | undefined): string => (value === undefined ? '' : String(value));
  const each = (values: readonly number[]): string => values.map(shown).join(' ');
  const name = `${what}${unit === '' ? '' : `, ${unit}`}`;
  const found = `${shown(ours)}${missed ? ' !' : ''}`;
  return [name, found, shown(plain), asked(bound), asked(target), asked(goal), asked(then), each(laps.ours), each(laps.plain)];
}

function laid(cell: string, column: number): string {
  const width = WIDTHS[column];
  if (width === undefined) return `   ${cell.padEnd(24)}`;
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

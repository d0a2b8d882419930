// How long one pass takes to plan, and how much memory that holds: 64 hosts with 2,000 VMs in several shapes, under each placement. The goal is 2 s on one
// core. Printed is the median of three runs, taken in turn, so that a busy moment of the machine does not fall on one shape alone; and what was proven.
// Nothing fails by time: that is as good as the machine is idle.
//
// node --expose-gc -r ts-node/register bench/plan.ts [runs]
import type { PassPolicy } from '../src/plan/pass/passInput';
import { planPass } from '../src/plan/pass/planPass';
import type { Pass } from '../src/plan/pass/pass';
import { madePass, type Shape } from './madePasses';

const GOAL_SECONDS = 2;
const SIZE = { hosts: 64, guests: 2000 } as const;

const equal = { ...SIZE, sizes: [1], storage: 'shared' } as const;
const unequal = { ...SIZE, sizes: [4, 2, 1, 2, 1], storage: 'shared' } as const;
const zones = { ...SIZE, sizes: [1], storage: 'zones' } as const;
const local = { ...SIZE, sizes: [1], storage: 'local' } as const;
const shapes: readonly Shape[] = [
  { ...equal, name: 'equal hosts, 60 % full', fill: 0.6 },
  { ...equal, name: 'equal hosts, 90 % full', fill: 0.9 },
  { ...equal, name: 'equal hosts, N+1', fill: 'N+1' },
  { ...equal, name: 'equal hosts, N+1, no two VMs alike', fill: 'N+1', odd: true },
  { ...equal, name: 'equal hosts, N+1, dom0 grows 1 GiB', fill: 'N+1', growth: 1 },
  { ...equal, name: 'equal hosts, 99 % full', fill: 0.99 },
  { ...equal, name: 'equal hosts, 99 %, may squeeze', fill: 0.99, squeezable: true },
  { ...unequal, name: 'unequal hosts, 60 % full', fill: 0.6 },
  { ...unequal, name: 'unequal hosts, N+1', fill: 'N+1' },
  { ...unequal, name: 'unequal hosts, 99 % full', fill: 0.99 },
  { ...zones, name: 'SRs in zones, 60 % full', fill: 0.6 },
  { ...zones, name: 'SRs in zones, N+1', fill: 'N+1' },
  { ...zones, name: 'SRs in zones, 99 %, may squeeze', fill: 0.99, squeezable: true, odd: true },
  { ...local, name: 'local SRs, 60 % full', fill: 0.6 },
  { ...local, name: 'local SRs, N+1', fill: 'N+1' },
  { ...local, name: 'local SRs, 99 %, may squeeze', fill: 0.99, growth: 1, squeezable: true, odd: true },
];
const PLACEMENTS = ['Minimal', 'Home', 'Balanced'] as const;

interface Lap {
  /** Seconds of the machine's time. */
  readonly seconds: number;
  /** Bytes of the heap right after the plan was made, beyond what it held before: the plan, and what was not yet collected. */
  readonly heap: number;
  readonly pass: Pass;
}

function lap(shape: Shape, placement: PassPolicy['placement']): Lap {
  const input = madePass(shape, placement);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const begun = process.cpuUsage();
  const pass = planPass(input);
  const { user, system } = process.cpuUsage(begun);
  // Of all cores, those that collect garbage included: wall time tells more of who else is at work than of the planner.
  const seconds = (user + system) / 1e6;
  return { seconds, heap: process.memoryUsage().heapUsed - before, pass };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const HEAD = ['pool', 'placement', 'seconds', 'heap MiB', 'moves', 'bound', 'stops', 'proven'];
const WIDTHS = [36, 9, 9, 10, 8, 8, 7, 18];

function printRow(cells: readonly string[]): void {
  const padded = cells.map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index]!) : cell.padStart(WIDTHS[index]!)));
  process.stdout.write(`${padded.join('').trimEnd()}\n`);
}

function rowOf(name: string, placement: string, laps: readonly Lap[]): readonly string[] {
  const { migrations, downtime } = laps[0]!.pass;
  const seconds = median(laps.map((entry) => entry.seconds)).toFixed(2);
  const heap = Math.max(...laps.map((entry) => entry.heap)) / 1048576;
  const proof = migrations.proven ? 'yes' : `within ${migrations.gap}`;
  const counts = [migrations.planned, migrations.bound, downtime?.chosen ?? 0].map(String);
  return [name, placement, seconds, heap.toFixed(0), ...counts, proof];
}

interface Course {
  readonly shape: Shape;
  readonly placement: PassPolicy['placement'];
  readonly laps: Lap[];
}

function printSlowest(courses: readonly Course[]): void {
  const seconds = ({ laps }: Course): number => median(laps.map((entry) => entry.seconds));
  const slowest = courses.reduce((worst, course) => (seconds(course) > seconds(worst) ? course : worst));
  const verdict = seconds(slowest) <= GOAL_SECONDS ? 'within' : 'beyond';
  const pool = `${slowest.shape.name}, ${slowest.placement}`;
  const resident = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  process.stdout.write(
    `\nslowest: ${seconds(slowest).toFixed(2)} s (${pool}), ${verdict} the goal of ${GOAL_SECONDS} s for ${SIZE.hosts} hosts with ${SIZE.guests} VMs\n` +
      `most memory of the process, resident: ${resident} MiB\n`,
  );
}

function main(runs: number): void {
  const courses = shapes.flatMap((shape) => PLACEMENTS.map((placement): Course => ({ shape, placement, laps: [] })));
  lap(shapes[0]!, 'Minimal'); // The first run pays for reading and compiling the program.
  for (let round = 0; round < runs; round++) for (const { shape, placement, laps } of courses) laps.push(lap(shape, placement));
  printRow(HEAD);
  for (const { shape, placement, laps } of courses) printRow(rowOf(shape.name, placement, laps));
  printSlowest(courses);
}

const runs = Number(process.argv[2] ?? 3);
if (!Number.isInteger(runs) || runs < 1)
  throw new RangeError(`${process.argv[2] ?? ''}: expected how many runs to take, 1 or more`);
main(runs);

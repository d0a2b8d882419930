// How long rehearsals take and how much memory they hold: made pools of 2, 8 and 16 hosts, and a pool of 2 with the controller dying at every point, side
// by side in one run. Each figure is the median of several runs, taken in turn, so that a busy moment of the machine does not fall on one size alone.
//
// node --expose-gc -r ts-node/register bench/rehearsal.ts [runs]
import { makePool, toDatabase } from '../src/simulator/dump';
import { prepare, type Prepared } from '../src/rehearsal/prepare';
import { rehearse } from '../src/rehearsal/rehearse';
import { printDatabase } from '../src/xenapi/database/printDatabase';

interface Course {
  readonly name: string;
  readonly hosts: number;
  readonly faults: readonly string[];
}

interface Lap {
  /** Milliseconds of the machine's time. */
  readonly wall: number;
  /** Most bytes the heap held beyond what it held before, as seen at each line of the timeline and at the end. */
  readonly heap: number;
}

const RELEASE = { brand: 'XenServer', version: '6.2.0' } as const;
const GUESTS_PER_HOST = 6;
const courses: readonly Course[] = [
  { name: '2 hosts', hosts: 2, faults: [] },
  { name: '8 hosts', hosts: 8, faults: [] },
  { name: '16 hosts', hosts: 16, faults: [] },
  { name: '2 hosts, a crash at every point', hosts: 2, faults: ['controller-crashes:at=every'] },
];

function preparedFor({ hosts, faults, name }: Course): Prepared {
  const pool = makePool({ hosts, vms: hosts * GUESTS_PER_HOST, release: RELEASE });
  const database = printDatabase(toDatabase(pool));
  const made = prepare({
    database,
    source: name,
    manifest: undefined,
    target: undefined,
    hosts: undefined,
    seed: 1,
    faults,
    operator: true,
  });
  if ('outcome' in made) throw new Error(`${name}: ${made.reason}: ${made.message}`);
  return made;
}

async function lap(course: Course): Promise<Lap> {
  const prepared = preparedFor(course);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  };
  const begun = process.hrtime.bigint();
  const report = await rehearse(prepared, { onLine: look });
  const wall = Number(process.hrtime.bigint() - begun) / 1e6;
  look();
  const differing = report.crashes?.differing.length ?? 0;
  if (report.outcome !== 'Succeeded' || differing > 0)
    throw new Error(
      `${course.name}: ${report.outcome} ${report.reason}, ${differing} crash points differ; a run that fails is no measure`,
    );
  return { wall, heap: most - before };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function printRow(name: string, laps: readonly Lap[]): void {
  const wall = median(laps.map((entry) => entry.wall));
  const spread = laps.map((entry) => (entry.wall / 1000).toFixed(2)).join(' ');
  const heap = median(laps.map((entry) => entry.heap)) / 1048576;
  process.stdout.write(
    `${name.padEnd(34)}${(wall / 1000).toFixed(2).padStart(8)} s${heap.toFixed(0).padStart(8)} MiB   (${spread})\n`,
  );
}

async function main(runs: number): Promise<void> {
  const laps = new Map<string, Lap[]>(courses.map(({ name }) => [name, []]));
  await lap(courses[0]!); // The first run pays for reading and compiling the program.
  for (let round = 0; round < runs; round++) for (const course of courses) laps.get(course.name)!.push(await lap(course));
  process.stdout.write(`${'pool'.padEnd(34)}${'wall'.padStart(10)}${'heap'.padStart(12)}   (each run, s)\n`);
  for (const [name, taken] of laps) printRow(name, taken);
}

const runs = Number(process.argv[2] ?? 3);
if (!Number.isInteger(runs) || runs < 1)
  throw new RangeError(`${process.argv[2] ?? ''}: expected how many runs to take, 1 or more`);
void main(runs);

// Our operator's Kubernetes side beside a plain one, on one real API server (etcd and kube-apiserver, built once by `npm run test:e2e`): both do the same job,
// one write of a status for each change of a spec, each as a bundled process of its own. They take their laps in turn, so that a busy moment of the machine
// does not fall on one alone; printed are medians, of what is bounded the worst lap, and below them what the whole upgrade of a pool costs. Targets come from
// other operators, measured on two idle cores; what the plain one gave there stands beside it as `plain then`. Linux only.
//
// npm run bench:operator -- [--runs 3] [--quiet 90] [--laps ready,rest,steady,burst,connections,outage,quiet,upgrade] [--output json]
//
// Fails (exit code 1) when an update is lost, a restart with nothing to do writes, or connections are more than they may be. Speed and memory are printed and
// not judged: they are as good as the machine is idle.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { programs } from '../test/contract/real/programs';
import { Field } from './operator/field';
import { type FigureName, rowsOf, tableOf, type Taken } from './operator/figures';
import { CONTESTANTS, type Contestant } from './operator/kites';
import { type Figures, Lap } from './operator/laps';
import { saidOf, upgradeCost } from './operator/upgrade';

interface Settings {
  readonly runs: number;
  /** Seconds. */
  readonly quiet: number;
  readonly laps: readonly string[];
  readonly json: boolean;
}

const UPGRADE = 'upgrade';
const LAPS = ['ready', 'rest', 'steady', 'burst', 'connections', 'outage', 'quiet'] as const;
type LapName = (typeof LAPS)[number];

function settings(): Settings {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { runs: text, quiet: text, laps: text, output: text } });
  const whole = (name: 'runs' | 'quiet', otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`--${name} ${values[name]}: expected a whole number, 1 or more`);
    return value;
  };
  const known: readonly string[] = [...LAPS, UPGRADE];
  const laps = values.laps?.split(',') ?? known;
  const unknown = laps.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new RangeError(`--laps ${unknown.join(',')}: expected some of ${known.join(',')}`);
  if (values.output !== undefined && values.output !== 'json') throw new RangeError(`--output ${values.output}: expected json`);
  return { runs: whole('runs', 3), quiet: whole('quiet', 90), laps, json: values.output === 'json' };
}

class Bench {
  private readonly taken: Readonly<Record<Contestant, Partial<Record<FigureName, number[]>>>> = { ours: {}, plain: {} };

  constructor(
    private readonly field: Field,
    private readonly folder: string,
    private readonly settings: Settings,
  ) {}

  async run(): Promise<Readonly<Record<Contestant, Taken>>> {
    for (const name of LAPS.filter((lap) => this.settings.laps.includes(lap))) {
      // Nothing disturbs what is quiet, and it takes long: both at once, and once only.
      if (name === 'quiet') await Promise.all(CONTESTANTS.map((contestant) => this.lap(contestant, name)));
      else await this.inTurn(name);
    }
    return this.taken;
  }

  private async inTurn(name: LapName): Promise<void> {
    for (let run = 0; run < this.runsOf(name); run++) for (const contestant of CONTESTANTS) await this.lap(contestant, name);
  }

  /** A start is quick and varies; a count of connections does not. */
  private runsOf(name: LapName): number {
    if (name === 'ready') return Math.max(5, this.settings.runs);
    return name === 'connections' ? 1 : this.settings.runs;
  }

  private async lap(contestant: Contestant, name: LapName): Promise<void> {
    const work = (lap: Lap): Promise<Figures> => (name === 'quiet' ? lap.quiet(this.settings.quiet) : lap[name]());
    const figures = await Lap.take(this.field, contestant, this.folder, work);
    const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${value.toFixed(2)}`);
    process.stderr.write(`${name} ${contestant}: ${shown.join(', ')}\n`);
    for (const [figure, value] of Object.entries(figures)) (this.taken[contestant][figure as FigureName] ??= []).push(value);
  }
}

async function main(): Promise<void> {
  const asked = settings();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-bench-'));
  const field = await Field.open(programs(), folder);
  try {
    const before = os.loadavg()[0]!;
    const taken = await new Bench(field, folder, asked).run();
    const rows = rowsOf(taken.ours, taken.plain);
    const upgrade = asked.laps.includes(UPGRADE) ? await upgradeCost(field, folder) : undefined;
    const machine = { cores: os.cpus().length, load: [before, os.loadavg()[0]!], node: process.version };
    if (asked.json) say(JSON.stringify({ machine, quietSeconds: asked.quiet, rows, upgrade }, null, 2));
    else
      say(
        ...(rows.length === 0 ? [] : tableOf(rows)),
        ...(upgrade === undefined ? [] : ['', ...saidOf(upgrade)]),
        '',
        machineOf(machine),
      );
    process.exitCode = rows.some(({ missed }) => missed) ? 1 : 0;
  } finally {
    await field.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function machineOf({
  cores,
  load,
  node,
}: {
  readonly cores: number;
  readonly load: readonly number[];
  readonly node: string;
}): string {
  return `Node ${node}, ${cores} cores, load ${load.map((one) => one.toFixed(1)).join(' before and ')} after`;
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

void main();

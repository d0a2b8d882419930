// How many live migrations one upgrade costs, and how many VMs stop, under several strategies on the same made pools: ours, as few moves as can be and with
// everybody home again; emptying each host and bringing its VMs back at once; XenCenter's rolling pool upgrade; Xen Orchestra's rolling update. Each is
// played by the same rules (strategies/ledger.ts), in virtual steps: nothing depends on the machine, and the same program prints the same table.
//
// node -r ts-node/register bench/strategies.ts [--output json]
import { parseArgs } from 'node:util';
import type { Migrations } from '../src/plan/pass/pass';
import { madePass, type Shape } from './madePasses';
import { evacuateAndReturn, evenly, play, xenCenter, xenOrchestra } from './strategies/evacuating';
import { Ledger } from './strategies/ledger';
import { playPlan } from './strategies/planned';

const GUESTS_PER_HOST = 12;
const shape = (name: string, hosts: number, more: Partial<Shape> = {}): Shape => ({
  ...{ name, hosts, guests: hosts * GUESTS_PER_HOST, fill: hosts === 2 ? 0.45 : 0.6, sizes: [1], storage: 'shared' as const },
  ...more,
});
const UNEQUAL = [4, 2, 1, 2, 1];

const shapes: readonly Shape[] = [
  ...[2, 4, 8, 16, 32, 64].map((hosts) => shape('equal hosts', hosts)),
  ...[5, 16].map((hosts) => shape('unequal hosts', hosts, { sizes: UNEQUAL, fill: 0.5 })),
  ...[4, 8, 16].map((hosts) => shape('N+1, equal', hosts, { fill: 'N+1' })),
  shape('N+1, unequal', 16, { fill: 'N+1', sizes: UNEQUAL }),
  shape('98 % full', 16, { fill: 0.98 }),
  ...[4, 16].map((hosts) => shape('local SRs', hosts, { storage: 'local' })),
  shape('SRs in zones', 16, { storage: 'zones' }),
];

interface Score {
  readonly migrations: number;
  readonly stopped: number;
  /** VMs that are not on their own host at the end. */
  readonly away: number;
}

interface Row {
  readonly pool: string;
  readonly hosts: number;
  readonly vms: number;
  /** N + n1 of the VMs that migrate under our plan. */
  readonly bound: number;
  readonly proven: boolean;
  readonly gap: number;
  readonly strategies: Readonly<Record<Strategy, Score>>;
}

const STRATEGIES = ['minimal', 'home', 'evacuateAndReturn', 'xenCenter', 'xenCenterEvenly', 'xenOrchestra'] as const;
type Strategy = (typeof STRATEGIES)[number];

function rowOf(one: Shape): Row {
  const minimal = madePass(one, 'Minimal');
  const score = (strategy: (ledger: Ledger) => void): Score => {
    const ledger = new Ledger(minimal);
    strategy(ledger);
    return { migrations: ledger.migrations, stopped: ledger.stopped, away: ledger.away };
  };
  const told: Migrations[] = [];
  const strategies = {
    minimal: score((ledger) => told.push(playPlan(ledger, minimal))),
    home: score((ledger) => playPlan(ledger, madePass(one, 'Home'))),
    evacuateAndReturn: score((ledger) => play(ledger, evacuateAndReturn)),
    xenCenter: score((ledger) => play(ledger, xenCenter)),
    xenCenterEvenly: score((ledger) => play(ledger, { ...xenCenter, choose: evenly() })),
    xenOrchestra: score((ledger) => play(ledger, xenOrchestra)),
  };
  const { bound, proven, gap } = told[0]!;
  return { pool: one.name, hosts: one.hosts, vms: one.guests, bound, proven, gap, strategies };
}

const HEADS: Readonly<Record<Strategy, string>> = {
  minimal: 'ours, Minimal',
  home: 'ours, Home',
  evacuateAndReturn: 'evac., return',
  xenCenter: 'XenCenter',
  xenCenterEvenly: 'XC, spread',
  xenOrchestra: 'Xen Orchestra',
};
/** Strategies that want everybody home again: only of these is it told who is not. */
const RETURNING: readonly Strategy[] = ['home', 'evacuateAndReturn', 'xenOrchestra'];
const WIDTHS = [14, 6, 5, 7, 10] as const;

function line(cells: readonly string[], scores: readonly string[]): string {
  const padded = cells.map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[0]) : cell.padStart(WIDTHS[index]!)));
  return `${padded.join('')}  ${scores.join('').trimEnd()}\n`;
}

/** Migrations; after a plus VMs that were stopped, after a tilde VMs that should be home at the end and are not. */
function scored(strategy: Strategy, { migrations, stopped, away }: Score): string {
  const strays = RETURNING.includes(strategy) && away > 0 ? `~${away}` : '';
  const downs = stopped > 0 ? `+${stopped}` : '';
  return `${String(migrations).padStart(6)}${[downs, strays].map((mark) => ` ${mark.padEnd(4)}`).join('')}`;
}

function tableOf(rows: readonly Row[]): string {
  const heads = STRATEGIES.map((strategy) => `  ${HEADS[strategy].padEnd(14)}`);
  const body = rows.map(({ pool, hosts, vms, bound, proven, gap, strategies }) => {
    const proof = proven ? 'yes' : `within ${gap}`;
    const scores = STRATEGIES.map((strategy) => scored(strategy, strategies[strategy]));
    return line([pool, String(hosts), String(vms), String(bound), proof], scores);
  });
  const legend =
    '+n: VMs stopped. ~n: VMs that the strategy wants home at the end and that are not. Every VM runs again at the end.\n';
  return `${line(['pool', 'hosts', 'VMs', 'bound', 'proven'], heads)}${body.join('')}\n${legend}`;
}

function main(): void {
  const { values } = parseArgs({ options: { output: { type: 'string' } } });
  if (values.output !== undefined && values.output !== 'json') throw new RangeError(`--output ${values.output}: expected json`);
  const rows = shapes.map(rowOf);
  process.stdout.write(values.output === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows));
}

main();

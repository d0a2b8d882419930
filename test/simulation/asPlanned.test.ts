// What the plan said, and what the world saw: the same moves, the same stops, the same starts, and nothing else; over dumps as they are and grown, and over
// made pools. The plan is read from where the operator keeps it, the events are the world's own.
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '../../src/kubernetes/api';
import { CONFIG_MAPS } from '../../src/kubernetes/api';
import type { PlanDocument } from '../../src/plan/document';
import { prepare } from '../../src/rehearsal/prepare';
import { performRun, type Run } from '../../src/rehearsal/run';
import type { WorldEvent } from '../../src/simulator/world';
import { madeDump, tellRun, XCP, XS } from './rig';

const folder = join(__dirname, '../../../shared/data/xapi-db');
const dumps = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.xml')) : [];

type Part = KubeObject & { readonly binaryData: Readonly<Record<string, string>> };

interface Told {
  readonly run: Run;
  readonly plan: PlanDocument | undefined;
  readonly seen: readonly string[];
}

async function rehearsed(database: string, hosts?: number, manifest?: string): Promise<Told | undefined> {
  const words = { database, source: 'pool.xml', manifest, target: undefined, hosts, seed: 1, faults: [], operator: true };
  const prepared = prepare(words);
  if ('outcome' in prepared) return undefined;
  const events: WorldEvent[] = [];
  const run = await performRun(prepared, { onStage: (stage) => stage.world.bus.on((event) => events.push(event)) });
  return { run, plan: await planOf(run), seen: events.flatMap(tell) };
}

/** Read independently of how the operator reads it. */
async function planOf({ stage }: Run): Promise<PlanDocument | undefined> {
  const kept = stage.state()?.plan?.kept;
  if (kept === undefined) return undefined;
  const reading = Promise.all(kept.configMaps.map((name) => stage.api.get<Part>(CONFIG_MAPS, 'rehearsal', name)));
  let read = false;
  void reading.finally(() => (read = true));
  // The API server answers in the stage's own time, which stands still once the run is over.
  await stage.clock.run(() => read, Infinity);
  const parts = await reading;
  const bytes = parts.map((part) => Buffer.from(Object.values(part.binaryData)[0]!, 'base64'));
  return (JSON.parse(gunzipSync(Buffer.concat(bytes)).toString('utf8')) as { whole: PlanDocument }).whole;
}

function tell(event: WorldEvent): readonly string[] {
  if (event.kind === 'migrated') return [`${event.vm} moves from ${event.from} to ${event.to}`];
  if (event.kind !== 'guest' || event.cause.by !== 'call') return [];
  if (event.change === 'started' || event.change === 'resumed') return [`${event.vm} is back on ${event.host}`];
  return [`${event.vm} is ${event.change === 'suspended' ? 'suspended' : 'shut down'} on ${event.host}`];
}

function promised({ hops }: PlanDocument): readonly string[] {
  return hops.flatMap(({ pass: { turns } }) =>
    turns.flatMap(({ moves, stops, starts, returns }) => [
      ...[...moves, ...returns].map(({ guest, from, to }) => `${guest} moves from ${from} to ${to}`),
      ...stops.map(({ guest, host, action }) => `${guest} is ${action === 'Suspend' ? 'suspended' : 'shut down'} on ${host}`),
      ...starts.map(({ guest, on }) => `${guest} is back on ${on}`),
    ]),
  );
}

function expectAsPlanned({ run, plan, seen }: Told): void {
  if (run.report.outcome !== 'Succeeded') expect(run.report.outcome, tellRun(run)).to.equal('Refused');
  expect([...seen].sort(), tellRun(run)).to.deep.equal(plan === undefined ? [] : [...promised(plan)].sort());
  if (run.report.outcome !== 'Succeeded') return;
  const { planned } = run.stage.state()!.plan!.migrations;
  expect(run.report.migrations.done).to.equal(planned);
}

describe('a run does what its plan said, and nothing else', () => {
  for (const name of dumps)
    for (const hosts of [undefined, 2, 3, 5, 8, 16]) {
      it(`for ${name}${hosts === undefined ? '' : ` with ${hosts} hosts`}`, async () => {
        const told = await rehearsed(readFileSync(join(folder, name), 'utf8'), hosts);
        if (told !== undefined) expectAsPlanned(told);
      });
    }

  for (const [hosts, vms, release] of [
    [2, 7, XS('6.2.0')],
    [3, 12, XS('6.5.0')],
    [4, 25, XCP('8.2.1')],
    [8, 60, XS('7.1.2')],
  ] as const) {
    it(`for a made pool of ${hosts} hosts and ${vms} VMs of ${release.brand} ${release.version}`, async () => {
      const told = (await rehearsed(madeDump({ hosts, vms, release })))!;
      expect(told.run.report.outcome, tellRun(told.run)).to.equal('Succeeded');
      expectAsPlanned(told);
      const { planned, minimum, bound, proven } = told.run.stage.state()!.plan!.migrations;
      expect({ planned, minimum, proven }).to.deep.equal({ planned: bound, minimum: bound, proven: true });
    });
  }
});

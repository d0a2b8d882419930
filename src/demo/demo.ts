// The demonstration: a pool made from nothing is upgraded by the real controller in a simulated world, told as it happens and slowed down for people.
import { realClock } from '../foundation/realClock';
import { prepare, type Prepared } from '../rehearsal/prepare';
import { rehearse } from '../rehearsal/rehearse';
import type { RehearsalReport } from '../rehearsal/report';
import { makePool, toDatabase } from '../simulator/dump';
import type { Release } from '../simulator/world';
import { printDatabase } from '../xenapi/database/printDatabase';
import { Pace } from './pace';
import { Storyteller } from './storyteller';

/** What the made pool runs: one documented hop below the newest release that anybody can install without a licence. */
export const DEMO_RELEASE: Release = { brand: 'XCP-ng', version: '8.2.1' };

export interface DemoShape {
  readonly hosts: number;
  readonly vms: number;
  readonly faults: readonly string[];
}

/** @throws LoadError for numbers that make no pool */
export function prepareDemo({ hosts, vms, faults }: DemoShape): Prepared | RehearsalReport {
  const database = printDatabase(toDatabase(makePool({ hosts, vms, release: DEMO_RELEASE })));
  return prepare({
    database,
    source: 'the made pool',
    manifest: undefined,
    target: undefined,
    hosts: undefined,
    seed: 1,
    faults,
    operator: true,
  });
}

/**
 * Tells the rehearsal line by line.
 * @param speed see {@link Pace}
 */
export async function tellDemo(
  prepared: Prepared,
  telling: { readonly write: (line: string) => void; readonly colour: boolean; readonly speed: number },
): Promise<RehearsalReport> {
  const pace = new Pace(realClock(), telling.speed);
  const write = (line: string): void => {
    telling.write(line);
    pace.told();
  };
  const hosts = prepared.pool().hosts.map((host) => host.name);
  const story = new Storyteller({ hosts, patience: prepared.manifest.spec.vms.forceShutdownAfter }, write, telling.colour);
  const report = await rehearse(prepared, {
    onLine: (at, host, event) => story.hear(at, host, event),
    log: (identity) => story.listen(identity),
    pace: async (virtualMs) => {
      story.pass(virtualMs);
      await pace.pass(virtualMs);
    },
  });
  story.flush();
  return report;
}

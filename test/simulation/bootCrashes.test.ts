// The controller dies while hosts are made to leave and while they install by their BMCs: a sample of the crash points of those stretches. The whole is a
// command, `xenpool rehearse --boot-method … --fault controller-crashes:at=every`.
import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { readState } from '../../src/controller/store/status';
import { integer, seededRandom } from '../../src/foundation/random';
import { crashEverywhere } from '../../src/rehearsal/crashEverywhere';
import type { Prepared } from '../../src/rehearsal/prepare';
import { performRun, type Run } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import { hostInWork } from '../../src/upgrade/state';
import { SMALL, TO } from './boots';
import { expectSuccess, mustBeReady } from './rig';

/** Another seed is another sample. */
const SEED = 1;
/** Points of each host by its phase. Most lie where the pool cannot be asked and only what was stored says what to do: the host is off, or about to be. */
const SAMPLED: Readonly<Record<string, number>> = { Leaving: 3, Installing: 1 };

interface Stretch {
  readonly phase: string;
  /** First and last crash point. */
  readonly from: number;
  readonly to: number;
}

/** The run without a crash, and where in it each host went through the phases that are sampled. */
async function undisturbed(prepared: Prepared): Promise<{ readonly run: Run; readonly stretches: readonly Stretch[] }> {
  const stretches = new Map<string, Stretch>();
  let stage: Stage | undefined;
  const onObject = (object: PoolUpgrade): void => {
    const state = readState(object);
    const host = state === undefined ? undefined : hostInWork(state);
    if (stage === undefined || host === undefined || SAMPLED[host.phase] === undefined) return;
    // The write that is told of is the last change so far.
    const to = 2 * stage.changes();
    const key = `${host.name} ${host.phase}`;
    stretches.set(key, { phase: host.phase, from: stretches.get(key)?.from ?? to - 1, to });
  };
  const run = await performRun(prepared, { onObject, onStage: (made) => (stage = made) });
  return { run, stretches: [...stretches.values()] };
}

/** One of each of so many equal parts, so that nothing long is left out. */
function sample({ phase, from, to }: Stretch, seed: number): readonly number[] {
  const random = seededRandom(seed);
  const count = SAMPLED[phase] ?? 0;
  const edge = (part: number): number => from + Math.floor((part * (to + 1 - from)) / count);
  return Array.from({ length: count }, (_unused, part) => integer(random, edge(part), edge(part + 1) - 1));
}

describe('a controller that dies while a host is away', () => {
  for (const bootMethod of ['VirtualMedia', 'PXE'] as const)
    it(`leaves no trace in the end of an upgrade by ${bootMethod}`, async function () {
      this.timeout(600_000);
      const prepared = mustBeReady({ pool: SMALL, target: TO, bootMethod });
      const { run, stretches } = await undisturbed(prepared);
      expectSuccess(run);
      expect(stretches.map(({ phase }) => phase)).to.deep.equal(['Leaving', 'Installing', 'Leaving', 'Installing']);
      const points = stretches.flatMap((stretch, index) => sample(stretch, SEED + index));
      const { crashes } = await crashEverywhere(prepared, run, points);
      expect(crashes?.points).to.equal(8);
      expect(crashes?.differing, `seed ${SEED}: points ${points.join(', ')}`).to.deep.equal([]);
    });
});

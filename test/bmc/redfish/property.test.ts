// Whatever is lost, refused or late, a verb ends with the state read back as it was wanted, or with a BmcError; and asked once more when the trouble is over, it
// comes to that state, and then has nothing to do.
import { expect } from 'chai';
import fc from 'fast-check';
import { BmcError, type MediaSlot } from '../../../src/bmc/bmc';
import { PROFILES } from '../../../src/simulator/bmc/profiles';
import type { BmcFault, FaultAct } from '../../../src/simulator/bmc/faults';
import { Bench, IMAGE, isOurs, patient, SECURE_IMAGE } from './bench';

const body = (id: string): string =>
  JSON.stringify({ error: { code: `X.1.${id}`, '@Message.ExtendedInfo': { MessageId: `X.1.${id}` } } });
const refusal = (status: number, id: string): FaultAct => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: body(id),
});

const act = fc.constantFrom<FaultAct>(
  'lose-request',
  'lose-answer',
  'refuse-connection',
  'expire-sessions',
  refusal(500, 'InternalError'),
  refusal(503, 'ServiceTemporarilyUnavailable'),
  refusal(409, 'ResourceInUse'),
  refusal(400, 'GeneralError'),
  refusal(412, 'PreconditionFailed'),
  refusal(404, 'ResourceMissingAtURI'),
  refusal(200, 'Success'),
  { status: 202, headers: {}, body: '' },
  { status: 200, headers: {}, body: 'no JSON' },
);
const fault: fc.Arbitrary<BmcFault> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
  times: fc.integer({ min: 1, max: 4 }),
  act,
});
const world = fc.record({
  id: fc.constantFrom(...PROFILES.map(({ id }) => id)),
  power: fc.constantFrom('On' as const, 'Off' as const),
  faults: fc.array(fault, { maxLength: 4 }),
  /** Whether the driver knows the machine before the trouble begins. */
  known: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

async function begin({ id, power, faults, known }: World): Promise<Bench> {
  const bench = new Bench(id, { power });
  if (known) await bench.run(bench.driver.power(patient));
  for (const one of faults) bench.simulated.plan(one);
  return bench;
}

/** @returns what came of it; undefined where that is a BmcError */
async function orTyped<T>(bench: Bench, work: () => Promise<T>): Promise<T | undefined> {
  const result = await bench.run(work().catch((error: unknown) => error as Error));
  if (!(result instanceof Error)) return result;
  if (result instanceof BmcError) return undefined;
  throw result;
}

const RUNS = 200;
const isIn = (image: string, slots: readonly MediaSlot[]): boolean => slots.some((slot) => slot.inserted && slot.image === image);

describe('whatever goes wrong', () => {
  /** How often a verb came to its end although something went wrong: the property must not be true of failures alone. */
  let reached = 0;
  beforeEach(() => {
    reached = 0;
  });

  it('setPower ends in the state, or in a BmcError, and once it is over in the state', async () => {
    const wish = fc.constantFrom('On' as const, 'Off' as const);
    await fc.assert(
      fc.asyncProperty(world, wish, async (drawn, wanted) => {
        const bench = await begin(drawn);
        const result = await orTyped(bench, () => bench.driver.setPower(wanted, patient));
        if (result !== undefined) {
          reached += drawn.faults.length > 0 ? 1 : 0;
          expect([result.observed, bench.chassis.power()]).to.deep.equal([wanted, wanted]);
        }
        bench.simulated.calm();
        const next = bench.another();
        expect((await bench.run(next.setPower(wanted, patient))).observed).to.equal(wanted);
        expect((await bench.run(next.setPower(wanted, patient))).outcome).to.equal('unchanged');
        expect(bench.chassis.power()).to.equal(wanted);
      }),
      { numRuns: RUNS },
    );
    expect(reached).to.be.at.least(RUNS / 5);
  });

  it('setPower sends no second reset where the first was carried out', () =>
    fc.assert(
      fc.asyncProperty(world, async (drawn) => {
        const bench = await begin({ ...drawn, power: 'On' });
        await orTyped(bench, () => bench.driver.setPower('Off', patient));
        expect(bench.changes.filter((change) => change.startsWith('power')).length).to.be.at.most(1);
      }),
      { numRuns: RUNS },
    ));

  it('setBootOnce ends in the state, or in a BmcError, and once it is over in the state', async () => {
    const wish = fc.constantFrom('Hdd' as const, 'Pxe' as const);
    await fc.assert(
      fc.asyncProperty(world, wish, async (drawn, target) => {
        const bench = await begin(drawn);
        const result = await orTyped(bench, () => bench.driver.setBootOnce(target, undefined, patient));
        const once = drawn.id !== 'never-once';
        if (result !== undefined) {
          reached += drawn.faults.length > 0 ? 1 : 0;
          expect(result.observed).to.include({ target, once });
        }
        bench.simulated.calm();
        const next = bench.another();
        expect((await bench.run(next.setBootOnce(target, undefined, patient))).observed).to.include({ target, once });
        expect((await bench.run(next.setBootOnce(target, undefined, patient))).outcome).to.equal(once ? 'unchanged' : 'changed');
        expect((await bench.run(next.clearBootOverride(patient))).observed.target).to.equal('None');
      }),
      { numRuns: RUNS },
    );
    expect(reached).to.be.at.least(RUNS / 5);
  });

  it('insertMedia ends with the image in, or in a BmcError, and once it is over with the image in', async () => {
    const able = world.filter(({ id }) => !['dell-idrac8', 'fujitsu-irmc-s4', 'huawei-ibmc-old'].includes(id));
    await fc.assert(
      fc.asyncProperty(able, async (drawn) => {
        const bench = await begin(drawn);
        const image = drawn.id === 'openbmc' ? SECURE_IMAGE : IMAGE;
        const result = await orTyped(bench, () => bench.driver.insertMedia(image, isOurs, patient));
        if (result !== undefined) {
          reached += drawn.faults.length > 0 ? 1 : 0;
          expect(isIn(image, result.observed)).to.equal(true);
        }
        bench.simulated.calm();
        const next = bench.another();
        expect(isIn(image, (await bench.run(next.insertMedia(image, isOurs, patient))).observed)).to.equal(true);
        expect((await bench.run(next.ejectMedia(isOurs, patient))).observed.some(({ inserted }) => inserted)).to.equal(false);
      }),
      { numRuns: RUNS },
    );
    expect(reached).to.be.at.least(RUNS / 5);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { progressOf, type SourcesOfEvidence } from '../../../src/boot/server/progress';
import {
  NOTHING_SEEN,
  type Sighted,
  SIGHTED,
  type Sightings,
  withRefusal,
  withSighting,
} from '../../../src/boot/server/sightings';

type Step = Sighted | 'well' | 'failed';

function after(...steps: readonly Step[]): Sightings {
  return steps.reduce((seen: Sightings, step, at) => {
    const common = { at, detail: step, from: '10.0.0.7' };
    if (step === 'well') return withSighting(seen, { ...common, what: 'report', result: 0 });
    if (step === 'failed') return withSighting(seen, { ...common, what: 'report', result: 1 });
    return withSighting(seen, { ...common, what: step });
  }, NOTHING_SEEN);
}

const OURS: SourcesOfEvidence = { startScript: true, ownRepository: true };
const side = (sources: SourcesOfEvidence, ...steps: readonly Step[]): string => {
  const told = progressOf(after(...steps), sources);
  return told.known ? told.value.side : 'Unknown';
};

describe('What was fetched tells of the point of no return', () => {
  const cases: readonly (readonly [string, SourcesOfEvidence, readonly Step[], string])[] = [
    ['nothing was seen', OURS, [], 'Unknown'],
    ['only the medium was read', OURS, ['media'], 'Unknown'],
    ['the answer file was fetched', OURS, ['config', 'kernel', 'answer'], 'before'],
    ['the installer has begun', OURS, ['answer', 'start'], 'before'],
    ['it has looked at the repository', OURS, ['answer', 'start', 'repository'], 'Unknown'],
    ['it fetches packages', OURS, ['answer', 'start', 'repository', 'package'], 'past'],
    ['it fetches packages of an old tree', OURS, ['answer', 'start', 'package'], 'past'],
    ['it has succeeded', OURS, ['answer', 'start', 'repository', 'package', 'complete', 'well'], 'past'],
    ['it told of success and nothing else was seen', OURS, ['well'], 'past'],
    ['it failed before it looked at the repository', OURS, ['answer', 'start', 'complete', 'failed'], 'before'],
    ['it failed somewhere', OURS, ['answer', 'start', 'repository', 'complete', 'failed'], 'Unknown'],
    ['it failed among the packages', OURS, ['answer', 'start', 'repository', 'package', 'complete', 'failed'], 'past'],
    ['somebody looked at packages before it began', OURS, ['repository', 'package', 'answer'], 'before'],
    ['it installs from elsewhere, and has begun', { ...OURS, ownRepository: false }, ['answer', 'start'], 'Unknown'],
    ['it installs from elsewhere, and has not begun', { ...OURS, ownRepository: false }, ['answer'], 'before'],
    ['it is staged, and the plugin looks at the tree', { startScript: false, ownRepository: true }, ['repository'], 'Unknown'],
    ['it is staged, and fetches packages', { startScript: false, ownRepository: true }, ['repository', 'package'], 'past'],
    ['it has no scripts (before 6.0)', { startScript: false, ownRepository: true }, ['answer'], 'Unknown'],
  ];
  for (const [words, sources, steps, expected] of cases)
    it(`${expected}: ${words}`, () => void expect(side(sources, ...steps)).to.equal(expected));

  it('never says before once the file systems may be new, whatever was fetched in whatever order', () => {
    const step = fc.constantFrom<Step>(...SIGHTED, 'well', 'failed');
    const sources = fc.record({ startScript: fc.boolean(), ownRepository: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), sources, (steps, from) => {
        const begun = steps.indexOf('start');
        const tree = begun >= 0 && steps.slice(begun).some((one) => one === 'repository' || one === 'package');
        const mayBePast = steps.includes('well') || tree || (begun >= 0 && !from.ownRepository) || !from.startScript;
        if (side(from, ...steps) === 'before') expect(mayBePast).to.equal(false);
      }),
    );
  });
});

describe('Sightings', () => {
  it('stay small, whatever is asked for, and keep the beginning and the end', () => {
    let seen = NOTHING_SEEN;
    for (let at = 0; at < 10_000; at++)
      seen = withSighting(seen, { at, what: SIGHTED[at % SIGHTED.length]!, detail: `x${'\u0000é'.repeat(5000)}`, from: '::1' });
    expect(JSON.stringify(seen).length).to.be.lessThan(8_000);
    expect(seen.timeline[0]).to.deep.include({ at: 0, what: 'config' });
    expect(seen.timeline.at(-1)).to.deep.include({ at: 9_999 });
    expect(seen.seen.config).to.deep.equal({ first: 0, last: 9_999, count: 1112, from: '::1' });
    expect(seen.leftOut).to.equal(10_000 - seen.timeline.length);
  });

  it('tell that a machine started over when it asks for answers after it had begun', () => {
    const refusal = { at: 9, what: 'answer' as const, why: 'it does not begin twice', from: '10.0.0.7' };
    expect(withRefusal(after('answer'), refusal).startedOver).to.equal(false);
    const over = withRefusal(after('answer', 'start'), refusal);
    expect(over.startedOver).to.equal(true);
    expect(withRefusal(over, { ...refusal, at: 10 }).timeline).to.have.length(over.timeline.length);
  });

  it('keep the first result that was told', () => {
    expect(after('failed', 'well').result).to.equal(1);
  });
});

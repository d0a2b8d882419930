import { expect } from 'chai';
import { downtimeOf } from '../../src/plan/downtime';
import type { Span, StepEstimate, TurnEstimate } from '../../src/plan/estimate';
import type { PlannedStop } from '../../src/plan/pass/pass';

const span = (least: number, likely: number, most: number): Span => ({ least, likely, most });

const STEPS: readonly (readonly [StepEstimate['step'], Span])[] = [
  ['drain', span(2, 4, 8)],
  ['install', span(10, 20, 40)],
  ['restore', span(4, 6, 10)],
  ['soak', span(100, 100, 100)],
];

const turn = (host: string): TurnEstimate => ({
  host,
  steps: STEPS.map(([step, time]) => ({ step, span: time, basis: '' })),
  total: span(0, 0, 0),
});

const TURNS = [turn('a'), turn('b')];

function stop(host: string, after: string | undefined): PlannedStop {
  const back = after === undefined ? undefined : { after, on: host };
  return { guest: 'vm', host, action: 'Suspend', why: { code: '', text: '' }, back };
}

describe('the downtime of a guest that stops', () => {
  it('is at best the time between drain and restoring, at worst both of them as well, and half of each as expected', () => {
    expect(downtimeOf(stop('a', 'a'), TURNS)).to.deep.equal(span(10, 20 + 2 + 3, 40 + 8 + 10));
  });

  it('lasts through all turns until the one it comes back after', () => {
    const whole = { least: 10 + 4 + 100 + 2 + 10, likely: 2 + 20 + 6 + 100 + 4 + 20 + 3, most: 8 + 40 + 10 + 100 + 8 + 40 + 10 };
    expect(downtimeOf(stop('a', 'b'), TURNS)).to.deep.equal(whole);
  });

  it('is not told of one that does not come back, or where no estimate tells', () => {
    expect(downtimeOf(stop('a', undefined), TURNS)).to.equal(undefined);
    expect(downtimeOf(stop('c', 'c'), TURNS)).to.equal(undefined);
    expect(downtimeOf(stop('b', 'a'), TURNS)).to.equal(undefined);
  });
});

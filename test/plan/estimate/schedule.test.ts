import { expect } from 'chai';
import { estimatePass } from '../../../src/plan/estimate/run';
import { schedule } from '../../../src/plan/estimate/schedule';
import type { Window } from '../../../src/plan/window';
import { given, HOUR, MINUTE, pass, turn } from './passes';

const { turns } = estimatePass(pass(['m', 'b', 'c'].map((host) => turn(host))), 0, given());
const soaking = estimatePass(pass(['m', 'b'].map((host) => turn(host))), 12 * HOUR, given());
const nightly = (hours: number): Window => ({
  timeZone: 'UTC',
  periods: [{ days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], start: '22:00', duration: hours * HOUR }],
});
const noon = Date.parse('2026-01-12T12:00:00Z');
const days = (given: ReturnType<typeof schedule>): readonly string[] =>
  given.kind === 'Scheduled' ? given.slots.map(({ begins }) => new Date(begins).toISOString().slice(8, 16)) : [given.kind];

describe('the schedule of a run', () => {
  it('begins at once and goes on without a break where there is no window', () => {
    const plan = schedule(turns, undefined, noon, 'likely');
    if (plan.kind !== 'Scheduled') throw new Error('it should fit');
    expect(plan.slots[0]!.begins).to.equal(noon);
    expect(plan.slots.slice(1).map(({ begins }) => begins)).to.deep.equal(plan.slots.slice(0, -1).map(({ ends }) => ends));
    expect(plan.ends - noon).to.equal(turns.reduce((ms, { total }) => ms + total.likely, 0));
  });

  it('begins no host that may not be done in time, and the rest the next night', () => {
    expect(days(schedule(turns, nightly(8), noon, 'likely')))
      .to.have.length(3)
      .and.satisfy((all: string[]) => all.every((at) => at.startsWith('12T2')));
    // A master takes 24 min, at most 45, a member at most 35: 50 min have room for one host, an hour for two.
    expect(days(schedule(turns, nightly(50 / 60), noon, 'likely'))).to.deep.equal(['12T22:00', '13T22:00', '14T22:00']);
    expect(days(schedule(turns, nightly(1), noon, 'likely')).map((at) => at.slice(0, 2))).to.deep.equal(['12', '12', '13']);
  });

  it('counts the soak, and waits for the next opening after it', () => {
    expect(days(schedule(soaking.turns, nightly(1), noon, 'likely'))).to.deep.equal(['12T22:00', '13T22:00']);
    expect(days(schedule(soaking.turns, undefined, noon, 'least'))[1]).to.match(/^13T00:/);
  });

  it('names the host that fits no opening, what it needs and what there is', () => {
    const plan = schedule(turns, nightly(0.5), noon, 'likely');
    expect(plan.kind).to.equal('NeverFits');
    if (plan.kind !== 'NeverFits') return;
    expect([plan.host, plan.longest]).to.deep.equal(['m', 30 * MINUTE]);
    expect(plan.need).to.be.greaterThan(plan.longest);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import type { Span, TurnEstimate } from '../../../src/plan/estimate';
import { ASSUMED_BANDWIDTH, measuredBandwidth } from '../../../src/plan/estimate/bandwidth';
import { estimatePass, totalTime } from '../../../src/plan/estimate/run';
import { sum } from '../../../src/plan/estimate/spans';
import { estimateTurn, timeInWork } from '../../../src/plan/estimate/turn';
import { GIB, given, HOUR, MINUTE, move, pass, stop, turn } from './passes';

const SEED = 6;
const none: ReadonlySet<string> = new Set();
const stepOf = ({ steps }: TurnEstimate, name: string): Span => steps.find(({ step }) => step === name)!.span;
const isOrdered = ({ least, likely, most }: Span): boolean =>
  0 <= least && least <= likely && likely <= most && Number.isFinite(most);

describe('the estimate of one host', () => {
  it('of an empty one is what installer, self-test and rejoining take', () => {
    const estimate = estimateTurn(turn('b'), 'member', none, given());
    expect(estimate.steps.map(({ step }) => step)).to.deep.equal(['drain', 'install', 'rejoin', 'restore']);
    expect(stepOf(estimate, 'install')).to.deep.equal({ least: 12 * MINUTE, likely: 19 * MINUTE, most: 30 * MINUTE });
    expect(stepOf(estimate, 'drain')).to.deep.equal({ least: 0, likely: 0, most: 0 });
    expect(estimate.total).to.deep.equal(sum(estimate.steps.map(({ span }) => span)));
  });

  it('counts the backup for the master alone, and more time until the pool serves again', () => {
    const master = estimateTurn(turn('m'), 'master', none, given());
    const member = estimateTurn(turn('b'), 'member', none, given());
    expect(master.steps.map(({ step }) => step)).to.include('backup');
    expect(stepOf(master, 'rejoin').most).to.be.greaterThan(stepOf(member, 'rejoin').most);
  });

  it('drains memory over the bandwidth given, and says on what it rests', () => {
    const moves = [move('a', 'm', 'b'), move('c', 'm', 'b')];
    const at = (bytes: number, ms: number): TurnEstimate =>
      estimateTurn(turn('m', { moves }), 'master', none, given({ a: 8, c: 56 }, { bandwidth: measuredBandwidth(bytes, ms)! }));
    // 64 GiB at 1 GiB/s are 64 s, and one wave is set up once.
    expect(stepOf(at(10 * GIB, 10_000), 'drain').likely).to.equal(64_000 + 8_000);
    expect(stepOf(at(20 * GIB, 10_000), 'drain').likely).to.equal(32_000 + 8_000);
    expect(at(10 * GIB, 10_000).steps[0]!.basis).to.equal('2 moved (bandwidth measured in this run: 10.0 GiB in 10 s)');
    const assumed = estimateTurn(turn('m', { moves }), 'master', none, given({ a: 8, c: 56 }));
    expect(assumed.steps[0]!.basis).to.contain('assumed: 10 Gbit/s at 30 %');
    // 64 GiB over 1 Gbit/s at 80 %, should the network be no better.
    expect(stepOf(assumed, 'drain').most).to.equal(Math.ceil((64 * GIB * 1000) / 100e6) + 30_000);
  });

  it('measures nothing from too little', () => {
    expect(measuredBandwidth(GIB / 2, 1_000)).to.equal(undefined);
    expect(measuredBandwidth(2 * GIB, 0)).to.equal(undefined);
    expect(measuredBandwidth(2 * GIB, 2_000)!.bytesPerSecond.likely).to.equal(GIB);
  });

  it('writes and reads suspend images, and waits for one stubborn guest unless the plug is pulled', () => {
    const stops = [stop('s', 'b', 'Suspend'), stop('d', 'b', 'Shutdown')];
    const of = (force?: number): TurnEstimate =>
      estimateTurn(
        turn('b', { stops, starts: ['s', 'd'].map((guest) => ({ guest, on: 'b' })) }),
        'member',
        new Set(['s']),
        given({ s: 10, d: 4 }, { forceShutdownAfter: force }),
      );
    const image = (bytesPerSecond: number): number => Math.ceil((10 * GIB * 1000) / bytesPerSecond);
    expect(stepOf(of(), 'drain').likely).to.equal(image(100e6) + 60_000);
    expect(stepOf(of(), 'drain').most).to.equal(image(50e6) + 3 * MINUTE + 20 * MINUTE);
    expect(stepOf(of(10 * MINUTE), 'drain').most).to.equal(image(50e6) + 3 * MINUTE + 10 * MINUTE);
    expect(stepOf(of(), 'restore').likely, 'both at once, one of them read from its image').to.equal(image(100e6) + 15_000);
  });

  it('starts two at once on each host, and hosts side by side', () => {
    const starts = (count: number, on: string): { guest: string; on: string }[] =>
      Array.from({ length: count }, (_, index) => ({ guest: `${on}${index}`, on }));
    const memories = Object.fromEntries([...starts(4, 'b'), ...starts(4, 'm')].map(({ guest }) => [guest, 1]));
    const of = (all: { guest: string; on: string }[]): number =>
      stepOf(estimateTurn(turn('b', { starts: all }), 'member', none, given(memories)), 'restore').likely;
    expect(of(starts(4, 'b'))).to.equal(2 * 15_000);
    expect(of([...starts(4, 'b'), ...starts(4, 'm')])).to.equal(2 * 15_000);
    expect(of(starts(3, 'b'))).to.equal(2 * 15_000);
  });

  it('waits the start delays of appliances', () => {
    const guests = new Map([['a', { memory: GIB, startDelay: 90_000 }]]);
    const estimate = estimateTurn(turn('b', { starts: [{ guest: 'a', on: 'b' }] }), 'member', none, { ...given(), guests });
    expect(stepOf(estimate, 'restore').likely).to.equal(15_000 + 90_000);
  });

  it('counts the person at the console where the boot method is Manual', () => {
    const of = (method: string): Span =>
      stepOf(estimateTurn(turn('b'), 'member', none, given({}, { methods: { b: method } })), 'install');
    expect(of('Manual').likely).to.be.greaterThan(of('Staged').likely);
  });

  it('is refused for a guest nobody knows, rather than guessed', () => {
    const unknown = (): TurnEstimate => estimateTurn(turn('b', { moves: [move('x', 'b', 'm')] }), 'member', none, given());
    expect(unknown).to.throw(RangeError, 'guest x');
  });
});

describe('the estimate of a pass', () => {
  const moves = [move('a', 'm', 'b')];
  const three = pass([turn('m', { moves }), turn('b', { moves: [move('a', 'b', 'm')] }), turn('c')]);

  it('has the soak after the master and the end after the last, and neither is time in which a host is in work', () => {
    const { turns, total } = estimatePass(three, 2 * HOUR, given({ a: 1 }));
    expect(turns.map(({ steps }) => steps.at(-1)!.step)).to.deep.equal(['soak', 'restore', 'finish']);
    expect(turns[0]!.total.least - timeInWork(turns[0]!).least).to.equal(2 * HOUR);
    expect(total).to.deep.equal(sum(turns.map((entry) => entry.total)));
    const without = estimatePass(three, 0, given({ a: 1 }));
    expect(total.most - without.total.most).to.equal(2 * HOUR);
  });

  it('has no soak where no member follows, and hosts never differ', () => {
    const { turns, mixed } = estimatePass(pass([turn('m')]), HOUR, given());
    expect(turns[0]!.steps.map(({ step }) => step)).to.not.include('soak');
    expect(mixed).to.deep.equal({ least: 0, likely: 0, most: 0 });
  });

  it('is mixed from the new master to the last new member, the soak included', () => {
    const { turns, mixed } = estimatePass(three, HOUR, given({ a: 1 }));
    const [master, , last] = turns as [TurnEstimate, TurnEstimate, TurnEstimate];
    const before = ['drain', 'backup', 'install'].map((name) => stepOf(master, name).likely);
    const after = ['restore', 'finish'].map((name) => stepOf(last, name).likely);
    const whole = turns.reduce((ms, { total }) => ms + total.likely, 0);
    expect(mixed.likely).to.equal([...before, ...after].reduce((rest, ms) => rest - ms, whole));
    expect(mixed.likely).to.be.greaterThan(HOUR);
  });

  it('of several hops is the sum of its passes', () => {
    const one = estimatePass(three, HOUR, given({ a: 1 }));
    expect(totalTime([one, one])).to.deep.equal(sum([one.total, one.total]));
  });

  it('never says that the least is more than the likely, nor that more to do takes less', () => {
    const anyCount = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(anyCount, anyCount, anyCount, fc.integer({ min: 1, max: 16 }), (moved, suspended, stopped, maxParallel) => {
        const uuids = (letter: string, count: number): string[] =>
          Array.from({ length: count }, (_, index) => `${letter}${index}`);
        const of = (extra: number): TurnEstimate => {
          const stops = [
            ...uuids('s', suspended).map((guest) => stop(guest, 'b', 'Suspend')),
            ...uuids('d', stopped).map((guest) => stop(guest, 'b', 'Shutdown')),
          ];
          const all = [...uuids('v', moved + extra), ...stops.map(({ guest }) => guest)];
          const starts = stops.map(({ guest }) => ({ guest, on: 'b' }));
          const memories = Object.fromEntries(all.map((uuid) => [uuid, 2]));
          const moves = uuids('v', moved + extra).map((guest) => move(guest, 'b', 'm'));
          return estimateTurn(
            turn('b', { moves, stops, starts }),
            'member',
            new Set(uuids('s', suspended)),
            given(memories, { maxParallel }),
          );
        };
        const [less, more] = [of(0), of(1)];
        expect([...less.steps, ...more.steps].every(({ span }) => isOrdered(span))).to.equal(true);
        expect(more.total.likely).to.be.greaterThan(less.total.likely);
      }),
      { seed: SEED },
    );
  });

  it('rests on an assumption that is no better than the planning values say', () => {
    const { slowest, likely, fastest } = ASSUMED_BANDWIDTH.bytesPerSecond;
    expect(slowest).to.be.lessThan(likely);
    expect(likely).to.be.lessThan(fastest);
  });
});

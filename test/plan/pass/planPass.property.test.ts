// What every plan must be, over random pools: legal when carried out step by step, and where it says proven the optimum that trying everything finds.
import { expect } from 'chai';
import fc from 'fast-check';
import { planPass } from '../../../src/plan/pass/planPass';
import type { Pass } from '../../../src/plan/pass/pass';
import type { PassInput } from '../../../src/plan/pass/passInput';
import { anyPass } from './anyPass';
import { optimum } from './oracle';
import { replay, unmetAtEnd } from './replay';
import { judged } from './xenRules';

function plannedMoves({ turns }: Pass): number {
  return turns.reduce((sum, turn) => sum + turn.moves.length + turn.returns.length, 0);
}

/** Guests that migrate by rule and policy, and stop or stand in the way. */
function unwilling(input: PassInput, pass: Pass): { readonly stops: number; readonly blocked: number } {
  const migrates = (uuid: string): boolean =>
    judged(
      input,
      input.world.guests.find((guest) => guest.uuid === uuid)!,
    ).migrates;
  return {
    stops: pass.turns.flatMap((turn) => turn.stops).filter((stop) => migrates(stop.guest)).length,
    blocked: pass.blocked.filter((block) => migrates(block.guest)).length,
  };
}

describe('the plan of a pass, over random pools', () => {
  it('is legal at every step, leaves each host empty at its turn, and counts its moves', () => {
    fc.assert(
      fc.property(anyPass({ hosts: 5, guests: 14 }), (input) => {
        const pass = planPass(input);
        const { moves } = replay(input, pass);
        const { planned, minimum, bound, gap, proven } = pass.migrations;
        expect(planned).to.equal(moves).and.to.equal(plannedMoves(pass));
        expect(minimum).to.be.at.least(bound);
        if (proven) expect(gap).to.equal(0);
      }),
      { numRuns: 400 },
    );
  });

  it('is the optimum that trying everything finds', () => {
    let proofs = 0;
    fc.assert(
      fc.property(anyPass({ hosts: 4, guests: 5 }), (input) => {
        const pass = planPass(input);
        const done = replay(input, pass);
        const best = optimum(input, pass.order);
        const { stops, blocked } = unwilling(input, pass);
        expect(pass.migrations.proven).to.equal(true);
        proofs++;
        expect({ stops, blocked }).to.deep.equal({ stops: best.stops, blocked: best.blocked });
        if (pass.blocked.length === 0 && pass.order.length > 0) expect(unmetAtEnd(input, pass, done)).to.equal(best.unmet);
        expect(pass.migrations.minimum).to.equal(best.moves);
        expect(pass.turns.flatMap((turn) => turn.stops).filter((stop) => stop.back === undefined).length).to.be.at.most(
          best.neverBack,
        );
      }),
      { numRuns: 400 },
    );
    expect(proofs).to.be.greaterThan(0);
  });

  it('is the same in whatever order hosts, guests and PBDs are listed', () => {
    fc.assert(
      fc.property(anyPass({ hosts: 4, guests: 8 }), fc.nat(), (input, turn) => {
        const shuffled = <T>(list: readonly T[]): readonly T[] =>
          [...list.slice(turn % (list.length || 1)), ...list.slice(0, turn % (list.length || 1))].reverse();
        const { world } = input;
        const mixed = {
          ...input,
          hosts: shuffled(input.hosts),
          world: { ...world, guests: shuffled(world.guests), pbds: shuffled(world.pbds), capacities: world.capacities },
          waiting: shuffled(input.waiting),
          upgraded: shuffled(input.upgraded),
        };
        expect(planPass(mixed)).to.deep.equal(planPass(input));
      }),
      { numRuns: 100 },
    );
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { unknown, untrusted } from '../../src/foundation/fact';
import { effectNamed } from '../../src/upgrade/effects';
import { decideNow, hostPhases, needsNow, poolPhases } from '../../src/upgrade/machine';
import type { HostPhase, HostState, PoolPhase } from '../../src/upgrade/state';
import { iso } from '../../src/upgrade/time';
import { atHost, backup, guest, hostState, NOW, sharedWorld, situation, twoHosts, upgraded } from './situations';
import type { Situation } from '../../src/upgrade/decision';

const stepping = (Object.keys(hostPhases) as HostPhase[]).filter((phase) => hostPhases[phase].step !== undefined);
const evidence = [
  {},
  { stagedAt: iso(NOW), hostTime: '5000', agentStartTime: '1000.' },
  { leftAt: iso(NOW), returnedAt: iso(NOW) },
];

const anyHost: fc.Arbitrary<HostState> = fc
  .tuple(
    fc.constantFrom(...stepping),
    fc.constantFrom('m', 'b'),
    fc.constantFrom(...evidence),
    fc.constantFrom('Staged' as const, 'Manual' as const),
  )
  .map(([phase, uuid, seen, bootMethod]) => hostState(uuid, phase, { evidence: seen, bootMethod }));
const anyMoment: fc.Arbitrary<Situation> = fc.oneof(
  fc
    .record({
      host: anyHost,
      on: fc.constantFrom('m', 'b', undefined),
      enabled: fc.boolean(),
      after: fc.boolean(),
      saved: fc.boolean(),
    })
    .map(({ host, on, enabled, after, saved }) => {
      const seen = { enabled, ...(after ? upgraded() : {}) };
      const pool = host.uuid === 'm' ? twoHosts(seen) : twoHosts(upgraded(), seen);
      return atHost(host, { pool, world: sharedWorld([guest('g', on)]), state: saved ? { backup } : {} });
    }),
  fc.constantFrom(...(Object.keys(poolPhases) as PoolPhase[])).map((phase) => situation({ state: { phase } })),
);

const touches = (phase: PoolPhase): boolean => !['Succeeded', 'Failed', 'Paused', 'AwaitingApproval'].includes(phase);

describe('a fact that is needed and not known', () => {
  it('never leads to an effect that cannot be taken back, in no phase', () => {
    fc.assert(
      fc.property(anyMoment, fc.nat(), fc.constantFrom(unknown('silence'), untrusted('AB:CD')), (moment, pick, fact) => {
        // On a hop that re-cuts no disk nothing hangs on what the plugin says of the disk.
        const needs = needsNow(moment.state, moment.orders, NOW).filter((name) => name !== 'staging');
        fc.pre(needs.length > 0);
        const lost = needs[pick % needs.length]!;
        const decision = decideNow({ ...moment, facts: { ...moment.facts, [lost]: fact } });
        if (decision.kind !== 'act') return;
        for (const { effect } of decision.effects)
          expect(effectNamed(effect).destructive, `${effect} without ${lost}`).to.equal(false);
      }),
      { numRuns: 600 },
    );
  });

  it('because of a certificate fails no phase: it waits for a person', () => {
    fc.assert(
      fc.property(anyMoment, (moment) => {
        const strange = untrusted('its certificate is AB:CD');
        const facts = { ...moment.facts, pool: strange, guests: strange, ha: strange, settings: strange };
        fc.pre(needsNow(moment.state, moment.orders, NOW).includes('pool'));
        const decision = decideNow({ ...moment, facts });
        expect(decision.kind).to.not.equal('fail');
        if (decision.kind === 'wait') expect(decision.reason).to.not.equal('PoolUnreachable');
      }),
      { numRuns: 600 },
    );
  });

  it('of the pool or its guests makes every phase wait or fail', () => {
    fc.assert(
      fc.property(anyMoment, fc.constantFrom('pool' as const, 'guests' as const), (moment, lost) => {
        fc.pre(needsNow(moment.state, moment.orders, NOW).includes(lost) && touches(moment.state.phase));
        const decision = decideNow({ ...moment, facts: { ...moment.facts, [lost]: unknown('silence') } });
        expect(decision.kind).to.be.oneOf(['wait', 'fail', 'next']);
        if (decision.kind === 'wait') expect(decision.message).to.not.equal('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a decision', () => {
  it('names every fact it rests on: facts it did not ask for change nothing', () => {
    fc.assert(
      fc.property(anyMoment, (moment) => {
        const needs: readonly string[] = needsNow(moment.state, moment.orders, NOW);
        const bare = Object.fromEntries(
          Object.entries(moment.facts).map(([name, fact]) => [name, needs.includes(name) ? fact : unknown('was not asked for')]),
        ) as unknown as Situation['facts'];
        const plain = (one: Situation): unknown => JSON.parse(JSON.stringify(decideNow(one)));
        expect(plain({ ...moment, facts: bare })).to.deep.equal(plain(moment));
      }),
      { numRuns: 300 },
    );
  });

  it('gives what takes a host away an entry of its own, and only to the host in work', () => {
    fc.assert(
      fc.property(anyMoment, (moment) => {
        const decision = decideNow(moment);
        if (decision.kind !== 'act') return;
        const away = decision.effects.filter(({ effect }) => ['StageInstaller', 'RebootHost', 'ShutdownHost'].includes(effect));
        if (away.length === 0) return;
        expect(decision.effects).to.have.length(1);
        expect(moment.state.hosts.find(({ uuid }) => uuid === away[0]!.object)?.phase).to.equal('Leaving');
      }),
      { numRuns: 600 },
    );
  });

  it('takes no host away that is enabled, or on which a guest is', () => {
    fc.assert(
      fc.property(anyMoment, (moment) => {
        const decision = decideNow(moment);
        if (decision.kind !== 'act' || !moment.facts.pool.known || !moment.facts.guests.known) return;
        for (const { effect, object } of decision.effects) {
          if (!['StageInstaller', 'RebootHost', 'ShutdownHost'].includes(effect)) continue;
          expect(moment.facts.pool.value.hosts.find(({ uuid }) => uuid === object)?.enabled).to.equal(false);
          expect(moment.facts.guests.value.guests.filter((one) => one.host === object)).to.deep.equal([]);
        }
      }),
      { numRuns: 600 },
    );
  });
});

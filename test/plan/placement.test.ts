import { expect } from 'chai';
import fc from 'fast-check';
import {
  canMigrateAtAll,
  freeMemory,
  migrationBound,
  type Placement,
  placeGuests,
  type PlacementInput,
} from '../../src/plan/placement';
import { compareHosts, type Guest, type Host, newestHosts, residentOn, versionsDiffer } from '../../src/plan/pool';
import { anyPool, GIB, guest, host, pbd, poolOf, type RandomPool, sr, world } from './smallPool';

/** What emptying the host at `index` asks. */
function emptying({ pool, world: seen }: RandomPool, index: number): PlacementInput {
  const from = pool.hosts[index % pool.hosts.length]!;
  return {
    from,
    hosts: pool.hosts,
    world: seen,
    guests: residentOn(seen.guests, from.uuid),
    order: pool.hosts.map((entry) => entry.uuid),
  };
}

/** By this test's own rules: why a move is not legal. */
function illegal({ from, world: seen }: PlacementInput, { to, guest: moved }: { to: Host; guest: Guest }): string | undefined {
  if (to.uuid === from.uuid) return 'to itself';
  if (!to.enabled || !to.live) return 'to a host that is not in service';
  if (compareHosts(to.version, from.version) < 0) return 'to an older host';
  if (moved.immobile !== undefined) return 'of a guest that cannot move';
  const sees = (storage: string): boolean =>
    seen.pbds.some((entry) => entry.host === to.uuid && entry.sr === storage && entry.attached);
  if (!moved.srs.every(sees)) return 'away from its storage';
  const nets = moved.networks.filter((net) => (seen.networkHosts[net] ?? []).length > 0);
  return nets.every((net) => seen.networkHosts[net]!.includes(to.uuid)) ? undefined : 'away from its network';
}

function arriving(placement: Placement, to: string): number {
  return placement.moves.filter((move) => move.to.uuid === to).reduce((sum, move) => sum + move.guest.memory, 0);
}

describe('placing the guests of a host that must be empty', () => {
  it('makes only legal moves that fit together, one a guest at most, and accounts for every guest', () => {
    fc.assert(
      fc.property(anyPool, fc.nat(4), (random, index) => {
        const input = emptying(random, index);
        const placement = placeGuests(input);
        for (const move of placement.moves) expect(illegal(input, move)).to.equal(undefined);
        for (const to of input.hosts)
          if (arriving(placement, to.uuid) > 0) expect(arriving(placement, to.uuid)).to.be.at.most(freeMemory(to, input.world));
        const named = [...placement.moves, ...placement.unplaced].map((entry) => entry.guest.uuid).sort();
        expect(named).to.deep.equal(input.guests.map((entry) => entry.uuid).sort());
        for (const { obstacle } of placement.unplaced) expect(obstacle.code).to.match(/^[A-Z_]+$/);
      }),
    );
  });

  it('leaves nobody behind whom a host could still take after all moves', () => {
    fc.assert(
      fc.property(anyPool, fc.nat(4), (random, index) => {
        const input = emptying(random, index);
        const placement = placeGuests(input);
        for (const { guest: left } of placement.unplaced)
          for (const to of input.hosts) {
            if (illegal(input, { guest: left, to }) !== undefined) continue;
            expect(left.memory).to.be.greaterThan(freeMemory(to, input.world) - arriving(placement, to.uuid));
          }
      }),
    );
  });

  it('does not depend on the order in which hosts and guests are listed', () => {
    fc.assert(
      fc.property(anyPool, fc.nat(4), (random, index) => {
        const input = emptying(random, index);
        const turned = { ...input, guests: [...input.guests].reverse(), hosts: [...input.hosts].reverse() };
        const moves = (one: PlacementInput): readonly string[] =>
          placeGuests(one).moves.map((move) => `${move.guest.uuid} to ${move.to.uuid}`);
        expect(moves(turned)).to.deep.equal(moves(input));
      }),
    );
  });

  it('leap-frogs: prefers hosts that are upgraded already, else the next of the order', () => {
    const [old, next, done] = [host('old'), host('next'), host('done', '7.6.0')];
    const ask = (hosts: readonly Host[], capacities = {}): string | undefined =>
      placeGuests({
        from: old,
        hosts,
        world: world([guest('g', 'old')], { capacities }),
        guests: [guest('g', 'old')],
        order: ['done', 'old', 'next'],
      }).moves[0]?.to.uuid;
    expect(ask([old, next, done])).to.equal('done');
    expect(ask([old, next, { ...done, enabled: false }])).to.equal('next');
    expect(ask([old, next, done], { done: 0 })).to.equal('next');
  });

  it('says why a guest stays: its own obstacle, what the first host lacks, or that there is no host', () => {
    const from = host('from');
    const why = (hosts: readonly Host[], more: Partial<Guest>): string | undefined => {
      const staying = guest('g', 'from', more);
      const seen = world([staying], { srs: [sr('s')], pbds: [pbd('from', 's')], networkHosts: { n: ['from'] } });
      return placeGuests({ from, hosts: [from, ...hosts], world: seen, guests: [staying], order: [] }).unplaced[0]?.obstacle.code;
    };
    expect(why([], {})).to.equal('NO_HOSTS_AVAILABLE');
    expect(why([host('older', '6.5.0')], {})).to.equal('NO_HOSTS_AVAILABLE');
    expect(why([host('to')], { srs: ['s'] })).to.equal('VM_REQUIRES_SR');
    expect(why([host('to')], { networks: ['n'] })).to.equal('VM_REQUIRES_NETWORK');
    expect(why([host('to')], { memory: 17 * GIB })).to.equal('HOST_NOT_ENOUGH_FREE_MEMORY');
    expect(why([host('to')], { immobile: { code: 'VM_HAS_VGPU', text: '' } })).to.equal('VM_HAS_VGPU');
    expect(why([host('to')], { networks: ['internal'] }), 'an internal network exists everywhere').to.equal(undefined);
  });
});

describe('the bound on migrations', () => {
  it('counts every movable guest once, those of the master twice, and no other', () => {
    const hosts = poolOf([host('m'), host('b')]).hosts;
    const seen = world(
      [
        guest('g1', 'm'),
        guest('g2', 'm', { srs: ['local'] }),
        guest('g3', 'b'),
        guest('g4', undefined),
        guest('g5', 'm', { powerState: 'Paused' }),
        guest('g6', 'b', { immobile: { code: 'X', text: '' } }),
      ],
      { srs: [sr('local')], pbds: [pbd('m', 'local')] },
    );
    expect(migrationBound(hosts, seen)).to.equal(3);
  });

  it('is 0 in a pool of one', () => {
    const hosts = poolOf([host('m')]).hosts;
    expect(migrationBound(hosts, world([guest('g', 'm')]))).to.equal(0);
    expect(canMigrateAtAll(guest('g', 'm'), hosts, world([guest('g', 'm')]))).to.equal(false);
  });
});

describe('versions in a pool', () => {
  it('compare by platform where both hosts tell one, else by product', () => {
    const at = (version: string, platform?: string): Host['version'] => ({
      release: { brand: 'XenServer', version },
      ...(platform === undefined ? {} : { platform }),
    });
    expect(compareHosts(at('9.0.0', '1.0.0'), at('8.0.0', '2.0.0'))).to.be.lessThan(0);
    expect(compareHosts(at('6.0.0'), at('6.1.0', '1.6.10'))).to.be.lessThan(0);
  });

  it('differ exactly when some host is not among the newest', () => {
    fc.assert(
      fc.property(anyPool, ({ pool }) => {
        const versions = new Set(pool.hosts.map((entry) => entry.version.release.version));
        expect(versionsDiffer(pool.hosts)).to.equal(versions.size > 1);
        const newest = versions.has('7.6.0') ? '7.6.0' : '7.0.0';
        const expected = pool.hosts.filter((entry) => entry.version.release.version === newest);
        expect(newestHosts(pool.hosts)).to.deep.equal(expected);
      }),
    );
  });
});

// What a manifest or a pool says wrongly of booting: the run is refused with the reason before anything stops, no BMC is told anything, and nothing is handed out.
// Every other way in which an image is wrong ends in the same refusal; the shelf of ISOs tells them apart.
import { expect } from 'chai';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { performRun } from '../../src/rehearsal/run';
import { attemptsOf, fromImage, HOSTS, imageOf, SMALL, TO, toldOf, withBmc } from './boots';
import { expectEnd, type MadePool, mustBeReady, tellRun } from './rig';

type Releases = NonNullable<PoolUpgrade['spec']['releases']>;
type Iso = NonNullable<Releases[number]['iso']>;

const BOTH_BMCS = { hosts: HOSTS.map((name) => withBmc(name)) };
const { iso: RIGHT } = imageOf(TO) as { readonly iso: Iso };

/** The second host's cards have the addresses of the first one's. */
const sameCards = (pool: MadePool): void => {
  const cards = pool.database.records('PIF');
  const [first, second] = HOSTS.map((name) => pool.refs('PIF', ({ host }) => host === pool.ref('host', name)));
  for (const [index, ref] of second!.entries()) pool.database.update('PIF', ref, { MAC: cards.get(first![index]!)!['MAC']! });
};

const CASES: readonly {
  readonly what: string;
  /** What the manifest names in place of the image that is played. */
  readonly iso?: Iso;
  readonly bend?: (pool: MadePool) => void;
  readonly reason: string;
  readonly says: RegExp;
}[] = [
  {
    what: 'a checksum that is another',
    iso: { ...RIGHT, sha256: 'ab'.repeat(32) },
    reason: 'IsoNotUsable',
    says: new RegExp(`its SHA-256 is ${RIGHT.sha256}, expected abab`),
  },
  { what: 'two hosts with the same cards', bend: sameCards, reason: 'TwoHostsOneMac', says: /both have a card/ },
];

describe('an upgrade that boots its hosts', () => {
  for (const { what, iso, bend, reason, says } of CASES)
    for (const method of ['VirtualMedia', 'PXE'] as const)
      it(`by ${method}, with ${what}, is refused before anything stops`, async () => {
        const given = { pool: SMALL, target: TO, spec: fromImage(method, BOTH_BMCS) };
        const prepared = mustBeReady(bend === undefined ? given : { ...given, bend });
        const { manifest } = prepared;
        const releases: Releases = [{ ...TO, iso: iso ?? RIGHT }];
        const run = await performRun({ ...prepared, manifest: { ...manifest, spec: { ...manifest.spec, releases } } });
        expectEnd(run, 'Refused', reason);
        expect(run.report.message, tellRun(run)).to.match(says);
        expect(attemptsOf(run)).to.deep.equal([0, 0]);
        for (const host of HOSTS) expect(toldOf(run, host, /./), host).to.deep.equal([]);
      });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { compareSettings, type Difference, RULES, type Settings, VERDICTS } from '../../../src/plan/settings';
import type { Release } from '../../../src/plan/release';

const XS = (version: string): Release => ({ brand: 'XenServer', version });
const XCP = (version: string): Release => ({ brand: 'XCP-ng', version });

interface Hop {
  readonly from?: Release;
  readonly to?: Release;
}
const compare = (before: Settings, after: Settings, { from = XS('6.2.0'), to = XS('6.5.0') }: Hop = {}): readonly Difference[] =>
  compareSettings(before, after, { from, to });
const one = (path: string, before: string, after: string, hop?: Hop): Difference => {
  const found = compare({ [path]: before }, { [path]: after }, hop);
  expect(found).to.have.length(1);
  return found[0]!;
};
const verdict = (path: string, before: string, after: string, hop?: Hop): string => one(path, before, after, hop).verdict;

describe('comparing settings', () => {
  it('finds nothing between equals, and takes a new field for no difference', () => {
    const settings = { 'host/uuid': 'u', 'PIF a/-1/IP': '10.0.0.1' };
    expect(compare(settings, { ...settings, 'host/new': 'x' })).to.deep.equal([]);
  });

  it('names each change with both values and a reason, in the order of the paths', () => {
    const found = compare(
      { 'host/name': 'b', 'PIF a/-1/DNS': '1', 'host/edition': 'free' },
      { 'host/name': 'c', 'PIF a/-1/mode': 'DHCP', 'host/edition': 'free' },
    );
    expect(found.map(({ path, before, after }) => [path, before, after])).to.deep.equal([
      ['PIF a/-1/DNS', '1', '(absent)'],
      ['host/name', 'b', 'c'],
    ]);
    for (const { reason } of found) expect(reason).to.match(/reference/);
  });

  it('is hard on identity, membership, the management address and attached storage', () => {
    for (const path of ['host/uuid', 'host/address', 'pool/uuid', 'pool/master', 'PIF 00:16/-1/management'])
      expect(verdict(path, 'x', 'y'), path).to.equal('hard');
    expect(verdict('PBD s/attached', 'true', 'false')).to.equal('hard');
    for (const path of ['host/hostname', 'PIF 00:16/-1/IP', 'host/leased address'])
      expect(verdict(path, 'x', 'y'), path).to.equal('look');
  });

  it('tells an object that is gone once, as hard as the hardest of its fields', () => {
    const gone = compare({ 'host/uuid': 'u', 'PBD s/attached': 'true', 'PBD s/type': 'nfs' }, { 'host/uuid': 'u' });
    expect(gone).to.have.length(1);
    expect(gone[0]).to.include({ path: 'PBD s', before: '(present)', after: '(absent)', verdict: 'hard' });
    const drive = compare({ 'PBD removable d/attached': 'true' }, { 'PBD removable e/attached': 'true' });
    expect(drive.map(({ path, verdict: found }) => [path, found])).to.deep.equal([
      ['PBD removable d', 'expected'],
      ['PBD removable e', 'expected'],
    ]);
  });

  it('takes what was announced for expected, in the words of the announcement', () => {
    const announced = (path: string): string | undefined => (path.startsWith('PBD s/') ? 'given up' : undefined);
    const found = compareSettings({ 'PBD s/attached': 'true' }, {}, { from: XS('6.2.0'), to: XS('7.0.0'), announced });
    expect(found).to.deep.equal([
      { path: 'PBD s', before: '(present)', after: '(absent)', verdict: 'expected', reason: 'given up' },
    ]);
  });

  it('minds the releases between which it happens', () => {
    expect(verdict('host/certificate', 'AB', 'CD', { from: XS('7.6.0'), to: XS('8.2.1') })).to.equal('expected');
    expect(verdict('host/certificate', 'AB', 'CD', { from: XS('8.0.0'), to: XS('8.2.1') })).to.equal('look');
    expect(verdict('VM v/HA priority', '', 'best-effort', { from: XS('5.6.100'), to: XS('6.0.2') })).to.equal('expected');
    expect(verdict('VM v/HA priority', '', 'best-effort', { from: XS('6.0.2'), to: XS('6.5.0') })).to.equal('look');
    expect(verdict('VM v/HA priority', 'restart', 'best-effort', { from: XS('5.6.100'), to: XS('6.0.2') })).to.equal('look');
    expect(verdict('host/edition', 'platinum', 'xcp-ng', { from: XS('7.6.0'), to: XCP('8.2.1') })).to.equal('expected');
    expect(verdict('host/edition', 'platinum', 'free')).to.equal('look');
    expect(verdict('host/edition', 'enterprise-per-socket', 'express', { from: XS('8.2.1'), to: XS('8.4.0') })).to.equal(
      'expected',
    );
  });

  it('minds the values', () => {
    const cases: readonly (readonly [string, string, string, string])[] = [
      ['PIF m/-1 bond/links up', '2', '1', 'look'],
      ['PIF m/-1 bond/links up', '1', '2', 'harmless'],
      ['PBD s/paths', '4', '3', 'look'],
      ['PBD s/paths', '4', '8', 'harmless'],
      ['PBD s/images', '4', '3', 'look'],
      ['host/licence expiry', '20270101T00:00:00Z', '20300101T00:00:00Z', 'harmless'],
      ['host/licence expiry', '20300101T00:00:00Z', '20270101T00:00:00Z', 'look'],
      ['host/memory', '8589934592', '8585740288', 'harmless'],
      ['host/memory', '8589934592', '4294967296', 'look'],
      ['dom0/memory', '700000000', '900000000', 'expected'],
      ['dom0/memory', '900000000', '700000000', 'look'],
      ['clock/skew', 'within 5 s', '+70 s', 'look'],
      ['clock/skew', '-70 s', 'within 5 s', 'harmless'],
      ['host/patches', '7', '0', 'expected'],
    ];
    for (const [path, before, after, wanted] of cases)
      expect(verdict(path, before, after), `${path} ${before} ${after}`).to.equal(wanted);
    expect(one('PIF m/-1/device', 'eth0', 'eth1').reason).to.match(/renamed/);
  });
});

describe('the rules of settings', () => {
  const SEED = 60_601;
  const paths = fc.constantFrom(
    ...['host/uuid', 'host/address', 'host/edition', 'host/patches', 'host/certificate', 'host/memory', 'host/anything'],
    ...['pool/master', 'pool/certificate checking', 'member h/uuid', 'clock/skew', 'clock/zone', 'cpu/features', 'dom0/memory'],
    ...['PIF m/-1/management', 'PIF m/-1/device', 'PIF m/-1 bond/links up', 'PBD s/attached', 'PBD tools t/attached'],
    ...['PBD removable r/attached', 'PBD s/paths', 'PBD s/size', 'restriction restrict_x/restricted', 'VM v/HA priority'],
  );
  const values = fc.constantFrom('', 'true', 'false', '1', '2', '20300101T00:00:00Z', 'best-effort', 'within 5 s');
  const settings = fc.dictionary(paths, values, { maxKeys: 12 });
  const releases = fc.constantFrom(XS('5.6.100'), XS('6.2.0'), XS('7.6.0'), XS('8.2.1'), XS('8.4.0'), XCP('7.6.0'), XCP('8.3.0'));

  it('say nothing of equals, one thing of every difference, and never more softly than a hard rule', () => {
    fc.assert(
      fc.property(settings, settings, releases, releases, (before, after, from, to) => {
        expect(compareSettings(before, before, { from, to })).to.deep.equal([]);
        const found = compareSettings(before, after, { from, to });
        const named = found.map(({ path }) => path);
        expect(new Set(named).size, 'one verdict a path').to.equal(named.length);
        for (const path of Object.keys(before).filter((key) => before[key] !== after[key]))
          expect(
            named.some((name) => name === path || path.startsWith(`${name}/`)),
            path,
          ).to.equal(true);
        for (const entry of found) {
          expect(VERDICTS).to.include(entry.verdict);
          expect(entry.reason).to.not.equal('');
          // Whatever is hard with the hard rules alone is hard with all of them.
          const hardRules = RULES.filter((rule) => rule.verdict === 'hard');
          const alone = compareSettings(before, after, { from, to }, hardRules).find(({ path }) => path === entry.path);
          if (alone?.verdict === 'hard') expect(entry.verdict, entry.path).to.equal('hard');
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  it('have an id of their own, a sentence and a source each, and ranges that are none of nothing', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).to.equal(RULES.length);
    for (const { id, sentence, source, path } of RULES) {
      expect(sentence, id).to.match(/^[\w'"].{20,}[^.]$/);
      expect(source, id).to.match(/^(reference \d|xapi, )/);
      expect(path.global, id).to.equal(false);
    }
  });
});

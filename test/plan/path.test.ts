import { expect } from 'chai';
import { edges, edgesFrom, releases } from '../../src/plan/catalogue';
import { newestReachable, planPath, type PathResult } from '../../src/plan/path';
import { type Brand, compareVersions, printRelease, type Release } from '../../src/plan/release';

const xs = (version: string): Release => ({ brand: 'XenServer', version });
const xcp = (version: string): Release => ({ brand: 'XCP-ng', version });
const ask = (from: Release, to: Release, undocumentedHops = true): PathResult => planPath(from, to, { undocumentedHops });

/** D: documented; A: needs consent; -: refused. */
function answer(from: Release, to: Release): string {
  const strict = ask(from, to, false);
  if (strict.ok) return 'D';
  return strict.reason === 'UndocumentedHop' ? 'A' : '-';
}

/** The planner matrix of the XenServer reference, 1.5, in the columns its heading names. */
const columns = [
  '5.0.0',
  '5.5.0',
  '5.6.100',
  '6.0.2',
  '6.1.0',
  '6.2.0',
  '6.5.0',
  '7.0.0',
  '7.1.2',
  '7.6.0',
  '8.0.0',
  '8.2.1',
  '8.4.0',
];
const matrix: Readonly<Record<string, string>> = {
  '4.1.0': 'A------------',
  '5.0.0': '-A-----------',
  '5.5.0': '--A----------',
  '5.6.0': '--AADA-------',
  '6.0.0': '----AAAAAA---',
  '6.0.2': '----AAAAAA---',
  '6.1.0': '-----AAAAA---',
  '6.2.0': '------AAAA---',
  '6.5.0': '-------AAA---',
  '7.0.0': '--------ADAA-',
  '7.1.0': '--------A-AA-',
  '7.1.2': '---------DAA-',
  '7.2.0': '----------AA-',
  '7.3.0': '----------AA-',
  '7.4.0': '---------DAA-',
  '7.5.0': '---------DAA-',
  '7.6.0': '----------AA-',
  '8.0.0': '-----------A-',
  '8.1.0': '-----------A-',
  '8.2.0': '-----------A-',
  '8.2.1': '------------D',
};
const crossings: readonly (readonly [Release, string, string])[] = [
  ...['7.0.0', '7.1.0', '7.1.2', '7.2.0', '7.4.0', '7.6.0'].map((version) => [xs(version), 'A', '-'] as const),
  ...['7.4.0', '7.5.0', '7.6.0'].map((version) => [xcp(version), 'A', '-'] as const),
  ...['8.0.0', '8.1.0'].flatMap((version) => [xs(version), xcp(version)].map((from) => [from, 'D', 'D'] as const)),
  ...[xs('8.2.0'), xcp('8.2.0')].map((from) => [from, 'D', '-'] as const),
  [xs('8.2.1'), 'D', 'D'],
  [xcp('8.2.1'), '-', 'D'],
  [xs('6.5.0'), '-', '-'],
];

describe('the upgrade path', () => {
  for (const [from, row] of Object.entries(matrix))
    it(`from XenServer ${from} is the reference's row`, () => {
      expect(columns.map((to) => answer(xs(from), xs(to))).join('')).to.equal(row);
    });

  for (const [from, to821, to83] of crossings)
    it(`from ${printRelease(from)} to XCP-ng is the reference's row`, () => {
      expect([answer(from, xcp('8.2.1')), answer(from, xcp('8.3.0'))]).to.deep.equal([to821, to83]);
    });

  it('has a place for builds between two releases: a pre-release belongs to the line below it, a hotfixed one to its own', () => {
    expect(answer(xs('5.9.950'), xs('6.1.0')), 'before 6.0.0').to.equal('D');
    expect(answer(xs('5.9.950'), xs('7.0.0'))).to.equal('-');
    expect(answer(xs('6.0.50'), xs('7.0.0')), 'after 6.0.2').to.equal('A');
    expect(answer(xs('6.0.99'), xs('6.0.2')), 'not backwards within the line').to.equal('-');
    expect(answer(xs('7.0.93'), xs('7.6.0'))).to.equal('D');
  });

  it('is one hop, which says whether a document names it, and warns when none does', () => {
    expect(ask(xs('7.5.0'), xs('7.6.0'))).to.deep.equal({
      ok: true,
      hops: [{ from: xs('7.5.0'), to: xs('7.6.0'), documented: true }],
      warnings: [],
    });
    const bold = ask(xs('6.2.0'), xs('6.5.0'));
    expect(bold.ok && bold.warnings.join()).to.contain('no document of the vendor');
  });
});

describe('a path that is refused', () => {
  const refusal = (from: Release, to: Release, consent = true): { reason: string; message: string } => {
    const result = ask(from, to, consent);
    if (result.ok) throw new Error('it was not refused');
    return result;
  };

  it('names what is known of a brand when the target is not', () => {
    const { reason, message } = refusal(xs('7.0.0'), xcp('9.9.9'));
    expect(reason).to.equal('UnknownRelease');
    expect(message).to.contain('XCP-ng 9.9.9').and.contain('8.2.1').and.not.contain('6.5.0');
  });

  it('says so when the target is the present release, or older', () => {
    expect(refusal(xs('7.6.0'), xs('7.6.0'))).to.have.property('reason', 'TargetNotNewer');
    expect(refusal(xs('7.6.0'), xs('7.6.0')).message).to.contain('already has');
    expect(refusal(xs('7.6.0'), xs('6.5.0')).message).to.contain('is older than XenServer 7.6.0');
    expect(refusal(xs('8.2.1'), xcp('8.0.0')).reason).to.equal('TargetNotNewer');
  });

  it('tells a brand that nothing leads to', () => {
    expect(refusal(xcp('8.2.1'), xs('8.4.0')).reason).to.equal('BrandUnreachable');
  });

  it('names where one hop leads instead, and the field that consents to one without a document', () => {
    const direct = refusal(xs('5.5.0'), xs('7.0.0'));
    expect(direct.reason).to.equal('NoDirectPath');
    expect(direct.message).to.contain('XenServer 5.6.100');
    const bold = refusal(xs('6.2.0'), xs('6.5.0'), false);
    expect(bold.reason).to.equal('UndocumentedHop');
    expect(bold.message).to.contain('spec.consent.undocumentedHops');
  });
});

describe('the catalogue', () => {
  it('leads nowhere it does not know, and never backwards, from any release it names', () => {
    const known = new Set(releases.map(printRelease));
    for (const { to } of edges) expect(known.has(printRelease(to)), printRelease(to)).to.equal(true);
    for (const from of releases)
      for (const { to } of edgesFrom(from)) {
        const step = compareVersions(to.version, from.version);
        expect(to.brand === from.brand ? step > 0 : step >= 0, `${printRelease(from)} to ${printRelease(to)}`).to.equal(true);
      }
  });

  it('tells the newest release of the same brand one hop away', () => {
    const newest = (from: Release): string | undefined => newestReachable(from)?.version;
    const cases: [Brand, string, string | undefined][] = [
      ['XenServer', '5.6.0', '6.2.0'],
      ['XenServer', '6.0.2', '7.6.0'],
      ['XenServer', '7.1.0', '8.2.1'],
      ['XenServer', '8.2.1', '8.4.0'],
      ['XenServer', '8.4.0', undefined],
      ['XCP-ng', '8.2.0', '8.2.1'],
      ['XCP-ng', '8.2.1', '8.3.0'],
      ['XCP-ng', '8.3.0', undefined],
    ];
    for (const [brand, version, expected] of cases) expect(newest({ brand, version }), `${brand} ${version}`).to.equal(expected);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { edgeBetween, edges, edgesFrom, releases } from '../../src/plan/catalogue';
import { newestReachable, planPath, type PathResult, type PathWishes } from '../../src/plan/path';
import { placeRelease } from '../../src/plan/placeRelease';
import { type Brand, compareVersions, printRelease, type Release } from '../../src/plan/release';

const xs = (version: string): Release => ({ brand: 'XenServer', version });
const xcp = (version: string): Release => ({ brand: 'XCP-ng', version });
const ask = (from: Release, to: Release, undocumentedHops = true, more: Partial<PathWishes> = {}): PathResult =>
  planPath(from, to, { consent: { undocumentedHops }, ...more });

/** One hop: D: documented; A: needs consent; -: refused. */
function answer(from: Release, to: Release): string {
  const edge = edgesFrom(from).find((entry) => printRelease(entry.to) === printRelease(to));
  return edge === undefined ? '-' : edge.kind === 'documented' ? 'D' : 'A';
}

/** Versions of the stops, or the refusal's reason. */
function stops(result: PathResult): readonly string[] {
  return result.ok ? result.hops.map(({ to }) => to.version) : [result.reason];
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

  it('of one hop says whether a document names it and where that is told, and warns when none does', () => {
    const plain = ask(xs('7.5.0'), xs('7.6.0'));
    expect(plain.ok && plain.hops).to.have.length(1);
    expect(plain.ok && plain.hops[0]).to.deep.include({ from: xs('7.5.0'), to: xs('7.6.0'), documented: true });
    expect(plain.ok && plain.hops[0]!.source).to.match(/xenserver\.md 1\.4/);
    expect(plain.ok && plain.warnings).to.deep.equal([]);
    const bold = ask(xs('6.2.0'), xs('6.5.0'));
    expect(bold.ok && bold.warnings.join()).to.contain('no document of the vendor');
  });

  it('from 4.1 to XenServer 8 is the chain of the reference, with a warning for each hop without a document', () => {
    const result = ask(xs('4.1.0'), xs('8.4.0'));
    if (!result.ok) throw new Error(result.message);
    const chain = result.hops.map(({ to }) => to.version);
    expect(chain.slice(0, 3)).to.deep.equal(['5.0.0', '5.5.0', '5.6.100']);
    expect(chain[3], 'by 6.x').to.match(/^6\./);
    expect(chain[4], 'by 7.x').to.match(/^7\./);
    expect(chain.slice(5)).to.deep.equal(['8.2.1', '8.4.0']);
    expect(result.warnings).to.have.length(result.hops.filter((hop) => !hop.documented).length);
    expect(ask(xs('4.1.0'), xs('8.4.0'), false)).to.include({ ok: false, reason: 'UndocumentedHop' });
  });

  it('keeps to documented hops where they lead to the target, however willing one is', () => {
    expect(stops(ask(xcp('8.0.0'), xcp('8.3.0')))).to.deep.equal(['8.3.0']);
    expect(stops(ask(xs('7.0.0'), xs('7.6.0')))).to.deep.equal(['7.6.0']);
  });

  it('takes the stops that a source is named for, and names every release that has none', () => {
    const only = (...versions: readonly string[]): Pick<PathWishes, 'sources'> => ({
      sources: { named: ({ version }) => versions.includes(version), needed: () => true },
    });
    for (const stop of ['7.0.0', '7.1.2', '7.6.0'])
      expect(stops(ask(xs('6.1.0'), xs('8.2.1'), true, only(stop, '8.2.1')))).to.deep.equal([stop, '8.2.1']);
    const none = ask(xs('6.1.0'), xs('8.4.0'), true, only('8.2.1'));
    expect(none).to.include({ ok: false, reason: 'RepositoryMissing' });
    expect(!none.ok && none.message).to.match(/XenServer 7\.\d\.\d, XenServer 8\.4\.0/);
  });

  it('takes a worse way where only that has sources, and says which would be better and what it lacks', () => {
    const named = ({ version }: Release): boolean => ['6.2.0', '7.6.0'].includes(version);
    const result = ask(xs('5.6.0'), xs('7.6.0'), true, { sources: { named, needed: () => true } });
    expect(stops(result)).to.deep.equal(['6.2.0', '7.6.0']);
    expect(result.ok && result.warnings[0]).to.match(/a better path is there.*6\.1\.0.*needs a repository for XenServer 6\.1\.0/);
  });

  it('needs no source for a hop that people make by hand', () => {
    const sources = { named: () => false, needed: ({ to }: { to: Release }) => to.version.startsWith('6.') };
    expect(stops(ask(xs('4.1.0'), xs('5.6.0'), true, { sources }))).to.deep.equal(['5.0.0', '5.5.0', '5.6.0']);
    expect(stops(ask(xs('5.5.0'), xs('6.1.0'), true, { sources }))).to.deep.equal(['RepositoryMissing']);
  });
});

describe('a path that the manifest names', () => {
  const walk = (from: Release, path: readonly { brand?: Brand; version: string }[], to: Release, consent = true): PathResult =>
    ask(from, to, consent, { path });
  const message = (result: PathResult): string => (result.ok ? 'walkable' : `${result.reason}: ${result.message}`);

  it('is walked as it stands', () => {
    expect(
      stops(walk(xs('6.1.0'), [{ version: '6.5.0' }, { version: '7.1.2' }, { version: '8.2.1' }], xs('8.2.1'))),
    ).to.deep.equal(['6.5.0', '7.1.2', '8.2.1']);
    expect(stops(walk(xs('7.6.0'), [{ version: '8.0.0' }, { brand: 'XCP-ng', version: '8.2.1' }], xcp('8.2.1')))).to.deep.equal([
      '8.0.0',
      '8.2.1',
    ]);
  });

  it('that the pool has partly behind it is walked from where the pool is', () => {
    expect(stops(walk(xs('7.1.2'), [{ version: '7.1.2' }, { version: '8.2.1' }], xs('8.2.1')))).to.deep.equal(['8.2.1']);
  });

  it('that skips a required stop is refused with the stop, the field and the rule', () => {
    const text = message(walk(xs('6.5.0'), [{ version: '8.2.1' }], xs('8.2.1')));
    expect(text).to.match(
      /^PathInvalid: spec\.path\[0\]: found XenServer 8\.2\.1 after XenServer 6\.5\.0, expected XenServer 7\./,
    );
    expect(text).to.contain('xenserver.md 1.3');
  });

  it('with an unknown stop, a step back, another end or no consent is refused by name', () => {
    expect(message(walk(xs('6.5.0'), [{ version: '7.9.0' }, { version: '8.2.1' }], xs('8.2.1')))).to.match(
      /^UnknownRelease: spec\.path\[0\]/,
    );
    expect(message(walk(xs('7.1.0'), [{ version: '7.0.0' }, { version: '8.2.1' }], xs('8.2.1')))).to.match(
      /^PathInvalid.*only go forwards/,
    );
    expect(message(walk(xs('7.1.2'), [{ version: '7.6.0' }], xs('8.2.1')))).to.match(
      /^PathInvalid.*expected the target XenServer 8\.2\.1/,
    );
    expect(message(walk(xs('7.6.0'), [{ version: '8.2.1' }], xcp('8.2.1')))).to.match(/^PathInvalid.*XCP-ng 8\.2\.1/);
    expect(message(walk(xs('7.1.2'), [{ version: '8.2.1' }], xs('8.2.1'), false))).to.match(/^UndocumentedHop.*spec\.consent/);
  });
});

describe('the place of a build', () => {
  const place = (from: Release & { platform?: string }): string => {
    const found = placeRelease(from);
    return found.ok ? `${found.line.version}${found.sentence === undefined ? '' : '*'}` : 'unknown';
  };

  it('is the release itself where it is one, in every era', () => {
    for (const release of releases) expect(place(release), release.label).to.equal(release.version);
  });

  it('is told by the platform where one is shown, else by the product version, with a sentence', () => {
    expect(place({ ...xs('6.0.50'), platform: '1.5.50' })).to.equal('6.0.2*');
    expect(place(xs('5.6.900'))).to.equal('5.6.200*');
    expect(place(xs('5.9.960'))).to.equal('5.6.200*');
    expect(place(xs('5.5.900'))).to.equal('5.5.0*');
    expect(place({ ...xs('8.2.50'), platform: '3.2.50' })).to.equal('8.2.1*');
    const told = placeRelease({ ...xs('6.0.50'), platform: '1.5.50' });
    expect(told.ok && told.sentence)
      .to.contain('platform_version 1.5.50')
      .and.contain('XenServer 6.1');
  });

  it('is refused by name where nothing known is near', () => {
    for (const from of [xs('4.0.1'), xs('9.0.0'), { ...xs('9.0.0'), platform: '3.5.0' }, xcp('7.3.0'), xs('0')])
      expect(place(from)).to.equal('unknown');
    const refused = ask({ brand: 'XenServer', version: '9.0.0' }, xs('8.4.0'));
    expect(!refused.ok && refused.message).to.contain('XenServer 9.0.0');
  });
});

describe('any path that is found', () => {
  const seed = 20260112;
  const anyRelease = fc.constantFrom(...releases);

  /** Fewest hops over the edges allowed, by breadth first; undefined when there is no way. */
  function distance(from: Release, to: Release, kinds: readonly string[]): number | undefined {
    const seen = new Map([[printRelease(from), 0]]);
    const queue: Release[] = [from];
    for (let at = queue.shift(); at !== undefined; at = queue.shift())
      for (const edge of edgesFrom(at).filter(({ kind }) => kinds.includes(kind))) {
        if (seen.has(printRelease(edge.to))) continue;
        seen.set(printRelease(edge.to), seen.get(printRelease(at))! + 1);
        queue.push(edge.to);
      }
    return printRelease(from) === printRelease(to) ? undefined : seen.get(printRelease(to));
  }

  it(`can be walked edge by edge, and takes no undocumented edge without consent (seed ${seed})`, () => {
    const property = fc.property(anyRelease, anyRelease, fc.boolean(), (from, to, consent) => {
      const result = ask(from, to, consent);
      if (!result.ok) return;
      let at: Release = { brand: from.brand, version: from.version };
      for (const hop of result.hops) {
        expect(hop.from).to.deep.equal(at);
        const edge = edgeBetween(at, hop.to);
        expect(edge?.kind).to.equal(hop.documented ? 'documented' : 'accepted by the installer');
        if (!consent) expect(hop.documented).to.equal(true);
        at = hop.to;
      }
      expect(printRelease(at)).to.equal(printRelease(to));
    });
    fc.assert(property, { seed, numRuns: 1500 });
  });

  it(`is the shortest over documented edges, and is found whenever there is one (seed ${seed})`, () => {
    const property = fc.property(anyRelease, anyRelease, (from, to) => {
      const strict = distance(from, to, ['documented']);
      const result = ask(from, to, false);
      expect(result.ok ? result.hops.length : undefined, `${from.label} to ${to.label}`).to.equal(strict);
      const bold = ask(from, to, true);
      if (strict !== undefined) expect(bold.ok && bold.hops.length).to.equal(strict);
      expect(bold.ok, `${from.label} to ${to.label}`).to.equal(
        distance(from, to, ['documented', 'accepted by the installer']) !== undefined,
      );
    });
    fc.assert(property, { seed, numRuns: 1500 });
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

  it('names the path it would be, and the field that consents to hops without a document', () => {
    const bold = refusal(xs('6.2.0'), xs('6.5.0'), false);
    expect(bold.reason).to.equal('UndocumentedHop');
    expect(bold.message).to.contain('spec.consent.undocumentedHops').and.contain('6.2.0 → 6.5.0');
    expect(refusal(xs('8.3.0'), xs('8.4.0'))).to.have.property('reason', 'NoDirectPath');
  });
});

describe('the catalogue', () => {
  it('says of every edge where it has it from', () => {
    for (const { source, to } of edges) expect(source, printRelease(to)).to.match(/^xenserver\.md 1\.\d/);
  });

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

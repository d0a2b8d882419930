import { expect } from 'chai';
import fc from 'fast-check';
import { brandOf, compareVersions, sameRelease } from '../../src/plan/release';

const anyVersion = fc.array(fc.integer({ min: 0, max: 1_200 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

describe('comparing versions', () => {
  it('goes number by number, never by text', () => {
    const ascending = ['5.6.100', '5.9.950', '6.0', '6.0.2', '6.0.50', '6.0.99', '6.1.0', '6.10.0', '10.0.0'];
    for (const [index, older] of ascending.entries())
      for (const newer of ascending.slice(index + 1)) {
        expect(compareVersions(older, newer), `${older} < ${newer}`).to.be.lessThan(0);
        expect(compareVersions(newer, older), `${newer} > ${older}`).to.be.greaterThan(0);
      }
  });

  it('takes missing parts for 0 and passes over text after a number', () => {
    for (const same of ['7', '7.0', '7.0.0', '7.0.0.0', '7.0.0-beta']) expect(compareVersions(same, '7.0.0')).to.equal(0);
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
        const sign = (one: string, other: string): number => Math.sign(compareVersions(one, other));
        expect(sign(a, a)).to.equal(0);
        expect(sign(a, b) + sign(b, a)).to.equal(0);
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).to.be.at.most(0);
        if (sign(a, b) === 0) expect(sign(a, c)).to.equal(sign(b, c));
      }),
    );
  });
});

describe('a release', () => {
  it('is the same only with the same brand', () => {
    expect(sameRelease({ brand: 'XCP-ng', version: '8.2.1' }, { brand: 'XenServer', version: '8.2.1' })).to.equal(false);
    expect(sameRelease({ brand: 'XCP-ng', version: '8.2' }, { brand: 'XCP-ng', version: '8.2.0' })).to.equal(true);
  });

  it('is of XenServer unless its product says XCP-ng', () => {
    expect(brandOf('XCP-ng')).to.equal('XCP-ng');
    for (const name of ['XenServer', 'Citrix Hypervisor', undefined, '']) expect(brandOf(name)).to.equal('XenServer');
  });
});

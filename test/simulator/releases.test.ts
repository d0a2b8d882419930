import { expect } from 'chai';
import { releaseRank } from '../../src/datamodel/datamodel';
import {
  brandOf,
  compareVersions,
  factsOf,
  findFacts,
  installerAccepts,
  knownReleases,
  publishedFacts,
  softwareVersionOf,
} from '../../src/simulator/releases';
import type { Release } from '../../src/simulator/world';

const xs = (version: string): Release => ({ brand: 'XenServer', version });
const xcp = (version: string): Release => ({ brand: 'XCP-ng', version });

describe('the simulator’s table of releases', () => {
  it('grows with every release: version, platform, XenAPI and hypervisor never go back within a brand', () => {
    for (const [index, later] of knownReleases.entries()) {
      const earlier = knownReleases[index - 1];
      if (earlier === undefined || earlier.release.brand !== later.release.brand) continue;
      expect(compareVersions(earlier.release.version, later.release.version)).to.be.lessThan(0);
      if (earlier.platform !== null) expect(compareVersions(earlier.platform, later.platform!)).to.be.at.most(0);
      expect(releaseRank(earlier.api)).to.be.at.most(releaseRank(later.api));
      expect(compareVersions(earlier.xen, later.xen)).to.be.at.most(0);
      expect(compareVersions(earlier.xapi, later.xapi)).to.be.at.most(0);
    }
  });

  it('compares versions as numbers', () => {
    expect(compareVersions('5.9.950', '6.0.0')).to.be.lessThan(0);
    expect(compareVersions('6.0.50', '6.0.2')).to.be.greaterThan(0);
    expect(compareVersions('7.10', '7.9.0')).to.be.greaterThan(0);
    expect(compareVersions('6.2', '6.2.0')).to.equal(0);
  });

  it('gives a version between two releases the ways of the older one and its own number', () => {
    expect(factsOf(xs('6.0.50'))).to.deep.equal({ ...factsOf(xs('6.0.2')), release: xs('6.0.50') });
    expect(factsOf(xs('5.9.950')).plugin).to.equal(null);
    expect(findFacts(xs('3.2.0'))).to.equal(undefined);
    expect(findFacts(xcp('6.5.0'))).to.equal(undefined);
    expect(() => factsOf(xcp('6.5.0'))).to.throw('XCP-ng 6.5.0');
    expect(publishedFacts(xs('6.0.50'))).to.equal(undefined);
    expect(publishedFacts(xs('6.1'))?.api).to.equal('tampa');
  });

  it('lets an installer take from its minimum up to its own version', () => {
    const accepted: readonly (readonly [installer: Release, installed: Release, accepted: boolean])[] = [
      [xs('6.1.0'), xs('5.6.0'), true],
      [xs('6.1.0'), xs('5.5.0'), false],
      [xs('6.1.0'), xs('5.5.900'), false],
      [xs('6.1.0'), xs('6.1.0'), true],
      [xs('6.1.0'), xs('6.2.0'), false],
      [xs('7.6.0'), xs('6.0.0'), true],
      [xs('7.6.0'), xs('5.6.100'), false],
      [xs('8.2.1'), xs('6.5.0'), false],
      [xs('8.2.1'), xs('7.0.0'), true],
      [xcp('8.2.1'), xs('7.1.2'), true],
      [xcp('8.3.0'), xcp('8.2.1'), true],
    ];
    for (const [installer, installed, expected] of accepted)
      expect(installerAccepts(installer, installed), `${installed.version} → ${installer.version}`).to.equal(expected);
  });

  it('changes the layout of the disk with 7.0 and serves JSON from 7.1', () => {
    expect([factsOf(xs('6.5.0')).layout, factsOf(xs('7.0.0')).layout]).to.deep.equal(['old', 'new']);
    expect([factsOf(xs('7.0.0')).servesJson, factsOf(xs('7.1.0')).servesJson]).to.deep.equal([false, true]);
  });

  it('speaks the TLS of its time', () => {
    const spoken = (release: Release): string => Object.values(factsOf(release).tls).join(' to ');
    expect([xs('5.5.0'), xs('6.5.0')].map(spoken)).to.deep.equal(['TLSv1 to TLSv1', 'TLSv1 to TLSv1']);
    expect([xs('7.0.0'), xcp('7.6.0')].map(spoken)).to.deep.equal(['TLSv1 to TLSv1.2', 'TLSv1 to TLSv1.2']);
    expect([xs('8.0.0'), xcp('8.3.0')].map(spoken)).to.deep.equal(['TLSv1.2 to TLSv1.2', 'TLSv1.2 to TLSv1.2']);
  });

  it('shows each release what its hosts show', () => {
    expect(softwareVersionOf(xs('6.0.2'))).not.to.have.property('platform_version');
    expect(softwareVersionOf(xs('6.1.0'))).to.include({
      product_version: '6.1.0',
      platform_version: '1.6.10',
      product_brand: 'XenServer',
    });
    expect(softwareVersionOf(xs('8.2.1')).product_brand).to.equal('Citrix Hypervisor');
    expect(softwareVersionOf(xcp('8.3.0'), { network_backend: 'openvswitch' })).to.include({
      product_brand: 'XCP-ng',
      network_backend: 'openvswitch',
    });
    for (const { release } of knownReleases) expect(brandOf(softwareVersionOf(release)['product_brand'])).to.equal(release.brand);
  });
});

// The media the simulator makes, as the boot server's own reader sees them: what it cannot use, no rehearsal could.
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { inspectMedia } from '../../../src/boot/media/inspect';
import { createMirror } from '../../../src/simulator/media/mirror';
import { vendorIso } from '../../../src/simulator/media/vendorIso';
import { NetworkFailure } from '../../../src/simulator/network/hostNetwork';
import { knownReleases } from '../../../src/simulator/releases';
import { BytesSource, never } from '../../boot/media/made/bytesSource';

describe('a made installation medium', () => {
  for (const { release, productBrand, platform, layout } of knownReleases) {
    it(`of ${release.brand} ${release.version} says what it is and can be replaced in every mode it starts in`, async () => {
      const found = await inspectMedia(new BytesSource(vendorIso(release).bytes), never);
      expect(found.release).to.deep.include({ brand: productBrand, version: release.version });
      expect(found.firmware).to.deep.equal(layout === 'new' ? ['BIOS', 'UEFI'] : ['BIOS']);
      if (layout === 'new') expect(found.release?.platformVersion).to.equal(platform);
      expect(found.notes).to.deep.equal([]);
    });
  }

  it('has a few hundred KB, and its checksum', () => {
    const { bytes, sha256 } = vendorIso({ brand: 'XCP-ng', version: '8.3.0' });
    expect(bytes.length).to.be.within(200_000, 900_000);
    expect(sha256).to.equal(createHash('sha256').update(bytes).digest('hex'));
  });

  it('gives iPXE an Xen that can be unpacked', () => {
    const { files } = vendorIso({ brand: 'XCP-ng', version: '8.3.0' });
    expect(files.get('/boot/xen.gz')!.subarray(0, 2)).to.deep.equal(Buffer.from([0x1f, 0x8b]));
  });
});

describe('the mirror of releases', () => {
  const release = { brand: 'XCP-ng', version: '8.3.0' } as const;
  const mirror = createMirror([
    { url: 'http://mirror.example/xcp.iso', what: 'iso', release },
    { url: 'http://mirror.example/8.3/', what: 'tree', release },
  ]);
  const get = (url: string, range?: { offset: number; length: number }): ReturnType<typeof mirror.get> =>
    mirror.get({ url, from: '10.0.0.1', ...(range === undefined ? {} : { range }) }, never);
  const { bytes, files } = vendorIso(release);

  it('serves the image in parts that make the whole', async () => {
    const whole = await get('http://mirror.example/xcp.iso');
    expect([whole.status, whole.body.equals(bytes)]).to.deep.equal([200, true]);
    const part = await get('http://mirror.example/xcp.iso', { offset: 32_768, length: 2_048 });
    expect(part.status).to.equal(206);
    expect(part.headers['content-range']).to.equal(`bytes 32768-34815/${bytes.length}`);
    expect(part.body.equals(bytes.subarray(32_768, 34_816))).to.equal(true);
    const last = await get('http://mirror.example/xcp.iso', { offset: bytes.length - 10, length: 4_096 });
    expect(last.body.length).to.equal(10);
    expect((await get('http://mirror.example/xcp.iso', { offset: bytes.length, length: 1 })).status).to.equal(416);
  });

  it('serves the tree, and 404 for what is not in it', async () => {
    const info = await get('http://mirror.example/8.3//.treeinfo');
    expect(info.body.equals(files.get('/.treeinfo')!)).to.equal(true);
    expect((await get('http://mirror.example/8.3/nothing')).status).to.equal(404);
    expect((await get('http://mirror.example/other.iso')).status).to.equal(404);
  });

  it('does not answer for others', async () => {
    const failure = await get('http://elsewhere.example/x').catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(NetworkFailure).with.property('kind', 'NoSuchHost');
  });
});

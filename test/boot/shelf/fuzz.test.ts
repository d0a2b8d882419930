// 10,000 malformed ISOs put on the shelf under their own SHA-256, so that nothing but understanding stands between them and a host: each is refused in words and
// served to nobody, or shown with nothing changed but its boot configurations; nothing is ever read outside of it, nor kept.
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { READING_BUDGET } from '../../../src/boot/media/boundedReader';
import { MediaError } from '../../../src/boot/media/mediaError';
import type { OpenSource } from '../../../src/boot/media/sources/opened';
import { seededRandom } from '../../../src/foundation/random';
import { BytesSource, never } from '../media/made/bytesSource';
import { damaged, regionsOf } from '../media/made/damage';
import { vendorIso } from '../media/made/vendorIso';
import { pathOf } from '../../../src/boot/server/openAttempt';
import { ATTEMPT, KEY, smallSite } from '../server/smallSite';
import { all, MediaSite } from './mediaSite';

const IMAGES = 10_000;
const SEED = 20_261_128;
/** Asked for by BMCs, and by boot loaders. */
const PATHS = [pathOf(KEY, ATTEMPT, 'media', 'installer.iso'), pathOf(KEY, ATTEMPT, 'boot', 'vmlinuz')];
const FILES = ['.treeinfo', 'boot/xen.gz', 'boot/vmlinuz', 'install.img', 'no/such.rpm'];

class Malformed extends BytesSource implements OpenSource {
  closed = false;

  constructor(
    bytes: Buffer,
    readonly identity: string,
  ) {
    super(bytes);
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

describe('10,000 malformed ISOs on the shelf', () => {
  it('are refused with a reason, or shown rightly, and are let go of', async () => {
    const random = seededRandom(SEED);
    const medium = vendorIso({ fat: { fragmented: true, clusters: 60 } });
    const regions = regionsOf(medium);
    let source = new Malformed(medium.bytes, '');
    const site = new MediaSite({ open: () => Promise.resolve(source), mostOpen: 4 });
    const server = smallSite({ shelf: site.shelf });
    const tally = { refused: 0, shown: 0, filesRefused: 0 };
    for (let number = 0; number < IMAGES; number++) {
      const bytes = damaged(medium.bytes, regions, random);
      source = new Malformed(bytes, `image ${number}`);
      site.place = { location: `http://mirror/${number}`, sha256: createHash('sha256').update(bytes).digest('hex') };
      const found = await site.medium();
      // The checksum reads it whole; everything else is bounded.
      expect(source.total, `image ${number}`).to.be.at.most(bytes.length + READING_BUDGET);
      if ('why' in found) {
        tally.refused++;
        expect(found.why, `image ${number}`).to.match(/^[^\p{C}]{20,1000}$/u);
        // Whether it was let go of, or never opened again: a refused one holds nothing.
        expect(source.closed || /holds/.test(found.why), `image ${number}`).to.equal(true);
        for (const path of PATHS) expect((await server.get(path)).status, `image ${number}`).to.equal(404);
      } else {
        tally.shown++;
        if (!('why' in found.view)) {
          const size = (await all(found.view.source)).length;
          expect(size, `image ${number}`).to.equal(bytes.length);
        }
        for (const name of FILES)
          await found.tree.file(name.split('/'), never).then(
            async (file) => file && expect((await all(file)).length).to.equal(file.size),
            (error: unknown) => {
              expect(error, `image ${number}`).to.be.instanceOf(MediaError);
              tally.filesRefused++;
            },
          );
      }
      site.clock.pass(120_000);
    }
    expect(tally.refused).to.be.greaterThan(IMAGES / 10);
    expect(tally.shown).to.be.greaterThan(IMAGES / 10);
    expect(site.log).to.deep.equal([]);
    await site.remove();
  });
});

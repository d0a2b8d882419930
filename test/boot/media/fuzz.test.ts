// Media that nobody honest makes: 10,000 ISOs and 10,000 FAT images, damaged where structures stand, from one seed. Each is refused in words or read rightly, and costs
// no more reading than an honest one may.
import { expect } from 'chai';
import { BoundedReader, LONGEST_PIECE, READING_BUDGET } from '../../../src/boot/media/boundedReader';
import { FatVolume } from '../../../src/boot/media/fat/fatVolume';
import { inspectMedia } from '../../../src/boot/media/inspect';
import type { MediaInspection } from '../../../src/boot/media/inspection';
import { MediaError } from '../../../src/boot/media/mediaError';
import { viewSource, viewOf } from '../../../src/boot/media/view';
import { seededRandom } from '../../../src/foundation/random';
import { BytesSource, never } from './made/bytesSource';
import { makeFat } from '../../../src/simulator/media/fatWriter';
import { damaged, regionsOf } from './made/damage';
import { vendorIso } from './made/vendorIso';

const IMAGES = 10_000;
const SEED = 20_261_127;

interface Tally {
  refused: number;
  read: number;
}

/** What it came to. Anything but a result or a MediaError fails the test with the number of the image. */
async function attempt<T>(number: number, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MediaError))
      throw new Error(`image ${number} of seed ${SEED}: ${error instanceof Error ? error.stack : String(error)}`, {
        cause: error,
      });
    expect(error.message, `image ${number}`).to.match(/^[^\p{C}]{20,1000}$/u);
    return undefined;
  }
}

/** A medium that was read must be what the view says of it: the replaced bytes lie inside, are what the configuration was read from, and nothing else changes. */
async function rightlyRead(number: number, bytes: Buffer, inspection: MediaInspection): Promise<void> {
  for (const { extents, text } of inspection.configurations) {
    const found = Buffer.concat(extents.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
    expect(found.toString('latin1') === text, `image ${number}`).to.equal(true);
  }
  const view = await attempt(number, () =>
    Promise.resolve().then(() => viewOf(inspection, ['answerfile=http://b/a', 'install'])),
  );
  if (view === undefined) return;
  const seen = await viewSource(view, new BytesSource(bytes)).read(0, bytes.length, never);
  for (const {
    offset,
    bytes: { length },
  } of view.replaced)
    bytes.copy(seen, offset, offset, offset + length);
  expect(seen.equals(bytes), `image ${number}`).to.equal(true);
}

describe('10,000 malformed images from a seed', () => {
  it('ISO 9660 with all it holds: a refusal in words, or right, with bounded reading', async () => {
    const random = seededRandom(SEED);
    const media = [vendorIso({ fat: { fragmented: true } }), vendorIso({ iso: { continued: true, joliet: false } })];
    const tally: Tally = { refused: 0, read: 0 };
    for (let number = 0; number < IMAGES; number++) {
      const medium = media[number % media.length]!;
      const bytes = damaged(medium.bytes, regionsOf(medium), random);
      const source = new BytesSource(bytes);
      const inspection = await attempt(number, () => inspectMedia(source, never));
      expect(source.total, `image ${number}`).to.be.at.most(READING_BUDGET);
      expect(source.longest, `image ${number}`).to.be.at.most(LONGEST_PIECE);
      tally[inspection === undefined ? 'refused' : 'read']++;
      if (inspection !== undefined) await rightlyRead(number, bytes, inspection);
    }
    // A fuzzer that never hits, or always, tests nothing.
    expect(tally.refused).to.be.greaterThan(IMAGES / 10);
    expect(tally.read).to.be.greaterThan(IMAGES / 10);
  });

  it('FAT of each kind by itself: a refusal in words, or a file inside the image, with bounded reading', async () => {
    const random = seededRandom(SEED);
    const files = {
      '/EFI/BOOT/BOOTX64.EFI': 'MZ',
      '/EFI/xenserver/grub.cfg': 'x'.repeat(3000),
      '/long name with spaces.text': 'y'.repeat(700),
    };
    const images = [makeFat({ files, clusters: 60 }), makeFat({ files, clusters: 60, fragmented: true })];
    const tally: Tally = { refused: 0, read: 0 };
    for (let number = 0; number < IMAGES; number++) {
      const bytes = damaged(
        images[number % images.length]!,
        [
          [0, 64],
          [11, 48],
          [512, 700],
          [1536, 4096],
          [3584, 12_000],
        ],
        random,
      );
      const source = new BytesSource(bytes);
      const file = await attempt(number, async () => {
        const volume = await FatVolume.open(new BoundedReader(source, never), 0, 'the image');
        await volume.list('/EFI');
        return await volume.file('/EFI/xenserver/grub.cfg');
      });
      expect(source.total, `image ${number}`).to.be.at.most(READING_BUDGET);
      tally[file === undefined ? 'refused' : 'read']++;
      if (file === undefined) continue;
      expect(
        file.extents.reduce((sum, { length }) => sum + length, 0),
        `image ${number}`,
      ).to.equal(file.size);
      for (const { offset, length } of file.extents) expect(offset + length, `image ${number}`).to.be.at.most(bytes.length);
    }
    expect(tally.refused).to.be.greaterThan(IMAGES / 10);
    expect(tally.read).to.be.greaterThan(IMAGES / 10);
  });
});

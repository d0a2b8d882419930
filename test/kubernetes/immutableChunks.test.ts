import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { integer, seededRandom } from '../../src/foundation/random';
import type { Write } from '../../src/embedded-kubernetes/store';
import { CONFIG_MAPS, SECRETS, type KubeObject } from '../../src/kubernetes/api';
import { readChunks, writeChunks, type ChunkSet } from '../../src/kubernetes/immutableChunks';
import { flaky } from './flakyApi';
import { inStore, rejectedWith, type InStore } from './inStore';

const random = seededRandom(3);
/** Text that gzip cannot make much smaller. */
const dense = Array.from({ length: 2_000 }, () => String.fromCharCode(integer(random, 0x21, 0x2fff))).join('');

for (const resource of [CONFIG_MAPS, SECRETS])
  describe(`large texts in ${resource.plural}`, () => {
    let world: InStore;
    let writes: Write[];
    const set: ChunkSet = { resource, namespace: 'ops', name: 'plan-1' };
    const options = { domain: 'example.dev', chunkBytes: 1_000, labels: { run: 'r1' } };

    beforeEach(() => {
      writes = [];
      world = inStore({ onWrite: (write) => writes.push(write) });
    });

    it('come back as they were, from objects that are immutable, small and marked', async () => {
      const saved = await world.run(writeChunks(world.store, set, dense, options));
      expect(saved.names.length).to.be.greaterThan(2);
      expect(saved.sha256).to.equal(createHash('sha256').update(dense).digest('hex'));
      expect(await world.run(readChunks(world.store, resource, 'ops', saved))).to.equal(dense);
      for (const { object } of writes) {
        expect(object).to.have.property('immutable', true);
        expect(object.metadata.annotations?.['example.dev/sha256']).to.equal(saved.sha256);
        expect(object.metadata.labels).to.deep.equal({ run: 'r1' });
      }
    });

    it('are written once however often they are written', async () => {
      const first = await world.run(writeChunks(world.store, set, dense, options));
      const count = writes.length;
      expect(await world.run(writeChunks(world.store, set, dense, options))).to.deep.equal(first);
      expect(writes).to.have.length(count);
    });

    it('survive a crash in the middle and lost answers', async () => {
      const half = { ...options };
      await world.run(
        rejectedWith(
          writeChunks(flaky(world.store, [undefined, 'request lost', 'request lost', 'request lost']), set, dense, half),
        ),
      );
      expect(writes).to.have.length(1);
      const saved = await world.run(writeChunks(flaky(world.store, ['answer lost', 'answer lost']), set, dense, half));
      expect(await world.run(readChunks(world.store, resource, 'ops', saved))).to.equal(dense);
    });

    it('are refused when the names hold another content', async () => {
      await world.run(writeChunks(world.store, set, 'another text', options));
      expect(await world.run(rejectedWith(writeChunks(world.store, set, dense, options)))).to.equal('ChunkMismatch');
    });

    it('are no texts when a part is missing, changed or in the wrong order', async () => {
      const saved = await world.run(writeChunks(world.store, set, dense, options));
      const read = (change: Partial<typeof saved>): Promise<string> =>
        world.run(rejectedWith(readChunks(world.store, resource, 'ops', { ...saved, ...change })));
      expect(await read({ names: saved.names.slice(0, -1) })).to.equal('ChunkMismatch');
      expect(await read({ names: [...saved.names].reverse() })).to.equal('ChunkMismatch');
      expect(await read({ sha256: '0'.repeat(64) })).to.equal('ChunkMismatch');
      await world.run(world.store.delete(resource, 'ops', saved.names[0]!));
      expect(await read({})).to.equal('NotFound');
    });

    it('of a megabyte fit the real limits', async () => {
      const source = seededRandom(5);
      const noise = Array.from({ length: 600_000 }, () => String.fromCharCode(integer(source, 0x21, 0xd7ff))).join('');
      const saved = await world.run(writeChunks(world.store, { ...set, name: 'big' }, noise, { domain: 'example.dev' }));
      expect(saved.names.length).to.be.greaterThan(1);
      const largest = Math.max(...writes.map(({ object }) => bytesOf(object)));
      expect(largest).to.be.at.most(900 * 1024);
    });

    function bytesOf(object: KubeObject): number {
      const held = (resource === SECRETS ? 'data' : 'binaryData') as keyof KubeObject;
      const values = Object.values(object[held] as unknown as Record<string, string>);
      return values.reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
    }
  });

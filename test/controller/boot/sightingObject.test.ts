import { expect } from 'chai';
import { NOTHING_TOLD, readSightings, sightingsName, writeSightings } from '../../../src/controller/boot/sightingObject';
import { CONFIG_MAPS, type KubeObject } from '../../../src/kubernetes/api';
import { inStore, type InStore, rejectedWith } from '../../kubernetes/inStore';
import { openHost, upgradeOf } from './openHost';

const object = { ...upgradeOf([openHost()]), metadata: { name: 'rack7', namespace: 'ops', uid: 'uid-1' } };
const IMAGE = { version: '8.3.0', state: 'Refused', why: 'it is another file', firmware: [] } as const;

describe('the object of what the boot server saw', () => {
  let world: InStore;
  beforeEach(() => (world = inStore()));

  it('is empty where it is not there, and read back as it was written', async () => {
    expect(await world.run(readSightings(world.store, object))).to.deep.equal({ version: undefined, document: NOTHING_TOLD });
    const document = { ...NOTHING_TOLD, images: [IMAGE] };
    const written = await world.run(writeSightings(world.store, object, undefined, document));
    expect(await world.run(readSightings(world.store, object))).to.deep.equal(written);
    expect(written.document).to.deep.equal(document);
  });

  it('is written only over the version that was read', async () => {
    const { version } = await world.run(writeSightings(world.store, object, undefined, NOTHING_TOLD));
    await world.run(writeSightings(world.store, object, version, { ...NOTHING_TOLD, images: [IMAGE] }));
    expect(await rejectedWith(world.run(writeSightings(world.store, object, version, NOTHING_TOLD)))).to.equal('Conflict');
    const again = writeSightings(world.store, object, undefined, NOTHING_TOLD);
    expect(await rejectedWith(world.run(again))).to.equal('AlreadyExists');
  });

  for (const [what, data] of [
    ['nothing', undefined],
    ['another key', { other: '{}' }],
    ['something else', { 'sightings.json': '[]' }],
  ] as const)
    it(`is never taken for empty where it holds ${what}`, async () => {
      const metadata = { name: sightingsName(object), namespace: 'ops' };
      const map: KubeObject & { data: unknown } = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      await world.run(world.store.create(CONFIG_MAPS, map));
      const error = await world.run(readSightings(world.store, object)).catch((caught: Error) => caught);
      expect(error)
        .to.be.instanceOf(Error)
        .with.property('message')
        .that.matches(/xenpool-boot-uid-1 holds no sightings under sightings\.json; delete it/);
    });
});

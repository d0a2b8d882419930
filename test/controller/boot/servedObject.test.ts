import { expect } from 'chai';
import { attemptKey } from '../../../src/boot/server/attempt';
import { SightingBook } from '../../../src/boot/server/book';
import { NOTHING_SEEN, type Sightings, withSighting } from '../../../src/boot/server/sightings';
import { ServedObject } from '../../../src/controller/boot/servedObject';
import { readSightings, writeSightings } from '../../../src/controller/boot/sightingObject';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { silentLog } from '../../../src/foundation/log';
import { KubeError, type KubernetesApi } from '../../../src/kubernetes/api';
import { inStore, type InStore, rejectedWith } from '../../kubernetes/inStore';
import { attemptIn, NOW, openHost, OTHER_HOST, SHA256, upgradeOf } from './openHost';

const withUid = (made: PoolUpgrade): PoolUpgrade => ({ ...made, metadata: { ...made.metadata, uid: 'uid-1' } });
const object = withUid(upgradeOf([openHost()]));
const attempt = attemptIn(object);
const BEGUN = (['answer', 'start'] as const).reduce<Sightings>(
  (seen, what) => withSighting(seen, { at: NOW, what, detail: '', from: '10.1.0.1' }),
  NOTHING_SEEN,
);

describe('a PoolUpgrade as the boot server has it', () => {
  let world: InStore;
  let book: SightingBook;
  let away: boolean;

  beforeEach(() => {
    world = inStore();
    book = new SightingBook({ keep: () => Promise.resolve(), keepSoon: () => undefined });
    away = false;
  });

  function served(made = object): ServedObject {
    const api: KubernetesApi = new Proxy<KubernetesApi>(world.store, {
      get: (store, name) => {
        const member = Reflect.get(store, name) as (...args: readonly unknown[]) => unknown;
        return (...args: unknown[]) =>
          away ? Promise.reject(new KubeError('Unavailable', 'away')) : Reflect.apply(member, store, args);
      },
    });
    return new ServedObject({ api, clock: world.clock, steady: world.clock, log: silentLog, book }, made);
  }

  it('serves an attempt only once what an earlier server saw of it was read', async () => {
    const seen = { since: NOW - 1, ready: 'Ready', why: '', sightings: BEGUN } as const;
    await world.run(writeSightings(world.store, object, undefined, { images: [], attempts: { [attemptKey(attempt)]: seen } }));
    const one = served();
    away = true;
    expect(await rejectedWith(world.run(one.see(object)))).to.equal('Unavailable');
    expect(one.attempts).to.deep.equal([]);
    expect(book.of(attempt)).to.deep.equal(NOTHING_SEEN);
    away = false;
    expect(await world.run(one.see(object))).to.deep.equal([attempt]);
    expect([one.attempts, book.of(attempt)]).to.deep.equal([[attempt], BEGUN]);
  });

  it('tells of an attempt once that it is new, and of the next as it comes', async () => {
    const one = served();
    await world.run(one.see(object));
    expect(await world.run(one.see(object))).to.deep.equal([]);
    const second = withUid(upgradeOf([openHost(), openHost({ uuid: OTHER_HOST })]));
    expect((await world.run(one.see(second))).map(({ host }) => host)).to.deep.equal([OTHER_HOST]);
  });

  it('closes what the status opens no more', async () => {
    const one = served();
    await world.run(one.see(object));
    const { boot: _closed, ...closed } = openHost();
    await world.run(one.see(withUid(upgradeOf([closed]))));
    expect(one.attempts).to.deep.equal([]);
  });

  it('lets nothing begin once the object is gone, and keeps what has begun', async () => {
    const one = served();
    await world.run(one.see(object));
    one.vanish();
    expect(one.attempts).to.deep.equal([{ ...attempt, veto: 'the object of the upgrade is gone' }]);
  });

  it('asks nothing of the cluster for an object that needs nothing', async () => {
    const {
      spec: { releases: _none, ...spec },
      ...rest
    } = object;
    const { boot: _closed, ...idle } = openHost({ phase: 'Pending' });
    away = true;
    const one = served();
    expect(await world.run(one.see({ ...rest, spec, status: { ...rest.status!, hosts: [idle] } }))).to.deep.equal([]);
  });

  it('knows the ISO of a release, by URL or in the folder, whatever brand an entry leaves open', () => {
    expect(served().placeOf(attempt)).to.deep.equal({ location: 'https://mirror.example/xcp-ng-8.3.0.iso', sha256: SHA256 });
    const mounted = withUid(upgradeOf([openHost()], { iso: 'file:///xcp-ng-8.3.0.iso' }));
    expect(served(mounted).placeOf(attempt)).to.deep.equal({ location: 'xcp-ng-8.3.0.iso', sha256: SHA256 });
    expect(served().placeOf({ ...attempt, target: { brand: 'XCP-ng', version: '8.2.1' } })).to.equal(undefined);
    const release = { ...object.spec.releases![0]!, brand: 'XenServer' as const };
    const foreign = { ...object, spec: { ...object.spec, releases: [release] } };
    expect(served(foreign).placeOf(attempt)).to.equal(undefined);
  });

  it('needs no ISO any more once its run is over', () => {
    expect(served().places).to.have.length(1);
    for (const phase of ['Succeeded', 'Failed', 'Cancelled'] as const)
      expect(served({ ...object, status: { ...object.status!, phase } }).places, phase).to.deep.equal([]);
  });

  it('says what becomes of its images, and of no other', async () => {
    const one = served();
    const { location, sha256 } = one.places[0]!;
    const common = { state: 'Refused', room: 0, firmware: [], release: undefined } as const;
    one.offer([
      { ...common, location, sha256, why: 'another file' },
      { ...common, location: 'other.iso', sha256, why: 'of another object' },
    ]);
    await world.pass(2_000);
    const { document } = await world.run(readSightings(world.store, object));
    expect(document.images).to.deep.equal([{ version: '8.3.0', state: 'Refused', why: 'another file', firmware: [] }]);
  });
});

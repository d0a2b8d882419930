import { expect } from 'chai';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../../src/api/poolUpgrade';
import { attemptKey } from '../../../src/boot/server/attempt';
import { answerAt, mediaUrl, repositoryUrl } from '../../../src/boot/server/attemptPaths';
import { pathOf } from '../../../src/boot/server/openAttempt';
import type { BootAnswer } from '../../../src/boot/server/request';
import { NOTHING_SEEN, type Sightings, withSighting } from '../../../src/boot/server/sightings';
import type { NoMedium } from '../../../src/boot/server/source';
import type { BootKey, BootKeys } from '../../../src/boot/server/tokens';
import type { IsoOffer, IsoPlace } from '../../../src/boot/shelf/isoPlace';
import { BootService } from '../../../src/controller/boot/bootService';
import { readSightings, type SightingDocument, writeSightings } from '../../../src/controller/boot/sightingObject';
import { silentLog } from '../../../src/foundation/log';
import { seededRandom } from '../../../src/foundation/random';
import { KubeError, type KubernetesApi } from '../../../src/kubernetes/api';
import { MEDIUM } from '../../boot/server/smallSite';
import { inStore, type InStore } from '../../kubernetes/inStore';
import { attemptIn, BASE, hostBoot, KEY, MAC, NOW, openHost, OTHER_KEY, upgradeOf } from './openHost';

/** Of an installer that has begun. */
const attemptSightings = (): Sightings =>
  (['answer', 'start'] as const).reduce<Sightings>(
    (seen, what) => withSighting(seen, { at: NOW, what, detail: '', from: '10.1.0.1' }),
    NOTHING_SEEN,
  );
const unavailable = (): KubeError => new KubeError('Unavailable', 'away');

describe('the boot server in a cluster', () => {
  let world: InStore;
  let keys: BootKeys;
  let prepared: readonly IsoPlace[];
  let offers: readonly IsoOffer[];
  let medium: typeof MEDIUM | NoMedium;
  let ends: (() => Promise<void>)[];

  beforeEach(() => {
    world = inStore({ resources: [{ resource: POOL_UPGRADES, status: true }] });
    keys = [KEY];
    prepared = [];
    offers = [];
    medium = MEDIUM;
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** @returns with the order to end, which resolves once it has */
  async function start(api: KubernetesApi = world.store): Promise<BootService & { end(): Promise<void> }> {
    const stop = new AbortController();
    const service = new BootService({
      api,
      clock: world.clock,
      steady: world.clock,
      random: seededRandom(3),
      log: silentLog,
      namespaces: ['ops'],
      keys: () => keys,
      shelf: () => ({
        mediumOf: () => Promise.resolve(medium),
        treeOf: () => Promise.resolve(MEDIUM.tree),
        prepare: (places) => void (prepared = places),
        offers: () => offers,
        close: () => Promise.resolve(),
      }),
    });
    const running = service.run(stop.signal);
    const end = async (): Promise<void> => {
      stop.abort();
      await world.run(running);
    };
    ends.push(end);
    await world.pass(3_000);
    return Object.assign(service, { end });
  }

  async function put(made: PoolUpgrade): Promise<PoolUpgrade> {
    const { status, ...object } = made;
    const created = await world.run(world.store.create(POOL_UPGRADES, object as PoolUpgrade));
    return world.run(world.store.replaceStatus<PoolUpgrade>(POOL_UPGRADES, { ...created, status: status! }));
  }
  const get = (service: BootService, url: string): Promise<BootAnswer> => {
    const target = url.startsWith(BASE) ? url.slice(BASE.length) : url;
    return world.run(service.handle({ method: 'GET', target, headers: {}, from: '10.1.0.1' }, new AbortController().signal));
  };
  const told = async (object: PoolUpgrade): Promise<SightingDocument> =>
    (await world.run(readSightings(world.store, object))).document;
  const answerOf = (object: PoolUpgrade, key: BootKey = KEY): string => answerAt(key, attemptIn(object)).url;

  it('serves what a status opens, and writes down that it did before it does', async () => {
    const object = await put(upgradeOf([openHost()]));
    const service = await start();
    expect(service.open).to.equal(1);
    const answer = await get(service, answerOf(object));
    expect(answer.status).to.equal(200);
    expect(String(answer.body)).to.include('mode="upgrade"');
    const { attempts } = await told(object);
    expect(attempts[attemptKey(attemptIn(object))]).to.deep.include({ ready: 'Ready', why: '' });
    expect(attempts[attemptKey(attemptIn(object))]?.sightings.seen).to.have.all.keys('answer');
  });

  it('hands out nothing that it cannot write down', async () => {
    const object = await put(upgradeOf([openHost()]));
    const service = await start();
    // Somebody made it unreadable by hand: what stands there now is not known, and so nothing is certain.
    const name = `xenpool-boot-${object.metadata.uid}`;
    const resource = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
    const patch = { data: { 'sightings.json': 'null' } };
    await world.run(world.store.patch(resource, 'ops', name, patch));
    expect((await get(service, answerOf(object))).status).to.equal(503);
  });

  it('goes on by what the one before it saw: an installer that has begun does not begin twice', async () => {
    const object = await put(upgradeOf([openHost()]));
    const first = await start();
    expect((await get(first, answerOf(object))).status).to.equal(200);
    expect((await get(first, BASE + pathOf(KEY, attemptIn(object), 'start').replace(/\/$/, ''))).status).to.equal(200);
    await first.end();
    const second = await start();
    expect((await get(second, answerOf(object))).status).to.equal(410);
    expect((await get(second, `${repositoryUrl(KEY, attemptIn(object))}.treeinfo`)).status).to.equal(200);
  });

  it('turns away an installer whose begin another server has seen meanwhile', async () => {
    const object = await put(upgradeOf([openHost()]));
    const [one, other] = [await start(), await start()];
    expect((await get(one, answerOf(object))).status).to.equal(200);
    expect((await get(one, BASE + pathOf(KEY, attemptIn(object), 'start').replace(/\/$/, ''))).status).to.equal(200);
    expect((await get(other, answerOf(object))).status).to.equal(503);
    expect((await get(other, answerOf(object))).status).to.equal(410);
  });

  it('serves what has begun to its end when the object is gone, and lets nothing begin', async () => {
    const object = await put(upgradeOf([openHost()]));
    const service = await start();
    expect((await get(service, answerOf(object))).status).to.equal(200);
    await world.run(world.store.delete(POOL_UPGRADES, 'ops', 'rack7'));
    await world.pass(3_000);
    expect((await get(service, answerOf(object))).status).to.equal(410);
    expect((await get(service, BASE + pathOf(KEY, attemptIn(object), 'start').replace(/\/$/, ''))).status).to.equal(404);
    expect((await get(service, `${repositoryUrl(KEY, attemptIn(object))}.treeinfo`)).status).to.equal(200);
  });

  it('forgets the attempts of an object that is gone once they have expired', async () => {
    const object = await put(upgradeOf([openHost()]));
    const service = await start();
    await world.run(world.store.delete(POOL_UPGRADES, 'ops', 'rack7'));
    await world.pass(3_700_000);
    expect(service.open).to.equal(0);
    expect((await get(service, mediaUrl(KEY, attemptIn(object), BASE))).status).to.equal(404);
  });

  it('serves neither of two objects that claim the same attempt at one host', async () => {
    const object = await put(upgradeOf([openHost()]));
    await put(upgradeOf([openHost()], { name: 'rack7-again' }));
    const service = await start();
    expect((await get(service, answerOf(object))).status).to.equal(410);
    expect((await get(service, mediaUrl(KEY, attemptIn(object), BASE))).status).to.equal(410);
  });

  it('boots no card that two hosts have', async () => {
    const pxe = openHost({ bootMethod: 'PXE' });
    await put(upgradeOf([pxe]));
    const service = await start();
    const script = async (): Promise<string> => String((await get(service, `/pxe/ipxe/${MAC}`)).body);
    expect(await script()).to.include('answerfile=');
    await put(upgradeOf([{ ...pxe, uuid: 'aaaaaaaa-bbbb-cccc-dddd-000000000009' }], { name: 'rack8' }));
    await world.pass(3_000);
    expect(await script()).to.not.include('answerfile=');
  });

  it('takes paths of either key while keys are rotated, and of the old one no more when it is gone', async () => {
    const object = await put(upgradeOf([openHost()]));
    const service = await start();
    const status = async (key: BootKey): Promise<number> => (await get(service, mediaUrl(key, attemptIn(object), BASE))).status;
    expect([await status(KEY), await status(OTHER_KEY)]).to.deep.equal([200, 404]);
    keys = [OTHER_KEY, KEY];
    expect([await status(KEY), await status(OTHER_KEY)]).to.deep.equal([200, 200]);
    keys = [OTHER_KEY];
    expect([await status(KEY), await status(OTHER_KEY)]).to.deep.equal([404, 200]);
  });

  it('says why there is no medium, and of a view only where the host is to see one', async () => {
    medium = { why: 'its SHA-256 is another' };
    const object = await put(upgradeOf([openHost()]));
    await start();
    expect((await told(object)).attempts[attemptKey(attemptIn(object))]).to.include({
      ready: 'Refused',
      why: 'its SHA-256 is another',
    });
    medium = { ...MEDIUM, view: { why: 'it has no room' } };
    const others = [
      openHost({ attempt: 2 }),
      openHost({ uuid: MAC, attempt: 2, bootMethod: 'PXE', boot: hostBoot({ macs: [] }) }),
    ];
    const second = await put(upgradeOf(others, { name: 'rack8' }));
    await world.pass(3_000);
    const readiness = Object.values((await told(second)).attempts).map(({ ready, why }) => `${ready} ${why}`);
    expect(readiness.sort()).to.deep.equal(['Ready ', 'Refused it has no room']);
  });

  it('looks at the ISOs that manifests name before anything is open, and tells of them', async () => {
    const { boot: _closed, ...pending } = openHost({ phase: 'Pending' });
    const object = await put(upgradeOf([pending]));
    const service = await start();
    expect([service.open, prepared.map(({ location }) => location)]).to.deep.equal([
      0,
      ['https://mirror.example/xcp-ng-8.3.0.iso'],
    ]);
    const place = prepared[0]!;
    offers = [{ ...place, state: 'Ready', why: '', firmware: ['BIOS'], room: 900, release: undefined }];
    await world.pass(60_000);
    expect((await told(object)).images).to.deep.equal([{ version: '8.3.0', state: 'Ready', why: '', firmware: ['BIOS'] }]);
  });

  it('serves no attempt whose earlier sightings cannot be read, and tries again', async () => {
    const object = await put(upgradeOf([openHost()]));
    const seen = { since: NOW, ready: 'Ready', why: '', sightings: attemptSightings() } as const;
    const before = { images: [], attempts: { [attemptKey(attemptIn(object))]: seen } };
    await world.run(writeSightings(world.store, object, undefined, before));
    let away = true;
    const api = new Proxy<KubernetesApi>(world.store, {
      get: (store, name) => {
        const member = Reflect.get(store, name) as (...args: readonly unknown[]) => unknown;
        if (name === 'get' && away) return () => Promise.reject(unavailable());
        return member.bind(store);
      },
    });
    const service = await start(api);
    expect([service.open, (await get(service, answerOf(object))).status]).to.deep.equal([0, 404]);
    away = false;
    await world.pass(6_000);
    expect([service.open, (await get(service, answerOf(object))).status]).to.deep.equal([1, 410]);
  });

  it('is blind until it has read the objects, and lets nothing begin', async () => {
    const object = await put(upgradeOf([openHost()]));
    const hanging = new Proxy<KubernetesApi>(world.store, {
      get: (store, name) => {
        const member = Reflect.get(store, name) as (...args: readonly unknown[]) => unknown;
        return name === 'list' ? () => Promise.reject(unavailable()) : member.bind(store);
      },
    });
    const service = await start(hanging);
    expect(service.blind()).to.match(/^the objects of the upgrades were not read yet: .*away/);
    expect((await get(service, answerOf(object))).status).to.equal(404);
  });
});

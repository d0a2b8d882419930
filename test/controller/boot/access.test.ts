import { expect } from 'chai';
import { attemptKey } from '../../../src/boot/server/attempt';
import { mediaUrl } from '../../../src/boot/server/attemptPaths';
import { NOTHING_SEEN, withSighting } from '../../../src/boot/server/sightings';
import type { BootKeys } from '../../../src/boot/server/tokens';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import { BootView } from '../../../src/controller/boot/access';
import { writeSightings } from '../../../src/controller/boot/sightingObject';
import { inStore, type InStore } from '../../kubernetes/inStore';
import { hostState } from '../../upgrade/situations';
import { attemptIn, BASE, HOST, hostBoot, KEY, NOW, openHost, OTHER_HOST, OTHER_KEY, upgradeOf } from './openHost';

const object = { ...upgradeOf([openHost()]), metadata: { name: 'rack7', namespace: 'ops', uid: 'uid-1' } };
const attempt = attemptIn(object);

describe('the boot server as the controller sees it', () => {
  let world: InStore;
  let keys: BootKeys;
  beforeEach(() => {
    world = inStore();
    keys = [KEY];
  });

  function view(made: PoolUpgrade = object, bmcsUrl?: string): BootView {
    const poweredOnAt = new Date(NOW + 10_000).toISOString();
    return new BootView({
      api: world.store,
      server: { keys: () => keys, hostsUrl: 'http://operator.example:8081', bmcsUrl },
      object: () => made,
      hostOf: (uuid) => hostState(uuid, 'Installing', { evidence: { poweredOnAt } }),
    });
  }
  const withUrls = (serverURLs: NonNullable<PoolUpgrade['spec']['boot']['serverURLs']>): PoolUpgrade => ({
    ...object,
    spec: { ...object.spec, boot: { ...object.spec.boot, serverURLs } },
  });

  it('gives BMCs their own address of the server where one is named, else that of hosts', () => {
    const at = (base: string): string => mediaUrl(KEY, attempt, base);
    expect(view().imageUrl(HOST)).to.equal(at('http://operator.example:8081'));
    expect(view(object, 'http://bmcs.example:8081/').imageUrl(HOST)).to.equal(at('http://bmcs.example:8081'));
    const hosts = 'http://hosts.example:8081';
    expect(view(withUrls({ hosts })).imageUrl(HOST)).to.equal(at(hosts));
    expect(view(withUrls({ hosts, bmcs: 'http://oob.example/' })).imageUrl(HOST)).to.equal(at('http://oob.example'));
  });

  it('says by which scheme BMCs are told of images, before there is any attempt', () => {
    const hosts = 'http://hosts.example';
    expect([
      view().imageScheme(),
      view(object, 'HTTPS://bmcs.example').imageScheme(),
      view(withUrls({ hosts, bmcs: 'https://oob.example/' })).imageScheme(),
    ]).to.deep.equal(['http', 'https', 'https']);
  });

  it('gives nothing of a host for which nothing is open', () => {
    const { boot: _closed, ...closed } = openHost();
    const shut = view({ ...object, status: { ...object.status!, hosts: [closed] } });
    expect([shut.imageUrl(HOST), shut.treeUrl(HOST), view().treeUrl(OTHER_HOST)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('lets the host install from the tree it names, or else from the server’s own', () => {
    expect(view().treeUrl(HOST)).to.match(/^http:\/\/boot\.example:8081\/repository\/k1\./);
    const boot = hostBoot({ repositoryURL: 'http://mirror.example/8.3.0/' });
    const named = view({ ...object, status: { ...object.status!, hosts: [openHost({ boot })] } });
    expect(named.treeUrl(HOST)).to.equal('http://mirror.example/8.3.0/');
  });

  it('knows the image of this attempt in a drive, by either key, and of another attempt, and anybody else’s', () => {
    const earlier = mediaUrl(KEY, { ...attempt, attempt: 0 }, BASE);
    const ours = mediaUrl(KEY, attempt, 'http://whatever.example');
    const kinds = (): readonly string[] =>
      [ours, earlier, 'http://mirror.example/rescue.iso'].map((image) => view().kindOf(HOST, image));
    expect(kinds()).to.deep.equal(['Ours', 'Stale', 'Foreign']);
    keys = [OTHER_KEY, KEY];
    expect(kinds()).to.deep.equal(['Ours', 'Stale', 'Foreign']);
    keys = [OTHER_KEY];
    expect(kinds()).to.deep.equal(['Stale', 'Stale', 'Foreign']);
  });

  it('reads what the server saw of this very attempt', async () => {
    expect((await world.run(view().seen(HOST))).known).to.equal(true);
    const sightings = withSighting(NOTHING_SEEN, { at: NOW, what: 'answer', detail: '', from: '10.1.0.1' });
    const seen = { since: NOW, ready: 'Ready', why: '', sightings } as const;
    const document = { images: [], attempts: { [attemptKey(attempt)]: seen } };
    await world.run(writeSightings(world.store, object, undefined, document));
    expect(await world.run(view().seen(HOST))).to.deep.nested.include({
      known: true,
      'value.side': 'Before',
      'value.ready': 'Ready',
    });
    expect((await world.run(view().seen(OTHER_HOST))).known).to.equal(false);
    const next = view({ ...object, status: { ...object.status!, hosts: [openHost({ attempt: 2 })] } });
    expect(await world.run(next.seen(HOST))).to.deep.nested.include({
      known: true,
      'value.ready': 'Checking',
      'value.side': 'Unknown',
    });
  });

  it('does not take a server that told nothing yet for one that has no images', async () => {
    expect(await world.run(view().offers())).to.deep.include({ known: false });
    const image = { version: '8.3.0', state: 'Checking', why: '', firmware: [] } as const;
    await world.run(writeSightings(world.store, object, undefined, { images: [image], attempts: {} }));
    expect(await world.run(view().offers())).to.deep.include({ known: true, value: [image] });
  });
});

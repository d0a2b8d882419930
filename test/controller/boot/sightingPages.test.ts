import { expect } from 'chai';
import { attemptKey } from '../../../src/boot/server/attempt';
import { NOTHING_SEEN, type Sightings, withSighting } from '../../../src/boot/server/sightings';
import { readSightings, sightingsName, writeSightings } from '../../../src/controller/boot/sightingObject';
import { SightingPages } from '../../../src/controller/boot/sightingPages';
import { silentLog } from '../../../src/foundation/log';
import { CONFIG_MAPS, KubeError, type KubernetesApi } from '../../../src/kubernetes/api';
import { inStore, type InStore, rejectedWith } from '../../kubernetes/inStore';
import { attemptIn, NOW, openHost, OTHER_HOST, upgradeOf } from './openHost';

const object = { ...upgradeOf([openHost()]), metadata: { name: 'rack7', namespace: 'ops', uid: 'uid-1' } };
const attempt = attemptIn(object);
const other = attemptIn(upgradeOf([openHost({ uuid: OTHER_HOST })]));
const saw = (what: 'media' | 'answer' | 'start', before: Sightings = NOTHING_SEEN): Sightings =>
  withSighting(before, { at: NOW, what, detail: '', from: '10.1.0.1' });

describe('the pages of what the boot server saw', () => {
  let world: InStore;
  let foreign: [key: string, sightings: Sightings][];
  /** Taken in turn, one a write: what it comes to instead. */
  let faults: (KubeError | undefined)[];
  let writes: number;

  beforeEach(() => {
    world = inStore();
    foreign = [];
    faults = [];
    writes = 0;
  });

  function api(): KubernetesApi {
    const faulty = (name: 'create' | 'replace'): KubernetesApi['create'] => {
      return async (resource, body) => {
        writes += 1;
        const fault = faults.shift();
        if (fault !== undefined && fault.kind !== 'TimedOut') throw fault;
        const written = await world.store[name](resource, body);
        if (fault !== undefined) throw fault;
        return written;
      };
    };
    const { store } = world;
    const reads = { get: store.get.bind(store), list: store.list.bind(store), watch: store.watch.bind(store) };
    return { ...store, ...reads, create: faulty('create'), replace: faulty('replace') } as unknown as KubernetesApi;
  }

  const pages = (): SightingPages =>
    new SightingPages({
      api: api(),
      clock: world.clock,
      steady: world.clock,
      log: silentLog,
      object: () => object,
      onForeign: (key, sightings) => void foreign.push([key, sightings]),
    });
  /** Those of a server that has read what is there. */
  async function readPages(): Promise<SightingPages> {
    const made = pages();
    await world.run(made.read());
    return made;
  }
  const stored = async (): Promise<Readonly<Record<string, Sightings>>> => {
    const { document } = await world.run(readSightings(world.store, object));
    return Object.fromEntries(Object.entries(document.attempts).map(([key, seen]) => [key, seen.sightings]));
  };

  it('keep what must be certain before they say so, in one object that its PoolUpgrade owns', async () => {
    await world.run((await readPages()).keep(attempt, saw('answer')));
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: saw('answer') });
    const map = await world.run(world.store.get(CONFIG_MAPS, 'ops', sightingsName(object)));
    expect(map.metadata.ownerReferences?.map(({ uid }) => uid)).to.deep.equal(['uid-1']);
  });

  it('keep nothing before what an earlier server saw was read, so that nothing is handed out in ignorance of it', async () => {
    await world.run((await readPages()).keep(attempt, saw('start', saw('answer'))));
    const next = pages();
    const refused = await next.keep(attempt, saw('answer')).catch((error: Error) => error.message);
    expect(refused).to.equal('what an earlier boot server saw was not read yet');
    await world.pass(60_000);
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: saw('start', saw('answer')) });
    const { attempts } = await world.run(next.read());
    expect(attempts[attemptKey(attempt)]?.sightings).to.deep.equal(saw('start', saw('answer')));
  });

  it('tell of images that were looked at before anything was read, and lose nothing that stands there', async () => {
    await world.run((await readPages()).keep(attempt, saw('answer')));
    pages().offer([{ version: '8.3.0', state: 'Ready', why: '', firmware: ['BIOS'] }]);
    await world.pass(2_000);
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: saw('answer') });
    const { document } = await world.run(readSightings(world.store, object));
    expect(document.images.map(({ state }) => state)).to.deep.equal(['Ready']);
  });

  it('fail where it is not certain, and keep it with the next that succeeds', async () => {
    const one = await readPages();
    faults = [new KubeError('Unavailable', 'away')];
    expect(await rejectedWith(world.run(one.keep(attempt, saw('answer'))))).to.equal('Unavailable');
    expect(await stored()).to.deep.equal({});
    await world.run(one.keep(attempt, saw('start', saw('answer'))));
    expect((await stored())[attemptKey(attempt)]?.seen).to.have.all.keys('answer', 'start');
  });

  it('write what need not be certain a second later, all at once, and try again when that fails', async () => {
    const one = await readPages();
    faults = [new KubeError('Unavailable', 'away')];
    const since = world.clock.now();
    one.ready(attempt, 'Checking', '');
    one.keepSoon(attempt, saw('media'));
    one.ready(attempt, 'Ready', '');
    expect(writes).to.equal(0);
    await world.pass(1_000);
    expect([writes, await stored()]).to.deep.equal([1, {}]);
    await world.pass(15_000);
    expect([writes, await stored()]).to.deep.equal([2, { [attemptKey(attempt)]: saw('media') }]);
    const { document } = await world.run(readSightings(world.store, object));
    expect(document.attempts[attemptKey(attempt)]).to.include({ ready: 'Ready', since });
  });

  it('never write over what another server wrote: the write that met it fails, and it is taken in first', async () => {
    const one = await readPages();
    await world.run(one.keep(attempt, saw('media')));
    const { version, document } = await world.run(readSightings(world.store, object));
    const begun = saw('start', saw('answer', saw('media')));
    const seen = { since: NOW - 1, ready: 'Ready', why: '', sightings: begun } as const;
    const theirs = { ...document, attempts: { ...document.attempts, [attemptKey(attempt)]: seen } };
    await world.run(writeSightings(world.store, object, version, theirs));

    expect(await rejectedWith(world.run(one.keep(attempt, saw('answer', saw('media')))))).to.equal('Conflict');
    expect(foreign).to.deep.equal([[attemptKey(attempt), begun]]);
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: begun });
    const { document: after } = await world.run(readSightings(world.store, object));
    expect(after.attempts[attemptKey(attempt)]).to.include({ since: NOW - 1 });

    await world.run(one.keep(other, saw('answer')));
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: begun, [attemptKey(other)]: saw('answer') });
  });

  it('fail where the object was made by another server meanwhile, and take that in', async () => {
    const one = await readPages();
    await world.run((await readPages()).keep(other, saw('answer')));
    expect(await rejectedWith(world.run(one.keep(attempt, saw('answer'))))).to.equal('AlreadyExists');
    expect(foreign).to.deep.equal([[attemptKey(other), saw('answer')]]);
    await world.run(one.keep(attempt, saw('answer')));
    expect(await stored()).to.have.all.keys(attemptKey(attempt), attemptKey(other));
  });

  it('know their own word again after a write of which nobody knew whether it came', async () => {
    const one = await readPages();
    faults = [new KubeError('TimedOut', 'no answer')];
    expect(await rejectedWith(world.run(one.keep(attempt, saw('answer'))))).to.equal('TimedOut');
    expect(foreign).to.deep.equal([]);
    await world.run(one.keep(attempt, saw('answer')));
    expect([writes, await stored()]).to.deep.equal([1, { [attemptKey(attempt)]: saw('answer') }]);
  });

  it('are made anew where somebody deleted them, with all that is known', async () => {
    const one = await readPages();
    await world.run(one.keep(attempt, saw('answer')));
    await world.run(world.store.delete(CONFIG_MAPS, 'ops', sightingsName(object)));
    const begun = saw('start', saw('answer'));
    expect(await rejectedWith(world.run(one.keep(attempt, begun)))).to.equal('NotFound');
    await world.run(one.keep(attempt, begun));
    expect(await stored()).to.deep.equal({ [attemptKey(attempt)]: begun });
  });

  it('drop attempts that the status speaks of no more', async () => {
    const one = await readPages();
    await world.run(one.keep(attempt, saw('answer')));
    await world.run(one.keep(other, saw('answer')));
    one.retain([other]);
    await world.pass(2_000);
    expect(await stored()).to.have.all.keys(attemptKey(other));
  });

  it('write at the end what was to be written soon, and nothing twice', async () => {
    const one = await readPages();
    one.keepSoon(attempt, saw('media'));
    await world.run(one.flush());
    await world.run(one.flush());
    expect([writes, await stored()]).to.deep.equal([1, { [attemptKey(attempt)]: saw('media') }]);
    await world.pass(60_000);
    expect(writes).to.equal(1);
  });
});

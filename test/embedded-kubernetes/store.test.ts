import { expect } from 'chai';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { EmbeddedStore, type StoreOptions, type Write } from '../../src/embedded-kubernetes/store';
import {
  CONFIG_MAPS,
  KubeError,
  LEASES,
  SECRETS,
  type KubeObject,
  type Resource,
  type WatchEvent,
} from '../../src/kubernetes/api';

const ROCKETS: Resource = { group: 'example.dev', version: 'v1', plural: 'rockets', kind: 'Rocket' };

interface Rocket extends KubeObject {
  readonly spec?: { readonly fuel?: number };
  readonly status?: unknown;
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

function rocket(name: string, more: Partial<Rocket> = {}): Rocket {
  return { apiVersion: 'example.dev/v1', kind: 'Rocket', metadata: { name, namespace: 'pad' }, spec: { fuel: 1 }, ...more };
}

function configMap(name: string, more: Partial<ConfigMap> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'pad' }, ...more };
}

describe('the embedded Kubernetes store', () => {
  let clock: VirtualClock;
  let store: EmbeddedStore;
  let writes: Write[];

  function open(options: Partial<StoreOptions> = {}): EmbeddedStore {
    clock = new VirtualClock(Date.UTC(2026, 0, 1));
    writes = [];
    return new EmbeddedStore({
      clock,
      random: seededRandom(1),
      resources: [{ resource: ROCKETS, status: true }],
      onWrite: (write) => writes.push(write),
      ...options,
    });
  }

  beforeEach(() => {
    store = open();
  });

  async function run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = work.finally(() => (settled = true));
    done.catch(() => undefined);
    await clock.run(() => settled, Number.MAX_SAFE_INTEGER);
    if (!settled) throw new Error('the work never ended');
    return done;
  }

  async function refused(work: Promise<unknown>): Promise<string> {
    try {
      await run(work);
    } catch (error) {
      expect(error).to.be.instanceOf(KubeError);
      return (error as KubeError).kind;
    }
    return 'accepted';
  }

  const getRocket = (name: string): Promise<Rocket> => run(store.get<Rocket>(ROCKETS, 'pad', name));

  it('gives a new object uid, version, time and generation, and drops its status', async () => {
    const made = await run(store.create(ROCKETS, rocket('a', { status: { phase: 'Flying' } })));
    expect(made.metadata).to.include({ resourceVersion: '1', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(made.metadata.uid).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(made).to.not.have.property('status');
    expect(await getRocket('a')).to.deep.equal(made);
  });

  it('keeps copies: neither what was given nor what was handed out is what is stored', async () => {
    const given = { ...rocket('a'), spec: { fuel: 1 } };
    const made = (await run(store.create(ROCKETS, given))) as { spec: { fuel: number } };
    given.spec.fuel = 2;
    made.spec.fuel = 3;
    expect((await getRocket('a')).spec).to.deep.equal({ fuel: 1 });
  });

  it('carries a call out when it arrives, though nobody waits for the answer', async () => {
    const lost = store.create(ROCKETS, rocket('a'));
    expect(writes).to.have.length(1);
    await run(lost);
    expect(clock.monotonic()).to.equal(1);
  });

  it('refuses a second object of a name, and what does not exist', async () => {
    await run(store.create(ROCKETS, rocket('a')));
    expect(await refused(store.create(ROCKETS, rocket('a')))).to.equal('AlreadyExists');
    expect(await refused(store.get(ROCKETS, 'pad', 'b'))).to.equal('NotFound');
    expect(await refused(store.get(ROCKETS, 'elsewhere', 'a'))).to.equal('NotFound');
    expect(
      await refused(store.replace(ROCKETS, rocket('b', { metadata: { name: 'b', namespace: 'pad', resourceVersion: '1' } }))),
    ).to.equal('NotFound');
    expect(await refused(store.delete(ROCKETS, 'pad', 'b'))).to.equal('NotFound');
  });

  it('lets one of two writes from the same read win', async () => {
    const made = await run(store.create(ROCKETS, rocket('a')));
    const both = [store.replace(ROCKETS, { ...made, spec: { fuel: 2 } }), store.replace(ROCKETS, { ...made, spec: { fuel: 3 } })];
    const ended = await run(Promise.allSettled(both));
    expect(ended.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    expect((ended[1] as PromiseRejectedResult).reason).to.have.property('kind', 'Conflict');
    expect((await getRocket('a')).spec).to.deep.equal({ fuel: 2 });
  });

  it('refuses a write to an object that was made anew under the same name', async () => {
    const made = await run(store.create(CONFIG_MAPS, configMap('a')));
    await run(store.delete(CONFIG_MAPS, 'pad', 'a'));
    await run(store.create(CONFIG_MAPS, configMap('a')));
    const { resourceVersion: _version, ...metadata } = made.metadata;
    expect(await refused(store.replace(CONFIG_MAPS, { ...made, metadata }))).to.equal('Conflict');
  });

  it('demands a version for a resource with a status, and takes an unconditional write of any other', async () => {
    await run(store.create(ROCKETS, rocket('a')));
    expect(await refused(store.replace(ROCKETS, rocket('a')))).to.equal('Invalid');
    await run(store.create(CONFIG_MAPS, configMap('a')));
    expect(await run(store.replace(CONFIG_MAPS, configMap('a', { data: { x: '1' } })))).to.deep.include({ data: { x: '1' } });
  });

  it('raises the generation for content, not for metadata or status', async () => {
    const made = await run(store.create(ROCKETS, rocket('a')));
    const status = await run(store.replaceStatus(ROCKETS, { ...made, status: { phase: 'Ready' } }));
    expect(status.metadata.generation).to.equal(1);
    const labelled = await run(store.replace(ROCKETS, { ...status, metadata: { ...status.metadata, labels: { a: 'b' } } }));
    expect(labelled.metadata.generation).to.equal(1);
    expect((await run(store.replace(ROCKETS, { ...labelled, spec: { fuel: 9 } }))).metadata.generation).to.equal(2);
  });

  it('keeps status and the rest apart', async () => {
    const made = await run(store.create(ROCKETS, rocket('a')));
    const written = {
      ...made,
      spec: { fuel: 7 },
      metadata: { ...made.metadata, labels: { sneaky: 'yes' } },
      status: { phase: 'Ready' },
    };
    const afterStatus = await run(store.replaceStatus(ROCKETS, written));
    expect(afterStatus).to.deep.include({ spec: { fuel: 1 }, status: { phase: 'Ready' } });
    expect(afterStatus.metadata.labels).to.equal(undefined);
    const afterSpec = await run(store.replace(ROCKETS, { ...afterStatus, spec: { fuel: 2 }, status: { phase: 'Exploded' } }));
    expect(afterSpec).to.deep.include({ spec: { fuel: 2 }, status: { phase: 'Ready' } });
    await run(store.create(CONFIG_MAPS, configMap('a')));
    expect(await refused(store.replaceStatus(CONFIG_MAPS, configMap('a')))).to.equal('NotFound');
  });

  it('gives a write that changes nothing neither version nor event, but counts it', async () => {
    const made = await run(store.create(ROCKETS, rocket('a')));
    const again = await run(store.replace(ROCKETS, made));
    expect(again.metadata.resourceVersion).to.equal(made.metadata.resourceVersion);
    expect(writes.map(({ verb, changed }) => `${verb} ${changed}`)).to.deep.equal(['create true', 'replace false']);
  });

  it('holds an object that is being deleted until its last finalizer goes', async () => {
    const made = await run(
      store.create(ROCKETS, rocket('a', { metadata: { name: 'a', namespace: 'pad', finalizers: ['x/y'] } })),
    );
    await run(store.delete(ROCKETS, 'pad', 'a'));
    const dying = await getRocket('a');
    expect(dying.metadata).to.include({ deletionTimestamp: '2026-01-01T00:00:00Z', generation: 2 });
    await run(store.delete(ROCKETS, 'pad', 'a'));
    expect((await getRocket('a')).metadata.resourceVersion).to.equal(dying.metadata.resourceVersion);
    const more = { ...dying, metadata: { ...dying.metadata, finalizers: ['x/y', 'x/z'] } };
    expect(await refused(store.replace(ROCKETS, more))).to.equal('Invalid');
    await run(store.replace(ROCKETS, { ...dying, metadata: { ...dying.metadata, finalizers: [] } }));
    expect(await refused(store.get(ROCKETS, 'pad', 'a'))).to.equal('NotFound');
    expect(made.metadata.deletionTimestamp).to.equal(undefined);
  });

  it('lets nobody set what belongs to the server', async () => {
    const forged = {
      name: 'a',
      namespace: 'pad',
      uid: 'mine',
      generation: 99,
      creationTimestamp: 'never',
      deletionTimestamp: 'now',
    };
    const made = await run(store.create(ROCKETS, rocket('a', { metadata: forged })));
    expect(made.metadata).to.not.have.property('deletionTimestamp');
    expect(made.metadata.uid).to.not.equal('mine');
    expect(made.metadata.generation).to.equal(1);
    expect(
      await refused(store.create(ROCKETS, rocket('b', { metadata: { name: 'b', namespace: 'pad', resourceVersion: '1' } }))),
    ).to.equal('Invalid');
  });

  it('keeps immutable data, lets its metadata change and the object go', async () => {
    for (const [resource, kind] of [
      [CONFIG_MAPS, 'ConfigMap'],
      [SECRETS, 'Secret'],
    ] as const) {
      const made = await run(store.create(resource, configMap('a', { kind, data: { x: 'QQ==' }, immutable: true })));
      expect(await refused(store.replace(resource, { ...made, data: { x: 'Qg==' } }))).to.equal('Invalid');
      expect(await refused(store.replace(resource, { ...made, immutable: false }))).to.equal('Invalid');
      await run(store.replace(resource, { ...made, metadata: { ...made.metadata, labels: { kept: 'yes' } } }));
      await run(store.delete(resource, 'pad', 'a'));
    }
  });

  it('takes one MiB of decoded data and not a byte more', async () => {
    const limit = 1_048_576;
    const bytes = (count: number): string => Buffer.alloc(count).toString('base64');
    await run(store.create(CONFIG_MAPS, configMap('full', { binaryData: { x: bytes(limit) } })));
    expect(
      await refused(store.create(CONFIG_MAPS, configMap('over', { binaryData: { x: bytes(limit), y: bytes(1) } }))),
    ).to.equal('Invalid');
    expect(await refused(store.create(SECRETS, configMap('over', { data: { x: bytes(limit + 1) } })))).to.equal('Invalid');
    expect(await refused(store.create(CONFIG_MAPS, configMap('text', { data: { x: 'é'.repeat(limit / 2) + 'e' } })))).to.equal(
      'Invalid',
    );
  });

  it('refuses an object that is too large for its storage, and keeps the version it had', async () => {
    const made = await run(store.create(ROCKETS, rocket('a')));
    expect(await refused(store.replaceStatus(ROCKETS, { ...made, status: { text: 'x'.repeat(1_600_000) } }))).to.equal('Invalid');
    expect(await getRocket('a')).to.deep.equal(made);
    expect(writes).to.have.length(1);
  });

  it('refuses names, labels and annotations that are none', async () => {
    for (const name of ['Upper', '', 'a_b', '-a', 'x'.repeat(254)])
      expect(await refused(store.create(ROCKETS, rocket(name))), name).to.equal('Invalid');
    const labels = { 'x/sha': 'f'.repeat(64) };
    expect(await refused(store.create(ROCKETS, rocket('a', { metadata: { name: 'a', namespace: 'pad', labels } })))).to.equal(
      'Invalid',
    );
    const annotations = { long: 'x'.repeat(262_144) };
    expect(
      await refused(store.create(ROCKETS, rocket('a', { metadata: { name: 'a', namespace: 'pad', annotations } }))),
    ).to.equal('Invalid');
  });

  it('takes lease times with six fraction digits only', async () => {
    const lease = (renewTime: string): KubeObject => ({ ...configMap('l'), spec: { renewTime } }) as KubeObject;
    expect(await refused(store.create(LEASES, lease('2026-01-01T00:00:00.123Z')))).to.equal('Invalid');
    await run(store.create(LEASES, lease('2026-01-01T00:00:00.123000Z')));
  });

  it('completes and validates by the rules of a resource', async () => {
    store = open({
      resources: [
        {
          resource: ROCKETS,
          status: true,
          complete: (object) => ({ ...object, spec: { fuel: 5, ...(object as Rocket).spec } }) as KubeObject,
          validate: (object, old) => [
            ...(((object as Rocket).spec?.fuel ?? 0) < 0 ? ['spec.fuel: must not be negative'] : []),
            ...(old !== undefined && ((object as Rocket).spec?.fuel ?? 0) < ((old as Rocket).spec?.fuel ?? 0)
              ? ['spec.fuel: burns only upwards']
              : []),
          ],
        },
      ],
    });
    expect(await refused(store.create(ROCKETS, rocket('bad', { spec: { fuel: -1 } })))).to.equal('Invalid');
    const made = await run(store.create(ROCKETS, rocket('a', { spec: {} })));
    expect(made.spec).to.deep.equal({ fuel: 5 });
    expect(await refused(store.replace(ROCKETS, { ...made, spec: { fuel: 4 } }))).to.equal('Invalid');
  });

  it('lists by namespace in the order of names, with the version to watch from', async () => {
    for (const [namespace, name] of [
      ['pad', 'b'],
      ['moon', 'c'],
      ['pad', 'a'],
    ] as const)
      await run(store.create(ROCKETS, rocket(name, { metadata: { name, namespace } })));
    const names = async (namespace?: string): Promise<string[]> =>
      (await run(store.list(ROCKETS, namespace))).items.map(({ metadata }) => metadata.name);
    expect(await names('pad')).to.deep.equal(['a', 'b']);
    expect(await names()).to.deep.equal(['c', 'a', 'b']);
    expect((await run(store.list(ROCKETS))).resourceVersion).to.equal('3');
  });

  describe('watching', () => {
    /** Collects events until `count` have come, then leaves. */
    async function collect(from: string, count: number, namespace?: string): Promise<string[]> {
      const leave = new AbortController();
      const seen: string[] = [];
      for await (const event of store.watch(ROCKETS, namespace, from, leave.signal) as AsyncIterable<WatchEvent<Rocket>>) {
        if (event.type === 'BOOKMARK') continue;
        seen.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`);
        if (seen.length === count) leave.abort();
      }
      return seen;
    }

    it('replays what came after a version, then tells what comes', async () => {
      const made = await run(store.create(ROCKETS, rocket('a')));
      await run(store.create(CONFIG_MAPS, configMap('other')));
      await run(store.replace(ROCKETS, { ...made, spec: { fuel: 2 } }));
      const watching = collect('1', 3);
      await run(store.create(ROCKETS, rocket('b')));
      await run(store.delete(ROCKETS, 'pad', 'a'));
      expect(await run(watching)).to.deep.equal(['MODIFIED a 3', 'ADDED b 4', 'DELETED a 5']);
    });

    it('tells only of the namespace that was asked for', async () => {
      const watching = collect('0', 1, 'moon');
      await run(store.create(ROCKETS, rocket('a')));
      await run(store.create(ROCKETS, rocket('b', { metadata: { name: 'b', namespace: 'moon' } })));
      expect(await run(watching)).to.deep.equal(['ADDED b 2']);
    });

    it('ends with Gone when its version is forgotten', async () => {
      store = open({ historyLimit: 2 });
      for (const name of ['a', 'b', 'c', 'd']) await run(store.create(ROCKETS, rocket(name)));
      expect(await refused(collect('1', 3))).to.equal('Gone');
      expect(await run(collect('2', 2))).to.deep.equal(['ADDED c 3', 'ADDED d 4']);
      store.compact();
      expect(await refused(collect('2', 2))).to.equal('Gone');
      expect(await refused(collect('nonsense', 1))).to.equal('Invalid');
    });

    it('ends quietly when the watcher leaves while nothing happens', async () => {
      const leave = new AbortController();
      const watching = (async (): Promise<number> => {
        let count = 0;
        for await (const _event of store.watch(ROCKETS, undefined, '0', leave.signal)) count++;
        return count;
      })();
      clock.after(60_000, () => leave.abort());
      expect(await run(watching)).to.equal(0);
    });

    it('tells a slow watcher everything in order', async () => {
      const watching = collect('0', 50);
      for (let index = 0; index < 50; index++) void store.create(ROCKETS, rocket(`r${index}`));
      const seen = await run(watching);
      expect(seen.map((line) => line.split(' ')[2])).to.deep.equal(Array.from({ length: 50 }, (_, index) => String(index + 1)));
    });
  });
});

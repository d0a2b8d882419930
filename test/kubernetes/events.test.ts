import { expect } from 'chai';
import fc from 'fast-check';
import { silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { EVENTS, KubeError, type KubeErrorKind, type KubeObject, type KubernetesApi } from '../../src/kubernetes/api';
import { controllerOf, eventNameOf, noteOf, wordOf } from '../../src/kubernetes/eventText';
import { EventRecorder, type Happening, type RecorderOptions } from '../../src/kubernetes/events';
import { inStore, type InStore } from './inStore';

const ROCKET: KubeObject = {
  apiVersion: 'example.dev/v1',
  kind: 'Rocket',
  metadata: { name: 'a', namespace: 'pad', uid: 'u1', resourceVersion: '7' },
};
const LAUNCH: Happening = { type: 'Normal', reason: 'Launched', action: 'Launch', note: 'it flies' };

type Stored = KubeObject & Readonly<Record<string, unknown>>;

describe('the event recorder', () => {
  let world: InStore;
  let recorder: EventRecorder;
  let mishaps: (KubeErrorKind | 'answer lost' | undefined)[];
  let patches: number;

  beforeEach(() => {
    world = inStore();
    open();
  });

  function open(options: Partial<RecorderOptions> = {}): void {
    mishaps = [];
    patches = 0;
    const { clock, store } = world;
    const hurt = async <T>(work: () => Promise<T>): Promise<T> => {
      const mishap = mishaps.shift();
      if (mishap === undefined) return work();
      if (mishap === 'answer lost') await work();
      throw new KubeError(mishap === 'answer lost' ? 'TimedOut' : mishap, 'by test');
    };
    const api = new Proxy<KubernetesApi>(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: readonly unknown[]) => Promise<unknown>;
        if (name === 'patch') patches += 1;
        return (...args: readonly unknown[]) => hurt(() => method.apply(target, args as unknown[]));
      },
    });
    recorder = new EventRecorder({
      api,
      clock,
      random: seededRandom(3),
      log: silentLog,
      controller: 'example.dev/rockets',
      instance: 'pod-1',
      ...options,
    });
  }

  async function stored(): Promise<readonly Stored[]> {
    await world.run(recorder.flush());
    return (await world.run(world.store.list<Stored>(EVENTS, 'pad'))).items;
  }

  it('writes an event as the API wants it, about the object by its uid', async () => {
    recorder.record(ROCKET, LAUNCH);
    const [event] = await stored();
    expect(event).to.deep.include({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'example.dev/rockets',
      reportingInstance: 'pod-1',
      action: 'Launch',
      reason: 'Launched',
      type: 'Normal',
      note: 'it flies',
      regarding: { apiVersion: 'example.dev/v1', kind: 'Rocket', name: 'a', namespace: 'pad', uid: 'u1', resourceVersion: '7' },
    });
    expect(event!.metadata.name).to.match(/^a\.[0-9a-f]+$/);
    expect(recorder.counts).to.include({ written: 1, failed: 0 });
  });

  it('makes a series of the same, and an event of what is different or comes much later', async () => {
    for (let count = 0; count < 5; count++) {
      recorder.record(ROCKET, LAUNCH);
      await world.pass(60_000);
    }
    expect((await stored()).map(({ series }) => series)).to.deep.equal([
      { count: 5, lastObservedTime: '2026-01-01T00:04:00.000000Z' },
    ]);
    recorder.record(ROCKET, { ...LAUNCH, note: 'it flies higher' });
    await world.pass(7 * 60_000);
    recorder.record(ROCKET, LAUNCH);
    expect(await stored()).to.have.length(3);
  });

  it('tells many repetitions at once in one patch', async () => {
    for (let count = 0; count < 500; count++) recorder.record(ROCKET, LAUNCH);
    expect((await stored()).map(({ series }) => (series as { count: number }).count)).to.deep.equal([500]);
    expect(patches).to.equal(1);
    expect(recorder.counts).to.include({ written: 1, repeated: 499, overflowed: 0 });
  });

  it('spends at most twenty events on each host of each object', async () => {
    const others = { ...ROCKET, metadata: { ...ROCKET.metadata, uid: 'u2' } };
    for (let count = 0; count < 30; count++)
      for (const object of [ROCKET, others])
        for (const subject of ['h1', 'h2']) recorder.record(object, { ...LAUNCH, note: `${count}`, subject });
    const events = await stored();
    expect(events).to.have.length(80);
    expect(recorder.counts).to.include({ overBudget: 40 });
    recorder.forget(ROCKET);
    recorder.record(ROCKET, { ...LAUNCH, note: 'anew', subject: 'h1' });
    recorder.record(others, { ...LAUNCH, note: 'anew', subject: 'h1' });
    expect(await stored()).to.have.length(81);
  });

  it('tries again when the API is away, and knows its own event when the answer was lost', async () => {
    mishaps.push('Unavailable', 'Throttled', 'answer lost');
    recorder.record(ROCKET, LAUNCH);
    expect(await stored()).to.have.length(1);
    expect(recorder.counts).to.include({ written: 1, failed: 0 });
  });

  it('drops and counts what the API refuses or never takes, and goes on', async () => {
    mishaps.push('Forbidden', 'Unavailable', 'Unavailable', 'Unavailable', 'Unavailable');
    for (const note of ['1', '2', '3']) recorder.record(ROCKET, { ...LAUNCH, note });
    expect((await stored()).map(({ note }) => note)).to.deep.equal(['3']);
    expect(recorder.counts).to.include({ written: 1, failed: 2 });
  });

  it('keeps no more than two hundred waiting', async () => {
    open({ budget: 1_000 });
    for (let count = 0; count < 250; count++) recorder.record(ROCKET, { ...LAUNCH, note: `${count}` });
    expect(await stored()).to.have.length(200);
    expect(recorder.counts).to.include({ overflowed: 50 });
  });

  it('takes an object of the cluster, and any words', async () => {
    recorder.record(
      { ...ROCKET, metadata: { name: 'X'.repeat(400) } },
      { ...LAUNCH, reason: '', note: '\u{1F680}'.repeat(2_000) },
    );
    await world.run(recorder.flush());
    expect((await world.run(world.store.list(EVENTS, 'default'))).items).to.have.length(1);
  });
});

describe('the words of an event', () => {
  it('keep within their limits, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600, size: 'max' }), (text) => {
        expect(Buffer.byteLength(noteOf(text))).to.be.at.most(1_024);
        expect(Buffer.byteLength(wordOf(text))).to.be.within(1, 128);
        expect(controllerOf(text).split('/').at(-1)).to.match(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/), (name) => {
        expect(eventNameOf(name, '18c2f0a1')).to.match(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
      }),
    );
  });

  it('are left as they are where they fit', () => {
    expect(noteOf('é'.repeat(512))).to.equal('é'.repeat(512));
    expect(noteOf('é'.repeat(513))).to.equal(`${'é'.repeat(510)}…`);
    expect(controllerOf('example.dev/rockets')).to.equal('example.dev/rockets');
  });
});

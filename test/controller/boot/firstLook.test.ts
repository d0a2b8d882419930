import { expect } from 'chai';
import { type BootAnswer, type BootRequest } from '../../../src/boot/server/request';
import { BootService } from '../../../src/controller/boot/bootService';
import { silentLog } from '../../../src/foundation/log';
import { seededRandom } from '../../../src/foundation/random';
import { nextTurn } from '../../../src/foundation/turn';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { KubernetesApi, ObjectList } from '../../../src/kubernetes/api';

const NOTHING: ObjectList<never> = { items: [], resourceVersion: '1' };
const REQUEST = { method: 'GET', target: '/somebody/else', headers: {}, from: '127.0.0.1' } as BootRequest;

/** A service before a cluster that lists nothing, once `list` resolves. */
function serving(list: Promise<void>): BootService {
  const clock = new VirtualClock(0);
  const api = {
    list: () => list.then(() => NOTHING),
    watch: (_what: unknown, _how: unknown, signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over')))),
  } as unknown as KubernetesApi;
  return new BootService({
    ...{ api, clock, steady: clock, random: seededRandom(1), log: silentLog, namespaces: [] },
    keys: () => [{ version: 'k1', secret: Buffer.alloc(32) }],
    shelf: () => ({ prepare: () => undefined, offers: () => [], close: () => Promise.resolve() }) as never,
  });
}

describe('a boot server that has just been started', () => {
  it('answers nobody before it has read what is open, and then everybody', async () => {
    let read: () => void = () => undefined;
    const service = serving(new Promise<void>((resolve) => (read = resolve)));
    void service.run(new AbortController().signal);
    let answer: BootAnswer | undefined;
    const asked = service.handle(REQUEST, new AbortController().signal).then((told) => (answer = told));
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(answer).to.equal(undefined);
    read();
    await asked;
    expect(answer?.status).to.equal(404);
    expect((await service.handle(REQUEST, new AbortController().signal)).status).to.equal(404);
  });

  it('lets go of who does not wait for that', async () => {
    const service = serving(new Promise(() => undefined));
    void service.run(new AbortController().signal);
    const client = new AbortController();
    const asked = service.handle(REQUEST, client.signal).catch((error: unknown) => error);
    client.abort(new Error('gone'));
    expect(await asked).to.have.property('name', 'Aborted');
  });
});

import { request as httpsRequest } from 'node:https';
import { expect } from 'chai';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/embedded-kubernetes/embeddedServer';
import type { Clock } from '../../src/foundation/clock';
import { seededRandom } from '../../src/foundation/random';
import { realClock } from '../../src/foundation/realClock';
import { Client } from '../contract/kubernetes/client';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** The machine's clock, with the number of timers that still run. */
function countingClock(): Clock & { running(): number } {
  const clock = realClock();
  const timers = new Set<object>();
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    running: () => timers.size,
    after(ms, callback) {
      const timer = {};
      timers.add(timer);
      const cancel = clock.after(ms, () => {
        timers.delete(timer);
        callback();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
}

describe('the embedded API server on its socket', () => {
  const clock = countingClock();
  let server: EmbeddedServer;
  let client: Client;

  beforeEach(async () => {
    const tokens = new Map([['t', { user: 'admin' }]]);
    server = await startEmbeddedServer({ clock, random: seededRandom(1), tokens });
    client = new Client({ url: server.url, ca: server.ca, token: 't' });
  });
  afterEach(() => server.close());

  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('forgets a watch whose client has left', async () => {
    for await (const { type } of client.watch(
      `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    )) {
      expect(type).to.equal('BOOKMARK');
      await until(() => clock.running() > 0);
      break;
    }
    await until(() => clock.running() === 0);
    expect(clock.running()).to.equal(0);
  });

  it('ends its watches when it closes', async () => {
    const watching = (async () => {
      for await (const { type } of client.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=1`)) expect(type).to.equal('never');
    })().catch((error: unknown) => error);
    await until(() => clock.running() > 0);
    await server.close();
    await watching;
    await until(() => clock.running() === 0);
    expect(clock.running()).to.equal(0);
  });

  it('counts its requests by verb, resource and status, under the name a real server has for it', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    for (let time = 0; time < 2; time++) await client.post(CONFIG_MAPS, object);
    await client.get(`${CONFIG_MAPS}/a`);
    const { body } = await client.get('/metrics');
    const counted = (verb: string, code: number): string =>
      `apiserver_request_total{verb="${verb}",group="",version="v1",resource="configmaps",subresource="",code="${code}"} 1\n`;
    for (const one of [counted('CREATE', 201), counted('CREATE', 409), counted('GET', 200)]) expect(body).to.contain(one);
    expect((await client.get('/metrics', { token: null })).code).to.equal(403);
  });

  it('refuses a body that is too large', async () => {
    const data = { a: 'x'.repeat(3 * 1024 * 1024) };
    const { code, body } = await client.post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data });
    expect([code, body.reason]).to.deep.equal([413, 'RequestEntityTooLarge']);
  });

  it('is trusted by its own certificate only', async () => {
    const failure = await new Promise<NodeJS.ErrnoException>((resolve) => {
      const asked = httpsRequest(`${server.url}/version`, { agent: false });
      asked.once('error', resolve);
      asked.end();
    });
    expect(failure.code).to.match(/SELF_SIGNED/);
  });
});

import { expect } from 'chai';
import http from 'node:http';
import { HostServer } from '../../../src/simulator/servers/hostServer';
import { failureOf, PASSWORD, Served } from './served';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { ask } from './served';

interface Batch {
  readonly events: readonly { readonly class: string; readonly ref: string }[];
  readonly token: string;
}

describe('events of a served pool', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start({ hosts: 1, vms: 3 }, { plain: true });
  });
  afterEach(async () => {
    await served.close();
    expect(served.defects).to.deep.equal([]);
  });

  it('come to a client that waits for them with event.from', async () => {
    const session = await served.login();
    const from = (token: string): Promise<Batch> =>
      served.call(served.master, 'event.from', [session, ['pool'], token, 36_000], { dialect: 'json' }) as Promise<Batch>;
    const { events, token } = await from('');
    const [pool] = events.map(({ ref }) => ref);
    const waiting = from(token);
    const renamed = served.call(served.master, 'pool.set_name_label', [await served.login(), pool, 'renamed']);
    await served.during(Promise.all([waiting, renamed]));
    expect((await waiting).events.map((event) => [event.class, event.ref])).to.deep.equal([['pool', pool]]);
  });

  it('come to an old client that waits with event.next', async () => {
    const session = await served.login();
    await served.call(served.master, 'event.register', [session, ['pool']]);
    const [pool] = (await served.call(served.master, 'pool.get_all', [session])) as string[];
    const waiting = served.call(served.master, 'event.next', [session]) as Promise<Batch['events']>;
    const renamed = served.call(served.master, 'pool.set_name_label', [await served.login(), pool, 'renamed']);
    await served.during(Promise.all([waiting, renamed]));
    expect((await waiting).map(({ ref }) => ref)).to.include(pool);
  });

  it('end with the connection when the machine goes', async () => {
    const session = await served.login();
    const { token } = (await served.call(served.master, 'event.from', [session, ['pool'], '', 0])) as Batch;
    const waiting = failureOf(served.call(served.master, 'event.from', [session, ['pool'], token, 36_000]));
    // The machine may go before the request has reached it: then it is refused.
    await served.call(served.master, 'pool.get_all', [session]);
    await served.control('POST', '/machines/xs-01/power', '{"on": false}');
    expect(await waiting).to.be.oneOf(['ECONNRESET', 'ECONNREFUSED']);
  });

  it('are waited for by nobody once the client is gone, and what nobody heard is told to the next', async () => {
    const session = await served.login();
    const { world } = served.simulation;
    const host = [...world.machines.keys()][0]!;
    const post = (method: string, params: readonly unknown[], gone: AbortSignal): Promise<Batch['events']> =>
      world
        .serve(host, { method: 'POST', path: '/jsonrpc', body: jsonCodec.encodeCall(method, params) }, gone)
        .then((answer) => (JSON.parse(answer.body) as { readonly result: Batch['events'] }).result);
    await served.call(served.master, 'event.register', [session, ['pool']]);
    const client = new AbortController();
    const deserted = post('event.next', [session], client.signal);
    client.abort();
    // No time passes: the wait itself is over.
    expect(await deserted).to.deep.equal([]);
    const [pool] = (await served.call(served.master, 'pool.get_all', [session])) as string[];
    await served.call(served.master, 'pool.set_name_label', [session, pool, 'renamed']);
    const heard = await post('event.next', [session], new AbortController().signal);
    expect(heard.map(({ ref }) => ref)).to.include(pool);
  });
});

describe('the server of a host', () => {
  it('tells the agent that the client is gone', async () => {
    const client = new AbortController();
    const defects: unknown[] = [];
    const ended = new Promise<string>((resolve) => {
      const server: HostServer = new HostServer({
        address: '127.0.0.1',
        certificate: () => undefined,
        tls: () => ({ from: 'TLSv1.2', to: 'TLSv1.2' }),
        agent: {
          servesJson: () => true,
          defect: (error) => void defects.push(error),
          serve: (_request, gone) =>
            new Promise((answer) => {
              gone.addEventListener('abort', () => {
                answer({ status: 200, contentType: 'text/xml', body: '' });
                server.close();
                resolve('told');
              });
              client.abort();
            }),
        },
      });
      void server
        .open(0)
        .then((port) =>
          ask(`http://127.0.0.1:${port}`, { method: 'POST', body: 'x', signal: client.signal }).catch(() => undefined),
        );
    });
    expect(await ended).to.equal('told');
    expect(defects).to.deep.equal([]);
  });

  it('answers 500 for a defect of the simulator, tells it, and goes on', async () => {
    const defects: unknown[] = [];
    const broken = new Error('broken');
    const server = new HostServer({
      address: '127.0.0.1',
      certificate: () => undefined,
      tls: () => ({ from: 'TLSv1.2', to: 'TLSv1.2' }),
      agent: { servesJson: () => true, defect: (error) => void defects.push(error), serve: () => Promise.reject(broken) },
    });
    const port = await server.open(0);
    const answers = [];
    for (let time = 0; time < 2; time++)
      answers.push((await ask(`http://127.0.0.1:${port}`, { method: 'POST', body: PASSWORD })).status);
    server.close();
    expect([answers, defects]).to.deep.equal([
      [500, 500],
      [broken, broken],
    ]);
  });

  it('keeps a connection for the next request', async () => {
    const server = new HostServer({
      address: '127.0.0.1',
      certificate: () => undefined,
      tls: () => ({ from: 'TLSv1.2', to: 'TLSv1.2' }),
      agent: {
        servesJson: () => true,
        defect: (error) => expect.fail(String(error)),
        serve: () => Promise.resolve({ status: 200, contentType: 'text/xml', body: 'fine' }),
      },
    });
    const port = await server.open(0);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const once = (): Promise<boolean> =>
      new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port, agent, method: 'POST' }, (response) => {
          response.resume().on('end', () => resolve(request.reusedSocket));
        });
        request.on('error', reject);
        request.end('x');
      });
    const reused = [await once(), await once(), await once()];
    agent.destroy();
    server.close();
    expect(reused).to.deep.equal([false, true, true]);
  });
});

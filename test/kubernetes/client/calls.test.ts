import net, { type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { CONFIG_MAPS, KubeError, type KubeObject, LEASES, type Resource } from '../../../src/kubernetes/api';
import { type Answerer, json, raw, reach, type Reached, ServedApi, status, testAuthority } from './servedApi';

const ROCKETS: Resource = { group: 'example.dev', version: 'v1', plural: 'rockets', kind: 'Rocket' };
const ROCKET = {
  apiVersion: 'example.dev/v1',
  kind: 'Rocket',
  metadata: { name: 'a', namespace: 'pad', resourceVersion: '7' },
  spec: { secret: 'fuel-of-the-future' },
};

describe('calls of the Kubernetes API over HTTPS', () => {
  let served: ServedApi;
  let reached: Reached;

  async function start(...answers: Answerer[]): Promise<void> {
    served = await ServedApi.start(...answers);
    reached = reach(served.url);
  }

  afterEach(async () => {
    reached.client.close();
    await served.stop();
  });

  async function failing(work: Promise<unknown>): Promise<KubeError> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof KubeError) return error;
    throw new Error(`expected a KubeError, got ${String(error)}`);
  }

  const get = (): Promise<KubeObject> => reached.client.api.get(ROCKETS, 'pad', 'a');

  it('go to where things lie, as JSON, by our name and with our token', async () => {
    await start(json(ROCKET));
    const { api } = reached.client;
    expect(await get()).to.deep.equal(ROCKET);
    await api.create(ROCKETS, ROCKET);
    await api.replace(ROCKETS, ROCKET);
    await api.replaceStatus(ROCKETS, ROCKET);
    await api.patch(ROCKETS, 'pad', 'a', { spec: null }, 'status');
    await api.delete(CONFIG_MAPS, 'pad', 'b');
    expect(served.noted.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
      'GET /apis/example.dev/v1/namespaces/pad/rockets/a',
      'POST /apis/example.dev/v1/namespaces/pad/rockets',
      'PUT /apis/example.dev/v1/namespaces/pad/rockets/a',
      'PUT /apis/example.dev/v1/namespaces/pad/rockets/a/status?fieldValidation=Strict',
      'PATCH /apis/example.dev/v1/namespaces/pad/rockets/a/status',
      'DELETE /api/v1/namespaces/pad/configmaps/b',
    ]);
    expect(JSON.parse(served.noted[1]!.body)).to.deep.equal(ROCKET);
    expect(served.noted[4]!.headers).to.include({
      authorization: 'Bearer token-1',
      'user-agent': 'test/1',
      'content-type': 'application/merge-patch+json',
    });
  });

  it('go below the path of a server that has one', async () => {
    await start(json(ROCKET));
    reached = reach(`${served.url}/clusters/one/`);
    await get();
    expect(served.noted[0]!.url).to.equal('/clusters/one/apis/example.dev/v1/namespaces/pad/rockets/a');
  });

  it('list in pages and by selectors, and say what the items are', async () => {
    const items = [{ metadata: { name: 'x' } }];
    await start(
      json({ items, metadata: { resourceVersion: '9', continue: 'more' } }),
      json({ items: [], metadata: { resourceVersion: '9' } }),
    );
    const { api } = reached.client;
    const first = await api.list(CONFIG_MAPS, 'pad', { limit: 1, labelSelector: 'a=b,c in (d, e)' });
    expect(first).to.deep.equal({
      items: [{ metadata: { name: 'x' }, apiVersion: 'v1', kind: 'ConfigMap' }],
      resourceVersion: '9',
      continue: 'more',
    });
    expect(await api.list(CONFIG_MAPS, undefined, { continue: 'more' })).to.deep.equal({ items: [], resourceVersion: '9' });
    const [one, two] = served.noted.map(({ url }) => new URL(url, served.url));
    expect(Object.fromEntries(one!.searchParams)).to.deep.equal({ labelSelector: 'a=b,c in (d, e)', limit: '1' });
    expect(two!.pathname + two!.search).to.equal('/api/v1/configmaps?continue=more');
  });

  it('share connections: one for calls that follow each other, at most the bound for those at once, others for leases', async () => {
    await start(json(ROCKET));
    for (let count = 0; count < 30; count++) await get();
    expect(served.connections).to.equal(1);
    reached.client.close();
    reached = reach(served.url, { connections: 4 });
    await Promise.all(Array.from({ length: 40 }, get));
    expect(served.connections).to.be.within(2, 5);
    const before = served.connections;
    await reached.client.leases.get(LEASES, 'pad', 'a');
    expect(served.connections).to.equal(before + 1);
  });

  const REFUSALS: readonly (readonly [string, Answerer, string, object?])[] = [
    ['an object that is not there', status(404, 'NotFound', 'rockets "a" not found', { name: 'a' }), 'NotFound'],
    ['a resource that is not there', raw(404, 'text/plain', '404 page not found\n'), 'NotServed'],
    ['another version', status(409, 'Conflict', 'the object has been modified', { name: 'a' }), 'Conflict'],
    ['another of that name', status(409, 'AlreadyExists', 'exists', { name: 'a' }), 'AlreadyExists'],
    ['too little right', status(403, 'Forbidden', 'User "x" cannot get resource "rockets"'), 'Forbidden'],
    ['a version too old', status(410, 'Expired', 'too old'), 'Gone', { status: 410, reason: 'Expired' }],
    ['an object that is none', status(422, 'Invalid', 'bad'), 'Invalid'],
    ['a large body', status(413, 'RequestEntityTooLarge', 'limit is 3145728'), 'TooLarge'],
    ['an object too large for etcd', status(500, '', 'etcdserver: request is too large'), 'TooLarge'],
    ['a failure without a reason', status(500, '', 'something'), 'ServerError', { status: 500 }],
    [
      'a server that starts',
      status(503, 'ServiceUnavailable', 'starting', { retryAfterSeconds: 2 }),
      'Unavailable',
      { status: 503, reason: 'ServiceUnavailable', retryAfterMs: 2_000 },
    ],
    ['a server that gave up on it', status(504, 'Timeout', 'slow'), 'TimedOut'],
    [
      'a version of the future',
      status(504, 'Timeout', 'Too large resource version', {
        causes: [{ reason: 'ResourceVersionTooLarge' }],
        retryAfterSeconds: 1,
      }),
      'Unavailable',
    ],
    ['a page of a proxy', raw(502, 'text/html', '<html>bad gateway</html>'), 'TimedOut'],
    ['too many requests', json({}, 429, { 'retry-after': '7' }), 'Throttled', { status: 429, retryAfterMs: 7_000 }],
    ['a page with success', raw(200, 'text/html', '<html>log in</html>'), 'ServerError'],
    ['half of a JSON text', raw(200, 'application/json', '{"kind":'), 'ServerError'],
  ];

  for (const [what, answer, kind, detail] of REFUSALS)
    it(`say ${kind} for ${what}`, async () => {
      await start(answer);
      const error = await failing(get());
      expect(error.kind).to.equal(kind);
      expect(error.message).to.match(/^get rockets\.example\.dev pad\/a: /);
      if (detail !== undefined) expect(error.detail).to.deep.equal(detail);
    });

  it('ask for the CRD where a resource is not served', async () => {
    await start(raw(404, 'text/plain', '404 page not found\n'));
    expect((await failing(reached.client.api.list(ROCKETS))).message).to.equal(
      'list rockets.example.dev in all namespaces: 404: the server knows no such resource; is its CRD installed, in this version?',
    );
  });

  it('write no part of a status whose schema in the cluster is older than they are', async () => {
    const words = 'Rocket in version "v1" cannot be handled as a Rocket: strict decoding error: unknown field "status.fuel"';
    await start(status(400, 'BadRequest', words));
    const error = await failing(reached.client.api.replaceStatus(ROCKETS, ROCKET));
    expect(error.kind).to.equal('UnknownField');
    expect(error.message).to.include('unknown field "status.fuel"');
  });

  it('ask for metadata alone where no more is wanted', async () => {
    await start(json({ items: [{ metadata: { name: 'a' } }], metadata: { resourceVersion: '7' } }));
    await reached.client.api.list(ROCKETS, 'pad', { metadataOnly: true });
    expect(served.noted[0]!.headers['accept']).to.equal('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });

  it('name verb and resource of what is forbidden', async () => {
    await start(status(403, 'Forbidden', 'User "system:serviceaccount:ops:x" cannot list resource "rockets"'));
    const error = await failing(reached.client.api.list(ROCKETS));
    expect(error.message).to.equal(
      'list rockets.example.dev in all namespaces: 403: User "system:serviceaccount:ops:x" cannot list resource "rockets"',
    );
  });

  it('never repeat the object that was refused', async () => {
    const said = JSON.stringify(ROCKET);
    const messages = [
      `Rocket "a" is invalid: spec: Invalid value: ${said}: must be smaller`,
      `Rocket "a" is invalid: patch: Invalid value: ${JSON.stringify(said)}: strict decoding error`,
      `Rocket "a" is invalid: spec: Invalid value: map[string]interface {}{"secret":"fuel-of-the-future"}: no`,
      `Rocket "a" is invalid: Invalid value: ${said}`,
      `Rocket "a" is invalid: Invalid value: v1.Rocket{Spec:v1.Spec{Secret:"fuel-of-the-future"}}`,
    ];
    await start(
      ...messages.flatMap((message) => [
        status(422, 'Invalid', message),
        status(422, 'Invalid', 'x', {
          causes: [
            { field: 'spec', message },
            { field: 'spec.b', message: 'Required value' },
          ],
        }),
      ]),
    );
    for (const message of messages)
      for (const way of ['message', 'causes']) {
        const error = await failing(reached.client.api.create(ROCKETS, ROCKET));
        expect(error.message, message).to.match(/^create rockets\.example\.dev pad\/a: 422: .*Invalid value/);
        expect(error.message, message).not.to.contain('fuel-of');
        if (way === 'causes') expect(error.message).to.match(/spec\.b: Required value$/);
      }
  });

  it('keep what a rule says about a field', async () => {
    const causes = [
      { field: 'spec.order[1]', message: 'Duplicate value: "h1"' },
      { field: 'spec', message: 'Forbidden: immutable once the upgrade has started' },
    ];
    await start(status(422, 'Invalid', 'long', { causes }));
    expect((await failing(get())).message).to.match(
      /422: spec\.order\[1\]: Duplicate value: "h1"; spec: Forbidden: immutable once the upgrade has started$/,
    );
  });

  it('read the token again when it is refused, and only once for all', async () => {
    const byToken: Answerer = (response, request) =>
      (request.headers.authorization === 'Bearer token-1' ? status(401, 'Unauthorized', 'Unauthorized') : json(ROCKET))(
        response,
        request,
      );
    await start(byToken);
    await Promise.all([get(), get(), get()]);
    expect(reached.reads()).to.equal(2);
    expect(served.noted.filter(({ headers }) => headers.authorization === 'Bearer token-2')).to.have.length(3);
  });

  it('give up when the new token is refused as well', async () => {
    await start(status(401, 'Unauthorized', 'Unauthorized'));
    expect((await failing(get())).kind).to.equal('Unauthorised');
    expect(served.noted).to.have.length(2);
  });

  it('read the token again after a minute', async () => {
    await start(json(ROCKET));
    await get();
    await reached.pass(59_000);
    await get();
    await reached.pass(2_000);
    await get();
    expect(served.noted.map(({ headers }) => headers.authorization)).to.deep.equal([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(served.connections).to.equal(1);
  });

  it('say TimedOut when the answer is late or breaks off, since it may have been carried out', async () => {
    await start(
      () => undefined,
      (response) => response.writeHead(200, { 'content-length': '100' }).write('{"kind"'),
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"kind"', () => served.reset());
      },
      () => served.reset(),
    );
    const replace = (): Promise<KubeError> => failing(reached.client.api.replace(ROCKETS, ROCKET));
    for (const asked of [1, 2]) {
      const late = replace();
      await served.asked(asked);
      await reached.pass(15_000);
      expect((await late).kind).to.equal('TimedOut');
    }
    expect((await replace()).kind).to.equal('TimedOut');
    expect((await replace()).kind).to.equal('TimedOut');
  });

  it('say Unavailable when nobody listens, and that asking again is cheap', async () => {
    await start(json(ROCKET));
    await served.stop();
    const error = await failing(get());
    expect(error.kind).to.equal('Unavailable');
    expect(error.detail.refused).to.equal(true);
    served = await ServedApi.start();
  });

  it('say Unavailable when no connection came about in time, since nothing was sent', async () => {
    await start(json(ROCKET));
    const connected = new Set<net.Socket>();
    const mute = net.createServer((socket) => connected.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const accepted = new Promise((resolve) => mute.once('connection', resolve));
    const there = reach(`https://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    const late = failing(there.client.api.create(ROCKETS, ROCKET));
    await accepted;
    await there.pass(15_000);
    expect((await late).kind).to.equal('Unavailable');
    there.client.close();
    for (const socket of connected) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  it('tell a server that cannot prove who it is nothing', async () => {
    await start(json(ROCKET));
    const stranger = reach(served.url, {}, { tls: {} });
    const error = await failing(stranger.client.api.get(ROCKETS, 'pad', 'a'));
    expect(error.kind).to.equal('Untrusted');
    expect(error.message).to.match(/certificate is not trusted.*UNABLE_TO_VERIFY/);
    expect(served.noted).to.deep.equal([]);
    const careless = reach(served.url, {}, { tls: { unverified: true } });
    await careless.client.api.get(ROCKETS, 'pad', 'a');
    for (const one of [stranger, careless]) one.client.close();
  });

  it('notice that the authority or the server was replaced', async () => {
    await start(json(ROCKET));
    const change: { tls: object; server?: string } = { tls: {} };
    reached = reach(served.url, {}, change);
    expect((await failing(get())).kind).to.equal('Untrusted');
    change.tls = { ca: testAuthority().certificate };
    await get();
    const other = await ServedApi.start(json(ROCKET));
    change.server = other.url;
    await reached.pass(60_000);
    await get();
    expect([served.noted.length, other.noted.length]).to.deep.equal([1, 1]);
    await other.stop();
  });

  it('leave an answer unread that is too large', async () => {
    await start(json({ ...ROCKET, padding: 'x'.repeat(5_000) }));
    reached = reach(served.url, { mostBytes: 4_000 });
    expect((await failing(get())).kind).to.equal('TooLarge');
  });

  it('read again what met a connection that was just being closed, and do not write again', async () => {
    const closing: Answerer = () => served.reset();
    await start(json(ROCKET), closing, json(ROCKET), closing, json(ROCKET));
    await get();
    expect(await get()).to.deep.equal(ROCKET);
    expect((await failing(reached.client.api.replace(ROCKETS, ROCKET))).kind).to.equal('TimedOut');
    expect(served.noted.map(({ method }) => method)).to.deep.equal(['GET', 'GET', 'GET', 'PUT']);
  });

  it('end when the caller gives up', async () => {
    await start(() => undefined);
    const over = new AbortController();
    const late = failing(reached.client.api.list(ROCKETS, 'pad', { signal: over.signal }));
    await served.asked(1);
    over.abort();
    expect((await late).kind).to.equal('TimedOut');
    expect((await failing(reached.client.api.list(ROCKETS, 'pad', { signal: over.signal }))).kind).to.equal('Unavailable');
  });
});

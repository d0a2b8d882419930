// The wire to a BMC: whom it tells anything, and what it makes of what comes back. The judgement of certificates itself is tested with the wire to a pool.
import { expect } from 'chai';
import { createRedfishHttps } from '../../../src/bmc/redfish/https';
import { type BmcRequest, type ClosableBmcTransport, TransportFailure } from '../../../src/bmc/transport';
import { realClock } from '../../../src/foundation/realClock';
import type { TlsPolicy, Trust } from '../../../src/foundation/wire/tlsPolicy';
import { type Certificates, makeCertificates } from '../../xenapi/https/certificates';
import { Listener, page, type Shape } from '../../xenapi/https/listener';

const patient = new AbortController().signal;
const GET: BmcRequest = {
  method: 'GET',
  path: '/redfish/v1/',
  headers: { authorization: 'Basic c2VjcmV0' },
  body: '',
  timeoutMs: 30_000,
};

describe('the wire to a BMC', () => {
  let made: Certificates;
  const closing: (() => unknown)[] = [];

  before(() => {
    made = makeCertificates();
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const open = async (shape: Shape): Promise<Listener> => {
    const listener = await Listener.open(shape);
    closing.push(() => listener.close());
    return listener;
  };
  const secure = (shape: Shape = {}): Promise<Listener> =>
    open({ tls: { key: made.sound.key, cert: made.sound.cert }, ...shape });
  const wire = (origin: string, trust: Trust, more: Partial<TlsPolicy> = {}, mostBytes?: number): ClosableBmcTransport => {
    const policy: TlsPolicy = { trust, minVersion: 'TLSv1.2', allowPlaintext: false, ...more };
    const limits = mostBytes === undefined ? {} : { mostBytes };
    const transport = createRedfishHttps({ origin, policy, clock: realClock(), settings: 'spec.hosts[].bmc.tls', ...limits });
    closing.push(() => transport.close());
    return transport;
  };
  const authority = (): Trust => ({ kind: 'CaBundle', pem: made.ca });
  const failure = async (work: Promise<unknown>): Promise<TransportFailure> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(TransportFailure);
    return error as TransportFailure;
  };

  it('hands up status, headers and body as they came, redirects too', async () => {
    const listener = await secure({
      answer: (socket) => void socket.write(page(302, '{"a":"ä"}', { Location: 'https://elsewhere.invalid/', ETag: 'W/"1"' })),
    });
    const answer = await wire(listener.origin, authority()).request(GET, patient);
    expect(answer.status).to.equal(302);
    expect(answer.headers).to.include({ location: 'https://elsewhere.invalid/', etag: 'W/"1"' });
    expect(answer.body).to.equal('{"a":"ä"}');
    expect(listener.requests).to.equal(1);
  });

  it('keeps one connection for requests that follow each other, and sends one at a time', async () => {
    const listener = await secure();
    const transport = wire(listener.origin, authority());
    await Promise.all([transport.request(GET, patient), transport.request(GET, patient), transport.request(GET, patient)]);
    expect([listener.connections, listener.requests]).to.deep.equal([1, 3]);
  });

  it('sends bodies of every method with their length', async () => {
    const heads: string[] = [];
    const listener = await secure({
      answer: (socket, { head, body }) => {
        heads.push(`${head.split(' ')[0]} ${body}`);
        socket.write(page(200, '{}'));
      },
    });
    const transport = wire(listener.origin, authority());
    for (const method of ['POST', 'PATCH', 'DELETE'] as const)
      await transport.request({ ...GET, method, body: method === 'DELETE' ? '' : '{"ä":1}' }, patient);
    expect(heads).to.deep.equal(['POST {"ä":1}', 'PATCH {"ä":1}', 'DELETE ']);
  });

  it('tells a BMC nothing whose certificate is not trusted, and names it', async () => {
    for (const trust of [
      { kind: 'SystemRoots' },
      { kind: 'Fingerprints', sha256: new Set([made.renewed.fingerprint]) },
    ] as const) {
      const listener = await secure();
      const error = await failure(wire(listener.origin, trust).request(GET, patient));
      expect(error).to.include({ kind: 'Untrusted', maybeDelivered: false });
      expect(error.message).to.contain(made.sound.fingerprint).and.contain('spec.hosts[].bmc.tls.fingerprints');
      await listener.allGone();
      expect(listener.received).to.equal(0);
    }
  });

  it('tells a BMC nothing more that comes back with another certificate than it had', async () => {
    const farewell = page(200, '{}', { Connection: 'close' });
    const before = await secure({ answer: (socket) => void socket.end(farewell) });
    const transport = wire(before.origin, { kind: 'Fingerprints', sha256: new Set([made.sound.fingerprint]) });
    expect((await transport.request(GET, patient)).status).to.equal(200);
    const { port } = before;
    await before.allGone();
    await before.close();
    const after = await secure({ tls: { key: made.renewed.key, cert: made.renewed.cert }, port });
    const error = await failure(transport.request(GET, patient));
    expect(error).to.include({ kind: 'Untrusted', maybeDelivered: false });
    expect(error.message).to.contain(made.renewed.fingerprint);
    await after.allGone();
    expect([after.connections, after.received]).to.deep.equal([1, 0]);
  });

  it('trusts a fingerprint, or whoever comes, when told to', async () => {
    const pin: Trust = { kind: 'Fingerprints', sha256: new Set([made.sound.fingerprint]) };
    for (const trust of [pin, { kind: 'Unverified' } as const]) {
      const listener = await secure();
      expect((await wire(listener.origin, trust).request(GET, patient)).status).to.equal(200);
    }
  });

  it('speaks clear text only when allowed', async () => {
    const listener = await open({});
    const error = await failure(wire(listener.origin, { kind: 'SystemRoots' }).request(GET, patient));
    expect(error).to.include({ kind: 'Untrusted' });
    expect(error.message).to.contain('spec.hosts[].bmc.tls.allowPlaintext');
    expect(listener.received).to.equal(0);
    const allowed = wire(listener.origin, { kind: 'SystemRoots' }, { allowPlaintext: true });
    expect((await allowed.request(GET, patient)).status).to.equal(200);
  });

  it('leaves a huge answer unread, whether it says its size or not', async () => {
    const chunk = 'x'.repeat(2_000);
    for (const answer of [
      page(200, chunk),
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n${chunk}\r\n0\r\n\r\n`,
    ]) {
      const listener = await secure({ answer: (socket) => void socket.write(answer) });
      expect(await failure(wire(listener.origin, authority(), {}, 1_999).request(GET, patient))).to.include({ kind: 'TooLarge' });
    }
  });

  it('waits no longer than it is told to', async () => {
    const listener = await secure({ answer: () => undefined });
    const error = await failure(wire(listener.origin, authority()).request({ ...GET, timeoutMs: 50 }, patient));
    expect(error).to.include({ kind: 'TimedOut', maybeDelivered: true });
  });
});

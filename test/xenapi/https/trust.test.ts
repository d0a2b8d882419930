import { expect } from 'chai';
import { type ClosableTransport, TransportFailure, type TransportFailureKind } from '../../../src/xenapi/transport';
import { createHttpsTransport } from '../../../src/xenapi/https/httpsTransport';
import type { TlsPolicy, Trust } from '../../../src/foundation/wire/tlsPolicy';
import type { Certificate } from '../../../src/simulator/servers/certificates';
import { rejection } from '../fakePool';
import { type Certificates, makeCertificates } from './certificates';
import { Listener, type Shape } from './listener';

const patient = new AbortController().signal;

describe('whom the wire tells anything', () => {
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
  const showing = ({ key, cert }: Certificate, address = '127.0.0.1'): Promise<Listener> => open({ tls: { key, cert }, address });
  const transport = (trust: Trust, more: Partial<TlsPolicy> = {}): ClosableTransport => {
    const made = createHttpsTransport({ policy: { trust, minVersion: 'TLSv1.2', allowPlaintext: false, ...more } });
    closing.push(() => made.close());
    return made;
  };
  const bundle = (...pem: string[]): Trust => ({ kind: 'CaBundle', pem: pem.join('\n') });
  const pins = (...certificates: Certificate[]): Trust => ({
    kind: 'Fingerprints',
    sha256: new Set(certificates.map(({ fingerprint }) => fingerprint)),
  });
  const send = (wire: ClosableTransport, origin: string): ReturnType<ClosableTransport['post']> =>
    wire.post(origin, '/', '<secret/>', patient);

  async function failure(wire: ClosableTransport, origin: string, kind: TransportFailureKind): Promise<TransportFailure> {
    const error = await rejection(send(wire, origin));
    expect(error).to.be.instanceOf(TransportFailure);
    expect(error).to.have.property('kind', kind);
    return error as TransportFailure;
  }

  /** Nothing was sent, and the failure says so. */
  async function untold(listener: Listener, wire: ClosableTransport, kind: TransportFailureKind): Promise<TransportFailure> {
    const before = listener.received;
    const error = await failure(wire, listener.origin, kind);
    await listener.allGone();
    expect(listener.received).to.equal(before);
    expect(error.maybeDelivered).to.equal(false);
    expect(error.message).to.contain(listener.origin);
    return error;
  }

  it('believes a certificate that the bundle signed, one of several, and the bundle itself', async () => {
    const host = await showing(made.sound);
    expect(await send(transport(bundle(made.selfSigned.cert, made.ca)), host.origin)).to.include({
      status: 200,
      peer: '127.0.0.1',
    });
    const own = await showing(made.selfSigned);
    expect(await send(transport(bundle(made.selfSigned.cert)), own.origin)).to.include({ status: 200 });
  });

  const refused: readonly (readonly [string, (all: Certificates) => [Certificate, string], RegExp])[] = [
    ['another authority signed', (all) => [all.sound, all.selfSigned.cert], /not among the trusted/],
    ['another authority of the same name signed', (all) => [all.sound, all.otherCa], /bears the name of a trusted one/],
    ['nobody but itself signed', (all) => [all.selfSigned, all.ca], /signed by itself/],
    ['has expired', (all) => [all.expired, all.expiredCa], /expired/],
    ['is not valid yet', (all) => [all.notYetValid, all.notYetValidCa], /not valid yet/],
    ['was made for another address', (all) => [all.wrongAddress, all.ca], /another name or address/],
  ];
  for (const [what, choose, words] of refused)
    it(`tells nothing to a host whose certificate ${what}`, async () => {
      const [certificate, ca] = choose(made);
      const error = await untold(await showing(certificate), transport(bundle(ca)), 'Untrusted');
      expect(error.fingerprint).to.equal(certificate.fingerprint);
      expect(error.message).to.contain(certificate.fingerprint).and.match(words).and.contain('spec.pool.tls');
    });

  it('believes nobody by a bundle that holds no certificate', async () => {
    const host = await showing(made.sound);
    for (const pem of ['', 'no certificate at all', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])
      await untold(host, transport(bundle(pem)), 'Untrusted');
  });

  it('believes no authority of its own by the system roots', async () => {
    await untold(await showing(made.sound), transport({ kind: 'SystemRoots' }), 'Untrusted');
  });

  it('believes pinned certificates whatever is wrong with them, and several', async () => {
    const shown = [made.sound, made.selfSigned, made.expired, made.notYetValid, made.wrongAddress];
    const wire = transport(pins(...shown));
    for (const certificate of shown) expect(await send(wire, (await showing(certificate)).origin)).to.include({ status: 200 });
  });

  it('tells nothing to a host that shows another certificate than a pinned one, and says which it showed', async () => {
    const error = await untold(await showing(made.renewed), transport(pins(made.sound)), 'Untrusted');
    expect(error.fingerprint).to.equal(made.renewed.fingerprint);
    expect(error.message).to.contain(made.renewed.fingerprint).and.contain('spec.pool.tls.fingerprints');
  });

  it('believes a learnt certificate of the host it was learnt for, and of no other', async () => {
    const [host, other] = [await showing(made.renewed), await showing(made.renewed, '127.0.0.2')];
    const wire = transport(pins(made.sound));
    await untold(host, wire, 'Untrusted');
    wire.trust?.(host.origin, made.renewed.fingerprint.replaceAll(':', '').toLowerCase());
    expect(await send(wire, host.origin)).to.include({ status: 200 });
    await untold(other, wire, 'Untrusted');
  });

  it('learns only where certificates are pinned', () => {
    for (const trust of [bundle(made.ca), { kind: 'SystemRoots' }, { kind: 'Unverified' }] as const)
      expect(transport(trust).trust, trust.kind).to.equal(undefined);
  });

  it('believes whatever comes when it was told to', async () => {
    const wire = transport({ kind: 'Unverified' });
    for (const certificate of [made.selfSigned, made.expired, made.wrongAddress])
      expect(await send(wire, (await showing(certificate)).origin)).to.include({ status: 200 });
  });

  it('speaks old TLS only where the manifest says so, and on no other connection', async () => {
    const { key, cert } = made.selfSigned;
    const old = await open({ tls: { key, cert, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } });
    const [lenient, strict] = [transport(pins(made.selfSigned), { minVersion: 'TLSv1' }), transport(pins(made.selfSigned))];
    expect((await untold(old, strict, 'NoTls')).message).to.contain('spec.pool.tls.minVersion');
    expect(await send(lenient, old.origin)).to.include({ status: 200 });
    lenient.close();
    await untold(old, strict, 'NoTls');
  });

  it('shakes hands with TLS from before 2010, which knows no safe renegotiation, only where the manifest says so', async () => {
    for (const [minVersion, goesOn] of [
      ['TLSv1', true],
      ['TLSv1.2', false],
    ] as const) {
      const heard: Buffer[] = [];
      const host = await open({
        onConnection: (socket) => {
          socket.once('data', () => {
            socket.write(oldServerHello(minVersion === 'TLSv1' ? 1 : 3, made.selfSigned.cert));
            socket.on('data', (chunk: Buffer) => {
              heard.push(chunk);
              socket.destroy();
            });
          });
        },
      });
      const error = await rejection(send(transport({ kind: 'Unverified' }, { minVersion }), `https://127.0.0.1:${host.port}`));
      expect(error).to.include({ maybeDelivered: false });
      await host.allGone();
      // A record of a handshake begins with 22, that of an alert with 21.
      expect(heard[0]?.[0]).to.equal(goesOn ? 22 : 21);
      if (!goesOn) expect((error as Error).message).to.contain('spec.pool.tls.minVersion');
    }
  });

  it('tells nothing to a host that speaks no TLS', async () => {
    for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-OpenSSH_7.4\r\n', '\0'.repeat(64)]) {
      const host = await open({ onConnection: (socket) => void socket.on('data', () => socket.write(greeting)) });
      const error = await failure(transport({ kind: 'Unverified' }), `https://127.0.0.1:${host.port}`, 'NoTls');
      expect(error).to.include({ maybeDelivered: false });
      expect(error.message).to.match(/plain text|port of XenAPI/);
    }
  });

  it('connects to no http:// endpoint unless that is allowed', async () => {
    const host = await open({});
    const error = await failure(transport({ kind: 'Unverified' }), host.origin, 'Untrusted');
    expect(error.message).to.contain('spec.pool.tls.allowPlaintext');
    expect(error.fingerprint).to.equal(undefined);
    expect(await send(transport({ kind: 'SystemRoots' }, { allowPlaintext: true }), host.origin)).to.include({ status: 200 });
    expect(host.connections).to.equal(1);
  });

  it('takes TLS at an http:// endpoint for an answer that is not HTTP, or a broken connection', async () => {
    const { port } = await showing(made.sound);
    const plain = transport({ kind: 'SystemRoots' }, { allowPlaintext: true });
    const error = await rejection(send(plain, `http://127.0.0.1:${port}`));
    expect(error).to.be.instanceOf(TransportFailure);
    expect((error as TransportFailure).kind).to.be.oneOf(['Garbled', 'Reset']);
  });

  it('tells apart who refuses, who does not exist and who hangs up', async () => {
    const gone = await open({});
    const { origin } = gone;
    await gone.close();
    closing.length = 0;
    const wire = transport({ kind: 'Unverified' });
    expect(await failure(wire, origin.replace('http:', 'https:'), 'Refused')).to.include({ maybeDelivered: false });
    expect(await failure(wire, 'https://xs-01.invalid', 'Unreachable')).to.include({ maybeDelivered: false });
    const hangsUp = await open({ onConnection: (socket) => void socket.destroy() });
    const early = await failure(wire, `https://127.0.0.1:${hangsUp.port}`, 'Unreachable');
    const midway = await open({ onConnection: (socket) => void socket.once('data', () => socket.end(Buffer.from([22, 3, 3]))) });
    const late = await failure(wire, `https://127.0.0.1:${midway.port}`, 'Unreachable');
    for (const error of [early, late]) expect(error.maybeDelivered).to.equal(false);
  });

  it('leaves nothing open when a call is given up, or all is closed, before a host has shaken hands', async () => {
    for (const end of ['abort', 'close'] as const) {
      const silent = await open({ onConnection: () => undefined });
      const wire = transport({ kind: 'Unverified' });
      const caller = new AbortController();
      const call = rejection(wire.post(`https://127.0.0.1:${silent.port}`, '/', '', caller.signal));
      await silent.when(() => silent.sockets.size === 1);
      if (end === 'abort') caller.abort();
      else wire.close();
      expect(await call).to.be.instanceOf(TransportFailure);
      await silent.allGone();
    }
  });
});

/** ServerHello without any extension, the certificate, and that this is all: a handshake by RSA as OpenSSL 0.9.8 begins it. */
function oldServerHello(minor: number, pem: string): Buffer {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const hello = Buffer.concat([Buffer.from([3, minor]), Buffer.alloc(32, 7), Buffer.from([0, 0x00, 0x2f, 0])]);
  const certificate = Buffer.concat([uint24(der.length + 3), uint24(der.length), der]);
  const messages = [part(2, hello), part(11, certificate), part(14, Buffer.alloc(0))];
  return Buffer.concat(messages.map((message) => Buffer.concat([Buffer.from([22, 3, minor]), uint16(message.length), message])));
}

function part(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), uint24(content.length), content]);
}

function uint24(value: number): Buffer {
  return Buffer.from([value >> 16, value >> 8, value].map((byte) => byte & 255));
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value].map((byte) => byte & 255));
}

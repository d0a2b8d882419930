// An ISO on a web server: what is taken from it, and what is refused.
import { expect } from 'chai';
import { Aborted } from '../../../../src/foundation/clock';
import { inspectMedia } from '../../../../src/boot/media/inspect';
import { MediaError, type MediaErrorKind } from '../../../../src/boot/media/mediaError';
import { openHttp } from '../../../../src/boot/media/sources/httpSource';
import { openSource } from '../../../../src/boot/media/sources/openSource';
import { makeCertificates, type Certificates } from '../../../xenapi/https/certificates';
import { never } from '../made/bytesSource';
import { vendorIso } from '../made/vendorIso';
import { type Answering, type MediaServer, rangesOf, type Secured, serve } from './mediaServer';

const BYTES = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251));

async function refused(work: Promise<unknown>, kind: MediaErrorKind, message: RegExp): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(MediaError);
  expect((error as MediaError).message).to.match(message);
  expect((error as MediaError).kind).to.equal(kind);
}

describe('an ISO on a web server', () => {
  const servers: MediaServer[] = [];
  let certificates: Certificates;

  const start = async (answer: Answering, secured?: Secured): Promise<MediaServer> => {
    const server = await serve(answer, secured);
    servers.push(server);
    return server;
  };
  const open = (url: string): ReturnType<typeof openHttp> => openHttp(url, {}, never);

  before(() => {
    certificates = makeCertificates();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it('is read by ranges, with its size and identity', async () => {
    const { origin, ranges } = await start(rangesOf(BYTES));
    const source = await open(`${origin}/x.iso?token=hidden`);
    expect(source.size).to.equal(5000);
    expect(source.identity).to.equal(`${origin}/x.iso\n5000 "one"`);
    expect((await source.read(100, 300, never)).equals(BYTES.subarray(100, 400))).to.equal(true);
    expect((await source.read(4999, 1, never)).equals(BYTES.subarray(4999))).to.equal(true);
    expect(await source.read(0, 0, never)).to.have.length(0);
    expect(ranges).to.deep.equal(['bytes=0-0', 'bytes=100-399', 'bytes=4999-4999']);
    await source.close();
  });

  it('is inspected over the wire with few requests', async () => {
    const { bytes } = vendorIso();
    const { origin, ranges } = await start(rangesOf(bytes));
    const source = await openSource(`${origin}/x.iso`, {}, never);
    expect((await inspectMedia(source, never)).release?.version).to.equal('8.2.1');
    expect(ranges.length).to.be.at.most(1 + Math.ceil(bytes.length / 65_536));
    await source.close();
  });

  it('is found behind redirects, which are followed once', async () => {
    const target = await start(rangesOf(BYTES));
    const mirror = await start((_, response) => response.writeHead(302, { Location: `${target.origin}/real.iso` }).end());
    const source = await open(`${mirror.origin}/x.iso`);
    await source.read(0, 10, never);
    expect([mirror.ranges.length, target.ranges.length]).to.deep.equal([1, 2]);
    await source.close();
  });

  it('is refused behind redirects without end, or to nowhere', async () => {
    const circle = await start((_, response) => response.writeHead(302, { Location: '/again' }).end());
    await refused(open(`${circle.origin}/x`), 'Unreadable', /more than 5 redirects/);
    const nowhere = await start((_, response) => response.writeHead(302, { Location: 'http://[' }).end());
    await refused(open(`${nowhere.origin}/x`), 'Unreadable', /leads nowhere/);
    const file = await start((_, response) => response.writeHead(302, { Location: 'file:///etc/shadow' }).end());
    await refused(open(`${file.origin}/x`), 'Unreadable', /redirect to file:/);
  });

  it('is refused from a server without ranges, without the file, or that is not there', async () => {
    const whole = await start((_, response) => response.writeHead(200).end(BYTES));
    await refused(open(`${whole.origin}/x`), 'Unreadable', /knows ranges/);
    const none = await start((_, response) => response.writeHead(404).end('no'));
    await refused(open(`${none.origin}/x`), 'Unreadable', /HTTP status 404/);
    const sizeless = await start((_, response) => response.writeHead(206, { 'Content-Range': 'bytes 0-0/*' }).end('x'));
    await refused(open(`${sizeless.origin}/x`), 'Unreadable', /size of the whole/);
    const gone = await serve(rangesOf(BYTES));
    await gone.close();
    await refused(open(`${gone.origin}/x`), 'Unreadable', /ECONNREFUSED/);
  });

  it('is refused with a login in its URL, which is not shown', async () => {
    await refused(open('http://root:s3cret@127.0.0.1/x.iso'), 'Unreadable', /^(?!.*s3cret).*login in the URL/);
    await refused(open('http://['), 'Unreadable', /cannot be understood/);
  });

  it('is refused when it changes after it was opened', async () => {
    const changes: readonly Answering[] = [
      rangesOf(BYTES, '"two"'),
      rangesOf(BYTES.subarray(1)),
      (_, response) => response.writeHead(302, { Location: '/' }).end(),
    ];
    for (const later of changes) {
      const { origin } = await start((request, response, count) =>
        (count === 1 ? rangesOf(BYTES) : later)(request, response, count),
      );
      const source = await open(`${origin}/x`);
      await refused(source.read(0, 10, never), 'Changed', /as at first; publish a changed ISO under a new name/);
      await source.close();
    }
  });

  it('is refused when other bytes come than were asked for, and no more of them are kept', async () => {
    const head = { 'Content-Range': 'bytes 10-19/5000', ETag: '"one"' };
    for (const body of [BYTES.subarray(0, 9), BYTES]) {
      const { origin } = await start((request, response, count) =>
        count === 1 ? rangesOf(BYTES)(request, response, count) : response.writeHead(206, head).end(body),
      );
      const source = await open(`${origin}/x`);
      await refused(source.read(10, 10, never), 'Unreadable', /bytes from 10 where 10 from 10/);
      await source.close();
    }
  });

  it('is asked for anew when a connection breaks, a few times', async () => {
    const breaking =
      (until: number): Answering =>
      (request, response, count) =>
        count > 1 && count <= until ? request.socket.resetAndDestroy() : rangesOf(BYTES)(request, response, count);
    const once = await start(breaking(2));
    const source = await open(`${once.origin}/x`);
    expect(await source.read(0, 5, never)).to.have.length(5);
    await source.close();
    const always = await start(breaking(99));
    const other = await open(`${always.origin}/x`);
    await refused(other.read(0, 5, never), 'Unreadable', /ECONNRESET/);
    expect(always.ranges).to.have.length(4);
    await other.close();
  });

  it('is let go of when the caller gives up', async () => {
    const gate = new AbortController();
    const { origin } = await start((request, response, count) =>
      count === 1 ? rangesOf(BYTES)(request, response, count) : gate.abort(),
    );
    const source = await open(`${origin}/x`);
    const error: unknown = await source.read(0, 5, gate.signal).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Aborted);
    await source.close();
  });

  it('is trusted by its authority only, unless the user says otherwise', async () => {
    const { key, cert } = certificates.sound;
    const { origin } = await start(rangesOf(BYTES), { key, cert });
    const source = await openHttp(`${origin}/x`, { ca: certificates.ca }, never);
    expect(source.size).to.equal(5000);
    await source.close();
    await refused(openHttp(`${origin}/x`, { ca: certificates.otherCa }, never), 'Unreadable', /authority that signed/);
    await refused(openHttp(`${origin}/x`, {}, never), 'Unreadable', /authority that signed/);
    const blind = await openHttp(`${origin}/x`, { insecureSkipVerify: true }, never);
    await blind.close();
  });

  it('is never followed from https to plain http', async () => {
    const plain = await start(rangesOf(BYTES));
    const { key, cert } = certificates.sound;
    const secure = await start((_, response) => response.writeHead(302, { Location: plain.origin }).end(), { key, cert });
    await refused(openHttp(secure.origin, { ca: certificates.ca }, never), 'Unreadable', /served by https itself/);
    expect(plain.ranges).to.deep.equal([]);
  });
});

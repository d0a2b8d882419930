import { expect } from 'chai';
import type { Socket } from 'node:net';
import { createHttpsTransport } from '../../../src/xenapi/https/httpsTransport';
import { type ClosableTransport, TransportFailure, type TransportFailureKind } from '../../../src/xenapi/transport';
import { rejection } from '../fakePool';
import { type Answerer, Listener, page } from './listener';

const patient = new AbortController().signal;
const MEGABYTE = 1024 ** 2;
/** What may lie in the buffers of two kernels' sockets beside what was read. */
const BUFFERS = 32 * MEGABYTE;

describe('answers that are none', () => {
  const closing: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const answering = async (answer: Answerer): Promise<Listener> => {
    const listener = await Listener.open({ answer });
    closing.push(() => listener.close());
    return listener;
  };
  const transport = (mostBytes?: number): ClosableTransport => {
    const made = createHttpsTransport({
      policy: { trust: { kind: 'SystemRoots' }, minVersion: 'TLSv1.2', allowPlaintext: true },
      ...(mostBytes === undefined ? {} : { mostBytes }),
    });
    closing.push(() => made.close());
    return made;
  };

  async function failure(answer: Answerer, kind: TransportFailureKind, most?: number): Promise<TransportFailure> {
    const host = await answering(answer);
    const error = await rejection(transport(most).post(host.origin, '/', '<call/>', patient));
    expect(error).to.be.instanceOf(TransportFailure);
    expect(error).to.include({ kind, maybeDelivered: true });
    await host.allGone();
    return error as TransportFailure;
  }

  it('cut off in the middle are a broken connection, however their length was told', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n';
    await failure((socket) => void socket.end(`${head}content-length: 100\r\n\r\n<methodResponse>`), 'Reset');
    await failure((socket) => void socket.end(`${head}transfer-encoding: chunked\r\n\r\n10\r\n<methodResponse>\r\n`), 'Reset');
    await failure((socket) => void socket.end(`${head}transfer-encoding: chunked\r\n\r\n10\r\n<meth`), 'Reset');
    await failure((socket) => void socket.end(head), 'Reset');
    await failure((socket) => void socket.end(), 'Reset');
    await failure((socket) => void socket.resetAndDestroy(), 'Reset');
  });

  it('with another protocol than HTTP are garbled', async () => {
    for (const text of [
      'garbage\r\n\r\n',
      '\0\u0001\u0002\u0003',
      '<methodResponse/>',
      'HTTP/9.9 200 OK\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmany\r\n',
      'HTTP/1.1 200 OK\r\na header without a colon\r\n\r\n',
    ])
      await failure((socket) => void socket.write(text), 'Garbled');
  });

  it('that switch to another protocol are a broken connection', async () => {
    await failure((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\nother');
    }, 'Reset');
  });

  it('with headers that never end are garbled, after as much as was read of them', async () => {
    const sent = { bytes: 0 };
    await failure((socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(1_000)}\r\n`, sent), 'Garbled');
    expect(sent.bytes).to.be.lessThan(BUFFERS);
  });

  it('with trailers that never end are garbled', async () => {
    const sent = { bytes: 0 };
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n';
    await failure((socket) => flood(socket, head, `x: ${'y'.repeat(1_000)}\r\n`, sent), 'Garbled');
    expect(sent.bytes).to.be.lessThan(BUFFERS);
  });

  it('of two gigabytes are not read when they say so', async () => {
    const sent = { bytes: 0 };
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${2 * 1024 ** 3}\r\n\r\n`;
    const error = await failure((socket) => flood(socket, head, 'x'.repeat(64 * 1024), sent), 'TooLarge');
    expect(error.message).to.match(/more than \d+ bytes/);
    expect(sent.bytes).to.be.lessThan(BUFFERS);
  });

  it('that never end are read up to the cap', async () => {
    const sent = { bytes: 0 };
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    await failure((socket) => flood(socket, head, chunk, sent), 'TooLarge', 4 * MEGABYTE);
    expect(sent.bytes)
      .to.be.greaterThan(4 * MEGABYTE)
      .and.lessThan(4 * MEGABYTE + BUFFERS);
    await failure((socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(0x10000), sent), 'TooLarge', 4 * MEGABYTE);
  });

  it('that are exactly as large as allowed are read', async () => {
    const host = await answering((socket) => void socket.write(page(200, 'x'.repeat(1_000))));
    expect((await transport(1_000).post(host.origin, '/', '', patient)).body).to.have.length(1_000);
  });

  it('that are large stay in pieces until the whole is asked for, and are the same text', async () => {
    const text = 'a\u2603'.repeat(MEGABYTE / 4);
    const host = await answering((socket) => void socket.write(page(200, text)));
    const { pieces, body } = await transport().post(host.origin, '/', '', patient);
    expect(pieces).to.have.length.above(1);
    expect(pieces!.join('') === text && body === text).to.equal(true);
  });

  for (const part of ['headers', 'body'] as const)
    it(`that come a byte at a time, in their ${part}, last as long as the caller's patience`, async () => {
      const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n';
      const caller = new AbortController();
      const host = await answering((socket) => {
        socket.write(part === 'headers' ? head : `${head}\r\n`);
        // Byte by byte, each when the one before has gone out; the caller's patience ends after a few.
        let sent = 0;
        const next = (): void => {
          sent += 1;
          if (sent === 20) caller.abort(new Error('patience'));
          else socket.write('x', next);
        };
        next();
      });
      const error = await rejection(transport().post(host.origin, '/', '', caller.signal));
      expect(error).to.include({ kind: 'TimedOut', maybeDelivered: true });
      expect((error as Error).message).to.contain('patience');
      await host.allGone();
    });

  it('of every status are handed up whole, a redirect with where it points and unfollowed', async () => {
    const elsewhere = await answering((socket) => void socket.write(page(200, 'stolen')));
    for (const status of [200, 204, 301, 302, 307, 308, 401, 403, 404, 500, 503]) {
      const location = `${elsewhere.origin}/`;
      const host = await answering((socket) => void socket.write(page(status, status === 204 ? '' : 'what', { location })));
      const answer = await transport().post(host.origin, '/', '', patient);
      expect(answer).to.deep.equal({
        status,
        contentType: 'text/html',
        body: status === 204 ? '' : 'what',
        location,
        peer: '127.0.0.1',
      });
    }
    expect(elsewhere.connections).to.equal(0);
  });

  it('keep text that is not UTF-8 readable, and characters that are split between two packets whole', async () => {
    const body = Buffer.concat([Buffer.from('a\u2603'), Buffer.from([0xff, 0xc3]), Buffer.from('z')]);
    const host = await answering((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body.subarray(0, 2), () => socket.write(body.subarray(2)));
    });
    expect((await transport().post(host.origin, '/', '', patient)).body).to.equal('a\u2603\ufffd\ufffdz');
  });

  it('are refused at once to a caller who has given up before', async () => {
    const host = await answering(() => undefined);
    expect(await rejection(transport().get(host.origin, '/', AbortSignal.abort()))).to.include({ kind: 'TimedOut' });
    expect(host.connections).to.equal(0);
  });
});

/** Writes the head and then the same again and again, as fast as the other side reads, until it hangs up. */
function flood(socket: Socket, head: string, again: string, sent: { bytes: number }): void {
  socket.write(head);
  const more = (): void => {
    while (!socket.destroyed) {
      sent.bytes += again.length;
      if (!socket.write(again)) return void socket.once('drain', more);
    }
  };
  more();
}

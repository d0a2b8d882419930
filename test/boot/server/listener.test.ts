import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { openFile } from '../../../src/boot/media/sources/fileSource';
import { type BootListener, type ListenerOptions, openListener } from '../../../src/boot/server/listener';
import { type BootHandler, textAnswer } from '../../../src/boot/server/request';
import type { BlockSource } from '../../../src/boot/server/source';
import { nextTurn } from '../../../src/foundation/turn';
import { HandClock } from './handClock';

const BYTES = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 256));

function fileHandler(source: BlockSource): BootHandler {
  return () =>
    Promise.resolve({
      status: 200,
      headers: { 'content-length': String(source.size) },
      body: { source, offset: 0, length: source.size },
    });
}

describe('The boot listener', () => {
  let listener: BootListener | undefined;
  let clock: HandClock;
  const agent = new Agent({ keepAlive: true });
  const sockets: Socket[] = [];

  const open = async (handler: BootHandler, more: Partial<ListenerOptions> = {}): Promise<string> => {
    listener = await openListener({ host: '127.0.0.1', port: 0, handler, clock, ...more });
    return listener.url;
  };

  const fetched = (
    url: string,
    method = 'GET',
    headers: Record<string, string> = {},
  ): Promise<{ status: number; bytes: Buffer; connection: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(url, { method, headers, agent }, (response: IncomingMessage) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            bytes: Buffer.concat(parts),
            connection: response.headers.connection ?? '',
          }),
        );
      });
      asked.on('error', reject).end();
    });

  /** A connection of our own, that says what it is told to say. */
  const raw = (url: string, text: string): { readonly socket: Socket; readonly closed: Promise<string> } => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    sockets.push(socket);
    let heard = '';
    socket.on('data', (part) => (heard += part.toString('latin1')));
    socket.on('error', () => undefined);
    return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(heard))) };
  };

  beforeEach(() => {
    clock = new HandClock();
  });

  afterEach(async () => {
    agent.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
    await listener?.close(0).then(() => clock.pass(1));
    listener = undefined;
  });

  it('sends a file from a volume as it is, whole and in parts', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'boot-'));
    try {
      const file = path.join(folder, 'image');
      writeFileSync(file, BYTES);
      const source = await openFile(file);
      const url = await open(fileHandler(source));
      expect((await fetched(url)).bytes.equals(readFileSync(file))).to.equal(true);
      expect((await fetched(url, 'HEAD')).bytes).to.have.length(0);
      expect((await source.read(5, 7, new AbortController().signal)).equals(BYTES.subarray(5, 12))).to.equal(true);
      await source.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes the names of its headers as GRUB knows them, which does not know them in lower case', async () => {
    const url = await open(fileHandler({ size: 3, read: () => Promise.resolve(Buffer.from('abc')) }));
    const { closed } = raw(url, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await closed).to.match(/\r\nContent-Length: 3\r\n/);
  });

  it('sends what a source gives that has only buffers of its own', async () => {
    const url = await open(
      fileHandler({ size: BYTES.length, read: (at, length) => Promise.resolve(BYTES.subarray(at, at + length)) }),
    );
    const all = await Promise.all(Array.from({ length: 8 }, () => fetched(url)));
    for (const { bytes } of all) expect(bytes.equals(BYTES)).to.equal(true);
  });

  it('sends a file with nothing in it', async () => {
    const url = await open(fileHandler({ size: 0, read: () => Promise.reject(new Error('there is nothing to read')) }));
    for (let time = 0; time < 2; time++) expect((await fetched(`${url}/x`)).bytes).to.have.length(0);
  });

  it('sends the headers with the first piece, not in a call of their own', async () => {
    const url = await open(
      fileHandler({ size: BYTES.length, read: (at, length) => Promise.resolve(BYTES.subarray(at, at + length)) }),
    );
    const { socket } = raw(url, 'GET /x HTTP/1.1\r\nhost: x\r\n\r\n');
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    const end = first.indexOf('\r\n\r\n') + 4;
    expect(end).to.be.above(3);
    expect(first.length).to.be.above(end);
    expect(first.subarray(end).equals(BYTES.subarray(0, first.length - end))).to.equal(true);
  });

  it('cuts the connection rather than take half of a file for the whole', async () => {
    const url = await open(
      fileHandler({
        size: 10_000_000,
        read: (at, length) => (at === 0 ? Promise.resolve(Buffer.alloc(length)) : Promise.reject(new Error('gone'))),
      }),
    );
    let failed = false;
    await fetched(url).catch(() => (failed = true));
    expect(failed).to.equal(true);
  });

  it('ends the reading when the client goes away', async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const source: BlockSource = {
      size: 1 << 30,
      read: (_at, length, signal) => {
        signal.addEventListener('abort', end);
        return Promise.resolve(Buffer.alloc(length));
      },
    };
    const url = await open(fileHandler(source));
    const { socket } = raw(url, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    socket.once('data', () => socket.destroy());
    await ended;
  });

  it('hangs up on who says nothing, and on who takes nothing', async () => {
    const endless: BlockSource = { size: 1 << 30, read: (_at, length) => Promise.resolve(Buffer.alloc(length)) };
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const url = await open((request, signal) => {
      asked();
      return fileHandler(endless)(request, signal);
    });
    const silent = raw(url, 'GET / HTTP/1.1\r\n');
    const lazy = raw(url, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    lazy.socket.pause();
    await wasAsked;
    while (listener!.connections() < 2) await nextTurn();
    clock.pass(66_000);
    lazy.socket.resume();
    await Promise.all([silent.closed, lazy.closed]);
  });

  it('leaves a connection alone that does something', async () => {
    const url = await open(() => Promise.resolve(textAnswer(200, 'ok\n')));
    for (let turn = 0; turn < 5; turn++) {
      expect((await fetched(url)).status).to.equal(200);
      clock.pass(50_000);
    }
    expect(listener!.connections()).to.equal(1);
  });

  it('refuses headers and paths beyond its bounds, bodies, upgrades and what is no HTTP', async () => {
    let asked = 0;
    const url = await open(() => {
      asked++;
      return Promise.resolve(textAnswer(404, 'not here\n'));
    });
    const bad = [
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
      'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
      '\u0016\u0003\u0001 this is TLS\r\n\r\n',
    ];
    for (const text of bad) await raw(url, text).closed;
    expect(asked).to.equal(0);
    const body = await raw(url, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\nexpect: 100-continue\r\n\r\n').closed;
    expect(body)
      .to.match(/^HTTP\/1\.1 404/)
      .and.match(/connection: close/i)
      .and.not.contain('100 Continue');
  });

  it('holds no more connections than it may', async () => {
    const url = await open(() => Promise.resolve(textAnswer(200, 'ok\n')), { mostConnections: 2 });
    const kept = [raw(url, 'GET'), raw(url, 'GET')];
    while (listener!.connections() < 2) await nextTurn();
    await raw(url, 'GET').closed;
    expect(kept.every(({ socket }) => !socket.destroyed)).to.equal(true);
  });

  it('ends by letting what is under way come to its end', async () => {
    let go: () => void = () => undefined;
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const url = await open(async () => {
      asked();
      await mayGo;
      return textAnswer(200, 'ok\n');
    });
    const under = fetched(url);
    await wasAsked;
    const closed = listener!.close(10_000);
    go();
    const { status, connection } = await under;
    expect({ status, connection }).to.deep.equal({ status: 200, connection: 'close' });
    await closed;
    expect(
      await fetched(url).then(
        () => 'answered',
        () => 'refused',
      ),
    ).to.equal('refused');
  });

  it('ends after its patience whoever is still there', async () => {
    const url = await open(() => new Promise(() => undefined));
    const held = raw(url, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    while (listener!.connections() < 1) await nextTurn();
    const closed = listener!.close(10_000);
    clock.pass(10_001);
    await Promise.all([closed, held.closed]);
  });
});

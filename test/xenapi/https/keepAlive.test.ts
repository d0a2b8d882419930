import { expect } from 'chai';
import { createHttpsTransport } from '../../../src/xenapi/https/httpsTransport';
import type { ClosableTransport, XapiResponse } from '../../../src/xenapi/transport';
import { rejection } from '../fakePool';
import { type Certificates, makeCertificates } from './certificates';
import { type Answerer, Listener, ok, page } from './listener';

describe('connections to a host', () => {
  let made: Certificates;
  let wire: ClosableTransport;
  const listeners: Listener[] = [];

  before(() => {
    made = makeCertificates();
  });

  beforeEach(() => {
    wire = createHttpsTransport({
      policy: { trust: { kind: 'CaBundle', pem: made.ca }, minVersion: 'TLSv1.2', allowPlaintext: false },
    });
  });

  afterEach(async () => {
    wire.close();
    for (const listener of listeners.splice(0)) await listener.close();
  });

  const answering = async (answer: Answerer): Promise<Listener> => {
    const { key, cert } = made.sound;
    const listener = await Listener.open({ answer, tls: { key, cert } });
    listeners.push(listener);
    return listener;
  };
  const send = (host: Listener, body = '<call/>', signal = new AbortController().signal): Promise<XapiResponse> =>
    wire.post(host.origin, '/', body, signal);

  it('are one for a thousand calls in turn, and two for two at a time', async () => {
    const host = await answering(ok);
    for (let count = 0; count < 1_000; count++) await send(host);
    expect([host.requests, host.connections]).to.deep.equal([1_000, 1]);
    const other = await answering(ok);
    for (let count = 0; count < 500; count++) await Promise.all([send(other), send(other)]);
    expect(other.requests).to.equal(1_000);
    expect(other.connections).to.be.at.most(2);
  });

  it('are eight at most, also when many calls come before the first has shaken hands', async () => {
    const host = await answering(ok);
    const calls = Array.from({ length: 50 }, (_, index) => send(host, `<call n="${index}"/>`));
    expect((await Promise.all(calls)).map(({ status }) => status)).to.deep.equal(calls.map(() => 200));
    expect(host.connections).to.be.at.most(8);
  });

  it('are waited for no longer than the caller has patience', async () => {
    const host = await answering(() => undefined);
    const caller = new AbortController();
    const stuck = Array.from({ length: 8 }, () => rejection(send(host)));
    const waiting = rejection(send(host, '', caller.signal));
    await host.when(() => host.requests === 8);
    caller.abort(new Error('patience'));
    expect(await waiting).to.include({ kind: 'TimedOut' });
    wire.close();
    for (const error of await Promise.all(stuck)) expect(error).to.include({ kind: 'Reset', maybeDelivered: true });
    expect([host.connections, host.requests]).to.deep.equal([8, 8]);
  });

  it('are opened anew after the host has closed an idle one', async () => {
    const host = await answering(ok);
    await send(host);
    for (const socket of host.sockets) socket.end();
    await host.allGone();
    expect(await send(host)).to.include({ status: 200 });
    expect(host.connections).to.equal(2);
  });

  it('are opened anew after an answer that ended its connection', async () => {
    const host = await answering((socket) => void socket.end(page(200, 'bye', { connection: 'close' })));
    for (let count = 0; count < 3; count++) expect((await send(host)).body).to.equal('bye');
    expect(host.connections).to.equal(3);
  });

  it('of a call given up in the middle of its answer are of no further use, and the next call gets its own answer', async () => {
    const caller = new AbortController();
    const host = await answering((socket, { count }) => {
      if (count > 1) return void socket.write(page(200, 'second'));
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst', () => caller.abort());
    });
    expect(await rejection(send(host, '', caller.signal))).to.include({ kind: 'TimedOut' });
    expect((await send(host)).body).to.equal('second');
    expect(host.connections).to.equal(2);
  });

  it('carry no answer that nobody asked for into the next call', async () => {
    const host = await answering((socket, { count }) => {
      socket.write(count === 1 ? page(200, 'first') + page(200, 'smuggled') : page(200, 'second'));
    });
    expect((await send(host)).body).to.equal('first');
    await host.allGone();
    expect((await send(host)).body).to.equal('second');
  });

  it('are all ended by closing; a later call opens new ones', async () => {
    const host = await answering((socket, { body }) => {
      if (body !== 'never') ok(socket);
    });
    await send(host);
    const inFlight = rejection(send(host, 'never'));
    await host.when(() => host.requests === 2);
    wire.close();
    expect(await inFlight).to.include({ kind: 'Reset', maybeDelivered: true });
    await host.allGone();
    expect(await send(host)).to.include({ status: 200 });
  });
});

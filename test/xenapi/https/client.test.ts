import { expect } from 'chai';
import { XapiError, type XapiErrorKind } from '../../../src/xenapi/error';
import { createHttpsTransport } from '../../../src/xenapi/https/httpsTransport';
import type { TlsPolicy } from '../../../src/foundation/wire/tlsPolicy';
import type { XapiClient } from '../../../src/xenapi/client';
import { createXapiClient } from '../../../src/xenapi/poolClient';
import { decodeCall, encodeReply } from '../../../src/xenapi/codec/server';
import { signatureOf } from '../../../src/xenapi/codec/signature';
import type { Dialect } from '../../../src/xenapi/codec/codec';
import { rejection, virtualClock } from '../fakePool';
import { type Certificates, makeCertificates } from './certificates';
import { type Answerer, type Asked, Listener, page } from './listener';

const PASSWORD = 'correct <horse> & "battery"';
const SESSION = 'OpaqueRef:0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const SESSION_PIECES = ['0a1b2c3d', 'a4b5c6d7e8f9', 'horse', 'battery'];
const VMS = '(VM ref -> VM record) map';

/** What a host does with `VM.get_all_records`; everything else it answers as a host does. */
type Misbehaviour = (socket: Parameters<Answerer>[0], asked: Asked) => void;

function xapi(misbehave: Misbehaviour): Answerer {
  return (socket, asked) => {
    const path = asked.head.split(' ')[1] ?? '';
    const call = decodeCall(path, asked.body);
    if (call.method === 'VM.get_all_records') return misbehave(socket, asked);
    const value = call.method === 'session.login_with_password' ? SESSION : '';
    const outcome = { ok: true as const, value };
    const { status, contentType, body } = encodeReply(call, outcome, signatureOf(call.method)?.result ?? 'any');
    socket.write(page(status, body, { 'content-type': contentType }));
  };
}

/** An answer of XAPI with any value in it, whatever the type should be. */
function value(dialect: Dialect, content: unknown, type = 'any'): Misbehaviour {
  const { status, contentType, body } = encodeReply({ id: 1, dialect }, { ok: true, value: content }, type);
  return (socket) => void socket.write(page(status, body, { 'content-type': contentType }));
}

/** All that a log could print of an error. */
function printed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const params = error instanceof XapiError ? [error.code, ...error.params].join(' ') : '';
  return `${error.message}\n${error.stack ?? ''}\n${params}\n${error.cause === undefined ? '' : printed(error.cause)}`;
}

for (const dialect of ['json', 'xml'] as const)
  describe(`the client and hosts that answer nonsense, ${dialect}`, () => {
    const closing: (() => unknown)[] = [];

    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    const clientOf = (origin: string, policy: Partial<TlsPolicy> = {}): XapiClient => {
      const transport = createHttpsTransport({
        policy: { trust: { kind: 'SystemRoots' }, minVersion: 'TLSv1.2', allowPlaintext: true, ...policy },
        mostBytes: 1024 ** 2,
      });
      closing.push(() => transport.close());
      return createXapiClient({
        transport,
        // Time stands still: whatever ends, ends by what the host did.
        clock: virtualClock(),
        endpoints: [origin],
        credentials: () => Promise.resolve({ username: 'root', password: PASSWORD }),
        originator: 'test',
        dialect,
      });
    };
    const against = async (misbehave: Misbehaviour): Promise<XapiClient> => {
      const host = await Listener.open({ answer: xapi(misbehave) });
      closing.push(() => host.close());
      return clientOf(host.origin);
    };
    async function fails(misbehave: Misbehaviour, kind: XapiErrorKind): Promise<XapiError> {
      const error = await rejection((await against(misbehave)).call('VM.get_all_records', []));
      expect(error).to.be.instanceOf(XapiError);
      expect(error).to.have.property('kind', kind);
      for (const piece of SESSION_PIECES) expect(printed(error)).to.not.contain(piece);
      return error as XapiError;
    }
    const saying =
      (text: string): Misbehaviour =>
      (socket) =>
        void socket.write(text);

    const echo = (body: string): string => body.slice(0, 100_000);
    const ended: readonly (readonly [string, XapiErrorKind, Misbehaviour])[] = [
      ['cut off', 'Transport', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{')],
      [
        'cut off between chunks',
        'Transport',
        (socket) => void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
      ],
      ['a page', 'Protocol', saying(page(200, '<html><body>Welcome</body></html>'))],
      ['a page with 500', 'Transport', saying(page(500, '<html><body>Internal error</body></html>'))],
      ['a page with 503', 'Transport', saying(page(503, '<html><body>Try again</body></html>'))],
      ['empty', 'Protocol', saying(page(200, ''))],
      ['a picture', 'Protocol', saying(page(200, '\u0089PNG\r\n', { 'content-type': 'image/png' }))],
      ['a wish for a password', 'Protocol', saying(page(401, 'who?', { 'www-authenticate': 'Basic' }))],
      ['not found', 'Protocol', saying(page(404, 'what?'))],
      ['not HTTP', 'Protocol', saying('garbage\r\n\r\n')],
      ['too large', 'Protocol', saying(page(200, 'x'.repeat(2 * 1024 ** 2)))],
      ['of two gigabytes', 'Protocol', saying(`HTTP/1.1 200 OK\r\ncontent-length: ${2 * 1024 ** 3}\r\n\r\n`)],
      ['a list for a map', 'Protocol', value(dialect, ['x'])],
      ['a text for a record', 'Protocol', value(dialect, { 'OpaqueRef:v': 'x' })],
      ['a text for an integer', 'Protocol', value(dialect, { 'OpaqueRef:v': { memory_target: 'much' } })],
      ['a struct for a text', 'Protocol', value(dialect, { 'OpaqueRef:v': { name_label: { a: 'b' } } })],
      ['a struct for a reference', 'Protocol', value(dialect, { 'OpaqueRef:v': { resident_on: { a: 'b' } } })],
      ['what it was asked', 'Protocol', (socket, { body }) => void socket.write(page(200, echo(body)))],
      ['a page that repeats what it was asked', 'Protocol', (socket, { body }) => void socket.write(page(200, `<html>${body}`))],
      ['a session for an integer', 'Protocol', value(dialect, { 'OpaqueRef:v': { memory_target: SESSION } })],
      ['a piece of text before the session', 'Protocol', saying(page(200, `${'x'.repeat(20)}${SESSION}`))],
      [
        'elsewhere, with the session',
        'Protocol',
        saying(page(302, '', { location: `http://127.0.0.9/${'x'.repeat(170)}${SESSION}` })),
      ],
    ];
    for (const [what, kind, misbehave] of ended)
      it(`takes an answer that is ${what} for ${kind}, and shows no secret`, async () => {
        const error = await fails(misbehave, kind);
        expect(error).to.include({ maybeDelivered: true, method: 'VM.get_all_records' });
        expect(error.message).to.match(/127\.0\.0\.1:\d+/);
      });

    it('shows no secret of a refusal that repeats them, in any spelling', async () => {
      const odd = { toString: 'x', valueOf: 'y' };
      const xml = PASSWORD.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      const items = [SESSION, `${xml} ${SESSION}`].map((text) => `<value>${text}</value>`).join('');
      const struct = '<value><struct><member><name>toString</name><value>x</value></member></struct></value>';
      const members = `<member><name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name><value><array><data>${items}${struct}</data></array></value></member>`;
      const refusals: Record<Dialect, string> = {
        json: JSON.stringify({ error: { code: 1, message: SESSION, data: [`${PASSWORD} ${SESSION}`, odd, [SESSION]] }, id: 1 }),
        xml: `<methodResponse><params><param><value><struct>${members}</struct></value></param></params></methodResponse>`,
      };
      const client = await against(saying(page(200, refusals[dialect])));
      const error = await rejection(client.call('VM.get_all_records', []));
      expect(error).to.include({ kind: 'Refused', maybeDelivered: false });
      for (const piece of SESSION_PIECES) expect(printed(error)).to.not.contain(piece);
    });

    it('follows a redirect nowhere', async () => {
      const elsewhere = await Listener.open({});
      closing.push(() => elsewhere.close());
      for (const status of [301, 302, 307, 308]) {
        const error = await fails(saying(page(status, '', { location: elsewhere.origin })), 'Protocol');
        expect(error.message).to.contain(elsewhere.origin).and.contain('not followed');
      }
      expect(elsewhere.connections).to.equal(0);
    });

    it('ends a call whose answer never ends when its caller gives up', async () => {
      const caller = new AbortController();
      const client = await against((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{', () => caller.abort());
      });
      const error = await rejection(client.call('VM.get_all_records', [], { signal: caller.signal }));
      expect(error).to.include({ kind: 'Transport', transport: 'TimedOut', maybeDelivered: true });
    });

    it('takes names with what nobody should put into a name, unknown fields and __proto__ for what they are', async () => {
      const rows = {
        'OpaqueRef:v': { name_label: 'tab\t <b>&amp;</b> \u{1f600} \ufffd', novelty: 'x', power_state: 'Dreaming' },
      };
      const client = await against(value(dialect, rows, VMS));
      expect(await client.call('VM.get_all_records', [])).to.deep.equal(rows);
      const hostile = JSON.parse('{"__proto__":{"polluted":"yes"},"OpaqueRef:v":{"__proto__":{"polluted":"yes"}}}') as object;
      await (await against(value(dialect, hostile, 'any'))).call('VM.get_all_records', []);
      expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    });

    it('takes invalid UTF-8 and control characters in names for damaged names, or a damaged answer', async () => {
      const { body, contentType } = encodeReply({ id: 1, dialect }, { ok: true, value: { v: { name_label: 'NAME' } } }, VMS);
      const damaged = Buffer.concat(
        body
          .split('NAME')
          .flatMap((part, index) => [...(index === 0 ? [] : [Buffer.from([0x61, 0xff, 0xc3])]), Buffer.from(part)]),
      );
      const head = `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${damaged.length}\r\n\r\n`;
      const client = await against((socket) => {
        socket.write(head);
        socket.write(damaged);
      });
      expect(await client.call('VM.get_all_records', [])).to.deep.equal({ v: { name_label: 'a\ufffd\ufffd' } });
      const bell = body.replace('NAME', 'bell \u0007');
      const ringing = await against(saying(page(200, bell, { 'content-type': contentType })));
      const outcome = await ringing.call('VM.get_all_records', []).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).to.include({ kind: 'Protocol' });
      else expect(outcome).to.deep.equal({ v: { name_label: 'bell \u0007' } });
    });

    it('survives depth and entities', async () => {
      const deep: Record<Dialect, string> = {
        json: `{"result":${'['.repeat(50_000)}${']'.repeat(50_000)},"id":1}`,
        xml: `<methodResponse><params><param>${'<value><array><data>'.repeat(10_000)}</param></params></methodResponse>`,
      };
      const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><methodResponse><params><param><value>&b;&c;</value></param></params></methodResponse>`;
      for (const body of [deep[dialect], bomb])
        expect((await fails(saying(page(200, body)), 'Protocol')).message).to.not.contain('root:');
    });

    it('works after each of these as if nothing had been', async () => {
      let count = 0;
      const sound = value(dialect, {}, VMS);
      const client = await against((socket, asked) => {
        count += 1;
        (ended[count - 1]?.[2] ?? sound)(socket, asked);
      });
      while (count < ended.length) await client.call('VM.get_all_records', []).catch(() => undefined);
      expect(await client.call('VM.get_all_records', [])).to.deep.equal({});
    });
  });

describe('the client and a host whose certificate is another', () => {
  let made: Certificates;
  before(() => {
    made = makeCertificates();
  });

  it('says Untrusted with the new fingerprint, told it nothing, and goes on once it is trusted', async () => {
    const { key, cert, fingerprint } = made.renewed;
    const host = await Listener.open({ answer: xapi(value('xml', {}, VMS)), tls: { key, cert } });
    const transport = createHttpsTransport({
      policy: {
        trust: { kind: 'Fingerprints', sha256: new Set([made.sound.fingerprint]) },
        minVersion: 'TLSv1.2',
        allowPlaintext: false,
      },
    });
    const client = createXapiClient({
      transport,
      clock: virtualClock(),
      endpoints: [host.origin],
      credentials: () => Promise.resolve({ username: 'root', password: PASSWORD }),
      originator: 'test',
      dialect: 'xml',
    });
    try {
      const error = await rejection(client.call('VM.get_all_records', []));
      expect(error).to.include({ kind: 'Untrusted', maybeDelivered: false });
      expect((error as XapiError).params).to.deep.equal([fingerprint]);
      await host.allGone();
      expect(host.received).to.equal(0);
      transport.trust?.(host.origin, fingerprint);
      expect(await client.call('VM.get_all_records', [])).to.deep.equal({});
    } finally {
      transport.close();
      await host.close();
    }
  });
});

import { expect } from 'chai';
import type { Codec, Reply } from '../../../src/xenapi/codec/codec';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { normalise } from '../../../src/xenapi/codec/normalise';
import { decodeCall, encodeReply } from '../../../src/xenapi/codec/server';
import { signatureOf } from '../../../src/xenapi/codec/signature';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { XapiError } from '../../../src/xenapi/error';
import type { XapiResponse } from '../../../src/xenapi/transport';
import { recordings, type Exchange } from './recordings';

const exchanges = recordings();

function codecOf(exchange: Exchange): Codec {
  return exchange.transport === 'xmlrpc' ? xmlCodec : jsonCodec;
}

function responseOf({ status, headers, body }: Exchange): XapiResponse {
  return { status, contentType: headers['content-type'] ?? '', body: body ?? '' };
}

function decoded(exchange: Exchange): { method: string; params: readonly unknown[]; reply: Reply } {
  const { method, params } = decodeCall(exchange.path, exchange.request);
  const reply = codecOf(exchange).decodeReply(responseOf(exchange));
  const type = signatureOf(method)?.result ?? 'any';
  return { method, params, reply: reply.ok ? { ok: true, value: normalise(reply.value, type) } : reply };
}

/** Recorded right after one another with the same tag and the same call, once in each dialect. */
function pairs(all: readonly Exchange[]): [Exchange, Exchange][] {
  const found: [Exchange, Exchange][] = [];
  for (const [index, second] of all.entries()) {
    const first = all[index - 1];
    if (first?.transport === 'xmlrpc' && second.transport === 'jsonrpc' && first.tag === second.tag && sameCall(first, second))
      found.push([first, second]);
  }
  return found;
}

/** The same method and parameters, session and blocking token left out of account. */
function sameCall(first: Exchange, second: Exchange): boolean {
  if (first.tag.startsWith('malformed')) return false;
  const [one, other] = [decodeCall(first.path, first.request), decodeCall(second.path, second.request)];
  return one.method === other.method && JSON.stringify(one.params.slice(1)) === JSON.stringify(other.params.slice(1));
}

/** What differs between two recordings for reasons of their own: moments passed between them, and each knows its own session. */
function settle(value: unknown, session: unknown): unknown {
  const text = JSON.stringify(value)
    .split(String(session))
    .join('SESSION')
    .replace(/"(last_active|validation_time)":"[^"]*"/g, '"$1":"*"')
    .replace(/^"\d{8}T\d\d:\d\d:\d\dZ?"$/, '"NOW"');
  return JSON.parse(text) as unknown;
}

if (exchanges !== undefined) {
  describe('codecs on recorded exchanges', () => {
    const both = pairs(exchanges).filter(([first]) => !first.tag.startsWith('task-'));

    it('has pairs of every kind of answer', () => {
      expect(both.length).to.be.greaterThan(30);
      expect(both.map(([first]) => first.tag)).to.include.members([
        'records',
        'field',
        'error-method-unknown',
        'error-param-count',
      ]);
    });

    for (const [first, second] of both)
      it(`decodes ${first.tag} ${decodeCall(first.path, first.request).method} (${first.n}, ${second.n}) to equal values`, () => {
        const [one, other] = [decoded(first), decoded(second)];
        expect(settle(one.reply, one.params[0])).to.deep.equal(settle(other.reply, other.params[0]));
      });

    it('answers what is no answer with Protocol', () => {
      const broken = exchanges.filter((exchange) => exchange.tag === 'malformed-body');
      expect(broken).to.have.length.greaterThan(1);
      for (const exchange of broken)
        expect(() => codecOf(exchange).decodeReply(responseOf(exchange)))
          .to.throw(XapiError)
          .with.property('kind', 'Protocol');
    });

    it('sends every recorded call so that it reads the same on the other side', () => {
      for (const exchange of exchanges.filter(({ tag }) => !/^malformed|error-type|error-param-count/.test(tag))) {
        const { method, params } = decodeCall(exchange.path, exchange.request);
        const types = signatureOf(method)?.params ?? [];
        const typed = (values: readonly unknown[]): unknown[] =>
          values.map((value, index) => normalise(value, types[index]?.type ?? 'any'));
        const wanted = typed(structuredClone(params));
        const codec = codecOf(exchange);
        const again = decodeCall(codec.path, codec.encodeCall(method, wanted));
        expect(again.method).to.equal(method);
        expect(JSON.stringify(typed(again.params)).replace(/(\d)\.000001/g, '$1')).to.equal(JSON.stringify(wanted));
      }
    });

    it('serves every recorded answer so that both dialects decode to it', () => {
      for (const exchange of exchanges.filter(({ tag }) => !tag.startsWith('malformed'))) {
        const { method, reply } = decoded(exchange);
        const type = signatureOf(method)?.result ?? 'any';
        const outcome = reply.ok ? reply : { ok: false as const, error: [reply.error.code, ...reply.error.params] };
        for (const codec of [jsonCodec, xmlCodec]) {
          const served = codec.decodeReply(encodeReply({ id: 1, dialect: codec.dialect }, outcome, type));
          const value = served.ok ? { ok: true, value: normalise(served.value, type) } : served;
          expect(value).to.deep.equal(reply);
        }
      }
    });

    it('writes XML as the recorded pool wrote it', () => {
      const failures = exchanges.filter(({ transport, body }) => transport === 'xmlrpc' && body?.includes('>Failure<') === true);
      expect(failures).to.have.length.greaterThan(5);
      for (const exchange of failures) {
        const { reply } = decoded(exchange);
        if (reply.ok) throw new Error('a failure decoded as success');
        const served = encodeReply(
          { id: null, dialect: 'xml' },
          { ok: false, error: [reply.error.code, ...reply.error.params] },
          'void',
        );
        expect(served.body).to.equal(exchange.body);
      }
    });
  });
}

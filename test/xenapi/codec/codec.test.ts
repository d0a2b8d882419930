import { expect } from 'chai';
import { classNames, fieldsOf, messagesOf } from '../../../src/datamodel/datamodel';
import type { Codec } from '../../../src/xenapi/codec/codec';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { normalise } from '../../../src/xenapi/codec/normalise';
import { decodeCall, encodeReply } from '../../../src/xenapi/codec/server';
import { parseType } from '../../../src/xenapi/codec/types';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { XapiError } from '../../../src/xenapi/error';

const SESSION = 'OpaqueRef:session';

function response(body: string, contentType = 'text/xml'): { status: number; contentType: string; body: string } {
  return { status: 200, contentType, body };
}

function xmlValue(inner: string): string {
  const status = '<member><name>Status</name><value>Success</value></member>';
  return `<?xml version="1.0"?><methodResponse><params><param><value><struct>${status}<member><name>Value</name>${inner}</member></struct></value></param></params></methodResponse>`;
}

function decodeXml(inner: string, type: string): unknown {
  const reply = xmlCodec.decodeReply(response(xmlValue(inner)));
  if (!reply.ok) throw new Error('decoded as a failure');
  return normalise(reply.value, type);
}

function decodeJson(result: string, type: string): unknown {
  const reply = jsonCodec.decodeReply(response(`{"jsonrpc":"2.0","result":${result},"id":1}`, 'application/json'));
  if (!reply.ok) throw new Error('decoded as a failure');
  return normalise(reply.value, type);
}

describe('type notation', () => {
  it('reads every type of the datamodel', () => {
    for (const cls of classNames()) {
      for (const field of fieldsOf(cls)) expect(parseType(field.type)).to.have.property('kind');
      for (const { params, result } of messagesOf(cls))
        for (const type of [result, ...params.map((param) => param.type)]) expect(parseType(type)).to.have.property('kind');
    }
  });

  it('keeps nested sets and maps apart', () => {
    expect(parseType('string set set')).to.deep.equal({ kind: 'set', of: { kind: 'set', of: { kind: 'string' } } });
    expect(parseType('(VM ref -> (string -> string) map) map')).to.deep.equal({
      kind: 'map',
      key: { kind: 'ref' },
      value: { kind: 'map', key: { kind: 'string' }, value: { kind: 'string' } },
    });
  });
});

describe('normalise', () => {
  it('reads integers from digits and numbers and refuses what a number cannot hold', () => {
    expect(decodeXml('<value>68719476736</value>', 'int')).to.equal(68719476736);
    expect(decodeXml('<value><i4>-1</i4></value>', 'int')).to.equal(-1);
    expect(decodeJson('"42"', 'int')).to.equal(42);
    for (const bad of ['"9223372036854775807"', '9223372036854775807', '1.5', '"1e3"', '""'])
      expect(() => decodeJson(bad, 'int'), bad)
        .to.throw(XapiError)
        .with.property('kind', 'Protocol');
  });

  it('gives one null reference for every spelling', () => {
    for (const spelling of ['', 'NULL', 'Null', 'OpaqueRef:NULL', 'Ref:12'])
      expect(decodeXml(`<value>${spelling}</value>`, 'host ref'), spelling).to.equal('OpaqueRef:NULL');
    expect(decodeXml('<value>OpaqueRef:1</value>', 'host ref')).to.equal('OpaqueRef:1');
  });

  it('keeps dates as compact text in any zone of the process', () => {
    expect(decodeXml('<value><dateTime.iso8601>20260102T03:04:05Z</dateTime.iso8601></value>', 'datetime')).to.equal(
      '20260102T03:04:05Z',
    );
    expect(decodeJson('"2026-01-02T03:04:05Z"', 'datetime')).to.equal('20260102T03:04:05Z');
    expect(decodeXml('<value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value>', 'datetime')).to.equal(
      '20260102T03:04:05',
    );
  });

  it('does not lose an answer to a float that is not a number', () => {
    expect(decodeXml('<value><double>nan</double></value>', 'float')).to.be.NaN;
    expect(decodeXml('<value><double>inf</double></value>', 'float')).to.equal(Infinity);
    expect(decodeJson('0', 'float')).to.equal(0);
  });

  it('keeps spaces and entities of text, bare or tagged', () => {
    expect(decodeXml('<value>  a &lt;b&gt; &amp; c </value>', 'string')).to.equal('  a <b> & c ');
    expect(decodeXml('<value><string> x </string></value>', 'string')).to.equal(' x ');
    expect(decodeXml('<value/>', 'string')).to.equal('');
  });

  it('leaves missing fields missing, unknown fields and enum members as they are', () => {
    const record = decodeJson('{"uuid":"u","power_state":"Dreaming","memory_target":"12","novelty":[1]}', 'VM record');
    expect(record).to.deep.equal({ uuid: 'u', power_state: 'Dreaming', memory_target: 12, novelty: [1] });
  });

  it('is not harmed by a member called __proto__', () => {
    const member =
      '<member><name>__proto__</name><value><struct><member><name>polluted</name><value>yes</value></member></struct></value></member>';
    for (const value of [
      decodeXml(`<value><struct>${member}</struct></value>`, 'any'),
      decodeJson('{"__proto__":{"polluted":"yes"}}', 'any'),
    ]) {
      expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
      expect((value as Record<string, unknown>)['polluted']).to.equal(undefined);
      expect(Object.keys(value as object)).to.deep.equal(['__proto__']);
    }
  });

  it('reads the snapshot of an event by the class it names', () => {
    const event =
      '{"id":"7","timestamp":"0.0","class":"vm","operation":"mod","ref":"OpaqueRef:v","snapshot":{"memory_target":"5","resident_on":""}}';
    const batch = decodeJson(`{"events":[${event}],"valid_ref_counts":{"vm":1},"token":"3,0"}`, 'an event batch') as {
      events: unknown[];
    };
    expect(batch.events).to.deep.equal([
      {
        id: 7,
        timestamp: '0.0',
        class: 'VM',
        operation: 'mod',
        ref: 'OpaqueRef:v',
        snapshot: { memory_target: 5, resident_on: 'OpaqueRef:NULL' },
      },
    ]);
  });

  it('names class and field of a value that is not of its type', () => {
    expect(() => decodeJson('{"enabled":"maybe"}', 'host record')).to.throw(
      /host\.enabled: expected true or false, found the text "maybe"/,
    );
  });
});

describe('encoding a call', () => {
  it('writes integers as digits and floats as doubles in XML', () => {
    const body = xmlCodec.encodeCall('VM.set_memory_static_max', [SESSION, 'OpaqueRef:v', 68719476736]);
    expect(decodeCall('/', body).params).to.deep.equal([SESSION, 'OpaqueRef:v', '68719476736']);
    expect(xmlCodec.encodeCall('event.from', [SESSION, ['vm'], '', 30])).to.match(/<double>30\.000001<\/double>/);
  });

  it('treats an Async call as the call it stands for', () => {
    for (const codec of [jsonCodec, xmlCodec]) {
      const body = codec.encodeCall('Async.VM.pool_migrate', [SESSION, 'OpaqueRef:v', 'OpaqueRef:h', { live: 'true' }]);
      expect(decodeCall(codec.path, body)).to.include({ method: 'Async.VM.pool_migrate', dialect: codec.dialect });
    }
  });

  it('refuses undefined, wrong types, fractions for integers and too many parameters, in both dialects', () => {
    const bad: [string, unknown[], RegExp][] = [
      ['VM.pool_migrate', [SESSION, 'OpaqueRef:v', undefined, {}], /parameter host: expected ref, given undefined/],
      ['VM.pool_migrate', [SESSION, 'OpaqueRef:v', 'OpaqueRef:h', { live: true }], /parameter options: expected map/],
      ['VM.set_memory_static_max', [SESSION, 'OpaqueRef:v', 1.5], /expected int/],
      ['host.disable', [SESSION, 'OpaqueRef:h', true, true, true], /takes \d parameters, 5 given/],
      ['pool.ping_slave', [SESSION, new Date(0)], /parameter 1: expected any/],
    ];
    for (const [method, params, message] of bad)
      for (const codec of [jsonCodec, xmlCodec])
        expect(() => codec.encodeCall(method, params), method).to.throw(TypeError, message);
  });

  it('refuses text that XML cannot hold before anything is sent', () => {
    expect(() => xmlCodec.encodeCall('VM.set_name_label', [SESSION, 'OpaqueRef:v', 'bell \u0007'])).to.throw(
      TypeError,
      /cannot be written/,
    );
  });

  it('lets older releases be given fewer parameters', () => {
    expect(decodeCall('/', xmlCodec.encodeCall('session.login_with_password', ['root', 'pw'])).params).to.deep.equal([
      'root',
      'pw',
    ]);
  });
});

describe('decoding a reply', () => {
  const nothing: [Codec, string][] = [
    [jsonCodec, '<html>no</html>'],
    [jsonCodec, '[]'],
    [jsonCodec, '{"jsonrpc":"2.0","id":1}'],
    [jsonCodec, '{"error":{"code":1},"id":1}'],
    [xmlCodec, '<html>no</html>'],
    [xmlCodec, ''],
    [xmlCodec, '{"result":1}'],
    [xmlCodec, '<methodResponse><params><param><value>bare</value></param></params></methodResponse>'],
    [xmlCodec, xmlValue('<value>cut</value>').slice(0, 150)],
    [
      xmlCodec,
      '<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member></struct></value></fault></methodResponse>',
    ],
  ];
  for (const [codec, body] of nothing)
    it(`${codec.dialect}: answers ${JSON.stringify(body.slice(0, 40))} with Protocol`, () => {
      expect(() => codec.decodeReply(response(body)))
        .to.throw(XapiError)
        .with.property('kind', 'Protocol');
    });

  it('understands the error array of JSON-RPC 1.0', () => {
    const reply = jsonCodec.decodeReply(response('{"result":null,"error":["HANDLE_INVALID","VM","OpaqueRef:x"],"id":1}'));
    expect(reply).to.deep.equal({ ok: false, error: { code: 'HANDLE_INVALID', params: ['VM', 'OpaqueRef:x'] } });
  });
});

describe('serving a call', () => {
  it('refuses malformed calls', () => {
    for (const [path, body] of [
      ['/jsonrpc', '{broken'],
      ['/jsonrpc', '{"method":"a.b"}'],
      ['/jsonrpc', 'null'],
      ['/', '<broken'],
      ['/', ''],
    ] as const)
      expect(() => decodeCall(path, body), `${path} ${body}`).to.throw(Error);
  });

  it('serves hostile text so that it arrives as it was', () => {
    const value = { 'a<b>&"]]>': '<x> & "y" \u00e9 \ud83d\ude00' };
    for (const codec of [jsonCodec, xmlCodec]) {
      const reply = codec.decodeReply(
        encodeReply({ id: 1, dialect: codec.dialect }, { ok: true, value }, '(string -> string) map'),
      );
      expect(reply).to.deep.equal({ ok: true, value });
    }
  });

  it('serves empty sets, maps, void and whole floats so that they arrive as they were', () => {
    const samples: [unknown, string][] = [
      [[], 'string set'],
      [{}, '(string -> string) map'],
      ['', 'void'],
      [1, 'float'],
      [false, 'bool'],
      ['', 'string'],
    ];
    for (const [value, type] of samples)
      for (const codec of [jsonCodec, xmlCodec]) {
        const reply = codec.decodeReply(encodeReply({ id: 1, dialect: codec.dialect }, { ok: true, value }, type));
        expect(reply.ok && normalise(reply.value, type), type).to.deep.equal(value);
      }
  });
});

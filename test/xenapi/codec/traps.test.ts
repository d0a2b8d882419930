import { expect } from 'chai';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { normalise } from '../../../src/xenapi/codec/normalise';
import { decodeCall } from '../../../src/xenapi/codec/server';
import { xmlCodec } from '../../../src/xenapi/codec/xml';
import { XapiError } from '../../../src/xenapi/error';

const SESSION = 'OpaqueRef:session';

/** The value of an answer whose `Value` is this XML. */
function fromXml(value: string, type: string): unknown {
  const members = `<member><name>Status</name><value>Success</value></member><member><name>Value</name>${value}</member>`;
  const body = `<methodResponse><params><param><value><struct>${members}</struct></value></param></params></methodResponse>`;
  const reply = xmlCodec.decodeReply({ status: 200, contentType: 'text/xml', body });
  if (!reply.ok) throw new Error('decoded as a failure');
  return normalise(reply.value, type);
}

function fromJson(result: string, type: string): unknown {
  const body = `{"jsonrpc":"2.0","result":${result},"id":1}`;
  const reply = jsonCodec.decodeReply({ status: 200, contentType: 'application/json', body });
  if (!reply.ok) throw new Error('decoded as a failure');
  return normalise(reply.value, type);
}

/** One value in all the clothes in which hosts of one release or another send it. */
const SAME: readonly (readonly [type: string, value: unknown, xml: readonly string[], json: readonly string[]])[] = [
  ['int', 68719476736, ['68719476736', '<string>68719476736</string>', '<i8>68719476736</i8>'], ['68719476736', '"68719476736"']],
  ['int', -3, ['-3', '<int>-3</int>', '<i4>-3</i4>', '<i8>-3</i8>'], ['-3', '"-3"']],
  ['int', 0, ['0', '<int>0</int>'], ['0', '"0"']],
  ['float', 0.25, ['<double>0.25</double>', '0.25'], ['0.25', '"0.25"']],
  ['float', 1, ['<double>1</double>', '<double>1.0</double>', '<int>1</int>', '1'], ['1', '1.0', '"1"']],
  ['bool', true, ['<boolean>1</boolean>', 'true', '1'], ['true', '"true"', '"1"']],
  ['bool', false, ['<boolean>0</boolean>', 'false', '0'], ['false', '"false"', '"0"']],
  ['string', '', ['', '<string></string>', '<string/>'], ['""']],
  ['string', '42', ['42', '<string>42</string>', '<int>42</int>'], ['"42"', '42']],
  ['void', '', ['', '<string/>', '<nil/>'], ['""', 'null']],
  [
    'host ref',
    'OpaqueRef:NULL',
    ['', 'NULL', 'Null', 'null', 'OpaqueRef:NULL', 'OpaqueRef:Null', 'Ref:NULL', '<nil/>'],
    ['""', '"NULL"', '"Null"', '"OpaqueRef:NULL"', '"Ref:NULL"', 'null'],
  ],
  [
    'datetime',
    '20260102T03:04:05Z',
    ['<dateTime.iso8601>20260102T03:04:05Z</dateTime.iso8601>', '20260102T03:04:05Z'],
    ['"20260102T03:04:05Z"', '"2026-01-02T03:04:05Z"'],
  ],
  ['datetime', '20260102T03:04:05', ['<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>'], ['"2026-01-02T03:04:05"']],
  ['datetime', '19700101T00:00:00Z', ['<dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601>'], ['"19700101T00:00:00Z"']],
  ['string set', [], ['<array><data/></array>', '<array><data></data></array>'], ['[]']],
  ['(string -> string) map', {}, ['<struct/>', '<struct></struct>'], ['{}']],
  [
    '(int -> string) map',
    { 7: 'seven' },
    ['<struct><member><name>7</name><value>seven</value></member></struct>'],
    ['{"7":"seven"}'],
  ],
  ['enum vm_power_state', 'Dreaming', ['Dreaming', '<string>Dreaming</string>'], ['"Dreaming"']],
];

describe('the clothes of one value', () => {
  for (const [type, value, xml, json] of SAME)
    it(`make no difference: ${type} ${JSON.stringify(value)}`, () => {
      for (const text of xml) expect(fromXml(`<value>${text}</value>`, type), text).to.deep.equal(value);
      for (const text of json) expect(fromJson(text, type), text).to.deep.equal(value);
    });

  it('are refused when they are none: integers no number can hold, ex:nil, booleans that are neither', () => {
    const bad: readonly (readonly [string, string])[] = [
      ['<value><i8>9007199254740993</i8></value>', 'int'],
      ['<value><i8>9223372036854775807</i8></value>', 'int'],
      ['<value><double>1.5</double></value>', 'int'],
      ['<value><ex:nil/></value>', 'host ref'],
      ['<value><boolean>2</boolean></value>', 'bool'],
      ['<value><nil/></value>', 'string'],
      ['<value><double>much</double></value>', 'float'],
    ];
    for (const [xml, type] of bad)
      expect(() => fromXml(xml, type), xml)
        .to.throw(XapiError)
        .with.property('kind', 'Protocol');
  });

  it('may be of another release: fields that are missing stay missing, others stay as they came', () => {
    const xml =
      '<value><struct><member><name>enabled</name><value><boolean>1</boolean></value></member>' +
      '<member><name>novelty</name><value><i8>1</i8></value></member></struct></value>';
    expect(fromXml(xml, 'host record')).to.deep.equal({ enabled: true, novelty: '1' });
    expect(fromJson('{"enabled":true,"novelty":"1"}', 'host record')).to.deep.equal({ enabled: true, novelty: '1' });
  });
});

describe('parameters on the wire', () => {
  it('are integers as digits and floats as doubles in XML, whole ones too', () => {
    const memory = xmlCodec.encodeCall('VM.set_memory_static_max', [SESSION, 'OpaqueRef:v', 2 ** 40]);
    expect(memory)
      .to.contain('<string>1099511627776</string>')
      .and.not.match(/<int>|<i4>|<i8>/);
    for (const seconds of [30, 30.5, 0]) {
      const body = xmlCodec.encodeCall('event.from', [SESSION, ['vm'], '', seconds]);
      expect(body)
        .to.match(/<double>[\d.e-]+<\/double>/)
        .and.not.match(/<int>/);
    }
  });

  it('are never undefined, functions, dates or null, in no dialect and at no depth', () => {
    for (const codec of [jsonCodec, xmlCodec])
      for (const bad of [undefined, () => 1, new Date(0), null, NaN, Symbol('x')])
        for (const params of [
          [SESSION, 'OpaqueRef:v', bad],
          [SESSION, 'OpaqueRef:v', 'OpaqueRef:h', { live: bad }],
        ])
          expect(() => codec.encodeCall('VM.pool_migrate', params), String(bad)).to.throw(TypeError);
  });

  it('are control characters refused in XML before they are sent, and carried by JSON as they are', () => {
    const params = [SESSION, 'OpaqueRef:v', 'bell \u0007 nul \u0000'];
    expect(() => xmlCodec.encodeCall('VM.set_name_label', params)).to.throw(TypeError, /VM\.set_name_label/);
    expect(decodeCall('/jsonrpc', jsonCodec.encodeCall('VM.set_name_label', params)).params).to.deep.equal(params);
  });
});

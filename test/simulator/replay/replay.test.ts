import { expect } from 'chai';
import { isExchange, recording } from '../../xenapi/codec/recordings';
import { takeApart, type Answer } from './answer';
import { differences } from './compare';
import { KNOWN_DEVIATIONS } from './deviations';
import { play } from './play';
import { poolWithoutStorage } from './startPool';

const RELEASE = '23.9.0';
const lines = recording();

const xml = (value: string): Answer =>
  takeApart({
    status: 200,
    contentType: 'text/xml',
    body: `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member><member><name>Value</name><value>${value}</value></member></struct></value></param></params></methodResponse>`,
  });
const json = (text: string): Answer => takeApart({ status: 200, contentType: 'application/json', body: text });
const same = (text: string): string => text;

describe('the comparison of two answers', () => {
  const record = (fields: string): Answer => xml(`<struct>${fields}</struct>`);
  const field = (name: string, value: string): string => `<member><name>${name}</name><value>${value}</value></member>`;

  it('sees fields that lack, that are too many and that stand in another order', () => {
    const real = record(field('uuid', 'x') + field('a', '1') + field('b', '2'));
    expect(differences(real, record(field('uuid', 'y') + field('a', '3') + field('b', '4')), 'record', same)).to.deep.equal([]);
    expect(differences(real, record(field('uuid', 'y') + field('c', '')), 'record', same)).to.deep.equal([
      'record.a: missing',
      'record.b: missing',
      'record.c: not on the real one',
    ]);
    expect(differences(real, record(field('b', '') + field('a', '') + field('uuid', '')), 'record', same)).to.deep.equal([
      'record: fields in another order',
    ]);
  });

  it('sees how a value is written, in lists and maps too', () => {
    const list = (item: string): Answer => record(field('a', `<array><data><value>${item}</value></data></array>`));
    expect(differences(record(field('a', '<i4>1</i4>')), record(field('a', '1')), 'record', same)).to.deep.equal([
      'record.a: expected i4, found text',
    ]);
    expect(differences(list('OpaqueRef:1'), list('name'), 'record', same)).to.deep.equal([
      'record.a[]: expected text (reference), found text',
    ]);
    expect(differences(list('<boolean>1</boolean>'), list('1'), 'record', same)).to.deep.equal([
      'record.a[]: expected boolean, found text',
    ]);
    const map = (value: string): Answer => record(field('a', `<struct>${field('key', value)}</struct>`));
    expect(differences(map('1'), map('<double>1</double>'), 'record', same)).to.deep.equal([
      'record.a{}: expected text, found double',
    ]);
    expect(
      differences(json('{"jsonrpc":"2.0","result":"1","id":1}'), json('{"jsonrpc":"2.0","result":1,"id":1}'), 'value', same),
    ).to.deep.equal(['result: expected string, found number']);
  });

  it('sees other errors, parameters and envelopes', () => {
    const error = (data: string): Answer => json(`{"jsonrpc":"2.0","error":{"code":1,"message":"E","data":${data}},"id":1}`);
    expect(differences(error('["host","OpaqueRef:1"]'), error('["host","OpaqueRef:2"]'), 'value', same)).to.deep.equal([]);
    expect(differences(error('["host"]'), error('["VM"]'), 'value', same)).to.deep.equal([
      'E: parameter 1: expected host, found VM',
    ]);
    expect(differences(error('["host"]'), error('[]'), 'value', same)).to.deep.equal(['E: expected 1 parameters, found 0']);
    expect(differences(error('[]'), json('{"jsonrpc":"2.0","result":"","id":1}'), 'value', same)).to.have.length(1);
    expect(
      differences(json('{"jsonrpc":"2.0","result":"","id":1}'), json('{"result":"","id":1,"jsonrpc":"2.0"}'), 'value', same),
    ).to.have.length(1);
  });
});

if (lines !== undefined) {
  describe(`the recorded pool, played on a simulated one of xapi ${RELEASE}`, () => {
    it('was recorded with all kinds of answers', () => {
      const calls = lines.filter((line) => line.n !== 'observe');
      expect(calls.length).to.be.greaterThan(150);
      expect(calls.filter((line) => !isExchange(line)).map((line) => 'transport_error' in line)).to.include(true);
    });

    it('answers as the real one did, but for what the list names, and everything the list names', async () => {
      const found = await play(lines, poolWithoutStorage(RELEASE));
      const known = KNOWN_DEVIATIONS.flatMap(({ exchanges, what }) => exchanges.map((n) => ({ n, what })));
      const order = (one: { n: number }, other: { n: number }): number => one.n - other.n;
      expect([...found].sort(order)).to.deep.equal(known.sort(order));
    });
  });
}

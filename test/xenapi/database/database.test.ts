import { expect } from 'chai';
import fc from 'fast-check';
import { type Database, manifestValue, referenceOf, rowsOf } from '../../../src/xenapi/database/database';
import { DatabaseError, type DatabaseErrorKind } from '../../../src/xenapi/database/databaseError';
import { assertDatabaseSize, MAX_DATABASE_BYTES, parseDatabase } from '../../../src/xenapi/database/parseDatabase';
import { printDatabase } from '../../../src/xenapi/database/printDatabase';
import { readMap, readSet, writeMap, writeSet } from '../../../src/xenapi/database/literals';
import { dumpFiles } from './corpus';

const small =
  '<database>\n<manifest><pair key="a" value="1"/></manifest>\n<table name="pool"><row ref="p"/></table>\n<table name="host"><row ref="h"/></table>\n</database>';

function refusal(run: () => unknown): DatabaseError {
  try {
    run();
  } catch (error) {
    if (error instanceof DatabaseError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

// eslint-disable-next-line no-control-regex -- these are the characters that XML lacks
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** Text that XML can carry: no lone surrogates, no control characters but blanks. */
const xmlText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(' ', '%', '_', '.', 'n', '\t', '\n', '\r', "'", '"', '\\', '&', '<', '>', '(', ')'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => !UNPRINTABLE.test(text));
const attributeName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,4}$/);

describe('the dump of a XAPI database', () => {
  for (const { name, text } of dumpFiles('the codec of dumps')) {
    it(`${name}, read and written, is the same data`, () => {
      const database = parseDatabase(text);
      expect(parseDatabase(printDatabase(database))).to.deep.equal(database);
      const rows = database.tables.reduce((sum, table) => sum + table.rows.length, 0);
      expect(rows).to.equal((text.match(/<row /g) ?? []).length);
      expect(database.tables.map((table) => table.name)).to.deep.equal(
        [...text.matchAll(/<table name="([^"]+)"/g)].map((found) => found[1]),
      );
    });

    it(`${name} has no complete set or map that comes back different`, () => {
      const values = parseDatabase(text).tables.flatMap((table) => table.rows.flatMap((row) => Object.values(row)));
      const lists = values.filter((value) => /^\('(?!struct' \()[^]*\)$/.test(value)); // last_booted_record is a nested list in a string
      const maps = values.filter((value) => /^\(\('[^]*\)$/.test(value));
      for (const list of lists) expect(writeSet(readSet(list))).to.equal(list);
      for (const map of maps) expect(writeMap(readMap(map))).to.equal(map);
      expect(maps.length).to.be.greaterThan(0);
    });
  }

  it('any values survive printing and reading', () => {
    const rows = fc.array(fc.dictionary(attributeName, xmlText, { maxKeys: 4, noNullPrototype: true }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(xmlText, xmlText), { maxLength: 3 }), rows, (manifest, objects) => {
        const named = objects.map((row, index) => ({ ref: `r${index}`, ...row }));
        const database: Database = {
          manifest,
          tables: [
            { name: 'pool', rows: [{ ref: 'p' }] },
            { name: 'host', rows: [{ ref: 'h' }] },
            { name: 'VM', rows: named },
          ],
        };
        expect(parseDatabase(printDatabase(database))).to.deep.equal(database);
      }),
    );
  });

  it('any sets and maps survive writing and reading', () => {
    fc.assert(fc.property(fc.array(fc.string()), (set) => void expect(readSet(writeSet(set))).to.deep.equal(set)));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (map) => void expect(readMap(writeMap(map))).to.deep.equal(map)),
    );
  });

  it('every layer of escaping is undone once', () => {
    const row = String.raw`<row _ref="x" a="1%_2%.3%n%t%r%%n 50%" b="((&apos;it\'s&apos; '&quot;\\&amp;%.%.'))" />`;
    const database = parseDatabase(small.replace('<row ref="h"/>', row));
    const read = rowsOf(database, 'host')[0]!;
    expect(read['a']).to.equal('1  2 3\n\t\r%n 50%');
    expect(readMap(read['b']!)).to.deep.equal([["it's", '"\\&  ']]);
    expect(referenceOf(read)).to.equal('x');
    expect(manifestValue(database, 'a')).to.equal('1');
  });

  it('a text that is no set or map is refused', () => {
    for (const text of ['', 'a', "('a'", "('a'))", "('a') x", '(a)', "'a'", "('a' ('b'))"])
      expect(refusal(() => readSet(text)).kind).to.equal('BadLiteral');
    for (const text of ["('a')", "(('a'))", "(('a' 'b' 'c'))", "(('a' ('b')))"])
      expect(refusal(() => readMap(text)).kind).to.equal('BadLiteral');
  });

  const refused: readonly (readonly [what: string, text: string, kind: DatabaseErrorKind, line: number | null])[] = [
    ['an empty file', '', 'NotXml', 1],
    ['something that is no XML', 'product_version: 6.0', 'NotXml', 1],
    ['XML that is not well-formed', small.replace('</manifest>', '</manifests>'), 'NotXml', 2],
    ['a file cut off between elements', small.slice(0, small.indexOf('</database>')), 'Truncated', 5],
    ['a file cut off in a value', small.slice(0, small.indexOf('ref="h') + 5), 'Truncated', 4],
    ['XML of something else', '<html><body/></html>', 'Foreign', 1],
    ['an unknown element', small.replace('<row ref="h"/>', '<row ref="h"/>\n<column/>'), 'Foreign', 5],
    ['a table twice', small.replace('"host"', '"pool"'), 'Foreign', 4],
    ['text between the rows', small.replace('<table name="host">', '<table name="host">x'), 'Foreign', 4],
    ['a database without a host', small.replace('<row ref="h"/>', ''), 'NoPool', null],
    ['a database without a pool', small.replace('name="pool"', 'name="pools"'), 'NoPool', null],
  ];
  for (const [what, text, kind, line] of refused) {
    it(`${what} is refused as ${kind}`, () => {
      const error = refusal(() => parseDatabase(text));
      expect([error.kind, error.line]).to.deep.equal([kind, line]);
      if (line !== null) expect(error.message).to.include(`line ${line}`);
    });
  }

  it('a dump over the limit is refused by its size alone', () => {
    expect(() => assertDatabaseSize(MAX_DATABASE_BYTES)).not.to.throw();
    expect(refusal(() => assertDatabaseSize(MAX_DATABASE_BYTES + 1)).kind).to.equal('TooLarge');
  });

  it('a value that XML cannot carry is not written', () => {
    const database = parseDatabase(small);
    const broken: Database = { ...database, manifest: [['a', '\u0000']] };
    expect(refusal(() => printDatabase(broken)).kind).to.equal('Unprintable');
  });

  it('a value longer than the XML parser buffers is read whole', () => {
    const value = 'x y '.repeat(50_000).trim();
    const database = parseDatabase(small.replace('ref="h"', `ref="h" a="${value}"`));
    expect(rowsOf(database, 'host')[0]!['a']).to.equal(value);
  });
});

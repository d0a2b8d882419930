import { expect } from 'chai';
import fc from 'fast-check';
import { groupBy, nameWords, naming, plainly, sizeWords, spanWords, timeWords } from '../../../src/cli/plan/words';

const SEED = 20260112;

describe('the words of a plan', () => {
  it('write times as people say them', () => {
    const minute = 60_000;
    const times = [0, 40_000, 59_600, 12 * minute, 60 * minute, 125 * minute];
    expect(times.map(timeWords)).to.deep.equal(['0 s', '40 s', '1 min', '12 min', '1 h', '2 h 05 min']);
    expect(spanWords({ least: minute, likely: 2 * minute, most: 3 * minute })).to.equal('2 min (1 min to 3 min)');
    expect(spanWords({ least: minute, likely: minute, most: minute })).to.equal('1 min');
  });

  it('write sizes in units of 1024', () => {
    expect([512 * 1024 ** 2, 24 * 1024 ** 3, 1.5 * 1024 ** 4].map(sizeWords)).to.deep.equal(['512 MiB', '24 GiB', '1.5 TiB']);
  });

  it('make one entry of names that are numbered in a row', () => {
    expect(nameWords(['web-10', 'web-9', 'web-8', 'web-7', 'db'])).to.equal('db and web-7 to web-10');
    expect(nameWords(['a-01', 'a-02', 'a-03', 'a-04', 'a-06'])).to.equal('a-01 to a-04 and a-06');
    expect(nameWords(['b', 'a'])).to.equal('a and b');
    expect(nameWords([])).to.equal('');
  });

  it('leave no name out and tell none that was not there', () => {
    const some = fc.uniqueArray(fc.tuple(fc.constantFrom('web-', 'db', 'x 1 '), fc.nat(30)), {
      selector: ([stem, n]) => `${stem}${n}`,
    });
    fc.assert(
      fc.property(some, (parts) => {
        const names = parts.map(([stem, n]) => `${stem}${n}`);
        expect(spelledOut(nameWords(names)).sort()).to.deep.equal([...names].sort());
      }),
      { seed: SEED },
    );
  });

  it('tell apart what bears one name or none', () => {
    const nameOf = naming([
      { uuid: '11111111-a', name: 'web' },
      { uuid: '22222222-b', name: 'web' },
      { uuid: '33333333-c', name: '' },
      { uuid: '44444444-d', name: 'db' },
    ]);
    expect(['11111111-a', '22222222-b', '33333333-c', '44444444-d', '55555555-e'].map(nameOf)).to.deep.equal([
      'web (11111111)',
      'web (22222222)',
      '33333333',
      'db',
      '55555555',
    ]);
  });

  it('take from names whatever a terminal would obey', () => {
    expect(plainly('a\u001b[31mb\nc\u202ed\u0000')).to.equal('a [31mb c d');
    expect(plainly('Büro 東京 🖥️')).to.equal('Büro 東京 🖥️');
  });

  it('group in the order in which keys first come', () => {
    expect(groupBy(['b1', 'a1', 'b2'], (text) => text[0]!)).to.deep.equal([['b1', 'b2'], ['a1']]);
  });
});

/** What a reader makes of it. */
function spelledOut(words: string): string[] {
  if (words === '') return [];
  return words.split(/, | and /).flatMap((part) => {
    const found = /^(.*?)(\d+) to \1(\d+)$/.exec(part);
    if (found === null) return [part];
    const [, stem = '', first = '', last = ''] = found;
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${stem}${Number(first) + index}`);
  });
}

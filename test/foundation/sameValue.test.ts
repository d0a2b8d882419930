import { expect } from 'chai';
import { sameValue } from '../../src/foundation/sameValue';

describe('equality of plain data', () => {
  it('looks neither at the order of keys nor at keys that hold undefined', () => {
    expect(sameValue({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1, d: undefined })).to.equal(true);
  });

  it('tells apart what JSON tells apart', () => {
    const different: [unknown, unknown][] = [
      [{}, []],
      [{ a: 1 }, { a: 1, b: 1 }],
      [{ a: undefined, b: 1 }, { a: 1 }],
      [
        [1, 2],
        [2, 1],
      ],
      [[1], [1, undefined]],
      [1, '1'],
      [null, {}],
      [0, false],
      [{ toString: 1 }, { other: 1 }],
    ];
    for (const [one, other] of different) expect(sameValue(one, other), JSON.stringify([one, other])).to.equal(false);
  });
});

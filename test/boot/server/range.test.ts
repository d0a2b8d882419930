import { expect } from 'chai';
import fc from 'fast-check';
import { rangeOf } from '../../../src/boot/server/range';

describe('A range of a file', () => {
  it('is read as RFC 9110 has it', () => {
    expect(rangeOf(undefined, 10)).to.deep.equal({ kind: 'Whole' });
    expect(rangeOf('bytes=0-0', 10)).to.deep.equal({ kind: 'Part', offset: 0, length: 1 });
    expect(rangeOf('bytes=4-', 10)).to.deep.equal({ kind: 'Part', offset: 4, length: 6 });
    expect(rangeOf('Bytes = 4-99', 10)).to.deep.equal({ kind: 'Part', offset: 4, length: 6 });
    expect(rangeOf('bytes=-3', 10)).to.deep.equal({ kind: 'Part', offset: 7, length: 3 });
    expect(rangeOf('bytes=-30', 10)).to.deep.equal({ kind: 'Part', offset: 0, length: 10 });
    for (const none of ['bytes=10-', 'bytes=10-20', 'bytes=-0'])
      expect(rangeOf(none, 10), none).to.deep.equal({ kind: 'Unsatisfiable' });
    for (const other of [
      'bytes=0-1,3-4',
      'bytes=5-4',
      'bytes=',
      'bytes=-',
      'lines=0-1',
      'bytes=a-b',
      'bytes=1-9999999999999999',
      '',
    ])
      expect(rangeOf(other, 10), other).to.deep.equal({ kind: 'Whole' });
  });

  it('lies inside the file, whatever was asked', () => {
    const header = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.bigInt({ min: -5n, max: 10n ** 16n }), fc.bigInt({ min: -5n, max: 10n ** 16n }))
        .map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat(3000).map((n) => `bytes=-${n}`),
    );
    fc.assert(
      fc.property(header, fc.nat(2000), (text, size) => {
        const asked = rangeOf(text, size);
        if (asked.kind !== 'Part') return;
        expect(asked.offset).to.be.within(0, size - 1);
        expect(asked.length).to.be.within(1, size - asked.offset);
      }),
    );
  });
});

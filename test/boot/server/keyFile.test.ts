import { expect } from 'chai';
import { readKeyFile } from '../../../src/boot/server/keyFile';

const key = (byte: number, bytes = 32): string => Buffer.alloc(bytes, byte).toString('base64');

describe('The file with the keys of the boot paths', () => {
  it('holds one key, or two while one is rotated, the first for new paths', () => {
    expect(readKeyFile(`k1 ${key(1)}\n`)).to.deep.equal([{ version: 'k1', secret: Buffer.alloc(32, 1) }]);
    const both = readKeyFile(`# rotated in May\nk2 ${key(2, 64)}\n\nk1   ${key(1)}`);
    expect(both).to.deep.equal([
      { version: 'k2', secret: Buffer.alloc(64, 2) },
      { version: 'k1', secret: Buffer.alloc(32, 1) },
    ]);
  });

  it('is refused in words that show nothing of it', () => {
    const short = key(9, 16);
    for (const [text, words] of [
      ['', 'it holds no key'],
      [`k1 ${short}`, 'line 1 holds a key of 16 bytes'],
      [key(1), 'line 1 is not of the form'],
      [`K1 ${key(1)}`, 'line 1 is not of the form'],
      [`k1 ${key(1)}\nk1 ${key(2)}`, 'both keys have version k1'],
      [`k1 ${key(1)}\nk2 ${key(2)}\nk3 ${key(3)}`, 'more than two keys'],
    ] as const) {
      expect(readKeyFile(text), words).to.be.a('string').that.contains(words).and.not.contains(short).and.not.contains(key(1));
    }
  });
});

import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replaceFile } from '../../src/foundation/wholeFile';

describe('a file that is replaced', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-whole-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds what was given, for its owner alone, and nothing is left beside it', () => {
    const file = path.join(folder, 'a.json');
    for (const [content, flush] of [
      ['long and old', false],
      ['new', true],
    ] as const) {
      replaceFile(file, content, { flush });
      expect(readFileSync(file, 'utf8')).to.equal(content);
    }
    replaceFile(file, Buffer.from([0, 255]));
    expect([...readFileSync(file)]).to.deep.equal([0, 255]);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readdirSync(folder)).to.deep.equal(['a.json']);
  });

  it('stays as it was when the new one cannot be written', () => {
    const file = path.join(folder, 'a.json');
    replaceFile(file, 'old');
    expect(() => replaceFile(path.join(folder, 'none', 'a.json'), 'new')).to.throw(/ENOENT/);
    expect(readFileSync(file, 'utf8')).to.equal('old');
  });
});

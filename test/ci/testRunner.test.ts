import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const script = path.resolve(__dirname, '..', '..', '.ci', 'test.mjs');

/** Exit code and last line of a run over one test file with this body. */
function run(body: string): { readonly status: number | null; readonly last: string | undefined } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-runner-'));
  const file = path.join(folder, 'some.test.ts');
  writeFileSync(file, body);
  const { status, stdout } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, last: stdout.trimEnd().split('\n').at(-1) };
}

describe('npm test', () => {
  it('ends with the counts, and with 0 only when all passed', () => {
    expect(run("it('a', () => undefined); it('b', () => undefined);")).to.deep.equal({ status: 0, last: '2 passed, 0 failed' });
    expect(run("it('a', () => undefined); it('b', () => { throw new Error('no'); });")).to.deep.equal({
      status: 1,
      last: '1 passed, 1 failed',
    });
  });

  it('does not take a run without tests, or one that broke off, for success', () => {
    expect(run('export const nothing = 1;')).to.deep.equal({ status: 1, last: '0 passed, 0 failed' });
    expect(run('throw new Error("cannot be loaded");')).to.deep.equal({ status: 1, last: '0 passed, 1 failed' });
    expect(run("it('a', () => undefined); it('b', () => process.exit(0));")).to.include({ status: 1 });
  });

  it('takes no test that is skipped or runs alone', () => {
    expect(run("it('a', () => undefined); it.skip('b', () => undefined);").status).to.equal(1);
    expect(run("it('a', () => undefined); it.only('b', () => undefined);").status).to.equal(1);
  });
});

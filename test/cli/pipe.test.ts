import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const main = path.resolve(__dirname, '..', '..', 'src', 'cli', 'main.ts');
const command = `"${process.execPath}" -r ts-node/register "${main}"`;

/** The exit code of the program whose reader takes one line and goes, and what it complained of. */
function readOneLine(argv: string): { readonly code: string; readonly complaint: string } {
  const { stdout, stderr } = spawnSync('bash', ['-c', `${command} ${argv} | head -n 1 >&2; echo "\${PIPESTATUS[0]}"`], {
    encoding: 'utf8',
    cwd: path.resolve(__dirname, '..', '..'),
  });
  return { code: stdout.trim(), complaint: stderr.split('\n').slice(1).join('\n').trim() };
}

describe('a reader that has had enough', () => {
  it('ends a story that is still being told, without a complaint', () => {
    const { code, complaint } = readOneLine('demo --pace 1');
    expect(code).to.equal('141');
    expect(complaint).to.not.match(/EPIPE|Error/);
  });
});

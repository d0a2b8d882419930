import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../demo/processes';

const command = `"${process.execPath}" "${path.resolve(__dirname, '..', '..', 'dist', 'xenpool.cjs')}"`;

/** The exit code of the program whose reader takes one line and goes, and what it complained of. */
function readOneLine(argv: string): { readonly code: string; readonly complaint: string } {
  const { stdout, stderr } = spawnSync('bash', ['-c', `${command} ${argv} | head -n 1 >&2; echo "\${PIPESTATUS[0]}"`], {
    encoding: 'utf8',
    cwd: path.resolve(__dirname, '..', '..'),
  });
  return { code: stdout.trim(), complaint: stderr.split('\n').slice(1).join('\n').trim() };
}

describe('a reader that has had enough', () => {
  before(build);

  it('ends a story that is still being told, without a complaint', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-pipe-'));
    try {
      const { code, complaint } = readOneLine(`demo --hosts 1 --vms 1 --pace 1000 --data "${folder}"`);
      expect(code).to.equal('141');
      expect(complaint).to.not.match(/EPIPE|Error/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

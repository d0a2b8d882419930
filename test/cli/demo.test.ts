import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli, runReport } from './runCli';

describe('xenpool demo', () => {
  for (const flags of [
    ['--pace', '1'],
    ['--pace', '1001'],
    ['--pace', 'fast'],
    ['--pace', 'max'],
    ['--hosts', '0'],
    ['--hosts', '17'],
    ['--hosts', 'x'],
    ['--vms', 'x'],
    ['--vms', '401'],
    ['--boot-method', 'Floppy'],
    ['--firmware', 'EFI'],
    ['--fault', 'nope'],
    ['--fault', 'controller-crashes:at=every'],
    ['--resume', '--hosts', '2'],
    ['--resume', '--boot-method', 'PXE'],
    ['--resume', '--firmware', 'UEFI'],
    ['--resume', '--fault', 'installer-fails'],
    ['--nope'],
  ])
    it(`refuses ${flags.join(' ')}`, async () => {
      const { code, report } = await runReport('demo', ...flags);
      expect([code, report.outcome]).to.deep.equal([2, 'Invalid']);
      const named = flags.find((word) => word.startsWith('--') && word !== '--resume');
      expect(report.message).to.contain(named);
    });

  it('says what it expects of --output', async () => {
    const { code, out } = await runCli('demo', '--output', 'yaml');
    expect(code).to.equal(2);
    expect(out).to.contain('--output yaml: expected text or json');
  });

  describe('in a folder', () => {
    let folder = '';
    beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-demo-test-'))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it('has nothing to resume where no demo was', async () => {
      const { code, report } = await runReport('demo', '--resume', '--data', folder);
      expect([code, report.message]).to.deep.equal([
        2,
        `--resume: there is no demo in ${folder} to go on with; start one without it`,
      ]);
    });

    it('touches nothing that it did not make', async () => {
      writeFileSync(path.join(folder, 'thesis.txt'), '');
      const { code, report } = await runReport('demo', '--data', folder);
      expect(code).to.equal(2);
      expect(report.message).to.contain('thesis.txt');
      expect(readdirSync(folder)).to.deep.equal(['thesis.txt']);
    });
  });
});

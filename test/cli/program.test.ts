import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { xenpool } from '../../src/cli/program';
import { VERSION } from '../../src/cli/version';
import { runCli } from './runCli';

const root = path.resolve(__dirname, '..', '..');

describe('xenpool', () => {
  it('tells the version of the package', async () => {
    const stated = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
    expect(VERSION).to.equal(stated.version);
    expect(await runCli('--version')).to.deep.equal({ code: 0, out: `${VERSION}\n`, err: '' });
  });

  it('teaches each command with an example and its exit codes', async () => {
    for (const command of ['demo', 'rehearse', 'simulator']) {
      const { code, out } = await runCli(command, '--help');
      expect(code).to.equal(0);
      expect(out, command)
        .to.match(/Exit codes:/)
        .and.match(new RegExp(`Examples:\\n +xenpool ${command}|\\n +xenpool ${command} `));
    }
  });

  it('without a command shows the help as a complaint', async () => {
    const { code, out, err } = await runCli();
    expect([code, out]).to.deep.equal([2, '']);
    expect(err).to.match(/Usage: xenpool/);
  });

  it('names a command that does not exist', async () => {
    const { code, out, err } = await runCli('upgrade-everything');
    expect([code, out]).to.deep.equal([2, '']);
    expect(err).to.match(/unknown command 'upgrade-everything'/);
  });

  it('tells an error nobody expected as a defect, in a whole report with its stack', async () => {
    let out = '';
    let first = true;
    const breaking = (text: string): void => {
      if (first) {
        first = false;
        throw new Error('the disk is full');
      }
      out += text;
    };
    const code = await xenpool(['rehearse', '--list-faults', '--output', 'json'], {
      out: breaking,
      err: () => undefined,
      colour: false,
    });
    const report = JSON.parse(out) as { readonly outcome: string; readonly reason: string; readonly message: string };
    expect([code, report.outcome, report.reason]).to.deep.equal([1, 'Failed', 'Defect']);
    expect(report.message).to.match(/the disk is full\n +at /);
  });
});

// The steps of the Containerfile as plain commands in an empty folder: what it copies is copied, what it runs is run, and what it ships is started alone.
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { argumentsOf, copiedFromOutside, stagesOf } from '../deploy/containerSteps';

const root = path.resolve(__dirname, '..', '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

function run(command: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: exit code ${status}\n${stderr}`);
  return stdout;
}

describe('the steps of the Containerfile', function () {
  this.timeout(600_000);
  let scratch = '';
  before(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-image-'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  it('give a program that runs without anything beside it', () => {
    const stages = stagesOf(readFileSync(path.join(root, 'Containerfile'), 'utf8'));
    const [build, image] = [stages[0], stages.at(-1)];
    const source = path.join(scratch, 'src');
    const shipped = path.join(scratch, 'app');
    for (const folder of [source, shipped]) mkdirSync(folder);
    for (const [name, rest] of build!.instructions) {
      if (name === 'RUN') run(rest, source);
      if (name === 'COPY')
        for (const file of rest.split(' ').slice(0, -1))
          cpSync(path.join(root, file), path.join(source, file), { recursive: true });
    }
    for (const file of copiedFromOutside(image)) cpSync(path.join(root, file), path.join(shipped, file));
    const bundles = argumentsOf(image, 'COPY').filter((rest) => rest.startsWith('--from=build '));
    for (const file of bundles.flatMap((rest) => rest.split(' ').slice(1, -1)))
      cpSync(path.join(source, path.relative('/src', file)), path.join(shipped, path.basename(file)));
    rmSync(source, { recursive: true });
    const flags = (JSON.parse(argumentsOf(image, 'ENTRYPOINT')[0]!) as string[]).slice(1, -1);
    expect(run(`"${process.execPath}" ${flags.join(' ')} xenpool.cjs --version`, shipped).trim()).to.equal(version);
  });
});

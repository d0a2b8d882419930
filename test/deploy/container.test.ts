// The image cannot be built here, for want of an engine; its steps are plain commands on plain files, and those are checked: cheaply here, and run whole
// with the end-to-end tests.
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { argumentsOf, copiedFromOutside, stagesOf } from './containerSteps';

const root = path.resolve(__dirname, '..', '..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const [build, ipmi, image, ...more] = stagesOf(read('Containerfile'));

describe('the Containerfile', () => {
  it('has a stage that builds, one for the program that BMCs need, and one that is shipped', () => {
    expect(more).to.deep.equal([]);
    expect(build?.from).to.match(/ AS build$/);
    expect(ipmi?.from).to.match(/ AS ipmi$/);
  });

  it('copies what is there and what the ignore file lets through', () => {
    const copied = [...copiedFromOutside(build), ...copiedFromOutside(image)];
    expect(copied.filter((name) => !existsSync(path.join(root, name)))).to.deep.equal([]);
    const admitted = read('.containerignore').trimEnd().split('\n');
    expect(admitted.shift()).to.equal('**');
    expect([...copied].sort()).to.deep.equal(admitted.map((line) => line.replace(/^!/, '')).sort());
  });

  it('builds by the scripts of the repository, and tries what it built', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    const commands = argumentsOf(build, 'RUN');
    expect(commands[0]).to.match(/^npm ci /);
    const named = commands.flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(named).to.deep.equal(['build']);
    expect(named.filter((script) => scripts[script] === undefined)).to.deep.equal([]);
    expect(commands.at(-1)).to.equal('node dist/xenpool.cjs --version');
  });

  it('ships the bundle and what ipmitool needs, tries that and runs nothing else, and is not root', () => {
    expect(argumentsOf(image, 'RUN')).to.deep.equal(['["/usr/bin/ipmitool", "-V"]']);
    const copied = argumentsOf(image, 'COPY').filter((rest) => rest.startsWith('--from='));
    expect(copied).to.deep.equal(['--from=ipmi /ipmi /', '--from=build /src/dist/xenpool.cjs /src/dist/xenpool.cjs.map ./']);
    expect(copiedFromOutside(ipmi)).to.deep.equal([]);
    expect(argumentsOf(image, 'USER')).to.deep.equal(['65532:65532']);
    const entry = JSON.parse(argumentsOf(image, 'ENTRYPOINT')[0]!) as string[];
    expect(entry.at(-1)).to.equal(`${argumentsOf(image, 'WORKDIR')[0]}/xenpool.cjs`);
  });

  it('takes a Node the package allows, the same in both stages', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const least = Number(/>=(\d+)/.exec(engines.node)?.[1]);
    const majors = [build?.from, image?.from].map((from) => Number(/node(?:js|:)(\d+)/.exec(from ?? '')?.[1]));
    expect(majors[0]).to.be.at.least(least);
    expect(majors[1]).to.equal(majors[0]);
  });
});

import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FAULTS } from '../../src/simulator/faults';
import { runCli, runReport } from '../cli/runCli';

const root = path.resolve(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'docs/adr'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Schemas below a schema, itself included, with where they stand. */
function schemas(schema: unknown, at: string): readonly (readonly [at: string, schema: Record<string, unknown>])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const record = schema as Record<string, unknown>;
  const properties = Object.entries((record['properties'] ?? {}) as Record<string, unknown>);
  return [
    [at, record],
    ...properties.flatMap(([name, child]) => schemas(child, `${at}.${name}`)),
    ...schemas(record['items'], `${at}[]`),
  ];
}

describe('the documentation', () => {
  for (const page of pages)
    it(`leads nowhere that is not there: ${page}`, () => {
      const links = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !/^\w+:/.test(link));
      const broken = links.filter((link) => !existsSync(path.resolve(root, path.dirname(page), link)));
      expect(broken).to.deep.equal([]);
    });

  const documented: readonly (readonly [command: string, page: string])[] = [
    ['approve', 'docs/gates.md'],
    ['demo', 'docs/demo.md'],
    ['rehearse', 'docs/rehearsal.md'],
    ['simulator', 'docs/simulator.md'],
  ];
  for (const [command, page] of documented)
    it(`names every flag of ${command}`, async () => {
      const { out } = await runCli(command, '--help');
      const flags = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag!).filter((flag) => flag !== '--help');
      expect(flags.length).to.be.greaterThan(5);
      expect(flags.filter((flag) => !read(page).includes(`\`${flag}`))).to.deep.equal([]);
    });

  it('names every fault and each of its keys', () => {
    const page = read('docs/rehearsal.md');
    for (const { name, keys } of FAULTS) {
      const rows = page.slice(page.indexOf(`| \`${name}`)).split('\n## ')[0]!;
      expect(page, name).to.contain(`| \`${name}`);
      for (const key of Object.keys(keys)) expect(rows, `${name}: ${key}`).to.match(new RegExp(`\`${key}[=\`]`));
    }
  });

  it('lists in the README the rooms that exist and no other', () => {
    const listed = [...read('README.md').matchAll(/^\| `src\/([a-z-]+)\/` \|/gm)].map(([, room]) => room!);
    expect([...listed].sort()).to.deep.equal(readdirSync(path.join(root, 'src')).sort());
  });

  it('describes every field of the report, and lets no other in', () => {
    const all = schemas(JSON.parse(read('docs/rehearsal.schema.json')), 'report');
    expect(all.filter(([, schema]) => typeof schema['description'] !== 'string').map(([at]) => at)).to.deep.equal([]);
    const open = all.filter(([, schema]) => schema['type'] === 'object' && schema['additionalProperties'] !== false);
    expect(open.map(([at]) => at)).to.deep.equal([]);
  });

  it('points from the manual procedure only to files that exist and tests that run', () => {
    const page = read('docs/manual-procedure.md');
    const files = [...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, file]) => file!);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).to.deep.equal([]);
    const tests = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.startsWith('docs'))
      .map((file) => read(`test/${file}`))
      .join('\n');
    const quoted = [...page.matchAll(/"([a-z][^"|]{25,})"/g)].map(([, title]) => title!);
    expect(quoted.length).to.be.greaterThan(3);
    expect(quoted.filter((title) => !tests.includes(title))).to.deep.equal([]);
  });

  const data = path.resolve(root, '..', 'shared', 'data', 'xapi-db');
  if (!existsSync(data)) console.log('      not tested: outcomes of the reference dumps, which are not here');
  else
    for (const [, dump, outcome, reason] of read('docs/rehearsal.md').matchAll(/^\| `([^`]+\.xml)` \| (\w+) \| `(\w+)` \|/gm))
      it(`tells what becomes of ${dump}`, async () => {
        const { report } = await runReport('rehearse', '--database', path.join(data, dump!));
        expect([report.outcome, report.reason]).to.deep.equal([outcome, reason]);
      });
});

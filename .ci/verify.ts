// Proves that nothing generated has drifted from its source, and that the names of files keep the style. Exit code 1 with the first difference of each
// file otherwise.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readIfThere } from './files';
import { generators } from './generators/index';
import type { GeneratedFile } from './generators/generator';

const root = path.resolve(__dirname, '..');

/** Names that say nothing of what is inside. */
const VAGUE = /^(utils?|helpers?|common|managers?|misc|shared)(\.|$)/i;
const OWN = ['src', 'test', '.ci', 'bench'];

function quoted(line: string | undefined): string {
  return line === undefined ? '(end of file)' : line.slice(0, 160);
}

/** What is wrong with a generated file as it lies there; undefined when it is right. */
export function drift(file: GeneratedFile, there: string | undefined): string | undefined {
  if (there === file.text) return undefined;
  if (there === undefined) return `${file.path} is missing; run \`npm run generate\``;
  const [is, should] = [there.split('\n'), file.text.split('\n')];
  const line = should.findIndex((text, index) => text !== is[index]);
  const at = line < 0 ? should.length : line;
  return `${file.path} is not what its source gives; run \`npm run generate\`\n  line ${at + 1} is:     ${quoted(is[at])}\n  line ${at + 1} should be: ${quoted(should[at])}`;
}

/** Paths below `folder`, files and folders, with forward slashes. */
function below(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? [name, ...below(name)] : [name];
  });
}

export function vagueNames(paths: readonly string[]): readonly string[] {
  return paths.filter((name) => VAGUE.test(path.basename(name))).map((name) => `${name}: name it after what is inside`);
}

async function generated(): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const generator of generators) {
    const result = await generator.generate(root);
    if ('unavailable' in result) console.log(`not verified: ${generator.name}: ${result.unavailable}`);
    else problems.push(...result.files.flatMap((file) => drift(file, readIfThere(path.join(root, file.path))) ?? []));
  }
  return problems;
}

async function main(): Promise<void> {
  const folders = OWN.filter((folder) => readdirSync(root).includes(folder));
  const problems = [...(await generated()), ...vagueNames(folders.flatMap(below))];
  problems.forEach((problem) => console.error(problem));
  console.log(
    problems.length === 0 ? `verified: ${generators.map(({ name }) => name).join(', ')}, names` : `${problems.length} problems`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (require.main === module) void main();

// Bundles the command line into one file that runs on bare Node, with its source map. Everything is in it: nothing of node_modules is needed to run it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure, root } from './ensure.mjs';
import { leftOut } from './leftOut.mjs';

export const BUNDLE = path.join(root, 'dist', 'xenpool.cjs');
const ENTRY = path.join(root, 'src', 'cli', 'main.ts');
const STAMP = path.join(root, 'dist', '.inputs');
const INPUTS = [
  'src',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  path.join('.ci', 'build.mjs'),
  path.join('.ci', 'leftOut.mjs'),
];

function files(at) {
  const stat = statSync(at, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [`${path.relative(root, at)} ${stat.size} ${stat.mtimeMs}`];
  return readdirSync(at)
    .sort()
    .flatMap((name) => files(path.join(at, name)));
}

/** Names, sizes and times of everything the bundle is made of: cheap to take, and different after any edit, removal or checkout. */
function fingerprint() {
  const lines = INPUTS.flatMap((input) => files(path.join(root, input)));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

export function isFresh() {
  return existsSync(BUNDLE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

/** Writes beside and renames, so that a program that is being started sees the old bundle or the new one and never half of one. */
function replace(file, contents) {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, contents);
  renameSync(beside, file);
}

/** Builds `dist/xenpool.cjs`. Ends the process with 1 when the sources do not bundle. */
export async function build() {
  const inputs = fingerprint();
  const { build: bundle } = await import('esbuild');
  const options = {
    entryPoints: [ENTRY],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'linked',
    // Node reads the map at the start and keeps it: with the sources in it, it was a quarter of the program's memory.
    sourcesContent: false,
    plugins: [leftOut],
  };
  const result = await bundle({ ...options, absWorkingDir: root, write: false, logLevel: 'silent' }).catch((failure) => failure);
  for (const { text, location } of [...(result.errors ?? []), ...(result.warnings ?? [])]) {
    console.error(location ? `${location.file}:${location.line}:${location.column}: ${text}` : text);
  }
  if (result.outputFiles === undefined || result.errors.length > 0) {
    console.error(`build failed${result.errors?.length > 0 ? '' : `: ${result}`}`);
    process.exit(1);
  }
  mkdirSync(path.dirname(BUNDLE), { recursive: true });
  for (const output of result.outputFiles) replace(output.path, output.contents);
  replace(STAMP, inputs);
  console.error(`built ${path.relative(root, BUNDLE)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensure();
  await build();
}

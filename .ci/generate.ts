// Writes everything that is generated. Says what it wrote, what was already right, and what could not be made here.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readIfThere } from './files';
import { generators } from './generators/index';
import type { GeneratedFile } from './generators/generator';

const root = path.resolve(__dirname, '..');

function write(file: GeneratedFile): void {
  const target = path.join(root, file.path);
  if (readIfThere(target) === file.text) return console.log(`unchanged ${file.path}`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, file.text);
  console.log(`wrote ${file.path}`);
}

async function main(): Promise<void> {
  for (const generator of generators) {
    const result = await generator.generate(root);
    if ('unavailable' in result) console.log(`skipped ${generator.name}: ${result.unavailable}`);
    else result.files.forEach(write);
  }
}

if (require.main === module) void main();

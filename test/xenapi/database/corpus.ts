// Real dumps for the tests: those of the machine's own collection where there is one, found by folder and not by name, so that any dump may join it.
import { existsSync, readdirSync, readFileSync } from 'fs';
import path from 'path';

const folder = path.resolve(__dirname, '..', '..', '..', '..', 'shared', 'data', 'xapi-db');

export interface DumpFile {
  readonly name: string;
  readonly text: string;
}

/** None where the collection is not there; said once, by whoever asks. */
export function dumpFiles(subject: string): readonly DumpFile[] {
  if (!existsSync(folder)) {
    console.log(`no collection of real dumps here: ${subject} is tested on made ones only`);
    return [];
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.xml'));
  return names.sort().map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
}

// Runs the tests, but for those with programs of others (`.mocharc.json` says which). The last line is always `N passed, N failed`; the exit code is 0 only when some
// passed and none failed. Arguments go to mocha; with a test file among them, only those files run.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensure, root } from './ensure.mjs';
import { runTests } from './mocha.mjs';

function everything() {
  const { spec, ignore } = JSON.parse(readFileSync(path.join(root, '.mocharc.json'), 'utf8'));
  return [...ignore.flatMap((pattern) => ['--ignore', pattern]), ...spec];
}

ensure();
const given = process.argv.slice(2);
const files = given.some((argument) => !argument.startsWith('-') && argument.endsWith('.ts'));
runTests({ given: [...given, ...(files ? [] : everything())] });

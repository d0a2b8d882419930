// The rules that keep the house and its determinism are only worth something if they bite. Each is shown code that breaks it.
import { expect } from 'chai';
import { ESLint } from 'eslint';
import path from 'node:path';
import tseslint from 'typescript-eslint';

const root = path.resolve(__dirname, '..');
// Rules that need types are left out: the snippets are no files of the project.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] as never,
});

async function rulesBroken(file: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  const fatal = result?.messages.find((message) => message.fatal === true);
  if (fatal !== undefined) throw new Error(`${code}: ${fatal.message}`);
  return [...new Set((result?.messages ?? []).map((message) => message.ruleId ?? message.message))];
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';

/** Code by the rule it breaks anywhere in src outside foundation. */
const FORBIDDEN: readonly (readonly [rule: string, code: string])[] = [
  ...[
    'setTimeout(() => 1, 1)',
    'setInterval(() => 1, 1)',
    'setImmediate(() => 1)',
    'performance.now()',
    'new WeakRef({})',
    'new FinalizationRegistry(() => 1)',
  ].map((code) => ['no-restricted-globals', `void ${code};`] as const),
  ...['crypto.randomUUID()', 'crypto.subtle.digest', 'new Intl.Collator()', 'new Worker("x")', 'fetch("http://x")'].map(
    (code) => ['no-restricted-globals', `void ${code};`] as const,
  ),
  ...['Date.now()', 'Math.random()', 'process.hrtime()', 'process.hrtime.bigint()', 'AbortSignal.timeout(1)'].map(
    (code) => ['no-restricted-properties', `void ${code};`] as const,
  ),
  ...[
    'new Date()',
    'Date()',
    '"a".localeCompare("b")',
    '(1).toLocaleString()',
    'globalThis.setTimeout(() => 1, 1)',
    'import("./x")',
  ].map((code) => ['no-restricted-syntax', `void ${code};`] as const),
  ['no-restricted-syntax', 'export default 1;'],
  ...[
    'timers',
    'node:timers/promises',
    'worker_threads',
    'node:fs/promises',
    'node:dns',
    'dns/promises',
    'node:net',
    'node:child_process',
    'perf_hooks',
  ].map((name) => [IMPORTS, `import * as it from '${name}';\nvoid it;`] as const),
  [IMPORTS, "import { readFile } from 'node:fs';\nvoid readFile;"],
  [IMPORTS, "import fs from 'fs';\nvoid fs;"],
  [IMPORTS, "import * as zlib from 'node:zlib';\nvoid zlib;"],
  [IMPORTS, "import { gzip } from 'node:zlib';\nvoid gzip;"],
  [IMPORTS, "import { randomBytes } from 'node:crypto';\nvoid randomBytes;"],
  [IMPORTS, "import { randomUUID } from 'crypto';\nvoid randomUUID;"],
  [IMPORTS, "import { x } from './other.js';\nvoid x;"],
  ['no-console', 'console.log(1);'],
  ['@typescript-eslint/no-explicit-any', 'export const x: any = 1;'],
  ['@typescript-eslint/explicit-function-return-type', 'export function x() { return 1; }'],
  ['max-depth', 'export function x(a: number): void { if (a) { if (a > 1) { if (a > 2) { while (a > 3) a--; } } } }'],
  [
    'complexity',
    `export function x(a: number): number { return ${Array.from({ length: 10 }, (_, i) => `a === ${i} ? ${i} : `).join('')}0; }`,
  ],
  ['max-lines', 'void 0;\n'.repeat(401)],
  ['max-lines-per-function', `export function x(): void {\n${'  void 0;\n'.repeat(61)}}`],
];

const ALLOWED: readonly string[] = [
  "import { readFileSync, existsSync } from 'node:fs';\nvoid [readFileSync, existsSync];",
  "import { gunzipSync, gzipSync } from 'node:zlib';\nvoid [gunzipSync, gzipSync];",
  "import { createHash } from 'node:crypto';\nvoid createHash;",
  "import type { Server } from 'node:http';\nexport type S = Server;",
  "import path from 'node:path';\nvoid path;",
  'void new Date(0);',
  'export function x(window: { days: number }): number {\n  return window.days;\n}',
];

describe('lint outside foundation', () => {
  for (const [rule, code] of FORBIDDEN) {
    it(`forbids ${code.split('\n', 1)[0]?.slice(0, 70)}`, async () => {
      expect(await rulesBroken('src/plan/snippet.ts', code)).to.include(rule);
    });
  }

  it('allows what is deterministic', async () => {
    for (const code of ALLOWED) expect(await rulesBroken('src/plan/snippet.ts', code), code).to.deep.equal([]);
  });

  it('holds in tests, and leaves foundation and the command line free', async () => {
    const code = 'setTimeout(() => undefined, Date.now());\n';
    expect(await rulesBroken('test/plan/snippet.ts', code)).to.have.members([
      'no-restricted-globals',
      'no-restricted-properties',
    ]);
    for (const file of ['src/foundation/snippet.ts', 'src/cli/snippet.ts', 'src/demo/snippet.ts', 'bench/snippet.ts'])
      expect(await rulesBroken(file, code), file).to.deep.equal([]);
  });
});

/** [file, import, allowed] */
const EDGES: readonly (readonly [file: string, code: string, allowed: boolean])[] = [
  ['src/plan/a.ts', "import { x } from '../foundation/fact';", true],
  ['src/plan/a.ts', "import { x } from '../plan/b';", true],
  ['src/plan/a.ts', "import { x } from '../upgrade/b';", false],
  ['src/plan/a.ts', "import type { x } from '../upgrade/b';", false],
  ['src/plan/a.ts', "import { x } from '../cli';", false],
  ['src/plan/deep/a.ts', "import { x } from '../../xenapi/error';", false],
  ['src/api/a.ts', "import { x } from '../foundation/clock';", false],
  ['src/upgrade/a.ts', "import { x } from '../plan/order';", true],
  ['src/upgrade/a.ts', "import { x } from '../xenapi/transport';", false],
  ['src/upgrade/a.ts', "export { x } from '../kubernetes/api';", false],
  ['src/upgrade/a.ts', "export * from '../controller/a';", false],
  ['src/upgrade/a.ts', "export type X = import('../controller/a').X;", false],
  ['src/upgrade/pool/a.ts', "import { x } from '../host/b';", true],
  ['src/simulator/pool/a.ts', "import { x } from '../boot/b';", true],
  ['src/simulator/a.ts', "import { x } from '../datamodel/datamodel';", true],
  ['src/simulator/a.ts', "import { x } from '../xenapi/transport';", true],
  ['src/simulator/pool/a.ts', "import { x } from '../../xenapi/codec/server';", true],
  ['src/simulator/a.ts', "import { x } from '../xenapi/database/dump';", true],
  ['src/simulator/a.ts', "import { x } from '../xenapi/session';", false],
  ['src/simulator/a.ts', "import { x } from '../plan/catalogue';", false],
  ['src/simulator/a.ts', "import type { x } from '../upgrade/state';", false],
  ['src/simulator/a.ts', "import type { x } from '../api/poolUpgrade';", false],
  ['src/embedded-kubernetes/a.ts', "import { x } from '../foundation/clock';", true],
  ['src/embedded-kubernetes/a.ts', "import { x } from '../kubernetes/api';", true],
  ['src/embedded-kubernetes/a.ts', "import type { x } from '../kubernetes/reflector';", true],
  ['src/embedded-kubernetes/a.ts', "import { x } from '../kubernetes/reflector';", false],
  ['src/embedded-kubernetes/a.ts', "import { type x } from '../api/poolUpgrade';", false],
  ['src/kubernetes/a.ts', "import { x } from '../xenapi/transport';", false],
  ['src/rehearsal/a.ts', "import { x } from '../simulator/world';", true],
  ['src/rehearsal/a.ts', "import { x } from '../../test/helper';", false],
  ['src/cellar/a.ts', "import { x } from '../foundation/clock';", false],
  ['src/plan/a.ts', "import { x } from '../cellar/a';", false],
];

describe('lint of the house', () => {
  for (const [file, code, allowed] of EDGES) {
    it(`${allowed ? 'allows' : 'forbids'} in ${file}: ${code}`, async () => {
      const broken = await rulesBroken(file, code.includes('export') ? code : `${code}\nexport type T = typeof x;`);
      expect(broken.includes('xenpool/rooms')).to.equal(!allowed);
    });
  }
});

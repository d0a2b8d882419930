// Style law and determinism as lint. What the rules say in one line each stands in CONTRIBUTING.md; why in docs/adr.
import tseslint from 'typescript-eslint';
import * as determinism from './.ci/lint/determinism.mjs';
import { rooms } from './.ci/lint/rooms.mjs';

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name: a thing has one name everywhere.' };

const sourceSuffix = { regex: '^\\.{1,2}/.*\\.(js|ts|cjs|mjs)$', message: 'Imports of our own files bear no suffix.' };

const shape = {
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-self-compare': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-catch': 'error',
  'no-restricted-syntax': ['error', noDefaultExport],
};

const typescript = {
  '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true, allowTypedFunctionExpressions: true }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
  ],
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: [sourceSuffix] }],
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

const deterministic = {
  'no-restricted-globals': ['error', ...determinism.globals],
  'no-restricted-properties': ['error', ...determinism.properties],
  'no-restricted-syntax': ['error', noDefaultExport, ...determinism.syntax],
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { paths: determinism.modules, patterns: [sourceSuffix, ...determinism.partly] },
  ],
};

/** Rooms that touch the real world name here what they need of it; everything else stays forbidden to them. */
const free = {
  'no-restricted-globals': 'off',
  'no-restricted-properties': 'off',
  'no-restricted-syntax': ['error', noDefaultExport],
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: [sourceSuffix] }],
};

/** The deterministic rules, but for these modules, and for these names of node:crypto and of node:fs and its promises. */
function allowing(modules, ofCrypto = [], ofFs = []) {
  const open = new Set(modules.flatMap((name) => [name, `node:${name}`]));
  const also = { crypto: ofCrypto, fs: ofFs };
  const partly = determinism.partly.map((rule) => {
    const names = also[rule.group[0]] ?? [];
    if (names.length === 0) return rule;
    const pattern = rule.allowImportNamePattern.replace(/^\^?/, `^(${names.join('|')})$|$&`);
    return { ...rule, allowImportNamePattern: pattern };
  });
  const paths = determinism.modules.filter(({ name }) => !open.has(name));
  return { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns: [sourceSuffix, ...partly] }] };
}

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', '**/generated/**', 'node_modules/**'] },
  {
    files: ['**/*.{ts,mjs,cjs}'],
    extends: [tseslint.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { xenpool: { rules: { rooms } } },
    rules: shape,
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: typescript,
  },
  { files: ['src/**/*.ts'], rules: { ...deterministic, 'xenpool/rooms': 'error', 'no-console': 'error' } },
  {
    files: ['test/**/*.ts'],
    rules: { ...deterministic, 'max-lines-per-function': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  // The simulated pool's sockets: real ones, whose time is still the injected Clock's.
  { files: ['src/simulator/servers/**/*.ts'], rules: allowing(['http', 'https']) },
  { files: ['src/simulator/servers/certificates.ts'], rules: allowing([], ['generateKeyPairSync']) },
  { files: ['test/simulator/servers/**/*.ts'], rules: allowing(['http', 'https', 'net', 'tls']) },
  // The embedded API server's socket, the chance of its key, and the folder it keeps its objects in.
  { files: ['src/embedded-kubernetes/server/server.ts'], rules: allowing(['http', 'https', 'net']) },
  { files: ['src/embedded-kubernetes/server/certificate.ts'], rules: allowing([], ['generateKeyPairSync']) },
  { files: ['src/embedded-kubernetes/journalFile.ts'], rules: allowing(['fs']) },
  // The contract of an API server speaks over real sockets and, end to end, to real processes.
  { files: ['test/contract/**/*.ts'], rules: free },
  {
    files: ['test/embedded-kubernetes/{contract,server,journalFile}.test.ts'],
    rules: { ...free },
  },
  // The one place where real time lives, and the tests of it.
  { files: ['src/foundation/**/*.ts', 'test/foundation/**/*.ts'], rules: free },
  // Tests of the wire speak as hostile hosts do, byte by byte, with certificates of their own.
  {
    files: ['test/xenapi/https/**/*.ts', 'test/bmc/redfish/https.test.ts'],
    rules: allowing(['net', 'tls'], ['generateKeyPairSync']),
  },
  // The program ipmitool; its deadline is still the injected Clock's.
  { files: ['src/bmc/ipmi/spawnRun.ts', 'test/bmc/ipmi/spawnRun.test.ts'], rules: allowing(['child_process']) },
  // Where an ISO is read from: a file, whose reads would hold up a server if they were synchronous, or a web server.
  { files: ['src/boot/media/sources/**/*.ts'], rules: allowing(['http', 'https', 'fs/promises'], [], ['open', 'read']) },
  { files: ['test/boot/media/sources/**/*.ts'], rules: allowing(['http', 'https', 'net']) },
  // The process's own door for Prometheus and the kubelet.
  { files: ['src/telemetry/server.ts'], rules: allowing(['http']) },
  { files: ['src/kubernetes/client/**/*.ts'], rules: allowing(['http', 'https', 'net', 'tls']) },
  { files: ['test/kubernetes/client/**/*.ts'], rules: allowing(['http', 'https', 'net', 'tls']) },
  // The boot server's sockets, its files, and their tests over loopback. Time is the injected Clock's there as well.
  { files: ['src/boot/server/listener.ts'], rules: allowing(['http', 'https']) },
  { files: ['test/boot/server/listener.test.ts'], rules: allowing(['fs', 'http', 'https', 'net', 'tls']) },
  // The command line, the demo's processes and the tools of the repository are the real world.
  {
    files: [
      'src/cli/**/*.ts',
      'src/demo/**/*.ts',
      'test/cli/**/*.ts',
      'test/demo/**/*.ts',
      'test/peers/**/*.ts',
      'test/e2e-cluster/**/*.ts',
    ],
    rules: { ...free, 'no-console': 'off' },
  },
  // Each command is loaded when it is asked for, in one turn and by the bundler's leave.
  { files: ['src/cli/program.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['.ci/**', 'bench/**', 'eslint.config.mjs', 'test/ci/**/*.ts', 'test/lint.test.ts'], rules: free },
  { files: ['**/*.mjs'], rules: { '@typescript-eslint/no-restricted-imports': 'off' } },
  { files: ['eslint.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
);

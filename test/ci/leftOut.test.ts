import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(__dirname, '../..');

describe('what the bundle leaves out', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'left-out-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function node(...args: readonly string[]): string {
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stderr).to.equal('');
    return stdout;
  }

  it('is big, and not missed when a kubeconfig is read', () => {
    const options = {
      entryPoints: [path.join(ROOT, 'src/kubernetes/client/kubeConfig.ts')],
      outfile: path.join(folder, 'kubeConfig.cjs'),
      absWorkingDir: ROOT,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      metafile: true,
    };
    const bundling = `
      import { build } from ${JSON.stringify(path.join(ROOT, 'node_modules/esbuild/lib/main.js'))};
      import { leftOut } from ${JSON.stringify(path.join(ROOT, '.ci/leftOut.mjs'))};
      const { metafile } = await build({ ...${JSON.stringify(options)}, plugins: [leftOut] });
      console.log(JSON.stringify(Object.keys(metafile.inputs)));`;
    const inputs = JSON.parse(node('--input-type=module', '-e', bundling)) as readonly string[];
    expect(inputs).to.include('node_modules/@kubernetes/client-node/dist/config.js');
    expect(inputs.filter((input) => /undici|openid-client|models/.test(input))).to.deep.equal([]);
    const config = {
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'x', user: { token: 'abc' } }],
    };
    writeFileSync(path.join(folder, 'config'), JSON.stringify(config));
    const script = `require('./kubeConfig.cjs').openConfig({ kind: 'Files', paths: ['config'] }).read(false).then((read) => console.log(JSON.stringify(read)))`;
    expect(JSON.parse(node('-e', script))).to.deep.equal({
      server: 'https://127.0.0.1:1',
      tls: {},
      headers: { authorization: 'Bearer abc' },
    });
  });

  it('is an HTTP client whose later versions do not load on the oldest Node that is supported', () => {
    const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    const ofClient = ['node_modules/@kubernetes/client-node/node_modules/undici', 'node_modules/undici'];
    const nearest = ofClient.find((name) => lock.packages[name] !== undefined) ?? 'none';
    expect(lock.packages[nearest]?.version?.split('.')[0], nearest).to.equal('7');
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { KubeError } from '../../../src/kubernetes/api';
import type { Credentials } from '../../../src/kubernetes/client/credentials';
import { type ConfigSource, findConfig, openConfig } from '../../../src/kubernetes/client/kubeConfig';

const CA = '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n';

describe('a kubeconfig', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    const at = path.join(folder, name);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
    return at;
  }

  function config(user: object, cluster: object = {}): string {
    return file(
      'config',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'here',
        contexts: [
          { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'ops' } },
          { name: 'nowhere', context: { cluster: 'gone', user: 'u' } },
        ],
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
        users: [{ name: 'u', user }],
      }),
    );
  }

  const from = (...paths: string[]): ConfigSource => ({ kind: 'Files', paths });
  const read = (source: ConfigSource): Promise<Credentials> => openConfig(source).read(false);

  function refusal(work: () => unknown): string {
    try {
      work();
    } catch (error) {
      if (error instanceof KubeError && error.kind === 'Unauthorised') return error.message;
      throw error;
    }
    return '';
  }

  it('gives server, authority, token and namespace', async () => {
    const data = Buffer.from(CA).toString('base64');
    const opened = openConfig(from(config({ token: 'abc' }, { 'certificate-authority-data': data, 'tls-server-name': 'k8s' })));
    expect(opened.namespace).to.equal('ops');
    expect(opened.server).to.equal('https://127.0.0.1:6443');
    expect(await opened.read(false)).to.deep.equal({
      server: 'https://127.0.0.1:6443',
      tls: { ca: CA, servername: 'k8s' },
      headers: { authorization: 'Bearer abc' },
    });
  });

  it('gives a client certificate from files beside it', async () => {
    file('me.crt', 'certificate');
    file('me.key', 'key');
    const { tls } = await read(from(config({ 'client-certificate': 'me.crt', 'client-key': 'me.key' })));
    expect(tls).to.deep.equal({ cert: 'certificate', key: 'key' });
  });

  it('gives a password, and leaves a server unverified only where it says so', async () => {
    const { headers, tls } = await read(from(config({ username: 'me', password: 'pw' }, { 'insecure-skip-tls-verify': true })));
    expect(headers).to.deep.equal({ authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` });
    expect(tls).to.deep.equal({ unverified: true });
  });

  it('reads the file of a token each time, whole lines and all', async () => {
    const token = file('token', 'first\n');
    const opened = openConfig(from(config({ 'token-file': token })));
    expect((await opened.read(false)).headers).to.deep.equal({ authorization: 'Bearer first' });
    writeFileSync(token, 'second\n');
    expect((await opened.read(false)).headers).to.deep.equal({ authorization: 'Bearer second' });
  });

  it('runs an exec plugin once until its credential is refused', async () => {
    const runs = path.join(folder, 'runs');
    const credential = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'T' } };
    const plugin = file(
      'plugin.cjs',
      `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(runs)}, 'x');
       const made = ${JSON.stringify(credential)}; made.status.token += fs.statSync(${JSON.stringify(runs)}).size; console.log(JSON.stringify(made));`,
    );
    const exec = { apiVersion: credential.apiVersion, command: process.execPath, args: [plugin] };
    const opened = openConfig(from(config({ exec })));
    const tokens = [await opened.read(false), await opened.read(false), await opened.read(true)];
    expect(tokens.map(({ headers }) => headers['authorization'])).to.deep.equal(['Bearer T1', 'Bearer T1', 'Bearer T2']);
  });

  it('is made of what a pod finds in itself', async () => {
    const account = 'var/run/secrets/kubernetes.io/serviceaccount';
    const token = file(`${account}/token`, 'pod-1');
    file(`${account}/ca.crt`, CA);
    file(`${account}/namespace`, 'mine');
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' });
    try {
      const opened = openConfig({ kind: 'InCluster', root: `${folder}/` });
      expect(opened.namespace).to.equal('mine');
      const first = await opened.read(false);
      expect(first).to.deep.equal({
        server: 'https://[fd00::1]:443',
        tls: { ca: CA },
        headers: { authorization: 'Bearer pod-1' },
      });
      writeFileSync(token, 'pod-2');
      expect((await opened.read(false)).headers).to.deep.equal({ authorization: 'Bearer pod-2' });
    } finally {
      restore('KUBERNETES_SERVICE_HOST', host);
      restore('KUBERNETES_SERVICE_PORT', port);
    }
  });

  function restore(name: string, value: string | undefined): void {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  it('may be several, of which the first decides', async () => {
    const first = config({ token: 'abc' });
    const second = file(
      'second',
      JSON.stringify({
        'current-context': 'there',
        contexts: [{ name: 'there', context: { cluster: 'd', user: 'v' } }],
        clusters: [{ name: 'd', cluster: { server: 'https://127.0.0.2:6443' } }],
        users: [{ name: 'v', user: { token: 'def' } }],
      }),
    );
    expect((await read(from(first, second))).server).to.equal('https://127.0.0.1:6443');
    expect((await read({ kind: 'Files', paths: [first, second], context: 'there' })).headers).to.deep.equal({
      authorization: 'Bearer def',
    });
  });

  it('says what is wrong with it', () => {
    const good = config({ token: 'abc' });
    expect(refusal(() => openConfig(from(path.join(folder, 'none'))))).to.match(/none cannot be read as a kubeconfig: ENOENT/);
    expect(refusal(() => openConfig(from(file('text', '{'))))).to.match(/text cannot be read as a kubeconfig/);
    expect(refusal(() => openConfig({ kind: 'Files', paths: [good], context: 'x' }))).to.match(/there is no context "x"/);
    expect(refusal(() => openConfig({ kind: 'Files', paths: [good], context: 'nowhere' }))).to.match(
      /names a cluster that is not/,
    );
    expect(refusal(() => openConfig(from(config({}, { server: 'here' }))))).to.match(/"here" is no URL/);
    expect(refusal(() => openConfig(from(config({}, { 'proxy-url': 'http://127.0.0.1:1' }))))).to.match(/proxy-url/);
    const provided = config({ 'auth-provider': { name: 'oidc', config: {} } });
    expect(refusal(() => openConfig(from(provided)))).to.match(/auth-provider oidc.*use an exec plugin/);
  });

  it('is looked for where the flag, the environment, the pod and the home say, in that order', () => {
    const env = { KUBECONFIG: `/a${path.delimiter}/b`, KUBERNETES_SERVICE_HOST: '127.0.0.1', HOME: folder };
    expect(findConfig({ env, path: '/c', context: 'x' })).to.deep.equal({ kind: 'Files', paths: ['/c'], context: 'x' });
    expect(findConfig({ env })).to.deep.equal({ kind: 'Files', paths: ['/a', '/b'] });
    expect(findConfig({ env: { ...env, KUBECONFIG: '' } })).to.deep.equal({ kind: 'InCluster' });
    expect(refusal(() => findConfig({ env: { HOME: folder } }))).to.match(/no kubeconfig: KUBECONFIG is not set/);
    const own = file('.kube/config', '');
    expect(findConfig({ env: { HOME: folder } })).to.deep.equal({ kind: 'Files', paths: [own] });
  });
});

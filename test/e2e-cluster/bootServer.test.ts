// The boot server on a real API server, with a token of exactly the rights that its manifests give: it does all it needs with them, and they show it no Secret.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { attemptKey } from '../../src/boot/server/attempt';
import { answerAt } from '../../src/boot/server/attemptPaths';
import type { SightingDocument } from '../../src/controller/boot/sightingObject';
import { BootServerProcess, type Started } from '../cli/bootServerProcess';
import { kubeconfig } from '../contract/real/cluster';
import { attemptIn, BASE, hostBoot, KEY, openHost, upgradeOf } from '../controller/boot/openHost';
import { NAMESPACE, ROOT, siteOfSuite } from './site';

const ACCOUNT = 'xenpool-operator-boot-server';
const manifest = (...names: readonly string[]): string => path.join(ROOT, 'deploy', 'boot-server', ...names);

describe('the boot server in a real cluster', () => {
  const here = siteOfSuite();
  const running: BootServerProcess[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.kill();
  });

  function install(): void {
    here().kubectl('-n', 'xenpool-system', 'apply', '-f', manifest('server', 'serviceaccount.yaml'));
    here().kubectl('apply', '-f', manifest('server', 'clusterrole.yaml'));
    here().kubectl('-n', NAMESPACE, 'apply', '-f', manifest('access', 'role.yaml'));
  }

  async function start(): Promise<BootServerProcess> {
    const token = here().kubectl('-n', 'xenpool-system', 'create', 'token', ACCOUNT, '--duration=1h').trim();
    const config = here().write('boot', kubeconfig({ ...here().cluster.server, token }));
    const keyFile = path.join(here().folder, 'boot.key');
    writeFileSync(keyFile, `k1 ${KEY.secret.toString('base64')}\n`);
    const doors = ['--listen', '127.0.0.1:0', '--http-address', '127.0.0.1:0'];
    const one = BootServerProcess.start(['--key-file', keyFile, '--kubeconfig', config, '--namespaces', NAMESPACE, ...doors]);
    running.push(one);
    await one.line('started');
    return one;
  }

  /** As the API server's own authorizer has it; kubectl says no by its exit code, and complains of nothing. */
  function mayDo(account: string, ...asked: readonly string[]): boolean {
    const who = `--as=system:serviceaccount:xenpool-system:${account}`;
    const { status, stdout, stderr } = here().ask('auth', 'can-i', ...asked, who);
    if (status !== 0 && stdout.trim() !== 'no') throw new Error(stderr);
    return stdout.trim() === 'yes';
  }

  function put(): PoolUpgrade {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const { status, ...object } = upgradeOf([openHost({ boot: hostBoot({ expires }) })], { iso: 'file:///nowhere.iso' });
    here().kubectl('apply', '-f', here().write('open.json', JSON.stringify(object)));
    const patch = here().write('status.json', JSON.stringify({ status }));
    here().kubectl('-n', NAMESPACE, 'patch', 'pu', 'rack7', '--subresource=status', '--type=merge', '--patch-file', patch);
    return here().object();
  }

  function told({ metadata }: PoolUpgrade): SightingDocument {
    const text = here().kubectl(
      '-n',
      NAMESPACE,
      'get',
      'cm',
      `xenpool-boot-${metadata.uid}`,
      '-o',
      'jsonpath={.data.sightings\\.json}',
    );
    return JSON.parse(text) as SightingDocument;
  }

  it('serves, and writes what it saw, with the rights of its manifests; the cluster removes that with the object', async () => {
    install();
    const object = put();
    const one = await start();
    await one.line('attempt open');
    const { url, http } = await one.line<Started>('started');
    const attempt = attemptIn(object);
    const answer = await fetch(answerAt(KEY, attempt).url.replace(BASE, url));
    expect([answer.status, (await answer.text()).includes('mode="upgrade"')]).to.deep.equal([200, true]);
    expect(told(object).attempts[attemptKey(attempt)]?.sightings.seen).to.have.all.keys('answer');
    expect((await fetch(`${http}/readyz`)).status).to.equal(200);
    one.signal('SIGTERM');
    expect(await one.ended(), one.said).to.equal(0);
    here().kubectl('-n', NAMESPACE, 'delete', 'pu', 'rack7');
    here().kubectl('-n', NAMESPACE, 'wait', `cm/xenpool-boot-${object.metadata.uid}`, '--for=delete', '--timeout=60s');
  }).timeout(180_000);

  it('may read no Secret, change no PoolUpgrade, and see no ConfigMap elsewhere', () => {
    install();
    const may = (verb: string, resource: string, namespace = NAMESPACE, ...more: readonly string[]): boolean =>
      mayDo(ACCOUNT, verb, resource, '-n', namespace, ...more);
    for (const verb of ['get', 'create', 'update']) expect(may(verb, 'configmaps'), verb).to.equal(true);
    for (const verb of ['get', 'list', 'watch']) expect(may(verb, 'poolupgrades.xenpool.dev'), verb).to.equal(true);
    for (const verb of ['get', 'list', 'watch', 'create', 'update', 'delete']) {
      expect(may(verb, 'secrets'), `${verb} secrets`).to.equal(false);
      expect(may(verb, 'secrets', 'xenpool-system'), `${verb} secrets`).to.equal(false);
    }
    for (const verb of ['create', 'update', 'patch', 'delete'])
      expect(may(verb, 'poolupgrades.xenpool.dev'), verb).to.equal(false);
    expect(may('update', 'poolupgrades.xenpool.dev', NAMESPACE, '--subresource=status')).to.equal(false);
    for (const verb of ['get', 'create', 'update']) expect(may(verb, 'configmaps', 'xenpool-system'), verb).to.equal(false);
    for (const verb of ['list', 'watch', 'patch', 'delete']) expect(may(verb, 'configmaps'), verb).to.equal(false);
  }).timeout(180_000);

  it('the operator may read what the boot server writes, and not write it', () => {
    const may = (verb: string): boolean => mayDo('xenpool-operator', verb, 'configmaps', '-n', NAMESPACE);
    expect([may('get'), may('update')]).to.deep.equal([true, false]);
  }).timeout(180_000);

  it('says which right is missing, and goes on when it is given', async () => {
    install();
    here().kubectl('delete', 'clusterrolebinding', ACCOUNT);
    const one = await start();
    const { http } = await one.line<Started>('started');
    await one.line('list or watch failed');
    const unready = await fetch(`${http}/readyz`);
    expect(unready.status).to.equal(503);
    expect(await unready.text()).to.match(/poolupgrades.*403.*cannot list resource "poolupgrades"/);
    expect((await fetch(`${http}/healthz`)).status).to.equal(200);
    install();
    put();
    await one.line('attempt open');
    expect((await fetch(`${http}/readyz`)).status).to.equal(200);
  }).timeout(180_000);
});

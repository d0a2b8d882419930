// `xenpool boot-server` on its command line, and as the process that it is: with the rights that the manifests give it and no others, against an API server over
// HTTPS, for an attempt that a status opens.
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import { type BootAttempt, attemptKey } from '../../src/boot/server/attempt';
import { answerAt, mediaUrl, repositoryUrl } from '../../src/boot/server/attemptPaths';
import { pathOf } from '../../src/boot/server/openAttempt';
import { type AttemptSeen, sightingsName, type SightingDocument } from '../../src/controller/boot/sightingObject';
import type { Right } from '../../src/embedded-kubernetes/embeddedServer';
import { realClock } from '../../src/foundation/realClock';
import { CONFIG_MAPS, type KubeObject, SECRETS } from '../../src/kubernetes/api';
import { createKubernetesClient, type KubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { openConfig } from '../../src/kubernetes/client/kubeConfig';
import { vendorIso } from '../boot/media/made/vendorIso';
import { Client } from '../boot/tftp/client';
import { attemptIn, BASE, hostBoot, KEY, openHost, upgradeOf } from '../controller/boot/openHost';
import { rejectedWith } from '../kubernetes/inStore';
import { BootServerProcess, type Started } from './bootServerProcess';
import { runCli } from './runCli';
import { type SmallCluster, smallCluster } from './smallCluster';

const root = path.resolve(__dirname, '..', '..');
const SECRET = KEY.secret.toString('base64');
/** More than the sockets between two processes hold. */
const PACKAGE = Buffer.alloc(48 * 1024 ** 2, 'a package ');

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Those of the first document of a manifest of the boot server. */
function rightsIn(file: string, namespaces?: readonly string[]): readonly Right[] {
  const [role] = parseAllDocuments(readFileSync(path.join(root, 'deploy', 'boot-server', file), 'utf8'));
  const { rules } = role!.toJS() as { readonly rules: readonly Rule[] };
  const where = namespaces === undefined ? {} : { namespaces };
  return rules.map(({ apiGroups, resources, verbs }) => ({ groups: apiGroups, resources, verbs, ...where }));
}

describe('xenpool boot-server', () => {
  let folder: string;
  let keyFile: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-boot-'));
    keyFile = path.join(folder, 'boot.key');
    writeFileSync(keyFile, `k1 ${SECRET}\n`);
    writeFileSync(path.join(folder, 'short.key'), `k1 ${Buffer.alloc(8).toString('base64')}\n`);
  });
  after(() => rmSync(folder, { recursive: true }));

  const wrong: readonly (readonly [flags: readonly string[], complaint: RegExp])[] = [
    [[], /--key-file must be given: the keys its paths are made with/],
    [['--key-file', '/nowhere/boot.key'], /--key-file ENOENT.*\/nowhere\/boot\.key/],
    [['--key-file', 'SHORT'], /--key-file .*line 1 holds a key of 8 bytes; at least 32 are needed/],
    [['--key-file', 'KEY', '--listen', 'here'], /--listen here: expected host:port, e\.g\. 0\.0\.0\.0:8081/],
    [['--key-file', 'KEY', '--http-address', '8082'], /--http-address 8082: expected host:port/],
    [['--key-file', 'KEY', '--tftp', '69'], /--tftp 69: expected host:port, e\.g\. 0\.0\.0\.0:69/],
    [['--key-file', 'KEY', '--boot-loaders', '/'], /--boot-loaders without --tftp/],
    [
      ['--key-file', 'KEY', '--tftp', ':0', '--boot-loaders', '/nowhere'],
      /--boot-loaders \/nowhere: found nothing there, expected a/,
    ],
    [['--key-file', 'KEY', '--media', 'KEY'], /--media .*boot\.key: found a file there, expected a folder/],
    [['--key-file', 'KEY', '--tls-cert', 'KEY'], /--tls-cert and --tls-key belong together, found only --tls-cert/],
    [
      ['--key-file', 'KEY', '--ca-file', '/nowhere/ca'],
      /--ca-file \/nowhere\/ca: expected a file in PEM that can be read; ENOENT/,
    ],
    [['--key-file', 'KEY', '--pace', '60'], /--pace and --pace-from belong together/],
    [['--key-file', 'KEY', '--kubeconfig', '/nowhere/config'], /\/nowhere\/config/],
  ];
  for (const [flags, complaint] of wrong)
    it(`refuses ${flags.join(' ') || 'to run without a key'}`, async () => {
      const files: Readonly<Record<string, string>> = { KEY: keyFile, SHORT: path.join(folder, 'short.key') };
      const { code, out, err } = await runCli('boot-server', ...flags.map((flag) => files[flag] ?? flag));
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.match(complaint).and.not.include(SECRET);
    });

  describe('as a process', function () {
    this.timeout(120_000);
    let cluster: SmallCluster;
    let client: KubernetesClient;
    let object: PoolUpgrade;
    let attempt: BootAttempt;
    let image: Buffer;
    const running: BootServerProcess[] = [];

    before(async () => {
      image = vendorIso({ files: { '/Packages/large.rpm': PACKAGE } }).bytes;
      writeFileSync(path.join(folder, 'xcp-ng-8.2.1.iso'), image);
      writeFileSync(path.join(folder, 'lpxelinux.0'), 'a boot loader');
      const rights = [...rightsIn('server/clusterrole.yaml'), ...rightsIn('access/role.yaml', ['ops'])];
      cluster = await smallCluster(
        async (api) => {
          object = await api.create<PoolUpgrade>(POOL_UPGRADES, upgrade());
          object = await api.replaceStatus<PoolUpgrade>(POOL_UPGRADES, { ...object, status: upgrade().status! });
        },
        { boot: { user: 'boot', rights } },
      );
      attempt = attemptIn(object);
      client = clientOf('admin');
    });
    afterEach(async () => {
      for (const one of running.splice(0)) await one.kill();
    });
    after(async () => {
      client?.close();
      await cluster?.close();
    });

    function upgrade(): PoolUpgrade {
      const expires = new Date(realClock().now() + 3_600_000).toISOString();
      const made = upgradeOf([openHost({ from: '8.1.0', to: '8.2.1', boot: hostBoot({ expires }) })]);
      const iso = { url: 'file:///xcp-ng-8.2.1.iso', sha256: createHash('sha256').update(image).digest('hex') };
      return { ...made, spec: { ...made.spec, releases: [{ version: '8.2.1', iso }] } };
    }

    function clientOf(who: string): KubernetesClient {
      const credentials = new KeptCredentials(realClock(), openConfig({ kind: 'Files', paths: [cluster.kubeconfig(who)] }).read);
      return createKubernetesClient({ credentials, clock: realClock(), userAgent: 'test' });
    }

    /** Serving, and with what it needs read. */
    async function start(
      ...flags: readonly string[]
    ): Promise<{ readonly process: BootServerProcess; readonly started: Started }> {
      const served = [
        '--key-file',
        keyFile,
        '--media',
        folder,
        '--kubeconfig',
        cluster.kubeconfig('boot'),
        '--namespaces',
        'ops',
      ];
      const doors = ['--listen', '127.0.0.1:0', '--http-address', '127.0.0.1:0'];
      const one = BootServerProcess.start([...served, ...doors, ...flags]);
      running.push(one);
      await one.line('attempt open');
      return { process: one, started: await one.line<Started>('started') };
    }

    /** As the installer fetches it. */
    async function get({ url }: Started, told: string): Promise<{ readonly status: number; readonly text: string }> {
      const response = await fetch(told.replace(BASE, url));
      return { status: response.status, text: await response.text() };
    }

    /** What stands in its ConfigMap once it is so. */
    async function seen(holds: (seen: AttemptSeen) => boolean): Promise<AttemptSeen> {
      const found = ({ metadata, data }: KubeObject & { data?: Record<string, string> }): AttemptSeen | undefined => {
        if (metadata.name !== sightingsName(object)) return undefined;
        const entry = (JSON.parse(data?.['sightings.json'] ?? '{}') as SightingDocument).attempts[attemptKey(attempt)];
        return entry !== undefined && holds(entry) ? entry : undefined;
      };
      const { items, resourceVersion } = await client.api.list(CONFIG_MAPS, 'ops');
      for (const item of items) if (found(item) !== undefined) return found(item)!;
      const over = new AbortController();
      try {
        for await (const event of client.api.watch(CONFIG_MAPS, 'ops', resourceVersion, over.signal))
          if (event.type !== 'BOOKMARK' && found(event.object) !== undefined) return found(event.object)!;
      } finally {
        over.abort();
      }
      throw new Error('the watch ended');
    }

    const start_ = (): string => BASE + pathOf(KEY, attempt, 'start').replace(/\/$/, '');

    it('serves an attempt that a status opens, and knows after a kill what it served', async () => {
      const { process: first, started } = await start();
      expect(started.tftp).to.equal('off');
      expect((await seen(({ ready }) => ready !== 'Checking')).why).to.equal('');
      const view = await fetch(mediaUrl(KEY, attempt, started.url), { headers: { range: 'bytes=0-2047' } });
      expect([view.status, view.headers.get('content-range')]).to.deep.equal([206, `bytes 0-2047/${image.length}`]);
      const answer = await get(started, answerAt(KEY, attempt).url);
      expect(answer.status).to.equal(200);
      expect(answer.text).to.include('mode="upgrade"').and.include(attempt.disk);
      expect((await get(started, start_())).status).to.equal(200);
      // Both were written down before they were handed out, however little time there was.
      first.signal('SIGKILL');
      expect(await first.ended()).to.equal(null);
      expect((await seen(() => true)).sightings.seen).to.include.all.keys('answer', 'start');

      const { process: second, started: again } = await start();
      expect((await get(again, answerAt(KEY, attempt).url)).status).to.equal(410);
      expect(await get(again, `${repositoryUrl(KEY, attempt)}.treeinfo`)).to.deep.include({ status: 200 });
      const metrics = await get(again, `${again.http}/metrics`);
      expect(metrics.text)
        .to.match(/xenpool_boot_requests_total\{purpose="answer",status="410"\} 1/)
        .and.match(/xenpool_boot_attempts_open 1/);
      for (const probe of ['healthz', 'readyz']) expect((await get(again, `${again.http}/${probe}`)).status, probe).to.equal(200);
      const token = new URL(answerAt(KEY, attempt).url).pathname.split('/')[2]!;
      for (const secret of [SECRET, token]) expect(first.said + second.said + metrics.text).to.not.include(secret);
    });

    it('lets a download that is under way come to its end when it is told to stop, and then ends well', async () => {
      const { process: one, started } = await start();
      const told = `${repositoryUrl(KEY, attempt)}Packages/large.rpm`.replace(BASE, started.url);
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        http.get(told, { agent: false }, resolve).once('error', reject);
      });
      one.signal('SIGTERM');
      await one.line('stopping');
      const hash = createHash('sha256');
      for await (const chunk of response) hash.update(chunk as Buffer);
      expect(hash.digest('hex')).to.equal(createHash('sha256').update(PACKAGE).digest('hex'));
      expect(await one.ended(), one.said).to.equal(0);
      expect(one.lines.at(-1)?.event).to.equal('stopped');
      expect((await seen(() => true)).sightings.seen).to.include.all.keys('package');
    });

    it('gives boot loaders and a machine’s configuration by TFTP where it is told to', async () => {
      const { started } = await start('--tftp', '127.0.0.1:0', '--boot-loaders', folder);
      const tftp = await Client.open(Number(started.tftp));
      try {
        expect(String(await tftp.fetch('lpxelinux.0'))).to.equal('a boot loader');
        expect(String(await tftp.fetch('pxelinux.cfg/01-52-54-00-00-00-99'))).to.match(/LOCALBOOT/i);
        expect(String(await tftp.fetch('../boot.key'))).to.match(/leads out of the folder/);
      } finally {
        tftp.close();
      }
      expect((await get(started, `${started.http}/metrics`)).text).to.match(/^xenpool_boot_tftp_transfers 0$/m);
    });

    it('does all that with the rights of the manifests, which show it no Secret and let it change no PoolUpgrade', async () => {
      const boot = clientOf('boot');
      try {
        expect(await rejectedWith(boot.api.list(SECRETS, 'ops'))).to.equal('Forbidden');
        expect(await rejectedWith(boot.api.get(SECRETS, 'ops', 'rack7-root'))).to.equal('Forbidden');
        expect(await rejectedWith(boot.api.replace(POOL_UPGRADES, object))).to.equal('Forbidden');
        expect(await rejectedWith(boot.api.replaceStatus(POOL_UPGRADES, object))).to.equal('Forbidden');
        expect(await rejectedWith(boot.api.get(CONFIG_MAPS, 'kube-system', 'x'))).to.equal('Forbidden');
      } finally {
        boot.close();
      }
    });

    it('names the address that is not to be had', async () => {
      const tcp = http.createServer().listen(0, '127.0.0.1');
      const udp = createSocket('udp4').bind(0, '127.0.0.1');
      await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
      const common = ['--key-file', keyFile, '--kubeconfig', cluster.kubeconfig('boot'), '--http-address', '127.0.0.1:0'];
      const taken = `127.0.0.1:${(tcp.address() as AddressInfo).port}`;
      const listening = await runCli('boot-server', ...common, '--listen', taken);
      expect([listening.code, listening.err]).to.deep.equal([
        2,
        `xenpool boot-server: --listen ${taken}: listen EADDRINUSE: address already in use ${taken}\n`,
      ]);
      const takenByTftp = `127.0.0.1:${udp.address().port}`;
      const byTftp = await runCli('boot-server', ...common, '--listen', '127.0.0.1:0', '--tftp', takenByTftp);
      expect(byTftp.code).to.equal(2);
      expect(byTftp.err).to.include(`--tftp ${takenByTftp}: bind EADDRINUSE`);
      tcp.close();
      udp.close();
    });
  });
});

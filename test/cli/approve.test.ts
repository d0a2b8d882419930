import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import type { ApproveReport } from '../../src/cli/approve';
import { xenpool } from '../../src/cli/program';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/embedded-kubernetes/embeddedServer';
import { seededRandom } from '../../src/foundation/random';
import { realClock } from '../../src/foundation/realClock';
import type { KubeObject } from '../../src/kubernetes/api';
import { createKubernetesClient, type KubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { openConfig } from '../../src/kubernetes/client/kubeConfig';
import { hostState, runState } from '../upgrade/situations';
import { runCli } from './runCli';

const CRD = path.resolve(__dirname, '..', '..', 'crds', 'poolupgrades.xenpool.dev.yaml');
const CRDS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};
const HASH = '3f2a9c4100c0ffee';
const OTHER = '01d0000000000000';
const NAMESPACE = 'default';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly questions: readonly string[];
}

describe('xenpool approve', () => {
  let folder = '';
  let server: EmbeddedServer;
  let client: KubernetesClient;
  let file = '';

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-approve-test-'));
    const clock = realClock();
    const tokens = new Map([
      ['admin-token', { user: 'admin' }],
      ['reader-token', { user: 'reader', rights: [] }],
    ]);
    server = await startEmbeddedServer({ clock, random: seededRandom(1), tokens });
    file = kubeconfig('admin', 'admin-token');
    const credentials = new KeptCredentials(clock, openConfig({ kind: 'Files', paths: [file] }).read);
    client = createKubernetesClient({ credentials, clock, userAgent: 'test' });
    await client.api.create(CRDS, parse(readFileSync(CRD, 'utf8')) as KubeObject);
  });
  after(async () => {
    client.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    const { items } = await client.api.list(POOL_UPGRADES, NAMESPACE);
    for (const { metadata } of items) await client.api.delete(POOL_UPGRADES, NAMESPACE, metadata.name);
  });

  function kubeconfig(user: string, token: string): string {
    const cluster = { server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') };
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': user },
      clusters: [{ name: user, cluster }],
      users: [{ name: user, user: { token } }],
      contexts: [{ name: user, context: { cluster: user, user, namespace: NAMESPACE } }],
    };
    const at = path.join(folder, `${user}.kubeconfig`);
    writeFileSync(at, JSON.stringify(config));
    return at;
  }

  /** An upgrade whose plan waits; `more` is put over its status. */
  async function waiting(approval: 'None' | 'BeforeUpgrade' | 'BeforeEachHost', more: object = {}): Promise<void> {
    const spec = {
      pool: { endpoints: ['https://xs-01.example'], credentialsRef: { name: 'root' } },
      target: { version: '7.6.0' },
      gates: { approval },
    };
    const object = {
      apiVersion: 'xenpool.dev/v1alpha1',
      kind: 'PoolUpgrade',
      metadata: { name: 'rack7', namespace: NAMESPACE },
      spec,
    };
    await client.api.create(POOL_UPGRADES, object);
    await say(more);
  }

  async function say(more: object): Promise<void> {
    const plan = { ...runState().plan!, hash: HASH };
    const hosts = ['m', 'b'].map((uuid) => hostState(uuid, 'Pending'));
    const status = { ...runState({ phase: 'AwaitingApproval', plan, hosts }), ...more };
    await client.api.patch(POOL_UPGRADES, NAMESPACE, 'rack7', { status }, 'status');
  }

  async function annotation(): Promise<string | undefined> {
    const { metadata } = await client.api.get<PoolUpgrade>(POOL_UPGRADES, NAMESPACE, 'rack7');
    return metadata.annotations?.['xenpool.dev/approve'];
  }

  /** @param answer what the person at the terminal types, and what happens meanwhile; undefined: no terminal */
  async function approve(flags: readonly string[], answer?: () => string | undefined | Promise<string>): Promise<Said> {
    let [out, err] = ['', ''];
    const questions: string[] = [];
    const ask = async (question: string): Promise<string | undefined> => {
      questions.push(question);
      return answer!();
    };
    const code = await xenpool(['approve', 'rack7', '--kubeconfig', file, ...flags], {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      colour: false,
      ...(answer === undefined ? {} : { ask }),
    });
    return { code, out, err, questions };
  }

  async function report(...flags: readonly string[]): Promise<ApproveReport & { readonly code: number }> {
    const { code, out } = await approve([...flags, '--output', 'json']);
    return { ...(JSON.parse(out) as ApproveReport), code };
  }

  it('shows the plan, asks for its hash and writes it where the gate looks', async () => {
    await waiting('BeforeUpgrade', { plan: { ...runState().plan!, hash: HASH, warnings: ['mind the gap'] } });
    const said = await approve([], () => `${HASH}\n`);
    expect([said.code, said.out]).to.deep.equal([0, `default/rack7: plan ${HASH} is approved\n`]);
    expect(said.questions).to.have.length(1);
    for (const part of ['XenServer 7.0.0 to XenServer 7.6.0', 'master name-m', 'member name-b', 'mind the gap', HASH])
      expect(said.err).to.contain(part);
    expect(await annotation()).to.equal(HASH);
  });

  it('approves nothing when something else is typed, or nothing', async () => {
    await waiting('BeforeUpgrade');
    for (const answer of [OTHER, 'yes', '', undefined]) expect((await approve([], () => answer)).code).to.equal(3);
    expect(await annotation()).to.equal(undefined);
  });

  it('asks nobody who named the plan, or said yes', async () => {
    await waiting('BeforeUpgrade');
    const said = await approve(['--plan', HASH], () => 'never asked');
    expect([said.code, said.questions]).to.deep.equal([0, []]);
    await say({ plan: { ...runState().plan!, hash: OTHER } });
    expect((await approve(['--yes'])).code).to.equal(0);
    expect(await annotation()).to.equal(OTHER);
  });

  it('wants the plan named where nobody can be asked', async () => {
    await waiting('BeforeUpgrade');
    const { code, err } = await approve([]);
    expect(code).to.equal(2);
    expect(err).to.contain(`--plan ${HASH}`);
    expect(await annotation()).to.equal(undefined);
  });

  it('refuses a plan that the object does not show, and names both', async () => {
    await waiting('BeforeUpgrade');
    const refused = await report('--plan', OTHER);
    expect([refused.code, refused.outcome, refused.reason, refused.plan, refused.approval]).to.deep.equal([
      4,
      'Refused',
      'AnotherPlan',
      HASH,
      null,
    ]);
    expect(refused.message).to.contain(HASH).and.to.contain(OTHER);
    expect(await annotation()).to.equal(undefined);
  });

  it('refuses a plan that changes while the person reads, and minds nothing else that changes', async () => {
    await waiting('BeforeUpgrade');
    const changed = await approve([], async () => {
      await say({ plan: { ...runState().plan!, hash: OTHER } });
      return HASH;
    });
    expect(changed.code).to.equal(4);
    expect(changed.err).to.contain('AnotherPlan');
    expect(await annotation()).to.equal(undefined);
    const touched = await approve([], async () => {
      await client.api.patch(POOL_UPGRADES, NAMESPACE, 'rack7', { metadata: { labels: { touched: 'yes' } } });
      return OTHER;
    });
    expect(touched.code).to.equal(0);
    expect(await annotation()).to.equal(OTHER);
  });

  it('approves host by host where the gate asks so', async () => {
    await waiting('BeforeEachHost');
    expect((await report('--yes')).message).to.contain('--host name-m');
    expect((await report('--yes', '--host', 'xs-99')).reason).to.equal('UnknownHost');
    const said = await report('--plan', HASH, '--host', 'name-b');
    expect([said.code, said.approval]).to.deep.equal([0, `${HASH}/name-b`]);
    expect(await annotation()).to.equal(`${HASH}/name-b`);
  });

  it('is content with what was approved before, and writes nothing', async () => {
    await waiting('BeforeUpgrade', { phase: 'Upgrading', handled: { approve: HASH } });
    const said = await report('--yes');
    expect([said.code, said.reason, said.approval]).to.deep.equal([0, 'AlreadyApproved', HASH]);
    expect(await annotation()).to.equal(undefined);
  });

  const refusals: readonly (readonly [
    reason: string,
    gate: 'None' | 'BeforeUpgrade' | 'BeforeEachHost',
    status: object,
    flags: readonly string[],
  ])[] = [
    ['NoPlan', 'BeforeUpgrade', { phase: 'Validating', plan: { ...runState().plan!, hash: null } }, []],
    ['NoGate', 'None', {}, []],
    ['RunOver', 'BeforeUpgrade', { phase: 'Succeeded' }, []],
    ['AlreadyBegun', 'BeforeUpgrade', { phase: 'Upgrading' }, []],
    ['NoHostGate', 'BeforeUpgrade', {}, ['--host', 'name-m']],
    ['AlreadyBegun', 'BeforeEachHost', { phase: 'Upgrading', hosts: [hostState('m', 'Draining')] }, ['--host', 'name-m']],
  ];
  for (const [reason, gate, status, flags] of refusals)
    it(`refuses with ${reason} (${gate}) what nobody waits for`, async () => {
      await waiting(gate, status);
      const said = await report('--yes', ...flags);
      expect([said.code, said.outcome, said.reason]).to.deep.equal([4, 'Refused', reason]);
      expect(await annotation()).to.equal(undefined);
    });

  it('says which object, right or cluster is missing', async () => {
    const gone = await report('--yes');
    expect([gone.code, gone.outcome, gone.reason]).to.deep.equal([2, 'Invalid', 'NotFound']);
    const reader = await runCli(
      'approve',
      'rack7',
      '--yes',
      '--kubeconfig',
      kubeconfig('reader', 'reader-token'),
      '--output',
      'json',
    );
    expect([reader.code, (JSON.parse(reader.out) as ApproveReport).reason]).to.deep.equal([2, 'Forbidden']);
    const lost = await runCli('approve', 'rack7', '--yes', '--kubeconfig', path.join(folder, 'none'), '--output', 'json');
    expect([lost.code, (JSON.parse(lost.out) as ApproveReport).reason]).to.deep.equal([2, 'NoCluster']);
  });

  it('says what of its flags it cannot follow', async () => {
    expect((await approve(['--output', 'xml'])).code).to.equal(2);
    const { code, err } = await runCli('approve');
    expect([code, err]).to.deep.equal([2, "xenpool: missing required argument 'name'\n(--help teaches)\n"]);
  });

  it('lets no name of the pool write on the terminal', async () => {
    await waiting('BeforeUpgrade', { pool: { uuid: 'pool', name: 'p\u001b[2Jq', master: 'm' } });
    expect((await approve(['--yes'])).err).to.contain('pool p?[2Jq');
  });
});

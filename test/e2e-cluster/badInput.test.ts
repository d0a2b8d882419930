// What a real cluster can do wrong to the operator, and what a user can: nothing crashes, nothing spins, and readiness or the object says what to do. What is
// mended is taken up without a restart.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { kubeconfig } from '../contract/real/cluster';
import { NAMESPACE, ROOT, Site } from './site';

interface Schema {
  properties: Record<string, Schema>;
}
interface Crd {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

/** The CRD as an older release might have had it: without something that a run remembers. */
function olderCrd(): string {
  const crd = parse(readFileSync(path.join(ROOT, 'crds', 'poolupgrades.xenpool.dev.yaml'), 'utf8')) as Crd;
  delete crd.spec.versions[0]!.schema.openAPIV3Schema.properties['status']!.properties['run']!.properties['basis'];
  return stringify(crd);
}

describe('bad input to the operator', () => {
  let site: Site;

  before(async function () {
    this.timeout(240_000);
    site = await Site.open();
  });
  after(async function () {
    this.timeout(60_000);
    await site?.close();
  });
  afterEach(async function () {
    this.timeout(60_000);
    site.installCrd();
    site.giveSecrets();
    await site.clear();
  });

  it('a right that is missing is named with verb and resource, and taken up when it is given', async () => {
    site.kubectl('-n', NAMESPACE, 'delete', 'role', 'xenpool-operator-secrets');
    const operator = await site.operator();
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('secrets'));
    expect(said).to.match(
      /\[-\] secrets in namespace ops seen: list secrets in namespace ops: 403: .*cannot list resource "secrets"/,
    );
    expect((await operator.probe('healthz')).status).to.equal(200);
    expect(operator.said).to.match(/list secrets in namespace ops: 403.*"event":"list or watch failed"/);
    site.giveSecrets();
    await operator.untilProbe('readyz', ({ status }) => status === 200);
  }).timeout(120_000);

  it('a CRD that is not there is asked for, and taken up when it is installed', async () => {
    site.kubectl('delete', 'crd', 'poolupgrades.xenpool.dev');
    const operator = await site.operator();
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('poolupgrades'));
    expect(said).to.match(/\[-\] poolupgrades\.xenpool\.dev in namespace ops seen: .*is its CRD installed/);
    site.installCrd();
    await operator.untilProbe('readyz', ({ status }) => status === 200);
  }).timeout(180_000);

  it('a CRD that is older is named before part of a run is lost, and a newer one is taken up', async () => {
    site.kubectl('apply', '-f', site.write('older.yaml', olderCrd()));
    const pool = await site.servePool();
    const operator = await site.operator();
    site.apply(site.manifest(pool, 'rack7', { dryRun: true }));
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('ops/rack7'));
    expect(said).to.match(/unknown field "status\.run\.basis".*older than this operator/);
    expect(site.object().status?.run).to.equal(undefined);
    site.installCrd();
    site.waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('a Secret or a key that is missing is named, and taken up when it is there', async () => {
    const pool = await site.servePool();
    await site.operator();
    const manifest = site.manifest(pool, 'rack7', { dryRun: true });
    site.kubectl('-n', NAMESPACE, 'delete', 'secret', 'rack7-root');
    site.apply(manifest);
    site.kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    expect(site.object().status?.message).to.include('there is no Secret rack7-root in namespace ops');
    const { username, password } = pool.ready.pool;
    site.secret('rack7-root', { user: username, password });
    site.kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    site.secret('rack7-root', { username, password });
    site.waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('a manifest that asks for what is not done is refused by name, and mended by an edit', async () => {
    const pool = await site.servePool();
    await site.operator();
    site.apply(site.manifest(pool, 'rack7', { dryRun: true, gates: { soakAfterMaster: '1h' } }));
    site.waitFor('.status.reason', 'NotYetHonoured');
    const { status } = site.object();
    expect(status?.message).to.include('spec.gates.soakAfterMaster: 1h');
    expect(status?.conditions?.find(({ type }) => type === 'Validated')).to.include({
      status: 'False',
      reason: 'NotYetHonoured',
    });
    site.apply(site.manifest(pool, 'rack7', { dryRun: true }));
    site.waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('hostile metadata is only text', async () => {
    const pool = await site.servePool();
    const operator = await site.operator();
    const manifest = site.manifest(pool, 'rack7', { dryRun: true });
    const hostile = `\u0000\u001b[2J\n"}{"level":50}\r\n${'€'.repeat(2_000)}__proto__ {{ .Values }} $(reboot)`.replace(
      '\u0000',
      '',
    );
    const annotations = { 'xenpool.dev/retry': hostile, 'xenpool.dev/approve': hostile, 'example.com/constructor': hostile };
    site.apply({ ...manifest, metadata: { ...manifest.metadata, annotations } });
    site.waitFor('.status.reason', 'DryRun');
    for (const line of operator.said.split('\n')) expect(() => JSON.parse(line) as unknown, line).to.not.throw();
    expect(operator.said).to.not.match(/"event":"defect"/);
    expect((await operator.probe('readyz')).status).to.equal(200);
  }).timeout(180_000);

  it('a token that is refused is said once, and one that is mended is taken up', async () => {
    const { server } = site.cluster;
    site.write('expired', kubeconfig({ ...server, token: 'no-such-token' }));
    const operator = await site.operator('expired');
    const said = await operator.untilProbe('readyz', ({ status }) => status === 503);
    expect(said).to.match(/\[-\] leadership: get leases.* 401: Unauthorized/);
    site.write('expired', kubeconfig({ ...server, token: site.token('2h') }));
    await operator.untilProbe('readyz', ({ status }) => status === 200);
    const complaints = operator.said.split('\n').filter((line) => line.includes('401'));
    expect(complaints, 'the same trouble is told once').to.have.length(1);
  }).timeout(120_000);
});

// What a real cluster can do wrong to the operator, and what a user can: nothing crashes, nothing spins, and readiness or the object says what to do. What is
// mended is taken up without a restart.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { selfSigned } from '../../src/embedded-kubernetes/server/certificate';
import { systemRandom } from '../../src/foundation/systemRandom';
import { kubeconfig } from '../contract/real/cluster';
import { NAMESPACE, ROOT, siteOfSuite } from './site';

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

/** As a later release may have it: with a field that nobody here knows. */
function newerCrd(): string {
  const crd = parse(readFileSync(path.join(ROOT, 'crds', 'poolupgrades.xenpool.dev.yaml'), 'utf8')) as Crd;
  crd.spec.versions[0]!.schema.openAPIV3Schema.properties['spec']!.properties['rockets'] = {
    type: 'string',
  } as unknown as Schema;
  return stringify(crd);
}

describe('bad input to the operator', () => {
  const here = siteOfSuite();

  it('a right that is missing is named with verb and resource, and taken up when it is given', async () => {
    here().kubectl('-n', NAMESPACE, 'delete', 'role', 'xenpool-operator-secrets');
    const operator = await here().operator();
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('secrets'));
    expect(said).to.match(
      /\[-\] secrets in namespace ops seen: list secrets in namespace ops: 403: .*cannot list resource "secrets"/,
    );
    expect((await operator.probe('healthz')).status).to.equal(200);
    expect(operator.said).to.match(/list secrets in namespace ops: 403.*"event":"list or watch failed"/);
    here().giveSecrets();
    await operator.untilProbe('readyz', ({ status }) => status === 200);
  }).timeout(120_000);

  it('a CRD that is not there is asked for, and taken up when it is installed', async () => {
    here().kubectl('delete', 'crd', 'poolupgrades.xenpool.dev');
    const operator = await here().operator();
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('poolupgrades'));
    expect(said).to.match(/\[-\] poolupgrades\.xenpool\.dev in namespace ops seen: .*is its CRD installed/);
    here().installCrd();
    await operator.untilProbe('readyz', ({ status }) => status === 200);
  }).timeout(180_000);

  it('a CRD that is older is named before part of a run is lost, and a newer one is taken up', async () => {
    here().kubectl('apply', '-f', here().write('older.yaml', olderCrd()));
    const pool = await here().servePool();
    const operator = await here().operator();
    here().apply(here().manifest(pool, 'rack7', { dryRun: true }));
    const said = await operator.untilProbe('readyz', ({ text }) => text.includes('ops/rack7'));
    expect(said).to.match(/unknown field "status\.run\.basis".*older than this operator/);
    expect(here().object().status?.run).to.equal(undefined);
    here().installCrd();
    here().waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('a Secret or a key that is missing is named, and taken up when it is there', async () => {
    const pool = await here().servePool();
    await here().operator();
    const manifest = here().manifest(pool, 'rack7', { dryRun: true });
    here().kubectl('-n', NAMESPACE, 'delete', 'secret', 'rack7-root');
    here().apply(manifest);
    here().kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    expect(here().object().status?.message).to.include('there is no Secret rack7-root in namespace ops');
    const { username, password } = pool.ready.pool;
    here().secret('rack7-root', { user: username, password });
    here().kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    here().secret('rack7-root', { username, password });
    here().waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('a manifest that asks for what is not done is refused by name, and mended by an edit', async () => {
    const pool = await here().servePool();
    await here().operator();
    here().apply(here().manifest(pool, 'rack7', { dryRun: true, failure: { master: 'Restore' } }));
    here().waitFor('.status.reason', 'NotYetHonoured');
    const { status } = here().object();
    expect(status?.message).to.include('spec.failure.master: Restore');
    expect(status?.conditions?.find(({ type }) => type === 'Validated')).to.include({
      status: 'False',
      reason: 'NotYetHonoured',
    });
    here().apply(here().manifest(pool, 'rack7', { dryRun: true }));
    here().waitFor('.status.reason', 'DryRun');
  }).timeout(180_000);

  it('hostile metadata is only text', async () => {
    const pool = await here().servePool();
    const operator = await here().operator();
    const manifest = here().manifest(pool, 'rack7', { dryRun: true });
    const hostile = `\u0000\u001b[2J\n"}{"level":50}\r\n${'€'.repeat(2_000)}__proto__ {{ .Values }} $(reboot)`.replace(
      '\u0000',
      '',
    );
    const annotations = { 'xenpool.dev/retry': hostile, 'xenpool.dev/approve': hostile, 'example.com/constructor': hostile };
    here().apply({ ...manifest, metadata: { ...manifest.metadata, annotations } });
    here().waitFor('.status.reason', 'DryRun');
    for (const line of operator.said.split('\n')) expect(() => JSON.parse(line) as unknown, line).to.not.throw();
    expect(operator.said).to.not.match(/"event":"defect"/);
    expect((await operator.probe('readyz')).status).to.equal(200);
  }).timeout(180_000);

  it('a token that is refused is said once, and one that is mended is taken up', async () => {
    const { server } = here().cluster;
    here().write('expired', kubeconfig({ ...server, token: 'no-such-token' }));
    const operator = await here().operator('expired');
    const said = await operator.untilProbe('readyz', ({ status }) => status === 503);
    expect(said).to.match(/\[-\] leadership: get leases.* 401: Unauthorized/);
    here().write('expired', kubeconfig({ ...server, token: here().token('2h') }));
    await operator.untilProbe('readyz', ({ status }) => status === 200);
    const complaints = operator.said.split('\n').filter((line) => line.includes('401'));
    expect(complaints, 'the same trouble is told once').to.have.length(1);
  }).timeout(120_000);

  it('an API server that is away at the start is waited for', async () => {
    const { cluster } = here();
    await cluster.killApi();
    try {
      const operator = await here().operator();
      const said = await operator.untilProbe('readyz', ({ status }) => status === 503);
      expect(said).to.match(/\[-\] leadership: .*the Kubernetes API cannot be reached \(ECONNREFUSED\)/);
      await cluster.startApi();
      await operator.untilProbe('readyz', ({ status }) => status === 200);
    } catch (error) {
      await cluster.startApi();
      throw error;
    }
  }).timeout(240_000);

  it('an authority that did not sign the server is said, and the right one is taken up', async () => {
    const { server } = here().cluster;
    const token = here().token('2h');
    const { cert } = selfSigned('127.0.0.1', systemRandom(), Date.now());
    here().write('strange', kubeconfig({ ...server, token, ca: cert }));
    const operator = await here().operator('strange');
    const said = await operator.untilProbe('readyz', ({ status }) => status === 503);
    expect(said).to.match(/\[-\] leadership: .*certificate is not trusted/);
    here().write('strange', kubeconfig({ ...server, token }));
    await operator.untilProbe('readyz', ({ status }) => status === 200);
  }).timeout(120_000);

  it('an object of a newer version keeps what this one does not know', async () => {
    here().kubectl('apply', '-f', here().write('newer.yaml', newerCrd()));
    const pool = await here().servePool();
    await here().operator();
    here().apply(here().manifest(pool, 'rack7', { dryRun: true, rockets: 'three' }));
    here().waitFor('.status.reason', 'DryRun');
    expect(here().object().metadata.finalizers).to.deep.equal(['xenpool.dev/put-back']);
    expect((here().object().spec as unknown as Record<string, unknown>)['rockets']).to.equal('three');
  }).timeout(180_000);
});

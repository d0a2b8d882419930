// Whole upgrades as users meet them: a real API server, the controller as a process with the rights that the manifests give and no others, and a simulated
// pool over HTTPS whose time is sped up. What became of the pool is asked of its own books.
import { expect } from 'chai';
import { NAMESPACE, poolOfEachTest, siteOfSuite } from './site';

describe('an upgrade in a real cluster', () => {
  const here = siteOfSuite();
  const served = poolOfEachTest(here);

  it('goes through with the rights of the manifests, and tells about it in status, events and metrics', async () => {
    const operator = await here().operator();
    here().apply(here().manifest(served()));
    await here().expectUpgraded(served());
    const events = here().events();
    expect(events)
      .to.match(/Normal\s+Upgraded/)
      .and.match(/host .* Installing is over/);
    const { text: metrics } = await operator.probe('metrics');
    expect(metrics)
      .to.match(/poolupgrade_phase\{namespace="ops",name="rack7",phase="Succeeded"\} 1/)
      .and.match(/poolupgrade_xapi_requests_total\{method_class="read",outcome="answered"\} \d/)
      .and.match(/rest_client_requests_total\{code="200",method="PUT"\} \d/)
      .and.match(/poolupgrade_leader_fencing_aborts_total 0/);
    for (const probe of ['healthz', 'readyz'] as const) expect((await operator.probe(probe)).status, probe).to.equal(200);
    const said = [operator.said, JSON.stringify(here().object()), metrics, events].join('\n');
    expect(said).to.not.include(served().ready.pool.password);
    const columns = here().kubectl('-n', NAMESPACE, 'get', 'pu', 'rack7', '--no-headers').trim().split(/\s+/);
    expect(columns.slice(0, 5)).to.deep.equal(['rack7', 'made-pool', '8.3.0', 'Succeeded', '2/2']);
  }).timeout(300_000);

  it('says that the pool refuses the password, and goes on at once when the Secret is mended', async () => {
    const { username, password } = served().ready.pool;
    const manifest = here().manifest(served());
    here().secret('rack7-root', { username, password: 'wrong' });
    await here().operator();
    here().apply(manifest);
    here().kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=jsonpath={.status.message}', '--timeout=60s');
    expect(here().object().status?.message).to.match(/SESSION_AUTHENTICATION_FAILED/);
    expect(here().object().metadata.finalizers ?? []).to.deep.equal([]);
    here().secret('rack7-root', { username, password });
    await here().expectUpgraded(served());
  }).timeout(300_000);

  it('of two objects lets one work and the other say for whom it waits', async () => {
    await here().operator();
    const manifest = here().manifest(served());
    here().apply(manifest);
    here().waitFor('.status.reason', 'Installing');
    here().apply({ ...manifest, metadata: { ...manifest.metadata, name: 'younger' } });
    here().kubectl('-n', NAMESPACE, 'wait', 'pu/younger', '--for=jsonpath={.status.message}', '--timeout=60s');
    await here().expectUpgraded(served());
    here().waitFor('.status.reason', 'AlreadyAtTarget', 'younger');
    expect(here().object('younger').status?.hosts ?? []).to.deep.equal([]);
    expect(here().events('younger'))
      .to.match(/AnotherUpgradeActive/)
      .and.match(/ops\/rack7/);
    await here().expectWhole(served());
  }).timeout(300_000);

  it('takes an edit in the middle, and refuses another target in words', async () => {
    await here().operator();
    const manifest = here().manifest(served());
    here().apply(manifest);
    here().waitFor('.status.reason', 'Installing');
    const edited = { ...manifest, spec: { ...manifest.spec, deadlines: { drain: '3h' } } };
    here().apply(edited);
    const { generation } = here().object().metadata;
    expect(generation).to.equal(2);
    const elsewhere = { ...edited, spec: { ...edited.spec, target: { version: '8.2.1' } } };
    const refused = here().complaint('apply', '-f', here().write('elsewhere.json', JSON.stringify(elsewhere)));
    expect(refused).to.match(/spec\.target: .*cannot change while the upgrade is under way \(phase Upgrading\)/);
    await here().expectUpgraded(served());
    expect(here().object().status?.observedGeneration).to.equal(generation);
  }).timeout(300_000);

  it('deleted in the middle finishes the host in work, and goes on when the object is made anew', async () => {
    await here().operator();
    const manifest = here().manifest(served());
    here().apply(manifest);
    here().waitFor('.status.reason', 'Installing');
    here().kubectl('-n', NAMESPACE, 'delete', 'pu', 'rack7', '--wait=false');
    expect(here().complaint('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=condition=Deleting', '--timeout=30s')).to.equal('');
    here().kubectl('-n', NAMESPACE, 'wait', 'pu/rack7', '--for=delete', '--timeout=240s');
    await here().expectWhole(served());
    const { machines } = await here().told<{ machines: { system: string }[] }>(served(), '/world');
    expect(machines.map(({ system }) => system).sort()).to.deep.equal(['XCP-ng 8.2.1', 'XCP-ng 8.3.0']);
    here().apply(manifest);
    await here().expectUpgraded(served());
  }).timeout(500_000);
});

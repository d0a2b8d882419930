// Guests that an upgrade stumbles over, one a test: what becomes of each, and that the world is as it was afterwards.
import { expect } from 'chai';
import { GIB } from '../../src/simulator/dump/made/tables';
import {
  expectEnd,
  expectSuccess,
  expectUnbroken,
  hostOf,
  judged,
  type MadePool,
  powerStateOf,
  simulate,
  tellRun,
  XS,
} from './rig';

const NULL_REF = 'OpaqueRef:NULL';
/** Names of a made pool of two hosts: even numbers live on the second. */
const MASTER_GUEST = 'vm-05';
const MEMBER_GUEST = 'vm-04';

const stoppedNames = (run: Awaited<ReturnType<typeof simulate>>): readonly string[] =>
  run.report.vms.stopped.map(({ name }) => name);

/** A library of discs with one disc, attached to the named hosts, and the disc put into a guest's drive. */
function insertDisc(
  pool: MadePool,
  guest: string,
  library: { readonly type?: string; readonly tools?: boolean; readonly hosts: readonly string[] },
): void {
  const { database } = pool;
  const texts = { name_description: '', allowed_operations: [], current_operations: {}, sm_config: {}, tags: [], blobs: {} };
  const sr = `OpaqueRef:library of ${guest}`;
  const disc = `OpaqueRef:disc of ${guest}`;
  const other = library.tools === true ? { xensource_internal: 'true', xenserver_tools_sr: 'true' } : {};
  const size = { physical_size: GIB, physical_utilisation: GIB, virtual_allocation: GIB };
  database.create('SR', sr, {
    uuid: `library-${guest}`,
    name_label: 'Discs',
    type: 'iso',
    content_type: 'iso',
    shared: library.hosts.length > 1,
    other_config: other,
    ...size,
    ...texts,
  });
  for (const host of library.hosts) {
    const ends = { host: pool.ref('host', host), SR: sr };
    database.create('PBD', `${sr} on ${host}`, {
      uuid: `pbd-${guest}-${host}`,
      ...ends,
      device_config: { location: '/discs' },
      currently_attached: true,
      other_config: {},
    });
  }
  database.create('VDI', disc, {
    uuid: `disc-${guest}`,
    name_label: 'disc.iso',
    SR: sr,
    virtual_size: GIB,
    physical_utilisation: GIB,
    type: 'user',
    read_only: true,
    sharable: true,
    storage_lock: false,
    managed: true,
    missing: false,
    is_a_snapshot: false,
    snapshot_of: NULL_REF,
    parent: NULL_REF,
    location: 'disc.iso',
    other_config: {},
    ...texts,
  });
  const vm = pool.ref('VM', guest);
  const drive = pool.refs('VBD', (vbd) => vbd['VM'] === vm && vbd['type'] === 'CD')[0]!;
  database.update('VBD', drive, { VDI: disc, empty: false });
}

function withoutTools(pool: MadePool, guest: string): void {
  const metrics = String(pool.database.get('VM', pool.ref('VM', guest))?.['guest_metrics']);
  pool.database.update('VM_guest_metrics', metrics, { PV_drivers_version: {}, PV_drivers_up_to_date: false });
}

describe('the guests of a pool under upgrade', () => {
  it('with a disc from a library that only their host sees lose it for the move and get it back', async () => {
    const run = await simulate({ bend: (pool) => insertDisc(pool, MASTER_GUEST, { hosts: ['xs-01'] }) });
    expectSuccess(run);
    expect(stoppedNames(run)).not.to.include(MASTER_GUEST);
    const drive = run.stage.world.database.byUuid('VDI', `disc-${MASTER_GUEST}`);
    expect([...run.stage.world.database.records('VBD').values()].filter((vbd) => vbd['VDI'] === drive?.ref).length).to.equal(1);
  });

  it('with a disc from a library that every host sees keep it and move', async () => {
    const run = await simulate({ bend: (pool) => insertDisc(pool, MASTER_GUEST, { hosts: ['xs-01', 'xs-02'] }) });
    expectSuccess(run);
    expect(stoppedNames(run)).not.to.include(MASTER_GUEST);
  });

  it('with the Tools disc inserted are served again', async () => {
    const run = await simulate({ bend: (pool) => insertDisc(pool, MASTER_GUEST, { tools: true, hosts: ['xs-01', 'xs-02'] }) });
    expectSuccess(run);
  });

  it('without tools are stopped for their own host only and started again', async () => {
    const run = await simulate({ bend: (pool) => withoutTools(pool, MEMBER_GUEST) });
    expectSuccess(run);
    expect(run.report.vms.stopped.filter(({ name }) => name === MEMBER_GUEST).length).to.equal(1);
    const stop = run.report.timeline.findIndex(({ event }) => event.startsWith(`${MEMBER_GUEST} killed`));
    const installed = run.report.timeline.findIndex(({ host, event }) => host === 'xs-01' && event.endsWith(': complete'));
    expect(stop, tellRun(run)).to.be.greaterThan(installed);
  });

  it('that are paused block the drain, and everything is put back', async () => {
    const run = await simulate({ bend: (pool) => pool.vm(MASTER_GUEST, { power_state: 'Paused' }) });
    expectEnd(run, 'Halted', 'DrainOverdue');
    expect(run.report.message).to.include(MASTER_GUEST);
    expect(run.report.hosts.map(({ to }) => to)).to.deep.equal(['6.2.0', '6.2.0']);
    expect(run.report.vms.runningAfter).to.equal(run.report.vms.runningBefore);
    expect(powerStateOf(run, MASTER_GUEST)).to.equal('Paused');
    const enabled = [...run.stage.world.database.records('host').values()].map((host) => host['enabled']);
    expect(enabled).to.deep.equal([true, true]);
  });

  it('that are paused go when a rule says Shutdown and the plug may be pulled', async () => {
    const spec = { vms: { forceShutdownAfter: '1m', rules: [{ match: { names: [MASTER_GUEST] }, action: 'Shutdown' }] } };
    const run = await simulate({ spec, bend: (pool) => pool.vm(MASTER_GUEST, { power_state: 'Paused' }) });
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.equal('Succeeded');
    expect(powerStateOf(run, MASTER_GUEST)).to.equal('Running');
  });

  it('that sleep go on sleeping', async () => {
    const asleep = (pool: MadePool): void => {
      pool.vm(MASTER_GUEST, { power_state: 'Suspended', resident_on: NULL_REF, domid: -1 });
      const image = 'OpaqueRef:image';
      const old = pool.database.get('VDI', pool.ref('VDI', `disk of ${MASTER_GUEST}`))!;
      pool.database.create('VDI', image, { ...old, uuid: 'image', name_label: 'image', type: 'suspend', VBDs: [] });
      pool.vm(MASTER_GUEST, { suspend_VDI: image });
    };
    const run = await simulate({ bend: asleep });
    expectSuccess(run);
    expect(powerStateOf(run, MASTER_GUEST)).to.equal('Suspended');
  });

  it('that find no room elsewhere sleep through the upgrade of their host', async () => {
    const tight = (pool: MadePool): void => {
      for (const ref of pool.refs('host_metrics'))
        pool.database.update('host_metrics', ref, { memory_total: 10 * GIB, memory_free: 0 });
    };
    const run = await simulate({ bend: tight });
    expectSuccess(run);
    expect(
      run.report.vms.stopped.some(({ reason }) => reason.startsWith('suspended')),
      tellRun(run),
    ).to.equal(true);
  });

  it('on a network that the other host does not have are not moved there', async () => {
    const bend = (pool: MadePool): void => {
      const member = pool.ref('host', 'xs-02');
      const network = pool.refs('network', (entry) => String(entry['name_label']).endsWith('eth1'))[0]!;
      pool.database.remove('PIF', pool.refs('PIF', (pif) => pif['host'] === member && pif['device'] === 'eth1')[0]!);
      const vm = pool.ref('VM', MASTER_GUEST);
      pool.database.update('VIF', pool.refs('VIF', (vif) => vif['VM'] === vm)[0]!, { network });
    };
    const run = await simulate({ bend });
    expectSuccess(run);
    expect(stoppedNames(run)).to.include(MASTER_GUEST);
    expect(run.report.timeline.some(({ event }) => event.startsWith(`${MASTER_GUEST} migrates`))).to.equal(false);
  });

  it('on storage that the other host has not attached are not moved there', async () => {
    const bend = (pool: MadePool): void => {
      const member = pool.ref('host', 'xs-02');
      const shared = pool.ref('SR', 'Shared storage');
      pool.vm(MEMBER_GUEST, { resident_on: pool.ref('host', 'xs-01') });
      pool.vm('stubborn-02', { resident_on: pool.ref('host', 'xs-01') });
      pool.vm('vm-06', { resident_on: pool.ref('host', 'xs-01') });
      const pbd = pool.refs('PBD', (entry) => entry['host'] === member && entry['SR'] === shared)[0]!;
      pool.database.update('PBD', pbd, { currently_attached: false });
    };
    const run = await simulate({ bend });
    expectUnbroken(run);
    expect(run.report.migrations.done, tellRun(run)).to.equal(0);
    expect(run.report.outcome, tellRun(run)).to.equal('Succeeded');
  });

  it('whose migration a person blocked are stopped instead', async () => {
    const run = await simulate({ bend: (pool) => pool.vm(MASTER_GUEST, { blocked_operations: { pool_migrate: 'TEST' } }) });
    expectSuccess(run);
    expect(stoppedNames(run)).to.include(MASTER_GUEST);
  });

  it('whose every way out a person blocked are told before anything is touched', async () => {
    const all = { pool_migrate: 'TEST', suspend: 'TEST', clean_shutdown: 'TEST', hard_shutdown: 'TEST' };
    const run = await simulate({ bend: (pool) => pool.vm(MASTER_GUEST, { blocked_operations: all }) });
    expectEnd(run, 'Refused', 'GuestBlocksDrain');
    expect(run.report.message ?? '', tellRun(run)).to.include('OperationsBlocked');
    expect(powerStateOf(run, MASTER_GUEST)).to.equal('Running');
  });

  it('of a pool whose moves fail twice are stopped instead', async () => {
    const run = await simulate({ faults: [`migration-fails:vm=${MASTER_GUEST},times=9`] });
    expectSuccess(run);
    expect(stoppedNames(run)).to.include(MASTER_GUEST);
  });

  it('that ignore a shutdown are never cut off without leave', async () => {
    const run = await simulate({ spec: { vms: {} } });
    expectEnd(run, 'Halted', 'DrainOverdue');
    expect(run.report.vms.runningAfter).to.equal(run.report.vms.runningBefore);
    expect(run.report.timeline.some(({ event }) => event.includes('killed'))).to.equal(false);
  });

  for (const [action, word] of [
    ['Shutdown', 'stopped'],
    ['Suspend', 'suspended'],
  ] as const) {
    it(`are treated by the rule that names their tag: ${action}`, async () => {
      const spec = { vms: { forceShutdownAfter: '10m', rules: [{ match: { tags: ['quiet'] }, action }] } };
      const run = await simulate({ spec, bend: (pool) => pool.vm(MASTER_GUEST, { tags: ['quiet'] }) });
      expectSuccess(run);
      expect(run.report.vms.stopped.find(({ name }) => name === MASTER_GUEST)?.reason).to.equal(`${word} by the operator`);
    });
  }

  it('that a rule by uuid blocks stop the run before anything leaves', async () => {
    let uuid = '';
    const bend = (pool: MadePool): void => void (uuid = String(pool.database.get('VM', pool.ref('VM', MASTER_GUEST))?.['uuid']));
    await simulate({ bend });
    const spec = { vms: { forceShutdownAfter: '10m', rules: [{ match: { uuids: [uuid] }, action: 'Block' }] } };
    const run = await simulate({ spec });
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.be.oneOf(['Halted', 'Refused']);
    expect(run.report.hosts.map(({ to }) => to)).to.deep.equal(['6.2.0', '6.2.0']);
  });

  for (const vms of [{ placement: 'Home' }, { rules: [{ match: { names: ['vm-*'] }, action: 'Migrate', return: 'Home' }] }]) {
    it(`come home with ${JSON.stringify(vms)}`, async () => {
      const run = await simulate({ pool: { hosts: 3, vms: 9 }, spec: { vms: { forceShutdownAfter: '10m', ...vms } } });
      expectSuccess(run);
      for (const [index, name] of ['vm-04', 'vm-05', 'vm-06', 'vm-07', 'vm-08', 'vm-09'].entries())
        expect(hostOf(run, name), name).to.equal(`xs-0${(index % 3) + 1}`);
    });
  }

  it('may not be stopped without consent to downtime', async () => {
    const run = await simulate({ spec: { consent: { undocumentedHops: true } } });
    expectEnd(run, 'Refused', 'DowntimeNotAccepted');
    expect(judged(run, 'I1')).to.equal(0);
  });
});

describe('the arrangements of a pool', () => {
  it('with high availability are put aside and put back', async () => {
    const bend = (pool: MadePool): void => {
      const shared = pool.ref('SR', 'Shared storage');
      const old = pool.database.get('VDI', pool.ref('VDI', `disk of ${MASTER_GUEST}`))!;
      pool.database.create('VDI', 'OpaqueRef:statefile', {
        ...old,
        uuid: 'statefile',
        name_label: 'Statefile',
        SR: shared,
        type: 'ha_statefile',
        VBDs: [],
      });
      pool.pool({
        ha_enabled: true,
        ha_statefiles: ['OpaqueRef:statefile'],
        ha_configuration: { timeout: '60' },
        ha_host_failures_to_tolerate: 1,
      });
      pool.vm(MASTER_GUEST, { ha_restart_priority: 'restart', ha_always_run: true });
    };
    const run = await simulate({ bend });
    expectSuccess(run);
    expect([...run.stage.world.database.records('pool').values()][0]?.['ha_enabled']).to.equal(true);
  });

  it('with workload balancing and automatic power-on are put aside and put back', async () => {
    const bend = (pool: MadePool): void => {
      pool.pool({ wlb_enabled: true, wlb_url: '10.0.0.9:8012', other_config: { auto_poweron: 'true' } });
      pool.vm(MASTER_GUEST, { other_config: { auto_poweron: 'true' } });
    };
    const run = await simulate({ bend });
    expectSuccess(run);
    const pool = [...run.stage.world.database.records('pool').values()][0];
    expect(pool?.['wlb_enabled']).to.equal(true);
    expect(pool?.['other_config']).to.deep.include({ auto_poweron: 'true' });
  });

  it('hold for a target that only a person can install', async () => {
    const run = await simulate({ pool: { release: XS('5.0.0') }, target: XS('5.5.0') });
    expectSuccess(run);
    expect(run.report.timeline.some(({ event }) => event === 'phase AwaitingOperator')).to.equal(true);
  });
});

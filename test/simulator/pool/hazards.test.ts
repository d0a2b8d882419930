// What happens to who goes on in spite of a hazard: the installer that refuses, guests that the new hypervisor does not run, control domains that grow, licences,
// clusters and guidances that say no.
import { expect } from 'chai';
import { OLD_LAYOUT, SHORT_KEY } from '../../../src/simulator/planted';
import type { Release } from '../../../src/simulator/world';
import { addGuest, GIB, refusalOf, Rig, type PoolShape } from './smallPool';

const XS = (version: string): Release => ({ brand: 'XenServer', version });
type Prepare = NonNullable<PoolShape['prepare']>;

const PLUGIN = 'prepare_host_upgrade.py';

function config(more: Readonly<Record<string, string>>): Prepare {
  return (database) => {
    for (const host of ['h1', 'h2'])
      database.update('host', host, { other_config: { boot_time: '1000.', agent_start_time: '1001.', ...more } });
  };
}

/** Stages the upgrade of the master and waits until it is up again. @returns its version, and what the installer said when it refused */
async function upgradeMaster(rig: Rig, to: string): Promise<readonly [string | undefined, string | undefined]> {
  const client = await rig.login();
  await client.call('host.disable', 'h1');
  await client.call('host.call_plugin', 'h1', PLUGIN, 'main', { url: `http://repo/${to}` });
  await client.call('host.reboot', 'h1');
  await rig.until(() => rig.stateOf('h1') !== 'Up');
  await rig.until(() => rig.stateOf('h1') === 'Up' && rig.field('host', 'h1', 'enabled') === true);
  const refused = rig.events.find((event) => event.kind === 'installer' && event.stage === 'refused');
  const said = refused?.kind === 'installer' ? refused.detail : undefined;
  return [(rig.field('host', 'h1', 'software_version') as Record<string, string>)['product_version'], said];
}

const EIGHT_TWO = { release: XS('8.2.1'), targets: [XS('8.4.0')] };

describe('the installer of 8.3 and later', () => {
  it('refuses a short certificate key, until another is made', async () => {
    const rig = new Rig({ ...EIGHT_TWO, prepare: config({ [SHORT_KEY]: 'true' }) });
    await rig.run(async () => {
      expect(await upgradeMaster(rig, '8.4.0')).to.deep.equal(['8.2.1', 'Current server certificate is too small']);
      await (await rig.login()).call('host.emergency_reset_server_certificate');
      expect((await upgradeMaster(rig, '8.4.0'))[0]).to.equal('8.4.0');
    });
  });

  it('refuses the layout of 6.5 where a disk lies on the local SR, and converts it where none does', async () => {
    const old = config({ [OLD_LAYOUT]: 'true' });
    const kept = new Rig({
      ...EIGHT_TWO,
      prepare(database) {
        old(database);
        addGuest(database, 'vm', { sr: 'local-h1', hvm: true, drivers: true });
      },
    });
    await kept.run(async () => {
      expect((await upgradeMaster(kept, '8.4.0'))[1]).to.match(/Old partition layout is unsupported/);
      expect(kept.database.get('SR', 'local-h1')).not.to.equal(undefined);
    });
    const converted = new Rig({ ...EIGHT_TWO, prepare: old });
    await converted.run(async () => {
      expect(await upgradeMaster(converted, '8.4.0')).to.deep.equal(['8.4.0', undefined]);
      expect(converted.database.get('SR', 'local-h1')).to.equal(undefined);
    });
  });

  it('takes the layout of 7.0, of which the plugin says that nothing is in the way', async () => {
    const rig = new Rig({ ...EIGHT_TWO, prepare: (database) => addGuest(database, 'vm', { sr: 'local-h1', hvm: true }) });
    await rig.run(async () => {
      expect(await (await rig.login()).call('host.call_plugin', 'h1', PLUGIN, 'testSafe2Upgrade', {})).to.equal('true');
      expect((await upgradeMaster(rig, '8.4.0'))[0]).to.equal('8.4.0');
      expect(rig.database.get('SR', 'local-h1')).not.to.equal(undefined);
    });
  });
});

describe('paravirtual guests', () => {
  const vm =
    (more: object = {}): Prepare =>
    (database) =>
      addGuest(database, 'vm', { more: { domain_type: 'pv', ...more } });

  it('start on 8.2.1 and not on 8.3 or later, unless they bring their own hypervisor', async () => {
    const starts = async (release: Release, prepare: Prepare): Promise<unknown> => {
      const rig = new Rig({ release, prepare });
      return rig.run(async () => {
        const call = (await rig.login()).call('VM.start_on', 'vm', 'h2', false, false);
        return call.then(
          () => rig.inPlace('vm'),
          () => 'refused',
        );
      });
    };
    expect(await starts(XS('8.2.1'), vm())).to.equal('u-h2');
    expect(await starts(XS('8.4.0'), vm())).to.equal('refused');
    expect(await starts({ brand: 'XCP-ng', version: '8.3.0' }, vm())).to.equal('refused');
    expect(await starts(XS('8.4.0'), vm({ domain_type: 'pv_in_pvh' }))).to.equal('u-h2');
  });

  it('do not migrate to an upgraded host of 8.3 or later', async () => {
    const rig = new Rig({
      ...EIGHT_TWO,
      prepare: (database) => addGuest(database, 'vm', { on: 'h2', more: { domain_type: 'pv' } }),
    });
    await rig.run(async () => {
      await upgradeMaster(rig, '8.4.0');
      const refusal = await refusalOf((await rig.login()).call('VM.pool_migrate', 'vm', 'h1', {}));
      expect(refusal[1]).to.match(/shadow paging/);
      expect(rig.inPlace('vm')).to.equal('u-h2');
    });
  });
});

describe('the control domain', () => {
  it('grows with 8.0, by as much as the plugin said, and guests no longer fit', async () => {
    const release = XS('7.6.0');
    const memory = 7.9 * GIB;
    const rig = new Rig({
      release,
      targets: [XS('8.2.1')],
      prepare: (database) => addGuest(database, 'vm', { on: 'h2', hvm: true, drivers: true, memory }),
    });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('VM.pool_migrate', 'vm', 'h1', {});
      await client.call('VM.pool_migrate', 'vm', 'h2', {});
      await upgradeMaster(rig, '8.2.1');
      const again = await rig.login();
      const told = Number(
        await again.call('host.call_plugin', 'h1', PLUGIN, 'getDom0DefaultMemory', { url: 'http://repo/8.2.1' }),
      );
      expect(told).to.be.greaterThan(GIB);
      expect(rig.field('VM', 'dom0-h1', 'memory_target')).to.equal(told);
      expect((await refusalOf(again.call('VM.pool_migrate', 'vm', 'h1', {})))[0]).to.equal('HOST_NOT_ENOUGH_FREE_MEMORY');
    });
  });

  it('is never made smaller', async () => {
    const rig = new Rig({
      release: XS('7.6.0'),
      targets: [XS('8.2.1')],
      prepare: (database) => database.update('VM', 'dom0-h1', { memory_target: 4 * GIB }),
    });
    await rig.run(() => upgradeMaster(rig, '8.2.1'));
    expect(rig.field('VM', 'dom0-h1', 'memory_target')).to.equal(4 * GIB);
  });
});

describe('refusals', () => {
  it('of a licence without live migration', async () => {
    const rig = new Rig({
      prepare(database) {
        addGuest(database, 'vm', { on: 'h2' });
        database.update('host', 'h1', { license_params: { restrict_xen_motion: 'true' } });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('VM.pool_migrate', 'vm', 'h1', {})))[0]).to.equal('LICENCE_RESTRICTION');
      await client.call('VM.clean_shutdown', 'vm');
    });
  });

  it('of a clustered pool from which a second member would leave', async () => {
    const member = (host: string, enabled: boolean): object => ({
      uuid: `u-c-${host}`,
      cluster: 'c',
      host,
      enabled,
      joined: true,
    });
    const rig = new Rig({
      release: XS('7.6.0'),
      hosts: 3,
      prepare(database) {
        database.update('SR', 'shared', { type: 'gfs2' });
        for (const host of ['h1', 'h2', 'h3']) database.create('Cluster_host', `c-${host}`, { ...member(host, host !== 'h3') });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.disable', 'h2');
      expect(await refusalOf(client.call('host.reboot', 'h2'))).to.deep.equal(['CLUSTERED_SR_DEGRADED', 'shared']);
      rig.database.update('Cluster_host', 'c-h3', { enabled: true });
      await client.call('host.reboot', 'h2');
    });
  });

  it('of a host whose mandatory guidances are pending, until it was rebooted', async () => {
    const rig = new Rig({
      release: XS('8.4.0'),
      prepare: (database) => database.update('host', 'h2', { pending_guidances: ['reboot_host'] }),
    });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.disable', 'h2');
      expect((await refusalOf(client.call('host.enable', 'h2')))[0]).to.equal('HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY');
      await client.call('host.reboot', 'h2');
      await rig.until(() => rig.stateOf('h2') !== 'Up');
      await rig.until(() => rig.stateOf('h2') === 'Up' && rig.field('host', 'h2', 'enabled') === true);
      expect(rig.field('host', 'h2', 'pending_guidances')).to.deep.equal([]);
    });
  });
});

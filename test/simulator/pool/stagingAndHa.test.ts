// The staging plugin, what it costs a disk, and high availability.
import { expect } from 'chai';
import { addGuest, GIB, refusalOf, Rig, SIX_TWO, type PoolShape } from './smallPool';

/** Until the host has left, come back, joined and enabled itself. */
async function backInService(rig: Rig, host: string): Promise<void> {
  await rig.until(() => rig.stateOf(host) !== 'Up');
  await rig.until(() => rig.stateOf(host) === 'Up' && rig.field('host', host, 'enabled') === true);
}

describe('the staging plugin', () => {
  const plugin = (fn: string, args: object = {}): readonly unknown[] => ['h1', 'prepare_host_upgrade.py', fn, args];

  it('is missing before 6.0', async () => {
    const rig = new Rig({ release: { brand: 'XenServer', version: '5.6.100' } });
    await rig.run(async () => {
      const refusal = await refusalOf((await rig.login()).call('host.call_plugin', ...plugin('testUrl')));
      expect(refusal).to.deep.equal(['XENAPI_MISSING_PLUGIN', 'prepare_host_upgrade.py']);
    });
  });

  it('knows which repositories serve', async () => {
    const rig = new Rig({ release: SIX_TWO });
    await rig.run(async () => {
      const client = await rig.login();
      const code = async (args: object): Promise<string | undefined> =>
        (await refusalOf(client.call('host.call_plugin', ...plugin('testUrl', args))))[3];
      expect(await client.call('host.call_plugin', ...plugin('testUrl', { url: 'http://repo/6.2.0/' }))).to.equal('true');
      expect(await code({})).to.equal('MISSING_URL');
      expect(await code({ url: 'http://elsewhere' })).to.equal('INVALID_URL');
      expect(await code({ url: 'http://repo/6.1.0' })).to.equal('INVALID_VER');
      expect((await refusalOf(client.call('host.call_plugin', ...plugin('getVersion'))))[0]).to.equal(
        'UNKNOWN_XENAPI_PLUGIN_FUNCTION',
      );
    });
  });

  it('calls a disk safe to re-cut when an attached local SR is large and empty', async () => {
    const answers: unknown[] = [];
    for (const prepare of [
      (): void => undefined,
      (database: Rig['database']): void => addGuest(database, 'vm', { sr: 'local-h1' }),
      (database: Rig['database']): void => database.update('SR', 'local-h1', { physical_size: 30 * GIB }),
    ]) {
      const rig = new Rig({ prepare });
      answers.push(await rig.run(async () => (await rig.login()).call('host.call_plugin', ...plugin('testSafe2Upgrade'))));
    }
    expect(answers).to.deep.equal(['true', 'vdi_present', 'not_enough_space']);
  });

  it('leaves a boot entry whose answer file upgrades, and counts its runs', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      for (let run = 0; run < 2; run++) await client.call('host.call_plugin', ...plugin('main', { url: 'http://repo/6.2.0' }));
    });
    const { staged, safe2upgrade } = rig.world.machines.get('u-h1')!.disk;
    expect(staged).to.include({ url: 'http://repo/6.2.0', runs: 2 });
    expect(staged?.answerFile).to.match(/<installation mode="upgrade">/);
    expect(safe2upgrade).to.equal(true);
  });

  it('that found the disk safe costs the host its local SR, in whose place stands a fresh one', async () => {
    const seven = { brand: 'XenServer', version: '7.1.2' } as const;
    const rig = new Rig({ targets: [seven] });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.disable', 'h1');
      await client.call('host.call_plugin', ...plugin('main', { url: 'http://repo/7.1.2' }));
      await client.call('host.reboot', 'h1');
      await backInService(rig, 'h1');
    });
    expect(rig.field('SR', 'local-h1', 'uuid')).to.equal(undefined);
    const fresh = [...rig.database.records('SR').values()].filter((record) => record['name_label'] === 'local-h1');
    expect(fresh.map((record) => record['VDIs'])).to.deep.equal([[]]);
    const pbd = [...rig.database.records('PBD').values()].find(
      (record) => record['SR'] !== undefined && rig.field('SR', String(record['SR']), 'name_label') === 'local-h1',
    );
    expect(pbd).to.include({ host: 'h1', currently_attached: true });
  });
});

describe('high availability', () => {
  const armed: PoolShape['prepare'] = (database) =>
    database.update('pool', 'pool', { ha_enabled: true, ha_host_failures_to_tolerate: 1 });

  it('objects to a host that leaves, until it is off', async () => {
    const rig = new Rig({ prepare: armed });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('host.disable', 'h2')))[0]).to.equal('HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN');
      await client.call('pool.disable_ha');
      expect((await refusalOf(client.call('pool.disable_ha')))[0]).to.equal('HA_NOT_ENABLED');
      await client.call('host.disable', 'h2');
      await client.call('host.enable', 'h2');
      await client.call('pool.enable_ha', ['shared'], { timeout: '60' });
      expect(rig.field('pool', 'pool', 'ha_configuration')).to.deep.equal({ timeout: '60' });
      expect(rig.field('pool', 'pool', 'ha_statefiles')).to.have.length(1);
      expect(rig.field('host', 'h2', 'ha_statefiles')).to.deep.equal(rig.field('pool', 'pool', 'ha_statefiles'));
      expect((await refusalOf(client.call('pool.enable_ha', ['shared'], {})))[0]).to.equal('HA_IS_ENABLED');
    });
  });

  it('keeps unprotected guests from being evacuated', async () => {
    const rig = new Rig({
      prepare: (database) => {
        armed(database);
        addGuest(database, 'vm', { on: 'h1', more: { ha_restart_priority: '' } });
      },
    });
    await rig.run(async () => {
      const preventing = await (await rig.login()).call('host.get_vms_which_prevent_evacuation', 'h1');
      expect(preventing).to.deep.equal({ vm: ['HOST_EVACUATE_VM_NOT_HA_PROTECTED', 'vm'] });
    });
  });
});

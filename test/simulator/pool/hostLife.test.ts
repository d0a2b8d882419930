// Hosts that leave and come back, the mixed mode between two releases, and what the pool says meanwhile.
import { expect } from 'chai';
import { addGuest, refusalOf, Rig, type PoolShape } from './smallPool';

async function stageAndReboot(rig: Rig, host: string): Promise<void> {
  const client = await rig.login();
  await client.call('host.disable', host);
  await client.call('host.call_plugin', host, 'prepare_host_upgrade.py', 'main', { url: 'http://repo/6.2.0' });
  await client.call('host.reboot', host);
}

/** Until the host has left, come back, joined and enabled itself. */
async function backInService(rig: Rig, host: string): Promise<void> {
  await rig.until(() => rig.stateOf(host) !== 'Up');
  await rig.until(() => rig.stateOf(host) === 'Up' && rig.field('host', host, 'enabled') === true);
}

function version(rig: Rig, host: string): string | undefined {
  return (rig.field('host', host, 'software_version') as Record<string, string>)['product_version'];
}

function config(rig: Rig, host: string): Record<string, string> {
  return rig.field('host', host, 'other_config') as Record<string, string>;
}

function rolling(rig: Rig): boolean {
  return (rig.field('pool', 'pool', 'other_config') as Record<string, string>)['rolling_upgrade_in_progress'] === 'true';
}

describe('a host that reboots', () => {
  it('must be disabled, answers at once and goes ten seconds later', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      expect(await refusalOf(client.call('host.reboot', 'h2'))).to.deep.equal(['HOST_NOT_DISABLED']);
      await client.call('host.disable', 'h2');
      await client.call('host.reboot', 'h2');
      await rig.sleep(9);
      expect(rig.stateOf('h2')).to.equal('Up');
      await rig.sleep(2);
      expect(rig.stateOf('h2')).to.equal('Booting');
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['wire', 'Refused']);
    });
  });

  it('is refused with guests left on it up to 6.2, and accepted later', async () => {
    const prepare: PoolShape['prepare'] = (database) => addGuest(database, 'vm', { on: 'h2' });
    const old = new Rig({ prepare });
    await old.run(async () => {
      const client = await old.login();
      await client.call('host.disable', 'h2');
      expect(await refusalOf(client.call('host.reboot', 'h2'))).to.deep.equal(['HOST_IN_USE', 'h2', 'vm', 'vm']);
    });
    const newer = new Rig({ prepare, release: { brand: 'XenServer', version: '7.6.0' } });
    await newer.run(async () => {
      const client = await newer.login();
      await client.call('host.disable', 'h2');
      await client.call('host.reboot', 'h2');
      await newer.sleep(15);
      expect(newer.inPlace('vm')).to.equal(undefined);
      expect(newer.field('VM', 'vm', 'power_state')).to.equal('Running');
      await newer.until(() => newer.field('VM', 'vm', 'power_state') === 'Halted');
      expect(newer.stateOf('h2')).to.equal('Up');
    });
    expect(newer.events.filter((event) => event.kind === 'guest').map(({ change }) => change)).to.deep.equal(['killed']);
  });

  it('comes back with new times by its own clock, plugs its storage, and only then enables itself', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      rig.world.machines.get('u-h2')!.clockSkew = 500_000;
      await client.call('host.disable', 'h2');
      await client.call('host.reboot', 'h2');
      await rig.until(() => config(rig, 'h2')['boot_time'] !== '1000.');
      expect(rig.field('host', 'h2', 'enabled')).to.equal(false);
      expect(rig.field('PBD', 'pbd-local-h2-h2', 'currently_attached')).to.equal(false);
      expect((await refusalOf(rig.client('h2').login()))[0]).to.equal('HOST_IS_SLAVE');
      const booted = Number.parseFloat(config(rig, 'h2')['boot_time']!);
      expect(booted * 1_000).to.be.within(rig.clock.now() + 500_000 - 60_000, rig.clock.now() + 500_000);
      await rig.until(() => rig.field('host', 'h2', 'enabled') === true);
      expect(rig.field('PBD', 'pbd-local-h2-h2', 'currently_attached')).to.equal(true);
      const time = String(await client.call('host.get_servertime', 'h2'));
      expect(time).to.match(/^\d{8}T\d\d:\d\d:\d\dZ$/);
    });
  });

  it('refuses connections until it serves, and can be enabled only when its start-up is over', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.orderReboot('h1');
      await rig.until(() => rig.stateOf('h1') === 'Booting');
      await rig.until(() => rig.stateOf('h1') === 'Up');
      expect(await refusalOf(rig.client().login())).to.deep.equal(['wire', 'Refused']);
      await rig.until(() => rig.world.machines.get('u-h1')!.agent === 'Running');
      await client.login();
      expect(await refusalOf(client.call('host.enable', 'h1'))).to.deep.equal(['HOST_STILL_BOOTING']);
      await rig.until(() => rig.field('host', 'h1', 'enabled') === true);
      await client.call('host.disable', 'h1');
      await client.call('host.enable', 'h1');
      expect(await client.call('host.get_enabled', 'h1')).to.equal(true);
    });
  });

  it('as a member names its master before it has joined it, and shows its new times only then', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.orderReboot('h2');
      await rig.until(() => rig.stateOf('h2') === 'Booting');
      await rig.until(() => rig.world.machines.get('u-h2')!.agent === 'Running');
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['HOST_IS_SLAVE', '10.0.0.1']);
      expect(config(rig, 'h2')['boot_time']).to.equal('1000.');
      expect(await refusalOf(client.call('host.enable', 'h2'))).to.deep.equal(['HOST_STILL_BOOTING']);
      await rig.until(() => config(rig, 'h2')['boot_time'] !== '1000.');
      expect(rig.field('host', 'h2', 'enabled')).to.equal(false);
    });
  });

  it('is believed alive all the while, and is enabled again by itself although it was disabled', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      await rig.orderReboot('h2');
      const beliefs = new Set<unknown>();
      await rig.until(() => {
        beliefs.add(rig.field('host_metrics', 'm-h2', 'live'));
        return rig.field('host', 'h2', 'enabled') === true;
      });
      expect([...beliefs]).to.deep.equal([true]);
    });
  });

  it('takes a second order within the ten seconds, and goes once', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.orderReboot('h2');
      await rig.sleep(5);
      await client.call('host.reboot', 'h2');
      await rig.until(() => rig.stateOf('h2') !== 'Up');
      expect((await refusalOf(client.call('host.reboot', 'h2')))[0]).to.equal('CANNOT_CONTACT_HOST');
      await rig.until(() => rig.field('host', 'h2', 'enabled') === true);
      expect(await refusalOf(client.call('host.reboot', 'h2'))).to.deep.equal(['HOST_NOT_DISABLED']);
    });
    const changes = rig.events.flatMap((event) => (event.kind === 'machine' && event.host === 'u-h2' ? [event.change] : []));
    expect(changes.filter((change) => change === 'leaving')).to.have.length(2);
    expect(changes.filter((change) => change === 'off')).to.have.length(1);
  });

  it('answers the order to a member as a task that ends with the order, not with the reboot', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.disable', 'h2');
      const task = String(await client.call('Async.host.reboot', 'h2'));
      expect(rig.field('task', task, 'status')).to.equal('pending');
      await rig.sleep(1);
      expect(rig.field('task', task, 'status')).to.equal('success');
      expect(rig.stateOf('h2')).to.equal('Up');
    });
  });

  it('is believed alive for ten minutes, or not a second after a shutdown it announced', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.disable', 'h2');
      await client.call('host.shutdown', 'h2');
      await rig.sleep(12);
      expect(rig.field('host_metrics', 'm-h2', 'live')).to.equal(false);
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['wire', 'Unreachable']);
      expect(await refusalOf(client.call('host.get_servertime', 'h2'))).to.deep.equal(['HOST_OFFLINE', 'h2']);
    });
    const torn = new Rig();
    await torn.run(async () => {
      torn.world.powerOff('u-h2', { by: 'person' });
      await torn.sleep(590);
      expect(torn.field('host_metrics', 'm-h2', 'live')).to.equal(true);
      const client = await torn.login();
      expect(await refusalOf(client.call('host.get_servertime', 'h2'))).to.deep.equal(['CANNOT_CONTACT_HOST', 'h2']);
      await torn.sleep(20);
      expect(torn.field('host_metrics', 'm-h2', 'live')).to.equal(false);
    });
  });

  it('starts the guests marked for it when the pool says so', async () => {
    const rig = new Rig({
      prepare: (database) => {
        addGuest(database, 'vm', { more: { other_config: { auto_poweron: 'true' } } });
        addGuest(database, 'unmarked');
        database.update('pool', 'pool', { other_config: { auto_poweron: 'true' } });
      },
    });
    await rig.run(async () => {
      await rig.orderReboot('h2');
      await rig.until(() => rig.inPlace('vm') !== undefined);
    });
    expect(rig.inPlace('unmarked')).to.equal(undefined);
  });
});

describe('a pool between two releases', () => {
  async function upgradeMaster(rig: Rig): Promise<void> {
    await stageAndReboot(rig, 'h1');
    await backInService(rig, 'h1');
  }

  it('serves the new release of its master, and says that it is mixed', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const before = await rig.login();
      expect(await before.call('pool.get_record', 'pool')).to.not.have.property('guest_agent_config');
      expect((await refusalOf(before.call('VM.shutdown', 'x')))[0]).to.equal('MESSAGE_METHOD_UNKNOWN');
      await upgradeMaster(rig);
      expect(version(rig, 'h1')).to.equal('6.2.0');
      expect(rolling(rig)).to.equal(true);
      const after = await rig.login();
      expect((await refusalOf(after.call('VM.shutdown', 'x')))[0]).to.equal('HANDLE_INVALID');
    });
  });

  it('lets no guest move or start on an older host', async () => {
    const rig = new Rig({
      prepare: (database) => {
        addGuest(database, 'vm', { on: 'h2' });
        addGuest(database, 'halted');
        addGuest(database, 'pinned', { sr: 'local-h2' });
      },
    });
    await rig.run(async () => {
      await upgradeMaster(rig);
      const client = await rig.login();
      await rig.until(() => rig.field('host_metrics', 'm-h2', 'live') === true);
      expect(await refusalOf(client.call('VM.start_on', 'halted', 'h2', false, false))).to.deep.equal([
        'NOT_SUPPORTED_DURING_UPGRADE',
      ]);
      expect((await refusalOf(client.call('VM.start', 'pinned', false, false)))[0]).to.equal('VM_REQUIRES_SR');
      await client.call('VM.start', 'halted', false, false);
      expect(rig.inPlace('halted')).to.equal('u-h1');
      await client.call('VM.pool_migrate', 'vm', 'h1', {});
      expect(await refusalOf(client.call('VM.pool_migrate', 'vm', 'h2', {}))).to.deep.equal(['NOT_SUPPORTED_DURING_UPGRADE']);
      expect((await refusalOf(client.call('VM.assert_can_boot_here', 'pinned', 'h2')))[0]).to.equal(
        'VM_HOST_INCOMPATIBLE_VERSION',
      );
    });
  });

  it('refuses snapshots, new SRs and HA, and dumps a dummy', async () => {
    const rig = new Rig({ prepare: (database) => addGuest(database, 'vm', { on: 'h2' }) });
    await rig.run(async () => {
      const early = await rig.login();
      expect((await early.download(`/pool/xmldbdump?session_id=${early.session}`)).body).to.contain('ref="h1"');
      await upgradeMaster(rig);
      const client = await rig.login();
      expect(await refusalOf(client.call('VM.snapshot', 'vm', 'name'))).to.deep.equal(['NOT_SUPPORTED_DURING_UPGRADE']);
      await rig.until(() => rig.field('host_metrics', 'm-h2', 'live') === true);
      expect(await refusalOf(client.call('pool.enable_ha', ['shared'], {}))).to.deep.equal(['NOT_SUPPORTED_DURING_UPGRADE']);
      const dump = await client.download(`/pool/xmldbdump?session_id=${client.session}`);
      expect(dump.body).to.contain('<table name="host"/>').and.not.contain('row');
      expect((await client.download('/pool/xmldbdump?session_id=nobody')).status).to.equal(401);
    });
    expect(rig.events.filter((event) => event.kind === 'dumped').map(({ dummy }) => dummy)).to.deep.equal([false, true]);
  });

  it('is one again within half a minute of its last host, and not at once', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      await upgradeMaster(rig);
      await rig.until(() => rig.field('host_metrics', 'm-h2', 'live') === true);
      await stageAndReboot(rig, 'h2');
      await rig.until(() => version(rig, 'h2') === '6.2.0');
      const equal = rig.clock.now();
      expect(rolling(rig)).to.equal(true);
      await rig.until(() => !rolling(rig));
      expect(rig.clock.now() - equal).to.be.most(30_000);
    });
    const changes = rig.events.filter((event) => event.kind === 'pool').map(({ change }) => change);
    expect(changes).to.deep.equal(['rolling-upgrade-started', 'rolling-upgrade-ended']);
  });

  it('does not take in a member that is newer than its master', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      await stageAndReboot(rig, 'h2');
      await rig.until(() => rig.stateOf('h2') !== 'Up');
      await rig.until(() => rig.world.machines.get('u-h2')!.agent === 'Running');
      await rig.sleep(30);
      expect((await refusalOf(rig.client('h2').login()))[0]).to.equal('HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR');
      expect(version(rig, 'h2')).to.equal('6.1.0');
      await stageAndReboot(rig, 'h1');
      await backInService(rig, 'h1');
      await rig.until(() => rig.field('host', 'h2', 'enabled') === true);
      expect(version(rig, 'h2')).to.equal('6.2.0');
      await rig.until(() => !rolling(rig));
    });
  });

  it('shows its first version again when the installer gave up before the point of no return', async () => {
    const rig = new Rig({ faults: ['installer-fails@master'] });
    await rig.run(async () => {
      const before = rig.field('host', 'h1', 'software_version');
      await upgradeMaster(rig);
      expect(rig.field('host', 'h1', 'software_version')).to.deep.equal(before);
      expect(rolling(rig)).to.equal(false);
    });
  });
});

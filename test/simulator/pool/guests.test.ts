// Starting, stopping, suspending and moving guests.
import { expect } from 'chai';
import type { LiveDatabase } from '../../../src/simulator/pool/liveDatabase';
import { IGNORES_SHUTDOWN } from '../../../src/simulator/dump';
import { addDisk, addGuest, GIB, type GuestShape, NULL, refusalOf, Rig } from './smallPool';

const guest =
  (shape: GuestShape = {}) =>
  (database: LiveDatabase): void =>
    addGuest(database, 'vm', shape);

describe('making a guest', () => {
  it('gives a halted one, an interface when one is added, and drivers that are reported once it has booted', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const vm = String(
        await client.call('VM.create', { name_label: 'new', HVM_boot_policy: 'BIOS order', memory_dynamic_max: GIB }),
      );
      const vif = String(await client.call('VIF.create', { device: '0', network: 'net', VM: vm, MAC: '', MTU: 1500 }));
      expect(rig.field('VM', vm, 'power_state')).to.equal('Halted');
      expect(rig.field('VM', vm, 'VIFs')).to.deep.equal([vif]);
      expect(rig.field('network', 'net', 'VIFs')).to.deep.equal([vif]);
      expect(rig.field('VIF', vif, 'MAC')).to.match(/^02(:[0-9a-f]{2}){5}$/);
      await client.call('VM.start_on', vm, 'h1', false, false);
      expect(rig.field('VIF', vif, 'currently_attached')).to.equal(true);
      expect((await refusalOf(client.call('VM.pool_migrate', vm, 'h2', {})))[0]).to.equal('VM_MISSING_PV_DRIVERS');
      await rig.sleep(60);
      await client.call('VM.pool_migrate', vm, 'h2', {});
      expect(await client.call('VM.get_resident_on', vm)).to.equal('h2');
      await client.call('VM.clean_shutdown', vm);
      await client.call('VM.destroy', vm);
      expect(rig.field('network', 'net', 'VIFs')).to.deep.equal([]);
      for (const cls of ['VIF', 'VM_metrics', 'VM_guest_metrics'])
        expect(await client.call(`${cls}.get_all`), cls).to.deep.equal([]);
    });
  });

  it('refuses an interface of a guest or on a network that is not there', async () => {
    const rig = new Rig({ prepare: guest() });
    await rig.run(async () => {
      const client = await rig.login();
      const make = (VM: string, network: string): Promise<unknown> =>
        client.call('VIF.create', { device: '1', VM, network, MAC: '' });
      expect(await refusalOf(make('nobody', 'net'))).to.deep.equal(['HANDLE_INVALID', 'VM', 'nobody']);
      expect(await refusalOf(make('vm', 'nowhere'))).to.deep.equal(['HANDLE_INVALID', 'network', 'nowhere']);
      expect(rig.field('VM', 'vm', 'VIFs')).to.deep.equal(['vif-vm']);
    });
  });
});

describe('starting a guest', () => {
  it('gives it a domain on the host with most room, or on its home', async () => {
    const rig = new Rig({
      prepare: (database) => {
        addGuest(database, 'big', { on: 'h1', memory: 4 * GIB });
        addGuest(database, 'vm');
        addGuest(database, 'homely', { more: { affinity: 'h1' } });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('VM.start', 'vm', false, false);
      await client.call('VM.start', 'homely', false, false);
    });
    expect([rig.inPlace('vm'), rig.inPlace('homely')]).to.deep.equal(['u-h2', 'u-h1']);
    expect(rig.field('VM', 'vm', 'power_state')).to.equal('Running');
    expect(rig.field('host', 'h2', 'resident_VMs')).to.include('vm');
    expect(rig.field('VBD', 'vbd-vm', 'currently_attached')).to.equal(true);
  });

  it('is refused for one that runs, without memory, on a disabled host, and with nowhere to go', async () => {
    const rig = new Rig({ prepare: guest({ memory: 20 * GIB }) });
    await rig.run(async () => {
      const client = await rig.login();
      const full = await refusalOf(client.call('VM.start_on', 'vm', 'h2', false, false));
      expect(full).to.deep.equal(['HOST_NOT_ENOUGH_FREE_MEMORY', String(20 * GIB + 1024 ** 2), String(8 * GIB)]);
      expect(await refusalOf(client.call('VM.start', 'vm', false, false))).to.deep.equal(['NO_HOSTS_AVAILABLE']);
      await client.call('host.disable', 'h2');
      expect(await refusalOf(client.call('VM.start_on', 'vm', 'h2', false, false))).to.deep.equal(['HOST_DISABLED', 'h2']);
      expect(rig.field('VM', 'vm', 'current_operations')).to.deep.equal({});
    });
  });

  it('counts a guest that is still being built', async () => {
    const rig = new Rig({
      hosts: 1,
      prepare: (database) => {
        addGuest(database, 'one', { memory: 5 * GIB });
        addGuest(database, 'two', { memory: 5 * GIB });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      const first = client.call('VM.start', 'one', false, false);
      const refusal = await refusalOf(client.call('VM.start', 'two', false, false));
      expect(refusal[0]).to.equal('HOST_NOT_ENOUGH_FREE_MEMORY');
      await first;
    });
  });
});

describe('stopping a guest', () => {
  it('takes its domain away and says so to the books', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h2' }) });
    await rig.run(async () => (await rig.login('h1', 'me')).call('VM.clean_shutdown', 'vm'));
    expect(rig.inPlace('vm')).to.equal(undefined);
    const told = rig.events.find((event) => event.kind === 'guest');
    expect(told).to.deep.include({ vm: 'u-vm', change: 'stopped', host: 'u-h2', cause: { by: 'call', caller: 'me' } });
  });

  it('needs drivers where the guest is fully virtualised', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1', hvm: true }) });
    await rig.run(async () => {
      const client = await rig.login();
      for (const call of ['VM.clean_shutdown', 'VM.suspend']) {
        expect(await refusalOf(client.call(call, 'vm'))).to.deep.equal(['VM_MISSING_PV_DRIVERS', 'vm']);
      }
      expect(await refusalOf(client.call('VM.pool_migrate', 'vm', 'h2', {}))).to.deep.equal(['VM_MISSING_PV_DRIVERS', 'vm']);
      await client.call('VM.hard_shutdown', 'vm');
    });
    expect(rig.field('VM', 'vm', 'power_state')).to.equal('Halted');
  });

  it('that ignores it is given up after twenty minutes, unless it is killed meanwhile', async () => {
    for (const killed of [false, true]) {
      const rig = new Rig({ prepare: guest({ on: 'h1', more: { other_config: { [IGNORES_SHUTDOWN]: 'true' } } }) });
      await rig.run(async () => {
        const client = await rig.login();
        const before = rig.clock.now();
        const stopping = client.call('VM.clean_shutdown', 'vm');
        await rig.sleep(60);
        if (killed) {
          await client.call('VM.hard_shutdown', 'vm');
          await stopping;
        } else {
          expect(await refusalOf(stopping)).to.deep.equal(['VM_SHUTDOWN_TIMEOUT', 'vm', '1200']);
          expect(rig.clock.now() - before).to.be.within(1_200_000, 1_201_000);
        }
      });
      expect(rig.inPlace('vm')).to.equal(killed ? undefined : 'u-h1');
    }
  });

  it('that a fault makes deaf does the same', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1' }), faults: ['guest-ignores-shutdown:vm=vm'] });
    await rig.run(async () => {
      expect((await refusalOf((await rig.login()).call('VM.clean_shutdown', 'vm')))[0]).to.equal('VM_SHUTDOWN_TIMEOUT');
    });
  });

  it('has its drivers back only when it has booted', async () => {
    const rig = new Rig({ prepare: guest({ hvm: true, drivers: true }) });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('VM.start', 'vm', false, false);
      expect((await refusalOf(client.call('VM.pool_migrate', 'vm', 'h1', {})))[0]).to.equal('VM_MISSING_PV_DRIVERS');
      await rig.sleep(60);
      await client.call('VM.pool_migrate', 'vm', 'h1', {});
    });
    expect(rig.inPlace('vm')).to.equal('u-h1');
  });
});

describe('suspending a guest', () => {
  it('puts its memory on the suspend SR and takes it from there again', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1', memory: 2 * GIB }) });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('VM.suspend', 'vm');
      expect(rig.inPlace('vm')).to.equal(undefined);
      expect(rig.field('VM', 'vm', 'power_state')).to.equal('Suspended');
      expect(rig.field('SR', 'shared', 'physical_utilisation')).to.be.greaterThan(2 * GIB);
      await client.call('VM.resume_on', 'vm', 'h2', false, false);
      expect(rig.inPlace('vm')).to.equal('u-h2');
      expect(rig.field('VM', 'vm', 'suspend_VDI')).to.equal(NULL);
      expect(rig.field('SR', 'shared', 'physical_utilisation')).to.equal(0);
    });
  });

  it('needs an SR with room', async () => {
    const full = (database: LiveDatabase): void => {
      addGuest(database, 'vm', { on: 'h1' });
      database.update('SR', 'shared', { physical_utilisation: 500 * GIB });
    };
    const none = (database: LiveDatabase): void => {
      addGuest(database, 'vm', { on: 'h1' });
      database.update('pool', 'pool', { suspend_image_SR: NULL });
    };
    for (const [prepare, expected] of [
      [full, ['SR_SUSPEND_SPACE_INSUFFICIENT', 'shared']],
      [none, ['VM_NO_SUSPEND_SR', 'vm']],
    ] as const) {
      const rig = new Rig({ prepare });
      await rig.run(async () => {
        expect(await refusalOf((await rig.login()).call('VM.suspend', 'vm'))).to.deep.equal(expected);
      });
      expect(rig.inPlace('vm')).to.equal('u-h1');
    }
  });
});

describe('migrating a guest', () => {
  it('moves the domain and tells the books', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1' }) });
    await rig.run(async () => (await rig.login()).call('VM.pool_migrate', 'vm', 'h2', { live: 'true' }));
    expect(rig.inPlace('vm')).to.equal('u-h2');
    expect(rig.field('host', 'h1', 'resident_VMs')).to.deep.equal(['dom0-h1']);
    expect(rig.events.find((event) => event.kind === 'migrated')).to.deep.include({ vm: 'u-vm', from: 'u-h1', to: 'u-h2' });
  });

  const obstacles: readonly (readonly [string, (database: LiveDatabase) => void, readonly string[]])[] = [
    [
      'a disk on local storage',
      (database) => addGuest(database, 'vm', { on: 'h1', sr: 'local-h1' }),
      ['VM_REQUIRES_SR', 'vm', 'local-h1'],
    ],
    ['a CD of a local drive', withCd, ['VM_REQUIRES_SR', 'vm', 'dvd-h1']],
    ['a network the target lacks', withoutNetwork, ['VM_REQUIRES_NETWORK', 'vm', 'net']],
    [
      'a PCI device',
      (database) => addGuest(database, 'vm', { on: 'h1', more: { other_config: { pci: '0/0000:02:00.0' } } }),
      ['VM_HAS_PCI_ATTACHED', 'vm'],
    ],
    [
      'a blocked operation',
      (database) => addGuest(database, 'vm', { on: 'h1', more: { blocked_operations: { pool_migrate: 'NO' } } }),
      ['OPERATION_BLOCKED', 'vm', 'NO'],
    ],
    ['a halted guest', (database) => addGuest(database, 'vm'), ['VM_BAD_POWER_STATE', 'vm', 'running', 'halted']],
  ];
  for (const [name, prepare, expected] of obstacles) {
    it(`is refused for ${name}`, async () => {
      const rig = new Rig({ prepare });
      await rig.run(async () => {
        expect(await refusalOf((await rig.login()).call('VM.pool_migrate', 'vm', 'h2', {}))).to.deep.equal(expected);
      });
    });
  }

  it('works once the CD is out', async () => {
    const rig = new Rig({ prepare: withCd });
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('VBD.eject', 'cdrom-vm');
      expect(await refusalOf(client.call('VBD.eject', 'cdrom-vm'))).to.deep.equal(['VBD_IS_EMPTY', 'cdrom-vm']);
      expect(await refusalOf(client.call('VBD.eject', 'vbd-vm'))).to.deep.equal(['VBD_NOT_REMOVABLE_MEDIA', 'vbd-vm']);
      await client.call('VM.pool_migrate', 'vm', 'h2', {});
      expect((await refusalOf(client.call('VBD.insert', 'cdrom-vm', 'cd-h1')))[0]).to.equal('VM_REQUIRES_SR');
      await client.call('VBD.insert', 'cdrom-vm', 'cd-h2');
    });
    expect(rig.field('VBD', 'cdrom-vm', 'VDI')).to.equal('cd-h2');
  });

  it('that fails leaves the guest running where it was', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1' }), faults: ['migration-fails'] });
    await rig.run(async () => {
      const client = await rig.login();
      const refusal = await refusalOf(client.call('VM.pool_migrate', 'vm', 'h2', {}));
      expect(refusal.slice(0, 4)).to.deep.equal(['VM_MIGRATE_FAILED', 'vm', 'h1', 'h2']);
      expect(rig.inPlace('vm')).to.equal('u-h1');
      expect(rig.field('VM', 'vm', 'current_operations')).to.deep.equal({});
      await client.call('VM.pool_migrate', 'vm', 'h2', {});
    });
  });

  it('keeps other operations away while it runs', async () => {
    const rig = new Rig({ prepare: guest({ on: 'h1' }) });
    await rig.run(async () => {
      const client = await rig.login();
      const moving = client.call('VM.pool_migrate', 'vm', 'h2', {});
      await rig.sleep(1);
      expect(await refusalOf(client.call('VM.suspend', 'vm'))).to.deep.equal(['OTHER_OPERATION_IN_PROGRESS', 'VM', 'vm']);
      expect(await refusalOf(client.call('VM.hard_shutdown', 'vm'))).to.deep.equal(['OTHER_OPERATION_IN_PROGRESS', 'VM', 'vm']);
      await moving;
    });
  });
});

function withCd(database: LiveDatabase): void {
  addGuest(database, 'vm', { on: 'h1' });
  database.update('VBD', 'cdrom-vm', { empty: false, VDI: 'cd-h1' });
}

function withoutNetwork(database: LiveDatabase): void {
  addGuest(database, 'vm', { on: 'h1' });
  database.remove('PIF', 'pif-h2');
}

describe('evacuating a host', () => {
  it('moves everything or nothing', async () => {
    const rig = new Rig({
      prepare: (database) => {
        addGuest(database, 'vm', { on: 'h1' });
        addGuest(database, 'pinned', { on: 'h1', sr: 'local-h1' });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      const preventing = await client.call('host.get_vms_which_prevent_evacuation', 'h1');
      expect(preventing).to.deep.equal({ pinned: ['VM_REQUIRES_SR', 'pinned', 'local-h1'] });
      expect((await refusalOf(client.call('host.evacuate', 'h1')))[0]).to.equal('VM_REQUIRES_SR');
      expect(rig.inPlace('vm')).to.equal('u-h1');
      await client.call('VM.hard_shutdown', 'pinned');
      await client.call('host.evacuate', 'h1');
      expect(rig.inPlace('vm')).to.equal('u-h2');
    });
  });

  it('counts a guest as movable only when every other host could take it', async () => {
    const rig = new Rig({
      hosts: 3,
      prepare: (database) => {
        addGuest(database, 'vm', { on: 'h1' });
        database.update('PBD', 'pbd-shared-h3', { currently_attached: false });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('host.evacuate', 'h1')))[0]).to.equal('VM_REQUIRES_SR');
      await client.call('VM.pool_migrate', 'vm', 'h2', {});
    });
  });
});

describe('attaching storage', () => {
  it('lets guests come, and cannot be undone under them', async () => {
    const rig = new Rig({
      prepare: (database) => {
        addGuest(database, 'vm', { on: 'h1' });
        addDisk(database, 'other', 'local-h2');
        database.update('PBD', 'pbd-shared-h2', { currently_attached: false });
      },
    });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('VM.pool_migrate', 'vm', 'h2', {})))[0]).to.equal('VM_REQUIRES_SR');
      await client.call('PBD.plug', 'pbd-shared-h2');
      await client.call('VM.pool_migrate', 'vm', 'h2', {});
      expect((await refusalOf(client.call('PBD.unplug', 'pbd-shared-h2')))[0]).to.equal('VDI_IN_USE');
    });
  });
});

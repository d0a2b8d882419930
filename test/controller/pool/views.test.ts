import { expect } from 'chai';
import { viewGuests } from '../../../src/controller/pool/guestView';
import { viewPool } from '../../../src/controller/pool/poolView';
import type { Guest } from '../../../src/plan/pool';
import type { RecordOf } from '../../../src/xenapi/records/records';
import { records } from './records';

type Vm = Partial<RecordOf<'VM'>>;

describe('the pool as planning sees it', () => {
  const hosts = {
    m: {
      name_label: 'xs-01',
      enabled: true,
      metrics: 'mm',
      software_version: { product_brand: 'XenServer', product_version: '6.2.0', platform_version: '1.8.0' },
      other_config: { boot_time: '1390000000.', agent_start_time: '1390000100.' },
    },
    b: { metrics: 'gone', software_version: { product_version: '5.5.0' } },
  };

  it('names its master, its hosts and what they run', () => {
    const pool = viewPool(
      records({
        pool: { p: { master: 'm', other_config: { auto_poweron: 'true' } } },
        host: hosts,
        host_metrics: { mm: { live: true } },
      }),
    );
    expect([pool.masterUuid, pool.autoPoweron, pool.rollingUpgrade, pool.mark]).to.deep.equal(['m', 'true', false, undefined]);
    expect(pool.hosts.map((host) => [host.master, host.enabled, host.live])).to.deep.equal([
      [true, true, true],
      [false, false, false],
    ]);
    expect(pool.hosts[0]).to.deep.include({ bootTime: 1_390_000_000, agentStartTime: '1390000100.' });
    expect(pool.hosts[0]!.version).to.deep.equal({ release: { brand: 'XenServer', version: '6.2.0' }, platform: '1.8.0' });
  });

  it('of a release that serves fewer fields takes what is missing for off, and no platform for none', () => {
    const pool = viewPool(records({ pool: { p: { master: 'b' } }, host: hosts }));
    expect([pool.haEnabled, pool.wlbEnabled, pool.autoPoweron]).to.deep.equal([false, false, undefined]);
    expect(pool.hosts[1]!.version).to.deep.equal({ release: { brand: 'XenServer', version: '5.5.0' } });
    expect([pool.hosts[1]!.bootTime, pool.hosts[1]!.agentStartTime]).to.deep.equal([undefined, undefined]);
  });

  it('is in mixed mode when XAPI says so, and bears the mark', () => {
    const other = { rolling_upgrade_in_progress: 'true', 'xenpool.dev/claim': 'us' };
    const pool = viewPool(records({ pool: { p: { master: 'm', other_config: other } }, host: hosts }));
    expect([pool.rollingUpgrade, pool.mark]).to.deep.equal([true, 'us']);
  });

  it('is no pool without a pool record', () => {
    expect(() => viewPool(records({ host: hosts }))).to.throw('no pool record');
  });
});

describe('a guest as planning sees it', () => {
  const tools = { vgm: { PV_drivers_version: { major: '6' } } };
  const world = (vm: Vm, more: Parameters<typeof records>[0] = {}): ReturnType<typeof viewGuests> =>
    viewGuests(
      records({
        pool: { p: { suspend_image_SR: 's' } },
        host: { m: {}, b: {} },
        SR: { s: { shared: true, VDIs: ['d'] }, iso: {} },
        VDI: { d: { SR: 's' }, disc: { SR: 'iso' } },
        network: { n: {} },
        VM_guest_metrics: tools,
        VM: { v: { resident_on: 'm', power_state: 'Running', ...vm } },
        ...more,
      }),
    );
  const guest = (vm: Vm, more: Parameters<typeof records>[0] = {}): Guest => world(vm, more).guests[0]!;

  it('is on a host only while it has a domain, and on its way where XAPI says so', () => {
    expect(guest({}).host).to.equal('m');
    expect(guest({ power_state: 'Paused' }).host).to.equal('m');
    for (const state of ['Halted', 'Suspended'] as const) expect(guest({ power_state: state }).host, state).to.equal(undefined);
    const starting = guest({
      power_state: 'Halted',
      resident_on: 'OpaqueRef:NULL',
      scheduled_to_be_resident_on: 'b',
      current_operations: { t: 'start_on' },
    });
    expect([starting.host, starting.arriving, starting.busy]).to.deep.equal([undefined, 'b', ['start_on']]);
  });

  it('is neither a template, nor a snapshot, nor a control domain', () => {
    for (const vm of [{ is_a_template: true }, { is_a_snapshot: true }, { is_control_domain: true }])
      expect(world(vm).guests, JSON.stringify(vm)).to.deep.equal([]);
  });

  it('can move and sleep when it is paravirtual or has tools, and nothing ties it down', () => {
    const able = (vm: Vm): readonly (string | undefined)[] => {
      const seen = guest({ HVM_boot_policy: 'BIOS order', ...vm });
      return [seen.immobile?.code, seen.insuspendable?.code, String(seen.cleanShutdown)];
    };
    expect(able({ HVM_boot_policy: '' })).to.deep.equal([undefined, undefined, 'true']);
    expect(able({ guest_metrics: 'vgm' })).to.deep.equal([undefined, undefined, 'true']);
    expect(able({})).to.deep.equal(['VM_MISSING_PV_DRIVERS', 'VM_MISSING_PV_DRIVERS', 'false']);
    expect(able({ guest_metrics: 'vgm', other_config: { pci: '0/0000:01:00.0' } })[0]).to.equal('VM_HAS_PCI_ATTACHED');
    expect(able({ guest_metrics: 'vgm', VGPUs: ['x'] })[0]).to.equal('VM_HAS_VGPU');
    expect(able({ guest_metrics: 'vgm', blocked_operations: { pool_migrate: 'WHY' } })).to.deep.equal([
      'OPERATION_BLOCKED',
      undefined,
      'true',
    ]);
  });

  it('cannot sleep where there is no SR for its image', () => {
    expect(guest({}, { pool: { p: {} } }).insuspendable?.code).to.equal('VM_NO_SUSPEND_SR');
    expect(guest({ suspend_SR: 's' }, { pool: { p: {} } }).insuspendable).to.equal(undefined);
  });

  it('needs the storage of its disks, of the discs inserted, and of its image while it sleeps', () => {
    const VBD = {
      b1: { VM: 'v', VDI: 'd', type: 'Disk' as const },
      b2: { VM: 'v', VDI: 'disc', type: 'CD' as const },
      b3: { VM: 'v', VDI: 'disc', type: 'CD' as const, empty: true },
      b4: { VM: 'another', VDI: 'disc', type: 'CD' as const },
    };
    const seen = guest({}, { VBD });
    expect([seen.srs, seen.cds]).to.deep.equal([['s', 'iso'], [{ vbd: 'b2', vdi: 'disc', sr: 'iso' }]]);
    expect(guest({ suspend_VDI: 'disc' }).srs, 'awake').to.deep.equal([]);
    expect(guest({ suspend_VDI: 'disc', power_state: 'Suspended' }).srs).to.deep.equal(['iso']);
  });

  it('needs as much memory as it may grow to, with its overhead', () => {
    expect(guest({ memory_dynamic_max: 100, memory_static_max: 200, memory_overhead: 7 }).memory).to.equal(107);
    expect(guest({ memory_static_max: 200, memory_overhead: 7 }).memory, 'before there was ballooning').to.equal(207);
  });

  it('sees a network where a host has an interface on it', () => {
    const seen = world({}, { VIF: { i: { VM: 'v', network: 'n' } }, PIF: { x: { host: 'm', network: 'n' } } });
    expect([seen.guests[0]!.networks, seen.networkHosts]).to.deep.equal([['n'], { n: ['m'] }]);
  });

  it('lies on storage whose device is told where it has one', () => {
    const PBD = {
      disk: { host: 'm', SR: 's', currently_attached: true, device_config: { device: '/dev/sda3' } },
      share: { host: 'b', SR: 's', device_config: { server: 'filer' } },
    };
    expect(world({}, { PBD }).pbds).to.deep.equal([
      { uuid: 'disk', host: 'm', sr: 's', attached: true, device: '/dev/sda3' },
      { uuid: 'share', host: 'b', sr: 's', attached: false },
    ]);
  });
});

import { expect } from 'chai';
import { viewHazards } from '../../../src/controller/pool/hazardView';
import { ClusterReader } from '../../../src/controller/pool/clusters';
import { known } from '../../../src/foundation/fact';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { XapiError } from '../../../src/xenapi/error';
import { records } from './records';

type Rows = Parameters<typeof records>[0];

const view = (rows: Rows): ReturnType<typeof viewHazards> => viewHazards(records(rows), known([]));
const host = (more: NonNullable<Rows['host']>[string] = {}): Rows => ({ pool: { p: { master: 'h' } }, host: { h: more } });

describe('what the hazard checks see of a pool', () => {
  it('takes what a release does not tell for absent', () => {
    const { pool, hosts } = view(host());
    expect(pool).to.deep.equal({
      secretRotationPending: false,
      forbidsRollingUpgrade: false,
      defaultSr: undefined,
      suspendSr: undefined,
    });
    expect(hosts['h']).to.deep.equal({
      multipathing: false,
      directory: '',
      licenceExpiry: undefined,
      restricted: [],
      pendingGuidances: [],
      suspendSr: undefined,
      management: undefined,
    });
  });

  it('reads the switches of pool and host', () => {
    const { pool, hosts } = view({
      pool: {
        p: {
          master: 'h',
          is_psr_pending: true,
          default_SR: 's',
          suspend_image_SR: 's',
          restrictions: { restrict_rpu: 'true' },
          other_config: { 'hci-forbid-rpu': 'true' },
        },
      },
      host: {
        h: {
          other_config: { multipathing: 'true' },
          external_auth_type: 'AD',
          license_params: { expiry: '20300101T00:00:00Z', restrict_xen_motion: 'true', restrict_dmc: 'false' },
          pending_guidances: ['reboot_host'],
          suspend_image_sr: 's',
        },
      },
      SR: { s: {} },
    });
    expect(pool).to.deep.equal({ secretRotationPending: true, forbidsRollingUpgrade: true, defaultSr: 's', suspendSr: 's' });
    expect(hosts['h']).to.deep.include({
      multipathing: true,
      directory: 'AD',
      licenceExpiry: Date.UTC(2030, 0, 1),
      pendingGuidances: ['reboot_host'],
      suspendSr: 's',
    });
    expect([...hosts['h']!.restricted].sort()).to.deep.equal(['rpu', 'xen_motion']);
  });

  it('prefers the field of later releases to what stood in other_config', () => {
    expect(view(host({ multipathing: false, other_config: { multipathing: 'true' } })).hosts['h']!.multipathing).to.equal(false);
  });

  it('finds the management interface, its tag, and the bond it is or lies upon', () => {
    const wire = {
      host: 'h',
      management: true,
      device: 'eth0',
      VLAN: -1,
      ip_configuration_mode: 'Static',
      gateway: 'g',
      DNS: 'd',
    };
    const plain = view({ ...host(), PIF: { x: { host: 'h', device: 'eth9' }, a: wire } });
    expect(plain.hosts['h']!.management).to.deep.equal({
      device: 'eth0',
      mode: 'Static',
      vlan: undefined,
      bond: undefined,
      gateway: 'g',
      dns: 'd',
    });
    const bonded = { ...wire, bond_master_of: ['b'] };
    const later = view({ ...host(), PIF: { a: bonded }, Bond: { b: { mode: 'lacp' } } });
    expect(later.hosts['h']!.management!.bond).to.equal('lacp');
    const old = view({ ...host(), PIF: { a: { ...bonded, other_config: { 'bond-mode': 'active-backup' } } }, Bond: { b: {} } });
    expect(old.hosts['h']!.management!.bond).to.equal('active-backup');
    const tagged = view({
      ...host(),
      PIF: { a: { ...wire, VLAN: 7, VLAN_master_of: 'v' }, below: { ...bonded, management: false } },
      VLAN: { v: { tagged_PIF: 'below' } },
      Bond: { b: { mode: 'lacp' } },
    });
    expect(tagged.hosts['h']!.management).to.deep.include({ vlan: 7, bond: 'lacp' });
  });

  it('sees of guests what starts by itself, sleeps on an SR of its own, boots by UEFI, and holds the disc of the tools', () => {
    const drive = { VM: 'vm', type: 'CD' as const, empty: false, VDI: 'd' };
    const rows = (disc: NonNullable<Rows['VDI']>[string], sr: NonNullable<Rows['SR']>[string] = {}): Rows => ({
      ...host(),
      VM: {
        vm: { other_config: { auto_poweron: 'true' }, suspend_SR: 's', HVM_boot_params: { firmware: 'uefi' } },
        dom0: { is_control_domain: true },
      },
      VBD: { v: drive },
      VDI: { d: { SR: 's', ...disc } },
      SR: { s: sr },
    });
    const { guests } = view(rows({ name_label: 'debian.iso' }));
    expect(guests).to.deep.equal({ vm: { autoPoweron: true, suspendSr: 's', toolsDisc: false, uefi: true } });
    const tools = [
      rows({ name_label: 'xs-tools.iso' }),
      rows({ is_tools_iso: true }),
      rows({}, { is_tools_sr: true }),
      rows({}, { name_label: 'XenServer Tools' }),
    ];
    for (const held of tools) expect(view(held).guests['vm']!.toolsDisc).to.equal(true);
  });
});

describe('the clusters of a pool', () => {
  const members = {
    a: { cluster: 'c', host: 'h', enabled: true, joined: true, live: true },
    b: { cluster: 'c', host: 'i', enabled: false, joined: true },
    other: { cluster: 'd', host: 'i', enabled: false },
  };
  const answers: Readonly<Record<string, unknown>> = {
    'Cluster.get_all_records': { c: { uuid: 'cluster', cluster_stack: 'corosync', is_quorate: false } },
    'Cluster_host.get_all_records': members,
  };

  function reader(answer: (method: string) => unknown): {
    readonly reader: ClusterReader;
    readonly clock: VirtualClock;
    readonly asked: string[];
  } {
    const asked: string[] = [];
    const clock = new VirtualClock(0);
    const call = <T>(method: string): Promise<T> => {
      asked.push(method);
      return Promise.resolve().then(() => answer(method) as T);
    };
    return { reader: new ClusterReader({ client: { call, logins: 1 }, clock }), clock, asked };
  }
  const seen = records({ host: { h: {}, i: {} } });
  const refused = (kind: 'ApiAge' | 'Transport'): never => {
    throw new XapiError({ kind, text: 'no', maybeDelivered: false });
  };

  it('are told with their quorum and the hosts that are not in them, and asked for once a minute', async () => {
    const { reader: clusters, clock, asked } = reader((method) => answers[method]);
    expect(await clusters.read(seen)).to.deep.equal(
      known([{ uuid: 'cluster', stack: 'corosync', quorate: false, absent: ['i'] }]),
    );
    await clusters.read(seen);
    expect(asked).to.have.length(2);
    let over = false;
    clock.after(60_000, () => (over = true));
    await clock.run(() => over, 61_000);
    await clusters.read(seen);
    expect(asked).to.have.length(4);
  });

  it('are none on releases that do not know them, and unknown where nobody answers', async () => {
    expect(await reader(() => refused('ApiAge')).reader.read(seen)).to.deep.equal(known([]));
    expect((await reader(() => refused('Transport')).reader.read(seen)).known).to.equal(false);
  });
});

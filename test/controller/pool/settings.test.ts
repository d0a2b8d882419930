import { expect } from 'chai';
import { viewSettings } from '../../../src/controller/pool/settingsView';
import { hostAnswers } from '../../../src/controller/pool/settings/hostAnswers';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { Settings } from '../../../src/plan/settings';
import type { XapiClient } from '../../../src/xenapi/client';
import { XapiError } from '../../../src/xenapi/error';
import type { RecordOf } from '../../../src/xenapi/records/records';
import { records } from './records';

type More = Parameters<typeof records>[0];

describe('the settings of a host', () => {
  const rows = (pif: Partial<RecordOf<'PIF'>>, host: Partial<RecordOf<'host'>> = {}, more: More = {}): Settings =>
    viewSettings(
      records({
        pool: { p: { master: 'm' } },
        host: { m: { address: '10.0.0.1', ...host } },
        network: { n: {} },
        PIF: {
          e: { host: 'm', MAC: '00:16', VLAN: -1, device: 'eth0', network: 'n', ...pif },
          other: { host: 'b', MAC: '00:17', VLAN: -1 },
        },
        SR: { s: { type: 'nfs', shared: true } },
        PBD: { x: { host: 'm', SR: 's', currently_attached: true, device_config: { server: 'a' } } },
        ...more,
      }),
    )['m']!;

  it('are keyed by MAC and VLAN, so that a device renamed is a difference and no other interface', () => {
    expect(rows({})['PIF 00:16/-1/device']).to.equal('eth0');
    expect(rows({ device: 'eth1' })['PIF 00:16/-1/device']).to.equal('eth1');
    expect(Object.keys(rows({})).some((path) => path.includes('00:17'))).to.equal(false);
  });

  it('tell the management interface with its address, and no other by that name', () => {
    const fixed = { management: true, ip_configuration_mode: 'Static' as const, IP: '10.0.0.1', netmask: '255.0.0.0' };
    expect(rows(fixed)['PIF 00:16/-1/management']).to.equal('10.0.0.1/255.0.0.0');
    expect(rows(fixed)).to.include({ 'host/address': '10.0.0.1' });
    expect(rows({ ...fixed, management: false })).to.not.have.property('PIF 00:16/-1/management');
    const leased = rows({ management: true, ip_configuration_mode: 'DHCP', IP: '10.0.0.1' });
    expect(leased).to.include({ 'host/leased address': '10.0.0.1', 'PIF 00:16/-1/management': 'DHCP' });
    expect(leased).to.not.have.property('host/address');
  });

  it('tell of a bond its cards by MAC, and of a VLAN the card that carries it', () => {
    const PIF = {
      e0: { host: 'm', MAC: '00:01', VLAN: -1, bond_slave_of: 'bond' },
      e1: { host: 'm', MAC: '00:02', VLAN: -1, bond_slave_of: 'bond' },
      b0: { host: 'm', MAC: '00:01', VLAN: -1 },
      v7: { host: 'm', MAC: '00:01', VLAN: 7, VLAN_master_of: 'vlan' },
    };
    const Bond = {
      bond: { master: 'b0', slaves: ['e1', 'e0'], mode: 'active-backup' as const, primary_slave: 'e1', links_up: 2 },
    };
    const seen = rows({}, {}, { PIF, Bond, VLAN: { vlan: { tagged_PIF: 'b0', tag: 7 } } });
    expect(seen).to.include({
      'PIF 00:01/-1 bond/bond slaves': '00:01,00:02',
      'PIF 00:01/-1 bond/bond mode': 'active-backup',
      'PIF 00:01/-1 bond/bond primary_slave': '00:02',
      'PIF 00:01/-1 bond/links up': '2',
      'PIF 00:02/-1/slave': 'true',
      'PIF 00:01/7/carried by': '00:01',
    });
  });

  it('show a change of what is secret without showing the secret', () => {
    const config = { server: 'a', chapuser: 'admin', chappassword: 'hunter2', location: 'http://u:hunter2@a/b', odd: 'hunter2' };
    const seen = (password: string): Settings =>
      rows(
        {},
        {
          power_on_config: { power_on_password_secret: 'hunter2' },
          other_config: { 'my/api_token': 'hunter2', harmless: 'yes' },
        },
        { PBD: { x: { host: 'm', SR: 's', device_config: { ...config, chappassword: password } } } },
      );
    const told = JSON.stringify(seen('hunter2'));
    expect(told).to.not.contain('hunter2').and.not.contain('admin');
    expect(seen('hunter2')['PBD s/device_config'])
      .to.match(/chappassword=hidden:[0-9a-f]{4} /)
      .and.contain('server=a');
    expect(seen('hunter3')['PBD s/device_config']).to.not.equal(seen('hunter2')['PBD s/device_config']);
    expect(seen('hunter2')).to.include({ 'host/other_config harmless': 'yes' });
    expect(seen('hunter2')['host/other_config my|api_token']).to.match(/^hidden:/);
  });

  it('tell drives and the tools apart from storage that must come back, and count paths and images', () => {
    const SR = {
      s: { type: 'lvmoiscsi', shared: true },
      d: { type: 'udev' },
      t: { type: 'iso', other_config: { xenserver_tools_sr: 'true' } },
      l: { type: 'lvm', VDIs: ['1', '2'], physical_size: 1000 },
    };
    const PBD = {
      a: { host: 'm', SR: 's', currently_attached: true, other_config: { 'mpath-1': '[3, 4]', 'mpath-2': '2 of 4' } },
      b: { host: 'm', SR: 'd' },
      c: { host: 'm', SR: 't' },
      e: { host: 'm', SR: 'l' },
    };
    const seen = rows({}, {}, { SR, PBD });
    expect(seen).to.include({ 'PBD s/paths': '5', 'PBD l/images': '2', 'PBD l/size': '1000' });
    expect(seen).to.include.keys('PBD removable d/attached', 'PBD tools t/attached');
    expect(seen).to.not.have.any.keys('PBD s/images', 'PBD removable d/size', 'PBD l/paths');
  });

  it('tell hardware, control domain, licence and membership', () => {
    const seen = rows(
      {},
      {
        metrics: 'hm',
        edition: 'free',
        license_params: { expiry: '20300101T00:00:00Z', license_type: '' },
        cpu_info: { cpu_count: '8', features: 'ab-cd' },
        patches: ['1', '2'],
      },
      {
        host_metrics: { hm: { memory_total: 8_000 } },
        VM: {
          dom0: { is_control_domain: true, resident_on: 'm', memory_static_max: 700, VCPUs_max: 4 },
          v: { resident_on: 'm' },
        },
      },
    );
    expect(seen).to.include({
      'host/memory': '8000',
      'host/edition': 'free',
      'host/licence expiry': '20300101T00:00:00Z',
      'host/patches': '2',
      'cpu/count': '8',
      'cpu/features': 'ab-cd',
      'dom0/memory': '700',
      'dom0/processors': '4',
      'pool/uuid': 'p',
      'pool/master': 'm',
    });
  });

  it('leave out what the release does not have, and what every start of the agent changes', () => {
    expect(rows({})).to.not.have.any.keys('host/edition', 'host/tags', 'host/serial', 'cpu/count', 'dom0/memory');
    expect(rows({}, { tags: ['b', 'a'] })['host/tags']).to.equal('a,b');
    const config = { boot_time: '1.', agent_start_time: '2.', MAINTENANCE_MODE: 'true' };
    expect(Object.keys(rows({}, { other_config: config })).filter((path) => path.includes('other_config'))).to.deep.equal([]);
  });

  it('of the pool are told under its own uuid: members, switches, networks, what the licence refuses', () => {
    const seen = viewSettings(
      records({
        pool: { p: { master: 'm', ha_enabled: true, restrictions: { restrict_wlb: 'true', regular_nag_dialog: 'false' } } },
        host: { m: {}, b: {} },
        network: { n: { bridge: 'xenbr0', MTU: 9000, other_config: { 'a/b': 'c' } } },
      }),
    )['p'];
    expect(seen).to.include({
      'pool/master': 'm',
      'pool/high availability': 'true',
      'member b/uuid': 'b',
      'network n/bridge': 'xenbr0',
      'network n/MTU': '9000',
      'network n/other_config a|b': 'c',
      'restriction restrict_wlb/restricted': 'true',
    });
    expect(Object.keys(seen!).some((path) => path.includes('nag'))).to.equal(false);
  });
});

describe('what only the host itself tells', () => {
  const NOW = Date.UTC(2026, 0, 12, 22, 0, 0);
  const seen = records({ host: { m: {}, b: {} } });
  const ask = (answers: Readonly<Record<string, string>>, inWork?: string): Promise<Readonly<Record<string, Settings>>> => {
    const client = {
      call: (name: string) =>
        answers[name] === undefined
          ? Promise.reject(new XapiError({ kind: 'ApiAge', text: 'no such call', maybeDelivered: false }))
          : Promise.resolve(answers[name]),
    };
    return hostAnswers({ client: client as unknown as XapiClient, clock: new VirtualClock(NOW) }, seen, inWork);
  };

  it('is its time zone, to the quarter of an hour, and how far its clock is off', async () => {
    const right = await ask(
      { 'host.get_servertime': '20260112T22:00:03Z', 'host.get_server_localtime': '20260113T03:30:04' },
      'm',
    );
    expect(right).to.deep.equal({ m: { 'clock/skew': 'within 5 s', 'clock/zone': '+330 min' } });
    const wrong = await ask(
      { 'host.get_servertime': '20260112T21:58:00Z', 'host.get_server_localtime': '20260112T13:58:00' },
      'm',
    );
    expect(wrong['m']).to.deep.equal({ 'clock/skew': '-120 s', 'clock/zone': '-480 min' });
  });

  it('is asked of all hosts while none is in work, and is less where a release has no such call', async () => {
    expect(await ask({ 'host.get_servertime': '20260112T22:00:00Z' })).to.deep.equal({
      m: { 'clock/skew': 'within 5 s' },
      b: { 'clock/skew': 'within 5 s' },
    });
    expect(await ask({})).to.deep.equal({ m: {}, b: {} });
  });

  it('does not take for a certificate what is none', async () => {
    expect((await ask({ 'host.get_server_certificate': 'no PEM' }, 'm'))['m']).to.deep.equal({});
  });
});

import { expect } from 'chai';
import { bootPlace, hostsUrl } from '../../../src/controller/boot/place';
import type { PoolUpgrade } from '../../../src/api/generated/poolUpgrade';
import type { Fact } from '../../../src/foundation/fact';
import type { BootPlace } from '../../../src/upgrade/facts';
import type { HostState } from '../../../src/upgrade/state';
import { manifestOf } from '../../api/sample';
import { hostState } from '../../upgrade/situations';
import { records } from '../pool/records';

const DISK = '/dev/disk/by-id/scsi-360022480';
const SERVER = 'http://10.1.0.9:8081/';
const card = {
  host: 'h',
  physical: true,
  management: true,
  ip_configuration_mode: 'DHCP',
  VLAN: -1,
  MAC: 'AA:BB:CC:00:00:01',
} as const;
const pool = {
  host: { h: { name_label: 'xs-01' } },
  SR: { s: { shared: false, PBDs: ['b'] } },
  PBD: { b: { host: 'h', SR: 's', device_config: { device: `${DISK}-part3` } } },
} as const;
const HOST = hostState('h', 'Leaving', { name: 'xs-01', to: '8.3.0' });

interface Asked {
  readonly spec?: string;
  readonly host?: Partial<HostState>;
  readonly pif?: Record<string, unknown>;
  readonly serverUrl?: string | undefined;
}

function placeOf({ spec = '', host = {}, pif = {}, serverUrl = SERVER }: Asked = {}): Fact<BootPlace> {
  const shown = records({ ...pool, PIF: { p: { ...card, ...pif } } });
  return bootPlace(shown, { object: manifestOf(spec), host: { ...HOST, ...host }, serverUrl });
}
const valueOf = (fact: Fact<BootPlace>): BootPlace => {
  if (!fact.known) throw new Error(fact.why);
  return fact.value;
};
const whyOf = (fact: Fact<BootPlace>): string => (fact.known ? 'known' : fact.why);

describe('what an attempt at a host would be given', () => {
  it('comes from the pool: its disk, its cards, how its installer reaches the network', () => {
    expect(valueOf(placeOf())).to.deep.equal({
      disk: DISK,
      baseURL: 'http://10.1.0.9:8081',
      macs: ['aa:bb:cc:00:00:01'],
      arguments: { networkDevice: 'aa:bb:cc:00:00:01', network: { kind: 'dhcp' } },
    });
  });

  it('has static addresses whole, and the tag of a VLAN', () => {
    const pif = {
      ip_configuration_mode: 'Static',
      IP: '10.1.0.1',
      netmask: '255.255.255.0',
      gateway: '10.1.0.254',
      DNS: '10.1.0.2,10.1.0.3',
      VLAN: 70,
    };
    expect(valueOf(placeOf({ pif })).arguments.network).to.deep.equal({
      kind: 'static',
      ip: '10.1.0.1',
      netmask: '255.255.255.0',
      gateway: '10.1.0.254',
      dns: ['10.1.0.2', '10.1.0.3'],
      vlan: 70,
    });
  });

  it('is what a person says of the host, by its name or its uuid', () => {
    for (const name of ['xs-01', 'h']) {
      const spec = `  hosts: [{name: ${name}, boot: {disk: /dev/sdb, firmware: BIOS, atExit: PowerOff}}]\n  boot: {firmware: UEFI}\n`;
      const place = valueOf(placeOf({ spec }));
      expect(place).to.include({ disk: '/dev/sdb', firmware: 'BIOS' });
      expect(place.arguments.atExit).to.equal('poweroff');
    }
    expect(valueOf(placeOf({ spec: '  boot: {firmware: UEFI}\n' })).firmware).to.equal('UEFI');
  });

  it('says who the machine is only where its BMC proved it', () => {
    const machine = JSON.stringify({ serial: 'SN1', uuid: '4c4c4544-0042-3510-8051-b7c04f4a3732' });
    expect(valueOf(placeOf({ host: { evidence: { machine } } }))).to.include({
      serial: 'SN1',
      uuid: '4c4c4544-0042-3510-8051-b7c04f4a3732',
    });
  });

  it('finds the server where the manifest says, else where the operator was told', () => {
    const object: PoolUpgrade = manifestOf('  boot: {serverURLs: {hosts: "http://boot.example:8081/"}}\n');
    expect(hostsUrl(object, SERVER)).to.equal('http://boot.example:8081');
    expect(hostsUrl(manifestOf(''), SERVER)).to.equal('http://10.1.0.9:8081');
    expect(hostsUrl(manifestOf(''), undefined)).to.equal(undefined);
  });

  it('is nothing, with the reason, where anything is not certain', () => {
    const noDisk = records({ host: pool.host, PIF: { p: card } });
    const asked = { object: manifestOf(''), host: HOST, serverUrl: SERVER };
    expect(whyOf(bootPlace(noDisk, asked))).to.match(/system disk of xs-01 is not known.*spec\.hosts\[\]\.boot\.disk/);
    expect(whyOf(bootPlace(records({}), asked))).to.equal('the pool shows no host xs-01');
    const without = bootPlace(records(pool), { ...asked, serverUrl: undefined });
    expect(whyOf(without)).to.match(/there is no boot server.*spec\.boot\.serverURLs\.hosts/);
    expect(whyOf(bootPlace(records(pool), asked))).to.match(/by which interface xs-01 is managed/);
    expect(whyOf(placeOf({ pif: { ip_configuration_mode: 'None' } }))).to.match(/^xs-01: .*no address/);
  });

  it('tags no VLAN for installers before 7.5, which know none', () => {
    const pif = { VLAN: 70 };
    expect(whyOf(placeOf({ pif, host: { to: '7.4' } }))).to.match(/knows no tags/);
    expect(placeOf({ pif, host: { to: '7.5' } }).known).to.equal(true);
  });
});

// How an installer reaches us, from what a host says of its management interface.
import { expect } from 'chai';
import { installerWords } from '../../../src/boot/arguments/installerArguments';
import {
  managementNetwork,
  type Card,
  type ManagementInterface,
  type ManagementNetwork,
} from '../../../src/boot/arguments/managementNetwork';

const card = (number: number, carrier: boolean | undefined = true): Card => ({
  device: `eth${number}`,
  mac: `00:16:3E:00:00:0${number}`,
  carrier,
});

const DHCP: ManagementInterface = {
  mode: 'DHCP',
  ip: '10.0.0.2',
  netmask: '255.255.255.0',
  gateway: '10.0.0.1',
  dns: '',
  addressType: 'IPv4',
  vlan: -1,
  cards: [card(0)],
  bondMode: undefined,
};
const STATIC: ManagementInterface = { ...DHCP, mode: 'Static', dns: '10.0.0.53, 10.0.1.53,fd00::53' };

const of = (management: ManagementInterface, tagsVlans = true): ManagementNetwork => managementNetwork(management, { tagsVlans });
const why = (management: ManagementInterface, tagsVlans = true): string => {
  const network = of(management, tagsVlans);
  return network.kind === 'Unreachable' ? network.why : 'it is reachable';
};

describe("an installer's network, from the management interface", () => {
  it('is DHCP on the card, by its MAC in lower case', () => {
    expect(of(DHCP)).to.deep.equal({
      kind: 'Reachable',
      networkDevice: '00:16:3e:00:00:00',
      networkConfig: { kind: 'dhcp', vlan: undefined },
    });
  });

  it('is the fixed address with gateway and IPv4 name servers', () => {
    const network = of(STATIC);
    expect(network).to.deep.include({
      networkConfig: {
        kind: 'static',
        ip: '10.0.0.2',
        netmask: '255.255.255.0',
        gateway: '10.0.0.1',
        dns: ['10.0.0.53', '10.0.1.53'],
        vlan: undefined,
      },
    });
    if (network.kind !== 'Reachable') throw new Error(network.why);
    expect(installerWords(network, { key: 'answerfile', url: 'http://b/a' })).to.include(
      'network_config=static:ip=10.0.0.2;netmask=255.255.255.0;gateway=10.0.0.1;dns=10.0.0.53,10.0.1.53',
    );
  });

  it('has no gateway and no name server where the host has none', () => {
    expect(of({ ...STATIC, gateway: '', dns: '' })).to.deep.nested.include({
      'networkConfig.gateway': undefined,
      'networkConfig.dns': [],
    });
  });

  it('keeps the tag of a VLAN where the installer knows tags, else says so', () => {
    expect(of({ ...DHCP, vlan: 70 })).to.deep.nested.include({ 'networkConfig.vlan': 70 });
    expect(why({ ...DHCP, vlan: 70 }, false)).to.match(/VLAN 70.*knows no tags/);
    expect(of({ ...DHCP, vlan: 0 }, false).kind).to.equal('Reachable');
  });

  it('is the first member of a bond that has a link', () => {
    const bond = (...cards: readonly Card[]): ManagementNetwork => of({ ...DHCP, bondMode: 'active-backup', cards });
    expect(bond(card(0, false), card(1), card(2))).to.deep.include({ networkDevice: '00:16:3e:00:00:01' });
    expect(bond(card(0, undefined), card(1, undefined))).to.deep.include({ networkDevice: '00:16:3e:00:00:00' });
    expect(bond(card(0, false), card(1, undefined))).to.deep.include({ networkDevice: '00:16:3e:00:00:01' });
    expect(bond(card(0, false), card(1, false)).kind).to.equal('Unreachable');
  });

  it('is told as not possible on LACP, by IPv6 alone, and without an address', () => {
    expect(why({ ...DHCP, bondMode: 'lacp', cards: [card(0), card(1)] })).to.match(/LACP/);
    expect(why({ ...DHCP, addressType: 'IPv6' })).to.match(/IPv6/);
    expect(why({ ...DHCP, mode: 'None' })).to.match(/no address/);
    expect(why({ ...DHCP, cards: [] })).to.match(/no card/);
  });
});

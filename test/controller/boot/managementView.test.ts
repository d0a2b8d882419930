import { expect } from 'chai';
import { cardAddresses, managementInterface } from '../../../src/controller/boot/managementView';
import { records } from '../pool/records';

const pif = { host: 'h', physical: true, ip_configuration_mode: 'None', VLAN: -1 } as const;
const managed = { ...pif, management: true, ip_configuration_mode: 'Static', IP: '10.1.0.1', netmask: '255.255.255.0' } as const;

describe('how a host is managed, as its pool shows it', () => {
  it('is by a card with its addresses', () => {
    const shown = records({
      PIF: { p: { ...managed, gateway: '10.1.0.254', DNS: '10.1.0.2,10.1.0.3', device: 'eth0', MAC: 'AA:BB:CC:00:00:01' } },
    });
    expect(managementInterface(shown, 'h')).to.deep.equal({
      mode: 'Static',
      ip: '10.1.0.1',
      netmask: '255.255.255.0',
      gateway: '10.1.0.254',
      dns: '10.1.0.2,10.1.0.3',
      addressType: 'IPv4',
      vlan: -1,
      cards: [{ device: 'eth0', mac: 'AA:BB:CC:00:00:01', carrier: undefined }],
      bondMode: undefined,
    });
  });

  it('is not known where the pool shows none of this host', () => {
    expect(managementInterface(records({ PIF: { p: { ...managed, host: 'other' }, q: pif } }), 'h')).to.equal(undefined);
  });

  it('leads through a VLAN and a bond to the cards below, the primary one first', () => {
    const shown = records({
      PIF: {
        tagged: { ...managed, physical: false, VLAN: 70, VLAN_master_of: 'v', ip_configuration_mode: 'DHCP' },
        bonded: { ...pif, physical: false, bond_master_of: ['b'] },
        one: { ...pif, device: 'eth0', MAC: '52:54:00:00:00:01' },
        two: { ...pif, device: 'eth1', MAC: '52:54:00:00:00:02' },
      },
      VLAN: { v: { tagged_PIF: 'bonded' } },
      Bond: { b: { slaves: ['one', 'two'], primary_slave: 'two', mode: 'lacp' } },
    });
    const found = managementInterface(shown, 'h');
    expect(found).to.include({ mode: 'DHCP', vlan: 70, bondMode: 'lacp' });
    expect(found?.cards.map(({ device }) => device)).to.deep.equal(['eth1', 'eth0']);
  });

  it('finds the mode of a bond where releases up to 6.0 keep it', () => {
    const shown = records({
      PIF: { bonded: { ...managed, bond_master_of: ['b'], other_config: { 'bond-mode': 'balance-slb' } }, one: pif },
      Bond: { b: { slaves: ['one'] } },
    });
    expect(managementInterface(shown, 'h')?.bondMode).to.equal('balance-slb');
  });

  it('says IPv6 where that is the primary kind of address', () => {
    const shown = records({ PIF: { p: { ...managed, primary_address_type: 'IPv6' } } });
    expect(managementInterface(shown, 'h')?.addressType).to.equal('IPv6');
  });

  it('tells the addresses of the host’s own cards, each once, in lower case', () => {
    const shown = records({
      PIF: {
        a: { ...pif, MAC: 'AA:BB:CC:00:00:01' },
        b: { ...pif, MAC: 'aa:bb:cc:00:00:01' },
        c: { ...pif, physical: false, MAC: 'aa:bb:cc:00:00:03' },
        d: { ...pif, host: 'other', MAC: 'aa:bb:cc:00:00:04' },
      },
    });
    expect(cardAddresses(shown, 'h')).to.deep.equal(['aa:bb:cc:00:00:01']);
  });
});

import { expect } from 'chai';
import { parseBmcAddress } from '../../src/bmc/address';
import { BmcError } from '../../src/bmc/bmc';

describe('the address of a BMC', () => {
  for (const [text, origin, system] of [
    ['redfish+https://10.1.7.1', 'https://10.1.7.1', ''],
    ['redfish://bmc-1.example/', 'https://bmc-1.example', ''],
    ['redfish+https://[fe80::1]:8443/redfish/v1/', 'https://[fe80::1]:8443', ''],
    ['redfish+http://10.1.7.1:443/redfish/v1/Systems/1/', 'http://10.1.7.1:443', '/redfish/v1/Systems/1'],
    ['redfish+https://b/redfish/v1/Systems/System.Embedded.1', 'https://b', '/redfish/v1/Systems/System.Embedded.1'],
  ])
    it(`reads ${text}`, () => {
      expect(parseBmcAddress(text!)).to.deep.equal({ protocol: 'redfish', origin, system });
    });

  it('reads ipmi://, with its port and without', () => {
    expect(parseBmcAddress('ipmi://10.1.7.1')).to.deep.equal({ protocol: 'ipmi', host: '10.1.7.1', port: 623 });
    expect(parseBmcAddress('ipmi://[::1]:6230')).to.deep.equal({ protocol: 'ipmi', host: '::1', port: 6230 });
  });

  for (const text of [
    '',
    '10.1.7.1',
    'https://10.1.7.1',
    'redfish+https://',
    'redfish+https://b/index.html',
    'redfish+https://b/redfish/v1?x=1',
    'redfish+https://b/#x',
    'redfish+https://user:pass@b',
    'ipmi://b/x',
    'ipmi://b:99999',
    'redfish+https://b b',
    'file:///etc/passwd',
    `redfish+https://${'b'.repeat(3_000)}`,
  ])
    it(`refuses ${text.slice(0, 40) || 'nothing'}`, () => {
      expect(() => parseBmcAddress(text))
        .to.throw(BmcError)
        .with.property('reason', 'BadAddress');
    });
});

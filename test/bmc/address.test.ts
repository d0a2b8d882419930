import { expect } from 'chai';
import fc from 'fast-check';
import { type BmcAddress, parseBmcAddress } from '../../src/bmc/address';
import { BmcError } from '../../src/bmc/bmc';

const redfish = (origin: string, system = ''): BmcAddress => ({ protocol: 'redfish', origin, system });
const ipmi = (host: string, port = 623): BmcAddress => ({ protocol: 'ipmi', host, port });

function refused(text: string): string {
  try {
    parseBmcAddress(text, { field: 'spec.hosts[0].bmc.address' });
  } catch (error) {
    expect(error).to.be.instanceOf(BmcError).and.include({ kind: 'Fatal', reason: 'BadAddress' });
    expect((error as Error).message).to.match(/^spec\.hosts\[0\]\.bmc\.address: found .+, expected .+/);
    return (error as Error).message;
  }
  return expect.fail(`${text} was taken`);
}

describe('the address of a BMC', () => {
  it('names protocol, place and system', () => {
    expect(parseBmcAddress('redfish+https://10.1.7.1/redfish/v1/Systems/1')).to.deep.equal(
      redfish('https://10.1.7.1', '/redfish/v1/Systems/1'),
    );
    expect(parseBmcAddress('redfish+https://BMC-7.example:8443')).to.deep.equal(redfish('https://bmc-7.example:8443'));
    expect(parseBmcAddress('redfish+https://bmc:443/redfish/v1/')).to.deep.equal(redfish('https://bmc'));
    expect(parseBmcAddress('redfish+https://[FD00:0::1]:8443/redfish/v1/Systems/437XR1138R2')).to.deep.equal(
      redfish('https://[fd00::1]:8443', '/redfish/v1/Systems/437XR1138R2'),
    );
    expect(parseBmcAddress('ipmi://10.1.7.1')).to.deep.equal(ipmi('10.1.7.1'));
    expect(parseBmcAddress('ipmi://bmc_7.example:6230/')).to.deep.equal(ipmi('bmc_7.example', 6230));
    expect(parseBmcAddress('ipmi://[fd00::0:1]')).to.deep.equal(ipmi('fd00::1'));
  });

  it('in clear text is taken only where that is allowed', () => {
    expect(refused('redfish+http://bmc')).to.match(/clear text.*allowPlaintext/);
    expect(parseBmcAddress('redfish+http://bmc:8000', { allowPlaintext: true })).to.deep.equal(redfish('http://bmc:8000'));
  });

  it('is refused where it is anything else, with what was found and what was expected', () => {
    for (const text of [
      '',
      'bmc',
      'https://bmc',
      'IPMI://bmc',
      'redfish://bmc',
      'constructor://bmc',
      'ipmi:bmc',
      ' ipmi://bmc',
      'ipmi://bmc\n',
    ])
      refused(text);
    for (const host of [
      '',
      '-H',
      '-bmc',
      'a..b',
      '10.1',
      '010.1.7.1',
      '256.1.1.1',
      '0x7f.1',
      '2130706433',
      'b%6dc',
      '[::1',
      '[fe80::1%eth0]',
      '[]',
      '::1',
      'bücher',
      'a b',
    ])
      expect(refused(`ipmi://${host}`)).to.match(/host|expected redfish/);
    for (const port of ['', '0', '65536', '0623', '+1', '1e3', '99999999999', ' 1'])
      expect(refused(`ipmi://bmc:${port}`)).to.match(/port/);
    expect(refused('ipmi://bmc/redfish/v1')).to.match(/path/);
    for (const path of [
      '/x',
      '/redfish/v1/../x',
      '/redfish/v1//x',
      '/redfish/v1/%2e',
      '/redfish/v1/Systems/1?x=1',
      '/redfish/v1#x',
      '/redfish/v1\\x',
    ])
      expect(refused(`redfish+https://bmc${path}`)).to.match(/path|host/);
    expect(refused(`ipmi://${'a'.repeat(600)}`)).to.match(/608|607/);
  });

  it('never repeats what may be a password, in a message', () => {
    for (const text of [
      'ipmi://admin:hunter22@bmc',
      'redfish+https://admin:hunter22@bmc/',
      'admin:hunter22@bmc',
      'ipmi://bmc/?x=hunter22@',
    ])
      expect(refused(text)).not.to.include('hunter22');
  });

  it('is read or refused, whatever it is, and what is read is a host that no shell and no option parser misreads', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.tuple(fc.constantFrom('ipmi://', 'redfish+https://'), fc.string({ maxLength: 40 })).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let address: BmcAddress;
        try {
          address = parseBmcAddress(text);
        } catch (error) {
          expect(error).to.be.instanceOf(BmcError);
          return;
        }
        const host = address.protocol === 'ipmi' ? address.host : new URL(address.origin).hostname;
        expect(host).to.match(/^(?:[a-z0-9_][a-z0-9._-]*|\[?[0-9a-f:.]+\]?)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

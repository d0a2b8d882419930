import { expect } from 'chai';
import { bootMethodOf } from '../../src/upgrade/bootMethods/bootMethod';
import { repositoryFor } from '../../src/upgrade/repository';
import type { Orders } from '../../src/upgrade/orders';
import { host, orders } from './situations';

function ask(from: string, to: string, more: Partial<Orders> = {}): string {
  const choice = bootMethodOf(host('a', from), to, orders(more));
  return choice.ok ? choice.method : choice.reason;
}

describe('the boot method of a host', () => {
  it('is staging where the host has the plugin and the target was proven, else by hand', () => {
    const cases: [string, string, string][] = [
      ['6.0.0', '6.1.0', 'Staged'],
      ['8.2.0', '8.2.1', 'Staged'],
      ['5.6.100', '6.2.0', 'Manual'],
      ['5.9.950', '6.2.0', 'Manual'],
      ['5.5.0', '5.6.100', 'Manual'],
    ];
    for (const [from, to, method] of cases) expect(ask(from, to), `${from} to ${to}`).to.equal(method);
  });

  it('is refused when staging is asked for and cannot be', () => {
    expect(ask('5.6.100', '6.2.0', { bootMethod: 'Staged' })).to.equal('PluginMissing');
    expect(ask('5.5.0', '5.6.100', { bootMethod: 'Staged' })).to.equal('UnattendedNotProven');
    expect(ask('6.1.0', '6.2.0', { bootMethod: 'Manual' })).to.equal('Manual');
  });

  it('is an image in the virtual drive where a BMC is named that may have one, which by IPMI none has', () => {
    const named = (more: object): Partial<Orders> => ({ hosts: [{ name: 'a', bootMethod: undefined, bmc: true, ...more }] });
    expect(ask('6.1.0', '6.2.0', named({}))).to.equal('VirtualMedia');
    expect(ask('5.6.100', '6.2.0', named({}))).to.equal('VirtualMedia');
    expect(ask('6.1.0', '6.2.0', named({ ipmi: true }))).to.equal('Staged');
    expect(ask('5.6.100', '6.2.0', named({ ipmi: true }))).to.equal('Manual');
    expect(ask('6.1.0', '6.2.0', { ...named({ ipmi: true }), bootMethod: 'PXE' })).to.equal('PXE');
  });

  it('is the host’s own where one is given, by name or uuid', () => {
    for (const name of ['a', 'name-a'])
      expect(ask('6.1.0', '6.2.0', { hosts: [{ name, bootMethod: 'Manual' }] }), name).to.equal('Manual');
    expect(ask('6.1.0', '6.2.0', { bootMethod: 'Manual', hosts: [{ name: 'a', bootMethod: undefined }] })).to.equal('Manual');
    expect(ask('6.1.0', '6.2.0', { bootMethod: 'Manual', hosts: [{ name: 'a', bootMethod: 'Auto' }] })).to.equal('Staged');
  });
});

describe('the repository of a release', () => {
  const repositories = [
    { brand: 'XCP-ng' as const, version: '8.2.1', url: 'xcp' },
    { brand: undefined, version: '8.2.1', url: 'any' },
  ];
  it('is that of its brand and version; one without a brand serves any', () => {
    expect(repositoryFor(orders({ repositories }), '8.2.1', 'XCP-ng')).to.equal('xcp');
    expect(repositoryFor(orders({ repositories }), '8.2.1', 'XenServer')).to.equal('any');
    expect(repositoryFor(orders({ repositories }), '8.2.0', 'XCP-ng')).to.equal(undefined);
  });
});

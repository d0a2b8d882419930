// Hazards of hosts: disks, firmware, the network of the installer, clocks, CPUs, what updates left behind.
import { expect } from 'chai';
import { known, unknown } from '../../../../src/foundation/fact';
import { clockSkew } from '../../../../src/plan/checks/hazards/clockSkew';
import { cpuVendors } from '../../../../src/plan/checks/hazards/cpuVendors';
import { directoryService } from '../../../../src/plan/checks/hazards/directoryService';
import { diskLayout } from '../../../../src/plan/checks/hazards/diskLayout';
import { firmwareMode } from '../../../../src/plan/checks/hazards/firmwareMode';
import { localStorageLoss } from '../../../../src/plan/checks/hazards/localStorageLoss';
import { managementNetwork } from '../../../../src/plan/checks/hazards/managementNetwork';
import { multipathBoot } from '../../../../src/plan/checks/hazards/multipathBoot';
import { pendingGuidances } from '../../../../src/plan/checks/hazards/pendingGuidances';
import type { ManagementInterface } from '../../../../src/plan/checks/hazardTraits';
import type { HostTraits, PluginAnswers } from '../../../../src/plan/checks/inspection';
import type { CheckSituation } from '../../../../src/plan/checks/check';
import type { Host } from '../../../../src/plan/pool';
import { guest, host, pbd, poolOf, sr, world } from '../../smallPool';
import { inspection, orders, traits } from '../checking';
import { given, hazardsOf, hopOf, itTells, unseen, verdictOf, XCP, XS } from './cases';

const BOTH = ['name-one', 'name-two'];
const toEight = hopOf(XCP('8.2.1'), XCP('8.3.0'));

function plugin(safe2upgrade: string | undefined, more: Partial<PluginAnswers> = {}): Pick<HostTraits, 'plugin'> {
  return { plugin: known({ url: 'true', version: undefined, safe2upgrade, dom0Memory: undefined, ...more }) };
}

/** A pool whose hosts are booted by hand. */
function manual(situation: CheckSituation): CheckSituation {
  return { ...situation, orders: { ...situation.orders, methods: { one: 'Manual', two: 'Manual' } } };
}

describe('the disk of a host', () => {
  const layout = (answer: string, hop = toEight): CheckSituation => given({ hop, seen: plugin(answer) });
  const sound = layout('true');

  for (const [answer, says] of [
    ['vdi_present', /holds disks.*no installer after/],
    ['false', /holds disks/],
    ['not_enough_space', /too small/],
    ['legacy_partition_table', /DOS partition table/],
    ['utility_part_present', /utility partition/],
    ['something_new', /says something_new/],
  ] as const)
    itTells({
      check: diskLayout,
      what: `${answer} before 8.3`,
      sound,
      found: layout(answer),
      verdict: 'Block',
      names: BOTH,
      says,
    });

  const toSeven = hopOf(XS('6.5.0'), XS('7.6.0'));
  itTells({
    check: diskLayout,
    what: 'a layout that will be refused later',
    sound: layout('true', toSeven),
    found: layout('vdi_present', toSeven),
    verdict: 'Warn',
    names: BOTH,
    says: /no installer after 8\.2 will take it/,
  });

  itTells({
    check: diskLayout,
    what: 'a plugin that does not answer before 8.3',
    sound,
    found: given({ hop: toEight, seen: { plugin: unknown('the host is away') } }),
    verdict: 'Unknown',
    names: BOTH,
    says: /the host is away/,
  });

  itTells({
    check: diskLayout,
    what: 'a path that ends beyond 8.2, at its first hop',
    sound: layout('true', toSeven),
    found: layout('vdi_present', { ...toSeven, path: [XS('7.6.0'), XS('8.2.1'), XS('8.4.0')] }),
    verdict: 'Block',
    names: BOTH,
    says: /holds disks/,
  });

  it('that could not be told holds up what is staged, and warns a person who boots it', () => {
    const silent = given({ hop: toEight, seen: { plugin: unknown('the host is away') } });
    expect(verdictOf(diskLayout, manual(silent))).to.equal('Warn');
  });

  it('is looked at on the host in turn alone', () => {
    const pool = poolOf([host('one', '8.2.1', {}, 'XCP-ng'), host('two', '8.2.1', {}, 'XCP-ng')]);
    const seen = inspection(pool, { hosts: { one: traits(plugin('true')), two: traits(plugin('vdi_present')) } });
    const situation = given({ pool, hop: toEight, inspection: seen, moment: 'BeforeHost', host: 'one' });
    expect(verdictOf(diskLayout, situation)).to.equal('Pass');
    expect(verdictOf(diskLayout, { ...situation, host: 'two' })).to.equal('Block');
  });
});

describe('local storage', () => {
  const local = (vdis: number): CheckSituation['world'] =>
    world([], { srs: [sr('local', { type: 'lvm', shared: false, vdis })], pbds: [pbd('one', 'local')] });
  const at = (vdis: number, hop = hopOf(XS('6.5.0'), XS('7.6.0')), seen = plugin('true')): CheckSituation =>
    given({ hop, seen, world: local(vdis) });

  itTells({
    check: localStorageLoss,
    what: 'an empty local SR below 7.0',
    sound: at(1),
    found: at(0),
    verdict: 'Block',
    names: ['name-one', 'storage local'],
    says: /re-cut the disk of name-one and destroy storage local/,
  });
  itTells({
    check: localStorageLoss,
    what: 'an empty local SR of a later release',
    sound: at(1, toEight),
    found: at(0, toEight),
    verdict: 'Warn',
    names: ['name-one', 'storage local'],
    says: /if name-one still has/,
  });
  itTells({
    check: localStorageLoss,
    what: 'a plugin that does not tell',
    sound: at(1),
    found: at(0, undefined, plugin(undefined)),
    verdict: 'Unknown',
    names: ['name-one', 'storage local'],
    says: /did not say/,
  });

  it('is given up by consent, and is safe where no plugin stages', () => {
    const situation = at(0);
    expect(verdictOf(localStorageLoss, { ...situation, orders: orders(situation.pool, { destroyLocalStorage: true }) })).to.equal(
      'Pass',
    );
    expect(verdictOf(localStorageLoss, manual(situation))).to.equal('Pass');
  });
});

describe('the boot of the installer', () => {
  itTells({
    check: firmwareMode,
    what: 'a host that is booted by hand',
    sound: given(),
    found: manual(given()),
    verdict: 'Warn',
    names: BOTH,
    says: /BIOS or for UEFI/,
  });
  itTells({
    check: multipathBoot,
    what: 'multipathing and a boot by hand',
    sound: manual(given()),
    found: manual(given({ bend: { host: { multipathing: true } } })),
    verdict: 'Warn',
    names: BOTH,
    says: /multipathing on/,
  });
  const localDisk = world([], {
    srs: [sr('a', { type: 'lvm', shared: false }), sr('b', { type: 'ext', shared: false })],
    pbds: [pbd('one', 'a'), pbd('two', 'b')],
  });
  itTells({
    check: multipathBoot,
    what: 'multipathing and no local disk where the plugin is old',
    sound: given({ world: localDisk, bend: { host: { multipathing: true } } }),
    found: given({ bend: { host: { multipathing: true } } }),
    verdict: 'Warn',
    names: BOTH,
    says: /boot from SAN/,
  });
});

describe('the management network of a staged host', () => {
  const wire: ManagementInterface = {
    device: 'eth0',
    mode: 'Static',
    vlan: undefined,
    bond: undefined,
    gateway: '10.0.0.254',
    dns: '10.0.0.253',
  };
  const old = { hop: hopOf(XS('7.1.2'), XS('7.6.0'), 'http://repository.example/7.6.0/'), seen: plugin('true') };
  const by = (more: Partial<ManagementInterface>): CheckSituation =>
    given({ ...old, bend: { host: { management: { ...wire, ...more } } } });
  const cases: readonly (readonly [string, Partial<ManagementInterface>, 'Block' | 'Warn', RegExp])[] = [
    ['an LACP bond', { device: 'bond0', bond: 'lacp' }, 'Block', /LACP bond \(bond0\)/],
    ['a tagged VLAN before 7.5', { vlan: 12 }, 'Block', /tagged VLAN 12/],
    ['a static address without gateway', { gateway: '' }, 'Block', /without a gateway/],
    ['a named repository and no name server', { dns: '' }, 'Block', /repository\.example/],
    ['DHCP', { mode: 'DHCP' }, 'Warn', /by DHCP/],
  ];
  for (const [what, more, verdict, says] of cases)
    itTells({ check: managementNetwork, what, sound: by({}), found: by(more), verdict, names: BOTH, says });

  it('may be a bond of another mode, or a VLAN from 7.5 on or with a renewed plugin', () => {
    expect(verdictOf(managementNetwork, by({ bond: 'active-backup' }))).to.equal('Pass');
    const vlan = { host: { management: { ...wire, vlan: 12 } } };
    expect(
      verdictOf(managementNetwork, given({ hop: hopOf(XS('7.5.0'), XS('7.6.0')), seen: plugin('true'), bend: vlan })),
    ).to.equal('Pass');
    const renewed = plugin('true', { version: { platform: '2.7.0', product: '7.6.0' } });
    expect(verdictOf(managementNetwork, given({ ...old, seen: renewed, bend: vlan }))).to.equal('Pass');
  });

  it('needs no name server for an address', () => {
    for (const url of ['http://10.0.0.9/7.6.0/', 'http://[fd00::9]/7.6.0/'])
      expect(verdictOf(managementNetwork, { ...by({ dns: '' }), hop: hopOf(XS('7.1.2'), XS('7.6.0'), url) }), url).to.equal(
        'Pass',
      );
  });

  it('holds the run up where nobody looked', () => {
    expect(verdictOf(managementNetwork, unseen(given(old)))).to.equal('Unknown');
  });
});

describe('the clocks of hosts', () => {
  const ahead = (one: HostTraits['clockAhead'], two: HostTraits['clockAhead']): CheckSituation => {
    const pool = poolOf([host('one'), host('two')]);
    const hosts = { one: traits({ clockAhead: one }), two: traits({ clockAhead: two }) };
    return given({ pool, inspection: inspection(pool, { hosts, hazards: hazardsOf(pool) }) });
  };
  const sound = ahead(known(9_000), known(4_000));
  itTells({
    check: clockSkew,
    what: '61 s between two',
    sound,
    found: ahead(known(-60_000), known(1_000)),
    verdict: 'Warn',
    names: BOTH,
    says: /name-two is 61 s ahead of that of name-one/,
  });
  itTells({
    check: clockSkew,
    what: 'a clock not read',
    sound,
    found: ahead(known(0), unknown('away')),
    verdict: 'Warn',
    names: ['name-two'],
    says: /could not be read/,
  });
});

describe('the CPUs of hosts', () => {
  const cpu = (vendor: string): Partial<Host> => ({ cpu: { vendor, hvm: 'ff', pv: 'ff', count: 8 } });
  const pool = (third: string): CheckSituation['pool'] =>
    poolOf([host('one', '7.1.2', cpu('Intel')), host('two', '7.1.2', cpu('Intel')), host('three', '7.1.2', cpu(third))]);
  const running = world([guest('a', 'one'), guest('b', 'three')]);
  const mixed = given({ pool: pool('AMD'), world: running });
  itTells({
    check: cpuVendors,
    what: 'a guest without a second host of its vendor',
    sound: given({ pool: pool('Intel'), world: running }),
    found: mixed,
    verdict: 'Block',
    names: ['guest b'],
    says: /no other host has a CPU of the vendor that guest b started on/,
  });
  itTells({
    check: cpuVendors,
    what: 'vendors that differ, with consent to downtime',
    sound: given({ pool: pool('Intel'), world: running }),
    found: { ...mixed, orders: orders(mixed.pool, { acceptDowntime: true }) },
    verdict: 'Warn',
    names: ['guest b', 'name-one', 'name-three', 'name-two'],
    says: /name-three AMD/,
  });
});

describe('what a host bears', () => {
  const eightThree = hopOf(XCP('8.2.1'), XCP('8.3.0'));
  itTells({
    check: directoryService,
    what: 'membership in a directory',
    sound: given({ hop: eightThree }),
    found: given({ hop: eightThree, bend: { host: { directory: 'AD' } } }),
    verdict: 'Warn',
    names: BOTH,
    says: /member of a directory/,
  });
  itTells({
    check: pendingGuidances,
    what: 'a reboot that was not made',
    sound: given(),
    found: given({ bend: { host: { pendingGuidances: ['reboot_host'] } } }),
    verdict: 'Warn',
    names: BOTH,
    says: /reboot_host/,
  });
});

// What the boot server has to give, and how it knows the hosts.
import { expect } from 'chai';
import { known, unknown } from '../../../../src/foundation/fact';
import { bootByHand } from '../../../../src/plan/checks/boot/bootByHand';
import { bootServer } from '../../../../src/plan/checks/boot/bootServer';
import { bootServerReached } from '../../../../src/plan/checks/boot/bootServerReached';
import { isoMissing } from '../../../../src/plan/checks/boot/isoMissing';
import { isoUsable } from '../../../../src/plan/checks/boot/isoUsable';
import { primaryDiskKnown } from '../../../../src/plan/checks/boot/primaryDiskKnown';
import { sameMac } from '../../../../src/plan/checks/boot/sameMac';
import { managementNetwork } from '../../../../src/plan/checks/hazards/managementNetwork';
import type { MediaOffer, Reach } from '../../../../src/plan/checks/bootTraits';
import type { CheckSituation } from '../../../../src/plan/checks/check';
import { runChecks } from '../../../../src/plan/checks/registry';
import { SOUND_HOST } from '../checking';
import { hazardsOf, itTells, verdictOf } from '../hazards/cases';
import { bmc, booting, READY, TO } from './booting';

const SERVED = ['name-one', 'name-two'];
const LATER = { brand: 'XenServer', version: '8.2.1' } as const;
const sound = booting();

describe('the boot server', () => {
  itTells({
    check: bootServer,
    what: 'none at all',
    sound,
    found: booting({ offers: 'none' }),
    verdict: 'Block',
    names: SERVED,
    says: /without a boot server/,
  });

  it('is missed once, and not for its images as well', () => {
    expect(verdictOf(isoUsable, booting({ offers: 'none' }))).to.equal('Pass');
  });

  it('is not missed by hosts that boot otherwise', () => {
    expect(verdictOf(bootServer, booting({ method: 'Manual', offers: 'none' }))).to.equal('Pass');
  });
});

describe('the way of a host to the boot server', () => {
  const reached = { one: known<Reach>({ kind: 'Reached' }), two: known<Reach>({ kind: 'CannotTell' }) };
  itTells({
    check: bootServerReached,
    what: 'a host that does not reach it',
    sound: booting({ reaches: reached }),
    found: booting({
      reaches: { ...reached, two: known<Reach>({ kind: 'Refused', why: 'the server does not answer in time (TIMEOUT)' }) },
    }),
    verdict: 'Block',
    names: ['name-two'],
    says: /does not reach the boot server: the server does not answer in time \(TIMEOUT\)/,
  });
  itTells({
    check: bootServerReached,
    what: 'a host that does not tell',
    sound: booting({ reaches: reached }),
    found: booting({ reaches: { ...reached, one: unknown('it is away') } }),
    verdict: 'Unknown',
    names: ['name-one'],
    says: /it is away/,
  });

  it('is not asked about before the image is ready', () => {
    expect(verdictOf(bootServerReached, sound)).to.equal('Pass');
  });
});

describe('the image of a release', () => {
  itTells({
    check: isoMissing,
    what: 'none of the hop',
    sound,
    found: booting({ images: [] }),
    verdict: 'Block',
    names: SERVED,
    says: /^spec\.releases names no iso of XenServer 7\.6\.0$/,
  });

  const ofTwo = (images: readonly (typeof TO)[], more: Partial<CheckSituation> = {}): CheckSituation =>
    booting({ path: [TO, LATER], images, offers: known([READY, { ...READY, version: '8.2.1' }]), more });
  itTells({
    check: isoMissing,
    what: 'none of a later hop, while nothing is touched',
    sound: ofTwo([TO, LATER]),
    found: ofTwo([TO]),
    verdict: 'Block',
    names: SERVED,
    says: /no iso of XenServer 8\.2\.1/,
  });

  it('of a later hop holds up no member of this one', () => {
    expect(verdictOf(isoMissing, ofTwo([TO], { moment: 'BeforeHost', host: 'one' }))).to.equal('Pass');
    expect(verdictOf(isoMissing, ofTwo([LATER], { moment: 'BeforeHost', host: 'one' }))).to.equal('Block');
  });

  it('is needed by hosts alone that boot from it', () => {
    expect(verdictOf(isoMissing, booting({ method: 'Staged', images: [] }))).to.equal('Pass');
    expect(verdictOf(isoMissing, { ...booting({ images: [] }), moment: 'BeforeHost', host: 'three' })).to.equal('Pass');
  });

  const offered = (more: Partial<MediaOffer>): CheckSituation => booting({ offers: known([{ ...READY, ...more }]) });
  itTells({
    check: isoUsable,
    what: 'one that is refused',
    sound,
    found: offered({ state: 'Refused', why: 'its SHA-256 is another', firmware: [] }),
    verdict: 'Block',
    names: SERVED,
    says: /^the boot server refuses the image of XenServer 7\.6\.0: its SHA-256 is another$/,
  });
  itTells({
    check: isoUsable,
    what: 'one that is still read through',
    sound,
    found: offered({ state: 'Checking', firmware: [] }),
    verdict: 'Unknown',
    names: SERVED,
    says: /still reads through/,
  });
  itTells({
    check: isoUsable,
    what: 'one that the server does not speak of',
    sound,
    found: booting({ offers: known([]) }),
    verdict: 'Unknown',
    names: SERVED,
    says: /has not looked at the image/,
  });
  itTells({
    check: isoUsable,
    what: 'a server that does not tell',
    sound,
    found: booting({ offers: unknown('it is silent') }),
    verdict: 'Unknown',
    names: SERVED,
    says: /cannot be told: it is silent/,
  });
  itTells({
    check: isoUsable,
    what: 'one that lacks the mode named',
    sound: booting({ boot: { firmware: { one: 'UEFI', two: 'UEFI' } }, offers: known([{ ...READY, firmware: ['UEFI'] }]) }),
    found: booting({ boot: { firmware: { one: 'BIOS', two: 'UEFI' } }, offers: known([{ ...READY, firmware: ['UEFI'] }]) }),
    verdict: 'Block',
    names: ['name-one'],
    says: /does not start in BIOS mode, in which name-one boot/,
  });
  itTells({
    check: isoUsable,
    what: 'one of a single mode for hosts whose mode nobody named',
    sound,
    found: offered({ firmware: ['BIOS'] }),
    verdict: 'Warn',
    names: SERVED,
    says: /does not start in UEFI mode/,
  });
  itTells({
    check: isoUsable,
    what: 'a later one that is refused, while nothing is touched',
    sound: ofTwo([TO, LATER]),
    found: booting({
      path: [TO, LATER],
      images: [TO, LATER],
      offers: known([READY, { ...READY, version: '8.2.1', state: 'Refused', why: 'no boot files' }]),
    }),
    verdict: 'Block',
    names: SERVED,
    says: /XenServer 8\.2\.1: no boot files/,
  });

  it('is that of its line of products', () => {
    const of = (brand: string): string => verdictOf(isoUsable, offered({ brand }));
    expect([of('XenServer'), of('XCP-ng')]).to.deep.equal(['Pass', 'Unknown']);
  });
});

describe('the cards of hosts', () => {
  const mac = '00:16:3e:00:00:01';
  itTells({
    check: sameMac,
    what: 'one address at two hosts, however it is written',
    sound,
    found: booting({ macs: { two: [mac.toUpperCase()] } }),
    verdict: 'Block',
    names: SERVED,
    says: /^hosts name-one and name-two both have a card 00:16:3e:00:00:01$/,
  });
  itTells({
    check: sameMac,
    what: 'the address of a host that boots otherwise',
    sound,
    found: booting({ macs: { three: ['00:16:3e:00:00:09', mac] } }),
    verdict: 'Block',
    names: ['name-one', 'name-three'],
    says: /name-one and name-three both/,
  });

  it('do not matter where no host is known by them', () => {
    expect(verdictOf(sameMac, booting({ method: 'Staged', macs: { two: [mac] } }))).to.equal('Pass');
  });

  it('are told of once a pair, and once an address', () => {
    const found = runChecks(booting({ macs: { two: [mac, mac] } }), [sameMac])[0]!.findings;
    expect(found).to.have.lengthOf(1);
  });
});

describe('a host that boots from the network without a BMC', () => {
  const pxe = booting({ method: 'PXE' });
  const mute = booting({ method: 'PXE', bmcs: { one: bmc('10.0.0.1') } });
  const wakeable = {
    ...mute,
    pool: { ...mute.pool, hosts: mute.pool.hosts.map((host) => ({ ...host, powerOnMode: 'wake-on-lan' })) },
  };
  itTells({
    check: bootByHand,
    what: 'a host that a person must switch on',
    sound: pxe,
    found: mute,
    verdict: 'Warn',
    names: ['name-two'],
    says: /^host name-two has no BMC: .* a person must switch it on and let it boot from the network$/,
  });
  itTells({
    check: bootByHand,
    what: 'a member that its pool switches on',
    sound: pxe,
    found: wakeable,
    verdict: 'Warn',
    names: ['name-two'],
    says: /its pool switches it on by wake-on-lan, and its firmware must try the network first$/,
  });

  it('is the master’s case always that a person is needed', () => {
    const masterAlone = { ...booting({ method: 'PXE', bmcs: { two: bmc('10.0.0.2') } }), pool: wakeable.pool };
    expect(runChecks(masterAlone, [bootByHand])[0]!.findings[0]!.message).to.include('a person must switch it on');
  });
});

describe('the disk in the answer file', () => {
  const whole = booting({ devices: { one: '/dev/disk/by-id/scsi-1' } });
  itTells({
    check: primaryDiskKnown,
    what: 'local storage on a whole disk',
    sound,
    found: whole,
    verdict: 'Block',
    names: ['name-one'],
    says: /^host name-one: the pool does not show which disk carries its system: its local storage lies on \/dev\/disk/,
  });

  it('is what the manifest says, and matters to hosts that get an answer file from us', () => {
    const devices = { one: '/dev/disk/by-id/scsi-1' };
    expect(verdictOf(primaryDiskKnown, booting({ devices, boot: { disks: { one: '/dev/sda' } } }))).to.equal('Pass');
    expect(verdictOf(primaryDiskKnown, booting({ devices, boot: { disks: { two: '/dev/sda' } } }))).to.equal('Block');
    expect(verdictOf(primaryDiskKnown, booting({ devices, method: 'Manual' }))).to.equal('Pass');
  });

  it('is asked for by what the host prints', () => {
    const remedy = runChecks(whole, [primaryDiskKnown])[0]!.findings[0]!.remedy;
    expect(remedy).to.include('spec.hosts[].boot.disk').and.include('PRIMARY_DISK');
  });
});

describe('the management network of a host that the boot server serves', () => {
  const by = (more: object, version = '7.6.0'): CheckSituation => {
    const path = [{ brand: 'XenServer', version }] as const;
    const situation = booting({ path, images: path });
    const management = { ...SOUND_HOST.management!, ...more };
    const hazards = hazardsOf(situation.pool, { host: { management } });
    return { ...situation, inspection: { ...situation.inspection, hazards }, moment: 'BeforeHost', host: 'one' };
  };

  it('may be nothing that its installer cannot be told', () => {
    expect(verdictOf(managementNetwork, by({}))).to.equal('Pass');
    expect(verdictOf(managementNetwork, by({ bond: 'lacp' }))).to.equal('Block');
    expect(verdictOf(managementNetwork, by({ mode: 'None' }))).to.equal('Block');
    expect(verdictOf(managementNetwork, by({ vlan: 12 })), 'known to the installer of 7.6').to.equal('Pass');
    expect(verdictOf(managementNetwork, by({ vlan: 12 }, '7.4.0')), 'unknown to that of 7.4').to.equal('Block');
  });

  it('needs neither gateway nor name server for a boot server on its own network', () => {
    expect(verdictOf(managementNetwork, by({ gateway: '', dns: '' }))).to.equal('Pass');
  });
});

// What each difference of a setting means: one table, read from the top. Where several rules fit, a hard one has the word, else the first; where none
// fits, a person looks. Sections are those of the XenServer reference; `xapi` is XAPI's own source.
import type { Brand } from '../release';
import { ABSENT, type Verdict } from './settings';

/** Releases from `atLeast` (included) to `below` (excluded), of any brand unless one is named. */
export interface ReleaseRange {
  readonly brand?: Brand;
  readonly atLeast?: string;
  readonly below?: string;
}

export interface Rule {
  readonly id: string;
  /** Of the path of a setting, or of an object that is new. */
  readonly path: RegExp;
  /** The release before, and the one after; every one when absent. */
  readonly from?: ReleaseRange;
  readonly to?: ReleaseRange;
  /** Of the values. */
  readonly when?: (before: string, after: string) => boolean;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly source: string;
}

const isGone = (_before: string, after: string): boolean => after === ABSENT;
const becomes =
  (one: string, other: string) =>
  (before: string, after: string): boolean =>
    before === one && after === other;
const number = (text: string): number => Number.parseFloat(text);
const notLess = (before: string, after: string): boolean => number(after) >= number(before);
const grows = (before: string, after: string): boolean => number(after) > number(before);
/** As far as firmware and kernel count pages differently: one in a hundred. */
const aboutAsMuch = (before: string, after: string): boolean => Math.abs(number(after) - number(before)) <= number(before) / 100;
/** `20301231T23:59:59Z`: of one length, so that text compares as time does. */
const notEarlier = (before: string, after: string): boolean => /^\d{8}T/.test(before) && /^\d{8}T/.test(after) && after >= before;

export const RULES: readonly Rule[] = [
  {
    id: 'AnotherHost',
    path: /^host\/uuid$/,
    verdict: 'hard',
    sentence: 'a host with another uuid is another host: it was installed afresh',
    source: 'reference 6.1, identity',
  },
  {
    id: 'AnotherPool',
    path: /^pool\/(uuid|master)$/,
    verdict: 'hard',
    sentence: 'the host belongs to another pool, or follows another master',
    source: 'reference 6.1, membership',
  },
  {
    id: 'MemberGone',
    path: /^member [^/]+\/uuid$/,
    verdict: 'hard',
    sentence: 'a host that was of the pool is no longer of it',
    source: 'reference 6.1, membership',
  },
  {
    id: 'AnotherAddress',
    path: /^host\/address$/,
    verdict: 'hard',
    sentence: 'the pool finds the host by this address, which is set by hand',
    source: 'reference 6.1, management address',
  },
  {
    id: 'AnotherLease',
    path: /^host\/leased address$/,
    verdict: 'look',
    sentence: 'DHCP gave the host another address, and the others of the pool must follow; give it a lasting one',
    source: 'reference 6.1, management address',
  },
  {
    id: 'ManagementInterface',
    path: /^PIF .*\/management$/,
    verdict: 'hard',
    sentence: 'the management interface is another one, or is configured otherwise',
    source: 'reference 6.1, management address',
  },
  {
    id: 'StorageDetached',
    path: /^PBD [^ /]+\/attached$/,
    when: (before) => before === 'true',
    verdict: 'hard',
    sentence: 'storage that the host had attached is not attached',
    source: 'reference 6.1, storage',
  },
  {
    id: 'StorageAttached',
    path: /^PBD [^ /]+\/attached$/,
    when: becomes('false', 'true'),
    verdict: 'harmless',
    sentence: 'storage that was not attached before is attached now: every boot attaches what it can',
    source: 'reference 6.4',
  },
  {
    id: 'DrivesAnew',
    path: /^PBD removable /,
    verdict: 'expected',
    sentence: 'DVD drives and removable storage are found anew at each boot, as new storage repositories',
    source: 'reference 6.1, differences to tolerate',
  },
  {
    id: 'ToolsAnew',
    path: /^PBD tools /,
    verdict: 'expected',
    sentence: 'the repository with the guest tools is made anew, with the disc of the new release',
    source: 'reference 6.1, differences to tolerate',
  },
  {
    id: 'MorePaths',
    path: /^PBD [^/]+\/paths$/,
    when: notLess,
    verdict: 'harmless',
    sentence: 'as many paths to the storage are up as before, or more',
    source: 'reference 6.1, multipath',
  },
  {
    id: 'FewerPaths',
    path: /^PBD [^/]+\/paths$/,
    verdict: 'look',
    sentence: 'fewer paths to the storage are up than before',
    source: 'reference 6.1, multipath',
  },
  {
    id: 'MoreImages',
    path: /^PBD [^/]+\/images$/,
    when: notLess,
    verdict: 'harmless',
    sentence: 'images were added on local storage meanwhile: snapshots, memory of suspended VMs',
    source: 'reference 6.1, storage',
  },
  {
    id: 'SizeRounded',
    path: /^PBD [^/]+\/size$/,
    when: aboutAsMuch,
    verdict: 'harmless',
    sentence: 'local storage is as large as before, by less than one per cent',
    source: 'reference 6.1, storage',
  },
  {
    id: 'Patches',
    path: /^host\/(patches|updates)$/,
    verdict: 'expected',
    sentence: 'patches and updates are of the old system; the new one has its own',
    source: 'reference 6.1, patches',
  },
  {
    id: 'Capabilities',
    path: /^host\/capabilities$/,
    verdict: 'expected',
    sentence: 'each Xen says for itself what it can do',
    source: 'reference 6.1, differences to tolerate',
  },
  {
    id: 'CertificateRenewed',
    path: /^host\/certificate$/,
    from: { below: '8.0' },
    verdict: 'expected',
    sentence: 'a host that comes from before 8.0 makes itself a new certificate',
    source: 'reference 4.1, certificates',
  },
  {
    id: 'CertificateUntold',
    path: /^host\/certificate$/,
    when: isGone,
    verdict: 'harmless',
    sentence: 'the host did not say which certificate it has',
    source: 'reference 4.5',
  },
  {
    id: 'EditionOfXcpNg',
    path: /^(host\/(edition|licence expiry|licence server)|restriction .*\/restricted)$/,
    from: { brand: 'XenServer' },
    to: { brand: 'XCP-ng' },
    verdict: 'expected',
    sentence: 'XCP-ng has one edition and no licence: that of XenServer is lost',
    source: 'reference 1.7',
  },
  {
    id: 'EditionRenamed',
    path: /^host\/edition$/,
    from: { brand: 'XenServer', below: '8.3' },
    to: { brand: 'XenServer', atLeast: '8.3' },
    verdict: 'expected',
    sentence: 'XenServer 8 has editions of other names; see that a licence is there and covers what is used',
    source: 'reference 6.1, licence',
  },
  {
    id: 'LicenceLonger',
    path: /^host\/licence expiry$/,
    when: notEarlier,
    verdict: 'harmless',
    sentence: 'the licence holds as long as before, or longer',
    source: 'reference 6.1, licence',
  },
  {
    id: 'LicenceShorter',
    path: /^host\/licence expiry$/,
    verdict: 'look',
    sentence: 'the licence ends at another time than before; see that it has not expired',
    source: 'reference 6.1, licence',
  },
  {
    id: 'FeatureFreed',
    path: /^restriction .*\/restricted$/,
    when: becomes('true', 'false'),
    verdict: 'harmless',
    sentence: 'a feature that the licence refused is allowed now',
    source: 'reference 6.1, licence',
  },
  {
    id: 'RestrictionGone',
    path: /^restriction .*\/restricted$/,
    when: isGone,
    verdict: 'harmless',
    sentence: 'the new release no longer knows this restriction',
    source: 'reference 6.1, licence',
  },
  {
    id: 'FeatureLost',
    path: /^restriction .*\/restricted$/,
    verdict: 'look',
    sentence: 'the licence refuses a feature that it allowed before',
    source: 'reference 6.1, licence',
  },
  {
    id: 'DeviceRenamed',
    path: /^PIF .*\/device$/,
    verdict: 'look',
    sentence: 'the card of this MAC address has another name: devices were renamed',
    source: 'reference 6.1, PIFs',
  },
  {
    id: 'InterfaceUp',
    path: /^PIF .*\/attached$/,
    when: becomes('false', 'true'),
    verdict: 'harmless',
    sentence: 'the interface was down before and is up now',
    source: 'reference 6.1, PIFs',
  },
  {
    id: 'LinksUp',
    path: /^PIF .*\/links up$/,
    when: notLess,
    verdict: 'harmless',
    sentence: 'as many links of the bond are up as before, or more',
    source: 'reference 6.1, bonds',
  },
  {
    id: 'LinksDown',
    path: /^PIF .*\/links up$/,
    verdict: 'look',
    sentence: 'fewer links of the bond are up than before',
    source: 'reference 6.1, bonds',
  },
  {
    id: 'NetworkBackend',
    path: /^host\/network backend$/,
    verdict: 'look',
    sentence: 'the backend of the network changes only when somebody asks for it',
    source: 'reference 6.1, VLANs, tunnels, networks',
  },
  {
    id: 'ClockRight',
    path: /^clock\/skew$/,
    when: (_before, after) => after === 'within 5 s',
    verdict: 'harmless',
    sentence: "the host's clock was off and is right now",
    source: 'reference 6.1, clock',
  },
  {
    id: 'ClockUntold',
    path: /^clock\//,
    when: isGone,
    verdict: 'harmless',
    sentence: 'the host did not say what its clock shows',
    source: 'reference 6.1, time zone, clock',
  },
  {
    id: 'ClockWrong',
    path: /^clock\/skew$/,
    verdict: 'look',
    sentence: "the host's clock is off: that breaks directories, TLS and HA; look at its time servers",
    source: 'reference 6.1, clock',
  },
  {
    id: 'TimeZone',
    path: /^clock\/zone$/,
    verdict: 'look',
    sentence: 'the local time of the host lies otherwise to UTC; that a change of summer time lies between would explain it',
    source: 'reference 6.1, time zone',
  },
  {
    id: 'Enabled',
    path: /^host\/enabled$/,
    when: becomes('false', 'true'),
    verdict: 'harmless',
    sentence: 'the host was disabled before; a boot enables it',
    source: 'reference 6.1, enabled',
  },
  {
    id: 'FeaturesOfNewKind',
    path: /^cpu\/features/,
    from: { below: '7.0' },
    to: { atLeast: '7.0' },
    verdict: 'expected',
    sentence: 'releases from 7.0 on tell features of the processor otherwise',
    source: 'reference 2.7',
  },
  {
    id: 'Features',
    path: /^cpu\/features/,
    verdict: 'look',
    sentence: 'the features of the processor are others: VMs that were started with more of them are tied to their host',
    source: 'reference 6.1, CPU',
  },
  {
    id: 'MemoryTold',
    path: /^host\/memory$/,
    when: aboutAsMuch,
    verdict: 'harmless',
    sentence: 'the host has as much memory as before, by less than one per cent',
    source: 'reference 6.1, memory',
  },
  {
    id: 'ControlDomainGrows',
    path: /^dom0\/(memory|processors)$/,
    when: grows,
    verdict: 'expected',
    sentence: 'the control domain of a newer release takes more; that much less is left for VMs',
    source: 'reference 6.1, memory',
  },
  {
    id: 'DevicesAdded',
    path: /^host\/(PCI devices|GPUs)$/,
    when: notLess,
    verdict: 'harmless',
    sentence: 'the new release counts more devices',
    source: 'reference 6.1, PCI/GPU',
  },
  {
    id: 'CertificateChecking',
    path: /^pool\/certificate checking$/,
    when: becomes('false', 'true'),
    verdict: 'harmless',
    sentence: 'the hosts of the pool now check the certificates of each other',
    source: 'reference 6.1, certificates',
  },
  {
    id: 'BestEffort',
    path: /^VM .*\/HA priority$/,
    from: { below: '6.0' },
    to: { atLeast: '6.0' },
    when: becomes('', 'best-effort'),
    verdict: 'expected',
    sentence: 'XAPI makes VMs that started with their host best-effort ones of HA, coming from 5.6 Feature Pack 1 or earlier',
    source: 'xapi, upgrade_auto_poweron',
  },
];

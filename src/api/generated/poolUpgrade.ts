// Generated from crds/poolupgrades.xenpool.dev.yaml by `npm run generate`; do not edit. Fields with a default are always there, as on an object read from the API.

export type Brand = 'XenServer' | 'XCP-ng';
export type BootMethod = 'Auto' | 'Staged' | 'VirtualMedia' | 'PXE' | 'Manual';
export type Firmware = 'Auto' | 'UEFI' | 'BIOS';
/**
 * How its installer ends, for VirtualMedia and PXE with a bmc; PowerOff makes the end visible to the BMC, which then boots the disk. Reboot when absent.
 */
export type BootAtExit = 'Reboot' | 'PowerOff';
/**
 * Minimal needs the fewest migrations; Home brings every VM back to the host it ran on; Balanced spreads them by memory. Default: Minimal.
 */
export type Placement = 'Minimal' | 'Home' | 'Balanced';
/**
 * What happens to a VM that cannot be migrated. Suspend falls back to Shutdown where it cannot be suspended; Block stops the drain and asks. Default: Suspend.
 */
export type UnmovableAction = 'Suspend' | 'Shutdown' | 'Block';
/**
 * Migrate moves the VM, Suspend writes its memory to disk, Shutdown stops it cleanly, Block stops the drain and asks. As planned when absent.
 */
export type VmAction = 'Migrate' | 'Suspend' | 'Shutdown' | 'Block';
/**
 * Home brings the VM back to the host it ran on once that is upgraded; Stay leaves it where it is. Follows placement when absent.
 */
export type VmReturn = 'Home' | 'Stay';
/**
 * None asks nobody; BeforeUpgrade asks once, after the plan; BeforeEachHost asks again before each host. Default: None.
 */
export type ApprovalGate = 'None' | 'BeforeUpgrade' | 'BeforeEachHost';
/**
 * A day of the week.
 */
export type Weekday = 'Mon' | 'Tue' | 'Wed' | 'Thu' | 'Fri' | 'Sat' | 'Sun';
/**
 * Halt stops everything and says what a person can do; Restore boots the installer into its restore of the old system. Default: Halt.
 */
export type MasterFailure = 'Halt' | 'Restore';
export type PoolPhase =
  | 'Pending'
  | 'Validating'
  | 'Planning'
  | 'AwaitingApproval'
  | 'Preparing'
  | 'Upgrading'
  | 'Finishing'
  | 'Succeeded'
  | 'Paused'
  | 'Halted'
  | 'Failed'
  | 'Cancelled';
/**
 * Whether it holds.
 */
export type ConditionStatus = 'True' | 'False' | 'Unknown';
/**
 * What it came to. Unknown never counts as Pass.
 */
export type CheckVerdict = 'Pass' | 'Warn' | 'Block' | 'Unknown';
/**
 * Master or member at the start of the run.
 */
export type HostRole = 'master' | 'member';
/**
 * Where it stands.
 */
export type HostPhase =
  | 'Pending'
  | 'Draining'
  | 'Safeguarding'
  | 'Leaving'
  | 'Installing'
  | 'Rejoining'
  | 'Verifying'
  | 'Restoring'
  | 'Upgraded'
  | 'Retrying'
  | 'RestoringBackup'
  | 'Failed'
  | 'AwaitingOperator';
/**
 * How it leaves its old system in this attempt.
 */
export type BootMethodInUse = 'Staged' | 'VirtualMedia' | 'PXE' | 'Manual';
/**
 * What the answer file asks for; a restore only where one was asked for.
 */
export type BootIntent = 'upgrade' | 'restore';
/**
 * How the machine starts, where it is known; media that cannot start so are refused.
 */
export type BootFirmware = 'UEFI' | 'BIOS';
/**
 * By DHCP, or as told here.
 */
export type BootAddressing = 'dhcp' | 'static';
/**
 * As the host was installed; left to the installer when absent.
 */
export type BootMultipath = 'enabled' | 'disabled' | 'if-multiple';
/**
 * How the installer ends; it reboots when absent.
 */
export type BootExit = 'poweroff';
/**
 * Its power as the BMC told it last; Other is on its way.
 */
export type HostPower = 'On' | 'Off' | 'Other';
/**
 * The protocol it was sent by.
 */
export type BmcProtocol = 'redfish' | 'ipmi';
/**
 * On which side of the point of no return it is; Before it the old system is whole, Past it only a restore or another run of the installer helps.
 */
export type InstallerSide = 'Before' | 'Past' | 'Unknown';
/**
 * What it said at its end; nothing when absent.
 */
export type InstallerResult = 'Done' | 'Failed';
export type DifferenceVerdict = 'expected' | 'harmless' | 'look' | 'hard';
/**
 * What it is.
 */
export type DebtKind =
  | 'HighAvailability'
  | 'WorkloadBalancing'
  | 'AutoPoweron'
  | 'HostDisabled'
  | 'VmStopped'
  | 'CdEjected'
  | 'StagedBootEntry'
  | 'BootMedium'
  | 'Fix'
  | 'PoolMark'
  | 'VmMark';

/**
 * Brings a whole XenServer or XCP-ng pool from its release to another, host by host, master first. One object upgrades one pool; a younger object for the same pool waits.
 */
export interface PoolUpgrade {
  /**
   * Version of this API; xenpool.dev/v1alpha1.
   */
  readonly apiVersion: 'xenpool.dev/v1alpha1';
  /**
   * PoolUpgrade.
   */
  readonly kind: 'PoolUpgrade';
  /**
   * Identity and bookkeeping, as on every object.
   */
  readonly metadata: ObjectMeta;
  /**
   * What is wished. Written by people only. After the start the identity of the pool, target and path are fixed until the upgrade is over; everything else may be edited and takes effect at the next host.
   */
  readonly spec: PoolUpgradeSpec;
  /**
   * What is. Written by the operator only; enough to go on after any crash, and to understand what happens.
   */
  readonly status: PoolUpgradeStatus;
}
/**
 * Identity and bookkeeping, as on every object.
 */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
}
/**
 * What is wished. Written by people only. After the start the identity of the pool, target and path are fixed until the upgrade is over; everything else may be edited and takes effect at the next host.
 */
export interface PoolUpgradeSpec {
  /**
   * Which pool, and how to log in to it.
   */
  readonly pool: PoolReference;
  /**
   * The release every host shall have in the end. Once the upgrade is over it may be changed, which starts a new run.
   */
  readonly target: Target;
  /**
   * Releases to pass through, the target last; each is a full pass over all hosts. Stops that the pool has behind it are passed over. Planned from the catalogue when absent.
   *
   * @minItems 1
   * @maxItems 8
   *
   * Items: One release on the way.
   */
  readonly path?: readonly PathStep[];
  /**
   * Where the installer of each release on the path comes from. Brand and version together are unique. A boot method that needs a source is refused before anything is touched where it is absent here.
   *
   * @maxItems 16
   *
   * Items: Installer of one release; iso, repository or both.
   */
  readonly releases?: readonly ReleaseSource[];
  /**
   * How a host leaves its old system and reaches the installer.
   */
  readonly boot: BootSettings;
  /**
   * What is special about single hosts; all are treated alike when absent. A host that is not in the pool is refused.
   *
   * @maxItems 64
   *
   * Items: Settings of one host.
   */
  readonly hosts?: readonly HostSettings[];
  /**
   * Members to upgrade first, in this order; the others follow as planned, and all do when absent. The master is always first and need not be named; named elsewhere it is refused.
   *
   * @maxItems 64
   *
   * Items: Name label or uuid of a host.
   */
  readonly order?: readonly string[];
  /**
   * What becomes of the running VMs while their host is upgraded.
   */
  readonly vms: VmPolicy;
  /**
   * Where the upgrade stops and asks.
   */
  readonly gates: Gates;
  /**
   * When a host may start. A host that has started is finished, window or not. Always when absent.
   */
  readonly window?: MaintenanceWindow;
  /**
   * How long each step of a host may take before it counts as failed. Whole numbers with s, m or h, added up, such as 90s or 1h30m.
   */
  readonly deadlines: Deadlines;
  /**
   * What follows a failed host.
   */
  readonly failure: FailurePolicy;
  /**
   * The dump of the pool's database that is taken before the first host leaves its old system.
   */
  readonly backup: BackupSettings;
  /**
   * What the operator must not do on its own account. Each one that is missing where it is needed is a refusal that names it.
   */
  readonly consent: Consent;
  /**
   * What is done once every host has the target release.
   */
  readonly afterwards: Afterwards;
  /**
   * Stop at the next safe point; no new host is started, and between the staging of an installer and the return of the host nothing is stopped. Default: false.
   */
  readonly paused: boolean;
  /**
   * Stop after the plan. Nothing is touched. Default: false.
   */
  readonly dryRun: boolean;
}
/**
 * Which pool, and how to log in to it.
 */
export interface PoolReference {
  /**
   * Origins of one or more hosts of the pool, tried in order; the master is found from any of them. More than one keeps the pool reachable when a host is gone. After the start they may be edited only where uuid names the pool.
   *
   * @minItems 1
   * @maxItems 64
   *
   * Items: Origin of a host, https (or http with tls.allowPlaintext); port 443 or 80 when none is given.
   */
  readonly endpoints: readonly string[];
  /**
   * UUID of the pool. When given, any other pool that answers is refused before anything is touched; when absent, whichever pool the endpoints lead to is upgraded.
   */
  readonly uuid?: string;
  /**
   * Secret in the same namespace with the keys username and password of a local superuser. Read at each login, so the password may be rotated while an upgrade runs.
   */
  readonly credentialsRef: SecretReference;
  /**
   * What is trusted on the wire to the hosts; the certificates of the system when neither caBundleRef nor fingerprints is given. Each weakening is shown as a warning condition.
   */
  readonly tls: TlsTrust;
}
export interface SecretReference {
  /**
   * Name of the Secret.
   */
  readonly name: string;
}
export interface TlsTrust {
  /**
   * Secret in the same namespace and the key in it that holds PEM certificates to trust instead of the system's. When absent, the system's are trusted.
   */
  readonly caBundleRef?: SecretKeyReference;
  /**
   * SHA-256 fingerprints of the only certificates accepted, whatever signed them. When absent, signatures decide. A reinstalled host may show a new certificate; the upgrade then waits until it is added here.
   *
   * @maxItems 128
   *
   * Items: SHA-256 of a certificate in DER, hexadecimal, with or without colons.
   */
  readonly fingerprints?: readonly string[];
  /**
   * Accept any certificate. Whoever sits on the network can then read the password. Default: false.
   */
  readonly insecureSkipVerify: boolean;
  /**
   * Oldest version of TLS spoken. Releases up to 6.5 need TLSv1; a host that speaks only older ones is not reached. Default: TLSv1.2.
   */
  readonly minVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /**
   * Allow http endpoints, for releases whose TLS no current client speaks. The password crosses the network in clear text. Default: false.
   */
  readonly allowPlaintext: boolean;
}
export interface SecretKeyReference {
  /**
   * Name of the Secret.
   */
  readonly name: string;
  /**
   * Key in the Secret.
   */
  readonly key: string;
}
/**
 * The release every host shall have in the end. Once the upgrade is over it may be changed, which starts a new run.
 */
export interface Target {
  /**
   * Line of products; the pool's own when absent. Everything that is not XCP-ng counts as XenServer, Citrix Hypervisor included.
   */
  readonly brand?: Brand;
  /**
   * Product version, two to four numbers parted by dots. Quote it: 8.2 without quotes is a number and is refused.
   */
  readonly version: string;
}
/**
 * One release on the way.
 */
export interface PathStep {
  /**
   * Line of products; that of the release before when absent.
   */
  readonly brand?: Brand;
  /**
   * Product version, two to four numbers parted by dots, in quotes.
   */
  readonly version: string;
}
/**
 * Installer of one release; iso, repository or both.
 */
export interface ReleaseSource {
  /**
   * Line of products; any line with that version when absent.
   */
  readonly brand?: Brand;
  /**
   * Product version as in target or path, in quotes.
   */
  readonly version: string;
  /**
   * Installation image, for boot methods that insert or unpack it. When absent, those methods cannot be used for this release.
   */
  readonly iso?: IsoSource;
  /**
   * The unpacked image as a tree that the hosts themselves can reach. Needed by Staged; when absent, Staged cannot be used for this release.
   */
  readonly repository?: RepositorySource;
}
/**
 * Installation image, for boot methods that insert or unpack it. When absent, those methods cannot be used for this release.
 */
export interface IsoSource {
  /**
   * Where the boot server fetches the image; file:/// with the path below the folder that is mounted into the boot server as --media.
   */
  readonly url: string;
  /**
   * SHA-256 of the image, 64 lower-case hexadecimal digits; another image is refused.
   */
  readonly sha256: string;
}
/**
 * The unpacked image as a tree that the hosts themselves can reach. Needed by Staged; when absent, Staged cannot be used for this release.
 */
export interface RepositorySource {
  /**
   * Root of the tree, reachable from the management network of each host, in the installer as well.
   */
  readonly url: string;
}
/**
 * How a host leaves its old system and reaches the installer.
 */
export interface BootSettings {
  /**
   * Auto is VirtualMedia where the host names a BMC whose address is not ipmi://, else Staged from release 6.0, else Manual; a target of 5.6 or earlier is always Manual. Staged lets the host itself stage the installer; Manual waits for a person at the console; PXE is used only when named. Default: Auto.
   */
  readonly method: BootMethod;
  /**
   * How the hosts boot; Auto asks the BMC. Default: Auto.
   */
  readonly firmware: Firmware;
  /**
   * Under which addresses the boot server is reached, where hosts and BMCs live on different networks. The server's own address when absent.
   */
  readonly serverURLs?: BootServerUrls;
}
/**
 * Under which addresses the boot server is reached, where hosts and BMCs live on different networks. The server's own address when absent.
 */
export interface BootServerUrls {
  /**
   * Base URL as the hosts see it; the server's own address when absent.
   */
  readonly hosts?: string;
  /**
   * Base URL as the BMCs see it; the server's own address when absent.
   */
  readonly bmcs?: string;
}
/**
 * Settings of one host.
 */
export interface HostSettings {
  /**
   * The host's name label in the pool, or its uuid where names are not unique.
   */
  readonly name: string;
  /**
   * The board management controller of the host. It is acted upon only after its identity was matched with the host. Without it a host that hangs waits for a person.
   */
  readonly bmc?: BmcSettings;
  /**
   * Overrides spec.boot for this host; nothing is overridden when absent.
   */
  readonly boot?: HostBootSettings;
}
/**
 * The board management controller of the host. It is acted upon only after its identity was matched with the host. Without it a host that hangs waits for a person.
 */
export interface BmcSettings {
  /**
   * Protocol and place, redfish+https://HOST/redfish/v1/Systems/ID or ipmi://HOST.
   */
  readonly address: string;
  /**
   * Secret in the same namespace with the keys username and password of the BMC.
   */
  readonly credentialsRef: SecretReference;
  /**
   * What is trusted on the wire to the BMC; the certificates of the system when neither caBundleRef nor fingerprints is given.
   */
  readonly tls: TlsTrust;
  /**
   * Serial number the BMC must show; the user's word where the pool cannot prove the identity. When absent, the pool must prove it.
   */
  readonly expectedSerial?: string;
  /**
   * System UUID the BMC must show; the user's word where the pool cannot prove the identity. When absent, the pool must prove it.
   */
  readonly expectedUUID?: string;
  /**
   * How IPMI is spoken, at address or at fallback; as by default when absent.
   */
  readonly ipmi?: IpmiSettings;
  /**
   * A second way to the same BMC, by IPMI, for what Redfish certainly did not do, because it cannot or was not reached. Redfish is the only way when absent.
   */
  readonly fallback?: BmcFallback;
}
/**
 * How IPMI is spoken, at address or at fallback; as by default when absent.
 */
export interface IpmiSettings {
  /**
   * Cipher suites that may be used, the strongest first. A BMC that refuses all of them is not spoken to. Suite 3 protects by SHA-1 what 17 protects by SHA-256. Only 17 when absent.
   *
   * @minItems 1
   * @maxItems 2
   *
   * Items: Number of a suite that encrypts.
   */
  readonly cipherSuites?: readonly (17 | 3)[];
  /**
   * Level that a session asks for; OPERATOR is enough where the BMC follows the standard. Default: ADMINISTRATOR.
   */
  readonly privilege: 'ADMINISTRATOR' | 'OPERATOR';
  /**
   * What the BMC gives back of the boot flags it was told: Exact, all of them; DeviceOnly, the device, and no word of firmware or duration. Default: Exact.
   */
  readonly bootReadBack: 'Exact' | 'DeviceOnly';
}
/**
 * A second way to the same BMC, by IPMI, for what Redfish certainly did not do, because it cannot or was not reached. Redfish is the only way when absent.
 */
export interface BmcFallback {
  /**
   * Place of the same BMC, as ipmi://HOST.
   */
  readonly address: string;
  /**
   * Secret in the same namespace with the keys username and password for IPMI; those for Redfish when absent.
   */
  readonly credentialsRef?: SecretReference;
  /**
   * What may go this way: Power, reading and switching the power; Boot, booting once over the network. Virtual media never does. Default: both.
   *
   * @minItems 1
   * @maxItems 2
   *
   * Items: A kind of order.
   */
  readonly verbs: readonly ('Power' | 'Boot')[];
}
/**
 * Overrides spec.boot for this host; nothing is overridden when absent.
 */
export interface HostBootSettings {
  /**
   * Boot method of this host; that of spec.boot when absent. VirtualMedia needs a bmc beside it.
   */
  readonly method?: BootMethod;
  /**
   * How its installer ends, for VirtualMedia and PXE with a bmc; PowerOff makes the end visible to the BMC, which then boots the disk. Reboot when absent.
   */
  readonly atExit?: BootAtExit;
  /**
   * Firmware of this host; that of spec.boot when absent.
   */
  readonly firmware?: Firmware;
  /**
   * The disk that carries the host's system, as PRIMARY_DISK in its /etc/xensource-inventory names it; for VirtualMedia and PXE. When absent, the disk behind whose system the host's local storage lies.
   */
  readonly disk?: string;
}
/**
 * What becomes of the running VMs while their host is upgraded.
 */
export interface VmPolicy {
  /**
   * How VMs are moved.
   */
  readonly migrate: MigrateSettings;
  /**
   * Minimal needs the fewest migrations; Home brings every VM back to the host it ran on; Balanced spreads them by memory. Default: Minimal.
   */
  readonly placement: Placement;
  /**
   * What happens to a VM that cannot be migrated. Suspend falls back to Shutdown where it cannot be suspended; Block stops the drain and asks. Default: Suspend.
   */
  readonly whenUnmovable: UnmovableAction;
  /**
   * Exceptions for single VMs; the first rule that matches decides. All VMs follow the policy when absent.
   *
   * @maxItems 256
   *
   * Items: An exception. What it leaves out follows the policy.
   */
  readonly rules?: readonly VmRule[];
  /**
   * How long a guest may ignore a clean shutdown before it is shut down hard; 0s to 168h. Never when absent; the drain then waits until its deadline.
   */
  readonly forceShutdownAfter?: string;
}
/**
 * How VMs are moved.
 */
export interface MigrateSettings {
  /**
   * Migrations at the same time. XAPI itself runs three a host; more only queue. Default: 3.
   */
  readonly maxParallel: number;
  /**
   * Name label or uuid of the network that migrations use; the management network when absent. Needs release 8.3 on the host that is emptied.
   */
  readonly network?: string;
}
/**
 * An exception. What it leaves out follows the policy.
 */
export interface VmRule {
  /**
   * Which VMs. A VM matches when every list given here has an entry for it; at least one list is needed.
   */
  readonly match: VmMatch;
  /**
   * Migrate moves the VM, Suspend writes its memory to disk, Shutdown stops it cleanly, Block stops the drain and asks. As planned when absent.
   */
  readonly action?: VmAction;
  /**
   * Home brings the VM back to the host it ran on once that is upgraded; Stay leaves it where it is. Follows placement when absent.
   */
  readonly return?: VmReturn;
}
/**
 * Which VMs. A VM matches when every list given here has an entry for it; at least one list is needed.
 */
export interface VmMatch {
  /**
   * Tags, one of which the VM bears; tags do not matter when absent.
   *
   * @minItems 1
   * @maxItems 64
   *
   * Items: A tag.
   */
  readonly tags?: readonly string[];
  /**
   * Name labels; a star stands for any text. Names do not matter when absent.
   *
   * @minItems 1
   * @maxItems 256
   *
   * Items: A name label or a pattern such as db-*.
   */
  readonly names?: readonly string[];
  /**
   * UUIDs of VMs; they do not matter when absent.
   *
   * @minItems 1
   * @maxItems 256
   *
   * Items: UUID of a VM.
   */
  readonly uuids?: readonly string[];
}
/**
 * Where the upgrade stops and asks.
 */
export interface Gates {
  /**
   * None asks nobody; BeforeUpgrade asks once, after the plan; BeforeEachHost asks again before each host. Default: None.
   */
  readonly approval: ApprovalGate;
  /**
   * Approvals given in Git instead of by the annotation xenpool.dev/approve; none when absent. They bind to the plan; another plan needs new ones.
   *
   * @maxItems 80
   *
   * Items: Hash of the plan, and for one host a slash and its name.
   */
  readonly approvals?: readonly string[];
  /**
   * How long the pool runs with an upgraded master before the first member follows; 0s to 8760h. Default: 0s.
   */
  readonly soakAfterMaster: string;
}
/**
 * When a host may start. A host that has started is finished, window or not. Always when absent.
 */
export interface MaintenanceWindow {
  /**
   * IANA name of the time zone of the periods.
   */
  readonly timeZone: string;
  /**
   * Times of the week in which a host may start.
   *
   * @minItems 1
   * @maxItems 32
   *
   * Items: A time that recurs weekly.
   */
  readonly periods: readonly WindowPeriod[];
}
/**
 * A time that recurs weekly.
 */
export interface WindowPeriod {
  /**
   * Days on which the period begins; every day when absent.
   *
   * @minItems 1
   * @maxItems 7
   *
   * Items: A day of the week.
   */
  readonly days?: readonly Weekday[];
  /**
   * Time of day at which it begins, 24 hours, in quotes.
   */
  readonly start: string;
  /**
   * How long it lasts; 1m to 168h, and it may pass midnight.
   */
  readonly duration: string;
}
/**
 * How long each step of a host may take before it counts as failed. Whole numbers with s, m or h, added up, such as 90s or 1h30m.
 */
export interface Deadlines {
  /**
   * Until no guest runs on the host; 1s to 168h. Then the host is enabled again and the upgrade halts. Default: 2h.
   */
  readonly drain: string;
  /**
   * Until the host has left its old system; 1s to 168h. Then it is powered off by BMC if it is proved empty, else a person is asked. Default: 15m.
   */
  readonly powerOff: string;
  /**
   * Until the installer has shown itself or the host is back; 1s to 168h. Default: 20m.
   */
  readonly installerStart: string;
  /**
   * Until the installer has finished; 1s to 168h. Then the attempt of a member failed, and a master is unknown. Default: 60m.
   */
  readonly install: string;
  /**
   * Until the host answers and belongs to the pool again; 1s to 168h. Default: 30m.
   */
  readonly rejoin: string;
  /**
   * Until storage is attached, the host is enabled and the pool has calmed down; 1s to 168h. Default: 15m.
   */
  readonly settle: string;
}
/**
 * What follows a failed host.
 */
export interface FailurePolicy {
  /**
   * How often the upgrade of a failed member is started again before the pool halts. Default: 2.
   */
  readonly memberRetries: number;
  /**
   * Halt stops everything and says what a person can do; Restore boots the installer into its restore of the old system. Default: Halt.
   */
  readonly master: MasterFailure;
}
/**
 * The dump of the pool's database that is taken before the first host leaves its old system.
 */
export interface BackupSettings {
  /**
   * Dumps kept for one pool, one for each step of a path; older ones are deleted after a new one was verified. Default: 3.
   */
  readonly keep: number;
  /**
   * Volume on which dumps are kept instead of Secrets. Needed for a dump of more than 16 Secrets of 900 KiB, compressed; when absent, one that large fails the upgrade before the master leaves.
   */
  readonly volume?: BackupVolume;
}
/**
 * Volume on which dumps are kept instead of Secrets. Needed for a dump of more than 16 Secrets of 900 KiB, compressed; when absent, one that large fails the upgrade before the master leaves.
 */
export interface BackupVolume {
  /**
   * PersistentVolumeClaim that is mounted in the operator under this name (value backupVolumes of the chart). A manifest that names another is refused.
   */
  readonly claimName: string;
}
/**
 * What the operator must not do on its own account. Each one that is missing where it is needed is a refusal that names it.
 */
export interface Consent {
  /**
   * Take hops that the installer accepts but no vendor documents. Default: false.
   */
  readonly undocumentedHops: boolean;
  /**
   * Let the installer re-cut a disk and lose the local storage repository on it. Default: false.
   */
  readonly destroyLocalStorage: boolean;
  /**
   * Migrate VMs although XAPI advises against it (CPU features that differ). Default: false.
   */
  readonly forceMigration: boolean;
  /**
   * Suspend or stop VMs where they cannot be moved. Default: false.
   */
  readonly acceptDowntime: boolean;
  /**
   * Squeeze VMs to their dynamic minimum of memory where that saves stopping one. Default: false.
   */
  readonly compressMemory: boolean;
  /**
   * Go on with a pool that is found in mixed mode, in the middle of an upgrade that somebody else began, although no backup of it from before is stored; none can be taken then, so there is no way back. A pool of one release is always backed up first, whatever stands here. Default: false.
   */
  readonly withoutBackup: boolean;
  /**
   * The licence agreement that the releases come with has been read and is accepted. Default: false.
   */
  readonly acceptEua: boolean;
  /**
   * Ids of checks (docs/checks.md) whose fix may be run. Each is undone when the run ends, as the table of checks says. Default: none.
   *
   * @maxItems 64
   *
   * Items: Id of a check that has a fix.
   */
  readonly fixes: readonly string[];
}
/**
 * What is done once every host has the target release.
 */
export interface Afterwards {
  /**
   * Turn on certificate checking between the hosts. It cannot be turned off again by this API. Default: false.
   */
  readonly enableTlsVerification: boolean;
}
/**
 * What is. Written by the operator only; enough to go on after any crash, and to understand what happens.
 */
export interface PoolUpgradeStatus {
  /**
   * Generation of the spec this status was made from; -1 until the operator has seen the object.
   */
  readonly observedGeneration: number;
  /**
   * Where the upgrade stands.
   */
  readonly phase?: PoolPhase;
  /**
   * One word from the documented list on why it stands there.
   */
  readonly reason?: string;
  /**
   * The whole state in a sentence or two for a person.
   */
  readonly message?: string;
  /**
   * When it entered its phase.
   */
  readonly since?: string;
  /**
   * Whether it needs a person, or a cause outside to go away, before anything moves.
   */
  readonly stalled?: boolean;
  /**
   * State by aspect, in the form kubectl wait and GitOps tools read.
   *
   * @maxItems 32
   *
   * Items: One aspect.
   */
  readonly conditions?: readonly Condition[];
  /**
   * How far it is.
   */
  readonly progress?: Progress;
  /**
   * The attempt this status tells of. A new target after an end starts a new run.
   */
  readonly run?: Run;
  /**
   * The pool that answered.
   */
  readonly pool?: PoolIdentity;
  /**
   * What shall be done, in short; the whole plan is in the ConfigMap.
   */
  readonly plan?: PlanSummary;
  /**
   * The pool as it was before the first effect; running VMs with host and CDs, settings of each host.
   */
  readonly baseline?: BaselineReference;
  /**
   * The verified dump of the pool's database.
   */
  readonly backup?: BackupStatus;
  /**
   * What the checks found when they were last run.
   *
   * @maxItems 128
   *
   * Items: One check. The table of all stands in docs/checks.md.
   */
  readonly checks?: readonly CheckSummary[];
  /**
   * What was put aside to make way, as it was.
   */
  readonly undo?: Undo;
  /**
   * The step in flight. Written before the first of its effects is sent, gone when all are accounted for; what a successor reads first.
   */
  readonly journal?: Journal;
  /**
   * The hosts of the pool in the order of their turn.
   *
   * @maxItems 64
   *
   * Items: One host.
   */
  readonly hosts?: readonly HostStatus[];
  /**
   * Objects at which effects were refused or came to nothing.
   *
   * @maxItems 2048
   *
   * Items: One object that resists.
   */
  readonly resisting?: readonly Resistance[];
  /**
   * What must still be put back, each with the reason why it was not.
   *
   * @maxItems 4096
   *
   * Items: One thing to put back.
   */
  readonly debts?: readonly Debt[];
  /**
   * Live migrations done.
   */
  readonly moved?: number;
  /**
   * Memory of VMs that moved, and the time it took them, as far as the run measured it.
   */
  readonly transferred?: Transferred;
  /**
   * VMs the operator stopped and brought back, and for how long they were away.
   */
  readonly outages?: Outages;
  /**
   * The pool and its VMs at the end of the run beside the baseline.
   */
  readonly comparison?: Comparison;
  /**
   * When the master's agent was restarted to end a mixed mode that XAPI did not notice to be over.
   */
  readonly agentRestartedAt?: string;
  /**
   * Why the plan that was there is made anew, until it is.
   *
   * @maxItems 16
   *
   * Items: A sentence.
   */
  readonly replanning?: readonly string[];
  /**
   * Appliances of which a VM is given its start delay before the next may start.
   *
   * @maxItems 256
   *
   * Items: One appliance that waits.
   */
  readonly starting?: readonly StartPause[];
  /**
   * VMs the operator stopped and has not started again; each carries a mark in its other_config as well.
   *
   * @maxItems 2000
   *
   * Items: One VM.
   */
  readonly stopped?: readonly StoppedGuest[];
  /**
   * Verbs and approvals that were taken up, by name; the value is the nonce or the plan hash.
   */
  readonly handled?: Readonly<Record<string, string>>;
  /**
   * Earlier runs, newest first.
   *
   * @maxItems 10
   *
   * Items: A run that ended.
   */
  readonly history?: readonly PastRun[];
}
/**
 * One aspect.
 */
export interface Condition {
  /**
   * Name of the aspect.
   */
  readonly type: string;
  /**
   * Whether it holds.
   */
  readonly status: ConditionStatus;
  /**
   * Generation this was found for.
   */
  readonly observedGeneration?: number;
  /**
   * When status last changed.
   */
  readonly lastTransitionTime: string;
  /**
   * One word from the documented list.
   */
  readonly reason: string;
  /**
   * What was found, what is expected, what to do.
   */
  readonly message: string;
}
/**
 * How far it is.
 */
export interface Progress {
  /**
   * Hosts upgraded in this hop.
   */
  readonly hostsDone: number;
  /**
   * Hosts of the pool.
   */
  readonly hostsTotal: number;
  /**
   * Share of the work done.
   */
  readonly percent: number;
  /**
   * Done and total as one text, for tables.
   */
  readonly summary?: string;
  /**
   * Name label of the host whose turn it is, or of the one that stopped the run; absent between hosts.
   */
  readonly host?: string;
}
/**
 * The attempt this status tells of. A new target after an end starts a new run.
 */
export interface Run {
  /**
   * Identity of the run; part of the names of what it stores.
   */
  readonly id: string;
  /**
   * Generation of the spec in force.
   */
  readonly generation: number;
  /**
   * How often the claim on the pool changed hands; raised by each successor.
   */
  readonly epoch: number;
  /**
   * When the run began.
   */
  readonly startedAt: string;
  /**
   * When it ended.
   */
  readonly finishedAt?: string;
  /**
   * What spec.target said when the run began. Another target after its end starts a new run.
   */
  readonly target?: RunTarget;
  /**
   * Digest of what of the spec the plan is made from. While nothing is touched, an edit that changes it starts the run over.
   */
  readonly basis?: string;
}
/**
 * What spec.target said when the run began. Another target after its end starts a new run.
 */
export interface RunTarget {
  /**
   * Line of products; absent, that of the pool.
   */
  readonly brand?: Brand;
  /**
   * Product version.
   */
  readonly version: string;
}
/**
 * The pool that answered.
 */
export interface PoolIdentity {
  /**
   * Its UUID.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * UUID of its master.
   */
  readonly master: string;
}
/**
 * What shall be done, in short; the whole plan is in the ConfigMap.
 */
export interface PlanSummary {
  /**
   * Identity of the plan; approvals name it. Absent until the plan is made.
   */
  readonly hash?: string;
  /**
   * The step from release to release that is in work, one full pass over all hosts.
   */
  readonly hop: HopSummary;
  /**
   * Every release on the way, the pool's own first and the target last. Each step is a full pass over all hosts, with checks, backup and verification of its own.
   *
   * @minItems 2
   * @maxItems 32
   *
   * Items: A release.
   */
  readonly path?: readonly ReleaseOnPath[];
  /**
   * Which step of the path is in work, counted from 0.
   */
  readonly at?: number;
  /**
   * UUIDs of the hosts in the order of their turn, master first.
   *
   * @maxItems 64
   *
   * Items: UUID of a host.
   */
  readonly order: readonly string[];
  /**
   * What a person should know before approving.
   *
   * @maxItems 256
   *
   * Items: A sentence.
   */
  readonly warnings: readonly string[];
  /**
   * Live migrations the plan needs.
   */
  readonly migrations: MigrationEstimate;
  /**
   * How long each host of the hop is in work; absent before the plan is made. A maintenance window must have room for the most.
   *
   * @maxItems 64
   *
   * Items: From its drain until its guests are back.
   */
  readonly estimates?: readonly HostTime[];
  /**
   * Immutable ConfigMap with the whole plan, compressed; the first where it takes several.
   */
  readonly configMap?: string;
  /**
   * All ConfigMaps of the whole plan, to read it back.
   */
  readonly kept?: PlanReference;
  /**
   * Why it is not the plan of before, newest first.
   *
   * @maxItems 16
   *
   * Items: A sentence.
   */
  readonly changed?: readonly string[];
}
/**
 * The step from release to release that is in work, one full pass over all hosts.
 */
export interface HopSummary {
  /**
   * Line of products before.
   */
  readonly fromBrand: Brand;
  /**
   * Product version before.
   */
  readonly from: string;
  /**
   * Line of products after.
   */
  readonly toBrand: Brand;
  /**
   * Product version after.
   */
  readonly to: string;
}
/**
 * A release.
 */
export interface ReleaseOnPath {
  /**
   * Line of products.
   */
  readonly brand: Brand;
  /**
   * Product version.
   */
  readonly version: string;
}
/**
 * Live migrations the plan needs.
 */
export interface MigrationEstimate {
  /**
   * Migrations in the plan.
   */
  readonly planned?: number;
  /**
   * The fewest by which the VMs that migrate can be moved.
   */
  readonly minimum?: number;
  /**
   * The least that any plan needs when memory is no obstacle.
   */
  readonly bound: number;
  /**
   * Whether the minimum is the optimum for certain.
   */
  readonly proven?: boolean;
  /**
   * By how many the plan may exceed the optimum at most.
   */
  readonly gap?: number;
}
/**
 * From its drain until its guests are back.
 */
export interface HostTime {
  /**
   * UUID of the host.
   */
  readonly host: string;
  /**
   * As expected.
   */
  readonly likelySeconds: number;
  /**
   * At worst, short of a failure.
   */
  readonly mostSeconds: number;
}
/**
 * All ConfigMaps of the whole plan, to read it back.
 */
export interface PlanReference {
  /**
   * Immutable ConfigMaps that hold it in order, compressed.
   *
   * @maxItems 16
   *
   * Items: Name of a ConfigMap.
   */
  readonly configMaps: readonly string[];
  /**
   * SHA-256 of the whole text, uncompressed, in lower-case hex.
   */
  readonly sha256: string;
}
/**
 * The pool as it was before the first effect; running VMs with host and CDs, settings of each host.
 */
export interface BaselineReference {
  /**
   * Immutable ConfigMaps that hold it in order, compressed.
   *
   * @maxItems 16
   *
   * Items: Name of a ConfigMap in the same namespace.
   */
  readonly configMaps: readonly string[];
  /**
   * SHA-256 of the whole.
   */
  readonly sha256: string;
}
/**
 * The verified dump of the pool's database.
 */
export interface BackupStatus {
  /**
   * Immutable Secrets that hold it in order, compressed; empty where it lies on a volume.
   *
   * @maxItems 16
   *
   * Items: Name of a Secret in the same namespace.
   */
  readonly secrets: readonly string[];
  /**
   * Where it lies when spec.backup.volume names a claim.
   */
  readonly volume?: BackupFile;
  /**
   * SHA-256 of the whole.
   */
  readonly sha256: string;
  /**
   * When it was taken.
   */
  readonly takenAt: string;
  /**
   * Hosts found when it was parsed back.
   */
  readonly hosts: number;
  /**
   * VMs found when it was parsed back.
   */
  readonly vms: number;
  /**
   * Storage repositories found when it was parsed back.
   */
  readonly srs?: number;
}
/**
 * Where it lies when spec.backup.volume names a claim.
 */
export interface BackupFile {
  /**
   * The claim.
   */
  readonly claimName: string;
  /**
   * Path on it, a gzipped dump.
   */
  readonly file: string;
}
/**
 * One check. The table of all stands in docs/checks.md.
 */
export interface CheckSummary {
  /**
   * Which check.
   */
  readonly id: string;
  /**
   * What it came to. Unknown never counts as Pass.
   */
  readonly verdict: CheckVerdict;
  /**
   * What was found, and what to do about it; of a check that passed, what holds.
   */
  readonly message: string;
  /**
   * Names of the first few objects concerned.
   *
   * @maxItems 8
   *
   * Items: A name label.
   */
  readonly objects: readonly string[];
  /**
   * Objects concerned.
   */
  readonly count: number;
  /**
   * Whether it is put right by its fix, and so holds nothing up.
   */
  readonly fixing?: boolean;
}
/**
 * What was put aside to make way, as it was.
 */
export interface Undo {
  /**
   * High availability, when it was on.
   */
  readonly ha?: HaSettings;
  /**
   * Whether workload balancing was on.
   */
  readonly wlb?: boolean;
  /**
   * Value of auto_poweron in the pool's other_config.
   */
  readonly autoPoweron?: string;
  /**
   * Ways back of the fixes that were run, in order.
   *
   * @maxItems 512
   *
   * Items: An effect that undoes a fix.
   */
  readonly fixes?: readonly FixUndo[];
  /**
   * Discs that were ejected.
   *
   * @maxItems 2048
   *
   * Items: A disc and the drive it was in.
   */
  readonly cds?: readonly EjectedCd[];
}
/**
 * High availability, when it was on.
 */
export interface HaSettings {
  /**
   * UUIDs of the storage repositories of its state files.
   *
   * @maxItems 16
   *
   * Items: UUID of a storage repository.
   */
  readonly heartbeatSrs: readonly string[];
  /**
   * Configuration it was enabled with.
   */
  readonly configuration: Readonly<Record<string, string>>;
  /**
   * Host failures to tolerate.
   */
  readonly failuresToTolerate: number;
}
/**
 * An effect that undoes a fix.
 */
export interface FixUndo {
  /**
   * Id of the check.
   */
  readonly check: string;
  /**
   * Name of the effect.
   */
  readonly effect: string;
  /**
   * UUID of the object concerned.
   */
  readonly object: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * What it sets.
   */
  readonly params: Readonly<Record<string, string>>;
  /**
   * Product version from which on it neither can nor need be undone.
   */
  readonly before?: string;
  /**
   * Whether it was undone.
   */
  readonly undone?: boolean;
}
/**
 * A disc and the drive it was in.
 */
export interface EjectedCd {
  /**
   * UUID of the VM.
   */
  readonly vm: string;
  /**
   * Its name label.
   */
  readonly vmName: string;
  /**
   * UUID of the drive.
   */
  readonly vbd: string;
  /**
   * UUID of the disc.
   */
  readonly vdi: string;
  /**
   * UUID of the storage repository of the disc.
   */
  readonly sr: string;
}
/**
 * The step in flight. Written before the first of its effects is sent, gone when all are accounted for; what a successor reads first.
 */
export interface Journal {
  /**
   * Identity of the entry; never used twice in a run.
   */
  readonly id: string;
  /**
   * UUID of the host in work.
   */
  readonly host?: string;
  /**
   * When the intent was written, by the operator's clock.
   */
  readonly at: string;
  /**
   * Epoch of the claim it was written under.
   */
  readonly epoch: number;
  /**
   * The effects; more than one only where each recognises itself.
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: One effect on one object.
   */
  readonly items: readonly JournalItem[];
}
/**
 * One effect on one object.
 */
export interface JournalItem {
  /**
   * Name of the effect.
   */
  readonly effect: string;
  /**
   * UUID of the object.
   */
  readonly object: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Parameters of the effect.
   */
  readonly params: Readonly<Record<string, string>>;
}
/**
 * One host.
 */
export interface HostStatus {
  /**
   * Its UUID.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Its management address.
   */
  readonly address: string;
  /**
   * Master or member at the start of the run.
   */
  readonly role: HostRole;
  /**
   * Where it stands.
   */
  readonly phase: HostPhase;
  /**
   * When it entered its phase; deadlines count from here.
   */
  readonly since?: string;
  /**
   * One word from the documented list on why it waits or failed.
   */
  readonly reason?: string;
  /**
   * The same in a sentence.
   */
  readonly message?: string;
  /**
   * Upgrades begun; 0 before its turn.
   */
  readonly attempt: number;
  /**
   * How it leaves its old system in this attempt.
   */
  readonly bootMethod?: BootMethodInUse;
  /**
   * What the boot server may give to this host in this attempt; nothing when absent.
   */
  readonly boot?: HostBoot;
  /**
   * What its BMC told and was told while the host was away; nothing when absent.
   */
  readonly bmc?: HostBmc;
  /**
   * What the boot server saw of its installer in this attempt; nothing when absent.
   */
  readonly installer?: InstallerSummary;
  /**
   * Product version it had.
   */
  readonly from: string;
  /**
   * Product version it is brought to in this hop.
   */
  readonly to: string;
  /**
   * When its turn began.
   */
  readonly startedAt?: string;
  /**
   * When it was upgraded or failed.
   */
  readonly finishedAt?: string;
  /**
   * What was seen or done at the host that later decisions rest on; clocks, staging, emptiness, leaving, return.
   */
  readonly evidence: Readonly<Record<string, string>>;
  /**
   * UUIDs of local SRs that were given up in an earlier step of the path.
   *
   * @maxItems 64
   *
   * Items: UUID of an SR.
   */
  readonly gaveUp?: readonly string[];
  /**
   * Settings that are not as they were.
   *
   * @maxItems 256
   *
   * Items: One setting.
   */
  readonly differences?: readonly Difference[];
  /**
   * How many settings differ, by verdict; the list may hold fewer, the hardest of them.
   */
  readonly verdicts?: VerdictCounts;
}
/**
 * What the boot server may give to this host in this attempt; nothing when absent.
 */
export interface HostBoot {
  /**
   * When its paths close by themselves. Part of what they are made of.
   */
  readonly expires: string;
  /**
   * What the answer file asks for; a restore only where one was asked for.
   */
  readonly intent: BootIntent;
  /**
   * Line of products of the release it is brought to.
   */
  readonly brand: Brand;
  /**
   * The host's own primary disk, as its inventory names it.
   */
  readonly disk: string;
  /**
   * The boot server as the hosts see it, without a slash at the end.
   */
  readonly baseURL: string;
  /**
   * Where the installer installs from; the boot server's tree of the image when absent.
   */
  readonly repositoryURL?: string;
  /**
   * Addresses of its physical network cards, lower case with colons.
   *
   * @maxItems 64
   *
   * Items: Address of a card.
   */
  readonly macs: readonly string[];
  /**
   * Serial number of the machine, where it is known.
   */
  readonly serial?: string;
  /**
   * SMBIOS UUID of the machine, lower case, where it is known.
   */
  readonly uuid?: string;
  /**
   * How the machine starts, where it is known; media that cannot start so are refused.
   */
  readonly firmware?: BootFirmware;
  /**
   * Why the installer must not begin although the attempt goes on; it may when absent.
   */
  readonly veto?: string;
  /**
   * What the installer is told on its command line, beside its answer file.
   */
  readonly arguments: BootArguments;
}
/**
 * What the installer is told on its command line, beside its answer file.
 */
export interface BootArguments {
  /**
   * Address of the card it uses; all are tried when absent.
   */
  readonly networkDevice?: string;
  /**
   * How that card gets its address; left to the installer when absent.
   */
  readonly network?: BootNetwork;
  /**
   * As the host was installed; left to the installer when absent.
   */
  readonly multipath?: BootMultipath;
  /**
   * Consoles of the kernel beside the vendor's, in order; the last one is written to.
   *
   * @maxItems 4
   *
   * Items: One console, e.g. ttyS0,115200n8.
   */
  readonly consoles?: readonly string[];
  /**
   * How the installer ends; it reboots when absent.
   */
  readonly atExit?: BootExit;
}
/**
 * How that card gets its address; left to the installer when absent.
 */
export interface BootNetwork {
  /**
   * By DHCP, or as told here.
   */
  readonly kind: BootAddressing;
  /**
   * IPv4 address, for static.
   */
  readonly ip?: string;
  /**
   * Its netmask, for static.
   */
  readonly netmask?: string;
  /**
   * Gateway, for static; none when absent.
   */
  readonly gateway?: string;
  /**
   * Name servers, for static; as many as the installer keeps.
   *
   * @maxItems 3
   *
   * Items: IPv4 address of a name server.
   */
  readonly dns?: readonly string[];
  /**
   * Domain, for static; none when absent.
   */
  readonly domain?: string;
  /**
   * VLAN of the management network; untagged when absent.
   */
  readonly vlan?: number;
}
/**
 * What its BMC told and was told while the host was away; nothing when absent.
 */
export interface HostBmc {
  /**
   * Its power as the BMC told it last; Other is on its way.
   */
  readonly power: HostPower;
  /**
   * The last orders and what came of each, by which protocol; with what was asked by IPMI while Redfish did not answer.
   *
   * @maxItems 8
   *
   * Items: One thing that was told to the BMC.
   */
  readonly attempts: readonly BmcAttempt[];
}
/**
 * One thing that was told to the BMC.
 */
export interface BmcAttempt {
  /**
   * When it was sent.
   */
  readonly at: string;
  /**
   * The protocol it was sent by.
   */
  readonly protocol: BmcProtocol;
  /**
   * What it was told, e.g. setPower.
   */
  readonly verb: string;
  /**
   * What came of it - changed, unchanged, read, or the kind of what went wrong.
   */
  readonly outcome: string;
  /**
   * One word that narrows what went wrong; empty where nothing did.
   */
  readonly reason: string;
}
/**
 * What the boot server saw of its installer in this attempt; nothing when absent.
 */
export interface InstallerSummary {
  /**
   * On which side of the point of no return it is; Before it the old system is whole, Past it only a restore or another run of the installer helps.
   */
  readonly side: InstallerSide;
  /**
   * What that rests on.
   */
  readonly because: string;
  /**
   * What it said at its end; nothing when absent.
   */
  readonly result?: InstallerResult;
  /**
   * When each thing was fetched first, in order.
   *
   * @maxItems 16
   *
   * Items: One thing that was fetched.
   */
  readonly steps: readonly InstallerStep[];
}
/**
 * One thing that was fetched.
 */
export interface InstallerStep {
  /**
   * What it was, one of config, kernel, media, answer, start, repository, package, complete and report.
   */
  readonly what: string;
  /**
   * When it was fetched first.
   */
  readonly at: string;
}
export interface Difference {
  /**
   * Object and field.
   */
  readonly path: string;
  /**
   * Value before.
   */
  readonly before: string;
  /**
   * Value after.
   */
  readonly after: string;
  /**
   * Expected from such an upgrade, harmless, worth a look, or a hard fault that stops the run.
   */
  readonly verdict: DifferenceVerdict;
  /**
   * Why the verdict, with its source.
   */
  readonly reason?: string;
}
export interface VerdictCounts {
  /**
   * Expected from such an upgrade.
   */
  readonly expected: number;
  /**
   * Of no consequence.
   */
  readonly harmless: number;
  /**
   * Worth a look by a person.
   */
  readonly look: number;
  /**
   * Hard faults, which stop the run.
   */
  readonly hard: number;
}
/**
 * One object that resists.
 */
export interface Resistance {
  /**
   * Its UUID.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * How often, by name of the effect.
   */
  readonly tried: Readonly<Record<string, number>>;
  /**
   * Last obstacle, code and sentence.
   */
  readonly reason: string;
}
/**
 * One thing to put back.
 */
export interface Debt {
  /**
   * What it is.
   */
  readonly kind: DebtKind;
  /**
   * UUID of the object it concerns.
   */
  readonly object: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Why it is still owed, and what a person can do.
   */
  readonly reason: string;
}
/**
 * Memory of VMs that moved, and the time it took them, as far as the run measured it.
 */
export interface Transferred {
  /**
   * Memory that moved, in MiB.
   */
  readonly mebibytes: number;
  /**
   * Time it took; VMs that moved at once are counted once.
   */
  readonly seconds: number;
}
/**
 * VMs the operator stopped and brought back, and for how long they were away.
 */
export interface Outages {
  /**
   * How many times a VM was stopped and brought back.
   */
  readonly count: number;
  /**
   * How long they were away, all together.
   */
  readonly seconds: number;
  /**
   * The longest of them.
   *
   * @maxItems 256
   *
   * Items: A VM that was away for a while.
   */
  readonly longest: readonly Outage[];
}
/**
 * A VM that was away for a while.
 */
export interface Outage {
  /**
   * Its UUID.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Name of the effect that stopped it.
   */
  readonly by: string;
  /**
   * When it was seen stopped.
   */
  readonly from: string;
  /**
   * When it was seen running again.
   */
  readonly until: string;
}
/**
 * The pool and its VMs at the end of the run beside the baseline.
 */
export interface Comparison {
  /**
   * When they were compared.
   */
  readonly at: string;
  /**
   * How many settings differ, by verdict; the list may hold fewer, the hardest of them.
   */
  readonly verdicts: VerdictCounts;
  /**
   * Settings of the pool as a whole that are not as they were.
   *
   * @maxItems 64
   *
   * Items: One setting.
   */
  readonly pool: readonly Difference[];
  /**
   * Power state, host, discs and HA priority of the VMs that ran, were paused or suspended before.
   */
  readonly vms: VmComparison;
}
/**
 * Power state, host, discs and HA priority of the VMs that ran, were paused or suspended before.
 */
export interface VmComparison {
  /**
   * VMs of the baseline.
   */
  readonly compared: number;
  /**
   * Of them, those in which nothing differs.
   */
  readonly same: number;
  /**
   * What is not as it was; the hardest when there are more.
   *
   * @maxItems 128
   *
   * Items: One setting of a VM.
   */
  readonly differences: readonly VmDifference[];
}
/**
 * One setting of a VM.
 */
export interface VmDifference {
  /**
   * UUID of the VM.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Object and field.
   */
  readonly path: string;
  /**
   * Value before.
   */
  readonly before: string;
  /**
   * Value after.
   */
  readonly after: string;
  /**
   * Expected from such an upgrade, harmless, worth a look, or a hard fault that stops the run.
   */
  readonly verdict: DifferenceVerdict;
  /**
   * Why the verdict, with its source.
   */
  readonly reason?: string;
}
/**
 * One appliance that waits.
 */
export interface StartPause {
  /**
   * Reference of the appliance; empty for VMs of none.
   */
  readonly appliance: string;
  /**
   * When the next may start.
   */
  readonly until: string;
}
/**
 * One VM.
 */
export interface StoppedGuest {
  /**
   * Its UUID.
   */
  readonly uuid: string;
  /**
   * Its name label.
   */
  readonly name: string;
  /**
   * Name of the effect that stopped it.
   */
  readonly by: string;
  /**
   * When it was seen stopped.
   */
  readonly at?: string;
}
/**
 * A run that ended.
 */
export interface PastRun {
  /**
   * Its identity.
   */
  readonly id: string;
  /**
   * How it ended.
   */
  readonly phase: PoolPhase;
  /**
   * One word on why.
   */
  readonly reason?: string;
  /**
   * Product version before.
   */
  readonly from?: string;
  /**
   * Product version that was wished.
   */
  readonly to?: string;
  /**
   * Every release on the way, with both ends, where it had more than one step.
   *
   * @maxItems 32
   *
   * Items: Brand and product version.
   */
  readonly path?: readonly string[];
  /**
   * When it began.
   */
  readonly startedAt?: string;
  /**
   * When it ended.
   */
  readonly finishedAt?: string;
}

// Why something is as it is, in one word. Conditions, host states and refusals draw from this list and from nothing else, so that alerts and runbooks
// can rely on it; Reconciling alone takes the phase for its reason. Add a reason here with its meaning before using it.

/** Condition types. Those that are abnormal when True say so; Reconciling and Stalled are never True together. */
export const CONDITIONS = {
  Ready: 'True: the target is reached and everything is put back. The one to wait for.',
  Reconciling: 'Abnormal when True: work is in progress for this generation.',
  Stalled: 'Abnormal when True: nothing goes on without a person, or until the cause named goes away.',
  Validated: 'The manifest, its Secrets and the pool fit together.',
  PlanReady: 'The plan stands and can be read.',
  Progressing: 'It moves by itself; False while it waits for a person, a gate or a window.',
  BackupTaken: 'A dump of the database of the pool is stored and was read back.',
  MixedVersions: 'Abnormal when True: the hosts have different releases.',
  AwaitingOperator: 'Abnormal when True: a person must do what the message says.',
  Degraded: 'Abnormal when True: hosts failed or were left out, or something is still owed to the pool.',
  Paused: 'Abnormal when True: stopped by a person, a window or a gate.',
  Deleting: 'Abnormal when True: the object is being deleted and things are put back.',
  SettingsRetained: 'What was set on hosts, pool and VMs is as it was, or differs only as expected or harmlessly.',
  ChecksPassed: 'No check holds the run up; its message says which do, and how many warn.',
  Insecure: 'Abnormal when True: the manifest weakens the trust on the wire.',
} as const;

export type ConditionType = keyof typeof CONDITIONS;

/** Manifest and planning: nothing was touched. */
const REFUSALS = {
  InvalidManifest: 'The manifest breaks a rule of its schema or contradicts itself.',
  NotYetHonoured: 'The manifest asks for something this version does not do.',
  SecretMissing: 'A Secret or a key in it does not exist.',
  CredentialsRefused: 'The pool refused the login.',
  PoolUnreachable: 'No endpoint answered.',
  PoolMismatch: 'Another pool answered than the manifest names.',
  PoolMixed: 'The hosts have different releases, and no record or no backup is there to go on with.',
  UnknownHost: 'The manifest names a host that is not in the pool.',
  BadOrder: 'The order names a host twice, or the master.',
  UnknownRelease: 'The catalogue does not know the release.',
  TargetNotNewer: 'The target is not above the present release.',
  AlreadyAtTarget: 'Every host has the target already.',
  BrandUnreachable: 'No path leads from this line of products to the other.',
  NoDirectPath: 'No hop or row of hops leads to the target.',
  PathInvalid: 'The path named skips a stop that is needed, goes back, or does not end at the target.',
  UndocumentedHop: 'A hop is accepted by the installer and documented by nobody, and consent is missing.',
  UnattendedNotProven: 'An unattended upgrade to this release was not proven; only Manual will do.',
  BmcMissing: 'A boot method needs the BMC of a host, and the manifest names none.',
  PluginMissing: 'A host lacks the plugin that stages the installer.',
  RepositoryMissing: 'No repository is named for a release on the path that Staged must install.',
  LocalStorageWouldBeLost: 'The installer would re-cut a disk and destroy a local storage repository, and consent is missing.',
  DowntimeNotAccepted: 'VMs would have to stop, and consent is missing.',
  WindowTooShort: 'A host may take longer than any opening of the maintenance window.',
  MembersAway: 'Members do not answer before the start.',
  AnotherUpgradeActive: 'Another object upgrades the same pool.',
  PoolClaimedElsewhere: 'The pool bears the mark of an operator elsewhere.',
} as const;

/** Hazards that checks find beyond XenCenter's list. Those that only warn have their word here too, because a check bears its name from this list. */
const HAZARDS = {
  UpgradeForbidden: 'The pool bears a key that forbids rolling upgrades.',
  BackupImpossible: 'The database of the pool cannot be dumped.',
  OldDiskLayout: 'The disk of a host has a partition layout that the installer refuses.',
  FirmwareMode: 'The installer must be booted in the firmware mode of the host, which XenAPI does not show.',
  MultipathBoot: 'A host may boot over several paths or from a SAN.',
  ManagementNetwork: 'The staged installer cannot build the management network of a host.',
  ClusterNotQuorate: 'A cluster is not quorate, or lacks a host.',
  ClusteringInTheWay: 'The target does not take over the clustering or GFS2 of the pool.',
  XostorInUse: 'The pool has XOSTOR storage, which has an upgrade procedure of its own.',
  StorageLinkInUse: 'A StorageLink SR must be detached before.',
  SecretRotationPending: 'A rotation of the pool secret is pending.',
  LicenceForbids: 'The licence forbids live migration, and consent to downtime is missing.',
  CpuVendorsDiffer: 'Guests have no second host of their CPU vendor, and consent to downtime is missing.',
  CpuFeaturesLacking: 'A host lacks CPU features that guests were started with.',
  GuestsNoLongerFit: 'Guests find no room beside the larger control domain of the new release.',
  SuspendSpaceShort: 'The memory images of guests to be suspended find no room.',
  OperationsBlocked: 'A person has blocked what the upgrade must do to a guest.',
  SuspendedMayNotResume: 'A guest that is suspended may not resume after the upgrade.',
  CdsInserted: 'Discs are in the drives of guests.',
  BalloonedTooFar: 'A guest may be squeezed to very little before it migrates.',
  AutoPoweron: 'Guests would start by themselves when a host boots.',
  TasksRunning: 'Somebody else works in the pool.',
  ClocksDiffer: 'The clocks of the hosts do not agree.',
  GuidancesPending: 'An update of a host asked for a reboot or restart that was not made.',
  DirectoryRejoin: 'The membership in a directory may have to be made anew.',
  CertificateBundleEmptied: 'Hosts may not trust each other after the upgrade.',
  CrossGrade: 'Licensed features of XenServer are lost.',
  UefiGuestsCannotGoBack: 'Guests that boot by UEFI cannot go back to the old release.',
} as const;

/** Found by the checks of XenCenter's wizard, beside those whose word stands above or below. Those that only warn have their word here too. */
const CHECKS = {
  ClientVersion: 'The client knows the release; never asked.',
  HotfixMissing: 'A host of 8.2 lacks the hotfix that renews its staging plugin.',
  RepositoryUnreachable: 'A host does not reach the repository of the installer, or finds none there.',
  RepositoryWrongRelease: 'The repository holds another release than was ordered.',
  EuaNotAccepted: 'The release comes with a licence agreement, and consent is missing.',
  VswitchController: 'The pool is under a vSwitch controller, which the target does not have.',
  HealthCheckEnrolled: 'The pool is enrolled in Health Check, which the target does not have.',
  LegacySsl: 'Hosts offer the legacy SSL protocol, which the target does not have.',
  CertificateKeyLength: 'The key of the certificate of a host is too short for the installer.',
  PowerOnIlo: 'A host is powered on by the iLO script, which the target does not have.',
  ContainerManagement: 'The container management pack is installed and will be gone.',
  PvGuests: 'Guests are paravirtual, and a release on the path does not run them.',
  HaOn: 'Somebody turned high availability on again.',
  WlbOn: 'Somebody turned workload balancing on again.',
  PoolAutoPoweron: 'Somebody set the automatic power-on of the pool again.',
  EvacuationObstructed: 'XAPI would not evacuate a host by itself.',
  StorageUnplugged: 'Storage of running guests is not attached to a host.',
  Gfs2On75: 'A pool of 7.5 has GFS2 storage or clustering.',
  DeprecatedStorage: 'Storage is of a type that later releases do not have.',
  UpdatesAfterwards: 'Updates after the upgrade; never asked.',
} as const;

/** Found by the checks of hosts that boot by their BMC or over the network, beside those whose word stands below. */
const BOOTS = {
  BootServerMissing: 'Hosts are to boot from a boot server, and there is none.',
  BootServerNotReached: 'A host does not reach the boot server.',
  IsoMissing: 'The manifest names no image of a release that hosts are to boot into.',
  IsoNotUsable: 'The boot server cannot serve the image of a release, or not yet.',
  SameBmcTwice: 'The manifest names one BMC for two hosts.',
  BmcUnauthorized: 'The BMC of a host refuses the login.',
  MediaSchemeNotOffered: 'The BMC of a host takes no images by the scheme under which it is shown the boot server.',
  TwoHostsOneMac: 'Network cards of two hosts have one address.',
  BootByHand: 'A host that boots from the network has no BMC that would switch it on.',
  PrimaryDiskUnknown: 'Which disk carries the system of a host is not known.',
} as const;

/** Waiting: nothing is wrong. */
const WAITS = {
  BmcUnreachable: 'The BMC of a host does not answer, or cannot be used; of the host in work also when it refuses the login.',
  BootNotPrepared: 'What a host would be given to boot is not certain yet, or there is no boot server.',
  BootServerSilent: 'The boot server does not tell what it has for a host.',
  BootMediumChecked: 'The boot server makes the medium of a host ready.',
  PoweringOff: 'The host accepted to shut down and is not off yet.',
  DryRun: 'The plan stands, and nothing more was asked for.',
  ApprovalMissing: 'A gate waits for an approval.',
  ApprovalForAnotherPlan: 'A gate waits for an approval, and the one that is there names another plan.',
  OutsideWindow: 'No maintenance window is open, or not long enough for the next host.',
  PausedByUser: 'spec.paused is set.',
  Soaking: 'The pool runs with an upgraded master for a while before members follow.',
  GuestsBusy: 'Guests have operations in flight.',
  GuestsStarting: 'Guests start one after another, with the delays of their appliance.',
  GuestsRunning: 'Guests still run on the host.',
  HostReturning: 'The host boots or joins the pool.',
  HostTimeUnknown: 'The clock of the host could not be read.',
  MasterAway: 'The master is being upgraded and the pool is silent, as expected.',
  MixedModeEnding: 'XAPI has not yet noticed that all versions are equal.',
  StagingUnknown: 'Whether the installer was staged is not known yet.',
  TasksUnknown: 'The tasks of the pool could not be read.',
  SettingsDiffer: 'Settings are not yet as they were.',
  AwaitingOperator: 'A person must act at the machine.',
  CertificateChanged: 'A host shows a certificate that is not trusted; a person must say whether it is the right one.',
} as const;

/** Touched and stopped. */
const HALTS = {
  MasterUnknown: 'The master does not come back and may be past the point of no return; nothing more is touched.',
  MasterOnOldVersion: 'The master came back with its old release; the pool was put back in service.',
  MasterNotUpgraded: 'A member came to its turn before the master was upgraded.',
  MemberFailed: 'A member failed and no attempt is left.',
  MemberUnknown: 'A member does not come back.',
  HostGone: 'A host is no longer in the pool.',
  PoolChanged: 'A host joined the pool during the run.',
  HostDisabled: 'A host was disabled by someone else.',
  HostNotDisabled: 'A host could not be disabled.',
  HostNotEnabled: 'A host could not be enabled.',
  HostNotLive: 'A host does not report to its master.',
  DrainOverdue: 'Guests were left on the host when its deadline passed.',
  GuestPaused: 'A guest is paused and must not be unpaused by a machine.',
  GuestBlocksDrain: 'A guest can neither be moved nor stopped under the rules given.',
  RebootRefused: 'The host refused to reboot.',
  ShutdownRefused: 'The host refused to shut down.',
  BmcOfAnotherHost: 'The BMC that the manifest names for a host belongs to another machine.',
  BmcNotProven: 'The BMC that the manifest names for a host cannot be proven to be its own.',
  BootNotOffered: 'The BMC cannot override a boot as the boot method needs it.',
  MediaNotOffered: 'The BMC has no virtual drive, or no licence for it.',
  MediaOfSomebodyElse: 'An image of somebody else is in the virtual drive of the host.',
  BootMediumRefused: 'The boot server cannot serve a host what it is to boot.',
  MediaNotInserted: 'The BMC did not take the image of the installer.',
  BootNotOverridden: 'The BMC did not take the override of the next boot.',
  PowerOnRefused: 'The BMC did not power the machine on.',
  PowerOffRefused: 'The BMC did not power the machine off.',
  StagingFailed: 'The installer could not be staged.',
  StorageNotPlugged: 'Storage is not attached to the host.',
  WrongVersion: 'The host came back with another release than asked for.',
  SettingsLost: 'Settings of the host are not as they were.',
  SettingsUnknown: 'The settings of the host could not be read.',
  BackupFailed: 'The database could not be dumped, read back or stored.',
  BackupInMixedMode: 'A dump in mixed mode holds nothing.',
  PreparationFailed: 'HA, workload balancing or automatic power-on could not be put aside.',
  PoolUnmarked: 'The mark of the run is gone from the pool.',
  MixedModeStuck: 'All versions are equal and XAPI still believes that they differ.',
  OperatorNeeded: 'A person is needed and none is there.',
} as const;

/** Said of conditions that hold or do not hold as they should. */
const STATES = {
  Validating: 'The manifest and the pool are being checked.',
  Working: 'Work goes on.',
  Ended: 'The run is over.',
  Progressing: 'It goes on without a person.',
  Checked: 'Manifest, Secrets and pool were found to fit together, or no check holds the run up.',
  NotChecked: 'The checks were not run yet.',
  NotDeleted: 'Nobody deletes the object.',
  FinishingHost: 'The host in work is finished first; it may be past the point of no return.',
  PuttingBack: 'What was put aside is put back.',
  TrustWeakened: 'Certificates are not checked, old TLS is allowed, or there is no encryption.',
  Trusted: 'Certificates are checked, and TLS is of today.',
  NotPlanned: 'There is no plan yet.',
  Planned: 'The plan stands.',
  NotTaken: 'The backup is taken right before the master leaves.',
  Verified: 'The backup was read back and is whole.',
  RollingUpgrade: 'Some hosts are upgraded and some are not.',
  OneVersion: 'All hosts have one release.',
  NotNeeded: 'No person is needed.',
  NotPaused: 'Nothing holds it up.',
  PauseComing: 'A pause was asked for; it takes effect at the next safe point, which the message names.',
  HostsFailed: 'Hosts failed or were left out.',
  Debts: 'Things are still to be put back.',
  NothingOwed: 'Everything is put back.',
  NotCompared: 'No host was upgraded yet whose settings could be compared.',
  Retained: 'Nothing differs that a person should look at.',
  Differences: 'Something differs that a person should look at.',
} as const;

/** Ends. */
const ENDS = {
  Upgraded: 'Every host has the target release.',
  Cancelled: 'The object was deleted.',
  Skipped: 'A person left the host out.',
} as const;

export const REASONS = { ...REFUSALS, ...CHECKS, ...HAZARDS, ...BOOTS, ...WAITS, ...HALTS, ...STATES, ...ENDS } as const;

/** The reasons by what they say of the upgrade, for people who look one up. */
export const REASON_KINDS: readonly { readonly title: string; readonly reasons: Readonly<Record<string, string>> }[] = [
  { title: 'Refused; nothing was touched', reasons: REFUSALS },
  { title: "Found by the checks of XenCenter's list", reasons: CHECKS },
  { title: 'Hazards found by checks', reasons: HAZARDS },
  { title: 'Found by the checks of booting by BMC or network', reasons: BOOTS },
  { title: 'Waiting; nothing is wrong', reasons: WAITS },
  { title: 'Touched and stopped', reasons: HALTS },
  { title: 'Said of conditions', reasons: STATES },
  { title: 'Ends', reasons: ENDS },
];

export type Reason = keyof typeof REASONS;

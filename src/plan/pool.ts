// A pool as planning and the heart see it: uuids instead of references, bytes, and only what decisions are made of.
import { compareVersions, type Release, sameRelease } from './release';

export interface HostVersion {
  readonly release: Release;
  /** `platform_version`; absent up to 6.0. */
  readonly platform?: string;
}

export interface Host {
  readonly uuid: string;
  readonly name: string;
  readonly address: string;
  readonly master: boolean;
  readonly enabled: boolean;
  /** The master hears its heartbeat. No proof that the host is up: it stays true for a while after a reboot began. */
  readonly live: boolean;
  readonly version: HostVersion;
  /** Absent where the pool does not tell. Feature sets as XAPI prints them: words of hex digits joined by dashes. */
  readonly cpu?: { readonly vendor: string; readonly hvm: string; readonly pv: string; readonly count: number };
  /** `other_config.boot_time` in seconds by the host's own clock. */
  readonly bootTime: number | undefined;
  /** `other_config.agent_start_time` as it stands there. */
  readonly agentStartTime: string | undefined;
}

export interface Pool {
  readonly uuid: string;
  readonly name: string;
  readonly masterUuid: string;
  readonly haEnabled: boolean;
  /** Host failures HA is to tolerate. */
  readonly haTolerance: number;
  readonly wlbEnabled: boolean;
  /** `other_config.auto_poweron`, undefined when the key is absent. */
  readonly autoPoweron: string | undefined;
  /** XAPI's own flag of mixed mode; lags by up to 30 s. */
  readonly rollingUpgrade: boolean;
  /** Value of the operator's mark in `other_config`, undefined when the key is absent. */
  readonly mark: string | undefined;
  readonly hosts: readonly Host[];
}

export interface HaSettings {
  readonly heartbeatSrs: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly failuresToTolerate: number;
}

export type PowerState = 'Halted' | 'Paused' | 'Running' | 'Suspended' | 'Unknown';

export interface Cd {
  readonly vbd: string;
  readonly vdi: string;
  readonly sr: string;
}

export interface Guest {
  readonly uuid: string;
  readonly name: string;
  readonly powerState: PowerState;
  /** Host on which a domain exists; undefined when there is none, or when the pool does not say where. */
  readonly host: string | undefined;
  /** Host it is on its way to: being started, resumed or migrated there. */
  readonly arriving: string | undefined;
  /** Operations in flight, by XAPI's names. */
  readonly busy: readonly string[];
  /** Bytes that it needs on a host that takes it in: dynamic maximum plus overhead. */
  readonly memory: number;
  /** Bytes it can be squeezed to: dynamic minimum plus overhead. Only with consent. */
  readonly memoryLeast?: number;
  /** CPU features it was started with, as XAPI prints them, and their vendor; absent where the pool does not tell. */
  readonly cpu?: { readonly vendor: string; readonly features: string };
  readonly virtualisation?: 'pv' | 'hvm' | 'pvh' | 'pv-in-pvh';
  readonly vcpus?: number;
  /** `restart`, `best-effort`, a number of old releases, or '' for none. */
  readonly haPriority?: string;
  /** Start order within its appliance, and milliseconds until the next may follow. */
  readonly startOrder?: number;
  readonly startDelay?: number;
  /** Reference of the vApp it belongs to: only for telling which guests belong together. */
  readonly appliance?: string;
  /** Uuids of the anti-affinity groups it is in: XAPI spreads their members as far as it can. */
  readonly antiAffinity?: readonly string[];
  /** SRs of its disks and inserted discs that a host must see. */
  readonly srs: readonly string[];
  readonly networks: readonly string[];
  /** CDs inserted. */
  readonly cds: readonly Cd[];
  /** Why XAPI would refuse to migrate it anywhere; undefined when it may move. */
  readonly immobile: Obstacle | undefined;
  readonly insuspendable: Obstacle | undefined;
  /** Can be asked to shut down (paravirtual, or with tools). */
  readonly cleanShutdown: boolean;
  readonly tags: readonly string[];
  /** Value of the operator's mark in `other_config`. */
  readonly mark: string | undefined;
  /** Operations a person has blocked, with the code to show. */
  readonly blocked: Readonly<Record<string, string>>;
}

/** An XAPI error code and its sentence. */
export interface Obstacle {
  readonly code: string;
  readonly text: string;
}

export interface Sr {
  readonly uuid: string;
  readonly name: string;
  readonly type: string;
  readonly shared: boolean;
  /** Number of VDIs on it. */
  readonly vdis: number;
  /** Bytes not yet used; absent where the pool does not tell. */
  readonly free?: number;
}

export interface Pbd {
  readonly uuid: string;
  readonly host: string;
  readonly sr: string;
  readonly attached: boolean;
  /** `device_config.device`: the disk or partition it is on, several joined by commas; absent for storage that is none. */
  readonly device?: string;
}

export interface Guests {
  readonly guests: readonly Guest[];
  /** By host uuid, bytes for guests when none runs: total less Xen's overhead less the control domain. */
  readonly capacities: Readonly<Record<string, number>>;
  readonly srs: readonly Sr[];
  readonly pbds: readonly Pbd[];
  /** Per network uuid the hosts that have it; a network no host has an interface on is an internal one and exists everywhere. */
  readonly networkHosts: Readonly<Record<string, readonly string[]>>;
}

/** Has a domain: runs, is paused, or is on its way. */
export function hasDomain(guest: Guest): boolean {
  return guest.host !== undefined && mayHaveDomain(guest);
}

/** Neither halted nor suspended: a power state nobody knows counts as a domain. */
function mayHaveDomain(guest: Guest): boolean {
  return guest.powerState !== 'Halted' && guest.powerState !== 'Suspended';
}

/** Keeps a host from going: has a domain there, is on its way there, or is being worked on there. */
export function keepsHost(guest: Guest, host: string): boolean {
  // One that runs, but nobody can say where, may be anywhere.
  if (guest.host === undefined && mayHaveDomain(guest)) return true;
  return guest.arriving === host || (guest.host === host && (guest.busy.length > 0 || hasDomain(guest)));
}

export function residentOn(guests: readonly Guest[], host: string): readonly Guest[] {
  return guests.filter((guest) => guest.host === host && hasDomain(guest));
}

/** Negative, zero or positive as host `a` is older than, equal to or newer than `b`, by platform version where both have one. */
export function compareHosts(a: HostVersion, b: HostVersion): number {
  if (a.platform !== undefined && b.platform !== undefined) return compareVersions(a.platform, b.platform);
  return compareVersions(a.release.version, b.release.version);
}

/** The hosts of the highest version in the pool: the only ones on which a guest may start while versions differ. */
export function newestHosts(hosts: readonly Host[]): readonly Host[] {
  return hosts.filter((host) => hosts.every((other) => compareHosts(host.version, other.version) >= 0));
}

export function versionsDiffer(hosts: readonly Host[]): boolean {
  return newestHosts(hosts).length !== hosts.length;
}

/** By what is seen of the hosts, or by XAPI's own word, which lags. XAPI compares platforms, which a cross-grade or a cumulative update need not change. */
export function isMixed(pool: Pool): boolean {
  return versionsDiffer(pool.hosts) || pool.rollingUpgrade || releasesShown(pool.hosts).length > 1;
}

/** Each release that some host has, oldest first; of one number the XenServer comes before the XCP-ng that replaces it. */
export function releasesShown(hosts: readonly Host[]): readonly Release[] {
  const all = hosts.map((host) => host.version.release);
  const distinct = all.filter((release, index) => all.findIndex((other) => sameRelease(other, release)) === index);
  return distinct.sort((a, b) => compareVersions(a.version, b.version) || (a.brand === 'XenServer' ? -1 : 1));
}

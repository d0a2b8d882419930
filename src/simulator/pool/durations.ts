// How long things take in the simulated pool, in virtual milliseconds. Round figures of ordinary hardware: nothing in them is measured.
import type { DatabaseRecord } from './liveDatabase';
import { integerOf } from './recordFields';

/** Between the boot of the system and a member's daemon listening, and from there until it says hello to its master. A master listens after both. */
export const AGENT_LISTENS = 8_000;
export const AGENT_SERVES = 6_000;
/** `restart_agent` answers first. */
export const AGENT_RESTARTS = 1_000;
/** A master's other work between its first answer and its storage; by then members that had not noticed its absence are back. */
export const MASTER_SETTLES = 5_000;
/** From joining until storage is plugged, if there is any, from there until the host enables itself, from there until auto power-on. */
export const STORAGE_PLUGGED = 3_000;
export const HOST_ENABLED = 1_000;
export const AUTO_POWERON = 5_000;
/** Within how many seconds a member finds its master again: one that had not noticed its absence, and one in emergency mode. */
export const RECONNECTS = { unnoticed: [2, 5], emergency: [3, 20] } as const;
/** How long a member believes in a master that does not answer. */
export const MEMBER_PATIENCE = 60_000;
/** Without a heartbeat a host is believed dead. Source: xapi, `host_assumed_dead_interval`. */
export const ASSUMED_DEAD = 600_000;

export const CALL_LATENCY = 3;
/** The master has the host itself do it. */
export const FORWARDED = 30;
export const CONNECT_TIMEOUT = 3_000;

export const DOMAIN_BUILD = 5_000;
export const GUEST_BOOT = 40_000;
export const GUEST_SHUTDOWN = 20_000;
/** Source: xapi, `domain_shutdown_total_timeout`. */
export const SHUTDOWN_TIMEOUT = 1_200_000;
export const HARD_SHUTDOWN = 2_000;
export const PAUSE = 500;
export const CD_CHANGE = 1_000;
export const PBD_PLUG = 4_000;
export const HA_CHANGE = 20_000;
export const DATABASE_SYNC = 2_000;
/** The staging plugin downloads and unpacks the installer's boot files. */
export const PLUGIN_LOOK = 2_000;
export const PLUGIN_MAIN = 30_000;

/** 1 Gbit/s, and the two domains' set-up. */
export function migrationTime(vm: DatabaseRecord): number {
  return 4_000 + Math.ceil(integerOf(vm, 'memory_dynamic_max') / 125_000);
}

/** A disk that writes 100 MB/s. */
export function suspendTime(vm: DatabaseRecord): number {
  return 5_000 + Math.ceil(integerOf(vm, 'memory_dynamic_max') / 100_000);
}

/** Between two looks of the plugin that switches a host on, and how many it takes: ten minutes. */
export const LOOK_FOR_POWER = 5_000;
export const LOOKS_FOR_POWER = 120;

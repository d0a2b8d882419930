// Calls on hosts: into and out of service, reboot and shutdown, the clock, memory. Evacuation and plugins have files of their own.
import { releaseRank } from '../../datamodel/datamodel';
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, type Handlers, mapArgument, refArgument, textArgument, VOID } from './call';
import { FORWARDED, LOOK_FOR_POWER, LOOKS_FOR_POWER } from './durations';
import { assertPlanSurvives } from './highAvailability';
import type { Ref } from './liveDatabase';
import { datetime, flag, list, NULL_REF, refOf, text } from './recordFields';
import type { Xapi } from './xapi';

/** Up to 6.2 XAPI looked itself whether guests were left before it let a host go. */
const TRUSTS_ITS_CALLER = 'creedence';

export function hostCalls(xapi: Xapi): Handlers {
  return { ...serviceCalls(xapi), ...enquiries(xapi) };
}

function serviceCalls(xapi: Xapi): Handlers {
  const { hosts, database, placement, startup } = xapi;
  return {
    'host.disable': (call) => {
      const host = refArgument(call, 0);
      placement.assertReachable(existing(xapi, host));
      assertPlanSurvives(xapi, host);
      database.update('host', host, { enabled: false });
      return VOID;
    },
    'host.enable': (call) => enable(xapi, refArgument(call, 0)),
    'host.reboot': (call) => leave(xapi, call, 'reboot'),
    'host.shutdown': (call) => leave(xapi, call, 'shutdown'),
    'host.restart_agent': (call) => {
      const host = existing(xapi, refArgument(call, 0));
      placement.assertReachable(host);
      startup.restartAgent(hosts.uuid(host));
      return VOID;
    },
    'host.power_on': (call) => powerOn(xapi, call),
    'host.declare_dead': (call) => declareDead(xapi, existing(xapi, refArgument(call, 0))),
    'host.sync_data': () => VOID,
    'host.backup_rrds': () => VOID,
    'host.set_power_on_mode': (call) => {
      const host = existing(xapi, refArgument(call, 0));
      database.update('host', host, { power_on_mode: textArgument(call, 1), power_on_config: mapArgument(call, 2) });
      return VOID;
    },
  };
}

function enquiries(xapi: Xapi): Handlers {
  const { hosts, memory, database } = xapi;
  return {
    'host.get_servertime': (call) => datetime(hostTime(xapi, refArgument(call, 0))),
    'host.get_server_localtime': (call) => datetime(hostTime(xapi, refArgument(call, 0))).slice(0, -1),
    'host.compute_free_memory': (call) => Math.max(0, memory.free(existing(xapi, refArgument(call, 0)))),
    'host.compute_memory_overhead': (call) => Number(hosts.record(refArgument(call, 0))['memory_overhead'] ?? 0),
    'host.get_management_interface': (call) => {
      const host = existing(xapi, refArgument(call, 0));
      for (const [ref, pif] of database.records('PIF')) if (refOf(pif, 'host') === host && flag(pif, 'management')) return ref;
      return NULL_REF;
    },
  };
}

function existing(xapi: Xapi, host: Ref): Ref {
  xapi.hosts.record(host);
  return host;
}

/** What the host's own clock shows. */
function hostTime(xapi: Xapi, host: Ref): number {
  xapi.placement.assertReachable(existing(xapi, host));
  const machine = xapi.world.machines.get(xapi.hosts.uuid(host))!;
  return xapi.clock.now() + machine.clockSkew;
}

function enable(xapi: Xapi, host: Ref): string {
  const { hosts, agents, database } = xapi;
  hosts.assertLive(existing(xapi, host));
  const uuid = hosts.uuid(host);
  if (!agents.reaches(uuid) || !agents.get(uuid).startedUp) throw new ApiError('HOST_STILL_BOOTING');
  if (list(hosts.record(host), 'pending_guidances').length > 0)
    throw new ApiError('HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY', host);
  database.update('host', host, { enabled: true });
  return VOID;
}

/** The plugin that does it waits for the host's agent, and takes its absence for a failure, whatever the machine does meanwhile. */
async function powerOn({ hosts, clock, world }: Xapi, call: Call): Promise<string> {
  const host = refArgument(call, 0);
  if (text(hosts.record(host), 'power_on_mode') === '') throw new ApiError('HOST_POWER_ON_MODE_DISABLED', host);
  if (hosts.isLive(host)) throw new ApiError('HOST_IS_LIVE', host);
  world.links.powerOn(hosts.uuid(host), call.cause);
  for (let look = 0; look < LOOKS_FOR_POWER; look++) {
    await sleep(clock, LOOK_FOR_POWER);
    if (hosts.isLive(host)) return VOID;
  }
  throw new ApiError('INTERNAL_ERROR', 'Failure("The host failed to power on.")');
}

/** Accepted at once; the machine goes ten seconds later. */
async function leave(xapi: Xapi, call: Call, how: 'reboot' | 'shutdown'): Promise<string> {
  const { hosts, placement, startup, world } = xapi;
  const host = existing(xapi, refArgument(call, 0));
  if (flag(hosts.record(host), 'enabled')) throw new ApiError('HOST_NOT_DISABLED');
  placement.assertReachable(host);
  assertPlanSurvives(xapi, host);
  assertClusterWhole(xapi, host);
  assertEmptyInOldReleases(xapi, host);
  const uuid = hosts.uuid(host);
  if (uuid !== call.receiver) await sleep(xapi.clock, FORWARDED);
  world.links.leave(uuid, how, call.cause);
  if (how === 'shutdown') startup.announceShutdown(uuid);
  return VOID;
}

/** A clustered SR does not bear that a second member leaves (xenserver.md 2.6). */
function assertClusterWhole({ database }: Xapi, leaving: Ref): void {
  const missing = [...database.records('Cluster_host').values()].some(
    (member) => refOf(member, 'host') !== leaving && !flag(member, 'enabled'),
  );
  const clustered = [...database.records('SR')].find(([, sr]) => text(sr, 'type') === 'gfs2');
  if (missing && clustered !== undefined) throw new ApiError('CLUSTERED_SR_DEGRADED', clustered[0]);
}

function assertEmptyInOldReleases(xapi: Xapi, host: Ref): void {
  if (releaseRank(xapi.served.release) >= releaseRank(TRUSTS_ITS_CALLER)) return;
  const left = xapi.guests.residents(host)[0];
  if (left !== undefined) throw new ApiError('HOST_IN_USE', host, 'vm', left.ref);
}

/** A person's word that the host is off: its guests may be started elsewhere. */
function declareDead(xapi: Xapi, host: Ref): string {
  if (xapi.hosts.isLive(host)) throw new ApiError('HOST_IS_LIVE', host);
  xapi.guests.settle(host);
  return VOID;
}

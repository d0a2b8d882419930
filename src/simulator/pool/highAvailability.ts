// High availability, as far as an upgrade meets it: switching it off and on again, and its objection to a host that leaves while it is on.
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, type Handlers, listArgument, mapArgument, numberArgument, refArgument, VOID } from './call';
import { HA_CHANGE } from './durations';
import type { Ref } from './liveDatabase';
import { flag, integerOf, list, NULL_REF, recordOf, refOf, text } from './recordFields';
import type { Xapi } from './xapi';

const STATEFILE_BYTES = 4 * 1024 * 1024;

export function highAvailabilityCalls(xapi: Xapi): Handlers {
  const { hosts, database } = xapi;
  return {
    'pool.disable_ha': async (call) => {
      if (!flag(hosts.pool().record, 'ha_enabled')) throw new ApiError('HA_NOT_ENABLED');
      await sleep(xapi.clock, HA_CHANGE);
      write(xapi, [], { ha_enabled: false, ha_configuration: {}, ha_plan_exists_for: 0 });
      xapi.world.bus.emit({ kind: 'pool', change: 'ha-disabled', cause: call.cause });
      return VOID;
    },
    'pool.enable_ha': (call) => enable(xapi, call),
    'pool.set_ha_host_failures_to_tolerate': (call) => {
      const wanted = numberArgument(call, 1);
      const most = tolerable(xapi);
      if (flag(hosts.pool().record, 'ha_enabled') && wanted > most) throw new ApiError('HA_NO_PLAN');
      database.update('pool', refArgument(call, 0), { ha_host_failures_to_tolerate: wanted, ha_plan_exists_for: wanted });
      return VOID;
    },
    'pool.ha_compute_max_host_failures_to_tolerate': () => tolerable(xapi),
    'pool.ha_failover_plan_exists': (call) => numberArgument(call, 0) <= tolerable(xapi),
  };
}

/** @throws ApiError HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when the pool could then no longer lose as many hosts as it must be able to */
export function assertPlanSurvives(xapi: Xapi, leaving: Ref): void {
  const pool = xapi.hosts.pool().record;
  const mustTolerate = integerOf(pool, 'ha_host_failures_to_tolerate');
  if (!flag(pool, 'ha_enabled') || mustTolerate === 0) return;
  const left = inService(xapi).filter((host) => host !== leaving).length;
  if (left - mustTolerate < 1) throw new ApiError('HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN');
}

function inService(xapi: Xapi): readonly Ref[] {
  return xapi.hosts
    .all()
    .filter(({ ref, record }) => flag(record, 'enabled') && xapi.hosts.isLive(ref))
    .map(({ ref }) => ref);
}

function tolerable(xapi: Xapi): number {
  return Math.max(0, inService(xapi).length - 1);
}

async function enable(xapi: Xapi, call: Call): Promise<string> {
  const { hosts, mixedMode } = xapi;
  if (flag(hosts.pool().record, 'ha_enabled')) throw new ApiError('HA_IS_ENABLED');
  if (mixedMode.versionsDiffer) throw new ApiError('NOT_SUPPORTED_DURING_UPGRADE');
  const offline = hosts.all().find(({ ref }) => !hosts.isLive(ref));
  if (offline !== undefined) throw new ApiError('HOST_OFFLINE', offline.ref);
  const srs = heartbeatSrs(xapi, listArgument(call, 0));
  await sleep(xapi.clock, HA_CHANGE);
  const statefiles = srs.map((sr) => statefileOn(xapi, sr));
  write(xapi, statefiles, { ha_enabled: true, ha_configuration: mapArgument(call, 1), ha_statefiles: statefiles });
  xapi.world.bus.emit({ kind: 'pool', change: 'ha-enabled', cause: call.cause });
  return VOID;
}

/** Those asked for, each attached everywhere; without any, XAPI finds one itself. */
function heartbeatSrs(xapi: Xapi, asked: readonly Ref[]): readonly Ref[] {
  const everywhere = (sr: Ref): boolean => xapi.hosts.all().every(({ ref }) => xapi.placement.isAttached(sr, ref));
  for (const sr of asked) {
    recordOf(xapi.database, 'SR', sr);
    if (!everywhere(sr)) throw new ApiError('HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED', sr);
  }
  if (asked.length > 0) return asked;
  const found = [...xapi.database.records('SR')].find(
    ([ref, record]) => flag(record, 'shared') && text(record, 'content_type') !== 'iso' && everywhere(ref),
  );
  if (found === undefined) throw new ApiError('CANNOT_CREATE_STATE_FILE');
  return [found[0]];
}

/** The SR's statefile from last time, or a new one. */
function statefileOn(xapi: Xapi, sr: Ref): Ref {
  const { database, served, newRef, newUuid } = xapi;
  for (const [ref, vdi] of database.records('VDI'))
    if (refOf(vdi, 'SR') === sr && text(vdi, 'type') === 'ha_statefile') return ref;
  const ref = newRef();
  const vdi = {
    uuid: newUuid(),
    name_label: 'Statefile for HA',
    type: 'ha_statefile',
    SR: sr,
    virtual_size: STATEFILE_BYTES,
    managed: true,
    snapshot_of: NULL_REF,
  };
  database.create('VDI', ref, served.complete('VDI', vdi));
  database.update('SR', sr, { VDIs: [...list(recordOf(database, 'SR', sr), 'VDIs'), ref] });
  return ref;
}

function write(
  xapi: Xapi,
  statefiles: readonly Ref[],
  pool: Readonly<Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, string>>>>,
): void {
  const { hosts, database } = xapi;
  database.update('pool', hosts.pool().ref, { ...pool, ha_statefiles: statefiles });
  const peers = statefiles.length === 0 ? [] : hosts.all().map(({ record }) => text(record, 'uuid'));
  for (const { ref } of hosts.all()) database.update('host', ref, { ha_statefiles: statefiles, ha_network_peers: peers });
}

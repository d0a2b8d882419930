// Calls on the pool that are neither fields nor high availability, and the calls that mixed mode forbids outright.
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, flagArgument, type Handlers, refArgument, VOID } from './call';
import { DATABASE_SYNC } from './durations';
import { recordOf, text } from './recordFields';
import type { Xapi } from './xapi';

/** Refused while versions differ; out of that mode the simulator does not know how to carry them out. */
const REFUSED_IN_MIXED_MODE = [
  'VM.snapshot',
  'VM.snapshot_with_quiesce',
  'VM.checkpoint',
  'VM.revert',
  'VM.set_memory_dynamic_range',
  'VM.set_memory_limits',
  'SR.create',
  'pool.enable_tls_verification',
  'pool.rotate_secret',
  'pool.cluster_create',
] as const;

export function poolCalls(xapi: Xapi): Handlers {
  const { database, mixedMode } = xapi;
  const refuse = (call: Call): never => {
    mixedMode.refuse();
    throw new ApiError('NOT_IMPLEMENTED', call.method);
  };
  return {
    ...Object.fromEntries(REFUSED_IN_MIXED_MODE.map((method) => [method, refuse])),
    'pool.sync_database': async () => {
      await sleep(xapi.clock, DATABASE_SYNC);
      return VOID;
    },
    'pool.disable_ssl_legacy': () => setSslLegacy(xapi, false),
    'pool.enable_ssl_legacy': () => setSslLegacy(xapi, true),
    'pool.set_wlb_enabled': (call) => {
      const pool = refArgument(call, 0);
      const enabled = flagArgument(call, 1);
      if (enabled && text(recordOf(database, 'pool', pool), 'wlb_url') === '') throw new ApiError('WLB_NOT_INITIALIZED');
      database.update('pool', pool, { wlb_enabled: enabled });
      return VOID;
    },
  };
}

/** Of every host at once. */
function setSslLegacy({ database, hosts }: Xapi, enabled: boolean): string {
  for (const { ref } of hosts.all()) database.update('host', ref, { ssl_legacy: enabled });
  return VOID;
}

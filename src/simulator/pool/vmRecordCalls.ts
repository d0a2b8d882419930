// VMs as records: made and destroyed, as people do while an upgrade runs.
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, type Handlers, refArgument, VOID } from './call';
import type { DatabaseRecord } from './liveDatabase';
import { NULL_REF, text } from './recordFields';
import type { Xapi } from './xapi';

export function vmRecordCalls(xapi: Xapi): Handlers {
  return {
    'VM.create': (call) => create(xapi, call),
    'VM.destroy': async (call) => {
      const vm = refArgument(call, 0);
      const state = text(xapi.guests.record(vm), 'power_state');
      if (state !== 'Halted') throw new ApiError('VM_BAD_POWER_STATE', vm, 'halted', state.toLowerCase());
      await sleep(xapi.clock, 0);
      xapi.database.remove('VM', vm);
      return VOID;
    },
  };
}

/** Halted, with no devices but those the caller adds to it. */
function create({ database, served, guests, newRef, newUuid }: Xapi, call: Call): string {
  const ref = newRef();
  const given = call.args[0] as DatabaseRecord;
  const state = { power_state: 'Halted', resident_on: NULL_REF, current_operations: {}, VBDs: [], VIFs: [] };
  database.create('VM', ref, served.complete('VM', { ...given, ...state, uuid: newUuid() }));
  guests.write(ref, {});
  return ref;
}

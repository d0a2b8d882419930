// One operation on one VM: refused when the rules say so, shown in `current_operations` while it runs.
import type { Ref } from './liveDatabase';
import { map, NULL_REF, without } from './recordFields';
import { assertAllowed, type VmOperation } from './vmRules';
import type { Xapi } from './xapi';

/** Runs `work` as that operation. The check, the mark and the start of `work` are one step: no other call comes between. */
export async function operate(
  xapi: Xapi,
  vm: Ref,
  operation: VmOperation,
  task: Ref,
  work: () => Promise<void> | void,
): Promise<void> {
  const { database, guests, mixedMode } = xapi;
  assertAllowed(database, vm, operation, mixedMode.active);
  guests.write(vm, { current_operations: { ...map(guests.record(vm), 'current_operations'), [task]: operation } });
  try {
    await work();
  } finally {
    const record = database.get('VM', vm);
    if (record !== undefined) {
      guests.write(vm, {
        current_operations: without(map(record, 'current_operations'), task),
        scheduled_to_be_resident_on: NULL_REF,
      });
    }
  }
}

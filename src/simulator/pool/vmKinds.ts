// What kind of VM a record describes.
import type { DatabaseRecord } from './liveDatabase';
import { flag, text } from './recordFields';

/** Snapshots are templates too. */
export function isTemplate(record: DatabaseRecord): boolean {
  return flag(record, 'is_a_template') || flag(record, 'is_a_snapshot');
}

/** A domain exists, as far as the database knows. */
export function isAlive(record: DatabaseRecord): boolean {
  const state = text(record, 'power_state');
  return state === 'Running' || state === 'Paused';
}

/** Whether the guest is paravirtual and needs a hypervisor that still runs such guests; `pv_in_pvh` brings its own. */
export function isPv(record: DatabaseRecord): boolean {
  const type = text(record, 'domain_type');
  return type === '' || type === 'unspecified' ? text(record, 'HVM_boot_policy') === '' : type === 'pv';
}

/** Whether the guest is fully virtualised. `domain_type` is of 7.5 and later; before, a boot policy says so. */
export function isHvm(record: DatabaseRecord): boolean {
  const type = text(record, 'domain_type');
  return type === '' || type === 'unspecified' ? text(record, 'HVM_boot_policy') !== '' : type === 'hvm';
}

// Where a suspended guest's memory is kept: which SR, whether it has room, the image itself.
import { ApiError } from './apiError';
import type { DatabaseRecord, Ref } from './liveDatabase';
import { integerOf, list, NULL_REF, recordOf, refOf } from './recordFields';
import type { Xapi } from './xapi';

/** @throws ApiError VM_NO_SUSPEND_SR, VM_REQUIRES_SR, SR_SUSPEND_SPACE_INSUFFICIENT */
export function suspendSr(xapi: Xapi, vm: Ref): Ref {
  const record = xapi.guests.record(vm);
  const host = refOf(record, 'resident_on');
  const wishes = [
    refOf(record, 'suspend_SR'),
    refOf(xapi.hosts.pool().record, 'suspend_image_SR'),
    refOf(xapi.hosts.record(host), 'suspend_image_sr'),
  ];
  const sr = wishes.find((wish) => xapi.database.get('SR', wish) !== undefined);
  if (sr === undefined) throw new ApiError('VM_NO_SUSPEND_SR', vm);
  if (!xapi.placement.isAttached(sr, host)) throw new ApiError('VM_REQUIRES_SR', vm, sr);
  const storage = recordOf(xapi.database, 'SR', sr);
  const size = integerOf(storage, 'physical_size');
  const free = size - integerOf(storage, 'physical_utilisation');
  // Some back-ends do not tell their size (0 or -1): they are asked and refuse by themselves.
  if (size > 0 && free < imageSize(record)) throw new ApiError('SR_SUSPEND_SPACE_INSUFFICIENT', sr);
  return sr;
}

export function imageSize(vm: DatabaseRecord): number {
  return integerOf(vm, 'memory_dynamic_max') + 8 * 1024 * 1024;
}

/** Makes the image and returns its VDI. */
export function createSuspendImage(xapi: Xapi, vm: Ref, sr: Ref): Ref {
  const { database, served, guests, newRef, newUuid } = xapi;
  const size = imageSize(guests.record(vm));
  const ref = newRef();
  const vdi = {
    uuid: newUuid(),
    name_label: 'Suspend image',
    type: 'suspend',
    SR: sr,
    virtual_size: size,
    physical_utilisation: size,
    managed: true,
  };
  database.create('VDI', ref, served.complete('VDI', { ...vdi, parent: NULL_REF }));
  occupy(xapi, sr, size, (vdis) => [...vdis, ref]);
  return ref;
}

export function discardSuspendImage(xapi: Xapi, vm: Ref): void {
  const { database, guests } = xapi;
  const image = refOf(guests.record(vm), 'suspend_VDI');
  const vdi = database.get('VDI', image);
  guests.write(vm, { suspend_VDI: NULL_REF });
  if (vdi === undefined) return;
  database.remove('VDI', image);
  occupy(xapi, refOf(vdi, 'SR'), -integerOf(vdi, 'physical_utilisation'), (vdis) => vdis.filter((ref) => ref !== image));
}

function occupy({ database }: Xapi, sr: Ref, bytes: number, change: (vdis: readonly Ref[]) => readonly Ref[]): void {
  const record = database.get('SR', sr);
  if (record === undefined) return;
  const used = Math.max(0, integerOf(record, 'physical_utilisation') + bytes);
  database.update('SR', sr, { VDIs: change(list(record, 'VDIs')), physical_utilisation: used });
}

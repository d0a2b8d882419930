// CDs in drives, and SRs attached to hosts.
import { sleep } from '../../foundation/clock';
import { ApiError } from './apiError';
import { type Call, type Handlers, refArgument, VOID } from './call';
import { CD_CHANGE, PBD_PLUG } from './durations';
import type { DatabaseRecord, Ref } from './liveDatabase';
import { flag, list, NULL_REF, recordOf, refOf, text } from './recordFields';
import { isAlive } from './vmKinds';
import type { Xapi } from './xapi';

export function storageCalls(xapi: Xapi): Handlers {
  return {
    'VBD.eject': (call) => eject(xapi, refArgument(call, 0)),
    'VBD.insert': (call) => insert(xapi, refArgument(call, 0), refArgument(call, 1)),
    'PBD.plug': (call) => setPlugged(xapi, call, true),
    'PBD.unplug': (call) => setPlugged(xapi, call, false),
    'SR.scan': (call) => {
      recordOf(xapi.database, 'SR', refArgument(call, 0));
      return VOID;
    },
  };
}

function cdDrive(xapi: Xapi, vbd: Ref): DatabaseRecord {
  const record = recordOf(xapi.database, 'VBD', vbd);
  if (text(record, 'type') !== 'CD') throw new ApiError('VBD_NOT_REMOVABLE_MEDIA', vbd);
  return record;
}

async function eject(xapi: Xapi, vbd: Ref): Promise<string> {
  const record = cdDrive(xapi, vbd);
  if (flag(record, 'empty')) throw new ApiError('VBD_IS_EMPTY', vbd);
  assertGuestReachable(xapi, record);
  await sleep(xapi.clock, CD_CHANGE);
  listOn(xapi, refOf(record, 'VDI'), (vbds) => vbds.filter((ref) => ref !== vbd));
  xapi.database.update('VBD', vbd, { empty: true, VDI: NULL_REF });
  return VOID;
}

async function insert(xapi: Xapi, vbd: Ref, vdi: Ref): Promise<string> {
  const record = cdDrive(xapi, vbd);
  const disk = recordOf(xapi.database, 'VDI', vdi);
  if (!flag(record, 'empty')) throw new ApiError('VBD_NOT_EMPTY', vbd);
  assertGuestReachable(xapi, record);
  assertVisible(xapi, record, refOf(disk, 'SR'));
  await sleep(xapi.clock, CD_CHANGE);
  listOn(xapi, vdi, (vbds) => [...vbds, vbd]);
  xapi.database.update('VBD', vbd, { empty: false, VDI: vdi });
  return VOID;
}

function assertGuestReachable(xapi: Xapi, vbd: DatabaseRecord): void {
  const vm = xapi.guests.record(refOf(vbd, 'VM'));
  if (isAlive(vm)) xapi.placement.assertReachable(refOf(vm, 'resident_on'));
}

function assertVisible(xapi: Xapi, vbd: DatabaseRecord, sr: Ref): void {
  const vm = xapi.guests.record(refOf(vbd, 'VM'));
  if (isAlive(vm) && !xapi.placement.isAttached(sr, refOf(vm, 'resident_on')))
    throw new ApiError('VM_REQUIRES_SR', refOf(vbd, 'VM'), sr);
}

function listOn({ database }: Xapi, vdi: Ref, change: (vbds: readonly Ref[]) => readonly Ref[]): void {
  const record = database.get('VDI', vdi);
  if (record !== undefined) database.update('VDI', vdi, { VBDs: change(list(record, 'VBDs')) });
}

async function setPlugged(xapi: Xapi, call: Call, plugged: boolean): Promise<string> {
  const pbd = refArgument(call, 0);
  const record = recordOf(xapi.database, 'PBD', pbd);
  xapi.placement.assertReachable(refOf(record, 'host'));
  if (flag(record, 'currently_attached') === plugged) return VOID;
  if (!plugged) assertUnused(xapi, record);
  await sleep(xapi.clock, PBD_PLUG);
  xapi.database.update('PBD', pbd, { currently_attached: plugged });
  return VOID;
}

/** @throws ApiError VDI_IN_USE when a running guest of that host has a disk there */
function assertUnused(xapi: Xapi, pbd: DatabaseRecord): void {
  const sr = refOf(pbd, 'SR');
  const user = xapi.guests.residents(refOf(pbd, 'host')).find(({ record }) => xapi.placement.requiredSrs(record).includes(sr));
  if (user !== undefined) throw new ApiError('VDI_IN_USE', sr, 'destroy');
}

// The records an upgrade reads, by class name as XenAPI writes it.
import { vmFields, vmGuestMetricsFields, vmMetricsFields } from './guest';
import { hostFields, hostMetricsFields } from './host';
import { bondFields, networkFields, pifFields, vifFields, vlanFields } from './network';
import { poolFields, taskFields } from './pool';
import type { RecordOfSpec } from './spec';
import { pbdFields, srFields, vbdFields, vdiFields } from './storage';

export type { Ref } from './spec';

export const RECORD_FIELDS = {
  pool: poolFields,
  task: taskFields,
  host: hostFields,
  host_metrics: hostMetricsFields,
  VM: vmFields,
  VM_metrics: vmMetricsFields,
  VM_guest_metrics: vmGuestMetricsFields,
  SR: srFields,
  PBD: pbdFields,
  VDI: vdiFields,
  VBD: vbdFields,
  network: networkFields,
  PIF: pifFields,
  Bond: bondFields,
  VLAN: vlanFields,
  VIF: vifFields,
} as const;

/** A class whose records are typed. */
export type ClassName = keyof typeof RECORD_FIELDS;

/** A record of that class as it stands above the codecs; fields that came after Miami may be missing. */
export type RecordOf<Cls extends ClassName> = RecordOfSpec<(typeof RECORD_FIELDS)[Cls]>;

export type TaskRecord = RecordOf<'task'>;
export type VmRecord = RecordOf<'VM'>;

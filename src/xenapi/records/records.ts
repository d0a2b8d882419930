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

export type PoolRecord = RecordOf<'pool'>;
export type TaskRecord = RecordOf<'task'>;
export type HostRecord = RecordOf<'host'>;
export type HostMetricsRecord = RecordOf<'host_metrics'>;
export type VmRecord = RecordOf<'VM'>;
export type VmMetricsRecord = RecordOf<'VM_metrics'>;
export type VmGuestMetricsRecord = RecordOf<'VM_guest_metrics'>;
export type SrRecord = RecordOf<'SR'>;
export type PbdRecord = RecordOf<'PBD'>;
export type VdiRecord = RecordOf<'VDI'>;
export type VbdRecord = RecordOf<'VBD'>;
export type NetworkRecord = RecordOf<'network'>;
export type PifRecord = RecordOf<'PIF'>;
export type BondRecord = RecordOf<'Bond'>;
export type VlanRecord = RecordOf<'VLAN'>;
export type VifRecord = RecordOf<'VIF'>;

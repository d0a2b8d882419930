// Which operations a VM admits: by its power state, its drivers, what the user blocked, what is already being done to it, and the mixed mode.
// Source: xapi `xapi_vm_lifecycle.ml`.
import { ApiError } from './apiError';
import { isHvm, isTemplate } from './vmKinds';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { flag, list, map, refOf, text } from './recordFields';

export type PowerState = 'Halted' | 'Paused' | 'Running' | 'Suspended';

interface Rule {
  readonly states: readonly PowerState[];
  /** The guest must cooperate: full virtualisation needs drivers for it. */
  readonly guestHelps?: boolean;
  /** Refused while versions differ. */
  readonly notInMixedMode?: boolean;
}

/** Operations by the name XAPI gives them in `allowed_operations`. */
export const VM_RULES = {
  start: { states: ['Halted'] },
  start_on: { states: ['Halted'] },
  resume: { states: ['Suspended'] },
  resume_on: { states: ['Suspended'] },
  suspend: { states: ['Running'], guestHelps: true },
  pool_migrate: { states: ['Running'], guestHelps: true },
  clean_shutdown: { states: ['Running'], guestHelps: true },
  clean_reboot: { states: ['Running'], guestHelps: true },
  hard_shutdown: { states: ['Running', 'Paused', 'Suspended'] },
  hard_reboot: { states: ['Running', 'Paused'] },
  shutdown: { states: ['Running', 'Paused', 'Suspended'] },
  pause: { states: ['Running'] },
  unpause: { states: ['Paused'] },
  power_state_reset: { states: ['Running', 'Paused', 'Suspended', 'Halted'] },
  snapshot: { states: ['Halted', 'Running', 'Suspended', 'Paused'], notInMixedMode: true },
  checkpoint: { states: ['Running'], guestHelps: true, notInMixedMode: true },
  changing_dynamic_range: { states: ['Halted', 'Running'], notInMixedMode: true },
} as const satisfies Readonly<Record<string, Rule>>;

export type VmOperation = keyof typeof VM_RULES;

const OPERATIONS = Object.keys(VM_RULES) as readonly VmOperation[];
/** Listed by XAPI for nobody to rely on. */
const UNLISTED: ReadonlySet<string> = new Set(['power_state_reset', 'shutdown']);
/** These may overtake a clean shutdown that hangs. */
const OVERTAKES: ReadonlySet<string> = new Set(['hard_shutdown', 'hard_reboot', 'power_state_reset']);

/** The guest's memory is taken from the host; its devices cannot be. */
const MOVES_MEMORY: ReadonlySet<VmOperation> = new Set(['pool_migrate', 'suspend']);

function ruleOf(operation: VmOperation): Rule {
  return VM_RULES[operation];
}

/** Whether the guest's agent has reported drivers. */
export function hasDrivers(database: LiveDatabase, record: DatabaseRecord): boolean {
  const metrics = database.get('VM_guest_metrics', refOf(record, 'guest_metrics'));
  return metrics !== undefined && Object.keys(map(metrics, 'PV_drivers_version')).length > 0;
}

/** Paravirtualised guests migrate, suspend and shut down by their kernel alone. */
function guestHelps(database: LiveDatabase, record: DatabaseRecord): boolean {
  return !isHvm(record) || hasDrivers(database, record);
}

/** As XAPI lists them: advice, which the call itself may still contradict. */
export function allowedOperations(database: LiveDatabase, record: DatabaseRecord, mixedMode: boolean): readonly VmOperation[] {
  if (isTemplate(record) || flag(record, 'is_control_domain')) return [];
  return OPERATIONS.filter(
    (operation) => !UNLISTED.has(operation) && refusal(database, '', record, operation, mixedMode) === undefined,
  );
}

/** @throws ApiError with the first obstacle */
export function assertAllowed(database: LiveDatabase, vm: Ref, operation: VmOperation, mixedMode: boolean): void {
  const record = database.get('VM', vm);
  const error =
    record === undefined ? new ApiError('HANDLE_INVALID', 'VM', vm) : refusal(database, vm, record, operation, mixedMode);
  if (error !== undefined) throw error;
}

function refusal(
  database: LiveDatabase,
  vm: Ref,
  record: DatabaseRecord,
  operation: VmOperation,
  mixedMode: boolean,
): ApiError | undefined {
  const rule = ruleOf(operation);
  const refused =
    kindRefusal(vm, record, operation) ?? concurrencyRefusal(vm, record, operation) ?? stateRefusal(vm, record, rule);
  if (refused !== undefined) return refused;
  if (mixedMode && rule.notInMixedMode === true) return new ApiError('NOT_SUPPORTED_DURING_UPGRADE');
  if (rule.guestHelps === true && !guestHelps(database, record)) return new ApiError('VM_MISSING_PV_DRIVERS', vm);
  return MOVES_MEMORY.has(operation) ? deviceRefusal(vm, record) : undefined;
}

function kindRefusal(vm: Ref, record: DatabaseRecord, operation: VmOperation): ApiError | undefined {
  const code = map(record, 'blocked_operations')[operation];
  if (code !== undefined) return new ApiError('OPERATION_BLOCKED', vm, code);
  if (isTemplate(record)) return new ApiError('VM_IS_TEMPLATE', vm);
  if (flag(record, 'is_control_domain'))
    return new ApiError('OPERATION_NOT_ALLOWED', 'This operation is not allowed on the control domain');
  return undefined;
}

function concurrencyRefusal(vm: Ref, record: DatabaseRecord, operation: VmOperation): ApiError | undefined {
  const current = Object.values(map(record, 'current_operations'));
  const overtakes = OVERTAKES.has(operation) && current.every((running) => running.startsWith('clean_'));
  return current.length === 0 || overtakes ? undefined : new ApiError('OTHER_OPERATION_IN_PROGRESS', 'VM', vm);
}

function stateRefusal(vm: Ref, record: DatabaseRecord, rule: Rule): ApiError | undefined {
  const actual = text(record, 'power_state') as PowerState;
  if (rule.states.includes(actual)) return undefined;
  return new ApiError('VM_BAD_POWER_STATE', vm, rule.states[0]!.toLowerCase(), actual.toLowerCase());
}

/** Hardware that is part of the host. */
function deviceRefusal(vm: Ref, record: DatabaseRecord): ApiError | undefined {
  if ((map(record, 'other_config')['pci'] ?? '') !== '' || list(record, 'attached_PCIs').length > 0)
    return new ApiError('VM_HAS_PCI_ATTACHED', vm);
  if (list(record, 'VGPUs').length > 0) return new ApiError('VM_HAS_VGPU', vm);
  if (list(record, 'VUSBs').length > 0) return new ApiError('VM_HAS_VUSBS', vm);
  return undefined;
}

// What is refused, as an API server words it: a Status with code, reason and causes. Within the process the same refusal is a KubeError, so that both doors
// say the same. The wording is that of kube-apiserver 1.36; the contract suite compares.
import { KubeError, type KubeErrorKind, type Resource } from '../kubernetes/api';

export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** One thing wrong with a field. */
export interface Fault {
  readonly reason: FaultReason;
  /** `spec.hosts[0].name`; '' is the object itself. */
  readonly field: string;
  /** Shown for those reasons that show it. */
  readonly value?: unknown;
  readonly detail?: string;
}

const LABELS = {
  FieldValueRequired: 'Required value',
  FieldValueForbidden: 'Forbidden',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
} as const;

export type FaultReason = keyof typeof LABELS;

const WITHOUT_VALUE = new Set<FaultReason>(['FieldValueRequired', 'FieldValueForbidden', 'FieldValueTooLong']);

export class ApiError extends KubeError {
  constructor(
    kind: KubeErrorKind,
    /** HTTP status. */
    readonly code: number,
    /** Undefined for the few failures that have none. */
    readonly reason: string | undefined,
    message: string,
    readonly details?: StatusDetails,
  ) {
    super(kind, message);
  }
}

export function statusOf(error: ApiError): StatusBody {
  const { message, reason, details, code } = error;
  return failure(code, message, { ...(reason === undefined ? {} : { reason }), ...(details === undefined ? {} : { details }) });
}

function failure(code: number, message: string, more: Partial<StatusBody>): StatusBody {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...more, code };
}

/** `poolupgrades.xenpool.dev`, `configmaps`. */
export function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

export function notFound({ group, plural }: Resource, name: string): ApiError {
  const details = { name, ...groupOf(group), kind: plural };
  return new ApiError('NotFound', 404, 'NotFound', `${qualified(plural, group)} "${name}" not found`, details);
}

/** For paths at which nothing is. */
export function noSuchPath(): ApiError {
  return new ApiError('NotFound', 404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists({ group, plural }: Resource, name: string): ApiError {
  const details = { name, ...groupOf(group), kind: plural };
  return new ApiError('AlreadyExists', 409, 'AlreadyExists', `${qualified(plural, group)} "${name}" already exists`, details);
}

/** @param why the default is what every client knows as a lost race */
export function conflict(
  { group, plural }: Resource,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": ${why}`;
  return new ApiError('Conflict', 409, 'Conflict', message, { name, ...groupOf(group), kind: plural });
}

export function badRequest(message: string): ApiError {
  return new ApiError('Invalid', 400, 'BadRequest', message);
}

/** What is expired is too old for this server: list again. */
export function expired(message: string): ApiError {
  return new ApiError('Gone', 410, 'Expired', message);
}

export function invalid({ group, kind }: Resource, name: string, faults: readonly Fault[]): ApiError {
  const causes = faults.map((fault) => ({ reason: fault.reason, message: worded(fault), field: fieldOf(fault) }));
  const lines = [...new Set(faults.map((fault) => `${fieldOf(fault)}: ${worded(fault)}`))];
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const message = `${qualified(kind, group)} "${name}" is invalid: ${all}`;
  return new ApiError('Invalid', 422, 'Invalid', message, { name, ...groupOf(group), kind, causes });
}

function fieldOf({ field }: Fault): string {
  return field === '' ? '<nil>' : field;
}

/** A fault without its field. */
export function worded({ reason, value, detail }: Fault): string {
  const shown = WITHOUT_VALUE.has(reason) ? '' : `: ${shownValue(value)}`;
  return `${LABELS[reason]}${shown}${detail === undefined || detail === '' ? '' : `: ${detail}`}`;
}

function shownValue(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}

function groupOf(group: string): { readonly group?: string } {
  return group === '' ? {} : { group };
}

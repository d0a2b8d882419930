// One error type for everything that can go wrong between us and a pool. `kind` is what a caller switches on, and one table says which of XenAPI's
// codes belongs where and whether the same call may simply be sent again.

import type { TransportFailureKind } from './transport';

/**
 * - `Transport`: no whole answer (see `maybeDelivered`). - `Protocol`: an answer that is none of XAPI's.
 * - `Untrusted`: the host showed a certificate that is not trusted (its fingerprint is the first of `params`); it was told nothing.
 * - `Session`: the session is gone. - `NotMaster`: asked a member. - `NotReady`: XAPI is starting or in emergency mode.
 * - `Credentials`: login or right refused. - `Busy`: another operation is in the way. - `StaleHandle`: the object is gone.
 * - `ApiAge`: this release has no such call or parameter. - `Capacity`: no room. - `MixedMode`: forbidden while versions differ.
 * - `HighAvailability`: HA or clustering forbids. - `Plugin`: a dom0 plugin is missing or failed. - `Refused`: every other refusal; depends on the object.
 */
export type XapiErrorKind =
  | 'Transport'
  | 'Protocol'
  | 'Untrusted'
  | 'Session'
  | 'NotMaster'
  | 'NotReady'
  | 'Credentials'
  | 'Busy'
  | 'StaleHandle'
  | 'ApiAge'
  | 'Capacity'
  | 'MixedMode'
  | 'HighAvailability'
  | 'Plugin'
  | 'Refused';

interface CodeRule {
  readonly kind: XapiErrorKind;
  /** Whether the very same call may be sent again later with a chance to succeed, nothing else changed. */
  readonly repeatable: boolean;
}

const later = (kind: XapiErrorKind): CodeRule => ({ kind, repeatable: true });
const never = (kind: XapiErrorKind): CodeRule => ({ kind, repeatable: false });

/** Codes that mean more than "refused". Source: the error reference of XenAPI and XenCenter's and Xen Orchestra's treatment of them. */
export const CODE_RULES: ReadonlyMap<string, CodeRule> = new Map(
  Object.entries({
    SESSION_INVALID: later('Session'),
    HOST_IS_SLAVE: later('NotMaster'),
    CANNOT_CONTACT_HOST: later('NotReady'),
    HOST_STILL_BOOTING: later('NotReady'),
    HOST_IN_EMERGENCY_MODE: later('NotReady'),
    HOST_MASTER_CANNOT_TALK_BACK: later('NotReady'),
    HOST_UNKNOWN_TO_MASTER: later('NotReady'),
    HOST_HAS_NO_MANAGEMENT_IP: later('NotReady'),
    HOST_XAPI_VERSION_HIGHER_THAN_COORDINATOR: later('NotReady'),
    OTHER_OPERATION_IN_PROGRESS: later('Busy'),
    HOST_EVACUATE_IN_PROGRESS: later('Busy'),
    TOO_MANY_STORAGE_MIGRATES: later('Busy'),
    TOO_MANY_PENDING_TASKS: later('Busy'),
    HANDLE_INVALID: never('StaleHandle'),
    UUID_INVALID: never('StaleHandle'),
    MESSAGE_METHOD_UNKNOWN: never('ApiAge'),
    MESSAGE_PARAMETER_COUNT_MISMATCH: never('ApiAge'),
    HOST_NOT_ENOUGH_FREE_MEMORY: never('Capacity'),
    NO_HOSTS_AVAILABLE: never('Capacity'),
    SR_SUSPEND_SPACE_INSUFFICIENT: never('Capacity'),
    NOT_SUPPORTED_DURING_UPGRADE: never('MixedMode'),
    VM_HOST_INCOMPATIBLE_VERSION: never('MixedMode'),
    HA_IS_ENABLED: never('HighAvailability'),
    HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN: never('HighAvailability'),
    CLUSTERED_SR_DEGRADED: later('HighAvailability'),
    SESSION_AUTHENTICATION_FAILED: never('Credentials'),
    RBAC_PERMISSION_DENIED: never('Credentials'),
    LICENCE_RESTRICTION: never('Credentials'),
    XENAPI_MISSING_PLUGIN: never('Plugin'),
    UNKNOWN_XENAPI_PLUGIN_FUNCTION: never('Plugin'),
    XENAPI_PLUGIN_FAILURE: never('Plugin'),
  }),
);

/** The rule of a code; `Refused` and not repeatable for the hundreds that depend on the object concerned. */
export function ruleOf(code: string): CodeRule {
  return CODE_RULES.get(code) ?? never('Refused');
}

export interface XapiErrorFields {
  readonly kind: XapiErrorKind;
  /** For a person: what was found, what was expected. Holds no secret. */
  readonly text: string;
  /** Whether the call may have been carried out all the same. */
  readonly maybeDelivered: boolean;
  readonly code?: string;
  readonly params?: readonly string[];
  /** The method that was called. */
  readonly method?: string;
  /** Reference of the object concerned. */
  readonly object?: string;
  /** How the wire failed, for `Transport`. */
  readonly transport?: TransportFailureKind;
  readonly cause?: unknown;
}

export class XapiError extends Error {
  readonly kind: XapiErrorKind;
  readonly maybeDelivered: boolean;
  /** XenAPI's own code and its parameters; '' and none when no XAPI answered. */
  readonly code: string;
  readonly params: readonly string[];
  readonly method: string | undefined;
  readonly object: string | undefined;
  readonly transport: TransportFailureKind | undefined;

  constructor(fields: XapiErrorFields) {
    super(fields.text, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'XapiError';
    this.kind = fields.kind;
    this.maybeDelivered = fields.maybeDelivered;
    this.code = fields.code ?? '';
    this.params = fields.params ?? [];
    this.method = fields.method;
    this.object = fields.object;
    this.transport = fields.transport;
  }

  /** Whether the same call may be sent again later: never when it may have been carried out. */
  get repeatable(): boolean {
    if (this.maybeDelivered) return false;
    return this.code === '' ? this.kind === 'Transport' : ruleOf(this.code).repeatable;
  }
}

/** Removes secrets (session references, passwords) from text that may leave the room. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/(session_id=)[^&\s"']+/g, '$1…');
  for (const secret of secrets) for (const spelling of spellings(secret)) clean = clean.split(spelling).join('…');
  return clean;
}

/** Whether a text holds any of the secrets. */
export function reveals(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => spellings(secret).some((spelling) => text.includes(spelling)));
}

/** A secret as it may come back: as it is, and as JSON, XML and URLs write it. */
function spellings(secret: string): readonly string[] {
  if (secret === '') return [];
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;');
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), quoted, xml, encodeURIComponent(secret)])];
}

/**
 * An error that XAPI answered: the call was certainly not carried out as asked.
 * @param origin  the host that answered, for the message
 * @param secrets texts that must not appear in it
 */
export function refusal(
  origin: string,
  method: string,
  error: { readonly code: string; readonly params: readonly string[] },
  secrets: readonly string[],
): XapiError {
  const { kind } = ruleOf(error.code);
  const code = redact(error.code, secrets);
  // The parameter of SESSION_INVALID is the session reference itself.
  const params = kind === 'Session' ? [] : error.params.map((param) => redact(param, secrets));
  const object = params.find((param) => param.startsWith('OpaqueRef:'));
  const text = `${origin} refused ${method} (${[code, ...params].join(', ')})`;
  const fields = { kind, text, maybeDelivered: false, code, params, method };
  return new XapiError(object === undefined ? fields : { ...fields, object });
}

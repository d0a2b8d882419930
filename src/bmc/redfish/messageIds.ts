// The table of what BMCs say when they refuse: message ids (their last segment; registries and versions differ) and statuses, each with the kind of error it is
// and what may be done about it. Source: bmc.md 1.10, 1.11, where each id has its own.
import type { BmcErrorKind } from '../bmc';

/**
 * - `again`: the same request, a little later.
 * - `negotiate`: the same with more or fewer properties.
 * - `next`: another value, or another slot.
 * - `free`: once what is in the way was taken away.
 * - `stop`: nothing mends it by itself.
 */
export type Advice = 'again' | 'negotiate' | 'next' | 'free' | 'stop';

export interface Meaning {
  readonly kind: BmcErrorKind;
  /** One word in PascalCase. */
  readonly reason: string;
  readonly advice: Advice;
}

const meaning = (kind: BmcErrorKind, reason: string, advice: Advice): Meaning => ({ kind, reason, advice });

const UNKNOWN_PROPERTY = meaning('Unsupported', 'PropertyRefused', 'negotiate');
const MISSING_PROPERTY = meaning('Unsupported', 'PropertyMissing', 'negotiate');
const OTHER_VALUE = meaning('Unsupported', 'ValueRefused', 'next');
const LOGIN = meaning('Unauthorized', 'LoginRefused', 'stop');
const LATER = meaning('Busy', 'LaterPlease', 'again');
const SESSIONS = meaning('Busy', 'SessionsExhausted', 'again');

export const MESSAGE_IDS: Readonly<Record<string, Meaning>> = {
  SYS518: meaning('Transient', 'DataNotReady', 'again'),
  SYS446: meaning('Transient', 'InternalError', 'again'),
  InternalError: meaning('Transient', 'InternalError', 'again'),
  RAC0218: SESSIONS,
  SessionLimitExceeded: SESSIONS,
  CreateLimitReachedForResource: SESSIONS,
  RAC0904: meaning('MediaUnreachable', 'ImageNotReached', 'stop'),
  ConnectionFailed: meaning('MediaUnreachable', 'ImageNotReached', 'stop'),
  VRM0021: meaning('Busy', 'MediaInUse', 'free'),
  VRM0012: meaning('Busy', 'MediaInUse', 'free'),
  ConnectionOccupied: meaning('Busy', 'MediaInUse', 'free'),
  FileTransferProtocolMismatch: meaning('Unsupported', 'SchemeNotOffered', 'stop'),
  LC068: meaning('Busy', 'ConfigurationPending', 'again'),
  RAC0679: meaning('Busy', 'JobRunning', 'again'),
  InvalidOperationForSystemState: meaning('Transient', 'StateForbids', 'again'),
  UnableToModifyDuringSystemPOST: meaning('Transient', 'PowerOnSelfTest', 'again'),
  ActionParameterValueConflict: meaning('Transient', 'StateForbids', 'again'),
  ActionParameterMissing: MISSING_PROPERTY,
  PropertyMissing: MISSING_PROPERTY,
  ActionParameterUnknown: UNKNOWN_PROPERTY,
  PropertyUnknown: UNKNOWN_PROPERTY,
  PropertyNotWritable: UNKNOWN_PROPERTY,
  ActionParameterNotSupported: OTHER_VALUE,
  ActionParameterValueNotInList: OTHER_VALUE,
  PropertyValueNotInList: OTHER_VALUE,
  ActionParameterValueFormatError: OTHER_VALUE,
  NoValidSession: LOGIN,
  ResourceAtUriUnauthorized: LOGIN,
  AuthorizationFailed: LOGIN,
  InsufficientPrivilege: meaning('Unauthorized', 'PrivilegeMissing', 'stop'),
  ServiceTemporarilyUnavailable: LATER,
  ServiceShuttingDown: LATER,
  ResourceInUse: LATER,
};

const STATUSES: Readonly<Record<number, Meaning>> = {
  400: meaning('Fatal', 'BadRequest', 'negotiate'),
  401: LOGIN,
  403: meaning('Unauthorized', 'PrivilegeMissing', 'stop'),
  404: meaning('Unsupported', 'NotFound', 'next'),
  405: meaning('Unsupported', 'NotOffered', 'next'),
  409: meaning('Conflict', 'StateForbids', 'free'),
  412: meaning('Conflict', 'ChangedMeanwhile', 'stop'),
  415: meaning('Unsupported', 'ContentRefused', 'stop'),
  428: meaning('Conflict', 'ConditionRequired', 'stop'),
  429: LATER,
  500: meaning('Transient', 'InternalError', 'again'),
  501: meaning('Unsupported', 'NotOffered', 'next'),
  502: meaning('Transient', 'InternalError', 'again'),
  503: LATER,
  504: meaning('Transient', 'InternalError', 'again'),
};

export const LICENCE_MISSING = meaning('Unsupported', 'LicenceMissing', 'stop');

/** Of a status alone. */
export function meaningOfStatus(status: number): Meaning {
  return STATUSES[status] ?? (status >= 500 ? STATUSES[500]! : meaning('Fatal', 'UnexpectedStatus', 'stop'));
}

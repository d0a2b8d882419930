// What a simulated BMC answers with: resources, and refusals in the words of its family.
import type { BmcResponse } from '../../bmc/transport';
import type { BmcProfile } from './profile';

export type Json = Readonly<Record<string, unknown>>;

export function resource(body: Json, headers: Readonly<Record<string, string>> = {}, status = 200): BmcResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export const DONE: BmcResponse = { status: 204, headers: {}, body: '' };

/** Ids of the standard's own registry; all others are the maker's. */
const BASE: ReadonlySet<string> = new Set([
  'GeneralError',
  'InternalError',
  'ResourceMissingAtURI',
  'ActionNotSupported',
  'NoValidSession',
  'ResourceAtUriUnauthorized',
  'PropertyUnknown',
  'PropertyMissing',
  'PropertyNotWritable',
  'PropertyValueNotInList',
  'ActionParameterMissing',
  'ActionParameterUnknown',
  'ActionParameterValueConflict',
  'ActionParameterValueNotInList',
  'ActionParameterNotSupported',
  'SessionLimitExceeded',
  'PreconditionFailed',
  'PreconditionRequired',
  'MalformedJSON',
  'UnrecognizedRequestBody',
]);

export interface Complaint {
  readonly status: number;
  readonly id: string;
  readonly text: string;
  /** Names of the properties it is about. */
  readonly about?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuse(
  { errors, registry }: Pick<BmcProfile, 'errors' | 'registry'>,
  { status, id, text, about = [], headers }: Complaint,
): BmcResponse {
  const full = `${BASE.has(id) ? 'Base.1.8' : registry}.${id}`;
  const info = {
    MessageId: full,
    Message: text,
    MessageArgs: about,
    RelatedProperties: about.map((name) => `#/${name}`),
    Severity: 'Warning',
    Resolution: 'None.',
  };
  const error = {
    ...(errors.code ? { code: full } : {}),
    message: 'See @Message.ExtendedInfo for more information.',
    '@Message.ExtendedInfo': errors.single ? info : [info],
  };
  return resource({ error }, headers, status);
}

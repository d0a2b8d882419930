// What a method takes and returns, asked from the datamodel by the name that travels on the wire (`VM.start`, `Async.VM.start`).
import { classSince, message } from '../../datamodel/datamodel';

export interface Signature {
  /** Types of all parameters in order, the session reference included where one is taken. */
  readonly params: readonly { readonly name: string; readonly type: string }[];
  /** Type of the result; `task ref` for an `Async.` form. */
  readonly result: string;
  /** Whether a session reference comes as the first parameter. */
  readonly session: boolean;
}

const ASYNC = 'Async.';
const SESSION_PARAMETER = { name: 'session_id', type: 'session ref' };

/** The signature of a method as it travels. undefined: hidden from the datamodel; its values travel untyped, its first parameter is the session. */
export function signatureOf(method: string): Signature | undefined {
  const asynchronous = method.startsWith(ASYNC);
  const plain = asynchronous ? method.slice(ASYNC.length) : method;
  const dot = plain.indexOf('.');
  const [cls, name] = [plain.slice(0, dot), plain.slice(dot + 1)];
  const found = message(cls, name) ?? filtered(cls, name);
  if (found === undefined) return undefined;
  return {
    params: found.session ? [SESSION_PARAMETER, ...found.params] : found.params,
    result: asynchronous ? 'task ref' : found.result,
    session: found.session,
  };
}

/** `get_all_records_where`, which every class has and the datamodel does not write down. */
function filtered(cls: string, name: string): Signature | undefined {
  if (name !== 'get_all_records_where' || classSince(cls) === undefined) return undefined;
  return { params: [{ name: 'expr', type: 'string' }], result: `(${cls} ref -> ${cls} record) map`, session: true };
}

// What a method takes and returns, asked from the datamodel by the name that travels on the wire (`VM.start`, `Async.VM.start`).
import { classSince, type Message, message } from '../../datamodel/datamodel';
import { parseType, type XenType } from './types';

export interface SignedParameter {
  readonly name: string;
  /** In the datamodel's notation, and parsed. */
  readonly type: string;
  readonly parsed: XenType;
}

export interface Signature {
  /** Types of all parameters in order, the session reference included where one is taken. */
  readonly params: readonly SignedParameter[];
  /** Type of the result; `task ref` for an `Async.` form. */
  readonly result: string;
  /** Whether a session reference comes as the first parameter. */
  readonly session: boolean;
}

const ASYNC = 'Async.';
const SESSION_PARAMETER = signed({ name: 'session_id', type: 'session ref' });
/** Signatures by method: the memo of a pure function over a table that never changes, asked several times a call. */
const known = new Map<string, Signature>();

/** The signature of a method as it travels. undefined: hidden from the datamodel; its values travel untyped, its first parameter is the session. */
export function signatureOf(method: string): Signature | undefined {
  const before = known.get(method);
  if (before !== undefined) return before;
  const signature = lookUp(method);
  // Names that are none are not kept, so that their number has no bearing on memory.
  if (signature !== undefined) known.set(method, signature);
  return signature;
}

function lookUp(method: string): Signature | undefined {
  const asynchronous = method.startsWith(ASYNC);
  const plain = asynchronous ? method.slice(ASYNC.length) : method;
  const dot = plain.indexOf('.');
  const [cls, name] = [plain.slice(0, dot), plain.slice(dot + 1)];
  const found = message(cls, name) ?? filtered(cls, name);
  if (found === undefined) return undefined;
  const params = found.params.map(signed);
  return {
    params: found.session ? [SESSION_PARAMETER, ...params] : params,
    result: asynchronous ? 'task ref' : found.result,
    session: found.session,
  };
}

function signed({ name, type }: { readonly name: string; readonly type: string }): SignedParameter {
  return { name, type, parsed: parseType(type) };
}

/** `get_all_records_where`, which every class has and the datamodel does not write down. */
function filtered(cls: string, name: string): Pick<Message, 'params' | 'result' | 'session'> | undefined {
  if (name !== 'get_all_records_where' || classSince(cls) === undefined) return undefined;
  return { params: [{ name: 'expr', type: 'string' }], result: `(${cls} ref -> ${cls} record) map`, session: true };
}

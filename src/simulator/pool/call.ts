// One XenAPI call on its way through the simulated XAPI, and how a handler reads its arguments. The dispatcher has already counted them and given
// them their declared types, so these readers cannot fail.
import type { Cause, HostUuid } from '../world';
import type { FieldValue, Ref } from './liveDatabase';

export interface Call {
  /** Without `Async.`: `VM.start`. */
  readonly method: string;
  readonly cls: string;
  readonly name: string;
  /** Without the session; an optional one that was left out is undefined. */
  readonly args: readonly (FieldValue | undefined)[];
  readonly session: Ref;
  /** Tag of the transport it came by. */
  readonly caller: string;
  /** The host that was addressed. */
  readonly receiver: HostUuid;
  /** Key for `current_operations`; a record of class task only when the call is asynchronous. */
  readonly task: Ref;
  readonly cause: Cause;
  /** Aborts when nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/** The value to answer with; '' for void. */
export type Handler = (call: Call) => FieldValue | Promise<FieldValue>;
export type Handlers = Readonly<Record<string, Handler>>;

export const VOID = '';

export function textArgument(call: Call, index: number): string {
  const value = call.args[index];
  return typeof value === 'string' ? value : '';
}

/** References are texts; the name says what is meant. */
export const refArgument: (call: Call, index: number) => Ref = textArgument;

export function numberArgument(call: Call, index: number): number {
  const value = call.args[index];
  return typeof value === 'number' ? value : 0;
}

export function flagArgument(call: Call, index: number): boolean {
  return call.args[index] === true;
}

export function listArgument(call: Call, index: number): readonly string[] {
  const value = call.args[index];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export function mapArgument(call: Call, index: number): Readonly<Record<string, string>> {
  const value = call.args[index];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, string>>) : {};
}

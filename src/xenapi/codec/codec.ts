// What the client asks of a dialect. Two exist: XML-RPC, which every release speaks, and JSON-RPC 2.0, which costs a fraction of it.
import type { Body } from '../body';
import type { XapiResponse } from '../transport';

export type Dialect = 'json' | 'xml';

/** An answer of XAPI itself: a value not yet normalised, or its error code with parameters. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly params: readonly string[] } };

export interface Codec {
  readonly dialect: Dialect;
  /** Where requests of this dialect are posted. */
  readonly path: string;
  /**
   * @param params in wire order, the session reference first where the method takes one
   * @throws TypeError for parameters that are not of their declared types
   */
  encodeCall(method: string, params: readonly unknown[]): string;
  /** @throws XapiError `Protocol` for a body that is neither a value nor an error of XAPI */
  decodeReply(response: XapiResponse): Reply;
  /** The same outcome and errors, a few thousand characters a step. */
  decodeInSteps(response: XapiResponse): Generator<void, Reply>;
}

/** Parameters of an error as text. XAPI writes text; what is none has no text of its own, and need not be one that can be made into text. */
export function errorParameters(params: readonly unknown[]): readonly string[] {
  return params.map((param) => (typeof param === 'object' && param !== null ? '(not text)' : String(param)));
}

/** Characters that a step takes in: a millisecond or two of work. */
const STEP = 16 * 1024;

/** A text in pieces. */
export function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += STEP) yield text.slice(at, at + STEP);
}

/** The text of an answer in such pieces. */
export function* piecesOf(text: Body): Generator<string> {
  for (const piece of text.pieces ?? [text.body]) yield* pieces(piece);
}

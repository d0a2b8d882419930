// XML-RPC bodies to values, synchronously. The deserializer of `xmlrpc` wants a stream; it gets one that hands over the whole text at once, so the
// callback has run when the call returns. Three of its tag handlers are replaced: dates stay text (it would read zoneless ones in the process's own
// zone), `nan` and `inf` do not lose a whole answer, and a member called `__proto__` is a member like any other.
import Deserializer from 'xmlrpc/lib/deserializer';
import { pieces } from './codec';

/** The value of a method response. @throws Error for anything else, a fault included */
export function parseMethodResponse(body: string): unknown {
  const parser = methodResponseParser();
  for (const piece of pieces(body)) parser.write(piece);
  return parser.end();
}

/** A method response that comes in pieces. Errors come from `end`, or from `write` where the parser itself gives up. */
export interface ResponseParser {
  write(piece: string): void;
  /** The value. @throws Error as {@link parseMethodResponse} */
  end(): unknown;
}

/** XenAPI's values are a handful of levels deep; what goes far beyond is no answer, and costs ever more to read. */
const DEEPEST = 100;

export function methodResponseParser(): ResponseParser {
  const machine = deserializer();
  let sink: { write(text: string): void; end(): void } | undefined;
  let outcome: { readonly error?: unknown; readonly value?: unknown } | undefined;
  const source = { setEncoding: () => undefined, on: () => undefined, pipe: (parser: typeof sink) => void (sink = parser) };
  machine.deserializeMethodResponse(source, (error, value) => {
    outcome ??= { error, value };
  });
  return {
    write(piece) {
      sink?.write(piece);
      if (machine.marks.length > DEEPEST) throw new Error(`values nested more than ${DEEPEST} deep`);
    },
    end() {
      sink?.end();
      return valueOf(outcome);
    },
  };
}

function valueOf(outcome: { readonly error?: unknown; readonly value?: unknown } | undefined): unknown {
  if (outcome === undefined) throw new Error('the XML ended without a response');
  if (outcome.error !== undefined && outcome.error !== null) throw asError(outcome.error);
  return outcome.value;
}

/** Method and parameters of a method call. @throws Error for anything else */
export function parseMethodCall(body: string): { readonly method: string; readonly params: readonly unknown[] } {
  let outcome:
    { readonly error?: unknown; readonly method?: string | undefined; readonly params?: unknown[] | undefined } | undefined;
  deserializer().deserializeMethodCall(wholeText(body), (error, method, params) => {
    outcome ??= { error, method, params };
  });
  if (outcome?.error !== undefined && outcome.error !== null) throw asError(outcome.error);
  if (outcome?.method === undefined) throw new Error('the XML ended without a method call');
  return { method: outcome.method, params: outcome.params ?? [] };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function wholeText(body: string): Parameters<Deserializer['deserializeMethodResponse']>[0] {
  return {
    setEncoding: () => undefined,
    on: () => undefined,
    pipe(parser) {
      parser.write(body);
      parser.end();
    },
  };
}

const DOUBLES: Readonly<Record<string, number>> = { nan: NaN, '-nan': NaN, inf: Infinity, '-inf': -Infinity };

function deserializer(): Deserializer {
  const machine = new Deserializer();
  const push = (value: unknown): void => {
    machine.stack.push(value);
    machine.value = false;
  };
  machine.endDateTime = push;
  machine.endDouble = (text) => push(DOUBLES[text.trim().toLowerCase()] ?? double(text));
  machine.endStruct = () => {
    const mark = machine.marks.pop() ?? 0;
    push(struct(machine.stack.splice(mark)));
  };
  return machine;
}

function double(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new Error(`expected a double, found "${text.slice(0, 40)}"`);
  return value;
}

/** Names and values in turn. */
function struct(items: readonly unknown[]): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (let index = 0; index + 1 < items.length; index += 2) {
    const name = String(items[index]);
    const value = items[index + 1];
    if (name === '__proto__')
      Object.defineProperty(members, name, { value, enumerable: true, writable: true, configurable: true });
    else members[name] = value;
  }
  return members;
}

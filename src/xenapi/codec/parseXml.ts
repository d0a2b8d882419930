// XML-RPC bodies to values, synchronously. The tag handlers are those of `xmlrpc`, a stack machine; its constructor would put a stream of events before
// them, which costs four fifths of the reading, so the parser calls them by itself. Three of them are replaced: dates stay text (it would read zoneless
// ones in the process's own zone), `nan` and `inf` do not lose a whole answer, and a member called `__proto__` is a member like any other.
import { SAXParser } from 'sax';
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
  const { machine, write, end } = startReading();
  return {
    write,
    end() {
      const values = end();
      if (machine.type !== 'methodresponse' || machine.responseType !== 'params' || values.length !== 1)
        throw new Error('expected a method response with one value');
      return values[0];
    },
  };
}

/** Method and parameters of a method call. @throws Error for anything else */
export function parseMethodCall(body: string): { readonly method: string; readonly params: readonly unknown[] } {
  const { machine, write, end } = startReading();
  write(body);
  const params = end();
  if (machine.type !== 'methodcall' || !machine.methodname) throw new Error('expected a method call with a name');
  return { method: machine.methodname, params };
}

interface Reading {
  readonly machine: Deserializer;
  write(piece: string): void;
  /** All values of the message. @throws Error for a fault, and for what is no message */
  end(): readonly unknown[];
}

function startReading(): Reading {
  const machine = tagHandlers();
  const heard: { error?: unknown; values?: readonly unknown[] } = {};
  machine.callback = (error, values) => {
    if (error !== undefined && error !== null) heard.error ??= error;
    else if (values !== undefined) heard.values = values;
  };
  const parser = parserFor(machine);
  const stopAtError = (): void => {
    if (heard.error !== undefined) throw asError(heard.error);
  };
  return {
    machine,
    write(piece) {
      parser.write(piece);
      stopAtError();
      if (machine.marks.length > DEEPEST) throw new Error(`values nested more than ${DEEPEST} deep`);
    },
    end() {
      parser.close();
      stopAtError();
      if (heard.values === undefined) throw new Error('the XML ended without a message');
      return heard.values;
    },
  };
}

function parserFor(machine: Deserializer): SAXParser {
  // Counting lines and columns takes a fifth of the time.
  const parser = new SAXParser(false, { position: false });
  parser.onopentag = (tag) => machine.onOpentag(tag);
  parser.onclosetag = (name) => machine.onClosetag(name);
  parser.ontext = (text) => machine.onText(text);
  parser.oncdata = (text) => machine.onCDATA(text);
  parser.onerror = (error) => machine.onError(error);
  parser.onend = () => machine.onDone();
  return parser;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const DOUBLES: Readonly<Record<string, number>> = { nan: NaN, '-nan': NaN, inf: Infinity, '-inf': -Infinity };

/** The machine in the state its constructor leaves it in, but for the stream. */
const BLANK = { type: null, responseType: null, methodname: null, value: false, error: null } as const;

function tagHandlers(): Deserializer {
  const machine = Object.create(Deserializer.prototype) as Deserializer;
  Object.assign(machine, BLANK, { stack: [], marks: [], data: [] });
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

// Bodies of both dialects as one kind of tree that keeps how each value was written: the element of XML-RPC that carried it, or the type in JSON.
import sax from 'sax';

export interface WireNode {
  /** XML: `text` (bare inside <value>) or the name of the element; JSON: `string`, `number`, `boolean`, `null`. Both: `array`, `struct`. */
  readonly kind: string;
  /** Of a scalar, as it stood there. */
  readonly text: string;
  readonly items: readonly WireNode[];
  readonly members: ReadonlyMap<string, WireNode>;
}

const NOTHING = { items: [], members: new Map<string, WireNode>() } as const;

export function scalar(kind: string, text: string): WireNode {
  return { kind, text, ...NOTHING };
}

export function parseJson(body: string): WireNode {
  return fromJson(JSON.parse(body) as unknown);
}

function fromJson(value: unknown): WireNode {
  if (Array.isArray(value)) return { kind: 'array', text: '', items: value.map(fromJson), members: new Map() };
  if (typeof value !== 'object' || value === null) return scalar(value === null ? 'null' : typeof value, String(value));
  const members = new Map(Object.entries(value).map(([name, item]) => [name, fromJson(item)]));
  return { kind: 'struct', text: '', items: [], members };
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The value of a method response's only parameter. @throws Error for any other document */
export function parseXmlResponse(body: string): WireNode {
  const root = parseElements(body);
  const value = [root, 'params', 'param', 'value'].reduce((at: string | Element, name) =>
    typeof at === 'string' ? at : child(at, String(name)),
  );
  if (root.name !== 'methodResponse' || typeof value === 'string') throw new Error('the recording holds no method response');
  return fromValue(value);
}

function parseElements(body: string): Element {
  const parser = sax.parser(true);
  const document: Element = { name: '', children: [], text: '' };
  const open = [document];
  const top = (): Element => open[open.length - 1]!;
  parser.onopentag = ({ name }) => {
    const element = { name, children: [], text: '' };
    top().children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => void open.pop();
  parser.ontext = (text) => {
    top().text += text;
  };
  parser.onerror = (error) => {
    throw error;
  };
  parser.write(body).close();
  return document.children[0] ?? document;
}

function child(element: Element, name: string): Element {
  const found = element.children.find((each) => each.name === name);
  if (found === undefined) throw new Error(`<${element.name}> has no <${name}>`);
  return found;
}

/** What stands in a <value>. */
function fromValue(value: Element): WireNode {
  const [typed] = value.children;
  if (typed === undefined) return scalar('text', value.text);
  if (typed.name === 'array')
    return { kind: 'array', text: '', items: child(typed, 'data').children.map(fromValue), members: new Map() };
  if (typed.name !== 'struct') return scalar(typed.name, typed.text);
  const members = typed.children.map((member): [string, WireNode] => [
    child(member, 'name').text,
    fromValue(child(member, 'value')),
  ]);
  return { kind: 'struct', text: '', items: [], members: new Map(members) };
}

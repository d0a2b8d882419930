// The little of XML that an answer file is made of: elements with attributes and either text or elements. One way to write each tree, so that a text that was
// read can be compared with what should have been written; and a reader that knows nothing else.
import sax from 'sax';
import { AnswerFileRefused } from './refused';

export interface XmlElement {
  readonly name: string;
  /** In the order in which they are written. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Text, or elements one a line. */
  readonly content: string | readonly XmlElement[];
}

const NAME = /^[a-z][a-z-]*$/;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** @throws AnswerFileRefused for what XML, or an installer, could not read back */
export function writeXml(element: XmlElement): string {
  return `${lines(element, '').join('\n')}\n`;
}

function lines({ name, attributes, content }: XmlElement, indent: string): readonly string[] {
  const words = Object.entries(attributes).map(([key, value]) => ` ${checkedName(key)}="${escaped(value)}"`);
  const open = `${indent}<${checkedName(name)}${words.join('')}>`;
  if (typeof content === 'string') return [`${open}${escaped(content)}</${name}>`];
  return [open, ...content.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`];
}

function checkedName(name: string): string {
  if (!NAME.test(name)) throw new AnswerFileRefused(`${JSON.stringify(name)} is no name of an element or attribute`);
  return name;
}

function escaped(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new AnswerFileRefused('it would hold a character outside printable ASCII');
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** Far more than any answer file of ours has. */
const MOST_CHARACTERS = 16 * 1024;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** @throws AnswerFileRefused for anything but one tree of elements: a declaration, a comment, CDATA, a document type, or no XML at all */
export function readXml(text: string): XmlElement {
  if (text.length > MOST_CHARACTERS) throw new AnswerFileRefused(`it has ${text.length} characters`);
  const stack: Open[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const parser = sax.parser(true);
  const refuse = (what: string) => (): never => {
    throw new AnswerFileRefused(`it holds ${what}`);
  };
  parser.ondoctype = refuse('a document type');
  parser.onprocessinginstruction = refuse('a processing instruction');
  parser.oncomment = refuse('a comment');
  parser.onopencdata = refuse('CDATA');
  parser.onerror = (error): never => {
    throw new AnswerFileRefused(`it is not XML (${error.message.split('\n')[0]})`);
  };
  parser.onopentag = ({ name, attributes }): void => {
    stack.push({ name, attributes: { ...(attributes as Record<string, string>) }, children: [], text: '' });
  };
  parser.ontext = (part): void => void (stack.at(-1)!.text += part);
  parser.onclosetag = (): void => {
    const done = stack.pop()!;
    stack.at(-1)!.children.push(closed(done));
  };
  parser.write(text).close();
  const [root, ...others] = stack[0]!.children;
  if (root === undefined || others.length > 0) throw new AnswerFileRefused('it is not one element');
  return root;
}

function closed({ name, attributes, children, text }: Open): XmlElement {
  if (children.length === 0) return { name, attributes, content: text };
  if (text.trim() !== '') throw new AnswerFileRefused(`<${name}> holds text beside elements`);
  return { name, attributes, content: children };
}

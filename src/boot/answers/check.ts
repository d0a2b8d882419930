// The guard before an answer file leaves the house: the text is parsed back and held against what was asked for. It shares nothing with the renderer but the
// reader of XML, so that a mistake there, or a text that came from anywhere else, is seen here.
import { type AnswerAsked, scriptsOf } from './asked';
import { AnswerFileRefused } from './refused';
import { readXml, writeXml, type XmlElement } from './xml';

/**
 * Invariant I3: no installer gets an answer file other than an upgrade, or a restore that was asked for.
 * @throws AnswerFileRefused
 */
export function checkAnswerFile(text: string, asked: AnswerAsked): void {
  const root = readXml(text);
  if (asked.kind === 'restore') expectRoot(root, 'restore', {});
  else expectRoot(root, 'installation', { mode: 'upgrade' });
  const { content } = root;
  if (typeof content === 'string') throw new AnswerFileRefused(`<${root.name}> holds no elements`);
  const left = new Map<string, XmlElement[]>();
  for (const child of content) left.set(child.name, [...(left.get(child.name) ?? []), child]);
  takeDisk(left, asked);
  takeSource(left, asked);
  takeScripts(left, asked);
  for (const name of left.keys()) throw new AnswerFileRefused(`<${name}> is no element that belongs there`);
  // Whatever a parser forgives (an attribute given twice, a reference to a character) is no text of ours.
  if (writeXml(root) !== text) throw new AnswerFileRefused('it is not written as we write');
}

function expectRoot({ name, attributes }: XmlElement, wanted: string, words: Readonly<Record<string, string>>): void {
  if (name !== wanted) throw new AnswerFileRefused(`its root is <${name}> and not <${wanted}>`);
  expectAttributes(name, attributes, words);
}

function takeDisk(left: Map<string, XmlElement[]>, asked: AnswerAsked): void {
  const name = asked.kind === 'restore' ? 'backup-disk' : 'existing-installation';
  expectText(takeOne(left, name), {}, asked.disk);
}

function takeSource(left: Map<string, XmlElement[]>, asked: AnswerAsked): void {
  if (asked.kind === 'upgrade') expectText(takeOne(left, 'source'), { type: 'url' }, asked.source);
}

function takeScripts(left: Map<string, XmlElement[]>, asked: AnswerAsked): void {
  const found = left.get('script') ?? [];
  const wanted = scriptsOf(asked);
  left.delete('script');
  if (found.length !== wanted.length) throw new AnswerFileRefused(`it has ${found.length} scripts and not ${wanted.length}`);
  wanted.forEach(({ stage, url }, index) => expectText(found[index]!, { stage, type: 'url' }, url));
}

function takeOne(left: Map<string, XmlElement[]>, name: string): XmlElement {
  const [one, ...others] = left.get(name) ?? [];
  left.delete(name);
  if (one === undefined || others.length > 0) throw new AnswerFileRefused(`it does not have exactly one <${name}>`);
  return one;
}

function expectText({ name, attributes, content }: XmlElement, words: Readonly<Record<string, string>>, text: string): void {
  expectAttributes(name, attributes, words);
  if (content !== text) throw new AnswerFileRefused(`<${name}> does not say what was asked for`);
}

function expectAttributes(name: string, found: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): void {
  const same = Object.keys(found).length === Object.keys(wanted).length;
  if (same && Object.entries(wanted).every(([key, value]) => Object.hasOwn(found, key) && found[key] === value)) return;
  const words = Object.entries(wanted).map(([key, value]) => `${key}="${value}"`);
  throw new AnswerFileRefused(`the attributes of <${name}> are not ${words.join(' ') || 'none'}`);
}

// Blanks in attribute values do not survive an XML parser, so XAPI writes them as `%` and a letter, below the XML escapes.
// Source: xen-api ocaml/database/xml_spaces.ml; `%_` for two spaces is what older XAPI wrote.
import { DatabaseError } from './databaseError';

const MEANING: Readonly<Record<string, string>> = { '.': ' ', _: '  ', t: '\t', n: '\n', r: '\r', '%': '%' };
const BLANKS: Readonly<Record<string, string>> = { ' ': '%.', '\t': '%t', '\n': '%n', '\r': '%r', '%': '%%' };
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A `%` before any other character stands for itself. */
export function unescapeBlanks(text: string): string {
  return text.includes('%') ? text.replace(/%([._tnr%])/g, (_, letter: string) => MEANING[letter] ?? '') : text;
}

/** Single spaces between words stay as they are, as in the dumps of all releases; only those an XML parser may touch are escaped. */
export function escapeBlanks(text: string): string {
  return text.replace(/[%\t\n\r]|^ +| +$| {2,}/g, (found) => [...found].map((blank) => BLANKS[blank] ?? blank).join(''));
}

/** Whether a text is written as it is: most are, and a dump has a hundred thousand of them. */
export function isPlain(text: string): boolean {
  return !/["%&<>]|[^ -~]| {2}|^ | $/.test(text);
}

/** @throws DatabaseError for characters that XML 1.0 cannot carry at all */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters looked for
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
  if (forbidden.test(text)) throw new DatabaseError('Unprintable', 'a value holds a character that XML cannot carry');
  return text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
}

// As much of GRUB's script language (GRUB manual 2.06, section 6) as it takes to find menu entries and their lines: words, quotes, comments, braces. What it means
// is not looked at.
import { notUnderstood } from '../mediaError';

export interface GrubEntry {
  /** `menuentry "install" --unrestricted {`, as written. */
  readonly header: string;
  readonly title: string;
  readonly kind: 'menuentry' | 'submenu';
  readonly body: string;
}

export interface OutsideLine {
  readonly text: string;
  /** It says, under no condition, which entry starts and when, and nothing else. */
  readonly choice: boolean;
}

export interface GrubScript {
  /** Everything outside of entries, without lines that are a comment. */
  readonly around: readonly OutsideLine[];
  readonly entries: readonly GrubEntry[];
}

const OPENS = /^(if|for|while|until|\{)$/;
const CHOICE = /^(set\s+)?(default|timeout|timeout_style)=("[^"]*"|'[^']*'|[^\s;"']*)$/;
const CLOSES = /^(fi|done|\})$/;

/** @throws MediaError where braces or quotes do not match, or an entry depends on a condition */
export function parseGrub(text: string, where: string): GrubScript {
  const around: OutsideLine[] = [];
  const entries: GrubEntry[] = [];
  let nested = 0;
  for (let at = 0; at < text.length;) {
    const end = endOfLine(text, at, where);
    const line = text.slice(at, end).trim();
    const first = line.split(/\s/, 1)[0] ?? '';
    const isEntry = first === 'menuentry' || first === 'submenu';
    if (isEntry && nested > 0)
      throw notUnderstood(where, `the ${first} inside a condition, loop or function`, 'entries that stand by themselves');
    if (isEntry) {
      const start = text.indexOf(first, at);
      const { entry, after } = entryAt(text, start, first, where);
      entries.push(entry);
      at = after;
      continue;
    }
    if (line !== '' && !line.startsWith('#')) around.push({ text: line, choice: nested === 0 && CHOICE.test(line) });
    nested += depthOf(line);
    at = end + 1;
  }
  return { around, entries };
}

/** How much deeper into functions, conditions and loops a line leads. */
function depthOf(line: string): number {
  if (line.startsWith('#')) return 0;
  const words = line.split(/[;\s]+/);
  return words.filter((word) => OPENS.test(word)).length - words.filter((word) => CLOSES.test(word)).length;
}

function entryAt(
  text: string,
  start: number,
  kind: 'menuentry' | 'submenu',
  where: string,
): { readonly entry: GrubEntry; readonly after: number } {
  const open = findOutside(text, start, '{', where);
  const close = closingBrace(text, open, where);
  const header = text.slice(start, open + 1).trim();
  const title = unquoted(wordsOf(header.slice(kind.length, -1), where)[0] ?? '');
  return { entry: { header, title, kind, body: text.slice(open + 1, close) }, after: close + 1 };
}

function endOfLine(text: string, from: number, where: string): number {
  const line = text.indexOf('\n', from);
  const comment = text
    .slice(from, line < 0 ? undefined : line)
    .trimStart()
    .startsWith('#');
  if (comment) return line < 0 ? text.length : line;
  for (let at = from; at < text.length; at = step(text, at, where)) if (text[at] === '\n') return at;
  return text.length;
}

function findOutside(text: string, from: number, wanted: string, where: string): number {
  for (let at = from; at < text.length; at = step(text, at, where)) if (text[at] === wanted) return at;
  throw notUnderstood(where, `a menu entry without ${wanted}`, 'one in braces');
}

function closingBrace(text: string, open: number, where: string): number {
  let depth = 0;
  for (let at = open; at < text.length; at = step(text, at, where)) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  throw notUnderstood(where, 'a menu entry without its closing brace', 'one in braces');
}

/** Over one character, or over all that quotes, an escape, a variable's braces or a comment hide. */
function step(text: string, at: number, where: string): number {
  const character = text[at]!;
  if (character === '\\') return at + 2;
  if (character === "'" || character === '"') return closingQuote(text, at, character, where) + 1;
  if (text.startsWith('${', at)) return after(text, '}', at + 2, where);
  if (character === '#' && /\s/.test(text[at - 1] ?? '\n'))
    return text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
  return at + 1;
}

function closingQuote(text: string, open: number, quote: string, where: string): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  throw notUnderstood(where, `a ${quote} that is never closed`, 'quotes in pairs');
}

function after(text: string, wanted: string, from: number, where: string): number {
  const at = text.indexOf(wanted, from);
  if (at < 0) throw notUnderstood(where, `\${ without ${wanted}`, 'a whole variable');
  return at + 1;
}

/** Words of one line as written, quotes and escapes and all; what stands behind ` #` is no word. @throws MediaError */
export function wordsOf(line: string, where: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length;) {
    if (/\s/.test(line[at]!)) {
      if (word !== '') words.push(word);
      word = '';
      at++;
    } else {
      const next = Math.min(step(line, at, where), line.length);
      if (line[at] !== '#' || word !== '') word += line.slice(at, next);
      at = next;
    }
  }
  return word === '' ? words : [...words, word];
}

/** A word without the quotes around it or inside it. */
export function unquoted(word: string): string {
  return word.replace(/["']/g, '');
}

// Sets and maps as a dump writes them: `('a' 'b')` and `(('k' 'v') ('l' 'w'))`, S-expressions whose strings escape quotes and backslashes with a
// backslash. Source: xen-api ocaml/sexpr (old hosts also wrote double quotes).
import { DatabaseError } from './databaseError';

type Expression = string | readonly Expression[];

/** @throws DatabaseError when the text is no set */
export function readSet(text: string): readonly string[] {
  return readList(text).map((element) => (typeof element === 'string' ? element : fail(text, 'a set holds a list')));
}

/** Pairs in their order. @throws DatabaseError when the text is no map */
export function readMap(text: string): readonly (readonly [key: string, value: string])[] {
  return readList(text).map((element) => {
    const [key, value] = typeof element === 'string' ? [] : element;
    const isPair = typeof key === 'string' && typeof value === 'string' && element.length === 2;
    return isPair ? [key, value] : fail(text, 'a map holds something else than pairs');
  });
}

export function writeSet(elements: readonly string[]): string {
  return `(${elements.map(quote).join(' ')})`;
}

export function writeMap(pairs: readonly (readonly [key: string, value: string])[]): string {
  return `(${pairs.map(([key, value]) => `(${quote(key)} ${quote(value)})`).join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replace(/['"\\]/g, '\\$&')}'`;
}

function fail(text: string, why: string): never {
  throw new DatabaseError('BadLiteral', `${why}: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`);
}

const TOKEN = /\s*(?:([()])|'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)")/y;

/** Reads one list and nothing after it. Open lists are kept on a stack, so that depth costs no recursion. */
function readList(text: string): readonly Expression[] {
  if (text === '()') return [];
  const open: Expression[][] = [];
  const token = new RegExp(TOKEN);
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const closed = take(found, open, text);
    if (closed !== undefined) return /^\s*$/.test(text.slice(token.lastIndex)) ? closed : fail(text, 'text after the list');
  }
  return fail(text, 'no complete list');
}

/** @returns the outermost list when this token closes it */
function take(
  [, bracket, single, double]: RegExpExecArray,
  open: Expression[][],
  text: string,
): readonly Expression[] | undefined {
  if (bracket === '(') {
    open.push([]);
    return undefined;
  }
  const element = bracket === undefined ? unquote(single ?? double ?? '') : (open.pop() ?? fail(text, 'a bracket too many'));
  const parent = open.at(-1);
  if (parent !== undefined) parent.push(element);
  else return typeof element === 'string' ? fail(text, 'no list') : element;
  return undefined;
}

function unquote(text: string): string {
  return text.includes('\\') ? text.replace(/\\([^])/g, '$1') : text;
}

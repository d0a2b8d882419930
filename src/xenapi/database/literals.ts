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
    const [, bracket, single, double] = found;
    if (bracket === '(') open.push([]);
    else if (bracket === undefined)
      (open.at(-1) ?? fail(text, 'no list')).push((single ?? double ?? '').replace(/\\([^])/g, '$1'));
    else {
      const closed = open.pop() ?? fail(text, 'a bracket too many');
      if (open.length === 0) return /^\s*$/.test(text.slice(token.lastIndex)) ? closed : fail(text, 'text after the list');
      open.at(-1)!.push(closed);
    }
  }
  return fail(text, 'no complete list');
}

// Reading what a BMC sent. A BMC is not trusted: what is there has no known shape, may be huge, deep or named `__proto__`, and goes into messages that people
// read. So values are looked up by own properties only, texts are cut, and nothing is ever copied over something else.

export type Thing = Readonly<Record<string, unknown>>;

/** Levels of nesting; Redfish resources have about six. */
const DEEPEST = 40;
const LONGEST_TEXT = 1024;
const LONGEST_LIST = 256;

/** @returns undefined for what is no JSON object, or one that is nested too deep */
export function parseThing(text: string): Thing | undefined {
  if (tooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isThing(value) ? value : undefined;
  } catch {
    // Not JSON: the caller says what was found instead.
    return undefined;
  }
}

/** Counted before parsing, brackets in texts included: twice the depth is still far from what breaks anything. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

export function isThing(value: unknown): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is found at the end of this path of own properties; undefined where it breaks off. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isThing(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

/** A text of bearable length; empty for what is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, LONGEST_LIST) : [];
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value)
    .map(textOf)
    .filter((text) => text !== '');
}

export function thingOf(value: unknown): Thing {
  return isThing(value) ? value : {};
}

/** Own properties, bounded. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isThing(value) ? Object.entries(value).slice(0, LONGEST_LIST) : [];
}

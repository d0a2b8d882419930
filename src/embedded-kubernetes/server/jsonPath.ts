// The subset of JSONPath that printer columns and field selectors use: members, bracketed members, `[*]`, an index, and a filter that compares one member with
// a text: `.status.conditions[?(@.type=="Ready")].status`.
import { isStruct } from '../schema/schema';

type Step =
  | { readonly member: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly where: string; readonly equals: string };

const STEP =
  /^(?:\.([A-Za-z0-9_$-]+(?:\\\.[A-Za-z0-9_$/-]+)*)|\['([^']+)'\]|\["([^"]+)"\]|\[(-?\d+)\]|(\[\*\]|\.\*)|\[\?\(@\.([A-Za-z0-9_.]+)\s*==\s*["']([^"']*)["']\)\])/;

/** @returns the steps, or undefined for a path outside the subset */
export function parsePath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let rest = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return undefined;
    steps.push(stepOf(match));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function stepOf([, dotted, single, double, index, all, where, equals]: RegExpExecArray): Step {
  const member = dotted?.replace(/\\\./g, '.') ?? single ?? double;
  if (member !== undefined) return { member };
  if (index !== undefined) return { index: Number(index) };
  return all !== undefined ? { all: true } : { where: where ?? '', equals: equals ?? '' };
}

/** All values at a path, none where the path leads nowhere. */
export function valuesAt(object: unknown, path: string): readonly unknown[] {
  const steps = parsePath(path) ?? [];
  return steps.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => taken(value, step)), [object]);
}

function taken(value: unknown, step: Step): readonly unknown[] {
  if ('member' in step) return isStruct(value) && Object.hasOwn(value, step.member) ? [value[step.member]] : [];
  if ('all' in step) return Array.isArray(value) ? value : isStruct(value) ? Object.values(value) : [];
  if (!Array.isArray(value)) return [];
  if ('index' in step) return value.slice(step.index).slice(0, 1);
  return value.filter((item) => valuesAt(item, step.where).some((found) => String(found) === step.equals));
}

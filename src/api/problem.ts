// What is wrong with a manifest, said so that a person can mend it without the documentation: where, what was found, what is expected.

/** Steps from the root of an object: property names and list indices. */
export type FieldPath = readonly (string | number)[];

/** A finding before it is known where it stands in the text. */
export interface Finding {
  readonly path: FieldPath;
  readonly found: string;
  readonly expected: string;
}

export interface ManifestProblem {
  /** e.g. `spec.hosts[1].boot.method`; empty when the text as a whole is meant. */
  readonly field: string;
  /** From 1; absent when there was no text. */
  readonly line?: number;
  readonly column?: number;
  readonly found: string;
  readonly expected: string;
  /** All of the above in one line. */
  readonly message: string;
}

/** `['spec', 'hosts', 1, 'name']` → `spec.hosts[1].name` */
export function fieldName(path: FieldPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

export function problem(finding: Finding, place?: { readonly line: number; readonly column: number }): ManifestProblem {
  const { path, found, expected } = finding;
  const field = fieldName(path);
  const where = [place === undefined ? '' : `line ${place.line}, column ${place.column}`, field]
    .filter((part) => part !== '')
    .join(': ');
  const message = `${where === '' ? '' : `${where}: `}found ${found}; expected ${expected}`;
  return { field, ...place, found, expected, message };
}

const LONGEST_SHOWN = 80;

/** A value as a message may show it: short, with its type where that matters, and without a password in a URL. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return `${String(value)} (a ${typeof value})`;
  const safe = value.replace(/\/\/[^/@\s]*@/g, '//***@');
  return JSON.stringify(safe.length > LONGEST_SHOWN ? `${safe.slice(0, LONGEST_SHOWN)}…` : safe);
}

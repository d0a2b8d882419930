// A structural schema as Markdown: one section an object, one table row a field. Knows nothing of what the schema describes.
import type { Schema } from './crd';

interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly fieldPath?: string;
}

/** An object of the schema with the path a person would write for it, e.g. `spec.hosts[]`. */
interface Section {
  readonly path: string;
  readonly schema: Schema;
}

/** More to say on a field than its schema does, by its path; undefined when there is nothing. */
export type Remark = (path: string) => string | undefined;

/** The object and all objects below it, in the order of their fields, each as heading, description, table and rules. */
export function fieldTables(root: Schema, path: string, remark: Remark): string {
  return sections(root, path)
    .map((section) => printSection(section, remark))
    .join('\n');
}

function sections(schema: Schema, path: string): readonly Section[] {
  const children = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const below = objectIn(child, `${path}.${name}`);
    return below === undefined ? [] : sections(below.schema, below.path);
  });
  return [{ path, schema }, ...children];
}

/** The object with fields of its own that a field is, or is a list of. */
function objectIn(schema: Schema, path: string): Section | undefined {
  if (schema.items !== undefined) return objectIn(schema.items, `${path}[]`);
  return schema.properties === undefined ? undefined : { path, schema };
}

function printSection({ path, schema }: Section, remark: Remark): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, child]) =>
    row(name, child, `${path}.${name}`, schema.required?.includes(name) ?? false, remark),
  );
  const refused = rulesBelow(schema, path);
  return [
    `### ${path}`,
    '',
    schema.description ?? '',
    '',
    '| field | type | default | bounds | description |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...(refused.length === 0 ? [] : ['Refused by the API server:', '', ...refused, '']),
  ].join('\n');
}

function row(name: string, schema: Schema, path: string, required: boolean, remark: Remark): string {
  const more = remark(path);
  // The default has a column of its own here; in the CRD it stands in the text for `kubectl explain`.
  const said = (schema.description ?? '').replace(/ Default: [^ ]+\.$/, '');
  const text = more === undefined ? said : `${said} ${more}`;
  const cells = [`\`${name}\`${required ? ' (required)' : ''}`, typeOf(schema, path), defaultOf(schema), boundsOf(schema), text];
  return `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
}

function typeOf(schema: Schema, path: string): string {
  if (schema.items !== undefined) return `list of ${typeOf(schema.items, `${path}[]`)}`;
  if (schema.properties !== undefined) return `[${schema.title ?? 'object'}](#${anchor(path)})`;
  const values = schema.additionalProperties;
  if (typeof values === 'object') return `map of ${typeOf(values, `${path}{}`)}`;
  const words = schema['enum'] as readonly string[] | undefined;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  return schema['format'] === 'date-time' ? 'time' : (schema.type ?? 'object');
}

/** As GitHub makes it from a heading. */
function anchor(path: string): string {
  return path.toLowerCase().replace(/[^a-z0-9-]/g, '');
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined || typeof value === 'object' ? '' : `\`${String(value)}\``;
}

const UNITS: readonly (readonly [least: string, most: string, unit: string])[] = [
  ['minimum', 'maximum', ''],
  ['minLength', 'maxLength', ' characters'],
  ['minItems', 'maxItems', ' entries'],
  ['minProperties', 'maxProperties', ' entries'],
];

function boundsOf(schema: Schema): string {
  const own = UNITS.flatMap(([least, most, unit]) => interval(schema[least], schema[most], unit));
  const inside = schema.items === undefined ? '' : boundsOf(schema.items);
  const example = schema['example'] === undefined ? [] : [`such as \`${String(schema['example'])}\``];
  const one = inside === '' ? [] : [`each ${inside}`];
  return [...own, ...example, ...one].join('; ');
}

function interval(least: unknown, most: unknown, unit: string): readonly string[] {
  if (least === undefined && most === undefined) return [];
  if (least === undefined) return [`at most ${String(most)}${unit}`];
  if (most === undefined) return [`at least ${String(least)}${unit}`];
  return [least === most ? `${String(least)}${unit}` : `${String(least)} to ${String(most)}${unit}`];
}

/** Rules of the object and of its fields that are no objects themselves; those have a section of their own. */
function rulesBelow(schema: Schema, path: string): readonly string[] {
  const fields = Object.entries(schema.properties ?? {}).filter(([, child]) => child.properties === undefined);
  return [
    ...refusals(schema, path),
    ...fields.flatMap(([name, child]) => [
      ...refusals(child, `${path}.${name}`),
      ...(child.items?.properties === undefined ? refusals(child.items ?? {}, `${path}.${name}[]`) : []),
    ]),
  ];
}

/** One bullet for each rule that stands at this schema itself, or for those that are asked for by their text. */
export function refusals(schema: Schema, path: string, asked: (rule: string) => boolean = () => true): readonly string[] {
  const rules = (schema['x-kubernetes-validations'] ?? []) as readonly Rule[];
  return rules
    .filter(({ rule }) => asked(rule))
    .map(({ message = '', fieldPath = '' }) => {
      const field = `${path}${fieldPath}`.replace(/^\./, '');
      return field === '' ? `- ${message}` : `- \`${field}\`: ${message}`;
    });
}

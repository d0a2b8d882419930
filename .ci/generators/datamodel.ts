// Condenses the XenAPI datamodel of the xen-api project into the table that src/datamodel reads: 1.4 MB of descriptions, roles and errors become the
// names, types and releases the program needs, one item a line so that a change of the source is a readable diff.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Generated, Generator } from './generator';

const SOURCE = ['..', 'shared', 'data', 'xenapi.json'];
const TARGET = 'src/datamodel/generated';

interface Lifecycle {
  readonly transitions: readonly { readonly transition: string; readonly release: string }[];
}
interface SourceField {
  readonly name: string;
  readonly type: string;
  readonly qualifier: string;
  readonly default?: string;
  readonly lifecycle: Lifecycle;
}
interface SourceMessage {
  readonly name: string;
  readonly result: readonly string[];
  readonly params: readonly { readonly name: string; readonly type: string }[];
  readonly lifecycle: Lifecycle;
}
interface SourceClass {
  readonly name: string;
  readonly fields: readonly SourceField[];
  readonly messages: readonly SourceMessage[];
  readonly enums: readonly { readonly name: string; readonly values: readonly { readonly name: string }[] }[];
  readonly lifecycle: Lifecycle;
}
type ParameterReleases = ReadonlyMap<string, readonly [release: string, optional: number]>;

/** The first release that had the item, as a prototype or published: XAPI serves prototypes as well. */
function since(lifecycle: Lifecycle): string {
  const first = lifecycle.transitions[0];
  if (first === undefined) throw new Error('an item of the datamodel has no lifecycle');
  return first.release;
}

function removed(lifecycle: Lifecycle): string | undefined {
  return lifecycle.transitions.find((step) => step.transition === 'removed')?.release;
}

function fieldRow(field: SourceField): unknown[] {
  const row: unknown[] = [field.name, field.type, since(field.lifecycle), field.qualifier];
  const gone = removed(field.lifecycle);
  if (field.default !== undefined || gone !== undefined) row.push(field.default ?? null);
  if (gone !== undefined) row.push(gone);
  return row;
}

function messageRow(cls: string, message: SourceMessage, releases: ParameterReleases): unknown[] {
  const session = message.params[0]?.name === 'session_id';
  const params = (session ? message.params.slice(1) : message.params).map((param) => {
    const versioned = releases.get(`${cls}.${message.name}.${param.name}`);
    return versioned === undefined ? [param.name, param.type] : [param.name, param.type, ...versioned];
  });
  const row: unknown[] = [message.name, message.result[0] ?? 'void', since(message.lifecycle), session ? 1 : 0, params];
  const gone = removed(message.lifecycle);
  return gone === undefined ? row : [...row, gone];
}

function list(name: string, rows: readonly unknown[][]): string {
  return `"${name}":[${rows.map((row) => `\n${JSON.stringify(row)}`).join(',')}]`;
}

function classText(cls: SourceClass, releases: ParameterReleases): string {
  const rows = [
    `"since":${JSON.stringify(since(cls.lifecycle))}`,
    list('fields', cls.fields.map(fieldRow)),
    list(
      'messages',
      cls.messages.map((message) => messageRow(cls.name, message, releases)),
    ),
    list(
      'enums',
      cls.enums.map((members) => [members.name, ...members.values.map((value) => value.name)]),
    ),
  ];
  return `${JSON.stringify(cls.name)}:{${rows.join(',\n')}}`;
}

function parameterReleases(root: string): ParameterReleases {
  const text = readFileSync(path.join(root, '.ci', 'generators', 'parameterReleases.json'), 'utf8');
  const { parameters } = JSON.parse(text) as { parameters: readonly (readonly [string, string, string, number])[] };
  return new Map(parameters.map(([message, param, release, optional]) => [`${message}.${param}`, [release, optional]]));
}

function generate(root: string): Generated {
  const source = path.resolve(root, ...SOURCE);
  if (!existsSync(source)) return { unavailable: `${path.join(...SOURCE)} is not here, so the committed table stands unchecked` };
  const classes = JSON.parse(readFileSync(source, 'utf8')) as readonly SourceClass[];
  const releases = parameterReleases(root);
  const text = `{${classes.map((cls) => classText(cls, releases)).join(',\n')}}\n`;
  return { files: [{ path: `${TARGET}/table.json`, text }] };
}

export const datamodel: Generator = { name: 'datamodel', generate };

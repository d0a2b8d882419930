// Which fields an object has or a manager owns: a set of paths, read from objects by their schema and written as `fieldsV1`. A path is a list of steps:
// `f:name` a member, `k:{"name":"a"}` an item of a map list, `v:"x"` a member of a set.
import { isStruct, memberOf, type Schema, type Struct } from '../schema/schema';

export type Path = readonly string[];

/** Paths by their text, so that two sets can be compared. */
export type FieldSet = ReadonlyMap<string, Path>;

export function setOf(paths: Iterable<Path>): FieldSet {
  return new Map([...paths].map((path) => [JSON.stringify(path), path]));
}

export function union(one: FieldSet, other: FieldSet): FieldSet {
  return new Map([...one, ...other]);
}

export function without(one: FieldSet, other: FieldSet): FieldSet {
  return new Map([...one].filter(([key]) => !other.has(key)));
}

export function both(one: FieldSet, other: FieldSet): FieldSet {
  return new Map([...one].filter(([key]) => other.has(key)));
}

/**
 * The fields of an object.
 * @param parents whether members that hold others count as fields themselves, as they do for updates
 */
export function fieldsOf(object: Struct, schema: Schema, parents: boolean): FieldSet {
  const paths: Path[] = [];
  collect(object, schema, [], { paths, parents });
  return setOf(paths);
}

interface Collection {
  readonly paths: Path[];
  readonly parents: boolean;
}

function collect(value: unknown, schema: Schema | undefined, path: Path, into: Collection): void {
  if (isStruct(value) && schema?.['x-kubernetes-map-type'] !== 'atomic') return collectMembers(value, schema, path, into);
  if (Array.isArray(value) && isKeyed(schema)) return collectItems(value, schema, path, into);
  into.paths.push(path);
}

function collectMembers(value: Struct, schema: Schema | undefined, path: Path, into: Collection): void {
  const members = Object.entries(value);
  const declared = schema?.properties !== undefined;
  if (path.length > 0 && (into.parents || members.length === 0)) into.paths.push(path);
  for (const [name, member] of members) {
    const inside = [...path, `f:${name}`];
    if (!declared && !into.parents && isStruct(member) && Object.keys(member).length > 0) into.paths.push(inside);
    collect(member, memberOf(schema, name), inside, into);
  }
}

function collectItems(items: readonly unknown[], schema: Schema, path: Path, into: Collection): void {
  if (into.parents) into.paths.push(path);
  for (const item of items) {
    const inside = [...path, stepTo(item, schema)];
    into.paths.push(inside);
    if (isStruct(item)) collectMembers(item, schema.items, inside, { ...into, parents: false });
  }
}

export function isKeyed(schema: Schema | undefined): schema is Schema {
  const kind = schema?.['x-kubernetes-list-type'];
  return kind === 'map' || kind === 'set';
}

export function stepTo(item: unknown, schema: Schema): string {
  if (schema['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(item)}`;
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
  const values = keys.map((key) => [key, isStruct(item) ? (item[key] ?? schema.items?.properties?.[key]?.default) : undefined]);
  return `k:${JSON.stringify(Object.fromEntries(values))}`;
}

/** The value at a path; undefined where there is none. */
export function valueAt(object: unknown, path: Path, schema: Schema | undefined): unknown {
  let [value, at]: [unknown, Schema | undefined] = [object, schema];
  for (const step of path) {
    if (step.startsWith('f:')) {
      const name = step.slice(2);
      [value, at] = [isStruct(value) ? value[name] : undefined, memberOf(at, name)];
    } else {
      const keyed: Schema | undefined = at;
      value =
        Array.isArray(value) && keyed !== undefined
          ? (value as unknown[]).find((item) => stepTo(item, keyed) === step)
          : undefined;
      at = at?.items;
    }
  }
  return value;
}

/** `.spec.hosts[name="a"].bmc`, as conflicts show it. */
export function shownPath(path: Path): string {
  return path
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
      const keys = Object.entries(JSON.parse(step.slice(2)) as Struct);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

type Tree = { [step: string]: Tree };

export function toFieldsV1(set: FieldSet): object {
  const root: Tree = {};
  for (const path of set.values()) {
    const node = path.reduce<Tree>((at, step) => (at[step] ??= {}), root);
    node['.'] = {};
  }
  return trimmed(root);
}

/** A node that is only itself is written `{}`. */
function trimmed(tree: Tree): Tree {
  const steps = Object.keys(tree).sort();
  if (steps.length === 1 && steps[0] === '.') return {};
  return Object.fromEntries(steps.map((step) => [step, step === '.' ? {} : trimmed(tree[step]!)]));
}

export function fromFieldsV1(tree: unknown): FieldSet {
  const paths: Path[] = [];
  const visit = (node: Struct, path: Path): void => {
    const steps = Object.keys(node);
    if (steps.length === 0 && path.length > 0) paths.push(path);
    for (const step of steps)
      if (step === '.') paths.push(path);
      else visit(node[step] as Struct, [...path, step]);
  };
  if (isStruct(tree)) visit(tree, []);
  return setOf(paths);
}

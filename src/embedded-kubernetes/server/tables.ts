// What `kubectl get` shows: the server makes the rows. Custom resources say by JSONPath what stands in a column; built-in ones need a few words more.
import type { KubeObject } from '../../kubernetes/api';
import type { Struct } from '../schema/schema';
import { parsePath, valuesAt } from './jsonPath';
import type { Column, ResourceType } from './resourceTypes';

export type RowObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  /** What of each object comes with its row. */
  readonly include: RowObject;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

const METADATA = {
  name: 'Name must be unique within a namespace.',
};

function definitions(type: ResourceType): readonly object[] {
  return type.columns.map(({ name, type: kind, format, description, priority }) => ({
    name,
    type: kind,
    format: format ?? '',
    description:
      description ?? (name === 'Name' ? METADATA.name : `Custom resource definition column (in JSONPath format): ${name}`),
    priority: priority ?? 0,
  }));
}

export function table(type: ResourceType, objects: readonly KubeObject[], metadata: object, options: TableOptions): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: definitions(type),
    rows: objects.map((object) => ({
      cells: type.columns.map((column) => cell(column, object, options.now, type.custom ? null : '')),
      ...rowObject(object, options.include),
    })),
  };
}

function rowObject(object: KubeObject, include: RowObject): object {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } };
}

/** @param blank what stands for a value that is missing */
function cell(column: Column, object: KubeObject, now: number, blank: unknown): unknown {
  const own = /^:(\w+)(?:\((.*)\))?$/.exec(column.jsonPath);
  if (own !== null) return special(own[1]!, own[2]?.split(',') ?? [], object, now);
  const found = parsePath(column.jsonPath) === undefined ? undefined : valuesAt(object, column.jsonPath)[0];
  if (found === undefined || found === null) return blank;
  return worded(column, found, now);
}

function worded({ type }: Column, value: unknown, now: number): unknown {
  if (type === 'date') return age(String(value), now);
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'integer') return typeof value === 'number' ? value : null;
  return value;
}

function special(name: string, paths: readonly string[], object: KubeObject, now: number): unknown {
  const values = paths.flatMap((path) => valuesAt(object, path)).filter((value) => value !== null && value !== undefined);
  switch (name) {
    case 'count':
      return values.reduce<number>((sum, value) => sum + Object.keys(value as object).length, 0);
    case 'age':
      return values[0] === undefined ? '<unknown>' : age(String(values[0]), now);
    case 'subject':
      return subject(object);
    default:
      return String(values[0] ?? '');
  }
}

function subject(object: KubeObject): string {
  const about = (valuesAt(object, '.involvedObject')[0] ?? valuesAt(object, '.regarding')[0] ?? {}) as Struct;
  return `${String(about['kind'] ?? '').toLowerCase()}/${String(about['name'] ?? '')}`;
}

/** As `duration.HumanDuration` of Kubernetes words it. Times to come are `<invalid>`. */
export function age(time: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return '<unknown>';
  if (seconds < -1) return '<invalid>';
  const { show } = AGES.find(({ below }) => seconds < below)!;
  return show(Math.max(0, seconds));
}

const [MINUTE, HOUR, DAY, YEAR] = [60, 3600, 86_400, 365 * 86_400] as const;

const AGES: readonly { readonly below: number; readonly show: (seconds: number) => string }[] = [
  { below: 2 * MINUTE, show: (seconds) => `${seconds}s` },
  { below: 10 * MINUTE, show: two(MINUTE, 'm', 1, 's') },
  { below: 3 * HOUR, show: one(MINUTE, 'm') },
  { below: 8 * HOUR, show: two(HOUR, 'h', MINUTE, 'm') },
  { below: 2 * DAY, show: one(HOUR, 'h') },
  { below: 8 * DAY, show: two(DAY, 'd', HOUR, 'h') },
  { below: 2 * YEAR, show: one(DAY, 'd') },
  { below: 8 * YEAR, show: two(YEAR, 'y', DAY, 'd') },
  { below: Infinity, show: one(YEAR, 'y') },
];

function one(unit: number, letter: string): (seconds: number) => string {
  return (seconds) => `${Math.floor(seconds / unit)}${letter}`;
}

function two(unit: number, letter: string, smaller: number, smallerLetter: string): (seconds: number) => string {
  return (seconds) => {
    const rest = Math.floor((seconds % unit) / smaller);
    return `${Math.floor(seconds / unit)}${letter}${rest === 0 ? '' : `${rest}${smallerLetter}`}`;
  };
}

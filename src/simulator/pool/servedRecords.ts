// What a record looks like to a caller: exactly the fields of the release the master serves, those it lacks filled with the datamodel's defaults.
// Raw records are never changed in place, so the outcome is kept beside each until the release changes.
import { enumMembers, type Field, fieldsOf, servedBy } from '../../datamodel/datamodel';
import type { DatabaseRecord, FieldValue } from './liveDatabase';
import { NEVER, NULL_REF } from './recordFields';

/** The value of a field that no one has set. Source: the datamodel's default where it has one, else the empty value of the type. */
export function emptyValue(field: Pick<Field, 'type' | 'default'>): FieldValue {
  const { type, default: initial } = field;
  if (type.endsWith(' map')) return {};
  if (type.endsWith(' set')) return [];
  if (type.endsWith(' ref')) return NULL_REF;
  if (type.startsWith('enum ')) return initial ?? enumMembers(type.slice(5))?.[0] ?? '';
  return emptyScalar(type, initial);
}

function emptyScalar(type: string, initial: string | undefined): FieldValue {
  switch (type) {
    case 'int':
    case 'float':
      return Number(initial ?? 0);
    case 'bool':
      return initial === 'true';
    case 'datetime':
      return initial ?? NEVER;
    default:
      return initial?.replace(/^"(.*)"$/, '$1') ?? '';
  }
}

export class ServedRecords {
  private fields = new Map<string, readonly Field[]>();
  private outcomes = new WeakMap<DatabaseRecord, DatabaseRecord>();
  private current: string;

  /** @param release codename of the API release served at the start */
  constructor(release: string) {
    this.current = release;
  }

  get release(): string {
    return this.current;
  }

  /** The master came up with another system. */
  serve(release: string): void {
    if (release === this.current) return;
    this.current = release;
    this.fields = new Map();
    this.outcomes = new WeakMap();
  }

  /** The fields of a class in this release, in the datamodel's order. */
  fieldsOf(cls: string): readonly Field[] {
    const kept = this.fields.get(cls);
    if (kept !== undefined) return kept;
    const fields = fieldsOf(cls).filter((field) => servedBy({ since: field.since }, this.current));
    this.fields.set(cls, fields);
    return fields;
  }

  record(cls: string, raw: DatabaseRecord): DatabaseRecord {
    const kept = this.outcomes.get(raw);
    if (kept !== undefined) return kept;
    const outcome: Record<string, FieldValue> = {};
    for (const field of this.fieldsOf(cls)) outcome[field.name] = raw[field.name] ?? emptyValue(field);
    this.outcomes.set(raw, outcome);
    return outcome;
  }

  /** A whole record of this release from the fields that matter. */
  complete(cls: string, given: DatabaseRecord): DatabaseRecord {
    return { ...this.record(cls, given), ...given };
  }
}

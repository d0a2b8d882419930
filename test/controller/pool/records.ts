// Records by hand, as the cache hands them out: only the fields that every supported release serves, empty, unless a test puts more in.
import type { Records } from '../../../src/controller/pool/records';
import { type ClassName, RECORD_FIELDS, type RecordOf } from '../../../src/xenapi/records/records';

type Rows = { readonly [Cls in ClassName]?: Readonly<Record<string, Partial<RecordOf<Cls>>>> };

const NULL_REF = 'OpaqueRef:NULL';

/** The empty value of a field's type. */
function nothing(type: string): unknown {
  if (type.endsWith(' set')) return [];
  if (type.endsWith(' map')) return {};
  if (type.endsWith(' ref')) return NULL_REF;
  if (type === 'bool') return false;
  return type === 'int' || type === 'float' ? 0 : '';
}

/** Rows by class and reference; the uuid of a row is its reference unless it says otherwise. */
export function records(rows: Rows): Records {
  return <Cls extends ClassName>(cls: Cls): ReadonlyMap<string, RecordOf<Cls>> => {
    const always: Readonly<Record<string, string>> = RECORD_FIELDS[cls].always;
    const empty = Object.fromEntries(Object.entries(always).map(([name, type]) => [name, nothing(type)]));
    const given: Readonly<Record<string, object>> = rows[cls] ?? {};
    return new Map(Object.entries(given).map(([ref, row]) => [ref, { ...empty, uuid: ref, ...row } as unknown as RecordOf<Cls>]));
  };
}

// Reading the record cache: typed per class, references resolved to uuids.
import type { ClassName, RecordOf, Ref } from '../../xenapi/records/records';

/** All records of one class as the cache has them now. */
export type Records = <C extends ClassName>(cls: C) => ReadonlyMap<Ref, RecordOf<C>>;

export function uuidOf(records: Records, cls: ClassName, ref: Ref): string | undefined {
  return (records(cls).get(ref) as { readonly uuid: string } | undefined)?.uuid;
}

export function refOf(records: Records, cls: ClassName, uuid: string): Ref | undefined {
  for (const [ref, record] of records(cls)) if ((record as { readonly uuid: string }).uuid === uuid) return ref;
  return undefined;
}

// JSON merge patch, RFC 7396: null removes, structs are merged, everything else replaces what was there.

type Struct = Readonly<Record<string, unknown>>;

export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isStruct(patch)) return patch;
  const entries = new Map(Object.entries(isStruct(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) entries.delete(key);
    else entries.set(key, mergePatched(entries.get(key), value));
  }
  return Object.fromEntries(entries);
}

function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Equality of plain data as it travels in JSON: the order of keys means nothing, and a key that holds undefined is a key that is not there.

type Struct = Readonly<Record<string, unknown>>;

/** Whether two values would be the same JSON. Meant for data without cycles, Dates or class instances. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  return Array.isArray(one) ? sameList(one, other as readonly unknown[]) : sameStruct(one as Struct, other as Struct);
}

function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
}

function sameStruct(one: Struct, other: Struct): boolean {
  const present = (struct: Struct): string[] => Object.keys(struct).filter((key) => struct[key] !== undefined);
  const keys = present(one);
  if (keys.length !== present(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]));
}

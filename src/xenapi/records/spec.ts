// How the fields of a class are written down once and read twice: by the compiler, which infers the record's type from the datamodel's notation, and
// by a test, which compares the same notation with the datamodel.

/** Fields by name, each with its type as the datamodel writes it. */
export interface RecordSpec {
  /** Served by every supported release. */
  readonly always: Readonly<Record<string, string>>;
  /** Missing on older releases. */
  readonly later: Readonly<Record<string, string>>;
}

/** A reference to an object: `OpaqueRef:…`, or `OpaqueRef:NULL`. */
export type Ref = string;

/** The value of a field above the codecs. Enums are plain text: newer releases add members. */
export type ValueOf<Type extends string> = Type extends `${infer Item} set`
  ? readonly ValueOf<Item>[]
  : Type extends `(${string} -> ${infer Value}) map`
    ? Readonly<Record<string, ValueOf<Value>>>
    : Type extends 'int' | 'float'
      ? number
      : Type extends 'bool'
        ? boolean
        : string;

export type RecordOfSpec<Spec extends RecordSpec> = {
  readonly [Name in keyof Spec['always']]: ValueOf<Spec['always'][Name] & string>;
} & {
  readonly [Name in keyof Spec['later']]?: ValueOf<Spec['later'][Name] & string>;
};

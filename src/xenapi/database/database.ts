// XAPI's database as a value, the way a dump (`GET /pool/xmldbdump`, `pool-dump-database`, state.db) shows it: a manifest and tables of rows, all text.
// What the text means (integers, sets, references) is said by the datamodel, not by the dump; `literals.ts` reads sets and maps.

/** One object: attributes in their order, all layers of escaping of the file undone. `ref` and `_ref` both hold its reference. */
export type Row = Readonly<Record<string, string>>;

export interface Table {
  readonly name: string;
  readonly rows: readonly Row[];
}

export interface Database {
  /** Pairs in their order. Up to 5.6 one of them, `pool_token`, is a secret of the pool: show a manifest to nobody. */
  readonly manifest: readonly (readonly [key: string, value: string])[];
  /** In their order; an empty table is there too. */
  readonly tables: readonly Table[];
}

/** Rows of a table; none where the dump has no such table. */
export function rowsOf(database: Database, table: string): readonly Row[] {
  return database.tables.find(({ name }) => name === table)?.rows ?? [];
}

/** A value of the manifest, such as `schema_minor_vsn`. */
export function manifestValue(database: Database, key: string): string | undefined {
  return database.manifest.find(([name]) => name === key)?.[1];
}

/** The reference of a row; empty where it has none. */
export function referenceOf(row: Row): string {
  return row['_ref'] ?? row['ref'] ?? '';
}

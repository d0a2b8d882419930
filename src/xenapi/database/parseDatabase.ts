// Reads a dump of XAPI's database. The simulator loads pools with it, the operator proves with it that the backup it has just taken is one.
import { type QualifiedTag, SAXParser, type Tag } from 'sax';
import type { Database, Row, Table } from './database';
import { DatabaseError } from './databaseError';
import { unescapeBlanks } from './escapes';

/** Larger files are refused unread: the largest real dumps are some tens of MiB. */
export const MAX_DATABASE_BYTES = 256 * 1024 * 1024;

/** For whoever reads the file, before reading it. @throws DatabaseError */
export function assertDatabaseSize(bytes: number): void {
  if (bytes <= MAX_DATABASE_BYTES) return;
  throw new DatabaseError('TooLarge', `${bytes} bytes; a dump of more than ${MAX_DATABASE_BYTES} bytes is not read`);
}

/** What may stand in what; the empty name is the document. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  '': ['database'],
  database: ['manifest', 'table'],
  manifest: ['pair'],
  table: ['row'],
};

/**
 * @param text the whole dump
 * @returns the manifest and all tables in their order, values free of all escapes of the file
 * @throws DatabaseError saying what is wrong and in which line
 */
export function parseDatabase(text: string): Database {
  const reader = new DatabaseReader();
  const database = reader.read(text);
  const empty = ['pool', 'host'].find((name) => !database.tables.some((table) => table.name === name && table.rows.length > 0));
  if (empty === undefined) return database;
  throw new DatabaseError(
    'NoPool',
    `there is no ${empty} in it; while hosts differ in version XAPI gives out an empty database instead of its own`,
  );
}

class DatabaseReader {
  private readonly manifest: (readonly [string, string])[] = [];
  private readonly tables = new Map<string, Row[]>();
  private readonly open: string[] = [];
  private readonly parser = new SAXParser(true, { position: true });
  private rows: Row[] = [];
  private found = false;

  read(text: string): Database {
    this.parser.onerror = (error) => this.refuse(error);
    this.parser.onopentag = (tag) => this.enter(tag);
    this.parser.onclosetag = () => void this.open.pop();
    this.parser.ontext = (found) => {
      if (found.trim() !== '') this.foreign('text between the elements');
    };
    this.parser.write(text);
    this.parser.close();
    if (!this.found) throw new DatabaseError('NotXml', 'there is no element in it', 1);
    return { manifest: this.manifest, tables: [...this.tables].map(([name, rows]): Table => ({ name, rows })) };
  }

  private enter(tag: Tag | QualifiedTag): void {
    const parent = this.open.at(-1) ?? '';
    if (parent === '' && this.found) this.foreign(`a second root <${tag.name}>`);
    if (CHILDREN[parent]?.includes(tag.name) !== true)
      this.foreign(parent === '' ? `the root is <${tag.name}>, not <database>` : `<${tag.name}> in <${parent}>`);
    this.open.push(tag.name);
    this.found = true;
    const attributes = valuesOf(tag);
    if (tag.name === 'pair') this.manifest.push([this.required(attributes, 'key'), this.required(attributes, 'value')]);
    if (tag.name === 'table') this.enterTable(this.required(attributes, 'name'));
    if (tag.name === 'row') this.rows.push(attributes);
  }

  private enterTable(name: string): void {
    if (this.tables.has(name)) this.foreign(`a second table "${name}"`);
    this.rows = [];
    this.tables.set(name, this.rows);
  }

  private required(attributes: Row, name: string): string {
    return attributes[name] ?? this.foreign(`<${this.open.at(-1) ?? ''}> without ${name}`);
  }

  private foreign(what: string): never {
    throw new DatabaseError('Foreign', `this is no database of XAPI: ${what}`, this.parser.line + 1);
  }

  /** The parser knows only one kind of error. What ends too early says so by being at the end. */
  private refuse(error: Error): never {
    const [what] = error.message.split('\n');
    const atEnd = /^(Unclosed root tag|Unexpected end)/.test(what ?? '') && this.open.length > 0;
    if (atEnd) throw new DatabaseError('Truncated', `it ends inside <${this.open.at(-1) ?? ''}>`, this.parser.line + 1);
    throw new DatabaseError('NotXml', what ?? 'no XML', this.parser.line + 1);
  }
}

function valuesOf(tag: Tag | QualifiedTag): Row {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(tag.attributes)) values[name] = unescapeBlanks(String(value));
  return values;
}

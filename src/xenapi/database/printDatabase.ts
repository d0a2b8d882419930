// Writes a dump of XAPI's database, the counterpart of `parseDatabase.ts`.
import type { Database, Row } from './database';
import { escapeBlanks, escapeXml, isPlain } from './escapes';

/** @throws DatabaseError when a value holds a character that XML cannot carry */
export function printDatabase(database: Database): string {
  const manifest = database.manifest.map(([key, value]) => `<pair ${attribute('key', key)} ${attribute('value', value)}/>\n`);
  const tables = database.tables.map(({ name, rows }) =>
    rows.length === 0
      ? `<table ${attribute('name', name)}/>\n`
      : `<table ${attribute('name', name)}>\n${rows.map(printRow).join('')}</table>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<database>\n<manifest>\n${manifest.join('')}</manifest>\n${tables.join('')}</database>\n`;
}

function printRow(row: Row): string {
  const attributes = Object.entries(row).map(([name, value]) => attribute(name, value));
  return `<row ${attributes.join(' ')}/>\n`;
}

function attribute(name: string, value: string): string {
  return `${name}="${isPlain(value) ? value : escapeXml(escapeBlanks(value))}"`;
}

// Reading fields out of raw records. A field may be missing, because the release that wrote the record did not have it; each reader says what then counts.
import { ApiError } from './apiError';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';

export const NULL_REF: Ref = 'OpaqueRef:NULL';

/** Missing: ''. */
export function text(record: DatabaseRecord, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? value : '';
}

/** Missing: the null reference. */
export function refOf(record: DatabaseRecord, field: string): Ref {
  const value = record[field];
  return typeof value === 'string' && value !== '' ? value : NULL_REF;
}

/** Missing: 0. */
export function integerOf(record: DatabaseRecord, field: string): number {
  const value = record[field];
  return typeof value === 'number' ? value : 0;
}

/** Missing: false. */
export function flag(record: DatabaseRecord, field: string): boolean {
  return record[field] === true;
}

/** Missing: empty. */
export function list(record: DatabaseRecord, field: string): readonly string[] {
  const value = record[field];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Missing: empty. */
export function map(record: DatabaseRecord, field: string): Readonly<Record<string, string>> {
  const value = record[field];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, string>>) : {};
}

/** A copy without one key. */
export function without(pairs: Readonly<Record<string, string>>, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(pairs).filter(([name]) => name !== key));
}

/** @throws ApiError HANDLE_INVALID when there is no such record */
export function recordOf(database: LiveDatabase, table: string, ref: Ref): DatabaseRecord {
  const record = database.get(table, ref);
  if (record === undefined) throw new ApiError('HANDLE_INVALID', table, ref);
  return record;
}

/** XenAPI's form of a moment: `20260102T03:04:05Z`. @param ms since the epoch */
export function datetime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll('-', '')}Z`;
}

/** "Never", as XenAPI writes it. */
export const NEVER = '19700101T00:00:00Z';

// What the steps of the synthesis work on: the freshly loaded database, and a place for what a person should know.
import { text, map as readMapField } from '../../pool/recordFields';
import type { DatabaseRecord, LiveDatabase, Ref } from '../../pool/liveDatabase';
import type { Release } from '../../world';

export interface Draft {
  readonly database: LiveDatabase;
  readonly masterRef: Ref;
  readonly release: Release;
  /** Bytes a host had free when its hypervisor was up, before any domain; 0 where the dump does not say. */
  readonly bootMemory: ReadonlyMap<Ref, number>;
}

/** A step makes up one kind of thing and returns a sentence for each thing made up. */
export type Step = (draft: Draft) => readonly string[];

export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

export function hostName(record: DatabaseRecord): string {
  return text(record, 'name_label') || text(record, 'hostname') || text(record, 'uuid');
}

/** VMs that are neither templates, snapshots nor control domains. */
export function guestsOf(database: LiveDatabase): readonly (readonly [Ref, DatabaseRecord])[] {
  return [...database.records('VM')].filter(
    ([, record]) => record['is_a_template'] !== true && record['is_a_snapshot'] !== true && record['is_control_domain'] !== true,
  );
}

export function hasDomain(record: DatabaseRecord): boolean {
  return record['power_state'] === 'Running' || record['power_state'] === 'Paused';
}

export function controlDomainOf(database: LiveDatabase, host: Ref): readonly [Ref, DatabaseRecord] | undefined {
  return [...database.records('VM')].find(([, record]) => record['is_control_domain'] === true && record['resident_on'] === host);
}

/** Adds a reference to a set field of a record, once. */
export function addTo(database: LiveDatabase, table: string, ref: Ref, set: string, element: Ref): void {
  const present = database.get(table, ref)?.[set];
  const elements = Array.isArray(present) ? (present as readonly string[]) : [];
  if (!elements.includes(element)) database.update(table, ref, { [set]: [...elements, element] });
}

export { readMapField };

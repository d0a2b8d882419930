// A pool as it stands at the start of a simulation, whether it came from a dump or was made.
import type { Row } from '../../xenapi/database/database';
import type { DatabaseRecord, LiveDatabase, Ref } from '../pool/liveDatabase';
import type { HostUuid, Release } from '../world';

export interface PoolHost {
  readonly ref: Ref;
  readonly uuid: HostUuid;
  readonly name: string;
  readonly address: string;
}

/** A row as the dump had it, beside the record made of it: what has not changed since is written back letter by letter. */
export interface KeptRow {
  readonly row: Row;
  readonly record: DatabaseRecord;
}

/** What a dump holds beyond the records: what is needed to write it again. */
export interface Origin {
  readonly manifest: readonly (readonly [key: string, value: string])[];
  /** All tables in their order. */
  readonly tables: readonly string[];
  readonly rows: ReadonlyMap<Ref, KeptRow>;
  /** Rows of tables that the datamodel has no class for. */
  readonly foreign: ReadonlyMap<string, readonly Row[]>;
  /** The database's generation when it was loaded. */
  readonly generation: number;
}

export interface LoadedPool {
  /** Records with values as they travel. Fields that the dump lacks are missing, unless something in the simulation depends on them. */
  readonly database: LiveDatabase;
  /** Codename of the XenAPI release the hosts serve at the start: it decides fields, calls and parameters. */
  readonly apiRelease: string;
  /** The product release that runs on every host. */
  readonly release: Release;
  /** The master first, then in the order of the dump. */
  readonly hosts: readonly PoolHost[];
  readonly masterRef: Ref;
  /** What was made up or set right because the dump lacks it; one sentence each, for a person. */
  readonly warnings: readonly string[];
  readonly origin: Origin;
}

/** Hosts of the database, the master first. */
export function listHosts(database: LiveDatabase, masterRef: Ref): readonly PoolHost[] {
  const hosts = [...database.records('host')].map(([ref, record]): PoolHost => ({
    ref,
    uuid: String(record['uuid']),
    name: String(record['name_label']),
    address: String(record['address']),
  }));
  return [...hosts.filter(({ ref }) => ref === masterRef), ...hosts.filter(({ ref }) => ref !== masterRef)];
}

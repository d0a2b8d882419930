// Finding hosts: by reference, uuid or address, and the master. One reading of the database for all who ask.
import type { HostUuid } from '../world';
import { ApiError } from './apiError';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { flag, map, recordOf, refOf, text } from './recordFields';

/** Key of `pool.other_config`. */
export const ROLLING_UPGRADE = 'rolling_upgrade_in_progress';

export interface Row {
  readonly ref: Ref;
  readonly record: DatabaseRecord;
}

export class Hosts {
  private readonly refs = new Map<HostUuid, Ref>();

  /** Every host of the beginning keeps its reference, also while the database does not have it. */
  constructor(private readonly database: LiveDatabase) {
    for (const { ref, record } of this.all()) this.refs.set(text(record, 'uuid'), ref);
  }

  all(): readonly Row[] {
    return [...this.database.records('host')].map(([ref, record]) => ({ ref, record }));
  }

  /** @throws ApiError HANDLE_INVALID */
  record(ref: Ref): DatabaseRecord {
    return recordOf(this.database, 'host', ref);
  }

  uuid(ref: Ref): HostUuid {
    return text(this.record(ref), 'uuid');
  }

  /** @throws Error when the pool has no such host: a bug of the simulator */
  ref(uuid: HostUuid): Ref {
    const kept = this.refs.get(uuid);
    if (kept !== undefined) return kept;
    const found = this.database.byUuid('host', uuid);
    if (found === undefined) throw new Error(`no host ${uuid} in the simulated pool`);
    this.refs.set(uuid, found.ref);
    return found.ref;
  }

  /** Whether the database has it. */
  has(uuid: HostUuid): boolean {
    return this.database.get('host', this.ref(uuid)) !== undefined;
  }

  byAddress(address: string): Row | undefined {
    return this.all().find(({ record }) => text(record, 'address').toLowerCase() === address.toLowerCase());
  }

  pool(): Row {
    for (const [ref, record] of this.database.records('pool')) return { ref, record };
    throw new Error('the simulated pool has no pool record');
  }

  masterRef(): Ref {
    return refOf(this.pool().record, 'master');
  }

  /** XAPI believes that versions differ: the mixed mode, see `mixedMode.ts`. */
  rollingUpgrade(): boolean {
    return map(this.pool().record, 'other_config')[ROLLING_UPGRADE] === 'true';
  }

  isMaster(uuid: HostUuid): boolean {
    return this.ref(uuid) === this.masterRef();
  }

  masterAddress(): string {
    return text(this.record(this.masterRef()), 'address');
  }

  /** `host_metrics.live`, as the master believes it. */
  isLive(ref: Ref): boolean {
    const metrics = this.database.get('host_metrics', refOf(this.record(ref), 'metrics'));
    return metrics === undefined || flag(metrics, 'live');
  }

  setLive(ref: Ref, live: boolean): void {
    const metrics = refOf(this.record(ref), 'metrics');
    if (this.database.get('host_metrics', metrics) !== undefined) this.database.update('host_metrics', metrics, { live });
  }

  /** @throws ApiError HOST_OFFLINE when the master believes the host dead */
  assertLive(ref: Ref): void {
    if (!this.isLive(ref)) throw new ApiError('HOST_OFFLINE', ref);
  }
}

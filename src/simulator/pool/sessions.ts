// Sessions of the master, as records of the database like everything else, and the local ones that a member grants while its master is away. All of
// them end when the agent restarts.
import type { Clock } from '../../foundation/clock';
import { ApiError } from './apiError';
import type { LiveDatabase, Ref } from './liveDatabase';
import { datetime, NULL_REF, text } from './recordFields';
import type { ServedRecords } from './servedRecords';

/** A session unused for a day is gone. Source: xapi, `inactive_session_timeout`. */
const INACTIVE_MS = 86_400_000;
/** More than that of one originator and user push out the oldest. Source: xapi, `max_sessions`. */
const MOST_OF_ONE_ORIGINATOR = 500;

export class Sessions {
  private readonly lastUse = new Map<Ref, number>();
  private readonly local = new Set<Ref>();
  /** Kept beside the records, which older releases have no such field in. */
  private readonly originators = new Map<Ref, string>();

  /** Sessions that a dump still holds belong to nobody. */
  constructor(
    private readonly database: LiveDatabase,
    private readonly served: ServedRecords,
    private readonly clock: Clock,
    private readonly newUuid: () => string,
  ) {
    this.closeAll();
  }

  open(host: Ref, user: string, originator: string): Ref {
    const ref = `OpaqueRef:${this.newUuid()}`;
    const now = datetime(this.clock.now());
    const fields = { uuid: this.newUuid(), this_host: host, this_user: NULL_REF, last_active: now, validation_time: now };
    this.database.create(
      'session',
      ref,
      this.served.complete('session', { ...fields, is_local_superuser: true, auth_user_name: user, originator }),
    );
    this.lastUse.set(ref, this.clock.now());
    this.originators.set(ref, originator);
    this.dropOldest(originator);
    return ref;
  }

  openLocal(): Ref {
    const ref = `OpaqueRef:${this.newUuid()}`;
    this.local.add(ref);
    return ref;
  }

  isLocal(ref: Ref): boolean {
    return this.local.has(ref);
  }

  /** @throws ApiError SESSION_INVALID when there is none, or it was left alone too long */
  use(ref: Ref): void {
    const last = this.lastUse.get(ref);
    const now = this.clock.now();
    if (last !== undefined && now - last <= INACTIVE_MS) {
      this.lastUse.set(ref, now);
      return;
    }
    this.close(ref);
    throw new ApiError('SESSION_INVALID', ref);
  }

  exists(ref: Ref): boolean {
    return this.lastUse.has(ref);
  }

  /** What its opener called itself; undefined when there is no such session or it was not said. */
  originator(ref: Ref): string | undefined {
    return this.originators.get(ref) || undefined;
  }

  close(ref: Ref): void {
    this.lastUse.delete(ref);
    this.originators.delete(ref);
    this.local.delete(ref);
    this.database.remove('session', ref);
  }

  closeAll(): void {
    for (const ref of [...this.lastUse.keys()]) this.close(ref);
    for (const ref of [...this.database.records('session').keys()]) this.database.remove('session', ref);
  }

  private dropOldest(originator: string): void {
    const same = [...this.database.records('session')].filter(([, record]) => text(record, 'originator') === originator);
    if (same.length > MOST_OF_ONE_ORIGINATOR) this.close(same[0]![0]);
  }
}

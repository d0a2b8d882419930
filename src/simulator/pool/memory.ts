// Memory of hosts and guests in bytes, as XAPI reckons with it: guests with ballooning count with the least they may be squeezed to.
// Source: xapi `memory_check.ml`.
import { releaseRank } from '../../datamodel/datamodel';
import { ApiError } from './apiError';
import type { Guests } from './guests';
import { controlDomainOf } from './controlDomain';
import type { Hosts } from './hosts';
import type { DatabaseRecord, LiveDatabase, Ref } from './liveDatabase';
import { integerOf, refOf } from './recordFields';
import type { ServedRecords } from './servedRecords';
import { isAlive, isHvm } from './vmKinds';

const MIB = 1024 * 1024;

export class Memory {
  constructor(
    private readonly database: LiveDatabase,
    private readonly hosts: Hosts,
    private readonly guests: Guests,
    private readonly served: ServedRecords,
  ) {}

  /** What a guest needs at least. Ballooning came with Midnight Ride. */
  demand(record: DatabaseRecord): number {
    const ballooning = releaseRank(this.served.release) >= releaseRank('midnight-ride');
    const squeezed = ballooning ? integerOf(record, 'memory_dynamic_min') : 0;
    const own = squeezed > 0 ? squeezed : integerOf(record, 'memory_static_max');
    return own + overhead(record);
  }

  /** Free for guests, counting those that are on their way there. May be negative in a pool that was overfilled by hand. */
  free(host: Ref, except?: Ref): number {
    const expected = this.guests.all().filter(({ ref, record }) => ref !== except && this.counts(record, host));
    return this.capacity(host) - expected.reduce((sum, { record }) => sum + this.demand(record), 0);
  }

  /** @throws ApiError HOST_NOT_ENOUGH_FREE_MEMORY [needed, available] */
  assertFits(vm: Ref, host: Ref): void {
    const needed = this.demand(this.guests.record(vm));
    const available = this.free(host, vm);
    if (needed > available) throw new ApiError('HOST_NOT_ENOUGH_FREE_MEMORY', String(needed), String(Math.max(0, available)));
  }

  /** Total less the hypervisor and the control domain. */
  capacity(host: Ref): number {
    const record = this.hosts.record(host);
    const metrics = this.database.get('host_metrics', refOf(record, 'metrics'));
    const total = metrics === undefined ? 0 : integerOf(metrics, 'memory_total');
    return total - integerOf(record, 'memory_overhead') - this.controlDomain(host);
  }

  /** What the hypervisor tells: `host_metrics.memory_free` of every host, wherever a release shows it. */
  report(): void {
    for (const { ref, record } of this.hosts.all()) {
      const metrics = refOf(record, 'metrics');
      if (this.database.get('host_metrics', metrics)?.['memory_free'] === undefined) continue;
      this.database.update('host_metrics', metrics, { memory_free: Math.max(0, this.free(ref)) });
    }
  }

  private counts(record: DatabaseRecord, host: Ref): boolean {
    return (refOf(record, 'resident_on') === host && isAlive(record)) || refOf(record, 'scheduled_to_be_resident_on') === host;
  }

  private controlDomain(host: Ref): number {
    const record = controlDomainOf(this.database, host)?.record ?? {};
    return integerOf(record, 'memory_target') || integerOf(record, 'memory_static_max');
  }
}

/** Shadow memory and the like; releases without the field have it estimated. */
function overhead(record: DatabaseRecord): number {
  const known = integerOf(record, 'memory_overhead');
  if (known > 0) return known;
  return isHvm(record) ? 9 * MIB + Math.ceil(integerOf(record, 'memory_static_max') / 128) : MIB;
}

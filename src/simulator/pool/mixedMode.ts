// Rolling-upgrade mode. XAPI sets a flag on the pool when some host's version differs from the master's and clears it when all are equal again; it looks
// only once in 30 seconds and when the master starts, so the flag lags in both directions.
import type { World } from '../world';
import { ApiError } from './apiError';
import { type Hosts, ROLLING_UPGRADE } from './hosts';
import type { DatabaseRecord, Ref } from './liveDatabase';
import { map, without } from './recordFields';
import { compareSystems, sameVersion } from './versions';

/** Source: xapi, `db_GC_TIMER`. */
/** `host.allowed_operations`: in mixed mode hardly anything, though calls may still be accepted. */
const HOST_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  true: ['provision', 'evacuate'],
  false: ['provision', 'evacuate', 'vm_start', 'vm_resume', 'vm_migrate'],
};
const PERIOD_MS = 30_000;

export class MixedMode {
  private firstLook: number;
  private lookPlanned = false;

  /** @param changed called when the flag was set or cleared */
  constructor(
    private readonly world: World,
    private readonly hosts: Hosts,
    private readonly serving: () => boolean,
    private readonly changed: () => void,
  ) {
    this.firstLook = world.clock.now();
  }

  /** What XAPI believes. */
  get active(): boolean {
    return this.hosts.rollingUpgrade();
  }

  /** What is so. */
  get versionsDiffer(): boolean {
    const master = this.hosts.record(this.hosts.masterRef());
    return this.hosts.all().some(({ record }) => !sameVersion(record, master));
  }

  /** The master's agent started: it looks at once, and every 30 seconds from now. */
  masterStarted(): void {
    this.firstLook = this.world.clock.now();
    this.look();
  }

  /** Some host's version may have changed: the next look will tell. */
  versionChanged(): void {
    if (this.lookPlanned) return;
    this.lookPlanned = true;
    const since = this.world.clock.now() - this.firstLook;
    this.world.clock.after(PERIOD_MS - (since % PERIOD_MS), () => {
      this.lookPlanned = false;
      if (this.serving()) this.look();
    });
  }

  /** @throws ApiError NOT_SUPPORTED_DURING_UPGRADE in mixed mode */
  refuse(): void {
    if (this.active) throw new ApiError('NOT_SUPPORTED_DURING_UPGRADE');
  }

  /** Whether no host of the pool has a later system than this one. */
  isHighest(host: DatabaseRecord): boolean {
    return this.hosts.all().every(({ record }) => compareSystems(record, host) <= 0);
  }

  /** @throws ApiError NOT_SUPPORTED_DURING_UPGRADE for a start or resume on an older host in mixed mode */
  assertMayStartOn(host: Ref): void {
    if (this.active && !this.isHighest(this.hosts.record(host))) throw new ApiError('NOT_SUPPORTED_DURING_UPGRADE');
  }

  private look(): void {
    const differ = this.versionsDiffer;
    if (differ === this.active) return;
    const { ref, record } = this.hosts.pool();
    const config = map(record, 'other_config');
    this.world.database.update('pool', ref, {
      other_config: differ ? { ...config, [ROLLING_UPGRADE]: 'true' } : without(config, ROLLING_UPGRADE),
    });
    this.world.bus.emit({
      kind: 'pool',
      change: differ ? 'rolling-upgrade-started' : 'rolling-upgrade-ended',
      cause: { by: 'xapi' },
    });
    for (const host of this.hosts.all())
      this.world.database.update('host', host.ref, { allowed_operations: HOST_OPERATIONS[String(differ)]! });
    this.changed();
  }
}

// Guests: the domains that really exist and what the database says of them. The two agree except while a host is away; then the database is stale until
// that host's agent has started and looked.
import type { Cause, Domain, HostUuid, World } from '../world';
import type { Hosts, Row } from './hosts';
import type { DatabaseRecord, Ref } from './liveDatabase';
import { datetime, flag, list, NULL_REF, recordOf, refOf, text } from './recordFields';
import { isAlive, isTemplate } from './vmKinds';
import { allowedOperations } from './vmRules';

export class Guests {
  private readonly gone = new Map<Ref, (() => void)[]>();
  private nextDomid = 1;

  /** Makes the domains that the database says are there. Operations it left half done were done by an agent that is no more. */
  constructor(
    private readonly world: World,
    private readonly hosts: Hosts,
  ) {
    for (const { ref, record } of this.all()) {
      if (Object.keys(record['current_operations'] ?? {}).length > 0)
        world.database.update('VM', ref, { current_operations: {} });
      const state = text(record, 'power_state');
      const host = refOf(record, 'resident_on');
      if ((state === 'Running' || state === 'Paused') && host !== NULL_REF) {
        world.domains.set(text(record, 'uuid'), { vm: text(record, 'uuid'), host: hosts.uuid(host), state });
      }
    }
  }

  /** Every VM that is no control domain, no template. */
  all(): readonly Row[] {
    return [...this.world.database.records('VM')]
      .filter(([, record]) => !isTemplate(record) && !flag(record, 'is_control_domain'))
      .map(([ref, record]) => ({ ref, record }));
  }

  /** Guests the database places on a host. */
  residents(host: Ref): readonly Row[] {
    return this.all().filter(({ record }) => refOf(record, 'resident_on') === host && isAlive(record));
  }

  /** @throws ApiError HANDLE_INVALID */
  record(vm: Ref): DatabaseRecord {
    return recordOf(this.world.database, 'VM', vm);
  }

  domain(vm: Ref): Domain | undefined {
    return this.world.domains.get(text(this.record(vm), 'uuid'));
  }

  appear(vm: Ref, host: Ref, state: 'Running' | 'Paused', change: 'started' | 'resumed', cause: Cause): void {
    const record = this.record(vm);
    const uuid = text(record, 'uuid');
    this.world.domains.set(uuid, { vm: uuid, host: this.hosts.uuid(host), state });
    this.write(vm, { power_state: state, resident_on: host, scheduled_to_be_resident_on: NULL_REF, domid: this.nextDomid++ });
    this.setResidents(host, (refs) => [...refs.filter((ref) => ref !== vm), vm]);
    this.setDevices(record, true);
    this.setMetrics(record, change === 'started' ? { start_time: datetime(this.world.clock.now()) } : {});
    this.world.bus.emit({
      kind: 'guest',
      vm: uuid,
      name: text(record, 'name_label'),
      change,
      host: this.hosts.uuid(host),
      cause,
    });
  }

  vanish(vm: Ref, powerState: 'Halted' | 'Suspended', change: 'stopped' | 'killed' | 'suspended', cause: Cause): void {
    const record = this.record(vm);
    const uuid = text(record, 'uuid');
    const domain = this.world.domains.get(uuid);
    this.world.domains.delete(uuid);
    this.leaveHost(vm, record, powerState);
    if (domain !== undefined)
      this.world.bus.emit({ kind: 'guest', vm: uuid, name: text(record, 'name_label'), change, host: domain.host, cause });
    this.tellGone(vm);
  }

  setPaused(vm: Ref, paused: boolean, cause: Cause): void {
    const record = this.record(vm);
    const domain = this.domain(vm);
    const state = paused ? 'Paused' : 'Running';
    if (domain !== undefined) domain.state = state;
    this.write(vm, { power_state: state });
    const host = this.hosts.uuid(refOf(record, 'resident_on'));
    this.world.bus.emit({
      kind: 'guest',
      vm: text(record, 'uuid'),
      name: text(record, 'name_label'),
      change: paused ? 'paused' : 'unpaused',
      host,
      cause,
    });
  }

  move(vm: Ref, to: Ref, cause: Cause): void {
    const record = this.record(vm);
    const from = refOf(record, 'resident_on');
    const domain = this.domain(vm);
    if (domain !== undefined) domain.host = this.hosts.uuid(to);
    this.write(vm, { resident_on: to, scheduled_to_be_resident_on: NULL_REF, domid: this.nextDomid++ });
    this.setResidents(from, (refs) => refs.filter((ref) => ref !== vm));
    this.setResidents(to, (refs) => [...refs.filter((ref) => ref !== vm), vm]);
    const hosts = { from: this.hosts.uuid(from), to: this.hosts.uuid(to) };
    this.world.bus.emit({ kind: 'migrated', vm: text(record, 'uuid'), name: text(record, 'name_label'), ...hosts, cause });
  }

  /** The machine went. The database does not hear of it before that host's agent starts again, or someone declares the host dead. */
  machineGone(host: HostUuid): void {
    for (const { ref, record } of this.all()) {
      const uuid = text(record, 'uuid');
      if (this.world.domains.get(uuid)?.host === host) {
        this.world.domains.delete(uuid);
        this.world.bus.emit({
          kind: 'guest',
          vm: uuid,
          name: text(record, 'name_label'),
          change: 'killed',
          host,
          cause: { by: 'machine' },
        });
      }
      if (refOf(record, 'resident_on') === this.hosts.ref(host)) this.tellGone(ref);
    }
  }

  /** Whatever runs on the host ends, by a person's hand: one that joins a pool may have nothing running. */
  lose(host: HostUuid): void {
    for (const [vm, domain] of [...this.world.domains]) {
      if (domain.host !== host) continue;
      this.world.domains.delete(vm);
      const name = text(this.world.database.byUuid('VM', vm)?.record ?? {}, 'name_label');
      this.world.bus.emit({ kind: 'guest', vm, name, change: 'killed', host, cause: { by: 'person' } });
    }
  }

  /** A starting agent looks which of the guests it is said to run exist, and reports the others halted. */
  settle(host: Ref): void {
    for (const { ref, record } of this.residents(host)) {
      if (this.world.domains.get(text(record, 'uuid'))?.host !== this.hosts.uuid(host)) this.leaveHost(ref, record, 'Halted');
    }
  }

  /** `VM.power_state_reset`: the database forgets the domain; whether one exists is not asked. */
  settleOne(vm: Ref): void {
    this.leaveHost(vm, this.record(vm), 'Halted');
  }

  /** Resolves `gone` as soon as the domain is no more, `elapsed` after `ms`. */
  goneWithin(vm: Ref, ms: number): Promise<'gone' | 'elapsed'> {
    return new Promise((resolve) => {
      const cancel = this.world.clock.after(ms, () => resolve('elapsed'));
      const told = (): void => {
        cancel();
        resolve('gone');
      };
      this.gone.set(vm, [...(this.gone.get(vm) ?? []), told]);
    });
  }

  /** Changes a VM and, in the same breath, what may be done to it. */
  write(vm: Ref, fields: DatabaseRecord): void {
    const after = { ...this.record(vm), ...fields };
    this.world.database.update('VM', vm, {
      ...fields,
      allowed_operations: allowedOperations(this.world.database, after, this.hosts.rollingUpgrade()),
    });
  }

  /** The mixed mode began or ended. */
  refreshOperations(): void {
    for (const { ref } of this.all()) this.write(ref, {});
  }

  private tellGone(vm: Ref): void {
    const told = this.gone.get(vm) ?? [];
    this.gone.delete(vm);
    for (const tell of told) tell();
  }

  private leaveHost(vm: Ref, record: DatabaseRecord, powerState: 'Halted' | 'Suspended'): void {
    const host = refOf(record, 'resident_on');
    const fields = {
      power_state: powerState,
      resident_on: NULL_REF,
      scheduled_to_be_resident_on: NULL_REF,
      domid: -1,
      current_operations: {},
    };
    this.write(vm, fields);
    if (this.world.database.get('host', host) !== undefined) this.setResidents(host, (refs) => refs.filter((ref) => ref !== vm));
    this.setDevices(record, false);
  }

  private setResidents(host: Ref, change: (refs: readonly Ref[]) => readonly Ref[]): void {
    const record = this.hosts.record(host);
    this.world.database.update('host', host, { resident_VMs: change(list(record, 'resident_VMs')) });
  }

  private setDevices(record: DatabaseRecord, attached: boolean): void {
    for (const [table, field] of [
      ['VBD', 'VBDs'],
      ['VIF', 'VIFs'],
    ] as const) {
      for (const ref of list(record, field)) {
        if (this.world.database.get(table, ref) !== undefined)
          this.world.database.update(table, ref, { currently_attached: attached });
      }
    }
  }

  private setMetrics(record: DatabaseRecord, fields: DatabaseRecord): void {
    const metrics = refOf(record, 'metrics');
    if (this.world.database.get('VM_metrics', metrics) !== undefined) this.world.database.update('VM_metrics', metrics, fields);
  }
}

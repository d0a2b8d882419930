// Keeps what happened while it happens, by the world's events and the stored object, and makes the report of it.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { readState } from '../controller/store/status';
import type { Verdict } from '../simulator/books/createBooks';
import type { WorldEvent } from '../simulator/world';
import type { RunState } from '../upgrade/state';
import { differencesOf } from './differences';
import { type HostReport, migrationsOf, type Outcome, type RehearsalReport, type VmReport } from './report';
import type { Scene } from './stage';
import { tell, type TimelineEntry } from './timeline';

interface Ending {
  readonly outcome: Outcome;
  readonly state: RunState | undefined;
  readonly verdict: Verdict;
  readonly warnings: readonly string[];
  readonly defect: string | undefined;
}

type Stop = Extract<WorldEvent, { kind: 'guest' }>;

export class Recorder {
  private readonly timeline: TimelineEntry[] = [];
  private readonly stops = new Map<string, Stop>();
  private readonly versionsBefore: ReadonlyMap<string, string>;
  private readonly ranBefore: readonly string[];
  private migrations = 0;
  private phases = '';

  constructor(
    private readonly stage: Scene,
    private readonly onLine?: (at: number, host: string, event: string) => void,
  ) {
    this.versionsBefore = this.versions();
    this.ranBefore = [...stage.world.domains.keys()];
  }

  heard(event: WorldEvent): void {
    if (event.kind === 'migrated') this.migrations += 1;
    if (event.kind === 'guest' && ['stopped', 'killed', 'suspended'].includes(event.change)) this.stops.set(event.vm, event);
    const line = tell(event, (uuid) => this.stage.reader.hostName(uuid));
    if (line !== undefined) this.add(line.host, line.event);
  }

  /** Phase changes of the run, as the status tells them. */
  saw(object: PoolUpgrade): void {
    const state = readState(object);
    if (state === undefined) return;
    const host = state.hosts.find((entry) => entry.phase !== 'Pending' && entry.phase !== 'Upgraded');
    const phases = state.phase === 'Upgrading' && host !== undefined ? `${host.name}: ${host.phase}` : state.phase;
    if (phases === this.phases) return;
    this.phases = phases;
    this.add(
      state.phase === 'Upgrading' ? (host?.name ?? '') : '',
      `phase ${state.phase === 'Upgrading' && host !== undefined ? host.phase : state.phase}`,
    );
  }

  /** VMs that ran and do not, of which the status says why. */
  namedNotRestored(state: RunState | undefined): readonly string[] {
    const named = new Set([
      ...(state?.debts ?? []).map((debt) => debt.object),
      ...(state?.resisting ?? []).map((entry) => entry.uuid),
    ]);
    return this.ranBefore.filter((vm) => !this.stage.world.domains.has(vm) && named.has(vm));
  }

  differences(state: RunState | undefined): RehearsalReport['differences'] {
    return differencesOf(state);
  }

  report(ending: Ending): RehearsalReport {
    const { state, verdict, warnings } = ending;
    return {
      ...this.headline(ending),
      warnings: [...warnings, ...(state?.plan?.warnings ?? [])],
      virtualSeconds: Math.round(this.stage.clock.monotonic() / 1000),
      hosts: this.hosts(state),
      vms: this.vms(state),
      migrations: migrationsOf(this.migrations, state?.plan?.migrations),
      differences: this.differences(state),
      debts: state?.debts ?? [],
      requests: { ...this.stage.requests },
      invariants: {
        checked: verdict.checked,
        violated: verdict.violated.map((entry) => ({ ...entry, at: Math.round(entry.at) })),
      },
      timeline: this.timeline,
    };
  }

  /** A violated invariant or an error of ours is told whatever the run says of itself. */
  private headline({
    outcome,
    state,
    verdict,
    defect,
  }: Ending): Pick<RehearsalReport, 'outcome' | 'phase' | 'reason' | 'message'> {
    const phase = state?.phase ?? '';
    const violation = verdict.violated[0];
    const words = defect ?? (violation === undefined ? undefined : `${violation.id} violated: ${violation.detail}`);
    if (words !== undefined) return { outcome: 'Failed', phase, reason: 'Defect', message: words };
    return { outcome, phase, reason: state?.reason ?? '', message: state?.message ?? '' };
  }

  private add(host: string, event: string): void {
    const at = Math.round(this.stage.clock.monotonic() / 1000);
    this.timeline.push({ at, host, event });
    this.onLine?.(at, host, event);
  }

  private versions(): ReadonlyMap<string, string> {
    const version = (system: unknown): string =>
      typeof system === 'object' && system !== null ? (system as { version: string }).version : 'broken';
    return new Map([...this.stage.world.machines.values()].map((machine) => [machine.uuid, version(machine.disk.system)]));
  }

  private hosts(state: RunState | undefined): readonly HostReport[] {
    const now = this.versions();
    return this.stage.reader.hosts().map(({ uuid, name, role }) => {
      const entry = state?.hosts.find((host) => host.uuid === uuid);
      return {
        name,
        uuid,
        role,
        from: this.versionsBefore.get(uuid) ?? '',
        to: now.get(uuid) ?? '',
        phase: entry?.phase ?? 'Pending',
        attempts: entry?.attempt ?? 0,
      };
    });
  }

  private vms(state: RunState | undefined): RehearsalReport['vms'] {
    const { domains } = this.stage.world;
    const stopped = this.ranBefore.flatMap((vm): VmReport[] => {
      const stop = this.stops.get(vm);
      return stop === undefined
        ? []
        : [
            {
              uuid: vm,
              name: stop.name,
              reason: `${stop.change} by ${stop.cause.by === 'call' ? 'the operator' : stop.cause.by}`,
            },
          ];
    });
    const notRestored = this.ranBefore
      .filter((vm) => !domains.has(vm))
      .map((vm) => ({ uuid: vm, name: this.stage.reader.vmName(vm), reason: this.why(vm, state) }));
    const runningAfter = this.ranBefore.filter((vm) => domains.has(vm)).length;
    return { runningBefore: this.ranBefore.length, runningAfter, stopped, notRestored };
  }

  private why(vm: string, state: RunState | undefined): string {
    const debt = state?.debts.find((entry) => entry.object === vm);
    const resistance = state?.resisting.find((entry) => entry.uuid === vm);
    const stop = this.stops.get(vm);
    return debt?.reason ?? resistance?.reason ?? (stop === undefined ? 'it is gone' : `${stop.change} by ${stop.cause.by}`);
  }
}

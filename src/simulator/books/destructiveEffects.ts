// I11: what cannot be taken back happens once an attempt. The books keep a list of such effects, by host and attempt; a host's attempt ends when an
// installed system comes up again, or somebody switches the machine on anew after its installer has failed; a VM's when it runs again.
import type { HostUuid, VmUuid, WorldEvent } from '../world';
import type { Bench, Judge } from './court';
import { hostName, isWilled, vmName } from './reading';

export interface DestructiveEffect {
  /** Virtual seconds. */
  readonly at: number;
  readonly host: HostUuid;
  /** `stage`: the plugin's `main` wrote a boot entry of the installer. `cut`: a BMC took the power away, or reset the machine. */
  readonly kind: 'leave' | 'stage' | 'installer' | 'cut' | 'hard-shutdown';
  readonly vm?: VmUuid;
  /** From 1. */
  readonly attempt: number;
}

export interface EffectLedger extends Judge {
  list(): readonly DestructiveEffect[];
}

export function destructiveEffects(bench: Bench): EffectLedger {
  const effects: DestructiveEffect[] = [];
  const attempts = new Map<HostUuid | VmUuid, number>();
  const runs = new Map<HostUuid, number>();
  /** Hosts whose installer has ended, and not well. */
  const failed = new Set<HostUuid>();

  function record(at: number, kind: DestructiveEffect['kind'], host: HostUuid, vm?: VmUuid): void {
    const effect = { at: at / 1000, host, kind, attempt: attempts.get(vm ?? host) ?? 1, ...(vm === undefined ? {} : { vm }) };
    bench.judged();
    if (effects.some((other) => isRepeat(other, effect))) {
      const object = vm === undefined ? hostName(bench.world, host) : vmName(bench.world, vm);
      bench.violated(`${kind} of ${object} happened twice in attempt ${String(effect.attempt)}`);
    }
    effects.push(effect);
  }

  /** The plugin's work shows on the disk only; the entry may be gone before anyone looks, so every event is a look. */
  function lookAtStaging(at: number): void {
    for (const { uuid, disk } of bench.world.machines.values()) {
      const now = disk.staged?.runs ?? 0;
      for (let run = runs.get(uuid) ?? 0; run < now; run++) record(at, 'stage', uuid);
      runs.set(uuid, now);
    }
  }

  function begin(object: HostUuid | VmUuid): void {
    attempts.set(object, (attempts.get(object) ?? 1) + 1);
  }

  function follow(event: WorldEvent & { readonly kind: 'machine' | 'installer' }): void {
    const { host } = event;
    if (event.kind === 'installer') {
      if (event.stage === 'failed' || event.stage === 'refused') failed.add(host);
      return;
    }
    const anew = event.change === 'on' && isWilled(event.cause) && failed.has(host);
    if (event.change !== 'up' && !anew) return;
    failed.delete(host);
    begin(host);
  }

  return {
    id: 'I11',
    on(event): void {
      lookAtStaging(event.at);
      const kind = kindOf(event);
      if (kind !== undefined && (event.kind === 'machine' || event.kind === 'installer')) record(event.at, kind, event.host);
      if (event.kind === 'machine' || event.kind === 'installer') follow(event);
      if (event.kind !== 'guest') return;
      if (kind !== undefined) record(event.at, kind, event.host, event.vm);
      if (event.change === 'started' || event.change === 'resumed') begin(event.vm);
    },
    end: () => lookAtStaging(bench.world.clock.monotonic()),
    list: () => [...effects],
  };
}

function kindOf(event: WorldEvent): DestructiveEffect['kind'] | undefined {
  switch (event.kind) {
    case 'machine':
      return kindOfMachine(event);
    case 'installer':
      return event.stage === 'start' ? 'installer' : undefined;
    case 'guest':
      return event.change === 'killed' && event.cause.by === 'call' ? 'hard-shutdown' : undefined;
    default:
      return undefined;
  }
}

function kindOfMachine(event: WorldEvent & { readonly kind: 'machine' }): DestructiveEffect['kind'] | undefined {
  if (event.change === 'leaving' && isWilled(event.cause)) return 'leave';
  return event.change === 'off' && isCut(event) ? 'cut' : undefined;
}

function isRepeat(one: DestructiveEffect, other: DestructiveEffect): boolean {
  return one.kind === other.kind && one.host === other.host && one.vm === other.vm && one.attempt === other.attempt;
}

/** By a call, and by force: a system that goes down when it was told to is no cut. */
function isCut({ cause, detail }: WorldEvent & { readonly kind: 'machine' }): boolean {
  return cause.by === 'call' && (detail === 'power cut' || detail === 'reset');
}

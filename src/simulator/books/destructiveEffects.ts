// I11: what cannot be taken back happens once an attempt. The books keep a list of such effects, by host and attempt; a host's attempt ends when an
// installed system comes up again, a VM's when it runs again.
import type { HostUuid, VmUuid, WorldEvent } from '../world';
import type { Bench, Judge } from './court';
import { hostName, isWilled, vmName } from './reading';

export interface DestructiveEffect {
  /** Virtual seconds. */
  readonly at: number;
  readonly host: HostUuid;
  /** `stage`: the plugin's `main` wrote a boot entry of the installer. */
  readonly kind: 'leave' | 'stage' | 'installer' | 'hard-shutdown';
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

  return {
    id: 'I11',
    on(event): void {
      lookAtStaging(event.at);
      const kind = kindOf(event);
      if (kind !== undefined && (event.kind === 'machine' || event.kind === 'installer')) record(event.at, kind, event.host);
      if (event.kind === 'machine' && event.change === 'up') begin(event.host);
      if (event.kind !== 'guest') return;
      if (kind !== undefined) record(event.at, kind, event.host, event.vm);
      if (event.change === 'started' || event.change === 'resumed') begin(event.vm);
    },
    end: () => lookAtStaging(bench.world.clock.monotonic()),
    list: () => [...effects],
  };
}

function kindOf(event: WorldEvent): DestructiveEffect['kind'] | undefined {
  if (event.kind === 'machine' && event.change === 'leaving' && isWilled(event.cause)) return 'leave';
  if (event.kind === 'installer' && event.stage === 'start') return 'installer';
  return event.kind === 'guest' && event.change === 'killed' && event.cause.by === 'call' ? 'hard-shutdown' : undefined;
}

function isRepeat(one: DestructiveEffect, other: DestructiveEffect): boolean {
  return one.kind === other.kind && one.host === other.host && one.vm === other.vm && one.attempt === other.attempt;
}

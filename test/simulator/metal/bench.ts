// Machines without a pool: the metal half on a virtual clock, with links that only write down what they were told.
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { seededRandom } from '../../../src/foundation/random';
import { createEventBus } from '../../../src/simulator/eventBus';
import { armFaults, parseFault } from '../../../src/simulator/faults';
import { createMetalHalf } from '../../../src/simulator/metal/createMetalHalf';
import type { MetalHalf } from '../../../src/simulator/metal/createMetalHalf';
import type { Links, Machine, Release, StagedInstaller, WorldEvent } from '../../../src/simulator/world';

export const REPOSITORY = 'http://repository.example/target';

export interface MetalBench {
  readonly clock: VirtualClock;
  readonly metal: MetalHalf;
  readonly machine: Machine;
  readonly links: Links;
  readonly events: WorldEvent[];
  readonly told: string[];
  /** Lets the world run until nothing more happens; gives the stages the installer went through since the last time. */
  settle(): Promise<readonly string[]>;
  staged(runs?: number): StagedInstaller;
}

export const UPGRADE = `<installation mode="upgrade"><existing-installation>sda</existing-installation><source type="url">${REPOSITORY}</source><script stage="installation-start" type="url">file:///revert-bootloader.py</script></installation>`;

/** One host `h1` of `installed`, a repository of `target`, and faults as the command line writes them. */
export function metalBench(installed: Release, target: Release, faults: readonly string[] = []): MetalBench {
  const clock = new VirtualClock(1_000_000);
  const bus = createEventBus(clock);
  const events: WorldEvent[] = [];
  const told: string[] = [];
  bus.on((event) => events.push(event));
  const targets = { hosts: [{ uuid: 'h1', name: 'host one', role: 'master' as const }], vms: [] };
  const links: Links = {
    hostBooted: (host, release) => told.push(`booted ${host} ${release.version}`),
    hostGone: (host) => told.push(`gone ${host}`),
    localStorageDestroyed: (host) => told.push(`storage ${host}`),
    leave: (host, how, cause) => metal.leave(host, how, cause),
    bootInstaller: (host, release, file, cause) => metal.bootInstaller(host, release, file, cause),
    powerOn: (host, cause) => metal.powerOn(host, cause),
  };
  const parts = { clock, random: seededRandom(7), bus, links, faults: armFaults(faults.map(parseFault), targets) };
  const repositories = new Map([[REPOSITORY, target]]);
  const metal = createMetalHalf({ ...parts, repositories }, [{ uuid: 'h1', name: 'host one', release: installed }]);
  let seen = 0;
  return {
    clock,
    metal,
    machine: metal.machines.get('h1')!,
    links,
    events,
    told,
    async settle(): Promise<readonly string[]> {
      await clock.run(() => false, clock.monotonic() + 6 * 3_600_000);
      const fresh = events.slice(seen);
      seen = events.length;
      return fresh.flatMap((event) => (event.kind === 'installer' ? [event.stage] : []));
    },
    staged: (runs = 1) => ({ url: `${REPOSITORY}/`, answerFile: UPGRADE, runs }),
  };
}

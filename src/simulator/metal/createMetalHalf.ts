// The metal half of the simulated world: machines with disks and power. It knows boot orders and installers, and nothing of pools or XAPI.
import type { ChassisIdentity, SimulatedChassis } from '../bmc/chassis';
import { factsOf } from '../releases';
import type { Cause, Disk, FirmwareMode, HostUuid, Links, Machine, Release } from '../world';
import type { Chassis, MetalParts } from './chassis';
import { bootMedia, leave, powerOff, powerOn, stepClock } from './power';
import { chassisOf as chassisFor } from './simulatedChassis';

export type { MetalParts } from './chassis';

/** A host as the world finds it: up, its agent listening, this release on its disk. */
export interface SeedHost {
  readonly uuid: HostUuid;
  readonly name: string;
  readonly release: Release;
  /** Default: that of the release. */
  readonly layout?: Disk['layout'] | undefined;
  /** Default: 2048. */
  readonly keyBits?: number | undefined;
  /** Default: BIOS. */
  readonly firmware?: FirmwareMode | undefined;
  /** What firmware and BMC say of it; default: a machine without network cards. */
  readonly identity?: ChassisIdentity | undefined;
  /** Of its management interface. */
  readonly address?: string | undefined;
}

export interface MetalHalf extends Pick<Links, 'leave' | 'bootInstaller' | 'powerOn'> {
  readonly machines: ReadonlyMap<HostUuid, Machine>;
  /** As the BMC in it sees the machine. */
  chassis(host: HostUuid): SimulatedChassis;
  /** Looks for faults of an hour that have been armed since, and counts from now. */
  armFaults(): void;
  /** Cuts the power, whatever the machine is doing. */
  powerOff(host: HostUuid, cause: Cause): void;
}

/**
 * @param parts  the world so far; `links` may still lack the pool half, it is first used when a machine goes or comes
 * @throws Error from each link when the host is not one of `hosts`: a bug of the simulator
 */
export function createMetalHalf(parts: MetalParts, hosts: readonly SeedHost[]): MetalHalf {
  const rack = new Map(hosts.map((host) => [host.uuid, mount(parts, host)]));
  const chassisOf = (host: HostUuid): Chassis => {
    const chassis = rack.get(host);
    if (chassis === undefined) throw new Error(`no machine ${host} in the simulated world`);
    return chassis;
  };
  const armFaults = (): void => {
    for (const chassis of rack.values()) armClockStep(parts, chassis);
  };
  armFaults();
  return {
    machines: new Map([...rack].map(([uuid, { machine }]) => [uuid, machine])),
    leave: (host, how, cause) => leave(parts, chassisOf(host), how, cause),
    bootInstaller(host, target, answerFile, cause): void {
      const chassis = chassisOf(host);
      const answers = answerFile === null ? ({ kind: 'none' } as const) : ({ kind: 'text', text: answerFile } as const);
      const { mode } = chassis;
      bootMedia(parts, chassis, { from: 'disc', release: target, answers, mode, atExit: 'reboot', cause });
    },
    chassis: (host) => chassisFor(parts, chassisOf(host)),
    powerOn: (host, cause) => powerOn(parts, chassisOf(host), cause),
    armFaults,
    powerOff: (host, cause) => powerOff(parts, chassisOf(host), cause),
  };
}

function mount(parts: MetalParts, seed: SeedHost): Chassis {
  const { uuid, name, release, layout = factsOf(release).layout, keyBits = 2048, firmware = 'BIOS', address = '' } = seed;
  const machine: Machine = {
    uuid,
    name,
    state: 'Up',
    agent: 'Running',
    leaving: null,
    clockSkew: 0,
    bootedAt: parts.clock.now(),
    disk: { system: release, backup: null, safe2upgrade: false, layout, keyBits, staged: null },
  };
  const identity = seed.identity ?? { manufacturer: '', model: '', serial: '', uuid, macs: [] };
  const quiet = { bmc: null, inPost: false, pending: null, activity: null, media: null };
  return { machine, identity, address, mode: firmware, ...quiet, loaderSpoilt: false, hangs: false, clockStep: 0 };
}

/** The fault `clock-steps`: at the host's next boot, or `after` seconds into the world while it runs. */
function armClockStep(parts: MetalParts, chassis: Chassis): void {
  const fault = parts.faults.strike('clock-steps', { host: chassis.machine.uuid });
  if (fault === undefined) return;
  const ms = Number(fault['by']) * 1000;
  if (fault['when'] === 'boot') chassis.clockStep = ms;
  else parts.clock.after(Number(fault['after']) * 1000, () => stepClock(parts, chassis, ms));
}

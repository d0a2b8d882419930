// Power: how a machine goes, by itself or by force, how it comes back, and what becomes of a boot.
import { sleep } from '../../foundation/clock';
import { integer } from '../../foundation/random';
import type { Cause, Release } from '../world';
import { halt, later, occupy } from './chassis';
import type { BootTime, Chassis, InstallerBoot, MetalParts } from './chassis';
import { installerToBoot } from './firmware';
import { runInstaller } from './installer';

/** xapi answers first and lets `shutdown` wait (xenserver.md, Appendix E). */
const UNTIL_GONE = 10_000;
const ORDINARY_BOOT: BootTime = { shortest: 120_000, longest: 300_000 };
const MACHINE: Cause = { by: 'machine' };

/** `shutdown -h/-r now` was accepted. A second one while the first still waits is heard, and changes nothing. */
export function leave(parts: MetalParts, chassis: Chassis, how: 'shutdown' | 'reboot', cause: Cause): void {
  const { machine } = chassis;
  if (machine.state !== 'Up') return;
  const again = machine.leaving !== null;
  machine.leaving ??= how;
  parts.bus.emit({ kind: 'machine', host: machine.uuid, change: 'leaving', cause, detail: how });
  if (!again) later(parts, chassis, UNTIL_GONE, () => goDown(parts, chassis, cause));
}

function goDown(parts: MetalParts, chassis: Chassis, cause: Cause): void {
  const how = chassis.machine.leaving ?? 'shutdown';
  darken(parts, chassis, cause, how);
  if (how === 'reboot') boot(parts, chassis);
}

/** The mains, or a BMC: whatever the machine is doing ends here. */
export function powerOff(parts: MetalParts, chassis: Chassis, cause: Cause, detail = 'power cut'): void {
  if (chassis.machine.state === 'Off') return;
  halt(chassis);
  darken(parts, chassis, cause, detail);
}

/** The reset line: as if power had been away for a moment. */
export function reset(parts: MetalParts, chassis: Chassis, cause: Cause): void {
  if (chassis.machine.state === 'Off') return;
  powerOff(parts, chassis, cause, 'reset');
  powerOn(parts, chassis, cause);
}

/** Told before agent and domains end (the pool half ends them), so that whoever hears of it still sees what stood on the machine. */
function darken(parts: MetalParts, chassis: Chassis, cause: Cause, detail: string): void {
  const { machine } = chassis;
  const ran = machine.state === 'Up';
  machine.state = 'Off';
  machine.agent = 'Stopped';
  machine.leaving = null;
  machine.waitsForPerson = false;
  chassis.inPost = false;
  parts.bus.emit({ kind: 'machine', host: machine.uuid, change: 'off', cause, detail });
  if (ran) parts.links.hostGone(machine.uuid);
}

export function powerOn(parts: MetalParts, chassis: Chassis, cause: Cause): void {
  if (chassis.machine.state !== 'Off') return;
  parts.bus.emit({ kind: 'machine', host: chassis.machine.uuid, change: 'on', cause });
  boot(parts, chassis);
}

/** Puts install media in and switches the machine on, off first if need be. The media serve one boot. */
export function bootMedia(parts: MetalParts, chassis: Chassis, media: InstallerBoot): void {
  powerOff(parts, chassis, media.cause);
  chassis.media = media;
  powerOn(parts, chassis, media.cause);
}

/** POST and boot loader, then whatever comes first in the boot order. */
function boot(parts: MetalParts, chassis: Chassis): void {
  chassis.machine.state = 'Booting';
  chassis.inPost = true;
  const { shortest, longest } = parts.boot ?? ORDINARY_BOOT;
  const post = integer(parts.random, shortest, longest);
  occupy(parts, chassis, async (signal) => {
    await sleep(parts.clock, post, signal);
    chassis.inPost = false;
    const installer = await installerToBoot(parts, chassis, signal);
    if (installer === null) return bootDisk(parts, chassis);
    const end = await runInstaller(parts, chassis, installer, signal);
    if (end === 'reboot') boot(parts, chassis);
    else darken(parts, chassis, MACHINE, 'the installer has ended');
  });
}

function bootDisk(parts: MetalParts, chassis: Chassis): void {
  const { system } = chassis.machine.disk;
  const obstacle = obstacleTo(chassis);
  if (obstacle !== undefined || system === null || system === 'broken') return hang(parts, chassis, obstacle ?? 'no system');
  comeUp(parts, chassis, system);
}

function obstacleTo(chassis: Chassis): string | undefined {
  const { system } = chassis.machine.disk;
  if (system === null) return 'a new system without the identity of this host';
  if (system === 'broken') return 'half an installation';
  if (chassis.loaderSpoilt) return 'the boot loader names an entry that was removed';
  return chassis.hangs ? 'hangs while it boots' : undefined;
}

function hang(parts: MetalParts, chassis: Chassis, detail: string): void {
  chassis.machine.state = 'Dead';
  parts.bus.emit({ kind: 'machine', host: chassis.machine.uuid, change: 'dead', cause: MACHINE, detail });
}

function comeUp(parts: MetalParts, chassis: Chassis, system: Release): void {
  const { machine } = chassis;
  machine.state = 'Up';
  machine.bootedAt = parts.clock.now();
  stepClock(parts, chassis, chassis.clockStep);
  chassis.clockStep = 0;
  parts.bus.emit({
    kind: 'machine',
    host: machine.uuid,
    change: 'up',
    cause: MACHINE,
    detail: `${system.brand} ${system.version}`,
  });
  parts.links.hostBooted(machine.uuid, system);
}

/** Moves the host's own clock by `ms`, as NTP or a hand at the firmware does. */
export function stepClock(parts: MetalParts, chassis: Chassis, ms: number): void {
  if (ms === 0) return;
  chassis.machine.clockSkew += ms;
  const detail = `the clock of ${chassis.machine.name} steps by ${String(ms / 1000)} s`;
  parts.bus.emit({ kind: 'pool', change: 'clock-step', detail, cause: MACHINE });
}

// Power, and what a machine boots: install media first, then the entry that the staging plugin left, then the disk.
import { integer } from '../../foundation/random';
import type { Cause, Release } from '../world';
import { later, releaseAt } from './chassis';
import type { BootTime, Chassis, InstallerBoot, MetalParts } from './chassis';
import { runInstaller } from './installer';
import { stagesForOneBoot } from './installerRules';

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
export function powerOff(parts: MetalParts, chassis: Chassis, cause: Cause): void {
  if (chassis.machine.state === 'Off') return;
  chassis.pending?.();
  chassis.pending = null;
  darken(parts, chassis, cause, 'power cut');
}

/** Told before agent and domains end (the pool half ends them), so that whoever hears of it still sees what stood on the machine. */
function darken(parts: MetalParts, chassis: Chassis, cause: Cause, detail: string): void {
  const { machine } = chassis;
  const ran = machine.state === 'Up';
  machine.state = 'Off';
  machine.agent = 'Stopped';
  machine.leaving = null;
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
  const { shortest, longest } = parts.boot ?? ORDINARY_BOOT;
  later(parts, chassis, integer(parts.random, shortest, longest), () => {
    const installer = installerToBoot(parts, chassis);
    if (installer === null) return bootDisk(parts, chassis);
    runInstaller(parts, chassis, installer, () => boot(parts, chassis));
  });
}

function installerToBoot(parts: MetalParts, chassis: Chassis): InstallerBoot | null {
  const { media } = chassis;
  if (media !== null) {
    chassis.media = null;
    return media;
  }
  const { disk } = chassis.machine;
  if (disk.staged === null || disk.system === null || disk.system === 'broken') return null;
  const { url, answerFile } = disk.staged;
  if (stagesForOneBoot(disk.system)) disk.staged = null;
  return { target: releaseAt(parts.repositories, url), answerFile, from: 'staged', cause: MACHINE };
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

// The installer at work on one machine, stage by stage as xenserver.md 5.5 tells it. Each stage changes the disk at the moment it begins, so a machine
// that loses power in between is left with exactly what that moment leaves: the backup half written, or no system at all.
import type { InstallerStage, Release } from '../world';
import { factsOf } from '../releases';
import { readAnswerFile } from './answerFile';
import type { Intent } from './answerFile';
import { later } from './chassis';
import type { Chassis, InstallerBoot, MetalParts } from './chassis';
import { convertsLayout, refusalOf, stagesForOneBoot } from './installerRules';

const SECOND = 1000;
/** Durations that add up to 15 minutes without the boots around them (xenserver.md 5.9: 10-20 minutes). */
const UNTIL_BACKUP = 60 * SECOND;
const BACKUP = 180 * SECOND;
const UNTIL_FORMAT = 15 * SECOND;
const FORMAT = 45 * SECOND;
const PACKAGES = 600 * SECOND;
const UNTIL_PACKAGE_ERROR = 300 * SECOND;
/** How long the error is shown before the reboot that looks like any other. */
const ERROR_SCREEN = 10 * SECOND;

interface Run {
  readonly parts: MetalParts;
  readonly chassis: Chassis;
  readonly boot: InstallerBoot;
  readonly reboot: () => void;
}

/** Starts the installer that has just booted. `reboot` is how it ends, whether it succeeded or not. */
export function runInstaller(parts: MetalParts, chassis: Chassis, boot: InstallerBoot, reboot: () => void): void {
  const host = chassis.machine.uuid;
  chassis.machine.state = 'Installing';
  parts.bus.emit({ kind: 'machine', host, change: 'installer', cause: boot.cause });
  const run: Run = { parts, chassis, boot, reboot };
  tell(run, 'start');
  const intent = firstLook(run);
  if (intent !== null) later(parts, chassis, UNTIL_BACKUP, () => carryOut(run, intent));
}

/** What the run is for, once `installation-start` has run; null when it waits at its first question for somebody to answer. */
function firstLook(run: Run): Intent | null {
  if (run.boot.answerFile === null) return run.boot.cause.by === 'person' ? { kind: 'upgrade' } : null;
  const { intent, reverts } = readAnswerFile(run.boot.answerFile);
  if (run.boot.from === 'staged' && reverts) revertBootLoader(run.chassis);
  return intent;
}

/** The script that the plugin put into the answer file. After a second `main` it restores the very entry that it then removes (before 1.2.0). */
function revertBootLoader(chassis: Chassis): void {
  const { disk } = chassis.machine;
  if (disk.staged === null) return;
  const system = disk.system;
  const oneBoot = system !== null && system !== 'broken' && stagesForOneBoot(system);
  if (!oneBoot && disk.staged.runs > 1) chassis.loaderSpoilt = true;
  disk.staged = null;
}

function carryOut(run: Run, intent: Intent): void {
  switch (intent.kind) {
    case 'upgrade':
      return beginUpgrade(run);
    case 'wipe':
      return wipe(run);
    case 'restore':
      return giveUp(run, 'refused', 'this installer does not restore');
    case 'unusable':
      return giveUp(run, 'refused', intent.why);
  }
}

function beginUpgrade(run: Run): void {
  const { disk } = run.chassis.machine;
  const refusal = refusalOf(disk, run.boot.target);
  if (refusal !== undefined) return giveUp(run, 'refused', refusal);
  const failsAt = run.parts.faults.strike('installer-fails', {
    host: run.chassis.machine.uuid,
    release: run.boot.target.version,
  })?.['stage'];
  if (failsAt === 'before-backup') return giveUp(run, 'failed', 'Unable to access repository');
  const source = disk.system as Release;
  disk.backup = { release: source, complete: false };
  tell(run, 'backup');
  next(run, BACKUP, () => finishBackup(run, source, failsAt));
}

function finishBackup(run: Run, source: Release, failsAt: string | undefined): void {
  const { parts, chassis, boot } = run;
  const { disk } = chassis.machine;
  disk.backup = { release: source, complete: true };
  tell(run, 'backup-done');
  if (convertsLayout(disk, boot.target)) {
    disk.layout = factsOf(boot.target).layout;
    parts.links.localStorageDestroyed(chassis.machine.uuid);
  }
  next(run, UNTIL_FORMAT, () => format(run, failsAt));
}

/** The point of no return. The boot loader lives on what is formatted, so a staged entry goes with it. */
function format(run: Run, failsAt: string | undefined): void {
  const { chassis } = run;
  chassis.machine.disk.system = 'broken';
  chassis.machine.disk.staged = null;
  tell(run, 'format');
  next(run, FORMAT, () => {
    tell(run, 'packages');
    if (failsAt === 'after-format')
      return next(run, UNTIL_PACKAGE_ERROR, () => giveUp(run, 'failed', 'Error installing packages'));
    next(run, PACKAGES, () => complete(run));
  });
}

function complete(run: Run): void {
  const { parts, chassis, boot, reboot } = run;
  chassis.machine.disk.system = boot.target;
  chassis.machine.disk.safe2upgrade = false;
  chassis.loaderSpoilt = false;
  chassis.hangs = parts.faults.strike('host-never-returns', { host: chassis.machine.uuid }) !== undefined;
  tell(run, 'complete');
  reboot();
}

/** A fresh installation: the disk is a new host's, with a new identity that no pool knows. What stood there is gone. */
function wipe(run: Run): void {
  const { parts, chassis, reboot } = run;
  const { disk } = chassis.machine;
  disk.system = null;
  disk.backup = null;
  disk.staged = null;
  disk.safe2upgrade = false;
  disk.layout = factsOf(run.boot.target).layout;
  disk.keyBits = 2048;
  tell(run, 'wiped', 'the answer file did not say mode="upgrade"');
  parts.links.localStorageDestroyed(chassis.machine.uuid);
  next(run, PACKAGES, reboot);
}

function giveUp(run: Run, stage: 'refused' | 'failed', why: string): void {
  tell(run, stage, why);
  next(run, ERROR_SCREEN, run.reboot);
}

function next(run: Run, ms: number, step: () => void): void {
  later(run.parts, run.chassis, ms, step);
}

function tell(run: Run, stage: InstallerStage, detail?: string): void {
  const { answerFile, target } = run.boot;
  const host = run.chassis.machine.uuid;
  run.parts.bus.emit({ kind: 'installer', host, stage, answerFile, target, ...(detail === undefined ? {} : { detail }) });
}

// The installer at work on one machine, stage by stage as xenserver.md 5.5 tells it. Each stage changes the disk at the moment it begins, so a machine
// that loses power in between is left with exactly what that moment leaves: the backup half written, or no system at all.
import { factsOf } from '../releases';
import type { Release } from '../world';
import type { Intent } from './answerFile';
import type { Chassis, InstallerBoot, MetalParts } from './chassis';
import { fetchPackages, fetchStartScript, reportResult, verifyTree } from './installerFetches';
import { convertsLayout, mismatchOf, refusalOf, restoreRefusal, stagesForOneBoot } from './installerRules';
import { ERROR_SCREEN, GivenUp, pause, type Run, SECOND, tell } from './installerRun';
import { begin, forever } from './installerStart';

/** Durations that add up to 15 minutes without the boots around them (xenserver.md 5.9: 10-20 minutes). */
const UNTIL_BACKUP = 60 * SECOND;
const BACKUP = 180 * SECOND;
const UNTIL_FORMAT = 15 * SECOND;
const FORMAT = 45 * SECOND;
const PACKAGES = 600 * SECOND;
const UNTIL_PACKAGE_ERROR = 300 * SECOND;
/** Copying a system back takes as long as copying it away. */
const RESTORE = 180 * SECOND;

export type InstallerEnd = 'reboot' | 'poweroff';

/** Runs the installer that has just booted, to its end. @returns what it does then, whether it succeeded or not. @throws Aborted */
export async function runInstaller(
  parts: MetalParts,
  chassis: Chassis,
  boot: InstallerBoot,
  signal: AbortSignal,
): Promise<InstallerEnd> {
  const host = chassis.machine.uuid;
  chassis.machine.state = 'Installing';
  parts.bus.emit({ kind: 'machine', host, change: 'installer', cause: boot.cause });
  const asking = { parts, chassis, boot, signal };
  const run = await begin(asking);
  if (run === undefined) return boot.atExit;
  const end = await carryThrough(run);
  // With a screen to show it, a restore that is done waits for a key (xenserver.md 5.7).
  const waits = end === 'restored' && boot.answers.kind === 'url' && boot.answers.dialogs;
  return waits ? forever(signal) : boot.atExit;
}

/** @returns how it ended; it has reported that then, and shown its error if it had one */
async function carryThrough(run: Run): Promise<'upgraded' | 'wiped' | 'restored' | 'gave-up'> {
  try {
    const end = await carryOut(run);
    await reportResult(run, 0);
    return end;
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
    tell(run, error.stage, error.why);
    await reportResult(run, 1);
    await pause(run, ERROR_SCREEN);
    return 'gave-up';
  }
}

/** What the run is for. A person says it at the console; nobody else says anything there. */
async function firstLook(run: Run): Promise<Intent> {
  const { answers, boot } = run;
  tell(run, answers?.intent.kind === 'restore' ? 'restoring' : 'start');
  if (answers === undefined) return boot.cause.by === 'person' ? { kind: 'upgrade' } : forever(run.signal);
  if (boot.from === 'staged' && answers.reverts) revertBootLoader(run.chassis);
  await fetchStartScript(run);
  return answers.intent;
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

async function carryOut(run: Run): Promise<'upgraded' | 'wiped' | 'restored'> {
  const intent = await firstLook(run);
  await pause(run, UNTIL_BACKUP);
  switch (intent.kind) {
    case 'upgrade':
      await upgrade(run);
      return 'upgraded';
    case 'wipe':
      await wipe(run);
      return 'wiped';
    case 'restore':
      await restore(run);
      return 'restored';
    case 'unusable':
      throw new GivenUp('refused', intent.why);
  }
}

async function upgrade(run: Run): Promise<void> {
  const packages = await lookAround(run);
  const fails = run.parts.faults.strike('installer-fails', of(run))?.['stage'];
  if (fails === 'before-backup') throw new GivenUp('failed', 'Unable to access repository');
  await backUp(run);
  await pause(run, UNTIL_FORMAT);
  format(run);
  await pause(run, FORMAT);
  tell(run, 'packages');
  if (fails === 'after-format') await failOn(run, packages);
  await fetchPackages(run, packages, PACKAGES);
  complete(run);
}

const of = ({ chassis, target }: Run): { readonly host: string; readonly release: string } => ({
  host: chassis.machine.uuid,
  release: target.version,
});

/** Everything that is looked at before anything is touched. @returns the packages to install. @throws GivenUp */
async function lookAround(run: Run): Promise<readonly string[]> {
  const { chassis, boot, target } = run;
  const mismatch = mismatchOf(boot.mode, chassis.mode);
  if (mismatch !== undefined) throw new GivenUp('refused', mismatch);
  const packages = await verifyTree(run);
  const refusal = refusalOf(chassis.machine.disk, target);
  if (refusal !== undefined) throw new GivenUp('refused', refusal);
  return packages;
}

async function backUp(run: Run): Promise<void> {
  const { parts, chassis, target } = run;
  const { disk } = chassis.machine;
  const source = disk.system as Release;
  disk.backup = { release: source, complete: false };
  tell(run, 'backup');
  await pause(run, BACKUP);
  disk.backup = { release: source, complete: true };
  tell(run, 'backup-done');
  if (!convertsLayout(disk, target)) return;
  disk.layout = factsOf(target).layout;
  parts.links.localStorageDestroyed(chassis.machine.uuid);
}

/** The point of no return. The boot loader lives on what is formatted, so a staged entry goes with it. */
function format(run: Run): void {
  const { disk } = run.chassis.machine;
  disk.system = 'broken';
  disk.staged = null;
  tell(run, 'format');
}

async function failOn(run: Run, packages: readonly string[]): Promise<never> {
  await fetchPackages(run, packages.slice(0, Math.ceil(packages.length / 2)), UNTIL_PACKAGE_ERROR);
  throw new GivenUp('failed', 'Error installing packages');
}

function complete(run: Run): void {
  const { parts, chassis, target } = run;
  chassis.machine.disk.system = target;
  chassis.machine.disk.safe2upgrade = false;
  chassis.loaderSpoilt = false;
  chassis.hangs = parts.faults.strike('host-never-returns', { host: chassis.machine.uuid }) !== undefined;
  tell(run, 'complete');
}

/** A fresh installation: the disk is a new host's, with a new identity that no pool knows. What stood there is gone. */
async function wipe(run: Run): Promise<void> {
  const { parts, chassis, target } = run;
  const { disk } = chassis.machine;
  disk.system = null;
  disk.backup = null;
  disk.staged = null;
  disk.safe2upgrade = false;
  disk.layout = factsOf(target).layout;
  disk.keyBits = 2048;
  tell(run, 'wiped', 'the answer file did not say mode="upgrade"');
  parts.links.localStorageDestroyed(chassis.machine.uuid);
  await pause(run, PACKAGES);
}

/** The backup is put back over whatever stands there; the pool's database comes back with it, as it was when the backup was made. */
async function restore(run: Run): Promise<void> {
  const { chassis, target, boot } = run;
  const { disk } = chassis.machine;
  const mismatch = mismatchOf(boot.mode, chassis.mode);
  const refusal = mismatch ?? restoreRefusal(disk, target);
  const { backup } = disk;
  if (refusal !== undefined || backup === null) throw new GivenUp('refused', refusal ?? '');
  if (run.parts.faults.strike('installer-fails', of(run)) !== undefined) throw new GivenUp('failed', 'Unable to restore');
  disk.system = 'broken';
  disk.staged = null;
  await pause(run, RESTORE);
  disk.system = backup.release;
  chassis.loaderSpoilt = false;
  chassis.hangs = false;
  tell(run, 'restored');
}

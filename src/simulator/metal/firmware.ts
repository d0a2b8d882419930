// What a machine boots: a disc that a person put in, what its BMC was told for once, the entry that the staging plugin left, else its disk. A device that has
// nothing to boot is passed over.
import { hasDevice, type InstallerLine, readInstallerLine } from '../firmware/installerLine';
import { bootMedium, type LoadedInstaller } from '../firmware/mediumBoot';
import { bootNetwork } from '../firmware/networkBoot';
import type { Asker, BootChoice } from '../bmc/chassis';
import type { Cause, FirmwareMode } from '../world';
import { type Chassis, type InstallerAnswers, type InstallerBoot, lineOf, type MetalParts } from './chassis';
import { stagesForOneBoot } from './installerRules';

const MACHINE: Cause = { by: 'machine' };
const MODES = { UEFI: 'UEFI', Legacy: 'BIOS' } as const;

/** @returns null for the disk. @throws Aborted */
export async function installerToBoot(parts: MetalParts, chassis: Chassis, signal: AbortSignal): Promise<InstallerBoot | null> {
  const choice = chassis.bmc?.boot();
  const { media } = chassis;
  if (media !== null) {
    chassis.media = null;
    return media;
  }
  return (await chosen(parts, chassis, choice, signal)) ?? staged(chassis);
}

/** What the BMC was told. */
async function chosen(
  parts: MetalParts,
  chassis: Chassis,
  choice: BootChoice | undefined,
  signal: AbortSignal,
): Promise<InstallerBoot | null> {
  if (choice === undefined) return null;
  const mode = choice.mode === undefined ? chassis.mode : MODES[choice.mode];
  const cause: Cause = choice.by === undefined ? MACHINE : causeOf(choice.by);
  if (choice.device === 'Pxe') {
    const loaded = untouched(parts, chassis) ?? (await overNetwork(parts, chassis, mode, signal));
    return told(chassis, loaded, { from: 'network', mode, cause });
  }
  if (choice.device !== 'Cd' || choice.image === undefined) return null;
  const line = lineOf(parts, chassis, chassis.bmc?.address);
  const loaded = untouched(parts, chassis) ?? (await bootMedium(line, choice.image, mode, signal));
  return told(chassis, loaded, { from: 'medium', mode, cause });
}

/** The vendor's installer as it stands on every disc: told nothing, and nobody here is asked for it. */
function untouched({ faults }: MetalParts, { machine }: Chassis): LoadedInstaller | undefined {
  const struck = faults.strike('medium-untouched', { host: machine.uuid }) !== undefined;
  return struck ? { words: [], release: undefined } : undefined;
}

async function overNetwork(
  parts: MetalParts,
  chassis: Chassis,
  mode: FirmwareMode,
  signal: AbortSignal,
): Promise<LoadedInstaller | undefined> {
  const { identity, machine } = chassis;
  const [mac] = identity.macs;
  if (parts.pxe === undefined || mac === undefined) return undefined;
  if (parts.faults.strike('pxe-silent', { host: machine.uuid }) !== undefined) return undefined;
  const { uuid, serial } = identity;
  return bootNetwork({ line: lineOf(parts, chassis), base: parts.pxe, mac, uuid, serial, mode }, signal);
}

/** What is done by somebody's hand is told so. */
export function causeOf({ caller }: Asker): Cause {
  return caller === 'person' ? { by: 'person' } : { by: 'call', caller };
}

function told(
  chassis: Chassis,
  loaded: LoadedInstaller | undefined,
  how: Pick<InstallerBoot, 'from' | 'mode' | 'cause'>,
): InstallerBoot | null {
  if (loaded === undefined) return null;
  const line = readInstallerLine(loaded.words);
  return { ...how, release: loaded.release, answers: answersOf(chassis, line), atExit: line.atExit };
}

function answersOf({ identity, address }: Chassis, line: InstallerLine): InstallerAnswers {
  const { answers, network } = line;
  if (answers.kind === 'none') return answers;
  const up = network.kind !== 'wrong' && hasDevice(line, identity.macs);
  const own = network.kind === 'static' ? network.ip : address;
  return { ...answers, from: up ? own : undefined };
}

function staged({ machine: { disk }, mode }: Chassis): InstallerBoot | null {
  if (disk.staged === null || disk.system === null || disk.system === 'broken') return null;
  const { answerFile, url } = disk.staged;
  if (stagesForOneBoot(disk.system)) disk.staged = null;
  const answers = { kind: 'text', text: answerFile } as const;
  return { from: 'staged', stagedFrom: url, release: undefined, answers, mode, atExit: 'reboot', cause: MACHINE };
}

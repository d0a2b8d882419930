// What one run of the installer carries from stage to stage, and how it tells the world of them and gives up.
import { sleep } from '../../foundation/clock';
import type { InstallerStage, Release } from '../world';
import type { AnswerFile } from './answerFile';
import type { Chassis, InstallerBoot, MetalParts } from './chassis';

export const SECOND = 1000;
/** How long an error is shown before the reboot that looks like any other. */
export const ERROR_SCREEN = 10 * SECOND;

export interface Run {
  readonly parts: MetalParts;
  readonly chassis: Chassis;
  readonly boot: InstallerBoot;
  /** Ended with the machine's power. */
  readonly signal: AbortSignal;
  /** Undefined where a person answers at the console. */
  readonly answers: AnswerFile | undefined;
  /** As it was read. */
  readonly answerFile: string | null;
  /** What is installed. */
  readonly target: Release;
}

/** The installer shows an error and ends. `refused`: it would not; `failed`: it could not. */
export class GivenUp extends Error {
  constructor(
    readonly stage: 'refused' | 'failed',
    readonly why: string,
  ) {
    super(why);
  }
}

export function tell({ parts, chassis, answerFile, target }: Run, stage: InstallerStage, detail?: string): void {
  const host = chassis.machine.uuid;
  parts.bus.emit({ kind: 'installer', host, stage, answerFile, target, ...(detail === undefined ? {} : { detail }) });
}

/** @throws Aborted when the machine loses power */
export function pause({ parts, signal }: Pick<Run, 'parts' | 'signal'>, ms: number): Promise<void> {
  return sleep(parts.clock, ms, signal);
}

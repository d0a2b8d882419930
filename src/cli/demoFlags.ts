// The flags of `xenpool demo`, read into what is wished, or what is wrong with them in words.
import type { Booting } from '../demo/booting';
import { defaultFolder, type DemoSettings } from '../demo/folder';
import { crashPoint, FaultError, parseFault } from '../simulator/faults';
import { findBootMethod, findFirmware, unknownBootMethod, unknownFirmware } from './bootFlags';
import { readPace } from './paceFlags';
import { wholeNumber } from './wholeNumber';

export interface DemoOptions {
  readonly hosts?: string;
  readonly vms?: string;
  readonly pace?: string;
  readonly bootMethod?: string;
  readonly firmware?: string;
  readonly fault: readonly string[];
  readonly keep?: true;
  readonly resume?: true;
  readonly data?: string;
  readonly output: string;
}

export interface DemoWish {
  /** Undefined: those of the run that is resumed. */
  readonly settings: DemoSettings | undefined;
  readonly crashAt: number | undefined;
  readonly keep: boolean;
  readonly data: string;
  readonly json: boolean;
}

export const DEMO_DEFAULTS = { hosts: 3, vms: 12, pace: 100, bootMethod: 'Staged', firmware: 'BIOS' };
/** At the pace of real time no instant tells how far a pool that stood still is behind. */
const LEAST_PACE = 2;
const MOST = { hosts: 16, vms: 400, pace: 1_000 };

export function readDemoFlags(options: DemoOptions): DemoWish | string {
  const { output, keep, resume, data = defaultFolder(), fault } = options;
  if (output !== 'text' && output !== 'json') return `--output ${output}: expected text or json`;
  const settings = resume === true ? resumed(options) : settingsOf(options);
  if (typeof settings === 'string') return settings;
  const crashAt = crashOf(fault);
  if (typeof crashAt === 'string') return crashAt;
  return { settings, crashAt, keep: keep === true, data, json: output === 'json' };
}

function resumed({ hosts, vms, pace, fault, bootMethod, firmware }: DemoOptions): undefined | string {
  const given = Object.entries({ hosts, vms, pace, 'boot-method': bootMethod, firmware }).find(
    ([, value]) => value !== undefined,
  )?.[0];
  const flag = given ?? (fault.length > 0 ? 'fault' : undefined);
  return flag === undefined ? undefined : `--resume and --${flag} exclude each other: the run that is resumed has its own`;
}

function settingsOf({ hosts, vms, pace, fault, ...boot }: DemoOptions): DemoSettings | string {
  const hostCount = within(hosts, DEMO_DEFAULTS.hosts, 1, MOST.hosts);
  if (hostCount === undefined) return `--hosts ${hosts}: expected a whole number from 1 to ${MOST.hosts}`;
  const vmCount = within(vms, DEMO_DEFAULTS.vms, 0, MOST.vms);
  if (vmCount === undefined) return `--vms ${vms}: expected a whole number from 0 to ${MOST.vms}`;
  const rate = pace === undefined ? DEMO_DEFAULTS.pace : readPace(pace);
  if (rate === undefined || rate < LEAST_PACE || rate > MOST.pace)
    return `--pace ${pace}: expected a number from ${LEAST_PACE} to ${MOST.pace}, e.g. 100`;
  const booting = bootingOf(boot);
  if (typeof booting === 'string') return booting;
  // A controller dies as a process; the pool knows nothing of it.
  return { hosts: hostCount, vms: vmCount, pace: rate, booting, faults: fault.filter((text) => !isCrash(text)) };
}

function bootingOf({
  bootMethod = DEMO_DEFAULTS.bootMethod,
  firmware = DEMO_DEFAULTS.firmware,
}: Pick<DemoOptions, 'bootMethod' | 'firmware'>): Booting | string {
  const method = findBootMethod(bootMethod);
  if (method === undefined) return unknownBootMethod(bootMethod);
  const mode = findFirmware(firmware);
  return mode === undefined ? unknownFirmware(firmware) : { method, firmware: mode };
}

function within(text: string | undefined, preset: number, least: number, most: number): number | undefined {
  const value = text === undefined ? preset : wholeNumber(text);
  return value === undefined || value < least || value > most ? undefined : value;
}

function isCrash(text: string): boolean {
  return text.startsWith('controller-crashes');
}

function crashOf(faults: readonly string[]): number | undefined | string {
  try {
    const point = crashPoint(faults.map(parseFault));
    return point === 'every'
      ? '--fault controller-crashes:at=every: xenpool rehearse has it; here a number says at which change'
      : point;
  } catch (error) {
    if (error instanceof FaultError) return `--fault: ${error.message}`;
    throw error;
  }
}

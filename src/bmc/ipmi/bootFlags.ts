// The five bytes of boot options parameter 5, written raw because `chassis bootdev` ends with 0 also where the BMC refused it (bmc.md 3.3), and read as bytes
// because ipmitool's prose is only its reading of them (3.5).
import type { BootOverride, BootTarget, FirmwareMode } from '../bmc';

export interface BootFlags {
  /** Without it the rest means nothing to the firmware. */
  readonly valid: boolean;
  readonly persistent: boolean;
  readonly efi: boolean;
  /** Selector, 0 to 15. */
  readonly device: number;
}

const DEVICES: Readonly<Record<BootTarget, number>> = { Pxe: 1, Hdd: 2, Cd: 5 };
const TARGETS: ReadonlyMap<number, BootTarget> = new Map([
  [1, 'Pxe'],
  [2, 'Hdd'],
  [5, 'Cd'],
]);

/** Read System Boot Options, parameter 5. */
export const READ_FLAGS = ['raw', '0x00', '0x09', '0x05', '0x00', '0x00'] as const;
/** Parameter 3, bit 3: the flags do not expire after 60 s without a chassis command. Not every BMC has it. */
export const KEEP_FLAGS = ['raw', '0x00', '0x08', '0x03', '0x08'] as const;
export const CLEAR_FLAGS = ['raw', '0x00', '0x08', '0x05', '0x00', '0x00', '0x00', '0x00', '0x00'] as const;

/** Valid, for the next boot only. */
export function writeFlags(target: BootTarget, mode: FirmwareMode): readonly string[] {
  const first = mode === 'UEFI' ? '0xa0' : '0x80';
  const second = `0x${(DEVICES[target] << 2).toString(16).padStart(2, '0')}`;
  return ['raw', '0x00', '0x08', '0x05', first, second, '0x00', '0x00', '0x00'];
}

/** @param stdout of `READ_FLAGS`: version, parameter with its lock bit, five bytes. @returns undefined where it is not that */
export function parseFlags(stdout: string): BootFlags | undefined {
  const text = stdout.trim();
  if (!/^[0-9a-f]{2}(?:\s+[0-9a-f]{2}){6,15}$/i.test(text)) return undefined;
  const [, parameter = 0, first = 0, second = 0] = text.split(/\s+/).map((byte) => Number.parseInt(byte, 16));
  if ((parameter & 0x7f) !== 5) return undefined;
  // Bit 7 of the parameter: marked invalid, or locked while somebody writes it.
  const locked = (parameter & 0x80) !== 0;
  return {
    valid: !locked && (first & 0x80) !== 0,
    persistent: (first & 0x40) !== 0,
    efi: (first & 0x20) !== 0,
    device: (second >> 2) & 0x0f,
  };
}

/**
 * - `Exact`: the BMC gives back every bit that it was given, as it should.
 * - `DeviceOnly`: it gives back the device alone, and no word of validity, firmware mode or duration, as ipmi_sim does (bmc.md 5.1).
 */
export type ReadBack = 'Exact' | 'DeviceOnly';

export function overrideOf(flags: BootFlags, readBack: ReadBack): BootOverride {
  if (flags.device === 0 || (readBack === 'Exact' && !flags.valid)) return { target: 'None', once: false, mode: undefined };
  const target = TARGETS.get(flags.device) ?? 'Other';
  if (readBack === 'DeviceOnly' && !flags.valid) return { target, once: true, mode: undefined };
  return { target, once: !flags.persistent, mode: flags.efi ? 'UEFI' : 'BIOS' };
}

// How much memory the control domain of a release takes, where no host tells: its staging plugin is too old, or the hop is a later one.
// Source: the XenServer reference, section 1.6 (the installer takes the greater of old size and new default), and the vendor's page on memory usage.
import { compareVersions, type Release } from './release';

const GIB = 1024 ** 3;

/** Bytes: from 8.0 on 1 GiB and a twentieth of the machine, 8 GiB at most; 0 before, where upgrades leave it as it is. @param machine bytes */
export function usualSize({ version }: Release, machine: number): number {
  return compareVersions(version, '8.0') < 0 ? 0 : Math.min(8 * GIB, GIB + Math.floor(machine / 20));
}

export interface ControlDomain {
  /** Bytes it has now. */
  readonly dom0Memory: number | undefined;
  /** Bytes of the machine. */
  readonly machineMemory: number | undefined;
}

/**
 * @param told bytes that the host says the release takes
 * @returns bytes that guests lose to it
 */
export function growthBy({ dom0Memory, machineMemory }: ControlDomain, release: Release, told?: number): number {
  const next = told ?? (machineMemory === undefined ? 0 : usualSize(release, machineMemory));
  return dom0Memory === undefined ? 0 : Math.max(0, next - dom0Memory);
}

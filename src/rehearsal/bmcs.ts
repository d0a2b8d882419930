// The BMCs of a rehearsal: those that the manifest names, each played by a family of its own kind, with the login that the rehearsal's Secrets hold.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { parseBmcAddress } from '../bmc/address';
import { BmcError } from '../bmc/bmc';
import type { IpmitoolRun } from '../bmc/ipmi/run';
import type { BmcSetting } from '../simulator/createWorld';
import type { LoadedPool } from '../simulator/dump';

export interface PlayedBmcs {
  readonly settings: readonly BmcSetting[];
  /** What cannot be played, a sentence each. */
  readonly warnings: readonly string[];
}

/** @param profile family of the simulator's BMCs */
export function playedBmcs(
  { spec }: PoolUpgrade,
  pool: LoadedPool,
  profile: string,
  credentials: BmcSetting['credentials'],
): PlayedBmcs {
  const settings: BmcSetting[] = [];
  const warnings: string[] = [];
  for (const { name, bmc } of spec.hosts ?? []) {
    const host = pool.hosts.find((entry) => entry.name === name || entry.uuid === name);
    if (bmc === undefined || host === undefined) continue;
    const place = placeOf(bmc.address);
    if (place?.protocol === 'redfish') settings.push({ host: host.uuid, origin: place.origin, profile, credentials });
    else warnings.push(`the BMC of ${name} at ${bmc.address} is not played: a rehearsal plays Redfish alone`);
  }
  return { settings, warnings };
}

/** An address that makes no sense is told by the run. */
function placeOf(address: string): ReturnType<typeof parseBmcAddress> | undefined {
  try {
    return parseBmcAddress(address, { allowPlaintext: true });
  } catch (error) {
    if (error instanceof BmcError) return undefined;
    throw error;
  }
}

/** Nothing of a rehearsal leaves its process. */
export const noIpmitool: IpmitoolRun = {
  run: () => Promise.reject(new BmcError('Unreachable', 'ipmitool', 'a rehearsal plays no BMC that speaks IPMI', 'NotPlayed')),
};

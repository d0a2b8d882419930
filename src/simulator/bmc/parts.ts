// What the parts of one simulated BMC share.
import type { Clock } from '../../foundation/clock';
import type { BmcResponse } from '../../bmc/transport';
import { type Complaint, refuse } from './answers';
import type { ChangeKind } from './books';
import type { Asker, SimulatedChassis } from './chassis';
import type { BmcProfile } from './profile';

/** What the BMC found where an image is said to be. */
export type FetchImage = (url: string) => Promise<'found' | 'missing'>;

export interface BmcParts {
  readonly profile: BmcProfile;
  readonly chassis: SimulatedChassis;
  readonly clock: Clock;
  readonly fetchImage: FetchImage;
  /** @param by who did it; undefined: nobody that asked */
  readonly note: (kind: ChangeKind, detail: string, by?: Asker) => void;
  /** Whether something of that name goes wrong now; its parameters then. */
  readonly strike: Strike;
}

export type Strike = (name: BmcMishap) => Readonly<Record<string, string>> | undefined;

/** What the world's faults may ask of a BMC, each at its own place. */
export type BmcMishap =
  'bmc-session-lost' | 'media-not-fetched' | 'media-unlicensed' | 'override-forgotten' | 'power-on-ignored' | 'post-refuses';

export const systemPath = ({ systemId }: BmcProfile): string => `/redfish/v1/Systems/${systemId}`;
export const managerPath = ({ managerId }: BmcProfile): string => `/redfish/v1/Managers/${managerId}`;

export function complain({ profile }: BmcParts, complaint: Complaint): BmcResponse {
  return refuse(profile, complaint);
}

export function isJson(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

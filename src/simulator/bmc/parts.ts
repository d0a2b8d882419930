// What the parts of one simulated BMC share.
import type { Clock } from '../../foundation/clock';
import type { BmcResponse } from '../../bmc/transport';
import { type Complaint, refuse } from './answers';
import type { ChangeKind } from './books';
import type { SimulatedChassis } from './chassis';
import type { BmcProfile } from './profile';

/** What the BMC found where an image is said to be. */
export type FetchImage = (url: string) => Promise<'found' | 'missing'>;

export interface BmcParts {
  readonly profile: BmcProfile;
  readonly chassis: SimulatedChassis;
  readonly clock: Clock;
  readonly fetchImage: FetchImage;
  readonly note: (kind: ChangeKind, detail: string) => void;
}

export const systemPath = ({ systemId }: BmcProfile): string => `/redfish/v1/Systems/${systemId}`;
export const managerPath = ({ managerId }: BmcProfile): string => `/redfish/v1/Managers/${managerId}`;

export function complain({ profile }: BmcParts, complaint: Complaint): BmcResponse {
  return refuse(profile, complaint);
}

export function isJson(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

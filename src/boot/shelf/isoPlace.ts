// Which ISO is meant, as whoever knows the manifests tells it, and what can be said of it before any host is touched.
import type { FirmwareMode } from '../../bmc/bmc';
import type { MediaRelease } from '../media/release';
import type { HttpSourceOptions } from '../media/sources/httpSource';

export interface IsoPlace {
  /** An http or https URL whose server knows ranges, or the path of a file inside the folder that is mounted for ISOs. */
  readonly location: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Whom to believe where the location is of https; absent: the authorities of the system. */
  readonly trust?: HttpSourceOptions;
}

/** - `Checking`: it is being read for the first time. - `Ready`: hosts can be shown it. - `Refused`: they cannot; it is tried again after a while. */
export type OfferState = 'Checking' | 'Ready' | 'Refused';

export interface IsoOffer {
  readonly location: string;
  readonly sha256: string;
  readonly state: OfferState;
  /** What was found, what was expected and what to do, where it is refused; else empty. */
  readonly why: string;
  /** Modes in which it starts the installer by itself; empty as long as it was not looked at. */
  readonly firmware: readonly FirmwareMode[];
  /** Bytes that may be added to the installer's line in the mode that has least; 0 as long as it was not looked at. */
  readonly room: number;
  /** Undefined: it was not looked at, or does not say. */
  readonly release: MediaRelease | undefined;
}

/** Two places are one when nothing differs. */
export function placeKey({ location, sha256, trust = {} }: IsoPlace): string {
  return JSON.stringify([location, sha256.toLowerCase(), trust.ca ?? '', trust.insecureSkipVerify ?? false]);
}

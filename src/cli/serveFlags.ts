// What flags say of a pool that is served, read and found possible.
import type { ServedBmc } from '../simulator/servers/settings';
import type { FirmwareMode } from '../simulator/world';

export interface ServeFlags {
  readonly seed: number;
  readonly pace: number;
  /** Wall time of the pool is the real one at this instant, in milliseconds since the epoch; undefined: it goes on from where it stands. */
  readonly paceFrom: number | undefined;
  readonly listen: string;
  readonly port: number;
  readonly faults: readonly string[];
  readonly plain: boolean;
  readonly bmcs: readonly ServedBmc[];
  readonly firmware: FirmwareMode;
  /** Without a slash at the end. */
  readonly bootServer: string | null;
}

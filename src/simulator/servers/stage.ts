// The simulated pool as the control sees it: time that can be stepped, the world, its books, and faults that can be armed.
import type { PacedClock } from '../../foundation/pacedClock';
import type { Books } from '../books/createBooks';
import type { SimulatedWorld } from '../createWorld';
import type { ArmedFaults } from '../faults';
import type { HostUuid } from '../world';
import type { Intake } from './intake';
import type { Counting } from './tally';

export interface Stage {
  readonly clock: PacedClock;
  readonly world: SimulatedWorld;
  readonly books: Books;
  readonly faults: ArmedFaults;
  readonly counting: Counting;
  /** By which all comes in that changes anything. */
  readonly intake: Intake;
  /** Origins of the BMCs that are served, by host. */
  readonly bmcOrigins: ReadonlyMap<HostUuid, string>;
  /** Arms faults from now on, all or none. @throws FaultError */
  arm(specs: readonly string[]): void;
}

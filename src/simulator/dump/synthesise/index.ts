// What a dump lacks, made up in an order in which each step may rely on those before it. Every step says what it made up; nothing is made up in silence.
import { controlDomains, guestMemory, hostMetrics } from './memory';
import type { Draft, Step } from './draft';
import { guestFigures, guestTools, operations, residence } from './guests';
import { addresses, bootTimes, identities, managementInterfaces } from './hosts';
import { balancer, disks, poolObject } from './pool';

const STEPS: readonly Step[] = [
  poolObject,
  balancer,
  identities,
  addresses,
  bootTimes,
  managementInterfaces,
  guestMemory,
  operations,
  residence,
  controlDomains,
  hostMetrics,
  guestFigures,
  guestTools,
  disks,
];

/** Changes the database. @returns a sentence for each thing made up */
export function synthesise(draft: Draft): readonly string[] {
  return STEPS.flatMap((step) => step(draft));
}

// Checked by the compiler alone: what the heart remembers and what the CRD declares are one shape. A field that the CRD does not know would be dropped by
// an API server without a word, and the run would forget it.
import type { HostStatus, PoolUpgradeStatus } from '../../src/api/poolUpgrade';
import type { HostState } from '../../src/upgrade/state';
import type { StoredStatus } from '../../src/controller/store/status';

type Extends<T extends U, U> = [T, U];

export type NoFieldIsForgotten = Extends<keyof StoredStatus, keyof PoolUpgradeStatus>;
export type NoHostFieldIsForgotten = Extends<keyof HostState, keyof HostStatus>;
export type StatusIsStored = Extends<Omit<StoredStatus, 'hosts' | 'progress'>, Omit<PoolUpgradeStatus, 'hosts' | 'progress'>>;
/** Evidence is an open map in the CRD, because what is worth remembering differs from boot method to boot method. */
export type HostIsStored = Extends<Omit<HostState, 'evidence'>, Omit<HostStatus, 'evidence'>>;

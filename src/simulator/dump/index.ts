// Pools for the simulator: loaded from a dump, grown to more hosts, or made from nothing; and written back to a dump.
export { type LoadedPool, type Origin, type PoolHost } from './loadedPool';
export { LoadError, type LoadErrorKind } from './loadError';
export { loadPool } from './loadPool';
export { toDatabase } from './toDatabase';

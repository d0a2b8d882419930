// Pools for the simulator: loaded from a dump, grown to more hosts, or made from nothing; and written back to a dump.
export { type LoadedPool, type Origin, type PoolHost } from './loadedPool';
export { LoadError, type LoadErrorKind } from './loadError';
export { copyPool, loadPool } from './loadPool';
export { grow } from './grow/grow';
export { makePool, type PoolShape } from './made/makePool';
export { IGNORES_SHUTDOWN } from './made/guests';
export { toDatabase } from './toDatabase';

// The PoolUpgrade API: its types, generated from the CRD, and its name for the Kubernetes API. The rest of this folder reads, checks and explains it.
export type * from './generated/poolUpgrade';

/** Where PoolUpgrades live in the Kubernetes API. */
export const POOL_UPGRADES = { group: 'xenpool.dev', version: 'v1alpha1', plural: 'poolupgrades', kind: 'PoolUpgrade' } as const;

/** The finalizer that lets the operator put things back before an object goes. */
export const FINALIZER = 'xenpool.dev/put-back';

/** Annotations a person sets; each is handled once per value. */
export const ANNOTATIONS = {
  approve: 'xenpool.dev/approve',
  retry: 'xenpool.dev/retry',
  skip: 'xenpool.dev/skip',
  resume: 'xenpool.dev/resume',
} as const;

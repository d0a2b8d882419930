// The PoolUpgrade API: its types, generated from the CRD, and its name for the Kubernetes API. The rest of this folder reads, checks and explains it.
import type { BootMethod } from './generated/poolUpgrade';

export type * from './generated/poolUpgrade';

/** Where PoolUpgrades live in the Kubernetes API. */
export const POOL_UPGRADES = { group: 'xenpool.dev', version: 'v1alpha1', plural: 'poolupgrades', kind: 'PoolUpgrade' } as const;

/** What `boot.method` may be. */
export const BOOT_METHODS = ['Auto', 'Staged', 'VirtualMedia', 'PXE', 'Manual'] as const satisfies readonly BootMethod[];

/** The finalizer that lets the operator put things back before an object goes. */
export const FINALIZER = 'xenpool.dev/put-back';

/** Annotations a person sets; each is handled once per value. */
export const ANNOTATIONS = {
  approve: 'xenpool.dev/approve',
  retry: 'xenpool.dev/retry',
  skip: 'xenpool.dev/skip',
  resume: 'xenpool.dev/resume',
} as const;

interface AnnotationMeaning {
  readonly value: string;
  readonly meaning: string;
}

/** What each annotation holds and does. */
export const ANNOTATION_MEANINGS: Readonly<Record<keyof typeof ANNOTATIONS, AnnotationMeaning>> = {
  approve: {
    value: 'the hash of the plan (`status.plan.hash`), for one host followed by `/` and its name',
    meaning: 'Approves the plan, or that host, where `gates.approval` asks for it. Another plan needs another approval.',
  },
  retry: {
    value: 'any text not used before',
    meaning: 'Starts the host that failed once more, the master too, or one that was skipped.',
  },
  skip: {
    value: 'any text not used before',
    meaning: 'Leaves out the host that failed or has not begun; the pool stays mixed and Halted.',
  },
  resume: { value: 'any text not used before', meaning: 'Goes on from Halted, once the cause is mended.' },
};

// Which cluster this is, wherever its API server is reached: the uid of the namespace kube-system, which no cluster shares with another and none changes.
import { type Clock, sleep } from '../foundation/clock';
import type { Random } from '../foundation/random';
import { KubeError, type KubernetesApi, NAMESPACES } from './api';
import { Backoff } from './backoff';

export interface IdentityParts {
  readonly api: KubernetesApi;
  /** Real time. */
  readonly clock: Clock;
  readonly random: Random;
  /** Told why it cannot be said yet, and undefined when it can. */
  readonly onProblem: (problem: KubeError | undefined) => void;
}

/** Asks until there is an answer. @throws Aborted when the signal aborts first */
export async function clusterIdentity({ api, clock, random, onProblem }: IdentityParts, signal: AbortSignal): Promise<string> {
  const backoff = new Backoff(random);
  for (;;) {
    try {
      const { metadata } = await api.get(NAMESPACES, '', 'kube-system');
      if (metadata.uid === undefined) throw new KubeError('ServerError', 'get namespaces kube-system: it has no uid');
      onProblem(undefined);
      return metadata.uid;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      onProblem(error);
      await sleep(clock, backoff.after(error), signal);
    }
  }
}

// Secrets are followed without being read: only their metadata crosses the wire, and a change is told to whoever logs in with that Secret, so that a mended
// password is tried at once. The value itself is read when it is needed, and nothing of it is kept.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import { type KubeObject, type KubernetesApi, SECRETS } from '../kubernetes/api';
import { Reflector } from '../kubernetes/reflector';

export interface SecretWatchParts {
  readonly api: KubernetesApi;
  /** Real time. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Undefined: those of all namespaces. */
  readonly namespace: string | undefined;
  /** Told of each Secret that came, changed or went. */
  readonly onSecret: (namespace: string, name: string) => void;
}

export function followSecrets({ namespace, onSecret, ...parts }: SecretWatchParts): Reflector<KubeObject> {
  const scope = namespace === undefined ? {} : { namespace };
  const onKey = (key: string): void => {
    const [where = '', name = ''] = key.split('/');
    onSecret(where, name);
  };
  return new Reflector<KubeObject>({ ...parts, resource: SECRETS, ...scope, metadataOnly: true, onKey });
}

/** Whether the object logs in with that Secret, or trusts what it holds. */
export function refersTo({ metadata, spec }: PoolUpgrade, namespace: string, name: string): boolean {
  const { credentialsRef, tls } = spec.pool;
  return metadata.namespace === namespace && (credentialsRef.name === name || tls.caBundleRef?.name === name);
}

// From `spec.pool.tls` and its Secret to what the wire trusts, read anew whenever somebody logs in: a person who answers a changed certificate edits the
// manifest or the Secret, and that must be enough.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import type { KubernetesApi } from '../../kubernetes/api';
import { XapiError } from '../../xenapi/error';
import { fingerprintOf, type TlsPolicy, type Trust } from '../../foundation/wire/tlsPolicy';
import type { ClosableTransport, XapiResponse, XapiTransport } from '../../xenapi/transport';
import { readSecretKey } from '../secrets';

/** @throws XapiError `Untrusted` naming Secret and key that are missing; KubeError when the cluster does not answer */
export async function tlsPolicyOf(api: KubernetesApi, { metadata, spec }: PoolUpgrade): Promise<TlsPolicy> {
  const { minVersion, allowPlaintext } = spec.pool.tls;
  return { trust: await trustOf(api, metadata.namespace ?? 'default', spec.pool.tls), minVersion, allowPlaintext };
}

async function trustOf(
  api: KubernetesApi,
  namespace: string,
  { insecureSkipVerify, fingerprints, caBundleRef }: PoolUpgrade['spec']['pool']['tls'],
): Promise<Trust> {
  if (insecureSkipVerify) return { kind: 'Unverified' };
  if (fingerprints !== undefined && fingerprints.length > 0)
    return { kind: 'Fingerprints', sha256: new Set(fingerprints.map(fingerprintOf)) };
  if (caBundleRef === undefined) return { kind: 'SystemRoots' };
  const bundle = await readSecretKey(api, namespace, caBundleRef.name, caBundleRef.key);
  if ('value' in bundle) return { kind: 'CaBundle', pem: bundle.value };
  const text = `spec.pool.tls.caBundleRef: ${bundle.missing}; it must hold PEM certificates`;
  throw new XapiError({ kind: 'Untrusted', text, maybeDelivered: false });
}

/** Sends by the policy in force; {@link follow} is to be called before a login. */
export class FollowingTransport implements XapiTransport {
  private current: { readonly key: string; readonly transport: ClosableTransport } | undefined;
  private readonly learnt: { readonly host: string; readonly fingerprint: string }[] = [];

  /** @param open makes the transport for a policy */
  constructor(private readonly open: (policy: TlsPolicy) => ClosableTransport) {}

  /**
   * From now on this policy. Connections opened under another one are closed; calls on them fail as broken. Fingerprints that were learnt stay learnt:
   * the one who vouched for them will not be asked again before the host starts anew.
   */
  follow(policy: TlsPolicy): void {
    const key = keyOf(policy);
    if (this.current?.key === key) return;
    this.close();
    const transport = this.open(policy);
    for (const { host, fingerprint } of this.learnt) transport.trust?.(host, fingerprint);
    this.current = { key, transport };
  }

  post(host: string, path: string, body: string, signal: AbortSignal): Promise<XapiResponse> {
    return this.inForce().post(host, path, body, signal);
  }

  get(host: string, path: string, signal: AbortSignal): Promise<XapiResponse> {
    return this.inForce().get(host, path, signal);
  }

  get trust(): XapiTransport['trust'] {
    if (this.current?.transport.trust === undefined) return undefined;
    return (host, fingerprint) => {
      this.learnt.push({ host, fingerprint });
      this.current?.transport.trust?.(host, fingerprint);
    };
  }

  close(): void {
    this.current?.transport.close();
    this.current = undefined;
  }

  private inForce(): XapiTransport {
    if (this.current === undefined) throw new Error('a call was sent before a login');
    return this.current.transport;
  }
}

function keyOf({ trust, ...rest }: TlsPolicy): string {
  return JSON.stringify([trust.kind === 'Fingerprints' ? [...trust.sha256] : trust, rest]);
}

// Where a manifest weakens the trust on the wire, as its user consented to; it stays visible on the object as long as it is so.
import type { PoolUpgradeSpec } from './generated/poolUpgrade';

/** One entry a weakness, e.g. `spec.pool.tls.insecureSkipVerify`; empty when certificates are checked and TLS is of today. */
export function weaknessesOf({ pool }: PoolUpgradeSpec): readonly string[] {
  const { insecureSkipVerify, allowPlaintext, minVersion } = pool.tls;
  return [
    ...(insecureSkipVerify ? ['spec.pool.tls.insecureSkipVerify'] : []),
    ...(allowPlaintext ? ['spec.pool.tls.allowPlaintext'] : []),
    ...(minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? [`spec.pool.tls.minVersion ${minVersion}`] : []),
  ];
}

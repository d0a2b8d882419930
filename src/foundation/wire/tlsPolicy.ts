// What is trusted on the wire to a pool or to a management controller, and the one place that decides whether a host that has shown its
// certificate is spoken to. Everything weaker than a verified certificate is somebody's explicit wish.

export type Trust =
  /** Certificate authorities of the system. */
  | { readonly kind: 'SystemRoots' }
  /** These certificates and what they signed, and nothing else. PEM. */
  | { readonly kind: 'CaBundle'; readonly pem: string }
  /** Exactly these certificates, whoever signed them and whatever names they bear. SHA-256, as {@link fingerprintOf} writes it. */
  | { readonly kind: 'Fingerprints'; readonly sha256: ReadonlySet<string> }
  /** Whatever comes. */
  | { readonly kind: 'Unverified' };

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsPolicy {
  readonly trust: Trust;
  /** Below TLSv1.2 also the short keys and old signatures of that time are accepted, on these connections only. */
  readonly minVersion: TlsVersion;
  /** Whether `http://` origins may be spoken to. */
  readonly allowPlaintext: boolean;
}

/** What a connection showed once its handshake was over. */
export interface ShownCertificate {
  /** Undefined when the host showed none. */
  readonly fingerprint: string | undefined;
  /** Why verification by authorities, dates and names failed, e.g. `CERT_HAS_EXPIRED`; undefined when it succeeded. */
  readonly refusal: string | undefined;
}

/** A fingerprint in the one form in which they are compared and shown: `9F:86:D0:…`. */
export function fingerprintOf(text: string): string {
  const digits = text.replaceAll(':', '').toUpperCase();
  return (digits.match(/../g) ?? []).join(':');
}

/**
 * Whether the host that showed this certificate is one to talk to.
 * @param learnt further fingerprints of that host, vouched for by a trusted one
 * @param settings where a person says what is trusted, e.g. `spec.pool.tls`
 * @returns what is wrong with it, for a person; undefined when nothing is
 */
export function objection(
  trust: Trust,
  shown: ShownCertificate,
  learnt: ReadonlySet<string>,
  settings: string,
): string | undefined {
  switch (trust.kind) {
    case 'Unverified':
      return undefined;
    case 'Fingerprints':
      return pinObjection(trust.sha256, shown, learnt, settings);
    case 'SystemRoots':
    case 'CaBundle':
      return shown.refusal === undefined ? undefined : authorityObjection(shown, settings);
  }
}

function pinObjection(
  pins: ReadonlySet<string>,
  { fingerprint }: ShownCertificate,
  learnt: ReadonlySet<string>,
  settings: string,
): string | undefined {
  if (fingerprint !== undefined && (pins.has(fingerprint) || learnt.has(fingerprint))) return undefined;
  return (
    `its certificate has the SHA-256 fingerprint ${fingerprint ?? '(none)'}, which is none of ${settings}.fingerprints; ` +
    'if an upgrade or a person renewed the certificate, add the fingerprint there, else find out who answers'
  );
}

const WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself and is not among the trusted ones',
  SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by an authority that is not among the trusted ones',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it is signed by an authority that is not among the trusted ones',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it is signed by an authority that is not among the trusted ones',
  CERT_SIGNATURE_FAILURE: 'its authority bears the name of a trusted one and is another',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it was made for another name or address than the one in the endpoint',
};

function authorityObjection({ refusal = '', fingerprint }: ShownCertificate, settings: string): string {
  return (
    `its certificate (SHA-256 ${fingerprint ?? 'none'}) is not trusted: ${WORDS[refusal] ?? 'it cannot be verified'} (${refusal}); ` +
    `give the right ${settings}.caBundleRef, or the fingerprint in ${settings}.fingerprints`
  );
}

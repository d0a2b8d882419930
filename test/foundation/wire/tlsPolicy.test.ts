import { expect } from 'chai';
import { fingerprintOf, objection, type ShownCertificate, type Trust } from '../../../src/foundation/wire/tlsPolicy';

const PIN = 'AA:'.repeat(31) + 'AA';
const OTHER = 'BB:'.repeat(31) + 'BB';
const nothing: ReadonlySet<string> = new Set();

describe('a fingerprint', () => {
  it('reads the same however it is written', () => {
    const digits = 'aa'.repeat(32);
    for (const text of [digits, digits.toUpperCase(), PIN, PIN.toLowerCase()]) expect(fingerprintOf(text)).to.equal(PIN);
    expect(fingerprintOf('')).to.equal('');
  });
});

describe('what is trusted', () => {
  const roots: Trust = { kind: 'SystemRoots' };
  const bundle: Trust = { kind: 'CaBundle', pem: 'PEM' };
  const pins: Trust = { kind: 'Fingerprints', sha256: new Set([PIN]) };
  const all: Trust = { kind: 'Unverified' };
  const verified: ShownCertificate = { fingerprint: OTHER, refusal: undefined };
  const expired: ShownCertificate = { fingerprint: OTHER, refusal: 'CERT_HAS_EXPIRED' };
  const pinned: ShownCertificate = { fingerprint: PIN, refusal: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
  const none: ShownCertificate = { fingerprint: undefined, refusal: 'UNVERIFIED' };

  const table: readonly (readonly [string, Trust, ShownCertificate, ReadonlySet<string>, boolean])[] = [
    ['system roots take what verifies', roots, verified, nothing, true],
    ['system roots refuse what does not', roots, expired, nothing, false],
    ['system roots know no learnt fingerprints', roots, expired, new Set([OTHER]), false],
    ['a bundle takes what verifies', bundle, verified, nothing, true],
    ['a bundle refuses what does not', bundle, expired, nothing, false],
    ['a bundle refuses a host without a certificate', bundle, none, nothing, false],
    ['pins take a pinned certificate whatever is wrong with it', pins, pinned, nothing, true],
    ['pins refuse any other, verified or not', pins, verified, nothing, false],
    ['pins take one that was learnt for the host', pins, expired, new Set([OTHER]), true],
    ['pins refuse a host without a certificate', pins, none, nothing, false],
    ['unverified takes whatever comes', all, expired, nothing, true],
    ['unverified takes even a host without a certificate', all, none, nothing, true],
  ];
  for (const [what, trust, shown, learnt, trusted] of table)
    it(what, () => {
      expect(objection(trust, shown, learnt, 'spec.pool.tls') === undefined).to.equal(trusted);
    });

  it('says which certificate was shown, what is wrong with it and where to mend it', () => {
    expect(objection(pins, verified, nothing, 'spec.pool.tls'))
      .to.contain(OTHER)
      .and.contain('spec.pool.tls.fingerprints');
    const words: Readonly<Record<string, RegExp>> = {
      DEPTH_ZERO_SELF_SIGNED_CERT: /signed by itself/,
      SELF_SIGNED_CERT_IN_CHAIN: /authority that is not among the trusted/,
      UNABLE_TO_VERIFY_LEAF_SIGNATURE: /authority that is not among the trusted/,
      UNABLE_TO_GET_ISSUER_CERT_LOCALLY: /authority that is not among the trusted/,
      CERT_HAS_EXPIRED: /has expired/,
      CERT_NOT_YET_VALID: /not valid yet/,
      ERR_TLS_CERT_ALTNAME_INVALID: /another name or address/,
      CERT_REVOKED: /cannot be verified/,
    };
    for (const [refusal, text] of Object.entries(words))
      expect(objection(bundle, { fingerprint: OTHER, refusal }, nothing, 'spec.pool.tls'))
        .to.match(text)
        .and.contain(refusal)
        .and.contain(OTHER)
        .and.contain('spec.pool.tls.caBundleRef')
        .and.contain('spec.pool.tls.fingerprints');
  });
});

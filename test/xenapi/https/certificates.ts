// Certificates for tests: sound ones, and one of each kind that must not be trusted. Keys take a while to make, so they are made once.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { type Certificate, createAuthority } from '../../../src/simulator/servers/certificates';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

export interface Certificates {
  /** The authority's own certificate. PEM. */
  readonly ca: string;
  /** That of an authority which signed none of these. */
  readonly otherCa: string;
  /** For 127.0.0.1. */
  readonly sound: Certificate;
  /** A second one for 127.0.0.1, as after a renewal. */
  readonly renewed: Certificate;
  readonly wrongAddress: Certificate;
  readonly expired: Certificate;
  readonly expiredCa: string;
  readonly notYetValid: Certificate;
  readonly notYetValidCa: string;
  readonly selfSigned: Certificate;
}

export function makeCertificates(): Certificates {
  const now = realClock().now();
  const random = seededRandom(11);
  const authority = createAuthority(random, now);
  const past = createAuthority(random, now - 20 * YEAR);
  const future = createAuthority(random, now + 10 * DAY);
  return {
    ca: authority.certificate,
    otherCa: createAuthority(random, now).certificate,
    sound: authority.issue('127.0.0.1'),
    renewed: authority.issue('127.0.0.1'),
    wrongAddress: authority.issue('127.0.0.99'),
    expired: past.issue('127.0.0.1'),
    expiredCa: past.certificate,
    notYetValid: future.issue('127.0.0.1'),
    notYetValidCa: future.certificate,
    selfSigned: selfSigned('127.0.0.1', now),
  };
}

/** As hosts make theirs when they are installed. */
function selfSigned(ip: string, now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.validity.notBefore = new Date(now - DAY);
  certificate.validity.notAfter = new Date(now + YEAR);
  const name = [{ name: 'commonName', value: ip }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 7, ip }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  return { key: privateKey, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

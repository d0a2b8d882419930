// The certificates of served hosts: each host has a key and a certificate of its own for its address, signed by an authority that exists for one simulated
// pool and whose key never leaves it. Keys are real secrets, so they come from the operating system's chance and not from the seed.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { integer, type Random } from '../../foundation/random';

/** As a TLS server takes it; both in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, `AA:BB:…`. */
  readonly fingerprint: string;
}

/** What an authority needs to go on in another process; both in PEM. */
export interface AuthorityKey {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** A secret. */
  readonly key: string;
  /** @param address an IPv4 address: the certificate's common name and its only subject alternative name */
  issue(address: string): Certificate;
}

const DAY = 86_400_000;
const YEARS = 10 * 365 * DAY;
/** GeneralName of an address. Source: RFC 5280, 4.2.1.6. */
const IP_ADDRESS = 7;

interface Draft {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: string;
  readonly extensions: readonly object[];
}

const AUTHORITY = 'Simulated pool authority';

/** @param now wall time of those who will check: ms since the epoch */
export function createAuthority(random: Random, now: number): Authority {
  const { publicKey, privateKey } = newKeys();
  const extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ];
  const sign = signing(privateKey, random, now);
  return authority({ key: privateKey, cert: sign({ subject: AUTHORITY, issuer: AUTHORITY, publicKey, extensions }) }, sign);
}

/** The authority that another process made. */
export function sameAuthority(kept: AuthorityKey, random: Random, now: number): Authority {
  return authority(kept, signing(kept.key, random, now));
}

/** @param pair as they were issued, in PEM */
export function certificateOf({ key, cert }: { readonly key: string; readonly cert: string }): Certificate {
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function authority({ key, cert }: AuthorityKey, sign: (draft: Draft) => string): Authority {
  return {
    certificate: cert,
    key,
    issue(address): Certificate {
      const keys = newKeys();
      const draft = { subject: address, issuer: AUTHORITY, publicKey: keys.publicKey, extensions: ofServer(address) };
      return certificateOf({ key: keys.privateKey, cert: sign(draft) });
    },
  };
}

function signing(key: string, random: Random, now: number): (draft: Draft) => string {
  const signer = forge.pki.privateKeyFromPem(key);
  return (draft) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(draft.publicKey);
    certificate.serialNumber = serial(random);
    certificate.validity.notBefore = new Date(now - DAY);
    certificate.validity.notAfter = new Date(now + YEARS);
    certificate.setSubject([{ name: 'commonName', value: draft.subject }]);
    certificate.setIssuer([{ name: 'commonName', value: draft.issuer }]);
    certificate.setExtensions([...draft.extensions]);
    certificate.sign(signer, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
}

function ofServer(ip: string): readonly object[] {
  return [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: IP_ADDRESS, ip }] },
  ];
}

function newKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/** Sixteen hexadecimal digits, of which the first keeps the number positive. */
function serial(random: Random): string {
  return Array.from({ length: 16 }, (_, index) => integer(random, index === 0 ? 1 : 0, index === 0 ? 7 : 15).toString(16)).join(
    '',
  );
}

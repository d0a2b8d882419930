// The certificates of served hosts: each host has a key and a certificate of its own for its address, signed by an authority that exists for one simulator
// and whose key never leaves it. Keys are real secrets, so they come from the operating system's chance and not from the seed.
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

export interface Authority {
  /** PEM. */
  readonly certificate: string;
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

/** @param now wall time of those who will check: ms since the epoch */
export function createAuthority(random: Random, now: number): Authority {
  const { publicKey, privateKey } = newKeys();
  const signer = forge.pki.privateKeyFromPem(privateKey);
  const name = 'Simulated pool authority';
  const sign = (draft: Draft): string => {
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
  const extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ];
  return {
    certificate: sign({ subject: name, issuer: name, publicKey, extensions }),
    issue(address): Certificate {
      const keys = newKeys();
      const cert = sign({ subject: address, issuer: name, publicKey: keys.publicKey, extensions: ofServer(address) });
      return { key: keys.privateKey, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
    },
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

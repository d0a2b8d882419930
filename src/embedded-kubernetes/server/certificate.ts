// The certificate of the server: its own, signed by itself, for one address. Clients are given it as the authority they trust. The key comes from the operating
// system's chance, because it is a real secret.
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';
import { integer, type Random } from '../../foundation/random';

/** Both in PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;
/** GeneralNames of a DNS name and of an address. Source: RFC 5280, 4.2.1.6. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/**
 * @param address an IPv4 address
 * @param now wall time of those who will check: ms since the epoch
 */
export function selfSigned(address: string, random: Random, now: number): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  const name = [{ name: 'commonName', value: 'xenpool-embedded-kubernetes' }];
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = Array.from({ length: 16 }, () => integer(random, 1, 7)).join('');
  certificate.validity.notBefore = new Date(now - DAY);
  certificate.validity.notAfter = new Date(now + YEAR);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: IP_ADDRESS, ip: address },
        { type: DNS_NAME, value: 'localhost' },
      ],
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { key: privateKey, cert: forge.pki.certificateToPem(certificate) };
}

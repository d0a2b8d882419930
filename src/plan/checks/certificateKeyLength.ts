// Installers of platform 3.3 and later refuse a host whose certificate has a short RSA key, as hosts first installed before 8.0 have.
import type { Check } from './check';
import { block, hostObject, hostsToAsk, leadsTo, unknownHosts } from './findings';

/** Bits. */
const SHORTEST = 2048;
const REMEDY =
  'install a certificate with a longer key on the host, or make a new one (xe host-emergency-reset-server-certificate, from 8.2.1 on)';

export const certificateKeyLength: Check = {
  id: 'CertificateKeyLength',
  title: 'The key of each host certificate is long enough',
  source: '1.6 (TLS key) and 3.2 of the XenServer reference; XenCenter CertificateKeyLengthCheck',
  range: 'to XenServer 8, XCP-ng 8.3 and later',
  remedy: REMEDY,
  moments: ['Planning', 'BeforeHost'],
  applies: ({ hop }) => leadsTo(hop, '8.3'),
  judge(situation) {
    const hosts = hostsToAsk(situation);
    const { inspection } = situation;
    const unknown = unknownHosts(hosts, ({ uuid }) => inspection.hosts[uuid]?.certificate, {
      verdict: 'Unknown',
      question: 'how long the key of its certificate is',
      remedy: 'see that the host answers host.get_server_certificate',
    });
    const short = hosts.flatMap((host) => {
      const certificate = inspection.hosts[host.uuid]?.certificate;
      if (certificate?.known !== true || certificate.value.keyBits >= SHORTEST) return [];
      const message = `host ${host.name} has a certificate with a key of ${certificate.value.keyBits} bits; the installer wants ${SHORTEST}`;
      return [block([hostObject(host)], message, REMEDY)];
    });
    return [...unknown, ...short];
  },
};

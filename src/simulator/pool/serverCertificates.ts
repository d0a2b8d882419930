// What hosts answer when asked for their certificate: the one they show where the pool is served, else one of two that were made once and for all, because keys
// are made by chance and in a process nobody looks at the wire.
import { X509Certificate } from 'node:crypto';
import { ApiError } from './apiError';
import { type Handlers, refArgument, textArgument, VOID } from './call';
import { FORWARDED } from './durations';
import { sleep } from '../../foundation/clock';
import type { Ref } from './liveDatabase';
import type { Xapi } from './xapi';

/** RSA, 2048 bits, as every host first installed with 8.0 or later has. */
const LONG = `-----BEGIN CERTIFICATE-----
MIIDFTCCAf2gAwIBAgIUZKOov1eBxWtXfoiXnJzIUBhNCeUwDQYJKoZIhvcNAQEL
BQAwGTEXMBUGA1UEAwwOc2ltdWxhdGVkIGhvc3QwIBcNMjYxMTI3MTUwNjI0WhgP
MjA1MTA3MTkxNTA2MjRaMBkxFzAVBgNVBAMMDnNpbXVsYXRlZCBob3N0MIIBIjAN
BgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAko2HSEqJUqlw2yRgg3GjrryimV73
uyW4P46tJUe2tUywr2OAMrzGjtTr+FLJo+2Z+juT3S/5s4+JJXnjS5R9XhPCP/gv
GX+guoVhxLKm3jTUTzKlgOxDmTHz2mQNwnq7to8u/RfMvh5QLnxYvX4Qxdn1IXoN
LHM0lu47pp+qAOHOZVDLh7lF/JWuBoUzYkp5RW0MKWLYRpKH9IKnU6yopltnj7F2
lwQwngU/rrX66d0GfGpmwWN05Xwi6N0oE0nJoe1CwwXR/v3BUBu1TOQhSVdnjH2T
udmsV9L63WdvlV/MXs/4GsHqbHvXgD3vXhjClk3lAVsDVSKysJYFk0TbTwIDAQAB
o1MwUTAdBgNVHQ4EFgQUO/3YulgOU4BaQ9PH25kz4fwNSoMwHwYDVR0jBBgwFoAU
O/3YulgOU4BaQ9PH25kz4fwNSoMwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0B
AQsFAAOCAQEAekowluJ7tcoADqG+flOv3u3p+/Scl2LTCICdj/D6K6ebIHYNA5BV
77W3f33BW7nYtu2fSbZbeG6X6rvxsFzGkdyvHorGycQcE2clSdDg9qaapIwBsn8s
Fq8g/HsrkAJ3ZpPhp2C0QKcPjsZJMTFOqOfqJoyl+RJU4QK0xKODZDC3N+SxodUW
vpWjPHrUezoThn83vxTh7n4SoYXRzVIUCYGq9TiqTOXC4e3dnJJ2Fnp2qswXRtb0
qXebmi08lO7nI+pNAet/wffYhemG51VnDkXBrHf1wwighY2bsnJt2gsh3PtcP863
Hm7ZRTxPLDACyQ2VIw/X+ScgMlo43RS/dw==
-----END CERTIFICATE-----
`;

/** RSA, 1024 bits, as hosts first installed before 8.0 have until somebody makes another. */
const SHORT = `-----BEGIN CERTIFICATE-----
MIICEDCCAXmgAwIBAgIUKqV42d2i1IpNHe5Ip3IS9DfoDK4wDQYJKoZIhvcNAQEL
BQAwGTEXMBUGA1UEAwwOc2ltdWxhdGVkIGhvc3QwIBcNMjYxMTI3MTUwNjI0WhgP
MjA1MTA3MTkxNTA2MjRaMBkxFzAVBgNVBAMMDnNpbXVsYXRlZCBob3N0MIGfMA0G
CSqGSIb3DQEBAQUAA4GNADCBiQKBgQDxgopAG5otKPZLG0knmiTlcLfrR90+H2ot
33TxNx5G5oUh+NnFLXHtba8Qb69fiRXgk4qwuJc7e5RDVTXvHnkq1Y5jed09MeU+
1V/xmK9XgdG/R3WDbNAr47jvDu9SFENBpegwZ1P+ceDrTJwnE/7Zalexuzfkc0CH
tNODrRE7sQIDAQABo1MwUTAdBgNVHQ4EFgQUfMhmtjhG4h5Psw7H6eMV2ZGsMzYw
HwYDVR0jBBgwFoAUfMhmtjhG4h5Psw7H6eMV2ZGsMzYwDwYDVR0TAQH/BAUwAwEB
/zANBgkqhkiG9w0BAQsFAAOBgQCx92RT5xnsv8EkzdfVQ0zHi/VsziXX5jj5NqgQ
QRCwZIrqLPNpyd+0Awbg03PMujMkYfDgnjy0NPebSyB8PFdIAvO9DQcBoCOCL+Py
eNGBOVSCpUWTj5852t+PYBGwn0XUqaTHqhu9iuA+pYBZ6C1qD4d/eLV5eTms16UI
17jWmA==
-----END CERTIFICATE-----
`;

/** Bits of the key that a system makes for itself from 8.0 on. */
const NEW_KEY = 2048;

export function certificateCalls(xapi: Xapi): Handlers {
  return {
    'host.get_server_certificate': (call) => shownBy(xapi, refArgument(call, 0)),
    'host.install_server_certificate': (call) => setKey(xapi, refArgument(call, 0), keyBitsOf(textArgument(call, 1))),
    'host.reset_server_certificate': (call) => setKey(xapi, refArgument(call, 0), NEW_KEY),
    'host.emergency_reset_server_certificate': (call) => setKey(xapi, xapi.hosts.ref(call.receiver), NEW_KEY),
  };
}

async function shownBy(xapi: Xapi, host: Ref): Promise<string> {
  xapi.hosts.record(host);
  await sleep(xapi.clock, FORWARDED);
  xapi.placement.assertReachable(host);
  const uuid = xapi.hosts.uuid(host);
  const short = xapi.world.faults.strike('short-certificate', { host: uuid }) !== undefined;
  if (short || xapi.world.machines.get(uuid)!.disk.keyBits < NEW_KEY) return SHORT;
  return xapi.settings.certificateOf?.(uuid) ?? LONG;
}

async function setKey(xapi: Xapi, host: Ref, bits: number): Promise<string> {
  xapi.hosts.record(host);
  await sleep(xapi.clock, FORWARDED);
  xapi.placement.assertReachable(host);
  xapi.world.machines.get(xapi.hosts.uuid(host))!.disk.keyBits = bits;
  return VOID;
}

/** @throws ApiError SERVER_CERTIFICATE_INVALID for what is no certificate with an RSA key */
function keyBitsOf(pem: string): number {
  try {
    const bits = new X509Certificate(pem).publicKey.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined) return bits;
  } catch {
    // Whatever it is, it is no certificate: the same answer as for a key of another kind.
  }
  throw new ApiError('SERVER_CERTIFICATE_INVALID');
}

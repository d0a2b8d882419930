// Arguments for an installer as a site may have them, made by fast-check.
import fc from 'fast-check';
import type { InstallerArguments, NetworkConfiguration } from '../../../../src/boot/media/installerArguments';

const octet = fc.integer({ min: 0, max: 255 });
export const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const hex = fc.integer({ min: 0, max: 255 }).map((byte) => byte.toString(16).padStart(2, '0'));
export const mac = fc.tuple(hex, hex, hex, hex, hex, hex).map((bytes) => bytes.join(':'));
const vlan = fc.option(fc.integer({ min: 1, max: 4094 }), { nil: undefined });
const netmask = fc
  .integer({ min: 1, max: 32 })
  .map((ones) => [24, 16, 8, 0].map((shift) => (((0xffffffff << (32 - ones)) >>> 0) >>> shift) & 0xff).join('.'));

const network: fc.Arbitrary<NetworkConfiguration> = fc.oneof(
  fc.record({ mode: fc.constant('Dhcp' as const), vlan }),
  fc.record({
    mode: fc.constant('Static' as const),
    ip: ipv4,
    netmask,
    gateway: fc.option(ipv4, { nil: undefined }),
    dns: fc.array(ipv4, { maxLength: 3 }),
    domain: fc.constantFrom(undefined, 'rack7.example'),
    vlan,
  }),
);

const token = fc
  .array(fc.constantFrom(...'0123456789abcdefABCDEF-_~.&;,=+%'), { minLength: 1, maxLength: 64 })
  .map((all) => all.join(''));
const url = fc.tuple(fc.constantFrom('http', 'https'), fc.constantFrom('boot.example', '10.0.0.7:8080', '[fd00::7]:8080'), token);

export const saidArguments: fc.Arbitrary<InstallerArguments> = fc.record({
  answerFile: url.map(([scheme, host, path]) => `${scheme}://${host}/a/${path}`),
  withoutDialogs: fc.boolean(),
  device: mac,
  network: fc.option(network, { nil: undefined }),
  multipath: fc.constantFrom(undefined, 'enabled' as const, 'disabled' as const, 'if-multiple' as const),
  consoles: fc.constantFrom([], ['tty0'], ['hvc0', 'ttyS1,115200n8']),
  powerOffAtEnd: fc.boolean(),
});

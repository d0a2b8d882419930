// Arguments for an installer as a site may have them, made by fast-check.
import fc from 'fast-check';
import {
  type AnswerAt,
  type InstallerArguments,
  installerWords,
  type NetworkConfig,
} from '../../../src/boot/arguments/installerArguments';

const octet = fc.integer({ min: 0, max: 255 });
export const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const hex = fc.integer({ min: 0, max: 255 }).map((byte) => byte.toString(16).padStart(2, '0'));
export const mac = fc.tuple(hex, hex, hex, hex, hex, hex).map((bytes) => bytes.join(':'));
const vlan = fc.option(fc.integer({ min: 1, max: 4094 }), { nil: undefined });
const netmask = fc
  .integer({ min: 1, max: 32 })
  .map((ones) => [24, 16, 8, 0].map((shift) => (((0xffffffff << (32 - ones)) >>> 0) >>> shift) & 0xff).join('.'));

const network: fc.Arbitrary<NetworkConfig> = fc.oneof(
  fc.record({ kind: fc.constant('dhcp' as const), vlan }),
  fc.record({
    kind: fc.constant('static' as const),
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
  networkDevice: mac,
  networkConfig: fc.option(network, { nil: undefined }),
  multipath: fc.constantFrom(undefined, 'enabled' as const, 'disabled' as const, 'if-multiple' as const),
  consoles: fc.constantFrom([], ['tty0'], ['hvc0', 'ttyS1,115200n8']),
  atExit: fc.constantFrom(undefined, 'poweroff' as const),
});

export const answerAt: fc.Arbitrary<AnswerAt> = fc.record({
  key: fc.constantFrom('answerfile' as const, 'rt_answerfile' as const),
  url: url.map(([scheme, host, path]) => `${scheme}://${host}/a/${path}`),
});

/** For the installer's kernel line. */
export const saidWords: fc.Arbitrary<readonly string[]> = fc
  .tuple(saidArguments, answerAt)
  .map(([said, answer]) => installerWords(said, answer));

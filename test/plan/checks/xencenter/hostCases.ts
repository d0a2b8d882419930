import type { HostTraits } from '../../../../src/plan/checks/inspection';
import { known, unknown } from '../../../../src/foundation/fact';
import { host, poolOf } from '../../smallPool';
import { inspection, orders, traits } from '../checking';
import {
  type Case,
  hop,
  seen,
  plugin,
  plain,
  toStockholm,
  toNile,
  withOne,
  withPool,
  quiet,
  hotfixed,
  allHotfixed,
} from './given';

export const hostCases: Readonly<Record<string, readonly Case[]>> = {
  ClientVersion: [{ when: 'ever', given: {}, verdict: 'NotAsked' }],
  UpdatesAfterwards: [{ when: 'ever', given: {}, verdict: 'NotAsked' }],
  HostNotLive: [
    { when: 'all are up', given: {}, verdict: 'Pass' },
    {
      when: 'one is away',
      given: { pool: poolOf([host('one'), host('two', '7.1.2', { live: false })]) },
      verdict: 'Block',
      about: ['name-two'],
    },
    {
      when: 'it is another’s turn',
      given: { pool: poolOf([host('one'), host('two', '7.1.2', { live: false })]), moment: 'BeforeHost', host: 'one' },
      verdict: 'Pass',
    },
  ],
  HostDisabled: [
    { when: 'all serve', given: {}, verdict: 'Pass' },
    {
      when: 'one does not',
      given: { pool: poolOf([host('one'), host('two', '7.1.2', { enabled: false })]) },
      verdict: 'Block',
      about: ['name-two'],
    },
  ],
  HotfixMissing: [
    { when: 'the release needs none', given: plain, verdict: 'NotAsked' },
    { when: 'it is applied', given: { ...toNile, inspection: allHotfixed }, verdict: 'Pass' },
    {
      when: 'one host lacks it',
      given: { ...toNile, inspection: inspection(toNile.pool, { hosts: { one: traits(hotfixed) } }) },
      verdict: 'Block',
      about: ['name-two'],
      says: /RPU005/,
    },
    {
      when: 'a host does not tell',
      given: {
        ...toNile,
        inspection: {
          ...allHotfixed,
          hosts: { ...allHotfixed.hosts, one: { ...traits(), updates: undefined } as unknown as HostTraits },
        },
      },
      verdict: 'Unknown',
      about: ['name-one'],
    },
    {
      when: 'nothing is staged',
      given: { ...toNile, orders: { ...toNile.orders, methods: { one: 'Manual', two: 'Manual' } } },
      verdict: 'Pass',
    },
    { when: 'it is XCP-ng', given: hop('8.2.1', '8.3.0', 'XCP-ng'), verdict: 'NotAsked' },
  ],
  RepositoryUnreachable: [
    { when: 'every host reaches it', given: plain, verdict: 'Pass' },
    { when: 'none is named', given: { ...plain, hop: { ...plain.hop, repository: undefined } }, verdict: 'NotAsked' },
    ...(
      [
        ['INVALID_URL', /no installer at the URL.*unpack the whole ISO/],
        ['INVALID_VER', /older release/],
        ['FORBIDDEN', /403/],
        ['NOT_FOUND', /404/],
        ['UNAUTH_URL', /user and password/],
        ['TIMEOUT', /management network/],
        ['REPO_IOERROR', /broke off/],
        ['REPO_SERVER_ERROR_503', /the server failed/],
        ['PROXY AUTH FAILURE', /proxy/],
        ['SOMETHING_NEW', /SOMETHING_NEW/],
      ] as const
    ).map(([code, says]): Case => ({
      when: `the plugin says ${code}`,
      given: withOne(plain, plugin({ url: code })),
      verdict: 'Block',
      about: ['name-one'],
      says,
    })),
    {
      when: 'the plugin does not answer',
      given: withOne(plain, { plugin: unknown('silence') }),
      verdict: 'Unknown',
      about: ['name-one'],
      says: /silence/,
    },
    {
      when: 'a host that is away cannot be asked',
      given: {
        ...withOne(plain, { plugin: unknown('silence') }),
        pool: poolOf([host('one', '7.1.2', { live: false }), host('two')]),
      },
      verdict: 'Pass',
    },
  ],
  RepositoryWrongRelease: [
    { when: 'it holds what was ordered', given: plain, verdict: 'Pass' },
    {
      when: 'it holds another',
      given: withOne(plain, plugin({ version: { platform: '2.6.0', product: '7.5.0' } })),
      verdict: 'Block',
      about: ['name-one'],
      says: /7\.5\.0, not 7\.6\.0/,
    },
    {
      when: 'the plugin is too old to tell',
      given: withOne(plain, plugin({ version: undefined })),
      verdict: 'Warn',
      about: ['name-one'],
      says: /treeinfo/,
    },
  ],
  EuaNotAccepted: [
    { when: 'there is none', given: withOne(plain, plugin({ eua: '' })), verdict: 'Pass' },
    {
      when: 'there is one',
      given: withOne(plain, plugin({ eua: 'You agree.' })),
      verdict: 'Block',
      says: /spec\.consent\.acceptEua/,
    },
    {
      when: 'it is accepted',
      given: { ...withOne(plain, plugin({ eua: 'You agree.' })), orders: orders(plain.pool, { acceptEua: true }) },
      verdict: 'NotAsked',
    },
  ],
  VswitchController: [
    { when: 'the target still has it', given: withPool(plain, { ...quiet, vswitchController: '10.0.0.9' }), verdict: 'NotAsked' },
    { when: 'there is none', given: withPool(toStockholm, quiet), verdict: 'Pass' },
    {
      when: 'there is one',
      given: withPool(toStockholm, { ...quiet, vswitchController: '10.0.0.9' }),
      verdict: 'Block',
      says: /10\.0\.0\.9/,
    },
    {
      when: 'its network backend is the bridge',
      given: {
        ...toStockholm,
        inspection: seen(toStockholm.pool, { networkBackend: 'bridge' }, { pool: { ...quiet, vswitchController: '10.0.0.9' } }),
      },
      verdict: 'Pass',
    },
  ],
  HealthCheckEnrolled: [
    { when: 'the target still has it', given: withPool(plain, { ...quiet, healthCheckEnrolled: true }), verdict: 'NotAsked' },
    { when: 'it is not', given: withPool(toStockholm, quiet), verdict: 'Pass' },
    {
      when: 'it is',
      given: withPool(toStockholm, { ...quiet, healthCheckEnrolled: true }),
      verdict: 'Block',
      says: /HealthCheckEnrolled in spec\.consent\.fixes/,
    },
  ],
  LegacySsl: [
    { when: 'the target still has it', given: withOne(plain, { sslLegacy: true }), verdict: 'NotAsked' },
    { when: 'it is off, or the release has none', given: withOne(toStockholm, { sslLegacy: undefined }), verdict: 'Pass' },
    {
      when: 'it is on',
      given: withOne(toStockholm, { sslLegacy: true }),
      verdict: 'Block',
      about: ['name-one'],
      says: /LegacySsl in spec\.consent\.fixes/,
    },
  ],
  CertificateKeyLength: [
    {
      when: 'the installer does not mind',
      given: withOne(toStockholm, { certificate: known({ keyBits: 1024, notAfter: '' }) }),
      verdict: 'NotAsked',
    },
    { when: 'all are long', given: toNile, verdict: 'Pass' },
    {
      when: 'one is short',
      given: withOne(toNile, { certificate: known({ keyBits: 1024, notAfter: '' }) }),
      verdict: 'Block',
      about: ['name-one'],
      says: /1024 bits.*host-emergency-reset-server-certificate/,
    },
    {
      when: 'one cannot be told',
      given: withOne(toNile, { certificate: unknown('silence') }),
      verdict: 'Unknown',
      about: ['name-one'],
      says: /silence/,
    },
  ],
  PowerOnIlo: [
    { when: 'the target still has it', given: withOne(plain, { powerOnMode: 'iLO' }), verdict: 'NotAsked' },
    { when: 'another mode is set', given: withOne(toStockholm, { powerOnMode: 'DRAC' }), verdict: 'Pass' },
    {
      when: 'it is set',
      given: withOne(toStockholm, { powerOnMode: 'iLO' }),
      verdict: 'Block',
      about: ['name-one'],
      says: /PowerOnIlo in spec\.consent\.fixes/,
    },
  ],
  ContainerManagement: [
    { when: 'it is not there', given: toStockholm, verdict: 'Pass' },
    { when: 'it is', given: withOne(toStockholm, { containerManagement: true }), verdict: 'Warn', about: ['name-one'] },
    { when: 'the target still has it', given: withOne(plain, { containerManagement: true }), verdict: 'NotAsked' },
  ],
};

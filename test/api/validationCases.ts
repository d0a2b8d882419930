// Edits and objects that an API server must take or refuse by the rules in the CRD, as data: whatever evaluates those rules can be held against this one
// list. `refused` names the fields; an empty list means that it is taken.
import type { PoolPhase } from '../../src/api/poolUpgrade';

type Fields = Readonly<Record<string, unknown>>;

export interface CreateCase {
  readonly name: string;
  /** What stands in spec besides pool and target. */
  readonly spec: Fields;
  readonly refused: readonly string[];
  /** What the message says, whoever refuses it. */
  readonly says?: RegExp;
}

export interface EditCase {
  readonly name: string;
  /** What stands in spec before, besides pool and target. */
  readonly before: Fields;
  readonly after: Fields;
  /** Phases in which the edit is refused; it is taken in all others. */
  readonly refusedIn: readonly PoolPhase[];
  readonly field: string;
}

const POOL_UUID = '0fe1867a-9fe2-4903-a479-338a5a2cf815';
const OTHER_UUID = 'aaaaaaaa-9fe2-4903-a479-338a5a2cf815';
const credentialsRef = { name: 'rack7-root' };
const pool = { endpoints: ['https://xs-01.example'], credentialsRef };
const bmc = { address: 'redfish+http://10.0.0.1/redfish/v1/Systems/1', credentialsRef };
const secure = { ...bmc, address: 'redfish+https://10.0.0.1' };
const window = (duration: string): Fields => ({ window: { timeZone: 'Europe/Zurich', periods: [{ start: '22:00', duration }] } });
const repository = { url: 'http://mirror.example/x/' };
const twice = /a second time/;

/** The uuid that `status.pool` bears in every edit. */
export const ANSWERED = { uuid: POOL_UUID, name: 'rack7', master: OTHER_UUID };

export const BARE_SPEC: Fields = { pool, target: { version: '8.2.1' } };

export const CREATE_CASES: readonly CreateCase[] = [
  { name: 'a plain object', spec: {}, refused: [] },
  {
    name: 'an endpoint twice',
    spec: { pool: { ...pool, endpoints: ['https://a.example', 'https://b.example', 'https://a.example'] } },
    refused: ['spec.pool.endpoints'],
    says: twice,
  },
  {
    name: 'http without consent',
    spec: { pool: { ...pool, endpoints: ['https://a.example', 'http://b.example'] } },
    refused: ['spec.pool.endpoints'],
    says: /tls\.allowPlaintext: true beside it/,
  },
  {
    name: 'http with consent',
    spec: { pool: { ...pool, endpoints: ['http://b.example'], tls: { allowPlaintext: true } } },
    refused: [],
  },
  { name: 'a host twice in the order', spec: { order: ['a', 'b', 'a'] }, refused: ['spec.order'], says: twice },
  {
    name: 'a step twice on the path',
    spec: { path: [{ version: '7.6' }, { version: '7.6' }, { version: '8.2.1' }] },
    refused: ['spec.path'],
    says: twice,
  },
  {
    name: 'versions that differ by brand alone on the path',
    spec: {
      path: [
        { brand: 'XenServer', version: '8.2.1' },
        { brand: 'XCP-ng', version: '8.2.1' },
      ],
    },
    refused: [],
  },
  {
    name: 'a path that ends elsewhere',
    spec: { path: [{ version: '7.6.0' }] },
    refused: ['spec.path'],
    says: /found 7\.6\.0; expected the target, 8\.2\.1, as the last step/,
  },
  {
    name: 'a path that ends at the other brand',
    spec: { target: { brand: 'XCP-ng', version: '8.2.1' }, path: [{ brand: 'XenServer', version: '8.2.1' }] },
    refused: ['spec.path'],
    says: /found XenServer 8\.2\.1; expected the target, XCP-ng 8\.2\.1, as the last step/,
  },
  { name: 'a path that ends at the target', spec: { path: [{ version: '7.6.0' }, { version: '8.2.1' }] }, refused: [] },
  {
    name: 'a release twice',
    spec: {
      releases: [
        { version: '8.2.1', repository },
        { version: '8.2.1', repository },
      ],
    },
    refused: ['spec.releases'],
    says: twice,
  },
  {
    name: 'a release of one brand and of any',
    spec: {
      releases: [
        { version: '8.2.1', repository },
        { brand: 'XCP-ng', version: '8.2.1', repository },
      ],
    },
    refused: [],
  },
  {
    name: 'a release without a source',
    spec: { releases: [{ version: '8.2.1' }] },
    refused: ['spec.releases[0]'],
    says: /neither iso nor repository/,
  },
  {
    name: 'virtual media without a BMC',
    spec: { hosts: [{ name: 'a' }, { name: 'b', boot: { method: 'VirtualMedia' } }] },
    refused: ['spec.hosts[1].boot.method'],
    says: /VirtualMedia without a BMC; expected a bmc beside it, or another method/,
  },
  {
    name: 'a BMC over http without consent',
    spec: { hosts: [{ name: 'a', bmc }] },
    refused: ['spec.hosts[0].bmc.address'],
    says: /tls\.allowPlaintext: true beside it/,
  },
  {
    name: 'a BMC over http with consent',
    spec: { hosts: [{ name: 'a', bmc: { ...bmc, tls: { allowPlaintext: true } } }] },
    refused: [],
  },
  {
    name: 'a disk that is no device',
    spec: { hosts: [{ name: 'a', boot: { disk: 'sda' } }] },
    refused: ['spec.hosts[0].boot.disk'],
  },
  { name: 'a disk by its stable name', spec: { hosts: [{ name: 'a', boot: { disk: '/dev/disk/by-id/scsi-1' } }] }, refused: [] },
  {
    name: 'IPMI in place of Redfish where that fails, and how it is spoken',
    spec: {
      hosts: [
        {
          name: 'a',
          bmc: { ...secure, fallback: { address: 'ipmi://10.0.0.1', verbs: ['Power'] }, ipmi: { cipherSuites: [3, 17] } },
        },
        {
          name: 'b',
          bmc: { address: 'ipmi://10.0.0.2', credentialsRef, ipmi: { bootReadBack: 'DeviceOnly' } },
          boot: { method: 'PXE' },
        },
      ],
    },
    refused: [],
  },
  {
    name: 'a fallback of IPMI',
    spec: {
      hosts: [{ name: 'a', bmc: { address: 'ipmi://10.0.0.1', credentialsRef, fallback: { address: 'ipmi://10.0.0.2' } } }],
    },
    refused: ['spec.hosts[0].bmc.fallback'],
    says: /a fallback beside ipmi:\/\/; expected an address of redfish\+https/,
  },
  {
    name: 'settings of IPMI where nothing speaks it',
    spec: { hosts: [{ name: 'a', bmc: { ...secure, ipmi: { privilege: 'OPERATOR' } } }] },
    refused: ['spec.hosts[0].bmc.ipmi'],
    says: /spoken to by Redfish alone; expected an address of ipmi:\/\/, a fallback, or neither/,
  },
  {
    name: 'a fallback by anything but IPMI',
    spec: { hosts: [{ name: 'a', bmc: { ...secure, fallback: { address: 'redfish+https://10.0.0.2' } } }] },
    refused: ['spec.hosts[0].bmc.fallback.address'],
  },
  {
    name: 'a cipher suite without security',
    spec: { hosts: [{ name: 'a', bmc: { address: 'ipmi://10.0.0.1', credentialsRef, ipmi: { cipherSuites: [0] } } }] },
    refused: ['spec.hosts[0].bmc.ipmi.cipherSuites'],
  },
  {
    name: 'a cipher suite twice',
    spec: { hosts: [{ name: 'a', bmc: { address: 'ipmi://10.0.0.1', credentialsRef, ipmi: { cipherSuites: [3, 3] } } }] },
    refused: ['spec.hosts[0].bmc.ipmi.cipherSuites'],
  },
  {
    name: 'virtual media by IPMI',
    spec: { hosts: [{ name: 'a', bmc: { address: 'ipmi://10.0.0.1', credentialsRef }, boot: { method: 'VirtualMedia' } }] },
    refused: ['spec.hosts[0].boot.method'],
    says: /which has no virtual media; expected redfish\+https, or another method/,
  },
  ...['drain', 'powerOff', 'installerStart', 'install', 'rejoin', 'settle'].flatMap((step): readonly CreateCase[] => [
    {
      name: `no time to ${step}`,
      spec: { deadlines: { [step]: '0s' } },
      refused: [`spec.deadlines.${step}`],
      says: /expected a duration from 1s to 168h/,
    },
    { name: `more than a week to ${step}`, spec: { deadlines: { [step]: '168h1s' } }, refused: [`spec.deadlines.${step}`] },
    { name: `a week to ${step}`, spec: { deadlines: { [step]: '168h' } }, refused: [] },
  ]),
  { name: 'a window of no length', spec: window('59s'), refused: ['spec.window.periods[0].duration'], says: /from 1m to 168h/ },
  { name: 'a window of a minute', spec: window('1m'), refused: [] },
  {
    name: 'a soak that no number can hold',
    spec: { gates: { soakAfterMaster: '999999999999h' } },
    refused: ['spec.gates.soakAfterMaster'],
  },
  { name: 'a soak of a year', spec: { gates: { soakAfterMaster: '8760h' } }, refused: [] },
  { name: 'a guest shut down hard at once', spec: { vms: { forceShutdownAfter: '0s' } }, refused: [] },
  {
    name: 'a guest waited for eight days',
    spec: { vms: { forceShutdownAfter: '192h' } },
    refused: ['spec.vms.forceShutdownAfter'],
  },
  { name: 'a duration that is none', spec: { deadlines: { drain: '1d' } }, refused: ['spec.deadlines.drain'] },
];

const UNDER_WAY: readonly PoolPhase[] = ['Preparing', 'Upgrading', 'Finishing', 'Paused', 'Halted'];
const STARTED: readonly PoolPhase[] = [...UNDER_WAY, 'Succeeded', 'Failed', 'Cancelled'];
const steps = [{ version: '7.6.0' }, { version: '8.2.1' }];
const named = { ...pool, uuid: POOL_UUID };
const moved = { endpoints: ['https://xs-02.example'], credentialsRef };

export const EDIT_CASES: readonly EditCase[] = [
  { name: 'another target', before: {}, after: { target: { version: '8.3.0' } }, refusedIn: UNDER_WAY, field: 'spec.target' },
  {
    name: 'a brand for the target',
    before: {},
    after: { target: { brand: 'XCP-ng', version: '8.2.1' } },
    refusedIn: UNDER_WAY,
    field: 'spec.target',
  },
  { name: 'another path', before: { path: steps }, after: { path: steps.slice(1) }, refusedIn: UNDER_WAY, field: 'spec.path' },
  { name: 'a path where there was none', before: {}, after: { path: steps }, refusedIn: UNDER_WAY, field: 'spec.path' },
  { name: 'no path where there was one', before: { path: steps }, after: {}, refusedIn: UNDER_WAY, field: 'spec.path' },
  {
    name: 'other endpoints of a pool without uuid',
    before: {},
    after: { pool: moved },
    refusedIn: STARTED,
    field: 'spec.pool.endpoints',
  },
  {
    name: 'endpoints in another order, of a pool without uuid',
    before: { pool: { ...pool, endpoints: ['https://a.example', 'https://b.example'] } },
    after: { pool: { ...pool, endpoints: ['https://b.example', 'https://a.example'] } },
    refusedIn: STARTED,
    field: 'spec.pool.endpoints',
  },
  {
    name: 'other endpoints of a pool with uuid',
    before: { pool: named },
    after: { pool: { ...moved, uuid: POOL_UUID } },
    refusedIn: [],
    field: '',
  },
  {
    name: 'another uuid',
    before: { pool: named },
    after: { pool: { ...pool, uuid: OTHER_UUID } },
    refusedIn: STARTED,
    field: 'spec.pool.uuid',
  },
  { name: 'no uuid where there was one', before: { pool: named }, after: { pool }, refusedIn: STARTED, field: 'spec.pool.uuid' },
  { name: 'the uuid of the pool that answered', before: {}, after: { pool: named }, refusedIn: [], field: '' },
  {
    name: 'the uuid of another pool',
    before: {},
    after: { pool: { ...pool, uuid: OTHER_UUID } },
    refusedIn: STARTED,
    field: 'spec.pool.uuid',
  },
  {
    name: 'everything else',
    before: { order: ['a', 'b'] },
    after: {
      pool: { ...pool, credentialsRef: { name: 'other' }, tls: { fingerprints: ['00'.repeat(32)] } },
      order: ['b', 'a'],
      hosts: [{ name: 'a' }],
      boot: { method: 'Manual' },
      paused: true,
      dryRun: true,
      deadlines: { drain: '3h' },
    },
    refusedIn: [],
    field: '',
  },
];

import { expect } from 'chai';
import { known, unknown } from '../../../src/foundation/fact';
import type { Check, CheckSituation, CheckVerdict } from '../../../src/plan/checks/check';
import type { HostTraits, PluginAnswers } from '../../../src/plan/checks/inspection';
import { allChecks, runChecks } from '../../../src/plan/checks/registry';
import { xencenterChecks } from '../../../src/plan/checks/xencenterChecks';
import type { Pass } from '../../../src/plan/pass/pass';
import type { Brand } from '../../../src/plan/release';
import { GIB, guest, host, pbd, poolOf, sr, world } from '../smallPool';
import { checking, inspection, orders, traits } from './checking';

/** A pool of two hosts, and where it goes. */
function hop(
  from: string,
  to: string,
  brand: Brand = 'XenServer',
): Pick<CheckSituation, 'pool' | 'hop' | 'inspection' | 'orders'> {
  const pool = poolOf([host('one', from, {}, brand), host('two', from, {}, brand)]);
  const hopOf = { from: { brand, version: from }, to: { brand, version: to }, repository: 'http://repository.example/' };
  return { pool, hop: hopOf, inspection: seen(pool, {}), orders: orders(pool) };
}

/** Traits of host `one`; `two` is in order. */
function seen(
  pool: CheckSituation['pool'],
  one: Partial<HostTraits>,
  more: Partial<CheckSituation['inspection']> = {},
): CheckSituation['inspection'] {
  return inspection(pool, { ...more, hosts: { one: traits(one) } });
}

function plugin(more: Partial<PluginAnswers>): Partial<HostTraits> {
  const usual: PluginAnswers = {
    url: 'true',
    version: { platform: '', product: '7.6.0' },
    safe2upgrade: 'true',
    dom0Memory: 2 * GIB,
  };
  return { plugin: known({ ...usual, ...more }) };
}

interface Verdicts {
  readonly verdict: CheckVerdict | 'NotAsked';
  readonly names: readonly string[];
  readonly texts: string;
}

function verdictOf(id: string, situation: CheckSituation): Verdicts {
  const [result] = runChecks(
    situation,
    allChecks.filter((check) => check.id === id),
  );
  const found = result?.findings ?? [];
  return {
    verdict: result?.verdict ?? 'NotAsked',
    names: found.flatMap(({ objects }) => objects.map(({ name }) => name)),
    texts: found.map(({ message, remedy }) => `${message}; ${remedy}`).join('\n'),
  };
}

/** One situation and what a check says of it. */
interface Case {
  readonly when: string;
  readonly given: Partial<CheckSituation>;
  readonly verdict: CheckVerdict | 'NotAsked';
  /** Names of the objects it is about. */
  readonly about?: readonly string[];
  readonly says?: RegExp;
}

const plain = hop('7.1.2', '7.6.0');
const toStockholm = hop('7.6.0', '8.2.1');
const toNile = hop('8.2.1', '8.4.0');
const both = ['name-one', 'name-two'];
const withOne = (of: typeof plain, one: Partial<HostTraits>): Partial<CheckSituation> => ({
  ...of,
  inspection: seen(of.pool, one),
});
const withPool = (of: typeof plain, more: CheckSituation['inspection']['pool']): Partial<CheckSituation> => ({
  ...of,
  inspection: seen(of.pool, { networkBackend: 'openvswitch' }, { pool: more }),
});
const quiet = { vswitchController: '', healthCheckEnrolled: false };
const hotfixed = { updates: ['38a7eeeb-31ec-4de3-934f-13929ad3e339'] };
const allHotfixed = inspection(toNile.pool, { hosts: { one: traits(hotfixed), two: traits(hotfixed) } });
const pv = (uuid: string, on: string | undefined, more = {}): ReturnType<typeof guest> =>
  guest(uuid, on, { virtualisation: 'pv', ...more });
const stuck = guest('stuck', 'one', { immobile: { code: 'VM_HAS_VGPU', text: 'it has a virtual GPU' } });
const shared = { srs: [sr('nfs')], pbds: [pbd('one', 'nfs'), pbd('two', 'nfs')] };
const user = guest('user', 'one', { srs: ['nfs'] });
const ordersWith = (more: Partial<CheckSituation['orders']>): CheckSituation['orders'] => ({ ...orders(plain.pool), ...more });
const passWith = (more: Partial<Pass>): Pass => ({
  order: ['one', 'two'],
  turns: [],
  blocked: [],
  migrations: { planned: 0, minimum: 0, bound: 0, proven: true, gap: 0 },
  ...more,
});
const whySuspend = { code: 'HOST_NOT_ENOUGH_FREE_MEMORY', text: 'no room' };
const stopping = passWith({
  turns: [
    {
      host: 'one',
      moves: [],
      starts: [],
      returns: [],
      stops: [{ guest: 'user', host: 'one', action: 'Suspend', why: whySuspend, back: undefined }],
    },
  ],
});

const CASES: Readonly<Record<string, readonly Case[]>> = {
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
  PvGuests: [
    { when: 'the path ends before 8.1', given: { ...plain, world: world([pv('old', 'one')]) }, verdict: 'NotAsked' },
    {
      when: 'all are HVM',
      given: { ...toStockholm, world: world([guest('new', 'one', { virtualisation: 'hvm' })]) },
      verdict: 'Pass',
    },
    { when: 'one runs', given: { ...toStockholm, world: world([pv('old', 'one')]) }, verdict: 'Block', about: ['guest old'] },
    {
      when: 'one is suspended',
      given: { ...toStockholm, world: world([pv('old', undefined, { powerState: 'Suspended' })]) },
      verdict: 'Block',
    },
    {
      when: 'one is halted',
      given: { ...toStockholm, world: world([pv('old', undefined)]) },
      verdict: 'Warn',
      about: ['guest old'],
    },
    {
      when: 'the target only deprecates them',
      given: { ...hop('7.6.0', '8.1.0'), world: world([pv('old', 'one')]) },
      verdict: 'Warn',
    },
    {
      when: 'a later hop leads where they do not run',
      given: {
        ...plain,
        hop: {
          ...plain.hop,
          path: [
            { brand: 'XenServer', version: '7.6.0' },
            { brand: 'XenServer', version: '8.2.1' },
          ],
        },
        world: world([pv('old', 'one')]),
      },
      verdict: 'Block',
      about: ['guest old'],
    },
  ],
  HaOn: [
    {
      when: 'it is on while planning: it will be put aside',
      given: { ...plain, pool: { ...plain.pool, haEnabled: true } },
      verdict: 'Pass',
    },
    {
      when: 'somebody turned it on again',
      given: { ...plain, pool: { ...plain.pool, haEnabled: true }, moment: 'BeforeHost', host: 'one' },
      verdict: 'Block',
    },
  ],
  WlbOn: [
    {
      when: 'it is on while planning: it will be put aside',
      given: { ...plain, pool: { ...plain.pool, wlbEnabled: true } },
      verdict: 'Pass',
    },
    {
      when: 'somebody turned it on again',
      given: { ...plain, pool: { ...plain.pool, wlbEnabled: true }, moment: 'Prepared' },
      verdict: 'Block',
    },
  ],
  PoolAutoPoweron: [
    {
      when: 'it is set while planning: it will be put aside',
      given: { ...plain, pool: { ...plain.pool, autoPoweron: 'true' } },
      verdict: 'Pass',
    },
    {
      when: 'somebody set it again',
      given: { ...plain, pool: { ...plain.pool, autoPoweron: 'true' }, moment: 'BeforeHost', host: 'one' },
      verdict: 'Block',
    },
  ],
  GuestBlocksDrain: [
    { when: 'everything moves', given: { ...plain, world: world([guest('g', 'one')]) }, verdict: 'Pass' },
    {
      when: 'a rule says so',
      given: {
        ...plain,
        world: world([guest('g', 'one')]),
        orders: ordersWith({ guests: { whenUnmovable: 'Suspend', actions: { g: 'Block' } } }),
      },
      verdict: 'Block',
      about: ['guest g'],
    },
    {
      when: 'it cannot move and nothing may stop',
      given: { ...plain, world: world([stuck]), orders: ordersWith({ guests: { whenUnmovable: 'Block', actions: {} } }) },
      verdict: 'Block',
      about: ['guest stuck'],
    },
    {
      when: 'it runs on a host whose turn has not come',
      given: {
        ...plain,
        moment: 'BeforeHost',
        host: 'two',
        world: world([stuck]),
        orders: ordersWith({ guests: { whenUnmovable: 'Block', actions: {} } }),
      },
      verdict: 'Pass',
    },
    {
      when: 'the plan leaves it there',
      given: {
        ...plain,
        world: world([user], shared),
        pass: passWith({ blocked: [{ guest: 'user', host: 'one', why: { code: 'X', text: 'x' } }] }),
      },
      verdict: 'Block',
      about: ['guest user'],
    },
  ],
  DowntimeNotAccepted: [
    { when: 'everything moves', given: { ...plain, world: world([guest('g', 'one')]) }, verdict: 'Pass' },
    {
      when: 'one cannot',
      given: { ...plain, world: world([stuck]) },
      verdict: 'Block',
      about: ['guest stuck'],
      says: /VM_HAS_VGPU.*acceptDowntime/,
    },
    {
      when: 'no other host sees its storage',
      given: { ...plain, world: world([user], { srs: [sr('nfs')], pbds: [pbd('one', 'nfs')] }) },
      verdict: 'Block',
      says: /VM_REQUIRES_SR/,
    },
    {
      when: 'one cannot, and may stop',
      given: { ...plain, world: world([stuck]), orders: orders(plain.pool, { acceptDowntime: true }) },
      verdict: 'Warn',
    },
    {
      when: 'a rule stops it',
      given: {
        ...plain,
        world: world([stuck]),
        orders: ordersWith({ guests: { whenUnmovable: 'Suspend', actions: { stuck: 'Shutdown' } } }),
      },
      verdict: 'Pass',
    },
    {
      when: 'the plan stops it',
      given: { ...plain, world: world([user], shared), pass: stopping },
      verdict: 'Block',
      says: /HOST_NOT_ENOUGH_FREE_MEMORY/,
    },
    {
      when: 'the plan stops it by a rule',
      given: {
        ...plain,
        world: world([user], shared),
        pass: stopping,
        orders: ordersWith({ guests: { whenUnmovable: 'Suspend', actions: { user: 'Suspend' } } }),
      },
      verdict: 'Pass',
    },
  ],
  GuestPaused: [
    { when: 'none is', given: { ...plain, world: world([guest('g', 'one')]) }, verdict: 'Pass' },
    {
      when: 'one is',
      given: { ...plain, world: world([guest('g', 'one', { powerState: 'Paused' })]) },
      verdict: 'Warn',
      about: ['guest g'],
    },
  ],
  EvacuationObstructed: [
    { when: 'XAPI has no objection', given: plain, verdict: 'Pass' },
    {
      when: 'XAPI names a guest',
      given: {
        ...withOne(plain, { obstructing: known([{ guest: 'g', code: 'VM_MISSING_PV_DRIVERS', params: [] }]) }),
        world: world([guest('g', 'one')]),
      },
      verdict: 'Warn',
      about: ['name-one', 'guest g'],
      says: /guest g \(VM_MISSING_PV_DRIVERS\)/,
    },
    { when: 'it does not answer', given: withOne(plain, { obstructing: unknown('silence') }), verdict: 'Warn', says: /silence/ },
    { when: 'HA is on', given: { ...plain, pool: { ...plain.pool, haEnabled: true } }, verdict: 'NotAsked' },
    { when: 'there is one host alone', given: { pool: poolOf([host('one')]) }, verdict: 'NotAsked' },
  ],
  StorageUnplugged: [
    { when: 'all is attached', given: { ...plain, world: world([user], shared) }, verdict: 'Pass' },
    {
      when: 'one is not',
      given: { ...plain, world: world([user], { ...shared, pbds: [pbd('one', 'nfs'), pbd('two', 'nfs', false)] }) },
      verdict: 'Warn',
      about: ['name-two', 'storage nfs'],
      says: /StorageUnplugged in spec\.consent\.fixes/,
    },
    {
      when: 'a host has no connection',
      given: { ...plain, world: world([user], { ...shared, pbds: [pbd('one', 'nfs')] }) },
      verdict: 'Warn',
      about: ['name-two'],
      says: /PBD/,
    },
    {
      when: 'nobody uses it',
      given: { ...plain, world: world([], { ...shared, pbds: [pbd('two', 'nfs', false)] }) },
      verdict: 'Pass',
    },
  ],
  Gfs2On75: [
    {
      when: 'it is another release',
      given: { ...plain, world: world([], { srs: [sr('g', { type: 'gfs2' })] }) },
      verdict: 'NotAsked',
    },
    { when: 'there is none', given: hop('7.5.0', '7.6.0'), verdict: 'Pass' },
    {
      when: 'there is one',
      given: { ...hop('7.5.0', '7.6.0'), world: world([], { srs: [sr('g', { type: 'gfs2' })] }) },
      verdict: 'Block',
      about: ['storage g'],
    },
  ],
  DeprecatedStorage: [
    { when: 'there is none', given: plain, verdict: 'Pass' },
    {
      when: 'there is one',
      given: { ...plain, world: world([], { srs: [sr('f', { type: 'lvmofcoe' })] }) },
      verdict: 'Warn',
      about: ['storage f'],
    },
  ],
};

describe('the checks of XenCenter', () => {
  it('are all tried here', () => {
    expect(Object.keys(CASES).sort()).to.deep.equal(xencenterChecks.map(({ id }) => id).sort());
  });

  for (const [id, cases] of Object.entries(CASES))
    for (const { when, given, verdict, about, says } of cases)
      it(`${id}: ${verdict} when ${when}`, () => {
        const found = verdictOf(id, checking(given));
        expect(found.verdict, found.texts).to.equal(verdict);
        if (about !== undefined) expect(found.names).to.deep.equal(about);
        if (says !== undefined) expect(found.texts).to.match(says);
      });

  it('give a fix nothing to do where they pass', () => {
    const idle = (check: Check): number =>
      check.fix?.steps(checking({ ...toStockholm, world: world([user], shared) })).length ?? 0;
    expect(xencenterChecks.filter((check) => idle(check) > 0).map(({ id }) => id)).to.deep.equal([]);
  });

  it('write down no password on the way back of a power-on mode', () => {
    const powerOn = xencenterChecks.find(({ id }) => id === 'PowerOnIlo')!;
    const steps = (powerOnConfig: Readonly<Record<string, string>>): number =>
      powerOn.fix!.steps(checking(withOne(toStockholm, { powerOnMode: 'iLO', powerOnConfig }))).length;
    expect(steps({ power_on_user: 'root', power_on_password_secret: 'uuid' })).to.equal(1);
    expect(steps({ power_on_user: 'root', power_on_password: 'secret' })).to.equal(0);
  });

  it('are about all hosts where they are about none in particular', () => {
    expect(
      verdictOf(
        'LegacySsl',
        checking({
          ...toStockholm,
          inspection: inspection(toStockholm.pool, {
            hosts: { one: traits({ sslLegacy: true }), two: traits({ sslLegacy: true }) },
          }),
        }),
      ).names,
    ).to.deep.equal(both);
  });
});

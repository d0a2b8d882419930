import { known, unknown } from '../../../../src/foundation/fact';
import { guest, host, pbd, poolOf, sr, world } from '../../smallPool';
import { orders } from '../checking';
import { type Case, toStockholm, hop, plain, withOne, pv, stuck, shared, user, ordersWith, passWith, stopping } from './given';

export const guestCases: Readonly<Record<string, readonly Case[]>> = {
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

import { expect } from 'chai';
import fc from 'fast-check';
import { known, unknown } from '../../src/foundation/fact';
import type { Guest, PowerState } from '../../src/plan/pool';
import { effectNamed } from '../../src/upgrade/effects';
import type { EffectContext } from '../../src/upgrade/effects/effect';
import type { Facts } from '../../src/upgrade/facts';
import type { JournalItem } from '../../src/upgrade/state';
import {
  facts,
  guest,
  hostState,
  item,
  MARK,
  NOW,
  orders,
  runState,
  sharedWorld,
  twoHosts,
  upgraded,
  type Setting,
} from './situations';

function context(of: JournalItem, seen: Facts, setting: Setting = {}): EffectContext {
  const state = runState({ hosts: [hostState('m', 'Leaving'), hostState('b', 'Pending')], ...setting.state });
  return { item: of, facts: seen, state, orders: orders(setting.orders), host: 'm', mark: MARK, now: NOW };
}

function allows(of: JournalItem, seen: Facts, setting: Setting = {}): boolean {
  return effectNamed(of.effect).guard(context(of, seen, setting)).ok;
}

const disabled = twoHosts({ enabled: false });
const takeAway = ['StageInstaller', 'RebootHost', 'ShutdownHost'];
const anyState = fc.constantFrom<PowerState>('Running', 'Paused', 'Halted', 'Suspended');
const anyGuest: fc.Arbitrary<Guest> = fc
  .record({
    on: fc.constantFrom('m', 'b', undefined),
    powerState: anyState,
    busy: fc.subarray(['pool_migrate', 'clean_shutdown']),
  })
  .map(({ on, powerState, busy }) => {
    const alive = powerState === 'Running' || powerState === 'Paused';
    return guest('g', alive ? (on ?? 'b') : undefined, { powerState, busy });
  });

describe('the guards of what takes a host away', () => {
  for (const effect of takeAway) {
    it(`let ${effect} pass at a disabled host on which nothing is`, () => {
      expect(allows(item(effect, 'm'), facts(disabled, sharedWorld([guest('g', 'b'), guest('h', undefined)])))).to.equal(true);
    });

    it(`never let ${effect} pass while a guest is there, in whatever state and company`, () => {
      fc.assert(
        fc.property(fc.array(anyGuest, { maxLength: 5 }), fc.boolean(), (guests, enabled) => {
          const seen = facts(twoHosts({ enabled }), sharedWorld(guests));
          const there = guests.some((entry) => entry.host === 'm');
          expect(allows(item(effect, 'm'), seen)).to.equal(!there && !enabled);
        }),
      );
    });

    it(`never let ${effect} pass while a guest is on its way to the host, whatever its state`, () => {
      for (const powerState of ['Halted', 'Suspended', 'Running'] as const) {
        const coming = guest('g', powerState === 'Running' ? 'b' : undefined, { powerState, arriving: 'm', busy: ['start_on'] });
        expect(allows(item(effect, 'm'), facts(disabled, sharedWorld([coming]))), powerState).to.equal(false);
      }
    });

    it(`forbid ${effect} when pool or guests are not in sight, and at a host that is no more`, () => {
      const empty = sharedWorld([]);
      for (const lost of ['pool', 'guests'] as const)
        expect(allows(item(effect, 'm'), facts(disabled, empty, { [lost]: unknown('silence') })), lost).to.equal(false);
      expect(allows(item(effect, 'gone'), facts(disabled, empty))).to.equal(false);
    });
  }

  it('forbid staging where a disk would be re-cut under an empty local SR, unless that was consented to', () => {
    const old = hostState('m', 'Leaving', { from: '6.5.0' });
    const state = { hosts: [old, hostState('b', 'Pending')] };
    const pool = twoHosts({ enabled: false, version: { release: { brand: 'XenServer', version: '6.5.0' } } });
    const local = { uuid: 'l', name: 'local', type: 'lvm', shared: false, vdis: 0 };
    const seen = (staging: Facts['staging'], vdis = 0): Facts =>
      facts(pool, sharedWorld([], { srs: [{ ...local, vdis }], pbds: [{ uuid: 'p', host: 'm', sr: 'l', attached: true }] }), {
        staging,
      });
    const stage = item('StageInstaller', 'm', { url: 'u' });
    expect(allows(stage, seen(known({ m: 'true' })), { state })).to.equal(false);
    expect(allows(stage, seen(unknown('no answer')), { state }), 'no answer is no').to.equal(false);
    expect(allows(stage, seen(known({})), { state }), 'nor is another host’s').to.equal(false);
    expect(allows(stage, seen(known({ m: 'vdi_present' })), { state })).to.equal(true);
    expect(allows(stage, seen(known({ m: 'true' }), 1), { state }), 'an SR in use is not re-cut').to.equal(true);
    const consent = { ...orders().consent, destroyLocalStorage: true };
    expect(allows(stage, seen(known({ m: 'true' })), { state, orders: { consent } })).to.equal(true);
  });
});

describe('the guards of what stops or moves a guest', () => {
  const stops = ['Suspend', 'CleanShutdown', 'HardShutdown'];
  const asked = { uuid: 'g', name: 'g', reason: 'it ignores it', tried: { CleanShutdown: 1 } };
  const force: Setting = { orders: { forceShutdownAfter: 60_000 }, state: { resisting: [asked] } };

  it('let no guest be stopped that is not on the host in work, or not in sight', () => {
    for (const effect of stops) {
      expect(allows(item(effect, 'g'), facts(disabled, sharedWorld([guest('g', 'm')])), force), effect).to.equal(true);
      expect(allows(item(effect, 'g'), facts(disabled, sharedWorld([guest('g', 'b')])), force), effect).to.equal(false);
      expect(allows(item(effect, 'g'), facts(disabled, sharedWorld([guest('g', undefined)])), force), effect).to.equal(false);
      expect(allows(item(effect, 'g'), facts(disabled, sharedWorld([])), force), effect).to.equal(false);
      const blind = facts(disabled, sharedWorld([]), { guests: unknown('silence') });
      expect(allows(item(effect, 'g'), blind, force), effect).to.equal(false);
    }
  });

  it('pull no plug without leave, none of a guest that was not asked, and wake no paused guest', () => {
    const running = facts(disabled, sharedWorld([guest('g', 'm')]));
    expect(allows(item('HardShutdown', 'g'), running, { orders: { forceShutdownAfter: 60_000 } })).to.equal(false);
    expect(allows(item('HardShutdown', 'g'), running, { state: { resisting: [asked] } })).to.equal(false);
    const paused = facts(disabled, sharedWorld([guest('g', 'm', { powerState: 'Paused' })]));
    expect(allows(item('Suspend', 'g'), paused, force)).to.equal(false);
    expect(allows(item('CleanShutdown', 'g'), paused, force)).to.equal(false);
    expect(allows(item('Migrate', 'g', { to: 'b' }), paused, force)).to.equal(false);
  });

  it('let a guest move only to a host in service, not older, with all it needs', () => {
    const move = item('Migrate', 'g', { to: 'b' });
    const running = sharedWorld([guest('g', 'm', { srs: ['s'] })]);
    expect(allows(move, facts(disabled, running))).to.equal(true);
    expect(allows(move, facts(twoHosts({}, { enabled: false }), running)), 'disabled').to.equal(false);
    expect(allows(move, facts(twoHosts(upgraded()), running)), 'older').to.equal(false);
    expect(allows(move, facts(disabled, { ...running, pbds: [] })), 'no storage').to.equal(false);
    expect(allows(move, facts(disabled, { ...running, capacities: { m: 9e9, b: 0 } })), 'no room').to.equal(false);
    expect(allows(move, facts(disabled, running, { pool: unknown('silence') })), 'out of sight').to.equal(false);
  });

  it('start only what we stopped, and in mixed mode only on a host of the highest version', () => {
    const start = (on: string): JournalItem => item('Start', 'g', { on });
    const ours = sharedWorld([guest('g', undefined, { mark: 'run/b' })]);
    const mixed = twoHosts(upgraded());
    expect(allows(start('b'), facts(mixed, ours))).to.equal(false);
    expect(allows(start('m'), facts(mixed, ours))).to.equal(true);
    expect(allows(start('b'), facts(twoHosts(), ours))).to.equal(true);
    expect(allows(start('m'), facts(mixed, sharedWorld([guest('g', undefined)]))), 'a person stopped it').to.equal(false);
    expect(allows(start('m'), facts(mixed, ours, { pool: unknown('silence') }))).to.equal(false);
  });
});

describe('the guards of what concerns the pool', () => {
  const pool = twoHosts();
  it('take no claim that another holds, and give back none that is not ours', () => {
    const marked = (mark: string | undefined): Facts => facts({ ...pool, mark }, sharedWorld([]));
    expect(['ClaimPool', 'ReleasePool'].map((effect) => allows(item(effect, 'pool'), marked('other')))).to.deep.equal([
      false,
      false,
    ]);
    expect(['ClaimPool', 'ReleasePool'].map((effect) => allows(item(effect, 'pool'), marked(undefined)))).to.deep.equal([
      true,
      false,
    ]);
    expect(['ClaimPool', 'ReleasePool'].map((effect) => allows(item(effect, 'pool'), marked(MARK)))).to.deep.equal([true, true]);
  });

  it('take no backup in mixed mode, nor of a pool out of sight', () => {
    const take = item('TakeBackup', 'm');
    expect(allows(take, facts(pool, sharedWorld([])))).to.equal(true);
    expect(allows(take, facts({ ...pool, rollingUpgrade: true }, sharedWorld([])))).to.equal(false);
    expect(allows(take, facts(pool, sharedWorld([]), { pool: unknown('silence') }))).to.equal(false);
  });
});

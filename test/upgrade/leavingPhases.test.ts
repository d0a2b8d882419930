import { expect } from 'chai';
import { known, unknown } from '../../src/foundation/fact';
import type { Decision } from '../../src/upgrade/decision';
import type { HostState } from '../../src/upgrade/state';
import { hours, iso } from '../../src/upgrade/time';
import { GIB } from '../plan/smallPool';
import { atHost, backup, guest, hostState, NOW, pbd, sharedWorld, type Setting, sr, twoHosts, upgraded } from './situations';

import { at, decide, off, say, tried } from './deciding';

const silence = unknown('silence');

describe('Draining', () => {
  const drain = (setting: Setting): string => at('Draining', setting);

  it('disables the host first, whatever is on it', () => {
    expect(drain({ world: sharedWorld([guest('g', 'm')]) })).to.equal('DisableHost m');
    expect(drain({ state: tried('m', { DisableHost: 5 }) })).to.equal('fail HostNotDisabled');
  });

  it('moves each guest, sleeps who cannot move, and has done when nobody is left', () => {
    const pinned = guest('p', 'm', { immobile: { code: 'X', text: 'x' } });
    const world = sharedWorld([guest('g', 'm'), pinned, guest('away', 'b')]);
    expect(drain({ pool: twoHosts(off), world })).to.equal('Migrate g, Suspend p');
    expect(drain({ pool: twoHosts(off), world: sharedWorld([guest('away', 'b')]) })).to.equal('to Safeguarding');
    const saved = { backup, hosts: [hostState('m', 'Draining', { evidence: { syncedAt: iso(NOW) } })] };
    expect(at('Draining', { pool: twoHosts(off), state: saved }, { evidence: { syncedAt: iso(NOW) } })).to.equal('to Leaving');
    expect(at('Draining', { pool: twoHosts(upgraded(), off) }, {}, 'b')).to.equal('to Leaving');
  });

  it('begins at no host whose role has changed since the plan: the master comes first, whoever that is', () => {
    const changed = { ...twoHosts({ master: false }, { master: true }), masterUuid: 'b' };
    expect(drain({ pool: changed })).to.equal('fail MasterChanged');
  });

  it('waits for operations in flight, and leaves the guest alone meanwhile', () => {
    const world = sharedWorld([guest('g', 'm', { busy: ['pool_migrate'] })]);
    expect(drain({ pool: twoHosts(off), world })).to.equal('wait GuestsBusy');
  });

  it('blocks at a paused guest, and pulls its plug only by rule and with leave', () => {
    const world = sharedWorld([guest('g', 'm', { powerState: 'Paused' })]);
    const rules = [{ tags: [], names: ['guest *'], uuids: [], action: 'Shutdown' as const, return: undefined }];
    expect(drain({ pool: twoHosts(off), world })).to.equal('wait GuestPaused');
    expect(drain({ pool: twoHosts(off), world, orders: { rules } })).to.equal('wait GuestPaused');
    expect(drain({ pool: twoHosts(off), world, orders: { forceShutdownAfter: 1 } })).to.equal('wait GuestPaused');
    expect(drain({ pool: twoHosts(off), world, orders: { rules, forceShutdownAfter: 1 } })).to.equal('HardShutdown g');
  });

  it('ejects a disc that only this host sees with the move that needs it, and every disc before a suspend', () => {
    const local = { vbd: 'v1', vdi: 'i1', sr: 'dvd' };
    const shared = { vbd: 'v2', vdi: 'i2', sr: 's' };
    const srs = [sr('s'), sr('dvd', { shared: false, type: 'udev' })];
    const pbds = [pbd('m', 's'), pbd('b', 's'), pbd('m', 'dvd')];
    const g = guest('g', 'm', { cds: [local, shared], srs: ['dvd', 's'] });
    const asked = (one: typeof g): Decision =>
      decide(atHost(hostState('m', 'Draining'), { pool: twoHosts(off), world: sharedWorld([one], { srs, pbds }) }));
    expect(say(asked(g))).to.equal('EjectCd v1, Migrate g');
    const asleep = asked({ ...g, immobile: { code: 'X', text: 'x' } });
    expect(say(asleep)).to.equal('EjectCd v1, EjectCd v2, Suspend g');
    if (asleep.kind !== 'act') throw new Error('it should act');
    const undo = asleep.remember?.(atHost(hostState('m', 'Draining')).state).undo.cds ?? [];
    expect(
      undo.map((cd) => [cd.vm, cd.vbd, cd.vdi]),
      'the way back is written down with the intent',
    ).to.deep.equal([
      ['g', 'v1', 'i1'],
      ['g', 'v2', 'i2'],
    ]);
  });

  it('names at most 16 guests in one entry', () => {
    const world = sharedWorld(Array.from({ length: 40 }, (_, index) => guest(`g${index}`, 'm', { memory: 1 })));
    expect(drain({ pool: twoHosts(off), world }).split(', ')).to.have.length(16);
  });

  it('fails when its deadline is over and somebody is still there, not when nobody is', () => {
    const late = { now: NOW + hours(2) };
    expect(drain({ ...late, pool: twoHosts(off), world: sharedWorld([guest('g', 'm')]) })).to.equal('fail DrainOverdue');
    expect(drain({ ...late, pool: twoHosts(off) })).to.equal('to Safeguarding');
  });

  it('does not let a guest that is to stop take the room of one that could move', () => {
    const rules = [{ tags: ['batch'], names: [], uuids: [], action: 'Shutdown' as const, return: undefined }];
    const guests = [guest('big', 'm', { memory: 8 * GIB, tags: ['batch'] }), guest('small', 'm', { memory: 8 * GIB })];
    const world = sharedWorld(guests, { capacities: { b: 10 * GIB } });
    expect(
      drain({ pool: twoHosts(off), world, orders: { rules } })
        .split(', ')
        .sort(),
    ).to.deep.equal(['CleanShutdown big', 'Migrate small']);
  });
});

describe('Safeguarding', () => {
  const guarded = (setting: Setting, evidence = {}): string =>
    at('Safeguarding', { pool: twoHosts(off), ...setting }, { evidence });

  it('backs up, then flushes, and leaves when both are done', () => {
    expect(guarded({})).to.equal('TakeBackup m, SyncDatabase m');
    expect(guarded({ state: { backup } })).to.equal('SyncDatabase m');
    expect(guarded({ state: { backup } }, { syncedAt: iso(NOW) })).to.equal('to Leaving');
    expect(guarded({}, { syncedAt: iso(NOW) })).to.contain('TakeBackup m');
  });

  it('never begins in mixed mode, and drains again when a guest is back', () => {
    expect(guarded({ pool: { ...twoHosts(off), rollingUpgrade: true } })).to.equal('fail BackupInMixedMode');
    expect(guarded({ pool: twoHosts(off, upgraded()) })).to.equal('fail BackupInMixedMode');
    expect(guarded({ world: sharedWorld([guest('g', 'm')]) })).to.equal('to Draining');
  });

  it('fails after three vain attempts', () => {
    expect(guarded({ state: tried('m', { TakeBackup: 2 }) })).to.contain('TakeBackup');
    expect(guarded({ state: tried('m', { TakeBackup: 3 }) })).to.equal('fail BackupFailed');
  });
});

describe('Leaving', () => {
  const staged = { stagedAt: iso(NOW), hostTime: '5000', agentStartTime: '1000.' };
  const leave = (setting: Setting, more: Partial<HostState> = {}): string =>
    at('Leaving', { pool: twoHosts(off), ...setting }, more);

  it('by staging: stages, then reboots, then waits for the installer', () => {
    expect(leave({})).to.equal('StageInstaller m');
    expect(leave({}, { evidence: staged })).to.equal('RebootHost m');
    expect(leave({}, { evidence: { ...staged, leftAt: iso(NOW) } })).to.equal('to Installing');
  });

  it('by hand: shuts down, then waits for the person', () => {
    expect(leave({}, { bootMethod: 'Manual' })).to.equal('ShutdownHost m');
    expect(leave({}, { bootMethod: 'Manual', evidence: { leftAt: iso(NOW) } })).to.equal('to AwaitingOperator');
  });

  for (const bootMethod of ['Staged', 'Manual'] as const)
    it(`${bootMethod}: drains again when a guest is there or the host was enabled, before and after staging`, () => {
      for (const evidence of [{}, staged]) {
        expect(leave({ world: sharedWorld([guest('g', 'm')]) }, { bootMethod, evidence })).to.equal('to Draining');
        expect(leave({ pool: twoHosts() }, { bootMethod, evidence })).to.equal('to Draining');
      }
    });

  it('waits while it does not know the host’s clock, by which its return is told', () => {
    expect(leave({ facts: { hostTime: silence } })).to.equal('wait HostTimeUnknown');
    expect(leave({ facts: { hostTime: silence } }, { evidence: staged })).to.equal('wait HostTimeUnknown');
    expect(leave({ facts: { hostTime: silence } }, { bootMethod: 'Manual' })).to.equal('wait HostTimeUnknown');
    expect(leave({ facts: { tasks: silence } })).to.equal('wait TasksUnknown');
  });

  it('gives up after vain attempts', () => {
    expect(leave({ state: tried('m', { StageInstaller: 2 }) })).to.equal('fail StagingFailed');
    expect(leave({ state: tried('m', { RebootHost: 3 }) }, { evidence: staged })).to.equal('fail RebootRefused');
    expect(leave({ orders: { repositories: [] } })).to.equal('fail RepositoryMissing');
  });

  it('is refused at the last moment where a disk would be re-cut under an empty local SR', () => {
    const old = { version: { release: { brand: 'XenServer' as const, version: '6.5.0' } } };
    const local = { srs: [sr('l', { shared: false, type: 'ext', vdis: 0 })], pbds: [pbd('m', 'l')] };
    const setting = { pool: twoHosts({ ...off, ...old }, old), world: sharedWorld([], local) };
    expect(leave({ ...setting, facts: { staging: known({ m: 'true' }) } })).to.equal('fail LocalStorageWouldBeLost');
    expect(leave({ ...setting, facts: { staging: silence } })).to.equal('wait StagingUnknown');
    expect(leave({ ...setting, facts: { staging: known({ m: 'not_enough_space' }) } })).to.equal('StageInstaller m');
  });
});

describe('Leaving', () => {
  it('stops when another host was made master meanwhile, by either way of leaving', () => {
    const changed = { ...twoHosts({ ...off, master: false }, { master: true }), masterUuid: 'b' };
    for (const bootMethod of ['Staged', 'Manual'] as const) {
      expect(at('Leaving', { pool: changed }, { bootMethod })).to.equal('fail MasterChanged');
    }
  });

  it('goes back to Draining for a guest in a power state nobody knows, and for one that runs nobody knows where', () => {
    const nameless = guest('g', 'm', { powerState: 'Unknown' });
    const nowhere = { ...guest('g', 'm'), host: undefined };
    for (const one of [nameless, nowhere]) {
      expect(at('Leaving', { pool: twoHosts(off), world: sharedWorld([one]) }, { bootMethod: 'Manual' })).to.equal('to Draining');
    }
  });
});

import { expect } from 'chai';
import { known, unknown, untrusted } from '../../src/foundation/fact';
import type { Decision } from '../../src/upgrade/decision';
import type { HostPhase } from '../../src/upgrade/state';
import { hours, iso, minutes } from '../../src/upgrade/time';
import { GIB } from '../plan/smallPool';
import { atHost, guest, hostState, NOW, pbd, settingsOf, sharedWorld, type Setting, twoHosts, upgraded } from './situations';

import { at, decide, off, say, tried } from './deciding';

const silence = unknown('silence');

describe('a host that is away', () => {
  const left = { leftAt: iso(NOW), hostTime: '5000', agentStartTime: '1000.', stagedAt: iso(NOW) };
  const away = (phase: HostPhase, now: number, setting: Setting, uuid = 'm'): Decision =>
    decide(atHost(hostState(uuid, phase, { evidence: left }), { now: NOW + now, ...setting }));
  const dark = { facts: { pool: silence, guests: silence, hostTime: silence } };

  it('is expected to be away, and said how long at most', () => {
    const decision = away('Installing', minutes(30), dark);
    expect(say(decision)).to.equal('wait Installing');
    if (decision.kind !== 'wait') throw new Error('it should wait');
    expect(decision.until).to.equal(NOW + minutes(110));
    expect(decision.message).to.contain('which is expected').and.contain(iso(NOW));
  });

  it('is unknown when it is not back in time: nothing is assumed', () => {
    expect(say(away('Installing', minutes(110), dark))).to.equal('fail MasterUnknown');
    expect(say(away('Installing', minutes(110), dark, 'b'))).to.equal('fail MemberUnknown');
    expect(say(away('AwaitingOperator', hours(23), dark))).to.equal('wait BootInstaller');
    expect(say(away('AwaitingOperator', hours(24), dark))).to.equal('fail MasterUnknown');
  });

  it('is back when it was seen to boot, in whatever release', () => {
    for (const seen of [upgraded(), { bootTime: 5_100, agentStartTime: '5200.' }])
      expect(say(away('Installing', minutes(30), { pool: twoHosts(seen) }))).to.equal('to Rejoining');
    for (const seen of [{ bootTime: 9_999 }, { agentStartTime: '5200.' }])
      expect(say(away('Installing', minutes(5), { pool: twoHosts(seen) }))).to.equal('wait Installing');
  });

  it('waits without end for a person when the pool is back with a certificate nobody trusts, and is no failed master', () => {
    const strange = { facts: { pool: untrusted('its certificate is AB:CD'), guests: silence, hostTime: silence } };
    const decision = away('Installing', minutes(500), strange);
    expect(say(decision)).to.equal('to AwaitingOperator');
    if (decision.kind !== 'next') throw new Error('it should go on');
    const asked = decision.remember!(atHost(hostState('m', 'Installing', { evidence: left })).state);
    expect(asked.hosts.find((entry) => entry.uuid === 'm')!.evidence.answeredAt).to.equal(iso(NOW + minutes(500)));
    for (const later of [minutes(501), hours(500)]) {
      const waiting = away('AwaitingOperator', later, strange);
      expect(waiting).to.deep.equal({ kind: 'wait', reason: 'CertificateChanged', message: 'its certificate is AB:CD' });
    }
  });

  it('is awaited anew from the moment it answered, once its certificate is trusted', () => {
    const answered = { ...left, answeredAt: iso(NOW + hours(9)) };
    const after = (now: number, setting: Setting): string =>
      say(decide(atHost(hostState('m', 'AwaitingOperator', { evidence: answered }), { now: NOW + now, ...setting })));
    expect(after(hours(20), dark)).to.equal('to Installing');
    const installing = (now: number): string =>
      say(decide(atHost(hostState('m', 'Installing', { evidence: answered }), { now: NOW + now, ...dark })));
    expect(installing(hours(9) + minutes(109))).to.equal('wait Installing');
    expect(installing(hours(9) + minutes(110))).to.equal('fail MasterUnknown');
    expect(after(hours(20), { pool: twoHosts(upgraded()) })).to.equal('to Installing');
    const back = decide(atHost(hostState('m', 'Installing', { evidence: answered }), { now: NOW, pool: twoHosts(upgraded()) }));
    expect(say(back)).to.equal('to Rejoining');
  });

  const unmoved = (now: number, setting: Setting, uuid = 'm'): Decision =>
    decide(
      atHost(hostState(uuid, 'Installing', { evidence: { ...left, unmovedSince: iso(NOW + minutes(16)) } }), {
        now: NOW + now,
        ...setting,
      }),
    );

  it('is not believed to have stayed by one look: a host that is just back answers before its record tells of it', () => {
    const first = away('Installing', minutes(16), { pool: twoHosts() }, 'b');
    expect(first.kind).to.equal('again');
    if (first.kind !== 'again') throw new Error('it should remember');
    const seen = first.remember(atHost(hostState('b', 'Installing', { evidence: left })).state);
    expect(seen.hosts.find(({ uuid }) => uuid === 'b')?.evidence.unmovedSince).to.equal(iso(NOW + minutes(16)));
    expect(say(unmoved(minutes(17), { pool: twoHosts() }, 'b'))).to.equal('wait Installing');
    expect(say(unmoved(minutes(17), { pool: twoHosts({}, upgraded()) }, 'b'))).to.equal('to Rejoining');
    const silent = unmoved(minutes(17), { facts: { hostTime: silence }, pool: twoHosts() }, 'b');
    if (silent.kind !== 'again') throw new Error('it should forget');
    const after = silent.remember(atHost(hostState('b', 'Installing', { evidence: left })).state);
    expect(after.hosts.find(({ uuid }) => uuid === 'b')?.evidence.unmovedSince).to.equal(undefined);
  });

  it('that accepted to go and never went keeps its staged installer on record', () => {
    for (const [uuid, reason] of [
      ['m', 'MasterOnOldVersion'],
      ['b', 'MemberFailed'],
    ] as const) {
      const decision = unmoved(minutes(18), { pool: twoHosts() }, uuid);
      expect(say(decision)).to.equal(`fail ${reason}`);
      if (decision.kind !== 'fail') throw new Error('it should fail');
      const after = decision.remember!(atHost(hostState(uuid, 'Installing', { evidence: left })).state);
      const evidence = after.hosts.find((entry) => entry.uuid === uuid)!.evidence;
      expect([evidence.stagedAt, evidence.leftAt]).to.deep.equal([iso(NOW), undefined]);
    }
  });
});

describe('Rejoining', () => {
  const back = (now: number, setting: Setting, uuid = 'm'): string =>
    at('Rejoining', { now: NOW + now, ...setting }, { evidence: { returnedAt: iso(NOW) } }, uuid);
  const fresh = twoHosts(upgraded());

  it('verifies a host that is new, enabled, plugged, with all members there', () => {
    expect(back(0, { pool: fresh })).to.equal('to Verifying');
    expect(back(0, { pool: twoHosts(upgraded(), { live: false }) })).to.equal('wait HostReturning');
    expect(back(minutes(30), { pool: twoHosts(upgraded(), { live: false }) })).to.equal('fail MembersAway');
  });

  it('does by itself what the host has not done within its grace', () => {
    const disabled = twoHosts({ ...upgraded(), ...off });
    expect(back(minutes(1), { pool: disabled })).to.equal('wait HostReturning');
    expect(back(minutes(2), { pool: disabled })).to.equal('EnableHost m');
    const unplugged = sharedWorld([], { pbds: [pbd('m', 's', false), pbd('b', 's')] });
    expect(back(minutes(2), { pool: fresh, world: unplugged })).to.equal('PlugPbd pbd-m-s');
    expect(back(minutes(2), { pool: fresh, world: unplugged, state: tried('pbd-m-s', { PlugPbd: 5 }) })).to.equal(
      'fail StorageNotPlugged',
    );
  });

  it('halts at a master in its old system, retries a member, and stops at anything else', () => {
    expect(back(0, { pool: twoHosts() })).to.equal('fail MasterOnOldVersion');
    expect(back(0, { pool: fresh }, 'b')).to.equal('to Retrying');
    const foreign = { version: { release: { brand: 'XenServer' as const, version: '7.4.0' } } };
    expect(back(0, { pool: twoHosts(foreign) })).to.equal('fail WrongVersion');
  });

  it('tells a cross-grade of equal number by its brand', () => {
    const hop = { fromBrand: 'XenServer' as const, from: '8.2.1', toBrand: 'XCP-ng' as const, to: '8.2.1' };
    const plan = { hash: 'h', hop, order: ['m', 'b'], warnings: [], migrations: { bound: 0 } };
    const seen = (brand: 'XenServer' | 'XCP-ng'): string =>
      at(
        'Rejoining',
        { pool: twoHosts({ version: { release: { brand, version: '8.2.1' } } }), state: { plan } },
        { from: '8.2.1', to: '8.2.1' },
      );
    expect(seen('XenServer')).to.equal('fail MasterOnOldVersion');
    expect(seen('XCP-ng')).to.equal('to Verifying');
  });
});

describe('Verifying', () => {
  const verify = (m: Record<string, string>, now = 0, uuid = 'm'): Decision =>
    decide(atHost(hostState(uuid, 'Verifying'), { now: NOW + now, facts: { settings: known({ m }) } }));

  it('keeps every difference for the report, and goes on', () => {
    const decision = verify({ ...settingsOf('m'), 'PBD s/type': 'lvm' });
    expect(say(decision)).to.equal('to Restoring');
    if (decision.kind !== 'next') throw new Error('it should go on');
    const after = decision.remember!(atHost(hostState('m', 'Verifying')).state).hosts[0]!;
    expect(after.differences).to.have.length(1);
    expect(after.differences?.[0]).to.include({ path: 'PBD s/type', before: 'nfs', after: 'lvm', verdict: 'look' });
    expect(after.verdicts).to.deep.equal({ expected: 0, harmless: 0, look: 1, hard: 0 });
  });

  it('gives what makes it another host time to settle, then stops', () => {
    const changed = { ...settingsOf('m'), 'host/address': '10.9.9.9' };
    expect(say(verify(changed))).to.equal('wait SettingsDiffer');
    expect(say(verify(changed, minutes(15)))).to.equal('fail SettingsLost');
  });

  it('takes unknown settings for no settings: it waits, then stops', () => {
    const blind = (now: number): string => at('Verifying', { now: NOW + now, facts: { settings: silence } });
    expect([blind(0), blind(minutes(15))]).to.deep.equal(['wait PoolUnreachable', 'fail SettingsUnknown']);
    expect(at('Verifying', { facts: { settings: known({}) } })).to.equal('fail SettingsUnknown');
  });
});

describe('Restoring', () => {
  const fresh = twoHosts(upgraded());
  const restore = (setting: Setting): Decision => decide(atHost(hostState('m', 'Restoring'), { pool: fresh, ...setting }));
  const stopped = guest('g', undefined, { mark: 'run/m' });

  it('starts what was stopped here, on this host while only it is new', () => {
    const decision = restore({ world: sharedWorld([stopped]) });
    expect(say(decision)).to.equal('Start g');
    expect(decision.kind === 'act' && decision.effects[0]!.params['on']).to.equal('m');
  });

  it('leaves alone what a person stopped, what was stopped at a host whose turn is still to come, and what will not start', () => {
    expect(say(restore({ world: sharedWorld([guest('g', undefined)]) }))).to.equal('to Upgraded');
    expect(say(restore({ world: sharedWorld([{ ...stopped, mark: 'run/b' }]) }))).to.equal('to Upgraded');
    expect(say(restore({ world: sharedWorld([stopped]), state: tried('g', { Start: 3 }) }))).to.equal('to Upgraded');
    expect(say(restore({ world: sharedWorld([{ ...stopped, busy: ['start_on'] }]) }))).to.not.contain('Start');
  });

  it('starts no more guests than the host has room for', () => {
    const two = [stopped, { ...stopped, uuid: 'h' }].map((one) => ({ ...one, memory: 6 * GIB }));
    const world = sharedWorld(two, { capacities: { m: 10 * GIB } });
    expect(say(restore({ world }))).to.equal('Start g');
  });

  it('brings home whose return is wished, from hosts not newer, and nobody else', () => {
    const g = guest('g', 'b');
    const baseline = { takenAt: iso(NOW), poolUuid: 'pool', settings: {}, guests: [{ ...guest('g', 'm') }] };
    const world = sharedWorld([g, guest('stranger', 'b')]);
    expect(say(restore({ world, baseline }))).to.equal('to Upgraded');
    expect(say(restore({ world, baseline, orders: { placement: 'Home' } }))).to.equal('Migrate g');
    const rules = [{ tags: [], names: [], uuids: ['g'], action: undefined, return: 'Home' as const }];
    expect(say(restore({ world, baseline, orders: { rules } }))).to.equal('Migrate g');
    const stay = [{ ...rules[0]!, return: 'Stay' as const }];
    expect(say(restore({ world, baseline, orders: { rules: stay, placement: 'Home' } }))).to.equal('to Upgraded');
    const older = twoHosts({}, upgraded());
    expect(say(restore({ pool: older, world, baseline, orders: { placement: 'Home' } }))).to.equal('to Upgraded');
  });
});

describe('Retrying', () => {
  it('begins anew with nothing remembered of the attempt before, as often as allowed', () => {
    const member = (attempt: number): Decision =>
      decide(atHost(hostState('b', 'Retrying', { attempt, evidence: { stagedAt: 'then', leftAt: 'then' } })));
    for (const attempt of [1, 2]) {
      const decision = member(attempt);
      expect(say(decision)).to.equal('to Draining');
      if (decision.kind !== 'next') throw new Error('it should go on');
      const after = decision.remember!(atHost(hostState('b', 'Retrying')).state).hosts.find((entry) => entry.uuid === 'b')!;
      expect([after.attempt, after.evidence]).to.deep.equal([attempt + 1, {}]);
    }
    expect(say(member(3))).to.equal('fail MemberFailed');
  });
});

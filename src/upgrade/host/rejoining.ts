// Rejoining: the host is back. Is it the new system, is its storage plugged, is it enabled, and, for the master, are all members with it again? Ends when
// all of that holds. A master that is back in its old system halts the run; a member is tried again.
import { compareVersions } from '../../plan/release';
import type { Guests, Host, Pool } from '../../plan/pool';
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { lostSrs } from './lostStorage';
import { onHost } from './item';
import { lastObstacle, timesTried } from '../state';
import { millis, minutes } from '../time';

/** XAPI plugs storage and enables the host by itself after a boot; only what it has not done by then is done for it. */
const GRACE = minutes(2);

export const rejoining: HostStep = {
  needs: () => ['pool', 'guests'],
  decide(situation) {
    const { facts, host, now, orders } = situation;
    const until = (millis(host.evidence.returnedAt) ?? now) + orders.deadlines.rejoin;
    if (!facts.pool.known || !facts.guests.known) return unreachable(situation, until);
    const seen = facts.pool.value.hosts.find((entry) => entry.uuid === host.uuid);
    if (seen === undefined) return fail('HostGone', `host ${host.name} is no longer in the pool`);
    const version = compareVersions(seen.version.release.version, host.to);
    if (version < 0) return notUpgraded(situation, seen);
    if (version > 0)
      return fail('WrongVersion', `host ${host.name} came back with ${seen.version.release.version}, wanted was ${host.to}`);
    return service(situation, facts.pool.value, facts.guests.value, seen, until);
  },
};

function unreachable({ now, host }: HostSituation, until: number): Decision {
  if (now < until) return wait('PoolUnreachable', `${host.name} was seen back but the pool does not answer`, until);
  return host.role === 'master'
    ? fail('MasterUnknown', `the pool does not answer since ${host.name} came back`)
    : fail('MemberUnknown', `the pool does not answer`);
}

function notUpgraded({ host }: HostSituation, seen: Host): Decision {
  const sentence = `host ${host.name} is back in its old system, ${seen.version.release.version}, with nothing changed`;
  if (host.role === 'member') return next('Retrying');
  return fail(
    'MasterOnOldVersion',
    `${sentence}; the upgrade of the master failed and is not run again: find out why, then decide`,
  );
}

function service(situation: HostSituation, pool: Pool, world: Guests, seen: Host, until: number): Decision {
  const { host, now, state } = situation;
  const returned = millis(host.evidence.returnedAt) ?? now;
  const patience = wait(
    'HostReturning',
    `${host.name} is back with ${host.to}; its storage, its service and the pool's other hosts are awaited`,
    until,
  );
  const away = pool.hosts.filter((entry) => !entry.live);
  if (away.length > 0)
    return now < until
      ? patience
      : fail('MembersAway', `${away.map((entry) => entry.name).join(', ')} did not come back to the master`);
  const unplugged = world.pbds.filter(
    (pbd) => pbd.host === host.uuid && !pbd.attached && wasAttached(situation, pbd.sr) && !lostSrs(situation).includes(pbd.sr),
  );
  if (unplugged.length === 0 && seen.enabled) return next('Verifying');
  if (now < returned + GRACE) return patience;
  const pluggable = unplugged.filter((pbd) => timesTried(state, pbd.uuid, 'PlugPbd') < 5);
  if (pluggable.length > 0)
    return act(pluggable.map((pbd) => ({ effect: 'PlugPbd', object: pbd.uuid, name: `storage of ${host.name}`, params: {} })));
  if (unplugged.length > 0)
    return fail(
      'StorageNotPlugged',
      `storage of ${host.name} does not plug: ${lastObstacle(state, unplugged[0]!.uuid) ?? 'no reason was given'}`,
    );
  return now < until
    ? act([onHost('EnableHost', host)])
    : fail('HostNotEnabled', `host ${host.name} does not enable: ${lastObstacle(state, host.uuid) ?? 'no reason was given'}`);
}

function wasAttached({ baseline, host }: HostSituation, sr: string): boolean {
  return baseline?.settings[host.uuid]?.[`PBD ${sr}/attached`] === 'true';
}

// Rejoining: the host is back. Is it the new system, is its storage plugged, is it enabled, and, for the master, are all members with it again? Ends when
// all of that holds. A master that is back in its old system halts the run; a member is tried again.
import { printRelease, sameRelease } from '../../plan/release';
import type { Guests, Host, Pbd, Pool } from '../../plan/pool';
import { act, type Decision, fail, type HostSituation, type HostStep, next, wait } from '../decision';
import { exhausted, strange } from '../sight';
import { withoutBoot } from '../bootRecord';
import { isByBmc, tidied } from './tending';
import { lostSrs } from './lostStorage';
import { onHost } from './item';
import { releaseAfter, releaseBefore, timesTried } from '../state';
import { millis, minutes } from '../time';

/** XAPI plugs storage and enables the host by itself after a boot; only what it has not done by then is done for it. */
const GRACE = minutes(2);

export const rejoining: HostStep = {
  needs: (host) => (isByBmc(host) && host.evidence.tidiedAt === undefined ? ['pool', 'guests', 'machine'] : ['pool', 'guests']),
  decide(situation) {
    const { facts, host, now, orders } = situation;
    const until = (millis(host.evidence.returnedAt) ?? now) + orders.deadlines.rejoin;
    if (!facts.pool.known || !facts.guests.known)
      return strange(facts.pool) ?? strange(facts.guests) ?? unreachable(situation, until);
    const seen = facts.pool.value.hosts.find((entry) => entry.uuid === host.uuid);
    if (seen === undefined) return fail('HostGone', `host ${host.name} is no longer in the pool`);
    const owed = tidied(situation);
    if (owed !== undefined) return owed;
    const { release } = seen.version;
    if (sameRelease(release, releaseBefore(situation.state, host))) return notUpgraded(situation, seen);
    if (!sameRelease(release, releaseAfter(situation.state, host)))
      return fail('WrongVersion', `host ${host.name} came back with ${printRelease(release)}, wanted was ${host.to}`);
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
  if (host.role === 'member') return next('Retrying', (state) => withoutBoot(state, host.uuid));
  return fail(
    'MasterOnOldVersion',
    `${sentence}; the upgrade of the master failed and is not run again: find out why, then decide`,
  );
}

function service(situation: HostSituation, pool: Pool, world: Guests, seen: Host, until: number): Decision {
  const { host, now } = situation;
  const message = `${host.name} is back with ${host.to}; its storage, its service and the pool's other hosts are awaited`;
  const patience = wait('HostReturning', message, until);
  const away = pool.hosts.filter((entry) => !entry.live).map((entry) => entry.name);
  if (away.length > 0) return now < until ? patience : fail('MembersAway', `${away.join(', ')} did not come back to the master`);
  const unplugged = world.pbds.filter((pbd) => pbd.host === host.uuid && !pbd.attached && isOwed(situation, pbd.sr));
  if (unplugged.length === 0 && seen.enabled) return next('Verifying', (state) => withoutBoot(state, host.uuid));
  if (now < (millis(host.evidence.returnedAt) ?? now) + GRACE) return patience;
  return unplugged.length > 0 ? plug(situation, unplugged) : enable(situation);
}

function plug({ host, state }: HostSituation, unplugged: readonly Pbd[]): Decision {
  const stuck = unplugged.find((pbd) => timesTried(state, pbd.uuid, 'PlugPbd') >= 5);
  const sentence = `storage of ${host.name} does not plug`;
  const refused =
    stuck && exhausted(state, { object: stuck, effect: 'PlugPbd', times: 5, reason: 'StorageNotPlugged', sentence });
  return (
    refused ?? act(unplugged.map((pbd) => ({ effect: 'PlugPbd', object: pbd.uuid, name: `storage of ${host.name}`, params: {} })))
  );
}

function enable({ host, state }: HostSituation): Decision {
  const sentence = `host ${host.name} does not enable`;
  const refused = exhausted(state, { object: host, effect: 'EnableHost', times: 8, reason: 'HostNotEnabled', sentence });
  return refused ?? act([onHost('EnableHost', host)]);
}

/** Storage that was plugged before and was not given up. */
function isOwed(situation: HostSituation, sr: string): boolean {
  return wasAttached(situation, sr) && !lostSrs(situation).includes(sr);
}

function wasAttached({ baseline, host }: HostSituation, sr: string): boolean {
  return baseline?.settings[host.uuid]?.[`PBD ${sr}/attached`] === 'true';
}

// Verifying: the version is the target's (Rejoining saw it), and the settings are what they were. Every difference is kept for the report; one that makes
// the host another host stops the run.
import { ABSENT, boundedForHost, type Change, compareSettings, countVerdicts, type Settings } from '../../plan/settings';
import { type Decision, type HostSituation, type HostStep, fail, next, wait } from '../decision';
import { settingsSeen } from '../settingsSeen';
import { strange } from '../sight';
import { releaseAfter, releaseAtFirst, withHost } from '../state';
import { millis } from '../time';
import { lostSrs } from './lostStorage';

export const verifying: HostStep = {
  needs: () => ['pool', 'settings', 'hostAnswers'],
  decide(situation) {
    const { facts, host, now, orders } = situation;
    const until = (millis(host.since) ?? now) + orders.deadlines.settle;
    const seen = settingsSeen(facts);
    if (!seen.known) return strange(seen) ?? unread(seen.why, now < until ? until : undefined);
    return compare(situation, seen.value[host.uuid], until);
  },
};

function compare(situation: HostSituation, after: Settings | undefined, until: number): Decision {
  const { host, baseline, now, state } = situation;
  const before = baseline?.settings[host.uuid];
  if (before === undefined || after === undefined)
    return fail('SettingsUnknown', `no settings of host ${host.name} can be compared`);
  const all = compareSettings(before, after, changeOf(situation));
  const hard = all.find((difference) => difference.verdict === 'hard');
  if (hard !== undefined && now < until)
    return wait('SettingsDiffer', `${hard.path} of ${host.name} is ${hard.after}, was ${hard.before}`, until);
  const kept = { differences: boundedForHost(all, state.hosts.length), verdicts: countVerdicts(all) };
  const remember = (state: typeof situation.state): typeof state => withHost(state, host.uuid, kept);
  if (hard !== undefined)
    return fail('SettingsLost', `host ${host.name}: ${hard.path} was ${hard.before} and is ${hard.after}`, remember);
  return next('Restoring', remember);
}

function changeOf(situation: HostSituation): Change {
  const { state, host } = situation;
  const lost = lostSrs(situation);
  const isOfLost = (path: string, before: string): boolean =>
    lost.some((sr) => path.startsWith(`PBD ${sr}/`) || (path.startsWith('host/') && before === sr));
  const isInItsPlace = (path: string, before: string): boolean => lost.length > 0 && path.startsWith('PBD ') && before === ABSENT;
  return {
    from: releaseAtFirst(state, host),
    to: releaseAfter(state, host),
    announced(path, before) {
      if (isOfLost(path, before))
        return 'spec.consent.destroyLocalStorage gave this local storage up to the new layout of the disk';
      return isInItsPlace(path, before) ? 'the new layout of the disk has local storage of its own' : undefined;
    },
  };
}

/** @param until while there is patience left */
function unread(why: string, until: number | undefined): Decision {
  return until === undefined ? fail('SettingsUnknown', why) : wait('PoolUnreachable', why, until);
}

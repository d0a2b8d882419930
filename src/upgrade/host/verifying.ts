// Verifying: the version is the target's (Rejoining saw it), and the settings are what they were. Every difference is kept for the report; one that makes
// the host another host stops the run.
import { compareSettings, type Settings } from '../../plan/settings';
import { type Decision, type HostSituation, type HostStep, fail, next, wait } from '../decision';
import { strange } from '../sight';
import { withHost } from '../state';
import { millis } from '../time';
import { lostSrs } from './lostStorage';

export const verifying: HostStep = {
  needs: () => ['pool', 'settings'],
  decide(situation) {
    const { facts, host, now, orders } = situation;
    const until = (millis(host.since) ?? now) + orders.deadlines.settle;
    if (!facts.settings.known) return strange(facts.settings) ?? unread(facts.settings.why, now < until ? until : undefined);
    return compare(situation, facts.settings.value[host.uuid], until);
  },
};

function compare(situation: HostSituation, after: Settings | undefined, until: number): Decision {
  const { host, baseline, now } = situation;
  const before = baseline?.settings[host.uuid];
  if (before === undefined || after === undefined)
    return fail('SettingsUnknown', `no settings of host ${host.name} can be compared`);
  const lost = lostSrs(situation);
  const differences = compareSettings(before, after, (path, value) =>
    lost.some((sr) => path.startsWith(`PBD ${sr}/`) || value === sr),
  );
  const hard = differences.find((difference) => difference.verdict === 'hard');
  if (hard !== undefined && now < until)
    return wait('SettingsDiffer', `${hard.path} of ${host.name} is ${hard.after}, was ${hard.before}`, until);
  const remember = (state: typeof situation.state): typeof state => withHost(state, host.uuid, { differences });
  if (hard !== undefined)
    return fail('SettingsLost', `host ${host.name}: ${hard.path} was ${hard.before} and is ${hard.after}`, remember);
  return next('Restoring', remember);
}

/** @param until while there is patience left */
function unread(why: string, until: number | undefined): Decision {
  return until === undefined ? fail('SettingsUnknown', why) : wait('PoolUnreachable', why, until);
}

// Clocks of the hosts beside each other.
import type { Check, CheckSituation, Finding } from '../check';
import type { Host } from '../../pool';
import { hostObject, listNames } from '../findings';
import { hostsToUpgrade } from './hopSide';

/** Milliseconds that are tolerable. */
const TOLERABLE = 5_000;

export const clockSkew: Check = {
  id: 'ClocksDiffer',
  title: 'The clocks of the hosts agree',
  source: '6.1 (clock: skew of 1–5 s; more breaks directory logins, TLS, HA, Ceph) of the XenServer reference',
  range: 'always; a warning above 5 s: the reference names no difference at which an upgrade must not begin',
  remedy: 'set the time servers of the hosts right (`chronyc tracking`, `ntpstat`) and wait until the clocks agree',
  // Before a host only that one is asked for its time.
  moments: ['Planning', 'Prepared'],
  applies: ({ pool }) => pool.hosts.length > 1,
  judge: (situation) => [...silent(situation), ...apart(situation)],
};

function silent(situation: CheckSituation): readonly Finding[] {
  const { inspection } = situation;
  const untold = hostsToUpgrade(situation).filter(({ uuid }) => inspection.hosts[uuid]?.clockAhead.known !== true);
  if (untold.length === 0) return [];
  const message = `the clock of ${listNames(untold)} could not be read`;
  return [{ verdict: 'Warn', objects: untold.map(hostObject), message, remedy: clockSkew.remedy }];
}

function apart({ pool, inspection }: CheckSituation): readonly Finding[] {
  const clocks = pool.hosts.flatMap((host): readonly { readonly host: Host; readonly ahead: number }[] => {
    const ahead = inspection.hosts[host.uuid]?.clockAhead;
    return ahead?.known === true ? [{ host, ahead: ahead.value }] : [];
  });
  const [first, ...others] = clocks.sort((a, b) => a.ahead - b.ahead);
  const last = others.at(-1);
  if (first === undefined || last === undefined || last.ahead - first.ahead <= TOLERABLE) return [];
  const seconds = Math.round((last.ahead - first.ahead) / 1000);
  const message = `the clock of ${last.host.name} is ${seconds} s ahead of that of ${first.host.name}; at most 5 s were expected`;
  return [{ verdict: 'Warn', objects: [hostObject(first.host), hostObject(last.host)], message, remedy: clockSkew.remedy }];
}

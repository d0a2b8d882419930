// What the boot server may give to a host in one attempt. It stands in the status and nowhere else, so that the boot server serves what the run wants now and
// closes what it wants no more. Made while the host still serves; and before the host goes, everything is proven that can be: that the server has the
// medium, and that the host reaches the server.
import type { HostBoot } from '../api/generated/poolUpgrade';
import { namesBmc } from './bootMethods/bootMethod';
import type { Reach } from '../plan/checks/bootTraits';
import { type Decision, fail, type HostSituation, wait } from './decision';
import type { BootPlace, FactName } from './facts';
import { type HostState, type RunState, withHost } from './state';
import { hours, iso, millis, minutes } from './time';

export type { HostBoot, Reach };

/** For the server and the pool to become ready, once the host is empty. */
const PATIENCE = minutes(15);
/** Beyond the deadlines: a host that is late is late by its own, not because its paths have closed. */
const SPARE = minutes(60);

/** How long a person is waited for, at most. */
const PERSON = hours(24);

/** Facts that `unserved` looks at. */
export function servedFacts({ boot }: Pick<HostState, 'boot'>): readonly FactName[] {
  return boot === undefined ? ['boot'] : ['reach', 'installer'];
}

/** Undefined: the server is ready for the host, and the host reaches it. */
export function unserved(situation: HostSituation): Decision | undefined {
  const { facts, host } = situation;
  if (host.boot === undefined) {
    if (!facts.boot.known) return patiently(situation, 'BootNotPrepared', facts.boot.why);
    const { value } = facts.boot;
    return { kind: 'again', remember: (state) => opened(state, situation, value) };
  }
  return unready(situation) ?? unreached(situation, host.boot);
}

function unready(situation: HostSituation): Decision | undefined {
  const { facts, host } = situation;
  if (!facts.installer.known) return patiently(situation, 'BootServerSilent', facts.installer.why);
  const { ready, why } = facts.installer.value;
  switch (ready) {
    case 'Ready':
      return undefined;
    case 'Checking':
      return patiently(situation, 'BootMediumChecked', `the boot server makes the medium of ${host.name} ready`);
    case 'Refused':
      return fail('BootMediumRefused', `the boot server serves ${host.name} nothing: ${why}`);
  }
}

function unreached(situation: HostSituation, { baseURL, repositoryURL }: HostBoot): Decision | undefined {
  const { facts, host } = situation;
  if (!facts.reach.known) return patiently(situation, 'BootServerNotReached', facts.reach.why);
  if (facts.reach.value.kind !== 'Refused') return undefined;
  const remedy = 'open the way from the management network of the hosts, or correct spec.boot.serverURLs.hosts';
  const sentence = `${host.name} cannot install from ${repositoryURL ?? baseURL}: ${facts.reach.value.why}; ${remedy}`;
  return patiently(situation, 'BootServerNotReached', sentence);
}

/** Waits while that may pass by itself; the host serves nobody meanwhile, so not for ever. */
function patiently({ host, now }: HostSituation, reason: string, message: string): Decision {
  const until = (millis(host.since) ?? now) + PATIENCE;
  return now < until ? wait(reason, message, Math.min(until, now + minutes(1))) : fail(reason, message);
}

function opened(state: RunState, { host, orders, now }: HostSituation, place: BootPlace): RunState {
  const { powerOff, installerStart, install, rejoin } = orders.deadlines;
  // A person who has to switch it on is waited for.
  const person = host.bootMethod === 'PXE' && !namesBmc(orders, host) ? PERSON : 0;
  const expires = iso(now + PATIENCE + powerOff + installerStart + install + rejoin + SPARE + person);
  const boot: HostBoot = { ...place, expires, intent: 'upgrade', brand: state.plan?.hop.toBrand ?? 'XenServer' };
  return withHost(state, host.uuid, { boot });
}

/** Closes what was open for the host. */
export function withoutBoot(state: RunState, uuid: string): RunState {
  const closed = ({ boot: _boot, ...host }: HostState): HostState => host;
  return { ...state, hosts: state.hosts.map((host) => (host.uuid === uuid ? closed(host) : host)) };
}

/** A new attempt begins: what was open for the last one is closed, and what was seen of it no longer told. */
export function withoutAttempt(state: RunState, uuid: string): RunState {
  const fresh = ({ boot: _boot, installer: _installer, bmc: _bmc, ...host }: HostState): HostState => host;
  return { ...state, hosts: state.hosts.map((host) => (host.uuid === uuid ? fresh(host) : host)) };
}

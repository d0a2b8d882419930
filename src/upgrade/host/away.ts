// Installing and AwaitingOperator: the host is away and the pool is silent about it, the whole pool when it is the master. That is expected, told, and
// bounded. Ends when the host is seen back after a boot; whether it is the new system is the next phase's question. A master that is back with another
// certificate than before, as after an upgrade from before 8.0, waits for a person to say whether it is the right one; that is bounded by nothing.
import { type Host } from '../../plan/pool';
import { type Decision, fail, type HostSituation, type HostStep, type Memory, next, wait } from '../decision';
import { hasRebooted } from '../effects/rebooted';
import { networkInstruction } from '../bootMethods/byNetwork';
import { manualInstruction } from '../bootMethods/manual';
import type { Deadlines } from '../orders';
import { strange } from '../sight';
import { callHome, dueAtLast } from './astray';
import { noted, withNotes } from './noting';
import { installerToldOf, unanswered } from './unanswered';
import { isByBmc, tending } from './tending';
import { type HostState, releaseBefore, withEvidence, withHost } from '../state';
import { hours, iso, millis, minutes } from '../time';

/** A host that answers unchanged for so long did not go. */
const SURE = minutes(2);
/** How long a person may take before the controller stops waiting for them. */
const PERSON = hours(24);

export const installing: HostStep = {
  needs: (host) => [
    'pool',
    ...(host.role === 'master' ? [] : (['hostTime'] as const)),
    ...(isByBmc(host) ? (['machine'] as const) : []),
    ...(isByBmc(host) || host.boot !== undefined ? (['installer'] as const) : []),
  ],
  decide(situation) {
    const due = leftAt(situation) + awayAtMost(situation.orders.deadlines);
    const until = dueAtLast(situation, due);
    const watched = watch(situation, until, 'Installing', awayMessage(situation));
    if (watched.kind === 'wait') return tending(situation) ?? unanswered(situation) ?? noted(situation, watched);
    return watched.kind === 'fail' && watched.reason === 'MemberUnknown' ? (callHome(situation, due) ?? watched) : watched;
  },
};

export const awaitingOperator: HostStep = {
  needs: (host, orders) => installing.needs(host, orders),
  decide(situation) {
    const strangeStill = strange(situation.facts.pool);
    if (strangeStill !== undefined) return strangeStill;
    if (situation.host.evidence.answeredAt !== undefined) return next('Installing');
    const watched = watch(situation, leftAt(situation) + PERSON, 'BootInstaller', instruction(situation.host));
    return watched.kind === 'wait' ? noted(situation, watched) : watched;
  },
};

/** The one sentence to follow. */
function instruction(host: HostState): string {
  return host.bootMethod === 'PXE' ? networkInstruction(host) : manualInstruction(host);
}

function watch(situation: HostSituation, until: number, reason: string, message: string): Decision {
  const { facts, host, now } = situation;
  if (strange(facts.pool) !== undefined)
    return next('AwaitingOperator', (state) => withEvidence(state, host.uuid, { answeredAt: iso(now) }));
  if (!facts.pool.known) return now < until ? wait(reason, message, until) : neverCameBack(situation, until);
  const seen = facts.pool.value.hosts.find((entry) => entry.uuid === host.uuid);
  if (seen === undefined) return fail('HostGone', `host ${host.name} is no longer in the pool`);
  if (hasRebooted(seen, { from: releaseBefore(situation.state, host), evidence: host.evidence }))
    return next('Rejoining', (state) => withEvidence(withNotes(situation, state), host.uuid, { returnedAt: iso(now) }));
  const unmoved = whileUnmoved(situation, seen, reason, message);
  if (unmoved !== undefined) return unmoved;
  return now < until ? wait(reason, message, until) : overdue(situation, until);
}

/** A host that is just back may answer for a moment before its record tells of its new start: only what lasts is believed. */
function whileUnmoved(situation: HostSituation, seen: Host, reason: string, message: string): Decision | undefined {
  const { host, now } = situation;
  const since = millis(host.evidence.unmovedSince);
  if (!stillThere(situation, seen)) return since === undefined ? undefined : { kind: 'again', remember: moved(situation) };
  if (since === undefined)
    return { kind: 'again', remember: (state) => withEvidence(state, host.uuid, { unmovedSince: iso(now) }) };
  return now < since + SURE ? wait(reason, message, since + SURE) : neverWent(situation);
}

function moved({ host }: HostSituation): Memory {
  const { unmovedSince: _since, ...evidence } = host.evidence;
  return (state) => withHost(state, host.uuid, { evidence });
}

function neverWent(situation: HostSituation): Decision {
  const { host } = situation;
  const reason = host.role === 'master' ? 'MasterOnOldVersion' : 'MemberFailed';
  return fail(
    reason,
    `host ${host.name} was told to go at ${host.evidence.leftAt} and accepted, but never went`,
    stillHere(situation),
  );
}

/** It did not leave after all: an installer that is staged there is still owed. */
function stillHere({ host }: HostSituation): Memory {
  const { leftAt: _left, unmovedSince: _since, ...evidence } = host.evidence;
  return (state) => withHost(state, host.uuid, { evidence });
}

/** A master that answers is not unknown, whatever its clocks say: it is back, in its old version. */
function overdue(situation: HostSituation, until: number): Decision {
  const { host } = situation;
  if (host.role === 'member') return neverCameBack(situation, until);
  return fail('MasterOnOldVersion', `host ${host.name} answers with its old version; it was not upgraded`, stillHere(situation));
}

/** Answers, unchanged, long after it accepted to go. */
function stillThere({ facts, host, orders, now }: HostSituation, seen: Host): boolean {
  const answers = host.role === 'master' || facts.hostTime.known;
  return (
    answers &&
    now > (millis(host.evidence.leftAt) ?? now) + orders.deadlines.powerOff &&
    seen.agentStartTime === host.evidence.agentStartTime
  );
}

/** No evidence counts as past the point of no return: for the master everything stops, nothing is touched. */
function neverCameBack({ host }: HostSituation, until: number): Decision {
  const sentence = `host ${host.name} left at ${host.evidence.leftAt} and was not back by ${iso(until)}${installerToldOf(host)}`;
  if (host.role === 'member')
    return fail('MemberUnknown', `${sentence}${roused(host)}; look at its console, then repair it or take it out of the pool`);
  const remedy = `look at its console: if the old or the new system boots, the pool serves again by itself; else boot it from the installation media of ${host.to}, choose to restore the backup of ${host.from} that the installer finds on its disk, and boot it from the disk; if there is none, install ${host.from} afresh and restore the database from the backup of this run`;
  return fail('MasterUnknown', `${sentence}; ${remedy}`);
}

function roused({ evidence }: HostState): string {
  return evidence.rousedAt === undefined ? '' : `, although its pool was told to switch it on at ${evidence.rousedAt}`;
}

/** When waiting began: a person who had to look at a certificate took none of the host's own time. */
function leftAt({ host, now }: HostSituation): number {
  return Math.max(millis(host.evidence.leftAt) ?? now, millis(host.evidence.answeredAt) ?? 0);
}

function awayAtMost({ installerStart, install, rejoin }: Deadlines): number {
  return installerStart + install + rejoin;
}

function awayMessage({ host }: HostSituation): string {
  const silence = host.role === 'master' ? '; the pool cannot be contacted until it is back, which is expected' : '';
  return `${host.name} runs the installer of ${host.to} since ${host.evidence.leftAt}${silence}`;
}

// What a person may say to a run that halted: `retry` the host that failed, `skip` it, or `resume` after mending it by hand. Each word is an annotation with
// a nonce, taken up once; one that comes while nothing is halted, or that cannot be followed, is taken note of and leads to nothing.
import type { Host, Pool } from '../../plan/pool';
import { withoutAttempt } from '../bootRecord';
import { sameRelease } from '../../plan/release';
import { type Decision, next, type Situation } from '../decision';
import type { Orders, Verb } from '../orders';
import { type Evidence, type HostState, isSkipped, releaseAfter, type RunState, withHost } from '../state';
import { iso } from '../time';

export const VERBS: readonly Verb[] = ['retry', 'skip', 'resume'];
/** Key of `handled` that says what became of the last word. */
export const ANSWER = 'answer';

export interface Word {
  readonly verb: Verb;
  readonly nonce: string;
}

/** The first word that was not taken up yet. */
export function wordFor(state: RunState, orders: Orders): Word | undefined {
  for (const verb of VERBS) {
    const nonce = orders.verbs[verb];
    if (nonce !== undefined && state.handled?.[verb] !== nonce) return { verb, nonce };
  }
  return undefined;
}

/** A run that is not halted has nothing to answer: what is said to it now must not be heard when it halts some day. */
export function withWordsNoted(state: RunState, orders: Orders): RunState {
  if (state.phase === 'Halted' || wordFor(state, orders) === undefined) return state;
  return { ...state, handled: { ...state.handled, ...orders.verbs } };
}

/** What follows from a word said to a halted run that is over, and from a look at the pool taken since. */
export function answerTo(situation: Situation, pool: Pool, word: Word): Decision {
  const { state } = situation;
  const failed = state.hosts.find((host) => host.phase === 'Failed' && !isSkipped(host));
  const result = word.verb === 'skip' ? skip(state, failed) : goOn(situation, pool, word.verb, failed);
  if ('refused' in result) return refuse(word, result.refused);
  return next('Preparing', (before) => begunAgain(result.change(before), word));
}

type Result = { readonly refused: string } | { readonly change: (state: RunState) => RunState };

function refuse({ verb, nonce }: Word, why: string): Decision {
  const handled = { [verb]: nonce, [ANSWER]: `${verb} was not followed: ${why}`.slice(0, 320) };
  return { kind: 'again', remember: (state) => ({ ...state, handled: { ...state.handled, ...handled } }) };
}

/** A fresh start of the same run: what was put back is put aside again, and nothing counts any more of what resisted. */
function begunAgain(state: RunState, { verb, nonce }: Word): RunState {
  const { finishedAt: _finished, ...run } = state.run;
  const { agentRestartedAt: _restarted, ...rest } = state;
  const { [ANSWER]: _answer, ...handled } = state.handled ?? {};
  return { ...rest, run, debts: [], resisting: [], handled: { ...handled, [verb]: nonce } };
}

/** A member only: without its master no member may follow. */
function skip(state: RunState, failed: HostState | undefined): Result {
  const host = failed ?? state.hosts.find((entry) => entry.phase === 'Pending');
  if (host === undefined) return { refused: 'no host failed and none is left' };
  if (host.role === 'master') return { refused: `${host.name} is the master, and no member may be upgraded before it` };
  const message = `${host.name} was left out by a person and keeps ${host.from}`;
  return { change: (before) => withHost(before, host.uuid, { phase: 'Failed', reason: 'Skipped', message }) };
}

function goOn({ state, now }: Situation, pool: Pool, verb: Verb, failed: HostState | undefined): Result {
  const host = failed ?? (verb === 'retry' ? state.hosts.find(isSkipped) : undefined);
  if (host === undefined) return { change: (before) => before };
  const seen = pool.hosts.find((entry) => entry.uuid === host.uuid);
  if (seen === undefined) return { refused: `host ${host.name} is no longer in the pool` };
  if (!seen.live) return { refused: `host ${host.name} does not report to its master; bring it up first` };
  if (sameRelease(seen.version.release, releaseAfter(state, host))) return { change: awaited(host, iso(now)) };
  if (host.role === 'master' && verb === 'resume')
    return {
      refused: `${host.name} runs ${seen.version.release.version}; running the master's upgrade again overwrites the backup of its system, so it takes xenpool.dev/retry`,
    };
  return { change: pending(host, seen) };
}

/** It has the new release: whatever failed, it is looked at from its return on. */
function awaited(host: HostState, returnedAt: string): (state: RunState) => RunState {
  return (state) =>
    withHost(state, host.uuid, { phase: 'Rejoining', since: returnedAt, evidence: { ...host.evidence, returnedAt } });
}

function pending(host: HostState, seen: Host): (state: RunState) => RunState {
  const evidence = stillStaged(host.evidence, seen);
  // What is staged installs from what is open.
  const closed = (state: RunState): RunState => (evidence.stagedAt === undefined ? withoutAttempt(state, host.uuid) : state);
  return (state) => withHost(closed(state), host.uuid, { phase: 'Pending', attempt: 0, evidence });
}

/** An installer that is staged stays so until the host has booted: it must not be staged a second time. */
function stillStaged(evidence: Evidence, seen: Host): Evidence {
  const { stagedAt, hostTime, agentStartTime, safe2upgrade, lostSrs, leftAt } = evidence;
  if (stagedAt === undefined || leftAt !== undefined || agentStartTime !== seen.agentStartTime) return {};
  const kept = { stagedAt, hostTime, agentStartTime, safe2upgrade, lostSrs };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as Evidence;
}

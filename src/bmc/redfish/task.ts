// Answers that come later: 202, and a task to be asked until it is over (bmc.md 1.9).
import { sleep } from '../../foundation/clock';
import type { BmcResponse } from '../transport';
import { at, isThing, parseThing, textOf, type Thing } from './json';
import { type Call, PATIENCE_MS } from './line';
import { offTheBmc, placeOn } from './places';
import { failedTask, retryAfter } from './refusal';
import type { Outcome, Wire } from './wire';

const POLL_MS = 1_000;
const LONGEST_POLL_MS = 30_000;
/** A job that was just made may not be there yet (Dell). */
const NOT_YET: { readonly times: number; readonly ms: number } = { times: 3, ms: 10_000 };

const GOING_ON: ReadonlySet<string> = new Set([
  'New',
  'Starting',
  'Running',
  'Suspended',
  'Interrupted',
  'Pending',
  'Stopping',
  'Service',
  'Cancelling',
]);

/** @returns `done` as well where there is nothing to ask, or no longer: reading the state tells more than the task would */
export async function followTask(wire: Wire, accepted: BmcResponse, timeoutMs: number | undefined, call: Call): Promise<Outcome> {
  const { clock } = wire.line.parts;
  const named = textOf(at(parseThing(accepted.body), '@odata.id'));
  const link = accepted.headers['location'] ?? named;
  if (link === '') return { kind: 'done' };
  const path = placeOn(wire.origin, link);
  if (path === undefined) throw offTheBmc(call.verb, 'the address of a task');
  const end = clock.monotonic() + (timeoutMs ?? PATIENCE_MS);
  let pause = retryAfter(accepted.headers['retry-after'], clock.now());
  for (let missing = 0; clock.monotonic() < end;) {
    await sleep(clock, Math.min(LONGEST_POLL_MS, pause ?? POLL_MS), call.signal);
    const heard = await wire.read(path, call);
    if (heard.kind === 'lost') continue;
    const { response } = heard;
    pause = retryAfter(response.headers['retry-after'], clock.now());
    if (response.status === 404) {
      // Once it was seen it is over; a finished task is taken away.
      if (missing === -1 || ++missing > NOT_YET.times) return { kind: 'done' };
      pause = NOT_YET.ms;
      continue;
    }
    missing = -1;
    const outcome = judge(wire, response);
    if (outcome !== undefined) return outcome;
  }
  return { kind: 'lost', why: 'its task did not end in time' };
}

/** @returns undefined while it goes on */
function judge(wire: Wire, response: BmcResponse): Outcome | undefined {
  if (response.status === 202) return undefined;
  if (response.status >= 400) {
    const refusal = wire.refusal(response);
    // The task could not be asked for: that says nothing of what it does.
    return refusal.status >= 500 || refusal.status === 429 ? undefined : { kind: 'refused', refusal };
  }
  const task = parseThing(response.body);
  return isThing(task) && textOf(at(task, 'TaskState')) !== '' ? ended(wire, task) : { kind: 'done' };
}

function ended(wire: Wire, task: Thing): Outcome | undefined {
  const state = textOf(at(task, 'TaskState'));
  if (GOING_ON.has(state)) return undefined;
  const well = state === 'Completed' && textOf(at(task, 'TaskStatus')) !== 'Critical';
  return well ? { kind: 'done' } : { kind: 'refused', refusal: failedTask(task, wire.login.secrets) };
}

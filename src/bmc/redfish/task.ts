// Answers that come later: 202, and a task to be asked until it is over (bmc.md 1.9).
import { sleep } from '../../foundation/clock';
import type { BmcResponse } from '../transport';
import { at, isThing, parseThing, textOf, type Thing } from './json';
import { type Call, type Heard, type Line, PATIENCE_MS } from './line';
import type { Login } from './login';
import type { Outcome } from './outcome';
import { offTheBmc, placeOn } from './places';
import { failedTask, type Refusal, retryAfter } from './refusal';

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

/** What a task is asked over. */
export interface TaskWire {
  readonly origin: string;
  readonly line: Line;
  readonly login: Pick<Login, 'secrets'>;
  read(path: string, call: Call): Promise<Heard>;
  refusal(response: BmcResponse): Refusal;
}

/** @returns `done` as well where there is nothing to ask, or no longer: reading the state tells more than the task would */
export async function followTask(
  wire: TaskWire,
  accepted: BmcResponse,
  timeoutMs: number | undefined,
  call: Call,
): Promise<Outcome> {
  const { clock } = wire.line.parts;
  const path = placeOfTask(wire, accepted, call);
  if (path === undefined) return { kind: 'done' };
  const end = clock.monotonic() + (timeoutMs ?? PATIENCE_MS);
  let pause = retryAfter(accepted.headers['retry-after'], clock.now());
  let patience = NOT_YET.times;
  while (clock.monotonic() < end) {
    await sleep(clock, Math.min(LONGEST_POLL_MS, pause ?? POLL_MS), call.signal);
    const seen = await look(wire, path, call);
    if (seen.kind === 'over') return seen.outcome;
    if (seen.kind === 'missing' && --patience < 0) return { kind: 'done' };
    // Once it was seen it does not come back: a finished task is taken away.
    if (seen.kind === 'going on') patience = 0;
    pause = seen.pause;
  }
  return { kind: 'lost', why: 'its task did not end in time' };
}

/** @returns undefined where none is named. @throws BmcError `Fatal` OffTheBmc */
function placeOfTask(wire: TaskWire, { headers, body }: BmcResponse, { verb }: Call): string | undefined {
  const link = headers['location'] ?? textOf(at(parseThing(body), '@odata.id'));
  if (link === '') return undefined;
  const path = placeOn(wire.origin, link);
  if (path === undefined) throw offTheBmc(verb, 'the address of a task');
  return path;
}

type Seen =
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'missing' | 'going on' | 'silent'; readonly pause: number | undefined };

async function look(wire: TaskWire, path: string, call: Call): Promise<Seen> {
  const heard = await wire.read(path, call);
  if (heard.kind === 'lost') return { kind: 'silent', pause: undefined };
  const { response } = heard;
  if (response.status === 404) return { kind: 'missing', pause: NOT_YET.ms };
  const outcome = judge(wire, response);
  if (outcome !== undefined) return { kind: 'over', outcome };
  return { kind: 'going on', pause: retryAfter(response.headers['retry-after'], wire.line.parts.clock.now()) };
}

/** @returns undefined while it goes on */
function judge(wire: TaskWire, response: BmcResponse): Outcome | undefined {
  if (response.status === 202) return undefined;
  if (response.status >= 400) {
    const refusal = wire.refusal(response);
    // The task could not be asked for: that says nothing of what it does.
    return refusal.status >= 500 || refusal.status === 429 ? undefined : { kind: 'refused', refusal };
  }
  const task = parseThing(response.body);
  return isThing(task) && textOf(at(task, 'TaskState')) !== '' ? ended(wire, task) : { kind: 'done' };
}

function ended(wire: TaskWire, task: Thing): Outcome | undefined {
  const state = textOf(at(task, 'TaskState'));
  if (GOING_ON.has(state)) return undefined;
  const well = state === 'Completed' && textOf(at(task, 'TaskStatus')) !== 'Critical';
  return well ? { kind: 'done' } : { kind: 'refused', refusal: failedTask(task, wire.login.secrets) };
}

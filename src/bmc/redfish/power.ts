// Power by state (bmc.md 1.6): look, ask for what is not so, look until two readings in a row say so. What a BMC refuses because it is so already is no error, and
// after a lost answer the state tells whether to ask again.
import { sleep } from '../../foundation/clock';
import { BmcError, type Power, type PowerState, type VerbResult } from '../bmc';
import { at, listOf, textOf, textsOf } from './json';
import type { Call } from './line';
import { allowed } from './machine';
import { linkAt, placeOn } from './places';
import { errorOf, type Refusal } from './refusal';
import { readSystem, type Seat, until } from './seat';
import type { Outcome } from './outcome';
import type { Resource } from './wire';

/** In the order in which they are tried. PushPowerButton turns off what is on. */
const RESET_TYPES: Readonly<Record<Power, readonly string[]>> = { On: ['On', 'ForceOn'], Off: ['ForceOff'] };

/** Milliseconds until the state is what was asked for, and between two readings. */
const WITHIN_MS = 90_000;
const EVERY_MS = 3_000;
const CONFIRM_MS = 1_000;
/** How long the effect of a request whose answer was lost is waited for before it is believed not to have come. */
const AFTER_LOSS_MS = 20_000;
/** Between two tries of what the state does not allow yet. */
const NOT_YET_MS = 10_000;
const MOST_LOST = 2;

export function powerOf({ body }: Resource): PowerState {
  const state = textOf(at(body, 'PowerState'));
  return state === 'On' || state === 'Off' ? state : 'Other';
}

export async function readPower(seat: Seat, call: Call): Promise<PowerState> {
  return powerOf(await readSystem(seat, call));
}

export interface Reset {
  readonly target: string;
  readonly types: readonly string[];
}

/**
 * How this system is switched.
 * @returns `types` that it lists, those first that are preferred; all where it lists none
 * @throws BmcError `Unsupported` where it cannot be reset at all
 */
export async function resetFor({ wire }: Seat, { body }: Resource, wanted: Power, call: Call): Promise<Reset> {
  const action = at(body, 'Actions', '#ComputerSystem.Reset');
  const target = placeOn(wire.origin, textOf(at(action, 'target')));
  if (target === undefined)
    throw new BmcError('Unsupported', call.verb, `${call.verb}: this system offers no reset`, 'NotOffered');
  const listed = await resetTypes(wire, action, call);
  const types = RESET_TYPES[wanted].filter((type) => listed.length === 0 || listed.some((one) => names(one, type)));
  return { target, types };
}

/** Listed alone, or run together with another by a missing comma: `GracefulShutdownGracefulRestart`. */
function names(listed: string, type: string): boolean {
  return listed === type || (listed.length > type.length && listed.startsWith(type) && /^[A-Z]/.test(listed.slice(type.length)));
}

/** Inline, and by ActionInfo: the inline list may be damaged. Empty: not told. */
export async function resetTypes(wire: Seat['wire'], action: unknown, call: Call): Promise<readonly string[]> {
  const inline = allowed((action ?? {}) as Resource['body'], 'ResetType');
  const info = linkAt(wire.origin, { info: { '@odata.id': at(action, '@Redfish.ActionInfo') } }, 'info');
  if (info === undefined) return inline;
  const found = await wire.find(info, call);
  const parameter = listOf(at(found?.body, 'Parameters')).find((one) => textOf(at(one, 'Name')) === 'ResetType');
  return [...inline, ...textsOf(at(parameter, 'AllowableValues'))];
}

export async function setPower(seat: Seat, wanted: Power, call: Call): Promise<VerbResult<PowerState>> {
  if (await settlesAt(seat, wanted, call)) return { outcome: 'unchanged', observed: wanted };
  const { clock } = seat.wire.line.parts;
  const end = clock.monotonic() + WITHIN_MS;
  const { target, types } = await resetFor(seat, await readSystem(seat, call), wanted, call);
  let lost = 0;
  for (let choice = 0; choice < types.length;) {
    const body = { ResetType: types[choice] };
    const outcome = await seat.wire.change({ method: 'POST', path: target, body }, call);
    if (await takesEffect(seat, outcome, wanted, call)) return { outcome: 'changed', observed: wanted };
    if (outcome.kind === 'done') throw unchanged(wanted, 'accepted it', call);
    if (outcome.kind === 'lost') {
      if (++lost >= MOST_LOST) throw unchanged(wanted, `gave no answer (${outcome.why})`, call);
      continue;
    }
    const { refusal } = outcome;
    const way = afterRefusal(refusal, clock.monotonic() < end, choice + 1 < types.length);
    if (way === 'stop') throw errorOf(refusal, call.verb, `to power ${wanted.toLowerCase()}`);
    if (way === 'another') choice += 1;
    else await sleep(clock, pauseFor(refusal), call.signal);
  }
  throw new BmcError(
    'Unsupported',
    call.verb,
    `${call.verb}: this system lists no way to power ${wanted.toLowerCase()}`,
    'NotOffered',
  );
}

function afterRefusal({ advice }: Refusal, inTime: boolean, more: boolean): 'again' | 'another' | 'stop' {
  if (advice === 'again' && inTime) return 'again';
  return (advice === 'next' || advice === 'negotiate') && more ? 'another' : 'stop';
}

/** Whether it is so before anything is asked; a state on its way is waited for. */
async function settlesAt(seat: Seat, wanted: Power, call: Call): Promise<boolean> {
  const look = (): Promise<PowerState> => readPower(seat, call);
  const state = await until(seat, look, (one) => one !== 'Other', { withinMs: WITHIN_MS, everyMs: EVERY_MS }, call);
  return state === wanted && (await confirmed(seat, wanted, call));
}

async function confirmed(seat: Seat, wanted: Power, call: Call): Promise<boolean> {
  await sleep(seat.wire.line.parts.clock, CONFIRM_MS, call.signal);
  return (await readPower(seat, call)) === wanted;
}

/** Twice in a row, however the request was answered: a refusal may mean that it is so already. */
async function takesEffect(seat: Seat, { kind }: Outcome, wanted: Power, call: Call): Promise<boolean> {
  const withinMs = { done: WITHIN_MS, lost: AFTER_LOSS_MS, refused: 0 }[kind];
  const look = async (): Promise<boolean> => (await readPower(seat, call)) === wanted && (await confirmed(seat, wanted, call));
  return (await until(seat, look, (so) => so, { withinMs, everyMs: EVERY_MS }, call)) === true;
}

function pauseFor({ retryAfterMs }: Refusal): number {
  return Math.max(NOT_YET_MS, Math.min(retryAfterMs ?? 0, WITHIN_MS));
}

function unchanged(wanted: Power, what: string, { verb }: Call): BmcError {
  const message = `${verb}: asked to power ${wanted.toLowerCase()}, the BMC ${what}, and the machine is not ${wanted.toLowerCase()}`;
  return new BmcError('Timeout', verb, message, 'PowerUnchanged');
}

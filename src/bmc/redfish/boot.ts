// What the machine boots next, once (bmc.md 1.7): looked at, written with as many properties as the BMC takes, and read back. What is in effect is judged by the
// reading alone.
import { sleep } from '../../foundation/clock';
import { BmcError, type BootOverride, type BootTarget, type FirmwareMode, type VerbResult } from '../bmc';
import { at, textOf } from './json';
import type { Call } from './line';
import { type OtherWay, otherWay } from './otherBootWay';
import {
  type BootPlaces,
  ENABLED,
  MODE,
  modeName,
  modeReported,
  type OverrideProperty,
  overrideIn,
  placeOf,
  readPlaces,
  sameOverride,
  TARGET,
  targetsListed,
} from './override';
import { patch } from './patch';
import { errorOf, type Refusal } from './refusal';
import { type Seat, until } from './seat';
import type { Outcome } from './outcome';
import type { Resource } from './wire';

type Values = Readonly<Partial<Record<OverrideProperty, string>>>;

/** Several BMCs apply lazily. */
const READ_BACK = { withinMs: 10_000, everyMs: 1_000 } as const;
/** What a power-on self-test does not allow is tried again, with twice the pause each time (2.2). */
const TRIES = 6;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

export async function readBoot(seat: Seat, call: Call): Promise<BootOverride> {
  const places = await readPlaces(seat, call);
  return seen(seat, places, await otherWay(seat, call), call);
}

async function seen({ machine }: Seat, places: BootPlaces, other: OtherWay | undefined, call: Call): Promise<BootOverride> {
  const armed = other !== undefined && (await other.armed(call));
  if (armed) return { target: 'Cd', once: true, mode: modeReported(places) };
  const override = overrideIn(places);
  const isTrue = override.target !== 'None' || machine.dialect.prefers.modeReadable;
  return isTrue ? override : { ...override, mode: undefined };
}

/**
 * @returns `observed.once` false where the BMC took the target and says that it stays: then somebody has to clear it
 * @throws BmcError
 */
export async function setBootOnce(
  seat: Seat,
  target: BootTarget,
  mode: FirmwareMode | undefined,
  call: Call,
): Promise<VerbResult<BootOverride>> {
  const places = await readPlaces(seat, call);
  const other = await otherWay(seat, call);
  const before = await seen(seat, places, other, call);
  if (before.once && isAsked(before, target, mode)) return { outcome: 'unchanged', observed: before };
  const refusal = await arm(seat, places, other, { target, mode }, call);
  const observed = await taken(seat, target, mode, call);
  if (observed !== undefined) return { outcome: 'changed', observed };
  if (refusal !== undefined) throw errorOf(refusal, call.verb, `to boot ${target} once`);
  const message = `${call.verb}: asked to boot ${target} once, and what is read back is something else`;
  throw new BmcError('Timeout', call.verb, message, 'OverrideNotTaken');
}

interface Wanted {
  readonly target: BootTarget;
  readonly mode: FirmwareMode | undefined;
}

/** @returns the refusal, if it was refused in every form; what is in effect is for the reading to tell */
async function arm(
  seat: Seat,
  places: BootPlaces,
  other: OtherWay | undefined,
  { target, mode }: Wanted,
  call: Call,
): Promise<Refusal | undefined> {
  const way = target === 'Cd' ? other : undefined;
  const refusal = way?.instead === true ? undefined : await write(seat, overrideBodies(seat, places, target, mode, call), call);
  const needed = way !== undefined && (way.instead || (await taken(seat, target, mode, call)) === undefined);
  if (!needed) return refusal;
  await way.arm(call);
  return undefined;
}

function isAsked(override: BootOverride, target: BootTarget, mode: FirmwareMode | undefined): boolean {
  return override.target === target && (mode === undefined || override.mode === mode);
}

/** Once, if time brings it; else whatever has the target. */
async function taken(
  seat: Seat,
  target: BootTarget,
  mode: FirmwareMode | undefined,
  call: Call,
): Promise<BootOverride | undefined> {
  let last: BootOverride | undefined;
  const look = async (): Promise<BootOverride> => (last = await readBoot(seat, call));
  await until(seat, look, (found) => found.once && isAsked(found, target, mode), READ_BACK, call);
  return last !== undefined && isAsked(last, target, mode) ? last : undefined;
}

/**
 * What is written, the fullest first (bmc.md 1.7, 4).
 * @throws BmcError `Unsupported` for a target or a mode that the BMC does not offer
 */
export function overrideBodies(
  { machine }: Seat,
  places: BootPlaces,
  target: BootTarget,
  mode: FirmwareMode | undefined,
  { verb }: Call,
): readonly Values[] {
  const name = nameOf(machine.dialect.prefers, places, target, textOf(at(places.system.body, 'Model')));
  if (name === undefined || placeOf(places, TARGET) === undefined) {
    const listed = targetsListed(places).join(', ') || 'none';
    throw new BmcError(
      'Unsupported',
      verb,
      `${verb}: this BMC offers no boot from ${target}; it lists: ${listed}`,
      'TargetNotOffered',
    );
  }
  const short: Values = { [TARGET]: name, [ENABLED]: 'Once' };
  const sent = modeSent(machine.dialect.prefers.modeReadable, places, mode, verb);
  const full = sent === undefined ? [] : [{ ...short, [MODE]: modeName(sent) }];
  // A mode that has to be changed is not left out because it was refused.
  return mode !== undefined && mode !== modeReported(places) ? full : [...full, short, { [TARGET]: name }];
}

/** The one that is wanted, else the one that is reported, if that can be believed: some fall back to BIOS when none is sent. */
function modeSent(readable: boolean, places: BootPlaces, mode: FirmwareMode | undefined, verb: string): FirmwareMode | undefined {
  if (mode !== undefined && placeOf(places, MODE) === undefined)
    throw new BmcError(
      'Unsupported',
      verb,
      `${verb}: this BMC has no say in ${mode} or not; leave the mode out`,
      'ModeNotOffered',
    );
  const believed = readable || overrideIn(places).target !== 'None';
  return mode ?? (believed ? modeReported(places) : undefined);
}

function nameOf(
  { cdTarget, cdTargetExcept }: Seat['machine']['dialect']['prefers'],
  places: BootPlaces,
  target: BootTarget,
  model: string,
): string | undefined {
  const listed = targetsListed(places);
  if (target === 'Cd' && listed.includes(cdTarget) && !cdTargetExcept.some((except) => model.includes(except))) return cdTarget;
  return listed.length === 0 || listed.includes(target) ? target : undefined;
}

const CLEARING: readonly Values[] = [
  { [ENABLED]: 'Disabled', [TARGET]: 'None' },
  { [ENABLED]: 'Disabled' },
  { [TARGET]: 'None' },
];

export async function clearBoot(seat: Seat, call: Call): Promise<VerbResult<BootOverride>> {
  const other = await otherWay(seat, call);
  const before = await readBoot(seat, call);
  if (before.target === 'None') return { outcome: 'unchanged', observed: before };
  if (other !== undefined && (await other.armed(call))) await other.disarm(call);
  const rest = overrideIn(await readPlaces(seat, call));
  const refusal = rest.target === 'None' ? undefined : await write(seat, CLEARING, call);
  const look = (): Promise<BootOverride> => readBoot(seat, call);
  const observed = await until(seat, look, ({ target }) => target === 'None', READ_BACK, call);
  if (observed !== undefined) return { outcome: 'changed', observed };
  if (refusal !== undefined) throw errorOf(refusal, call.verb, 'to boot as usual');
  throw new BmcError(
    'Timeout',
    call.verb,
    `${call.verb}: the override was cleared, and is read back all the same`,
    'OverrideStays',
  );
}

/** @returns the refusal of the shortest; undefined when one was taken, or may have been */
async function write(seat: Seat, bodies: readonly Values[], call: Call): Promise<Refusal | undefined> {
  let choice = 0;
  for (let tries = 1; ; tries++) {
    const outcome = await writeOnce(seat, bodies[choice]!, call);
    // What was lost is written once more: the values are absolute. Then the reading decides.
    if (outcome.kind === 'done' || (outcome.kind === 'lost' && tries > 1)) return undefined;
    if (outcome.kind === 'lost') continue;
    const { refusal } = outcome;
    if (refusal.advice === 'again' && tries < TRIES)
      await sleep(seat.wire.line.parts.clock, pauseAfter(tries, refusal), call.signal);
    else if (isNegotiable(refusal) && choice + 1 < bodies.length) choice += 1;
    else return refusal;
  }
}

function isNegotiable({ advice }: Refusal): boolean {
  return advice === 'negotiate' || advice === 'next';
}

function pauseAfter(tries: number, { retryAfterMs }: Refusal): number {
  return Math.max(
    Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)),
    Math.min(retryAfterMs ?? 0, 2 * LONGEST_PAUSE_MS),
  );
}

/** Each property where it stands. */
async function writeOnce(seat: Seat, values: Values, call: Call): Promise<Outcome> {
  const { wire, machine } = seat;
  let outcome: Outcome = { kind: 'done' };
  for (const { place, boot } of split(await readPlaces(seat, call), values)) {
    const same = (now: Resource): boolean => sameOverride(now, place);
    outcome = await patch(wire, { seen: place, body: { Boot: boot }, ifMatch: machine.dialect.prefers.ifMatch, same }, call);
    if (outcome.kind !== 'done') return outcome;
  }
  return outcome;
}

/** What is written where. */
export function split(places: BootPlaces, values: Values): readonly { readonly place: Resource; readonly boot: Values }[] {
  const entries = Object.entries(values) as [OverrideProperty, string][];
  return [places.settings, places.system]
    .filter((place) => place !== undefined)
    .map((place) => {
      const here = entries.filter(([property]) => (placeOf(places, property) ?? placeOf(places, TARGET)) === place);
      return { place, boot: Object.fromEntries(here) as Values };
    })
    .filter(({ boot }) => Object.keys(boot).length > 0);
}

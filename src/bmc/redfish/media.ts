// Virtual media (bmc.md 1.8): an image of ours goes into a slot that takes it and is read back. A slot that already seems to hold the image is emptied and filled all
// the same, because BMCs that remember an image they no longer serve have made machines boot from nothing.
import { sleep } from '../../foundation/clock';
import { BmcError, type MediaSlot, type VerbResult } from '../bmc';
import { ejectBody, firstProperties, insertBody, negotiated } from './insertPayload';
import type { Call } from './line';
import { patch } from './patch';
import { errorOf, type Refusal } from './refusal';
import { type Seat, until } from './seat';
import { cdSlots, doorOf, readSlot, type Slot, type SlotDoor, takesOurs } from './slots';
import type { Outcome } from './outcome';

export type IsOurs = (image: string) => boolean;

/** Some answer only when they have read the image (1.13). */
const INSERT_PATIENCE_MS = 120_000;
type Patience = Parameters<typeof until>[3];
const SHOWS: Patience = { withinMs: 60_000, everyMs: 2_000 };
const SHOWS_AFTER_LOSS: Patience = { withinMs: 20_000, everyMs: 2_000 };
const ONE_LOOK: Patience = { withinMs: 0, everyMs: 1_000 };
const AGAIN_MS = 4_000;
/** Requests to one slot, and how many of them because it was busy, out of order, or silent. */
const MOST_REQUESTS = 10;
const MOST_AGAIN = 3;
const LONGEST_URL = 255;

export async function readMedia(seat: Seat, call: Call): Promise<readonly MediaSlot[]> {
  return told(await cdSlots(seat, call));
}

function told(slots: readonly Slot[]): readonly MediaSlot[] {
  return slots.map(({ resource, inserted, image }) => ({ slot: resource.path, inserted, image }));
}

export interface Candidate {
  readonly slot: Slot;
  readonly door: SlotDoor;
}

/** Slots that take images, those of ours first, and of them empty ones. */
export async function candidates(seat: Seat, slots: readonly Slot[], call: Call): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const slot of slots) {
    const door = await doorOf(seat, slot, call);
    if (door !== undefined) found.push({ slot, door });
  }
  const rank = ({ slot, door }: Candidate): number => (takesOurs(door) ? 0 : 2) + Number(slot.inserted);
  return found.sort((one, other) => rank(one) - rank(other));
}

export function schemesTaken(all: readonly Candidate[]): readonly string[] {
  return [...new Set(all.flatMap(({ door }) => door.schemes.taken))];
}

export async function insertMedia(seat: Seat, url: string, ours: IsOurs, call: Call): Promise<VerbResult<readonly MediaSlot[]>> {
  const scheme = schemeOf(url, call);
  const slots = await cdSlots(seat, call);
  const all = await candidates(seat, slots, call);
  if (all.length === 0)
    throw new BmcError(
      'Unsupported',
      call.verb,
      `${call.verb}: this BMC offers no virtual CD that takes an image by HTTP or HTTPS`,
      'NoVirtualMedia',
    );
  const fitting = all.filter(({ door }) => door.schemes.taken.includes(scheme));
  if (fitting.length === 0) {
    const offered = schemesTaken(all).join(', ');
    throw new BmcError(
      'Unsupported',
      call.verb,
      `${call.verb}: this BMC takes images by ${offered}, not by ${scheme}`,
      'SchemeNotOffered',
    );
  }
  refuseForeign(slots, ours, call);
  for (const { slot, door } of all) if (slot.inserted) await empty(seat, { slot, door }, call);
  let refused: BmcError | undefined;
  for (const candidate of fitting) {
    const refusal = await fill(seat, candidate, url, call);
    if (refusal === undefined) return { outcome: 'changed', observed: await readMedia(seat, call) };
    refused ??= errorOf(refusal, call.verb, `to insert an image into ${candidate.slot.resource.path}`);
  }
  throw refused!;
}

/** Its path is a capability and is not repeated. */
function schemeOf(url: string, { verb }: Call): string {
  const plain = url.length <= LONGEST_URL && /^https?:\/\/[^\s?#=@\\]+$/.test(url) && URL.canParse(url);
  if (plain) return url.split(':')[0]!;
  const message = `${verb}: expected the URL of an image to be http or https, of at most ${LONGEST_URL} characters, without user, query, fragment and =: several BMCs refuse all else`;
  throw new BmcError('Fatal', verb, message, 'BadImageUrl');
}

/** In any of the CDs: a machine told to boot from CD may take either. */
function refuseForeign(slots: readonly Slot[], ours: IsOurs, { verb }: Call): void {
  const foreign = slots.find(({ inserted, image }) => inserted && !ours(image));
  if (foreign === undefined) return;
  const message = `${verb}: ${foreign.resource.path} holds an image that is none of ours; find out whose it is, and eject it`;
  throw new BmcError('Conflict', verb, message, 'MediaOfSomebodyElse');
}

export async function ejectMedia(seat: Seat, ours: IsOurs, call: Call): Promise<VerbResult<readonly MediaSlot[]>> {
  const slots = await cdSlots(seat, call);
  const full = slots.filter(({ inserted, image }) => inserted && ours(image));
  for (const slot of full) {
    const door = await doorOf(seat, slot, call);
    if (door !== undefined) await empty(seat, { slot, door }, call);
    else throw new BmcError('Unsupported', call.verb, `${call.verb}: ${slot.resource.path} offers no way to eject`, 'NotOffered');
  }
  return full.length === 0
    ? { outcome: 'unchanged', observed: told(slots) }
    : { outcome: 'changed', observed: await readMedia(seat, call) };
}

async function empty(seat: Seat, candidate: Candidate, call: Call): Promise<void> {
  const { slot, door } = candidate;
  let said: ReadonlySet<string> = new Set(['Inserted']);
  for (let again = 1; ;) {
    const outcome = await send(seat, candidate, door.eject, ejectBody(door, said), call);
    const gone = ({ inserted }: Slot): boolean => !inserted;
    if ((await until(seat, () => readSlot(seat, slot, call), gone, patienceFor(outcome, SHOWS), call)) !== undefined) return;
    const refusal = refusalIn(outcome);
    const next = refusal?.advice === 'negotiate' ? negotiated(said, refusal) : undefined;
    if (next !== undefined) {
      said = next;
      continue;
    }
    if (again++ >= MOST_AGAIN || refusal?.advice === 'stop') throw stays(refusal, slot, call);
    await sleep(seat.wire.line.parts.clock, AGAIN_MS, call.signal);
  }
}

function stays(refusal: Refusal | undefined, { resource: { path } }: Slot, { verb }: Call): BmcError {
  if (refusal !== undefined) return errorOf(refusal, verb, `to eject from ${path}`);
  return new BmcError('Timeout', verb, `${verb}: ${path} was told to eject, and still is occupied`, 'MediaStays');
}

function refusalIn(outcome: Outcome): Refusal | undefined {
  return outcome.kind === 'refused' ? outcome.refusal : undefined;
}

/** A refusal may come although it is done: one look. After silence it is waited for less long. */
function patienceFor({ kind }: Outcome, whenLost: Patience): Patience {
  return { done: SHOWS, lost: whenLost, refused: ONE_LOOK }[kind];
}

/** What comes after a request that did not bring the image in. */
type Next =
  | { readonly kind: 'say'; readonly said: ReadonlySet<string> }
  | { readonly kind: 'another slot'; readonly refusal: Refusal }
  | { readonly kind: 'again'; readonly emptyFirst: boolean; readonly pauseMs: number }
  | { readonly kind: 'stop'; readonly error: BmcError };

/**
 * @returns undefined when the image is in; the refusal when this slot will not have it and another may
 * @throws BmcError for what no other slot would mend
 */
async function fill(seat: Seat, candidate: Candidate, url: string, call: Call): Promise<Refusal | undefined> {
  const { slot, door } = candidate;
  let said = firstProperties(door, seat.machine.dialect.prefers.insertWith);
  const isIn = (now: Slot): boolean => now.inserted && sameImage(now.image, url);
  for (let requests = 0, again = 1; requests < MOST_REQUESTS; requests++) {
    const outcome = await send(seat, candidate, door.insert, insertBody(door, url, said), call);
    const patience = patienceFor(outcome, SHOWS_AFTER_LOSS);
    if ((await until(seat, () => readSlot(seat, slot, call), isIn, patience, call)) !== undefined) return undefined;
    if (outcome.kind === 'done') throw notShown(slot, call);
    const next = afterwards(refusalIn(outcome), said, { slot, url, last: again >= MOST_AGAIN }, call);
    switch (next.kind) {
      case 'say':
        said = next.said;
        break;
      case 'another slot':
        return next.refusal;
      case 'stop':
        throw next.error;
      case 'again':
        again += 1;
        await sleep(seat.wire.line.parts.clock, next.pauseMs, call.signal);
        if (next.emptyFirst) await empty(seat, candidate, call);
    }
  }
  const message = `${call.verb}: ${slot.resource.path} asks for one thing after another`;
  throw new BmcError('Unsupported', call.verb, message, 'EndlessNegotiation');
}

function afterSilence(path: string, last: boolean, { verb }: Call): Next {
  const message = `${verb}: no answer, and ${path} does not show the image`;
  if (last) return { kind: 'stop', error: new BmcError('Timeout', verb, message, 'AnswerLost') };
  return { kind: 'again', emptyFirst: true, pauseMs: AGAIN_MS };
}

interface Tried {
  readonly slot: Slot;
  readonly url: string;
  /** Whether it was tried again often enough. */
  readonly last: boolean;
}

/** @param refusal undefined: there was no answer */
function afterwards(refusal: Refusal | undefined, said: ReadonlySet<string>, { slot, url, last }: Tried, call: Call): Next {
  const { path } = slot.resource;
  if (refusal === undefined) return afterSilence(path, last, call);
  if (isUnreachable(refusal)) {
    const unreachable: Refusal = { ...refusal, kind: 'MediaUnreachable', reason: 'ImageNotReached' };
    return { kind: 'stop', error: errorOf(unreachable, call.verb, `to fetch ${hostOf(url)}`) };
  }
  const next = refusal.advice === 'negotiate' ? negotiated(said, refusal) : undefined;
  if (next !== undefined) return { kind: 'say', said: next };
  if (refusal.advice === 'negotiate' || refusal.advice === 'next') return { kind: 'another slot', refusal };
  if (refusal.advice === 'stop' || last)
    return { kind: 'stop', error: errorOf(refusal, call.verb, `to insert an image into ${path}`) };
  return {
    kind: 'again',
    emptyFirst: refusal.advice === 'free',
    pauseMs: Math.max(AGAIN_MS, Math.min(refusal.retryAfterMs ?? 0, SHOWS.withinMs)),
  };
}

function notShown({ resource }: Slot, { verb }: Call): BmcError {
  const message = `${verb}: the image was accepted, and ${resource.path} does not show it; is virtual media attached (Dell: VirtualMedia.1.Attached)?`;
  return new BmcError('Timeout', verb, message, 'MediaNotShown');
}

/** As BMCs say it whose message has no id for it, the emulator of sushy-tools among them. */
function isUnreachable({ kind, said, status }: Refusal): boolean {
  if (kind === 'MediaUnreachable') return true;
  const words =
    /cannot download|unable to (download|mount|connect)|max retries exceeded|connection refused|name or service not known/i;
  return (status === 400 || status >= 500) && words.test(said);
}

async function send(seat: Seat, { slot, door }: Candidate, path: string, body: object, call: Call): Promise<Outcome> {
  const { wire, machine } = seat;
  const timeoutMs = INSERT_PATIENCE_MS;
  if (door.style !== 'Patch') return wire.change({ method: 'POST', path, body, timeoutMs }, call);
  const seen = (await readSlot(seat, slot, call)).resource;
  return patch(wire, { seen, body, ifMatch: machine.dialect.prefers.ifMatch, same: () => true, timeoutMs }, call);
}

/** Some BMCs take user and password out of it, some tell the name of the file alone, some tell nothing. */
export function sameImage(told: string, url: string): boolean {
  if (told === '') return true;
  if (!URL.canParse(told)) return told.split('/').at(-1) === url.split('/').at(-1);
  const [one, other] = [new URL(told), new URL(url)];
  return one.protocol === other.protocol && one.host === other.host && one.pathname === other.pathname;
}

function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `an image from ${protocol}//${host}`;
}

// The slots of virtual media: where they are, which of them are CDs, how an image gets into each, and what is in it (bmc.md 1.8). Read from the system and from its
// manager, because firmwares have moved them.
import { at, entriesOf, isThing, listOf, textOf, textsOf } from './json';
import type { Call } from './line';
import { allowed, members } from './machine';
import { linkAt, placeOn, samePlace } from './places';
import { readSystem, type Seat } from './seat';
import type { Resource } from './wire';

/**
 * - `Action`: InsertMedia and EjectMedia of the standard.
 * - `Patch`: by writing the slot itself.
 * - `VmmControl`: of Huawei and its kin.
 * - `HpeAction`: iLO's own, which takes nothing but the image.
 */
export type SlotStyle = 'Action' | 'Patch' | 'VmmControl' | 'HpeAction';

export interface Slot {
  readonly id: string;
  readonly resource: Resource;
  readonly mediaTypes: readonly string[];
  readonly inserted: boolean;
  /** Empty where nothing is inserted, or it is not told. */
  readonly image: string;
}

export interface SlotDoor {
  readonly style: SlotStyle;
  /** Where images are sent to. */
  readonly insert: string;
  readonly eject: string;
  /** Properties the BMC demands from the beginning. */
  readonly demands: readonly string[];
  readonly schemes: Schemes;
}

/** By which images are taken. `assumed`: nobody tells, and most take these. */
export interface Schemes {
  readonly taken: readonly string[];
  readonly assumed: boolean;
}

const OURS: readonly string[] = ['http', 'https'];
const MOST_SLOTS = 24;

/** All that take a CD: those that say so, else those that take a DVD, else, where none says anything, all. @throws BmcError */
export async function cdSlots(seat: Seat, call: Call): Promise<readonly Slot[]> {
  const slots = await allSlots(seat, call);
  for (const type of ['CD', 'DVD']) {
    const fitting = slots.filter(({ mediaTypes }) => mediaTypes.includes(type));
    if (fitting.length > 0) return fitting;
  }
  return slots.every(({ mediaTypes }) => mediaTypes.length === 0) ? slots : [];
}

async function allSlots(seat: Seat, call: Call): Promise<readonly Slot[]> {
  const { wire, machine } = seat;
  const system = await readSystem(seat, call);
  const paths: string[] = [];
  for (const holder of [system, machine.manager]) {
    const collection = linkAt(wire.origin, holder?.body, 'VirtualMedia');
    const there = collection === undefined ? undefined : await wire.find(collection, call);
    if (there === undefined) continue;
    for (const path of await members(wire, there.path, call))
      if (!paths.some((known) => samePlace(known, path))) paths.push(path);
  }
  const slots: Slot[] = [];
  for (const path of paths.slice(0, MOST_SLOTS)) {
    const resource = await wire.find(path, call);
    if (resource !== undefined) slots.push(slotOf(resource));
  }
  return slots;
}

export async function readSlot({ wire }: Seat, { resource }: Slot, call: Call): Promise<Slot> {
  return slotOf(await wire.get(resource.path, call));
}

function slotOf(resource: Resource): Slot {
  const { body, path } = resource;
  const inserted = isOccupied(body);
  const id = textOf(at(body, 'Id')) || (path.replace(/\/+$/, '').split('/').at(-1) ?? '');
  const image = inserted ? textOf(at(body, 'Image')) || textOf(at(body, 'ImageName')) : '';
  return { id, resource, mediaTypes: textsOf(at(body, 'MediaTypes')), inserted, image };
}

/** `Inserted` lags, and an image's name may stay when the image has gone: no property alone is to be believed. */
function isOccupied(body: Resource['body']): boolean {
  if (at(body, 'Inserted') === true) return true;
  const via = textOf(at(body, 'ConnectedVia'));
  return textOf(at(body, 'Image')) !== '' && (via === '' ? at(body, 'Inserted') !== false : via !== 'NotConnected');
}

/** Whether the boot server could serve it, by one URL or another. */
export function takesOurs({ schemes }: SlotDoor): boolean {
  return schemes.taken.some((scheme) => OURS.includes(scheme));
}

/** How an image gets into this slot. @returns undefined: not at all */
export async function doorOf(seat: Seat, slot: Slot, call: Call): Promise<SlotDoor | undefined> {
  const { slots } = seat.machine.dialect.prefers;
  if (slots !== undefined && !slots.test(slot.id)) return undefined;
  const { resource } = slot;
  return (await standardDoor(seat, resource, call)) ?? ownDoor(seat, resource) ?? patchDoor(seat, resource);
}

/** @param told by the slot itself, which knows best; empty: nothing */
function schemesOf({ machine }: Seat, told: readonly string[] = []): Schemes {
  if (told.length > 0) return { taken: told, assumed: false };
  const { schemes } = machine.dialect.prefers;
  return { taken: schemes ?? OURS, assumed: schemes === undefined };
}

function targetOf({ wire }: Seat, action: unknown): string | undefined {
  return placeOn(wire.origin, textOf(at(action, 'target')));
}

async function standardDoor(seat: Seat, { body }: Resource, call: Call): Promise<SlotDoor | undefined> {
  const action = at(body, 'Actions', '#VirtualMedia.InsertMedia');
  const insert = targetOf(seat, action);
  if (insert === undefined) return undefined;
  const eject = targetOf(seat, at(body, 'Actions', '#VirtualMedia.EjectMedia'));
  const { demands, protocols } = await parameters(seat, action, call);
  return {
    style: 'Action',
    insert,
    eject: eject ?? insert.replace(/InsertMedia\/?$/, 'EjectMedia'),
    demands,
    schemes: schemesOf(seat, protocols),
  };
}

/** By an action of the maker's own. */
function ownDoor(seat: Seat, { body }: Resource): SlotDoor | undefined {
  const own = oemActions(body);
  const rest = { demands: [], schemes: schemesOf(seat) };
  const control = targetOf(seat, own.get('#VirtualMedia.VmmControl'));
  if (control !== undefined) return { style: 'VmmControl', insert: control, eject: control, ...rest };
  const name = [...own.keys()].find((one) => /^#Hpe?iLOVirtualMedia\.InsertVirtualMedia$/.test(one)) ?? '';
  const insert = targetOf(seat, own.get(name));
  const eject = targetOf(seat, own.get(name.replace('Insert', 'Eject')));
  return insert === undefined || eject === undefined ? undefined : { style: 'HpeAction', insert, eject, ...rest };
}

/** Where nothing says that it may not be written, it is worth trying. */
function patchDoor(seat: Seat, { path, allow }: Resource): SlotDoor | undefined {
  if (allow !== undefined && !/\bPATCH\b/i.test(allow)) return undefined;
  return { style: 'Patch', insert: path, eject: path, demands: [], schemes: schemesOf(seat) };
}

/** Actions below any maker's `Oem`, in the two places where makers put them. */
function oemActions(body: Resource['body']): ReadonlyMap<string, unknown> {
  const makers = entriesOf(at(body, 'Oem')).flatMap(([, oem]) => entriesOf(at(oem, 'Actions')));
  return new Map([...makers, ...entriesOf(at(body, 'Actions', 'Oem'))]);
}

interface InsertParameters extends Pick<SlotDoor, 'demands'> {
  /** Transfer protocols, in lower case; empty: not told. */
  readonly protocols: readonly string[];
}

/** What InsertMedia says of its parameters: inline, and by ActionInfo. */
async function parameters({ wire }: Seat, action: unknown, call: Call): Promise<InsertParameters> {
  const inline = allowed(isThing(action) ? action : {}, 'TransferProtocolType');
  const path = linkAt(wire.origin, { info: { '@odata.id': at(action, '@Redfish.ActionInfo') } }, 'info');
  const info = path === undefined ? undefined : await wire.find(path, call);
  const list = listOf(at(info?.body, 'Parameters')).filter(isThing);
  const required = list.filter((one) => at(one, 'Required') === true).map((one) => textOf(at(one, 'Name')));
  const protocol = list.find((one) => at(one, 'Name') === 'TransferProtocolType');
  const listed = [...inline, ...textsOf(at(protocol, 'AllowableValues'))].map((name) => name.toLowerCase());
  // A BMC that lists the protocols wants to be told which.
  const demands = [...required.filter((name) => name !== 'Image'), ...(listed.length > 0 ? ['TransferProtocolType'] : [])];
  return { demands: [...new Set(demands)], protocols: listed };
}

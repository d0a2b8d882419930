// What a BMC can do, read from it (bmc.md 8.1).
import type { BootTarget, Capabilities, FirmwareMode } from '../bmc';
import { readIdentity } from './identity';
import { at } from './json';
import type { Call } from './line';
import { allowed } from './machine';
import { type Candidate, candidates, schemesTaken } from './media';
import { otherWay } from './otherBootWay';
import { MODE, placeOf, readPlaces, TARGET, targetsListed, type BootPlaces } from './override';
import { resetTypes } from './power';
import { readSystem, type Seat } from './seat';
import { cdSlots } from './slots';
import type { Resource } from './wire';

const TARGETS: Readonly<Record<BootTarget, readonly string[]>> = { Cd: ['Cd', 'UsbCd'], Pxe: ['Pxe'], Hdd: ['Hdd'] };

export async function readCapabilities(seat: Seat, call: Call): Promise<Capabilities> {
  const { machine } = seat;
  const system = await readSystem(seat, call);
  const slots = await candidates(seat, await cdSlots(seat, call), call);
  return {
    protocol: 'redfish',
    dialect: machine.dialect.id,
    bmcFirmware: machine.said.firmware,
    identity: await readIdentity(seat, system, call),
    power: await readPowerVerbs(seat, system, call),
    bootOnce: await readBootVerbs(seat, call),
    media: mediaOf(slots),
    bootProgress: at(system.body, 'BootProgress', 'LastState') !== undefined,
  };
}

function mediaOf(slots: readonly Candidate[]): Capabilities['media'] {
  const [first] = slots;
  if (first === undefined) return undefined;
  const assumed = slots.some(({ door }) => door.schemes.assumed);
  return { slot: first.slot.resource.path, schemes: schemesTaken(slots), assumed };
}

async function readPowerVerbs({ wire }: Seat, { body }: Resource, call: Call): Promise<Capabilities['power']> {
  const action = at(body, 'Actions', '#ComputerSystem.Reset');
  const types = action === undefined ? undefined : await resetTypes(wire, action, call);
  // An action that lists nothing takes what the standard has, until it refuses.
  const has = (...names: readonly string[]): boolean =>
    types !== undefined && (types.length === 0 || names.some((name) => types.some((type) => type.startsWith(name))));
  return {
    read: at(body, 'PowerState') !== undefined,
    gracefulOff: has('GracefulShutdown'),
    forceOff: has('ForceOff'),
    on: has('On', 'ForceOn'),
  };
}

async function readBootVerbs(seat: Seat, call: Call): Promise<Capabilities['bootOnce']> {
  const places = await readPlaces(seat, call);
  if (placeOf(places, TARGET) === undefined) return { targets: [], modes: [] };
  const listed = targetsListed(places);
  const offers = (target: BootTarget): boolean => listed.length === 0 || TARGETS[target].some((name) => listed.includes(name));
  const other = await otherWay(seat, call);
  const targets = (['Cd', 'Pxe', 'Hdd'] as const).filter((target) =>
    target === 'Cd' && other?.instead === true ? other.offered : offers(target),
  );
  return { targets, modes: modesOf(seat, places) };
}

function modesOf({ machine }: Seat, places: BootPlaces): readonly FirmwareMode[] {
  const place = placeOf(places, MODE);
  if (place === undefined || !machine.dialect.prefers.modeSettable) return [];
  const listed = allowed((at(place.body, 'Boot') ?? {}) as Resource['body'], MODE);
  const has = (name: string): boolean => listed.length === 0 || listed.includes(name);
  return [...(has('UEFI') ? (['UEFI'] as const) : []), ...(has('Legacy') ? (['BIOS'] as const) : [])];
}

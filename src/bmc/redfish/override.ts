// The boot override as a BMC tells it: in the system, in its settings object, or both (bmc.md 1.7). Which of its properties stands where decides where it is
// written.
import type { BootOverride, BootTarget, FirmwareMode } from '../bmc';
import { at, textOf } from './json';
import type { Call } from './line';
import { allowed } from './machine';
import { linkAt } from './places';
import { readSystem, type Seat } from './seat';
import type { Resource } from './wire';

export const TARGET = 'BootSourceOverrideTarget';
export const ENABLED = 'BootSourceOverrideEnabled';
export const MODE = 'BootSourceOverrideMode';
export type OverrideProperty = typeof TARGET | typeof ENABLED | typeof MODE;

export interface BootPlaces {
  readonly system: Resource;
  /** What takes effect at the next boot, where that is an object of its own. */
  readonly settings: Resource | undefined;
}

export async function readPlaces(seat: Seat, call: Call): Promise<BootPlaces> {
  const system = await readSystem(seat, call);
  const link = linkAt(seat.wire.origin, system.body, '@Redfish.Settings', 'SettingsObject');
  return { system, settings: link === undefined ? undefined : await seat.wire.find(link, call) };
}

/** Where this property is to be written; undefined: there is none. */
export function placeOf({ system, settings }: BootPlaces, property: OverrideProperty): Resource | undefined {
  if (at(settings?.body, 'Boot', property) !== undefined) return settings;
  return at(system.body, 'Boot', property) === undefined ? undefined : system;
}

/** Names of targets that are listed; empty: not told. */
export function targetsListed({ system, settings }: BootPlaces): readonly string[] {
  const listed = [settings, system].map((place) => allowed((at(place?.body, 'Boot') ?? {}) as Resource['body'], TARGET));
  return listed.find((names) => names.length > 0) ?? [];
}

const TARGETS: Readonly<Record<string, BootTarget>> = { Cd: 'Cd', UsbCd: 'Cd', Pxe: 'Pxe', Hdd: 'Hdd' };
const MODES: Readonly<Record<string, FirmwareMode>> = { UEFI: 'UEFI', Legacy: 'BIOS' };

/** The one that is set, wherever that is. */
export function overrideIn({ system, settings }: BootPlaces): BootOverride {
  const inSettings = settings === undefined ? undefined : overrideOf(settings);
  return inSettings === undefined || inSettings.target === 'None' ? overrideOf(system) : inSettings;
}

function overrideOf({ body }: Resource): BootOverride {
  const value = (property: OverrideProperty): string => textOf(at(body, 'Boot', property));
  const none = ['', 'None'].includes(value(TARGET)) || ['', 'Disabled'].includes(value(ENABLED));
  return {
    target: none ? 'None' : Object.hasOwn(TARGETS, value(TARGET)) ? TARGETS[value(TARGET)]! : 'Other',
    once: !none && value(ENABLED) === 'Once',
    mode: modeOf(value(MODE)),
  };
}

function modeOf(text: string): FirmwareMode | undefined {
  return Object.hasOwn(MODES, text) ? MODES[text] : undefined;
}

/** The mode that is reported, whether or not an override is set. */
export function modeReported(places: BootPlaces): FirmwareMode | undefined {
  return modeOf(textOf(at(placeOf(places, MODE)?.body, 'Boot', MODE)));
}

export const modeName = (mode: FirmwareMode): string => (mode === 'UEFI' ? 'UEFI' : 'Legacy');

/** Whether the override still is as it was: what a PATCH of it must not run over. */
export function sameOverride(one: Resource, other: Resource): boolean {
  return [TARGET, ENABLED, MODE].every((property) => at(one.body, 'Boot', property) === at(other.body, 'Boot', property));
}

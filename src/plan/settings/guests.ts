// VMs before and after: whether each runs, where, with which discs, and what HA does for it. Compared as settings are, by the same table of rules.
import type { Cd } from '../pool';
import { compareSettings } from './compare';
import { ABSENT, type Change, type Difference, type Settings } from './settings';

/** What is compared of a VM; `haPriority` is absent in baselines that older versions of the operator took. */
export interface ComparedGuest {
  readonly uuid: string;
  readonly name: string;
  readonly powerState: string;
  /** Uuid. */
  readonly host: string | undefined;
  readonly cds: readonly Pick<Cd, 'vdi'>[];
  readonly haPriority?: string;
}

export interface GuestDifference extends Difference {
  /** Uuid of the VM. */
  readonly uuid: string;
  readonly name: string;
}

export interface GuestComparison {
  /** VMs of before. */
  readonly compared: number;
  /** Of them, those in which nothing differs. */
  readonly same: number;
  /** By VM and field, in the order of the VMs' uuids. A VM that was not compared before and is there now is none. */
  readonly differences: readonly GuestDifference[];
}

/** @param hostNames by uuid, so that a person reads names */
export function compareGuests(
  before: readonly ComparedGuest[],
  after: readonly ComparedGuest[],
  hostNames: ReadonlyMap<string, string>,
  change: Change,
): GuestComparison {
  const names = new Map(before.map(({ uuid, name }) => [uuid, name]));
  const later = after.filter(({ uuid }) => names.has(uuid));
  const found = compareSettings(settingsOf(before, hostNames), settingsOf(later, hostNames), change);
  const stopped = new Set(found.filter(({ path }) => path.endsWith('/power state')).map(({ path }) => guestOf(path)));
  const differences = found
    .map((difference): GuestDifference => {
      const uuid = guestOf(difference.path);
      return { ...difference, uuid, name: names.get(uuid) ?? '' };
    })
    // One that no longer runs is nowhere: that is said already.
    .filter(({ path, uuid }) => !(path.endsWith('/host') && stopped.has(uuid)));
  const differing = new Set(differences.map(({ uuid }) => uuid));
  return { compared: before.length, same: before.length - differing.size, differences };
}

/** The VM of a path such as `VM UUID/host`. */
export function guestOf(path: string): string {
  return /^VM ([^/]+)/.exec(path)?.[1] ?? '';
}

function settingsOf(guests: readonly ComparedGuest[], hostNames: ReadonlyMap<string, string>): Settings {
  return Object.fromEntries(guests.flatMap((guest) => guestSettings(guest, hostNames)));
}

function guestSettings(guest: ComparedGuest, hostNames: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const { uuid, powerState, host, cds, haPriority } = guest;
  const discs = cds.map(({ vdi }) => vdi).sort();
  const fields: readonly (readonly [string, string])[] = [
    ['power state', powerState],
    ['host', host === undefined ? ABSENT : (hostNames.get(host) ?? host)],
    ['discs', discs.join(' ')],
    ...(haPriority === undefined ? [] : ([['HA priority', haPriority]] as const)),
  ];
  return fields.map(([field, value]) => [`VM ${uuid}/${field}`, value]);
}

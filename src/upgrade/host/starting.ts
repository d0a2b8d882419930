// Guests that we stopped start again: where the plan says, else at home, where they were stopped, or on any host of the highest version that sees what they
// need and has the room. In the start order of their appliance, with its delays, and at most two at once a host: a host that boots everything at once
// serves nobody.
import { freeMemory, obstacleOn } from '../../plan/placement';
import { type Guest, type Guests, type Host, newestHosts } from '../../plan/pool';
import type { Turn } from '../../plan/pass/pass';
import type { Baseline } from '../baseline';
import { STARTS_AT_ONCE, stoppedOn } from '../effects/guestEffects';
import type { JournalItem, StartPause } from '../state';
import { millis } from '../time';
import { onGuest } from './item';

export interface StartScene {
  readonly baseline: Baseline | undefined;
  readonly hosts: readonly Host[];
  readonly world: Guests;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly planned: Turn['starts'];
  readonly pauses: readonly StartPause[];
}

export interface Starts {
  readonly items: readonly JournalItem[];
  /** When the next may start, where only a start delay is waited for. */
  readonly until: number | undefined;
  /** Some could start, but for guests that somebody else has started there just now. */
  readonly crowded: boolean;
}

/** @param guests stopped by us, with nothing in flight */
export function nextStarts(guests: readonly Guest[], scene: StartScene): Starts {
  const placed = placeStarts(guests, scene);
  const first = placed.filter(({ guest }) => placed.every((other) => !precedes(other.guest, guest)));
  const resting = (guest: Guest): number => pauseOf(guest, scene.pauses);
  const ready = first.filter(({ guest }) => resting(guest) <= scene.now);
  const items = fewAtOnce(ready, scene.world).map(({ guest, on }) => onGuest('Start', guest, { on: on.uuid, onName: on.name }));
  const pauses = first.map(({ guest }) => resting(guest)).filter((until) => until > scene.now);
  return { items, until: pauses.length === 0 ? undefined : Math.min(...pauses), crowded: items.length < ready.length };
}

/** Of one appliance, and earlier in its order. Guests of no appliance form one. */
function precedes(one: Guest, other: Guest): boolean {
  return one.appliance === other.appliance && (one.startOrder ?? 0) < (other.startOrder ?? 0);
}

function pauseOf({ appliance }: Guest, pauses: readonly StartPause[]): number {
  return millis(pauses.find((pause) => pause.appliance === (appliance ?? ''))?.until) ?? 0;
}

interface Placed {
  readonly guest: Guest;
  readonly on: Host;
}

function placeStarts(guests: readonly Guest[], { baseline, hosts, world, planned }: StartScene): readonly Placed[] {
  const able = newestHosts(hosts).filter((host) => host.enabled && host.live);
  const free = new Map(able.map((host) => [host.uuid, freeMemory(host, world)]));
  return guests.flatMap((guest) => {
    const plan = planned.find((start) => start.guest === guest.uuid)?.on;
    const home = baseline?.guests.find((entry) => entry.uuid === guest.uuid)?.host;
    const fitting = able.filter((host) => obstacleOn(host, guest, world, free.get(host.uuid)!) === undefined);
    const wishes = [plan, home, stoppedOn(guest)].flatMap((wish) => fitting.find((host) => host.uuid === wish) ?? []);
    const on = wishes[0] ?? fitting[0];
    if (on === undefined) return [];
    free.set(on.uuid, free.get(on.uuid)! - guest.memory);
    return [{ guest, on }];
  });
}

/** Where somebody else has guests start, the room for two at once is left to those; ours of one journal entry keep to it by their lane. */
function fewAtOnce(ready: readonly Placed[], { guests }: Guests): readonly Placed[] {
  const starting = (host: string): number => guests.filter((guest) => guest.arriving === host && guest.host === undefined).length;
  const begun = new Map<string, number>();
  return ready.filter(({ on }) => {
    const others = starting(on.uuid);
    const count = begun.get(on.uuid) ?? others;
    begun.set(on.uuid, count + 1);
    return others === 0 || count < STARTS_AT_ONCE;
  });
}

// What happened in a served world, counted: for whoever tells of an upgrade afterwards and has only what the pool shows now.
import type { WorldEvent } from '../world';

/** A guest that stopped running at some time, whether or not it runs again. */
export interface StoppedOnTheWay {
  readonly vm: string;
  readonly name: string;
  /** `suspended by the operator`: how it stopped the last time, and by whom. */
  readonly how: string;
}

export interface Tally {
  readonly migrations: number;
  /** Requests to hosts, whatever became of them. */
  readonly requests: number;
  /** Requests to BMCs. */
  readonly bmcRequests: number;
  readonly stopped: readonly StoppedOnTheWay[];
}

const STOPS: readonly string[] = ['stopped', 'killed', 'suspended'];

/** Hears every event of a world from its beginning. */
export class Counting {
  private migrations = 0;
  private readonly stops = new Map<string, StoppedOnTheWay>();

  heard(event: WorldEvent): void {
    if (event.kind === 'migrated') this.migrations += 1;
    if (event.kind !== 'guest' || !STOPS.includes(event.change)) return;
    const whom = event.cause.by === 'call' ? 'the operator' : event.cause.by;
    this.stops.set(event.vm, { vm: event.vm, name: event.name, how: `${event.change} by ${whom}` });
  }

  /** @param requests as those counted them who took them in */
  tally({ hosts, bmcs }: { readonly hosts: number; readonly bmcs: number }): Tally {
    return { migrations: this.migrations, requests: hosts, bmcRequests: bmcs, stopped: [...this.stops.values()] };
  }
}

// Follows an upgrade from outside: the object and its events by watches, as kubectl would, and the simulated world by asking its control again and again. When
// the object has changed the world is asked first, so that nobody hears of a consequence before its cause.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { Aborted, type Clock, sleep } from '../foundation/clock';
import { silentLog } from '../foundation/log';
import { type Anchor, wallTime } from '../foundation/pacedClock';
import type { Random } from '../foundation/random';
import { EVENTS, type KubeObject, type KubernetesApi, type Resource } from '../kubernetes/api';
import { Reflector } from '../kubernetes/reflector';
import { ask } from './control';
import type { Sight, Told, WorldView } from './sight';

export interface FollowParts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the simulated pool. */
  readonly controlUrl: string;
  readonly namespace: string;
  readonly anchor: Anchor;
  /** Told whenever something may have changed. */
  readonly onSight: (sight: Sight) => void;
}

interface EventObject extends KubeObject {
  readonly type: string;
  readonly reason: string;
  readonly note?: string;
  readonly eventTime: string;
  readonly series?: { readonly lastObservedTime: string };
}

/** How often the world is asked, in real milliseconds. */
const LOOK_MS = 200;

/** Runs until the signal aborts. @throws when the world cannot be asked */
export async function follow(parts: FollowParts, signal: AbortSignal): Promise<void> {
  const following = new Following(parts, signal);
  await Promise.all(following.tasks().map(untilAborted));
}

class Following {
  private object: PoolUpgrade | undefined;
  private told: (Told & { readonly at: string }) | undefined;
  /** Versions of the object that nobody has been told of. */
  private readonly news: PoolUpgrade[] = [];
  private wake: () => void = () => undefined;

  constructor(
    private readonly parts: FollowParts,
    private readonly signal: AbortSignal,
  ) {}

  tasks(): readonly Promise<void>[] {
    const objects = this.reflector<PoolUpgrade>(POOL_UPGRADES, (object) => {
      this.news.push(object);
      this.wake();
    });
    const events = this.reflector<EventObject>(EVENTS, (event) => this.hearEvent(event));
    return [objects.run(this.signal), events.run(this.signal), this.look()];
  }

  private reflector<T extends KubeObject>(resource: Resource, onObject: (object: T) => void): Reflector<T> {
    const { api, clock, random, namespace } = this.parts;
    const one: Reflector<T> = new Reflector<T>({
      ...{ api, clock, random, log: silentLog, resource, namespace },
      onKey: (key) => {
        const object = one.get(key);
        if (object !== undefined) onObject(object);
      },
    });
    return one;
  }

  private hearEvent(event: EventObject): void {
    const at = event.series?.lastObservedTime ?? event.eventTime;
    if (this.told === undefined || at >= this.told.at)
      this.told = { type: event.type, reason: event.reason, note: event.note ?? '', at };
  }

  private async look(): Promise<void> {
    const { clock, controlUrl, anchor, onSight } = this.parts;
    while (!this.signal.aborted) {
      const news = this.news.splice(0);
      const world = await ask<WorldView>(controlUrl, '/world', this.signal);
      const now = wallTime(anchor, clock.now());
      for (const object of news.length === 0 ? [this.object] : news) {
        this.object = object;
        onSight({ now, pace: anchor.pace, object, world, told: this.told });
      }
      if (this.news.length === 0) await this.pause();
    }
  }

  /** Until it is time to look again, or there is news. */
  private async pause(): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    await Promise.race([woken, sleep(this.parts.clock, LOOK_MS, this.signal)]);
  }
}

async function untilAborted(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  }
}

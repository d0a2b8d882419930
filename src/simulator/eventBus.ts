// Where the halves of the simulated world, its books and anyone who tells the story hear of each other.
import type { Clock } from '../foundation/clock';
import type { EventBus, WorldEvent, WorldEventInput } from './world';

/**
 * A bus whose events carry `at` in milliseconds of `clock.monotonic()`, so in virtual time: since the world began.
 * An event emitted by a listener is delivered after the one it answers, so that all listeners see all events in one order.
 */
export function createEventBus(clock: Clock): EventBus {
  const listeners: ((event: WorldEvent) => void)[] = [];
  const queue: WorldEvent[] = [];
  let delivering = false;

  function deliver(): void {
    delivering = true;
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      for (const listener of listeners) listener(event);
    }
    delivering = false;
  }

  return {
    emit(event: WorldEventInput): void {
      queue.push({ ...event, at: clock.monotonic() } as WorldEvent);
      if (!delivering) deliver();
    },
    on(listener): void {
      listeners.push(listener);
    },
  };
}

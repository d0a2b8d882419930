// One life of a controller. When it ends, as by `kill -9`, none of its ports ever settles again and its timers leave the clock; calls that were delivered
// are carried out by the world all the same. A successor gets new ports.
import { silentLog, type Log } from '../foundation/log';
import type { Cancel, Clock } from '../foundation/clock';

const never = new Promise<never>(() => undefined);

export class Life {
  private over = false;
  private readonly timers = new Set<Cancel>();

  get ended(): boolean {
    return this.over;
  }

  end(): void {
    this.over = true;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  /** The result of something asked of the outside: settles only while this life lasts. */
  settle<T>(ask: () => Promise<T>): Promise<T> {
    if (this.over) return never;
    return new Promise((resolve, reject) => {
      ask().then(
        (value) => this.over || resolve(value),
        (error: unknown) => this.over || reject(error as Error),
      );
    });
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => {
        if (this.over) return () => undefined;
        const cancel = clock.after(ms, () => {
          this.timers.delete(cancel);
          if (!this.over) callback();
        });
        this.timers.add(cancel);
        return () => {
          this.timers.delete(cancel);
          cancel();
        };
      },
    };
  }

  log(log: Log): Log {
    const alive = (): Log => (this.over ? silentLog : log);
    return {
      debug: (event, fields) => alive().debug(event, fields),
      info: (event, fields) => alive().info(event, fields),
      warn: (event, fields) => alive().warn(event, fields),
      error: (event, fields) => alive().error(event, fields),
    };
  }
}

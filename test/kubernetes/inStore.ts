// An embedded store under virtual time, and work run in it.
import { EmbeddedStore, type StoreOptions } from '../../src/embedded-kubernetes/store';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';

export interface InStore {
  readonly clock: VirtualClock;
  readonly store: EmbeddedStore;
  run<T>(work: Promise<T>): Promise<T>;
  /** Lets virtual time pass. */
  pass(ms: number): Promise<void>;
}

export function inStore(options: Partial<StoreOptions> = {}): InStore {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = new EmbeddedStore({ clock, random: seededRandom(7), ...options });
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let settled = false;
    const done = work.finally(() => (settled = true));
    done.catch(() => undefined);
    await clock.run(() => settled, Number.MAX_SAFE_INTEGER);
    if (!settled) throw new Error('the work never ended');
    return done;
  };
  const pass = (ms: number): Promise<void> => run(new Promise((resolve) => clock.after(ms, resolve)));
  return { clock, store, run, pass };
}

/** The `kind` a promise is rejected with, or its name; 'nothing' when it is not. */
export async function rejectedWith(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { kind?: string }).kind ?? (error as Error).name;
  }
  return 'nothing';
}

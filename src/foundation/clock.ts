// All time in the program comes from one injected Clock. In production it is the machine's; in rehearsal and simulation it is virtual, so that
// an upgrade of three hours takes a second and every run with one seed is the same run.

/** Ends a pending timer; harmless when it has already fired. */
export type Cancel = () => void;

export interface Clock {
  /** Wall time in milliseconds since the epoch. May step; never use it to measure a duration. */
  now(): number;
  /** Milliseconds from an arbitrary origin that never step back. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds (at once, but never synchronously, for 0 or less). */
  after(ms: number, callback: () => void): Cancel;
}

/** Thrown by waits whose signal was aborted; carries the signal's reason as `cause`. */
export class Aborted extends Error {
  constructor(reason: unknown) {
    super('aborted', { cause: reason });
    this.name = 'Aborted';
  }
}

/** Waits `ms` milliseconds by `clock`. @throws Aborted as soon as `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Aborted(signal.reason));
    const onAbort = (): void => {
      cancel();
      reject(new Aborted(signal?.reason));
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A controller that aborts as soon as `parent` does, at once if it has already, with its reason. Call `dispose` when the work is over. */
export function following(parent?: AbortSignal): { readonly controller: AbortController; dispose(): void } {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener('abort', follow, { once: true });
  return { controller, dispose: () => parent?.removeEventListener('abort', follow) };
}

/** A signal that aborts after `ms` milliseconds by `clock`, or as soon as `parent` does. Call `dispose` when the work is over. */
export function deadline(clock: Clock, ms: number, parent?: AbortSignal): { readonly signal: AbortSignal; dispose(): void } {
  const { controller, dispose } = following(parent);
  const cancel = clock.after(ms, () => controller.abort(new Error(`no answer within ${ms} ms`)));
  return {
    signal: controller.signal,
    dispose: () => {
      cancel();
      dispose();
    },
  };
}

/** What `work` gives, unless `signal` aborts first; the work itself goes on, and nobody hears of it. @throws Aborted as soon as `signal` aborts */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Aborted(signal.reason));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

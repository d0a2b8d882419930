// Workers over a queue: each takes a key, has it reconciled, and lets go of it. Whatever happens in between, a key that failed goes back into the queue.
import type { Log } from '../foundation/log';
import { KubeError } from './api';
import type { WorkQueue } from './queue';

/** `again`: milliseconds until the key is to be looked at again. Undefined or void: when it is added next. */
export type Reconciled = { readonly again: number } | undefined | void;

export interface WorkersOptions {
  readonly queue: WorkQueue;
  /** How many keys at once. */
  readonly count: number;
  /** Must not keep a key for long; a rejection is a failure and is repeated. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Reconciled>;
  readonly log: Log;
  /** Told of each failure, for metrics. Must not throw. */
  readonly onFailure?: (key: string, error: unknown) => void;
}

/** Runs until the queue is shut down, which the signal does too, and the last worker has let go of its key. */
export async function runWorkers(options: WorkersOptions, signal: AbortSignal): Promise<void> {
  // One ear for all: the queue lets go of whoever waits.
  const close = (): void => void options.queue.shutdown({ drain: false });
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  await Promise.all(Array.from({ length: options.count }, () => work(options, signal)));
  signal.removeEventListener('abort', close);
}

async function work(options: WorkersOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    const key = await options.queue.get();
    if (key === undefined) return;
    await handle(options, key, signal);
  }
}

async function handle({ queue, reconcile, log, onFailure }: WorkersOptions, key: string, signal: AbortSignal): Promise<void> {
  try {
    const result = await reconcile(key, signal);
    queue.forget(key);
    if (result !== undefined) queue.addAfter(key, result.again, 'low');
  } catch (error) {
    const ms = queue.addRateLimited(key, error instanceof KubeError ? error.detail.retryAfterMs : undefined);
    log.warn('reconcile failed', { key, error: error instanceof Error ? error.message : String(error), retryInMs: ms });
    onFailure?.(key, error);
  } finally {
    queue.done(key);
  }
}

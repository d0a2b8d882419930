// Workers over a queue: each takes a key, has it reconciled, and lets go of it. Whatever happens in between, a key that failed goes back into the queue.
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import { KubeError } from './api';
import { soonAgain } from './backoff';
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
  readonly random: Random;
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

async function handle(options: WorkersOptions, key: string, signal: AbortSignal): Promise<void> {
  const { queue, reconcile, log, onFailure } = options;
  try {
    const result = await reconcile(key, signal);
    queue.forget(key);
    if (result !== undefined) queue.addAfter(key, result.again, 'low');
  } catch (error) {
    const ms = addAgain(options, key, error instanceof KubeError ? error : undefined);
    log.warn('reconcile failed', { key, error: error instanceof Error ? error.message : String(error), retryInMs: ms });
    onFailure?.(key, error);
  } finally {
    queue.done(key);
  }
}

/** That the server is down says nothing about the key, and must not make it wait when the server is back. @returns milliseconds until it comes again */
function addAgain({ queue, random }: WorkersOptions, key: string, error: KubeError | undefined): number {
  if (error?.detail.refused !== true) return queue.addRateLimited(key, error?.detail.retryAfterMs);
  const ms = soonAgain(random);
  queue.addAfter(key, ms);
  return ms;
}

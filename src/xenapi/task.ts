// Long calls as tasks: start, follow, read, tidy away. A task can be lost (its host restarted, it was collected); then nobody knows from the task what
// became of the call, and the caller must look at the object itself.
import { Aborted, deadline, sleep, type Clock } from '../foundation/clock';
import type { PoolCache } from './cache';
import type { XapiClient } from './client';
import { XapiError } from './error';
import type { Ref, TaskRecord } from './records/records';
import { taskResult } from './taskResult';

export type TaskOutcome =
  | { readonly kind: 'Done'; readonly result: unknown }
  /** XAPI refused the call or the task failed: certainly not done as asked. A cancelled task has code `TASK_CANCELLED`. */
  | { readonly kind: 'Failed'; readonly code: string; readonly params: readonly string[] }
  /** Nobody knows: look at the object. */
  | { readonly kind: 'Lost'; readonly why: string }
  /** Not ended within the deadline; the task can be followed again. */
  | { readonly kind: 'StillRunning'; readonly task: Ref };

export interface TaskOptions {
  readonly clock: Clock;
  /** Milliseconds from now until `StillRunning`. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Where given, the task is followed by its events instead of by polling. */
  readonly cache?: PoolCache;
  /** Leaves the ended task to XAPI, which keeps it for 65 minutes: it is then how a successor recognises the call. */
  readonly keep?: true;
}

const POLL_MS = [1_000, 2_000, 5_000] as const;

/**
 * Runs a call to its end by its `Async.` form.
 * @param method the plain method, e.g. `VM.pool_migrate`
 * @throws XapiError with `maybeDelivered` false when the call was certainly not sent or the pool could not take it (session gone, master away);
 *         whatever `onLogin` throws; Aborted when the signal aborts while the task runs
 */
export async function runTask(
  client: XapiClient,
  method: string,
  params: readonly unknown[],
  options: TaskOptions,
): Promise<TaskOutcome> {
  const started = await startTask(client, method, params, options.signal);
  return started.kind === 'Started' ? followTask(client, method, started.task, options) : started;
}

/** Sends the `Async.` form. Same errors as `runTask`. */
export async function startTask(
  client: XapiClient,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<{ readonly kind: 'Started'; readonly task: Ref } | Extract<TaskOutcome, { kind: 'Failed' | 'Lost' }>> {
  try {
    const task = await client.call<Ref>(`Async.${method}`, params, signal === undefined ? {} : { signal });
    return { kind: 'Started', task };
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    if (error.maybeDelivered) return { kind: 'Lost', why: error.message };
    if (notTaken(error)) throw error;
    return { kind: 'Failed', code: error.code, params: error.params };
  }
}

/** Not a verdict on the call but on the way to the pool: the same call may be sent once that is mended. */
function notTaken(error: XapiError): boolean {
  return error.code === '' || error.kind === 'Session' || error.kind === 'NotMaster';
}

/**
 * Follows a task to its end, reads it and, unless it is to be kept, destroys it.
 * @param method the plain method behind it, for the type of its result
 */
export async function followTask(client: XapiClient, method: string, task: Ref, options: TaskOptions): Promise<TaskOutcome> {
  const end = options.clock.monotonic() + options.deadlineMs;
  for (let look = 0; ; look++) {
    const seen = await lookAt(client, task, options);
    const outcome = seen.kind === 'Seen' ? outcomeOf(seen.record, method) : seen.kind === 'Gone' ? lost(task) : undefined;
    if (outcome !== undefined) {
      if (seen.kind === 'Seen' && options.keep !== true) await destroy(client, task);
      return outcome;
    }
    const left = end - options.clock.monotonic();
    if (left <= 0) return seen.kind === 'Silent' ? { kind: 'Lost', why: seen.why } : { kind: 'StillRunning', task };
    await pause(look, left, options);
  }
}

type Sight =
  | { readonly kind: 'Seen'; readonly record: TaskRecord }
  | { readonly kind: 'Gone' }
  | { readonly kind: 'Silent'; readonly why: string };

/** A pool that does not answer now may do so later: only the deadline ends the following. */
async function lookAt(client: XapiClient, task: Ref, { cache, signal }: TaskOptions): Promise<Sight> {
  try {
    const cached = cache === undefined ? undefined : await fromCache(cache, task, signal);
    const record = cached ?? (await client.call<TaskRecord>('task.get_record', [task], signal === undefined ? {} : { signal }));
    return { kind: 'Seen', record };
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    if (error.kind === 'StaleHandle') return { kind: 'Gone' };
    if (signal?.aborted === true) throw new Aborted(signal.reason);
    return { kind: 'Silent', why: error.message };
  }
}

async function fromCache(cache: PoolCache, task: Ref, signal?: AbortSignal): Promise<TaskRecord | undefined> {
  await cache.refresh(['task'], signal);
  return cache.records('task').get(task);
}

function lost(task: Ref): TaskOutcome {
  return { kind: 'Lost', why: `the pool knows task ${task} no longer` };
}

function outcomeOf(record: TaskRecord, method: string): TaskOutcome | undefined {
  switch (record.status) {
    case 'success':
      return { kind: 'Done', result: taskResult(method, record.result) };
    case 'failure':
      return { kind: 'Failed', code: record.error_info[0] ?? 'UNKNOWN_FAILURE', params: record.error_info.slice(1) };
    case 'cancelled':
      return { kind: 'Failed', code: 'TASK_CANCELLED', params: record.error_info.slice(1) };
    default:
      return undefined;
  }
}

/** A task that stays is collected by XAPI after 65 minutes; failing to remove it harms nothing. */
async function destroy(client: XapiClient, task: Ref): Promise<void> {
  try {
    await client.call('task.destroy', [task]);
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
  }
}

async function pause(look: number, left: number, { clock, cache, signal }: TaskOptions): Promise<void> {
  if (cache === undefined) return sleep(clock, Math.min(left, POLL_MS[look] ?? 5_000), signal);
  const budget = deadline(clock, left, signal);
  try {
    await cache.wait(budget.signal);
  } finally {
    budget.dispose();
  }
  if (signal?.aborted === true) throw new Aborted(signal.reason);
}

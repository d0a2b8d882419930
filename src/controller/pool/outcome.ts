// From what the client reports to what the heart asks: was it accepted, refused, or is nobody sure.
import type { Outcome } from '../../upgrade/ports';
import { XapiError } from '../../xenapi/error';
import type { TaskOutcome } from '../../xenapi/task';

export const accepted: Outcome = { kind: 'Accepted' };

/** @throws whatever is no XapiError: a bug, or a claim that was lost */
export async function outcomeOfCall(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return accepted;
  } catch (error) {
    return refusal(error);
  }
}

export async function outcomeOfTask(task: Promise<TaskOutcome>): Promise<Outcome> {
  try {
    return fromTask(await task);
  } catch (error) {
    return refusal(error);
  }
}

function fromTask(task: TaskOutcome): Outcome {
  switch (task.kind) {
    case 'Done':
      return accepted;
    case 'Failed':
      // An agent that restarts cancels its tasks, whatever had been done of them.
      if (task.code === 'TASK_CANCELLED') return { kind: 'Ambiguous', why: 'its task was cancelled' };
      return { kind: 'Refused', code: task.code, text: task.params.join(', ') };
    case 'Lost':
      return { kind: 'Ambiguous', why: task.why };
    case 'StillRunning':
      return { kind: 'Ambiguous', why: 'its task did not end in time' };
  }
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof XapiError)) throw error;
  if (error.maybeDelivered) return { kind: 'Ambiguous', why: error.message };
  return {
    kind: 'Refused',
    code: error.code === '' ? error.kind : error.code,
    text: error.params.length > 0 ? error.params.join(', ') : error.message,
  };
}

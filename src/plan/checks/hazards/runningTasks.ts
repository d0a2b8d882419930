// Work of others in the pool: tasks under way, and guests that something is being done to.
import type { Check, CheckedObject, Finding } from '../check';
import { guestObject } from '../findings';

export const runningTasks: Check = {
  id: 'TasksRunning',
  title: 'Nobody else works in the pool',
  source: '3.2.1 and 7.3 (OTHER_OPERATION_IN_PROGRESS: wait), 2.4 (backup jobs) of the XenServer reference',
  range:
    'always; a warning: the reference names no task that forbids an upgrade, and before its host leaves a busy guest is waited for in any case',
  remedy:
    'wait for the tasks to end, or cancel them (`xe task-cancel`); stop backup schedules for the time of the upgrade: snapshots are refused in mixed mode',
  moments: ['Planning', 'Prepared'],
  applies: () => true,
  judge({ inspection, world }) {
    const pending = inspection.tasks.filter((task) => task.pending);
    const busy = world.guests.filter((guest) => guest.busy.length > 0);
    const tasks = pending.map(({ uuid, name }): CheckedObject => ({ kind: 'task', uuid, name }));
    return [
      ...(pending.length === 0 ? [] : [said(tasks, `tasks are under way: ${tasks.map(({ name }) => name).join(', ')}`)]),
      ...busy.map((guest) =>
        said(
          [guestObject(guest)],
          `${guest.name} has operations in flight (${guest.busy.join(', ')}): others on it are refused until they end`,
        ),
      ),
    ];
  },
};

function said(objects: readonly CheckedObject[], message: string): Finding {
  return { verdict: 'Warn', objects, message, remedy: runningTasks.remedy };
}

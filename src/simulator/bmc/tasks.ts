// Tasks of a simulated BMC: asked for while they run, told how they ended once, and gone afterwards.
import type { Clock } from '../../foundation/clock';
import type { BmcResponse } from '../../bmc/transport';
import { type Json, resource } from './answers';

const TASKS = '/redfish/v1/TaskService/Tasks';

interface Task {
  readonly endsAt: number;
  readonly failure: { readonly id: string; readonly text: string } | undefined;
  told: boolean;
}

export class BmcTasks {
  private readonly tasks = new Map<string, Task>();

  constructor(private readonly clock: Clock) {}

  /** A task that ends after `ms`, well or with this message. */
  begin(ms: number, failure: Task['failure']): BmcResponse {
    const id = String(this.tasks.size + 1);
    this.tasks.set(id, { endsAt: this.clock.monotonic() + ms, failure, told: false });
    return resource(this.render(id, 'Running', []), { location: `${TASKS}/${id}`, 'retry-after': '1' }, 202);
  }

  get(path: string): BmcResponse | undefined {
    const id = path.slice(TASKS.length + 1);
    const task = path.startsWith(`${TASKS}/`) ? this.tasks.get(id) : undefined;
    if (task === undefined || task.told) return undefined;
    if (this.clock.monotonic() < task.endsAt) return resource(this.render(id, 'Running', []), {}, 202);
    task.told = true;
    const { failure } = task;
    if (failure === undefined) return resource(this.render(id, 'Completed', []));
    return resource(this.render(id, 'Exception', [{ MessageId: failure.id, Message: failure.text, Severity: 'Critical' }]));
  }

  private render(id: string, state: string, messages: readonly Json[]): Json {
    return {
      '@odata.id': `${TASKS}/${id}`,
      Id: id,
      Name: 'A task',
      TaskState: state,
      TaskStatus: state === 'Exception' ? 'Critical' : 'OK',
      Messages: messages,
    };
  }
}

// Tasks: what became of a call that was sent as `Async.`. They are forgotten 65 minutes after they end, and those in flight are cancelled when the
// master's agent starts, so a client can always lose one.
import type { Clock } from '../../foundation/clock';
import type { ApiError } from './apiError';
import type { FieldValue, LiveDatabase, Ref } from './liveDatabase';
import { datetime, NEVER, NULL_REF, text } from './recordFields';
import type { ServedRecords } from './servedRecords';

/** Source: xapi, `completed_task_timeout`. */
const KEPT_MS = 3_900_000;

export class Tasks {
  private finished: { readonly ref: Ref; readonly at: number }[] = [];

  /** Tasks that a dump still holds belong to nobody. */
  constructor(
    private readonly database: LiveDatabase,
    private readonly served: ServedRecords,
    private readonly clock: Clock,
    private readonly newUuid: () => string,
  ) {
    for (const ref of [...database.records('task').keys()]) this.destroy(ref);
  }

  /** @param label the method as it was called, e.g. `Async.VM.pool_migrate` */
  create(label: string, description: string, host: Ref): Ref {
    const ref = `OpaqueRef:${this.newUuid()}`;
    this.database.create(
      'task',
      ref,
      this.served.complete('task', {
        uuid: this.newUuid(),
        name_label: label,
        name_description: description,
        created: datetime(this.clock.now()),
        finished: NEVER,
        status: 'pending',
        resident_on: host,
        progress: 0,
        type: '<none/>',
        result: '',
        error_info: [],
        allowed_operations: ['cancel'],
        subtask_of: NULL_REF,
        backtrace: '()',
      }),
    );
    return ref;
  }

  progress(ref: Ref, fraction: number): void {
    if (this.isPending(ref)) this.database.update('task', ref, { progress: fraction });
  }

  /** Results of tasks are XML-RPC text whatever the caller speaks. */
  succeed(ref: Ref, value: FieldValue): void {
    this.end(ref, {
      status: 'success',
      progress: 1,
      result: `<value>${typeof value === 'string' ? escapeXml(value) : ''}</value>`,
    });
  }

  fail(ref: Ref, error: ApiError): void {
    this.end(ref, { status: 'failure', progress: 1, error_info: error.description });
  }

  /** The agent that ran them is a new one. @param host only tasks that ran there */
  abandon(host?: Ref): void {
    for (const [ref, record] of this.database.records('task')) {
      if (host === undefined || text(record, 'resident_on') === host) this.end(ref, { status: 'cancelled' });
    }
  }

  destroy(ref: Ref): void {
    this.database.remove('task', ref);
  }

  /** Forgets what ended long ago. */
  expire(): void {
    const limit = this.clock.now() - KEPT_MS;
    while (this.finished[0] !== undefined && this.finished[0].at < limit) this.destroy(this.finished.shift()!.ref);
  }

  private isPending(ref: Ref): boolean {
    const record = this.database.get('task', ref);
    return record !== undefined && text(record, 'status') === 'pending';
  }

  private end(ref: Ref, outcome: Readonly<Record<string, FieldValue>>): void {
    if (!this.isPending(ref)) return;
    this.database.update('task', ref, { ...outcome, finished: datetime(this.clock.now()), allowed_operations: [] });
    this.finished.push({ ref, at: this.clock.now() });
  }
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { expect } from 'chai';
import type { VirtualClock } from '../../src/foundation/virtualClock';
import { createPoolCache } from '../../src/xenapi/createPoolCache';
import type { XapiClient } from '../../src/xenapi/client';
import { runTask, type TaskOptions, type TaskOutcome } from '../../src/xenapi/task';
import { taskResult } from '../../src/xenapi/taskResult';
import { FakePool, clientOf, inVirtualTime, rejection, virtualClock } from './fakePool';

const TASK = 'OpaqueRef:task';
const PARAMS = ['OpaqueRef:v', 'OpaqueRef:h', { live: 'true' }] as const;

function taskRecord(status: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { uuid: 'u', name_label: 'Async.VM.pool_migrate', status, progress: 0.5, result: '', error_info: [], ...more };
}

describe('a call run as a task', () => {
  let clock: VirtualClock;
  let pool: FakePool;
  let client: XapiClient;
  let destroyed: number;

  beforeEach(() => {
    clock = virtualClock();
    destroyed = 0;
    pool = new FakePool()
      .on('Async.VM.pool_migrate', () => ({ value: TASK }))
      .on('task.destroy', () => {
        destroyed += 1;
        return { value: '' };
      });
    client = clientOf(pool, clock);
  });

  /** The task's record from a moment of virtual time on. */
  function becomes(at: number, record: Readonly<Record<string, unknown>>): void {
    pool.on('task.get_record', () => ({ value: clock.monotonic() >= at ? record : taskRecord('pending') }));
  }

  function run(more: Partial<TaskOptions> = {}): Promise<TaskOutcome> {
    return inVirtualTime(clock, runTask(client, 'VM.pool_migrate', PARAMS, { clock, deadlineMs: 60_000, ...more }));
  }

  it('is done when its task succeeds, and its task is removed', async () => {
    becomes(7_000, taskRecord('success', { result: '<value></value>' }));
    expect(await run()).to.deep.equal({ kind: 'Done', result: '' });
    expect(destroyed).to.equal(1);
  });

  it('leaves its task in the pool when that is asked for', async () => {
    becomes(0, taskRecord('success'));
    expect((await run({ keep: true })).kind).to.equal('Done');
    expect(destroyed).to.equal(0);
  });

  it('is looked at after one, two and then every five seconds', async () => {
    becomes(20_000, taskRecord('success'));
    await run();
    const looks = pool.methods().filter((method) => method === 'task.get_record').length;
    expect(looks, '0, 1, 3, 8, 13, 18, 23').to.equal(7);
    expect(clock.monotonic()).to.equal(23_000);
  });

  it('gives the value the call returned, by its own type', () => {
    expect(taskResult('VM.migrate_send', '<value>OpaqueRef:new</value>')).to.equal('OpaqueRef:new');
    expect(taskResult('host.call_plugin', '<value>true</value>')).to.equal('true');
    expect(taskResult('host.call_plugin', '<value>a &lt; b</value>')).to.equal('a < b');
    expect(taskResult('host.compute_free_memory', '<value>68719476736</value>')).to.equal(68719476736);
    expect(
      taskResult('VM.get_possible_hosts', '<value><array><data><value>OpaqueRef:h</value></data></array></value>'),
    ).to.deep.equal(['OpaqueRef:h']);
    for (const text of ['', '<value></value>', '<value/>']) expect(taskResult('VM.start', text)).to.equal('');
  });

  it('fails with the code of its task, and its task is removed', async () => {
    becomes(0, taskRecord('failure', { error_info: ['VM_MIGRATE_FAILED', 'OpaqueRef:v', 'why'] }));
    expect(await run()).to.deep.equal({ kind: 'Failed', code: 'VM_MIGRATE_FAILED', params: ['OpaqueRef:v', 'why'] });
    becomes(0, taskRecord('cancelled', { error_info: ['TASK_CANCELLED', TASK] }));
    expect(await run()).to.include({ kind: 'Failed', code: 'TASK_CANCELLED' });
    expect(destroyed).to.equal(2);
  });

  it('fails with the code of a refusal when no task was made', async () => {
    pool.on('Async.VM.pool_migrate', () => ({ refuse: ['VM_BAD_POWER_STATE', 'OpaqueRef:v', 'running', 'halted'] }));
    expect(await run()).to.deep.equal({
      kind: 'Failed',
      code: 'VM_BAD_POWER_STATE',
      params: ['OpaqueRef:v', 'running', 'halted'],
    });
  });

  it('is lost when nobody knows whether it was delivered, and is not sent again', async () => {
    for (const failure of ['Reset', 'TimedOut'] as const) {
      pool.on('Async.VM.pool_migrate', () => ({ fail: failure }));
      pool.seen.length = 0;
      const outcome = await run();
      expect(outcome.kind).to.equal('Lost');
      expect(pool.methods().filter((method) => method.startsWith('Async.'))).to.have.length(1);
    }
  });

  it('throws when it was certainly not delivered', async () => {
    await inVirtualTime(clock, client.call('session.get_uuid', ['OpaqueRef:session-1']));
    pool.forgetSessions();
    expect(await rejection(run())).to.include({ kind: 'Session', maybeDelivered: false });
    pool.broken.set(pool.master, 'Refused');
    expect(await rejection(run())).to.include({ kind: 'Transport', maybeDelivered: false });
  });

  it('is lost when its task is gone', async () => {
    pool.on('task.get_record', () =>
      clock.monotonic() < 5_000 ? { value: taskRecord('pending') } : { refuse: ['HANDLE_INVALID', 'task', TASK] },
    );
    expect((await run()).kind).to.equal('Lost');
    expect(destroyed).to.equal(0);
  });

  it('goes on being followed while the pool is silent for a while, and over a restart', async () => {
    becomes(30_000, taskRecord('success'));
    clock.after(4_000, () => pool.broken.set(pool.master, 'Refused'));
    clock.after(20_000, () => {
      pool.broken.clear();
      pool.forgetSessions();
    });
    expect((await run()).kind).to.equal('Done');
  });

  it('is lost when the pool is silent until the deadline', async () => {
    becomes(100_000, taskRecord('success'));
    clock.after(4_000, () => pool.broken.set(pool.master, 'Refused'));
    const outcome = await run();
    expect(outcome).to.have.property('kind', 'Lost');
  });

  it('is still running at its deadline, with the task to follow again', async () => {
    becomes(100_000, taskRecord('success'));
    expect(await run()).to.deep.equal({ kind: 'StillRunning', task: TASK });
    expect(clock.monotonic()).to.equal(60_000);
    expect(destroyed).to.equal(0);
  });

  it('stops following when its caller gives up', async () => {
    becomes(100_000, taskRecord('success'));
    const caller = new AbortController();
    clock.after(10_000, () => caller.abort());
    expect(await rejection(run({ signal: caller.signal }))).to.have.property('name', 'Aborted');
  });

  it('is followed by the events of a cache where there is one', async () => {
    pool.on('event.from', ([, token, timeout]) => {
      const done = clock.monotonic() >= 12_000;
      if ((timeout as number) > 1 && !done) return 'silence';
      const snapshot = taskRecord(done ? 'success' : 'pending');
      const fresh = token === '' || (done && token !== '2');
      const events = fresh ? [{ id: '1', timestamp: '0.0', class: 'task', operation: 'mod', ref: TASK, snapshot }] : [];
      return { value: { events, valid_ref_counts: { task: 1 }, token: done ? '2' : '1' } };
    });
    const outcome = await run({ cache: createPoolCache({ client, clock }), deadlineMs: 200_000 });
    expect(outcome).to.deep.equal({ kind: 'Done', result: '' });
    expect(pool.methods()).to.not.include('task.get_record');
  });
});

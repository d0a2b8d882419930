// Tasks and messages as objects of their own: made, labelled, destroyed.
import { ApiError } from './apiError';
import { type Call, type Handlers, refArgument, textArgument, VOID } from './call';
import { datetime, recordOf } from './recordFields';
import type { Xapi } from './xapi';

export function taskCalls(xapi: Xapi): Handlers {
  const { database, tasks } = xapi;
  return {
    'task.create': (call) => tasks.create(textArgument(call, 0), textArgument(call, 1), xapi.hosts.ref(call.receiver)),
    'task.destroy': (call) => {
      const ref = refArgument(call, 0);
      recordOf(database, 'task', ref);
      tasks.destroy(ref);
      return VOID;
    },
    'task.cancel': (call) => {
      recordOf(database, 'task', refArgument(call, 0));
      throw new ApiError('OPERATION_NOT_ALLOWED', 'this task cannot be cancelled');
    },
    'message.create': (call) => createMessage(xapi, call),
    'message.destroy': (call) => {
      recordOf(database, 'message', refArgument(call, 0));
      database.remove('message', refArgument(call, 0));
      return VOID;
    },
  };
}

function createMessage({ database, served, clock, newRef, newUuid }: Xapi, call: Call): string {
  const ref = newRef();
  const [name, priority, cls, objUuid, body] = call.args;
  const timestamp = datetime(clock.now());
  database.create(
    'message',
    ref,
    served.complete('message', {
      uuid: newUuid(),
      name: name!,
      priority: priority!,
      cls: cls!,
      obj_uuid: objUuid!,
      body: body!,
      timestamp,
    }),
  );
  return ref;
}

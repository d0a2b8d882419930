// Logging in and out. Class session has no list of sessions: one is found by its uuid or not at all.
import { ApiError } from './apiError';
import { type Call, type Handlers, refArgument, textArgument, VOID } from './call';
import type { Ref } from './liveDatabase';
import type { Xapi } from './xapi';

export function sessionCalls(xapi: Xapi): Handlers {
  const { sessions, hosts } = xapi;
  return {
    'session.login_with_password': (call) => {
      authenticate(xapi, call);
      return sessions.open(hosts.ref(call.receiver), textArgument(call, 0), textArgument(call, 3));
    },
    'session.slave_local_login_with_password': (call) => {
      authenticate(xapi, call);
      return sessions.openLocal();
    },
    'session.logout': (call) => close(xapi, call.session),
    'session.local_logout': (call) => close(xapi, call.session),
    'host.is_in_emergency_mode': (call) => xapi.agents.get(call.receiver).emergency !== null,
    // A session record that is gone is a bad handle, not a bad session: the session asking is another one.
    'session.get_uuid': (call) => String(sessionRecord(xapi, call)['uuid']),
  };
}

function authenticate(xapi: Xapi, call: Call): void {
  const user = textArgument(call, 0);
  if (user === 'root' && textArgument(call, 1) === xapi.settings.password) return;
  throw new ApiError('SESSION_AUTHENTICATION_FAILED', user, 'Authentication failure');
}

function close(xapi: Xapi, session: Ref): string {
  xapi.sessions.close(session);
  return VOID;
}

function sessionRecord(xapi: Xapi, call: Call): Readonly<Record<string, unknown>> {
  const ref = refArgument(call, 0);
  const record = xapi.database.get('session', ref);
  if (record === undefined) throw new ApiError('HANDLE_INVALID', 'session', ref);
  return record;
}

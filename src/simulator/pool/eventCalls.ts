// Events by both of XenAPI's doors: `event.from` since Boston, and `register`, `next`, `unregister`, whose state lives with the session.
import { ApiError } from './apiError';
import { type Call, type Handlers, listArgument, numberArgument, refArgument, textArgument, VOID } from './call';
import { type Listener, parseSubscription, type Subscription } from './events';
import type { FieldValue, Ref } from './liveDatabase';
import { recordOf } from './recordFields';
import type { Xapi } from './xapi';

/** `event.next` blocks for ever; a client that wants to leave breaks the connection. */
const FOR_EVER = 86_400_000;

interface Registration {
  readonly classes: ReadonlySet<string>;
  generation: number;
}

export function eventCalls(xapi: Xapi): Handlers {
  const registrations = new Map<Ref, Registration>();
  return {
    'event.from': (call) => from(xapi, call),
    'event.inject': (call) => inject(xapi, call),
    'event.get_current_id': () => xapi.database.generation,
    'event.register': (call) => {
      const known = registrations.get(call.session);
      const classes = new Set([...(known?.classes ?? []), ...listArgument(call, 0)]);
      registrations.set(call.session, { classes, generation: known?.generation ?? xapi.database.generation });
      return VOID;
    },
    'event.unregister': (call) => {
      const known = registrationOf(registrations, call.session);
      const left = new Set([...known.classes].filter((name) => !listArgument(call, 0).includes(name)));
      if (left.size === 0) registrations.delete(call.session);
      else registrations.set(call.session, { ...known, classes: left });
      return VOID;
    },
    'event.next': (call) => next(xapi, call, registrationOf(registrations, call.session)),
  };
}

async function from(xapi: Xapi, call: Call): Promise<FieldValue> {
  const subscription = parseSubscription(listArgument(call, 0));
  const timeout = Math.max(0, numberArgument(call, 2)) * 1_000;
  const batch = await xapi.events.from(subscription, textArgument(call, 1), timeout, listener(xapi, call));
  assertAlive(xapi, call);
  return batch;
}

/** An event without a change. @returns a token from before it: where a client that saw the database then goes on from */
function inject({ database, events }: Xapi, call: Call): string {
  const [cls, ref] = [textArgument(call, 0), refArgument(call, 1)];
  const table = database.tableNames().find((name) => name.toLowerCase() === cls.toLowerCase()) ?? cls;
  recordOf(database, table, ref);
  const token = events.token();
  database.touch(table, ref);
  return token;
}

async function next(xapi: Xapi, call: Call, registration: Registration): Promise<FieldValue> {
  const subscription: Subscription = parseSubscription([...registration.classes]);
  let events = xapi.events.since(subscription, registration.generation);
  if (events.length === 0) {
    await xapi.events.change(subscription, FOR_EVER, listener(xapi, call));
    // What nobody hears is told to the next who asks.
    if (call.gone.aborted) return [];
    assertAlive(xapi, call);
    events = xapi.events.since(subscription, registration.generation);
  }
  registration.generation = xapi.database.generation;
  return events;
}

function listener(xapi: Xapi, call: Call): Listener {
  return { stillValid: () => xapi.sessions.exists(call.session), gone: call.gone };
}

function registrationOf(registrations: ReadonlyMap<Ref, Registration>, session: Ref): Registration {
  const known = registrations.get(session);
  if (known === undefined) throw new ApiError('SESSION_NOT_REGISTERED', session);
  return known;
}

/** Someone may have logged it out while the call was waiting. */
function assertAlive(xapi: Xapi, call: Call): void {
  if (!xapi.sessions.exists(call.session)) throw new ApiError('SESSION_INVALID', call.session);
}

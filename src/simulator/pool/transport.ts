// The wire of the simulated pool, without a wire: requests reach the agent of the addressed machine after a short virtual while, or do not. Bodies are
// text, so every value crosses by copy. Faults of connections bite here.
import type { Clock } from '../../foundation/clock';
import { type DecodedCall, decodeCall, encodeReply, malformed } from '../../xenapi/codec/server';
import { TransportFailure, type XapiResponse, type XapiTransport } from '../../xenapi/transport';
import type { HostUuid, MachineState } from '../world';
import type { Agent } from './agents';
import { download } from './databaseDump';
import { upload } from './databaseRestore';
import type { Dispatcher } from './dispatcher';
import { CALL_LATENCY, CONNECT_TIMEOUT } from './durations';
import type { Xapi } from './xapi';

const SILENT: ReadonlySet<MachineState> = new Set(['Off', 'Dead']);

/** A request as it reaches the agent of a host. */
export interface PoolRequest {
  readonly method: 'POST' | 'GET' | 'PUT';
  /** With the query. `/jsonrpc` and `/json` speak JSON, every other path that is posted to XML-RPC. */
  readonly path: string;
  readonly body: string;
}

/** To whom what is done in a session is attributed. */
type CallerOf = (session: string) => string;

/** Whose calls nobody put a name to. */
const STRANGER = 'stranger';

/** A transport whose calls are attributed to `caller`. */
export function poolTransport(xapi: Xapi, dispatcher: Dispatcher, caller: string): XapiTransport {
  const doors: Doors = { xapi, dispatcher, callerOf: () => caller };
  return {
    post: (origin, path, body, signal) => send(doors, origin, { method: 'POST', path, body }, signal),
    get: (origin, path, signal) => send(doors, origin, { method: 'GET', path, body: '' }, signal),
  };
}

/**
 * One request that came over a real wire to the agent of a host.
 * @param gone aborts when the client has broken the connection
 * @throws TransportFailure when the agent does not run, or the connection breaks before the answer
 */
export function serveRequest(
  xapi: Xapi,
  dispatcher: Dispatcher,
  host: HostUuid,
  request: PoolRequest,
  gone: AbortSignal,
): Promise<XapiResponse> {
  const callerOf = (session: string): string => xapi.sessions.originator(session) ?? STRANGER;
  return reach({ xapi, dispatcher, callerOf }, host, request, gone);
}

interface Doors {
  readonly xapi: Xapi;
  readonly dispatcher: Dispatcher;
  readonly callerOf: CallerOf;
}

function send(doors: Doors, origin: string, request: PoolRequest, signal: AbortSignal): Promise<XapiResponse> {
  return new Promise((resolve, reject) => {
    const timedOut = (): void => reject(new TransportFailure('TimedOut', origin, 'no whole answer in time'));
    if (signal.aborted) return timedOut();
    signal.addEventListener('abort', timedOut, { once: true });
    doors.xapi.clock.after(CALL_LATENCY, () => {
      void deliver(doors, origin, request, signal)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', timedOut));
    });
  });
}

async function deliver(doors: Doors, origin: string, request: PoolRequest, signal: AbortSignal): Promise<XapiResponse> {
  const { xapi } = doors;
  const host = addressed(xapi, origin);
  if (host === undefined || SILENT.has(xapi.world.machines.get(host)!.state)) {
    await pause(xapi.clock, CONNECT_TIMEOUT);
    throw new TransportFailure('Unreachable', origin, 'no route to host');
  }
  return reach(doors, host, request, signal);
}

async function reach(doors: Doors, host: HostUuid, request: PoolRequest, signal: AbortSignal): Promise<XapiResponse> {
  const { xapi } = doors;
  const machine = xapi.world.machines.get(host)!;
  const origin = xapi.agents.origin(host);
  if (machine.state !== 'Up' || machine.agent !== 'Running') throw new TransportFailure('Refused', origin, 'connection refused');
  return whileConnected(xapi.agents.get(host), signal, (gone) => answer({ ...doors, host, origin, gone }, request));
}

/** The agent going away breaks the connection, whatever becomes of the work. */
function whileConnected(
  agent: Agent,
  signal: AbortSignal,
  work: (gone: AbortSignal) => Promise<XapiResponse>,
): Promise<XapiResponse> {
  return new Promise((resolve, reject) => {
    const connection = new AbortController();
    const hungUp = (): void => connection.abort(signal.reason);
    const breakOff = (failure: TransportFailure): void => {
      agent.connections.delete(breakOff);
      reject(failure);
      connection.abort(failure);
    };
    if (signal.aborted) hungUp();
    signal.addEventListener('abort', hungUp, { once: true });
    agent.connections.add(breakOff);
    void work(connection.signal)
      .then(resolve, reject)
      .finally(() => {
        agent.connections.delete(breakOff);
        signal.removeEventListener('abort', hungUp);
      });
  });
}

function addressed(xapi: Xapi, origin: string): HostUuid | undefined {
  const { hostname } = new URL(origin);
  const row = xapi.hosts.byAddress(hostname);
  return row === undefined ? xapi.agents.at(hostname) : xapi.hosts.uuid(row.ref);
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

interface Visit extends Doors {
  readonly host: HostUuid;
  readonly origin: string;
  readonly gone: AbortSignal;
}

async function answer(visit: Visit, { method, path, body }: PoolRequest): Promise<XapiResponse> {
  if (method === 'GET') return download(visit.xapi, visit.host, visit.callerOf, path);
  if (method === 'PUT') return upload(visit.xapi, visit.host, visit.callerOf, { path, body });
  const call = decode(path, body);
  if (call instanceof Error) return malformed(call.message);
  return visit.dispatcher.changes(call) ? change(visit, call) : carryOut(visit, call);
}

function decode(path: string, body: string): DecodedCall | Error {
  try {
    return decodeCall(path, body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function carryOut(visit: Visit, call: DecodedCall): Promise<XapiResponse> {
  const { dispatcher, host, gone } = visit;
  const { outcome, resultType } = await dispatcher.carryOut(host, callerIn(visit, call), call, gone);
  return encodeReply(call, outcome, resultType);
}

/** A call that changes something is told to the books, and may be torn from its caller. */
async function change(visit: Visit, call: DecodedCall): Promise<XapiResponse> {
  const { xapi, dispatcher, host, origin, gone } = visit;
  const caller = callerIn(visit, call);
  const method = call.method.replace(/^Async\./, '');
  const torn = xapi.world.faults.strike('reset-mid-call', { host, call: method });
  const reset = new TransportFailure('Reset', origin, 'the connection was reset');
  if (torn?.['delivered'] === 'false') throw reset;
  const { outcome, resultType } = await dispatcher.carryOut(host, caller, call, gone);
  const error = outcome.ok ? null : (outcome.error[0] ?? null);
  xapi.world.bus.emit({ kind: 'call', caller, host, method: call.method, params: call.params.slice(1), error });
  if (torn !== undefined) throw reset;
  return encodeReply(call, outcome, resultType);
}

/** A call's session is its first parameter; where a method takes none, no session has that name. */
function callerIn({ callerOf }: Visit, call: DecodedCall): string {
  return callerOf(String(call.params[0] ?? ''));
}

// The wire of the simulated pool, without a wire: requests reach the agent of the addressed machine after a short virtual while, or do not. Bodies are
// text, so every value crosses by copy. Faults of connections bite here.
import type { Clock } from '../../foundation/clock';
import { type DecodedCall, decodeCall, encodeReply, malformed } from '../../xenapi/codec/server';
import { TransportFailure, type XapiResponse, type XapiTransport } from '../../xenapi/transport';
import type { HostUuid, MachineState } from '../world';
import type { Agent } from './agents';
import { download } from './databaseDump';
import type { Dispatcher } from './dispatcher';
import { CALL_LATENCY, CONNECT_TIMEOUT } from './durations';
import type { Xapi } from './xapi';

const SILENT: ReadonlySet<MachineState> = new Set(['Off', 'Dead']);

/** What a host answers, once the request is there. */
type Serve = (host: HostUuid) => Promise<XapiResponse>;

/** A transport whose calls are attributed to `caller`. */
export function poolTransport(xapi: Xapi, dispatcher: Dispatcher, caller: string): XapiTransport {
  const post = (host: HostUuid, path: string, body: string, origin: string): Promise<XapiResponse> =>
    answer({ xapi, dispatcher, caller, host, origin }, path, body);
  return {
    post: (origin, path, body, signal) => request(xapi, origin, signal, (host) => post(host, path, body, origin)),
    get: (origin, path, signal) => request(xapi, origin, signal, async (host) => download(xapi, host, caller, path)),
  };
}

function request(xapi: Xapi, origin: string, signal: AbortSignal, serve: Serve): Promise<XapiResponse> {
  return new Promise((resolve, reject) => {
    const timedOut = (): void => reject(new TransportFailure('TimedOut', origin, 'no whole answer in time'));
    if (signal.aborted) return timedOut();
    signal.addEventListener('abort', timedOut, { once: true });
    xapi.clock.after(CALL_LATENCY, () => {
      void deliver(xapi, origin, serve)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', timedOut));
    });
  });
}

async function deliver(xapi: Xapi, origin: string, serve: Serve): Promise<XapiResponse> {
  const host = addressed(xapi, origin);
  if (host === undefined || SILENT.has(xapi.world.machines.get(host)!.state)) {
    await pause(xapi.clock, CONNECT_TIMEOUT);
    throw new TransportFailure('Unreachable', origin, 'no route to host');
  }
  const machine = xapi.world.machines.get(host)!;
  if (machine.state !== 'Up' || machine.agent !== 'Running') throw new TransportFailure('Refused', origin, 'connection refused');
  return whileConnected(xapi.agents.get(host), () => serve(host));
}

/** The agent going away breaks the connection, whatever becomes of the work. */
function whileConnected(agent: Agent, work: () => Promise<XapiResponse>): Promise<XapiResponse> {
  return new Promise((resolve, reject) => {
    const breakOff = (failure: TransportFailure): void => {
      agent.connections.delete(breakOff);
      reject(failure);
    };
    agent.connections.add(breakOff);
    void work()
      .then(resolve, reject)
      .finally(() => agent.connections.delete(breakOff));
  });
}

function addressed(xapi: Xapi, origin: string): HostUuid | undefined {
  const row = xapi.hosts.byAddress(new URL(origin).hostname);
  return row === undefined ? undefined : xapi.hosts.uuid(row.ref);
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

interface Request {
  readonly xapi: Xapi;
  readonly dispatcher: Dispatcher;
  readonly caller: string;
  readonly host: HostUuid;
  readonly origin: string;
}

async function answer(request: Request, path: string, body: string): Promise<XapiResponse> {
  const call = decode(path, body);
  if (call instanceof Error) return malformed(call.message);
  return request.dispatcher.changes(call) ? change(request, call) : carryOut(request, call);
}

function decode(path: string, body: string): DecodedCall | Error {
  try {
    return decodeCall(path, body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function carryOut({ dispatcher, host, caller }: Request, call: DecodedCall): Promise<XapiResponse> {
  const { outcome, resultType } = await dispatcher.carryOut(host, caller, call);
  return encodeReply(call, outcome, resultType);
}

/** A call that changes something is told to the books, and may be torn from its caller. */
async function change(request: Request, call: DecodedCall): Promise<XapiResponse> {
  const { xapi, dispatcher, host, caller, origin } = request;
  const method = call.method.replace(/^Async\./, '');
  const torn = xapi.world.faults.strike('reset-mid-call', { host, call: method });
  const reset = new TransportFailure('Reset', origin, 'the connection was reset');
  if (torn?.['delivered'] === 'false') throw reset;
  const { outcome, resultType } = await dispatcher.carryOut(host, caller, call);
  const error = outcome.ok ? null : (outcome.error[0] ?? null);
  xapi.world.bus.emit({ kind: 'call', caller, host, method: call.method, params: call.params.slice(1), error });
  if (torn !== undefined) throw reset;
  return encodeReply(call, outcome, resultType);
}

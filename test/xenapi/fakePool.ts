// A pool made of answers, in process and in virtual time: hosts by address, methods by name. What it was asked is written down, so that a test can say
// which calls went where; session references and passwords are recognisable, so that a test can look for them where they must not be.
import type { Clock } from '../../src/foundation/clock';
import { VirtualClock } from '../../src/foundation/virtualClock';
import type { XapiClient, XapiClientOptions } from '../../src/xenapi/client';
import { createXapiClient } from '../../src/xenapi/poolClient';
import { decodeCall, encodeReply } from '../../src/xenapi/codec/server';
import { signatureOf } from '../../src/xenapi/codec/signature';
import { TransportFailure, type TransportFailureKind, type XapiResponse, type XapiTransport } from '../../src/xenapi/transport';

export const PASSWORD = 'correct horse';

/** What a host does with a call: a value, a refusal, a broken wire, a raw answer, or no answer until the caller gives up. */
export type Behaviour =
  | { readonly value: unknown }
  | { readonly refuse: readonly string[] }
  | { readonly fail: TransportFailureKind }
  | { readonly raw: XapiResponse }
  | 'silence';
export type Handler = (params: readonly unknown[], origin: string) => Behaviour;

export interface SeenCall {
  readonly origin: string;
  readonly method: string;
  /** Without the session. */
  readonly params: readonly unknown[];
  readonly session: unknown;
}

export class FakePool implements XapiTransport {
  readonly seen: SeenCall[] = [];
  readonly handlers = new Map<string, Handler>();
  /** Hosts that do not answer as they should, by origin. */
  readonly broken = new Map<string, TransportFailureKind>();
  /** What hosts that speak no JSON answer to it, by origin. */
  readonly withoutJson = new Map<string, XapiResponse>();
  /** IP addresses that answer, by origin. */
  readonly peers = new Map<string, string>();
  readonly gets: string[] = [];
  /** Addresses that the pool records for its hosts. */
  addresses: string[] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1'];
  getResponse: XapiResponse = { status: 200, contentType: 'text/xml', body: '<database/>' };
  private readonly sessions = new Map<string, string>();
  private count = 0;

  constructor(
    public master = 'https://10.0.0.1',
    /** Parameters a login takes: 4, or fewer on old releases. */
    public loginParameters = 4,
  ) {}

  on(method: string, handler: Handler): this {
    this.handlers.set(method, handler);
    return this;
  }

  /** All sessions are gone, as after a restart of XAPI. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  methods(): string[] {
    return this.seen.map((call) => call.method);
  }

  liveSessions(): number {
    return this.sessions.size;
  }

  post(origin: string, path: string, body: string, signal: AbortSignal): Promise<XapiResponse> {
    const call = decodeCall(path, body);
    const takesSession = signatureOf(call.method)?.session !== false;
    const [session, params] = takesSession ? [call.params[0], call.params.slice(1)] : [undefined, call.params];
    this.seen.push({ origin, method: call.method, params, session });
    const behaviour = this.misbehave(origin, path) ?? this.behave(origin, call.method, params, session);
    if (behaviour === 'silence') return silence(origin, signal);
    if ('fail' in behaviour) return Promise.reject(new TransportFailure(behaviour.fail, origin, `${behaviour.fail} by test`));
    if ('raw' in behaviour) return Promise.resolve(behaviour.raw);
    const outcome =
      'value' in behaviour ? { ok: true as const, value: behaviour.value } : { ok: false as const, error: behaviour.refuse };
    const reply = encodeReply(call, outcome, signatureOf(call.method)?.result ?? 'any');
    return Promise.resolve(this.from(origin, reply));
  }

  private from(origin: string, reply: XapiResponse): XapiResponse {
    const peer = this.peers.get(origin);
    return peer === undefined ? reply : { ...reply, peer };
  }

  /** What a host does with every request. */
  private misbehave(origin: string, path: string): Behaviour | undefined {
    const fail = this.broken.get(origin);
    if (fail !== undefined) return { fail };
    const raw = path === '/jsonrpc' ? this.withoutJson.get(origin) : undefined;
    return raw === undefined ? undefined : { raw };
  }

  get(origin: string, path: string, signal: AbortSignal): Promise<XapiResponse> {
    this.gets.push(`${origin}${path}`);
    const failure = this.broken.get(origin);
    if (failure !== undefined) return Promise.reject(new TransportFailure(failure, origin, `cannot reach ${path}`));
    return signal.aborted ? silence(origin, signal) : Promise.resolve(this.getResponse);
  }

  private behave(origin: string, method: string, params: readonly unknown[], session: unknown): Behaviour {
    const handler = this.handlers.get(method);
    if (method === 'session.login_with_password') return handler?.(params, origin) ?? this.login(origin, params);
    const uuid = typeof session === 'string' ? this.sessions.get(session) : undefined;
    if (uuid === undefined) return { refuse: ['SESSION_INVALID', String(session)] };
    return handler?.(params, origin) ?? this.sessionCall(method, params, session as string, uuid);
  }

  private login(origin: string, params: readonly unknown[]): Behaviour {
    if (origin !== this.master) return { refuse: ['HOST_IS_SLAVE', new URL(this.master).hostname.replace(/[[\]]/g, '')] };
    if (params.length !== this.loginParameters)
      return {
        refuse: [
          'MESSAGE_PARAMETER_COUNT_MISMATCH',
          'session.login_with_password',
          String(this.loginParameters),
          String(params.length),
        ],
      };
    if (params[1] !== PASSWORD) return { refuse: ['SESSION_AUTHENTICATION_FAILED', String(params[0]), 'Authentication failure'] };
    const ref = `OpaqueRef:session-${++this.count}`;
    this.sessions.set(ref, `uuid-of-session-${this.count}`);
    return { value: ref };
  }

  /** The hosts at `addresses`, as far as one looks at them here. */
  private hostRecords(): Record<string, unknown> {
    const rows = this.addresses.map(
      (address) => [`OpaqueRef:${address}`, { address, hostname: address, name_label: address }] as const,
    );
    return Object.fromEntries(rows);
  }

  private sessionCall(method: string, params: readonly unknown[], session: string, uuid: string): Behaviour {
    if (method === 'session.get_uuid') return { value: uuid };
    if (method === 'host.get_all_records') return { value: this.hostRecords() };
    if (method === 'session.logout') return { value: this.sessions.delete(session) ? '' : '' };
    if (method !== 'session.get_by_uuid') return { refuse: ['MESSAGE_METHOD_UNKNOWN', method] };
    const found = [...this.sessions].find(([, known]) => known === params[0]);
    return found === undefined ? { refuse: ['UUID_INVALID', 'session', String(params[0])] } : { value: found[0] };
  }
}

function silence(origin: string, signal: AbortSignal): Promise<XapiResponse> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new TransportFailure('TimedOut', origin, 'no answer'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

export function clientOf(pool: FakePool, clock: Clock, more: Partial<XapiClientOptions> = {}): XapiClient {
  return createXapiClient({
    transport: pool,
    clock,
    endpoints: [pool.master],
    credentials: () => Promise.resolve({ username: 'root', password: PASSWORD }),
    originator: 'test',
    dialect: 'json',
    ...more,
  });
}

/** Runs work to its end in virtual time. @throws what the work throws, and when it never ends */
export async function inVirtualTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let settled = false;
  const done = work.finally(() => {
    settled = true;
  });
  done.catch(() => undefined);
  const end = await clock.run(() => settled, Number.MAX_SAFE_INTEGER);
  if (end !== 'finished') throw new Error(`the work never ended: ${end}`);
  return done;
}

export function virtualClock(): VirtualClock {
  return new VirtualClock(Date.UTC(2026, 0, 1));
}

/** The rejection of a promise. @throws when it resolves */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('resolved, but a rejection was expected');
}

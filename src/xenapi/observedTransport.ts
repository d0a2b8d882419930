// The same transport, and somebody is told of each call: what class of method, what came of it and how long it took. For metrics: a class has few values,
// a method has hundreds.
import type { Clock } from '../foundation/clock';
import { type ClosableTransport, TransportFailure, type XapiResponse } from './transport';

/** `session`: logins and logouts. `events`: waiting for changes. `read`: whole tables and single records. `task`: what became of a call. `act`: all else. */
export type MethodClass = 'session' | 'events' | 'read' | 'task' | 'act' | 'dump';
export const METHOD_CLASSES: readonly MethodClass[] = ['session', 'events', 'read', 'task', 'act', 'dump'];

export interface XapiCall {
  readonly class: MethodClass;
  /** `answered`, whatever the answer says, or the kind of failure. */
  readonly outcome: 'answered' | TransportFailure['kind'];
  readonly tookMs: number;
}

/** @param clock real time @param onCall must not throw */
export function observedTransport(
  transport: ClosableTransport,
  clock: Clock,
  onCall: (call: XapiCall) => void,
): ClosableTransport {
  const told = async (cls: MethodClass, work: () => Promise<XapiResponse>): Promise<XapiResponse> => {
    const from = clock.monotonic();
    const tell = (outcome: XapiCall['outcome']): void => onCall({ class: cls, outcome, tookMs: clock.monotonic() - from });
    try {
      const response = await work();
      tell('answered');
      return response;
    } catch (error) {
      if (error instanceof TransportFailure) tell(error.kind);
      throw error;
    }
  };
  return {
    post: (host, path, body, signal) => told(classOf(body), () => transport.post(host, path, body, signal)),
    get: (host, path, signal) => told('dump', () => transport.get(host, path, signal)),
    close: () => transport.close(),
    ...(transport.trust === undefined ? {} : { trust: transport.trust.bind(transport) }),
  };
}

/** The method stands at the front in XML, and in JSON before its parameters. */
const METHOD = /"method":\s*"([\w.]+)"|<methodName>([\w.]+)</;

export function classOf(body: string): MethodClass {
  const found = METHOD.exec(body.slice(0, 300));
  const method = found?.[1] ?? found?.[2] ?? '';
  if (method.startsWith('session.')) return 'session';
  if (method.startsWith('event.')) return 'events';
  if (method.startsWith('task.')) return 'task';
  return /\.get_/.test(method) ? 'read' : 'act';
}

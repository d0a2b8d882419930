// A wire on which nothing can be changed: what is not a question, or housekeeping of our own session, never leaves this process. That planning asks only
// questions is the controller's doing; that nobody has to believe it is this one's.
import { isRead } from '../../xenapi/reads';
import type { ClosableTransport } from '../../xenapi/transport';

/** Our own session and tasks: nothing of the pool. */
const OWN = /^(session\.(login_with_password|logout|local_logout)|task\.(cancel|destroy))$/;
/** Functions of the staging plugin that only answer. */
const ASKING = /["'>](test[A-Z]\w*|get[A-Z]\w*)["'<]/;

/** @param onRefused told the method of each call that was not sent */
export function lookingOnly(transport: ClosableTransport, onRefused: (method: string) => void): ClosableTransport {
  return {
    post: (host, path, body, signal) => {
      const method = methodIn(body);
      if (isQuestion(method, body)) return transport.post(host, path, body, signal);
      onRefused(method);
      return Promise.reject(new Error(`${method} was not sent: a plan changes nothing`));
    },
    get: (host, path, signal) => transport.get(host, path, signal),
    get trust() {
      return transport.trust;
    },
    close: () => transport.close(),
  };
}

export function isQuestion(method: string, body: string): boolean {
  if (isRead(method) || OWN.test(method)) return true;
  return /^(Async\.)?host\.call_plugin$/.test(method) && ASKING.test(body) && !/["'>]main["'<]/.test(body);
}

function methodIn(body: string): string {
  const found = /"method":\s*"([^"]+)"|<methodName>([^<]+)</.exec(body);
  return found?.[1] ?? found?.[2] ?? '';
}

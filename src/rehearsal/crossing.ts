// Every call of a controller through a seam passes here: it is counted, a call that changes something is a crash point, and a controller that is dead
// gets no answer. Point 2k−1 is the death before the k-th change is delivered, point 2k the death after the world has done it and before the answer.
import type { BmcRequest, ClosableBmcTransport } from '../bmc/transport';
import { isRead } from '../xenapi/reads';
import type { KubeObject, KubernetesApi, Resource } from '../kubernetes/api';
import { LEASES } from '../kubernetes/api';
import type { XapiTransport } from '../xenapi/transport';
import type { Life } from './life';

export interface Requests {
  statusWrites: number;
  leaseWrites: number;
  otherWrites: number;
  xapi: number;
  bmc: number;
}

/** Crash points of a run: how many were passed, and at which one the controller dies. */
export interface CrashPoints {
  /** Changes delivered so far; twice as many points. */
  changes: number;
  /** The points to die at, counted from 1. */
  readonly dieAt: readonly number[];
  /** Called at each of those points. */
  readonly die: () => void;
}

export class Crossing {
  constructor(
    private readonly life: Life,
    private readonly requests: Requests,
    private readonly points: CrashPoints,
  ) {}

  kubernetes(api: KubernetesApi): KubernetesApi {
    const write = <T>(resource: Resource, status: boolean, deliver: () => Promise<T>): Promise<T> => {
      this.countWrite(resource, status);
      return resource === LEASES ? this.life.settle(deliver) : this.change(deliver);
    };
    return {
      get: (resource, namespace, name) => this.life.settle(() => api.get(resource, namespace, name)),
      list: (resource, namespace, options) => this.life.settle(() => api.list(resource, namespace, options)),
      create: (resource, object) => write(resource, false, () => api.create(resource, object)),
      replace: (resource, object) => write(resource, false, () => api.replace(resource, object)),
      replaceStatus: (resource, object) => write(resource, true, () => api.replaceStatus(resource, object)),
      patch: (resource, namespace, name, patch, part) =>
        write(resource, part === 'status', () => api.patch(resource, namespace, name, patch, part)),
      delete: (resource, namespace, name) => write(resource, false, () => api.delete(resource, namespace, name)),
      watch: <T extends KubeObject>(...asked: Parameters<KubernetesApi['watch']>) => this.mortalStream(api.watch<T>(...asked)),
    };
  }

  xapi(transport: XapiTransport): XapiTransport {
    return {
      post: (host, path, body, signal) => {
        this.requests.xapi += 1;
        const deliver = (): ReturnType<XapiTransport['post']> => transport.post(host, path, body, signal);
        return changesPool(body) ? this.change(deliver) : this.life.settle(deliver);
      },
      get: (host, path, signal) => {
        this.requests.xapi += 1;
        return this.life.settle(() => transport.get(host, path, signal));
      },
    };
  }

  bmc(transport: ClosableBmcTransport): ClosableBmcTransport {
    return {
      request: (request, signal) => {
        this.requests.bmc += 1;
        const deliver = (): ReturnType<ClosableBmcTransport['request']> => transport.request(request, signal);
        return changesMachine(request) ? this.change(deliver) : this.life.settle(deliver);
      },
      close: () => transport.close(),
    };
  }

  private change<T>(deliver: () => Promise<T>): Promise<T> {
    if (this.life.ended) return this.life.settle(deliver);
    const point = 2 * ++this.points.changes;
    const { dieAt } = this.points;
    if (dieAt.includes(point - 1)) this.points.die();
    if (!dieAt.includes(point)) return this.life.settle(deliver);
    return this.life.settle(() => deliver().finally(() => this.points.die()));
  }

  private countWrite(resource: Resource, status: boolean): void {
    if (this.life.ended) return;
    if (resource === LEASES) this.requests.leaseWrites += 1;
    else if (status) this.requests.statusWrites += 1;
    else this.requests.otherWrites += 1;
  }

  private async *mortalStream<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.life.settle(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  }
}

/** Sessions are housekeeping of our own. */
function changesMachine({ method, path }: BmcRequest): boolean {
  return method !== 'GET' && !/\/Sessions(\/|$)/.test(path);
}

/** A call that changes the pool: not looking, not housekeeping of our own sessions and tasks, not the plugin's questions. */
function changesPool(body: string): boolean {
  const method = /"method":\s*"([^"]+)"|<methodName>([^<]+)</.exec(body);
  const name = method?.[1] ?? method?.[2] ?? '';
  if (isRead(name) || /^(session|task|event)\./.test(name)) return false;
  return !name.endsWith('call_plugin') || /"main"|>main</.test(body);
}

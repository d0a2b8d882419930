// What Prometheus is told of the boot server: who asks for what, and what they get. Labels are bounded: what is asked for is one of a few purposes, and no host's name
// or token is ever one.
import { Counter, Gauge, type Registry } from 'prom-client';
import { collectRuntimeMetrics } from './runtimeMetrics';

/** A request and its answer, as far as they are counted. */
interface Asked {
  readonly target: string;
}
interface Answered {
  readonly status: number;
}
type Handler<Q extends Asked, A extends Answered> = (request: Q, signal: AbortSignal) => Promise<A>;

export interface BootMetrics {
  /** The same handler, counted. */
  counting<Q extends Asked, A extends Answered>(handler: Handler<Q, A>): Handler<Q, A>;
  /** @param count connections that are open now */
  connections(count: () => number): void;
  /** @param count transfers by TFTP that are under way now */
  transfers(count: () => number): void;
}

const PURPOSES: ReadonlySet<string> = new Set(['answer', 'start', 'complete', 'media', 'repository', 'boot', 'pxe', 'healthz']);
/** @param open attempts that are open now */
export function createBootMetrics(registry: Registry, version: string, open: () => number): BootMetrics {
  collectRuntimeMetrics(registry);
  new Gauge({
    name: 'xenpool_boot_build_info',
    help: 'Always 1; which program this is.',
    labelNames: ['version', 'nodeversion'],
    registers: [registry],
  }).set({ version, nodeversion: process.version }, 1);
  new Gauge({
    name: 'xenpool_boot_attempts_open',
    help: 'Attempts of hosts that may be served now.',
    registers: [registry],
    collect() {
      this.set(open());
    },
  });
  const requests = new Counter({
    name: 'xenpool_boot_requests_total',
    help: 'Requests by what they ask for and what they got.',
    labelNames: ['purpose', 'status'],
    registers: [registry],
  });
  return {
    counting: (handler) => async (request, signal) => {
      const answer = await handler(request, signal);
      requests.inc({ purpose: purposeOf(request.target), status: String(answer.status) });
      return answer;
    },
    connections: (count) => {
      new Gauge({
        name: 'xenpool_boot_connections',
        help: 'Connections of hosts and BMCs that are open now.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
    transfers: (count) => {
      new Gauge({
        name: 'xenpool_boot_tftp_transfers',
        help: 'Transfers by TFTP that are under way now.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
  };
}

function purposeOf(target: string): string {
  const first = target.split('?')[0]!.split('/')[1] ?? '';
  return PURPOSES.has(first) ? first : 'other';
}

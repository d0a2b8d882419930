// What Prometheus is told of the controller's machinery, under the names that controllers in Go use, so that boards made for those work: the work queue, the
// reconciles, calls to Kubernetes and to pools, and whether the watches miss anything.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ApiCall } from '../kubernetes/observedApi';
import type { XapiCall } from '../xenapi/observedTransport';

export interface ControllerMetrics {
  taken(waitedMs: number): void;
  /** `failed`: it comes again, later and later. */
  done(tookMs: number, failed: boolean): void;
  kubeCall(call: ApiCall): void;
  xapiCall(call: XapiCall): void;
  /** A worker stopped because another may act on its pool now. */
  fenced(): void;
  /** Whence gauges are read whenever somebody asks. */
  observe(sources: Sources): void;
}

export interface Sources {
  readonly workers: number;
  queue(): { readonly depth: number; readonly inProcess: number; readonly adds: number; readonly retries: number };
  /** Milliseconds that each key in process has been with its worker. */
  working(): readonly number[];
  watches(): readonly Watch[];
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Watch {
  /** Plural of the resource. */
  readonly kind: string;
  /** Milliseconds since anything was heard. */
  readonly silentMs: number | undefined;
  readonly lists: number;
  readonly missed: number;
}

const CONTROLLER = 'poolupgrade';
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createControllerMetrics(registry: Registry): ControllerMetrics {
  return new Machinery(registry);
}

class Machinery implements ControllerMetrics {
  private readonly results;
  private readonly errors;
  private readonly times;
  private readonly waits;
  private readonly works;
  private readonly requests;
  private readonly latencies;
  private readonly xapi;
  private readonly xapiTimes;
  private readonly conflicts;
  private readonly fencings;

  constructor(private readonly registry: Registry) {
    const histogram = <L extends string>(name: string, help: string, labelNames: L[]): Histogram<L> =>
      new Histogram({ name, help, labelNames, buckets: QUICK, registers: [registry] });
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
      new Counter({ name, help, labelNames, registers: [registry] });
    this.results = counter('controller_runtime_reconcile_total', 'Steps of objects by how they ended.', ['controller', 'result']);
    this.errors = counter('controller_runtime_reconcile_errors_total', 'Steps that failed and are repeated.', ['controller']);
    this.times = histogram('controller_runtime_reconcile_time_seconds', 'How long a step took.', ['controller']);
    this.waits = histogram('workqueue_queue_duration_seconds', 'How long a key waited once it was due.', ['name', 'controller']);
    this.works = histogram('workqueue_work_duration_seconds', 'How long a worker had a key.', ['name', 'controller']);
    this.requests = counter('rest_client_requests_total', 'Calls to the Kubernetes API by HTTP status; <error>: no answer.', [
      'code',
      'method',
    ]);
    this.latencies = histogram('rest_client_request_duration_seconds', 'How long calls to the Kubernetes API took.', ['verb']);
    this.xapi = counter('poolupgrade_xapi_requests_total', 'Calls to pools by class of method and what came of them.', [
      'method_class',
      'outcome',
    ]);
    this.xapiTimes = histogram('poolupgrade_xapi_request_duration_seconds', 'How long calls to pools took.', ['method_class']);
    this.conflicts = counter(
      'poolupgrade_status_conflicts_total',
      'Status writes that met a newer version; people edit, nothing else should.',
    );
    this.fencings = counter('poolupgrade_leader_fencing_aborts_total', 'Steps given up because the claim on the pool was lost.');
    for (const result of ['success', 'error']) this.results.inc({ controller: CONTROLLER, result }, 0);
    this.errors.inc({ controller: CONTROLLER }, 0);
  }

  taken(waitedMs: number): void {
    this.waits.observe({ name: CONTROLLER, controller: CONTROLLER }, waitedMs / 1_000);
  }

  done(tookMs: number, failed: boolean): void {
    this.works.observe({ name: CONTROLLER, controller: CONTROLLER }, tookMs / 1_000);
    this.times.observe({ controller: CONTROLLER }, tookMs / 1_000);
    this.results.inc({ controller: CONTROLLER, result: failed ? 'error' : 'success' });
    if (failed) this.errors.inc({ controller: CONTROLLER });
  }

  kubeCall({ verb, resource, status, conflict, tookMs }: ApiCall): void {
    this.requests.inc({ code: status === 0 ? '<error>' : String(status), method: METHODS[verb] ?? 'GET' });
    if (verb !== 'watch') this.latencies.observe({ verb }, tookMs / 1_000);
    if (conflict && resource.endsWith('/status')) this.conflicts.inc();
  }

  xapiCall({ class: method, outcome, tookMs }: XapiCall): void {
    this.xapi.inc({ method_class: method, outcome });
    if (method !== 'events') this.xapiTimes.observe({ method_class: method }, tookMs / 1_000);
  }

  fenced(): void {
    this.fencings.inc();
  }

  observe(sources: Sources): void {
    this.observeQueue(sources);
    this.observeWatches(sources);
  }

  private observeQueue({ workers, queue, working }: Sources): void {
    const ofController = (read: () => number): readonly Source[] => [{ labels: { controller: CONTROLLER }, read }];
    const ofQueue = (read: () => number): readonly Source[] => [{ labels: { name: CONTROLLER, controller: CONTROLLER }, read }];
    this.gauge(
      'controller_runtime_max_concurrent_reconciles',
      'Objects that can be stepped at once.',
      ofController(() => workers),
    );
    this.gauge(
      'controller_runtime_active_workers',
      'Objects that are being stepped.',
      ofController(() => queue().inProcess),
    );
    this.gauge(
      'workqueue_depth',
      'Keys that wait for a worker.',
      ofQueue(() => queue().depth),
    );
    this.gauge(
      'workqueue_unfinished_work_seconds',
      'Sum of how long workers have had their keys.',
      ofQueue(() => working().reduce((sum, ms) => sum + ms / 1_000, 0)),
    );
    this.gauge(
      'workqueue_longest_running_processor_seconds',
      'How long the longest of them has.',
      ofQueue(() => Math.max(0, ...working()) / 1_000),
    );
    this.count(
      'workqueue_adds_total',
      'Keys that were added.',
      ofQueue(() => queue().adds),
    );
    this.count(
      'workqueue_retries_total',
      'Keys that came back after a failure.',
      ofQueue(() => queue().retries),
    );
  }

  private observeWatches({ watches, now }: Sources): void {
    const kinds = [...new Set(watches().map(({ kind }) => kind))];
    const byKind = (read: (ofKind: readonly Watch[]) => number): readonly Source[] =>
      kinds.map((kind) => ({ labels: { kind }, read: () => read(watches().filter((watch) => watch.kind === kind)) }));
    const heard = (ofKind: readonly Watch[]): number => {
      const silent = Math.max(...ofKind.map(({ silentMs }) => silentMs ?? Infinity));
      return Number.isFinite(silent) ? (now() - silent) / 1_000 : 0;
    };
    const sum =
      (read: (watch: Watch) => number) =>
      (ofKind: readonly Watch[]): number =>
        ofKind.reduce((all, watch) => all + read(watch), 0);
    this.gauge(
      'poolupgrade_informer_last_event_timestamp_seconds',
      'When the most silent watch last said anything; 0: never.',
      byKind(heard),
    );
    this.count(
      'poolupgrade_informer_restarts_total',
      'How often watches began anew with a list.',
      byKind(sum(({ lists }) => Math.max(0, lists - 1))),
    );
    this.count(
      'poolupgrade_informer_missed_events_total',
      'Changes that a watch did not tell and a comparison found; must stay 0.',
      byKind(sum(({ missed }) => missed)),
    );
  }

  /** Asked whenever somebody reads the metrics. */
  private gauge(name: string, help: string, sources: readonly Source[]): void {
    const collect = function (this: Gauge): void {
      for (const { labels, read } of sources) this.set({ ...labels }, read());
    };
    new Gauge({ name, help, labelNames: labelNamesOf(sources), registers: [this.registry], collect });
  }

  /** A counter that somebody else counts. */
  private count(name: string, help: string, sources: readonly Source[]): void {
    const collect = function (this: Counter): void {
      this.reset();
      for (const { labels, read } of sources) this.inc({ ...labels }, read());
    };
    new Counter({ name, help, labelNames: labelNamesOf(sources), registers: [this.registry], collect });
  }
}

interface Source {
  readonly labels: Readonly<Record<string, string>>;
  readonly read: () => number;
}

function labelNamesOf([first]: readonly Source[]): string[] {
  return Object.keys(first?.labels ?? {});
}

const METHODS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' };

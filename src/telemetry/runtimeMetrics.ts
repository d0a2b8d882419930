// The figures of the runtime that every process of ours tells Prometheus.
import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Default gauges whose names end in `_total` break Prometheus' own rules for names. */
const ILL_NAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function collectRuntimeMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of ILL_NAMED) registry.removeSingleMetric(name);
}

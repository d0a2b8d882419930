// What Prometheus is told of the process itself: what it is, whether it leads, whether something in it broke, and the figures of its runtime.
import { Counter, Gauge, type Registry } from 'prom-client';
import { collectRuntimeMetrics } from './runtimeMetrics';

export interface ProcessMetrics {
  readonly leading: Pick<Gauge, 'set'>;
  readonly defects: Pick<Counter, 'inc'>;
}

export function createProcessMetrics(registry: Registry, version: string): ProcessMetrics {
  collectRuntimeMetrics(registry);
  const build = new Gauge({
    name: 'poolupgrade_build_info',
    help: 'Always 1; which program this is.',
    labelNames: ['version', 'nodeversion'],
    registers: [registry],
  });
  build.set({ version, nodeversion: process.version }, 1);
  const leading = new Gauge({
    name: 'leader_election_master_status',
    help: '1 while this replica leads, 0 while it waits.',
    registers: [registry],
  });
  const defects = new Counter({
    name: 'poolupgrade_defects_total',
    help: 'Errors no worker could go on from; each is a defect of the program.',
    registers: [registry],
  });
  return { leading, defects };
}

// Our operator for the job: what src/kubernetes offers, put together as the controller does. A process of its own, bundled as the product is. KUBECONFIG
// says where, XENPOOL_BENCH_GROUP which kites.
import { realClock } from '../../src/foundation/realClock';
import { systemRandom } from '../../src/foundation/systemRandom';
import { createKubernetesClient } from '../../src/kubernetes/client/client';
import { KeptCredentials } from '../../src/kubernetes/client/credentials';
import { findConfig, openConfig } from '../../src/kubernetes/client/kubeConfig';
import { WorkQueue } from '../../src/kubernetes/queue';
import { Reflector } from '../../src/kubernetes/reflector';
import { type Reconciled, runWorkers } from '../../src/kubernetes/workers';
import { writeStatus } from '../../src/kubernetes/writer';
import { createLogger } from '../../src/telemetry/logger';
import { type Kite, kitesIn, statusFor } from './kites';

const WORKERS = 8;

async function main(): Promise<void> {
  const resource = kitesIn(process.env['XENPOOL_BENCH_GROUP'] ?? '');
  const clock = realClock();
  const log = createLogger('info');
  const credentials = new KeptCredentials(clock, openConfig(findConfig({ env: process.env })).read);
  const { api } = createKubernetesClient({ credentials, clock, userAgent: 'bench-ours' });
  const queue = new WorkQueue({ clock });
  const random = systemRandom();
  const kites = new Reflector<Kite>({ api, clock, random, log, resource, onKey: (key) => queue.add(key) });

  const reconcile = async (key: string): Promise<Reconciled> => {
    const kite = kites.get(key);
    if (kite === undefined) return undefined;
    const { kind } = await writeStatus(api, resource, kite, statusFor(kite, new Date(clock.now())));
    // Someone wrote in between, and the watch will say so; should it not, it is looked at again.
    return kind === 'Conflict' ? { again: 1_000 } : undefined;
  };

  const { signal } = new AbortController();
  await Promise.all([kites.run(signal), runWorkers({ queue, count: WORKERS, reconcile, log, random }, signal)]);
}

void main();

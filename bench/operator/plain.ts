// A plain operator for the same job: the stock informer and the generated client of @kubernetes/client-node, put together as its documentation shows and a
// reasonable person would, with its restart after errors and a few tries for each write. A process of its own, bundled. KUBECONFIG and XENPOOL_BENCH_GROUP as
// for ours.
import {
  ApiException,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';
import { type Kite, NAMESPACE, statusFor } from './kites';

const RESTART_MS = 5_000;
const TRIES = 3;
const BETWEEN_TRIES_MS = 1_000;

const group = process.env['XENPOOL_BENCH_GROUP'] ?? '';
const place = { group, version: 'v1', namespace: NAMESPACE, plural: 'kites' };

const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CustomObjectsApi);

async function writeOnce(kite: Kite): Promise<void> {
  const body = { ...kite, status: statusFor(kite, new Date()) };
  await api.replaceNamespacedCustomObjectStatus({ ...place, name: kite.metadata.name, body });
}

async function reconcile(kite: Kite): Promise<void> {
  if (kite.status?.observedGeneration === kite.metadata.generation) return;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      return await writeOnce(kite);
    } catch (error) {
      // Someone wrote in between: the informer brings the newer version.
      if (error instanceof ApiException && error.code === 409) return;
      console.error(`${kite.metadata.name}, attempt ${attempt}: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }
}

type Kites = KubernetesListObject<KubernetesObject>;
const list = (): Promise<Kites> => api.listNamespacedCustomObject(place) as Promise<Kites>;
const informer = makeInformer(config, `/apis/${group}/v1/namespaces/${NAMESPACE}/kites`, list);

// Raw JSON, whatever the library's types say: times are texts.
informer.on('add', (kite) => void reconcile(kite as unknown as Kite));
informer.on('update', (kite) => void reconcile(kite as unknown as Kite));
informer.on('error', (error: unknown) => {
  console.error(`informer: ${error instanceof Error ? error.message : String(error)}; it starts again in ${RESTART_MS} ms`);
  setTimeout(() => void informer.start(), RESTART_MS);
});

void informer.start();

import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { startEmbeddedServer } from '../../../src/embedded-kubernetes/embeddedServer';
import { startCluster } from './cluster';
import { kubectlContract } from './kubectl';
import { programs } from './programs';

const { kubectl } = programs();

kubectlContract('the real API server', kubectl, () => startCluster(programs()));

kubectlContract('the embedded API server', kubectl, async () => {
  const tokens = new Map([['admintoken', { user: 'admin' }]]);
  const server = await startEmbeddedServer({ clock: realClock(), random: seededRandom(1), tokens });
  return { server: { url: server.url, ca: server.ca, token: 'admintoken' }, close: () => server.close() };
});

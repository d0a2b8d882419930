import { realClock } from '../../src/foundation/realClock';
import { seededRandom } from '../../src/foundation/random';
import { startEmbeddedServer } from '../../src/embedded-kubernetes/embeddedServer';
import { contract } from '../contract/kubernetes/contract';

contract('the embedded one', async () => {
  const tokens = new Map([['admintoken', { user: 'admin' }]]);
  const server = await startEmbeddedServer({ clock: realClock(), random: seededRandom(1), tokens });
  return { server: { url: server.url, ca: server.ca, token: 'admintoken' }, close: () => server.close() };
});

// Where both operators are measured: one real API server with the kites of each, and the bench's own hand in it, which makes kites, changes and removes
// them, counts requests by the server's own books, and can let the server crash.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { realClock } from '../../src/foundation/realClock';
import type { KubernetesApi } from '../../src/kubernetes/api';
import { createKubernetesClient, type KubernetesClient } from '../../src/kubernetes/client/client';
import { Client, type Server } from '../../test/contract/kubernetes/client';
import { type Cluster, kubeconfig, type Programs, startCluster } from '../../test/contract/real/cluster';
import { CONTESTANTS, crdOf, groupOf, kite, kitesIn, NAMESPACE } from './kites';
import { requestsIn, type RequestCount } from './requests';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Requests of ours at once: more than an operator is expected to have. */
const AT_ONCE = 16;

const kitesPath = (group: string): string => `/apis/${group}/v1/namespaces/${NAMESPACE}/kites`;

export class Field {
  readonly api: KubernetesApi;
  private readonly client: KubernetesClient;
  private readonly raw: Client;

  private constructor(
    readonly cluster: Cluster,
    private readonly folder: string,
  ) {
    const { url, ca, token } = cluster.server;
    const credentials = { server: url, tls: { ca }, headers: { authorization: `Bearer ${token}` } };
    const source = { current: () => Promise.resolve(credentials), renewed: () => Promise.resolve(credentials) };
    this.client = createKubernetesClient({ credentials: source, clock: realClock(), userAgent: 'bench' });
    this.api = this.client.api;
    this.raw = new Client(cluster.server);
  }

  /** @param folder where files of this run may be written */
  static async open(programs: Programs, folder: string): Promise<Field> {
    const field = new Field(await startCluster(programs), folder);
    for (const group of CONTESTANTS.map(groupOf)) await field.define(crdOf(group), kitesPath(group));
    return field;
  }

  get server(): Server {
    return this.cluster.server;
  }

  /** A kubeconfig for an operator. @param url where it is to find the server, if not at its own door */
  kubeconfig(url = this.server.url): string {
    const file = path.join(this.folder, `kubeconfig-${new URL(url).port}`);
    writeFileSync(file, kubeconfig({ ...this.server, url }), { mode: 0o600 });
    return file;
  }

  /** @param bytes what each holds beside the necessary */
  async plant(group: string, names: readonly string[], bytes = 0): Promise<void> {
    await inTurns(names, async (name) => void (await this.api.create(kitesIn(group), kite(group, name, bytes))));
  }

  /** Another turn for a kite: what an operator has to see. */
  async turn(group: string, name: string, turn: number): Promise<void> {
    await this.api.patch(kitesIn(group), NAMESPACE, name, { spec: { turn } });
  }

  async clear(group: string): Promise<void> {
    await this.must('DELETE', kitesPath(group));
  }

  /** What the server has counted of requests since it was started. A watch counts when it ends. */
  async requests(): Promise<readonly RequestCount[]> {
    return requestsIn(String(await this.must('GET', '/metrics')));
  }

  /** Writes of the status of kites that were tried, whatever came of them. */
  async statusWrites(group: string): Promise<number> {
    return this.count((one) => one.group === group && one.subresource === 'status');
  }

  /** Watches of kites that have ended. */
  async watches(group: string): Promise<number> {
    return this.count((one) => one.group === group && one.verb === 'WATCH');
  }

  async must(method: string, at: string, body?: unknown): Promise<unknown> {
    const answer = await this.raw.send(method, at, body);
    if (answer.code >= 300) throw new Error(`${method} ${at}: ${answer.code} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Returns when the server serves it. @param at where its objects are */
  async define(crd: object, at: string): Promise<void> {
    await this.must('POST', CRDS, crd);
    while ((await this.raw.get(at)).code !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  async close(): Promise<void> {
    this.client.close();
    await this.cluster.close();
  }

  private async count(which: (one: RequestCount) => boolean): Promise<number> {
    return (await this.requests()).filter(which).reduce((sum, { count }) => sum + count, 0);
  }
}

/** Several at once, in order. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = AT_ONCE): Promise<void> {
  const rest = items[Symbol.iterator]();
  const one = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

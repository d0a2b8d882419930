// The contract of an API server, as the operator and its users rely on it. Whoever offers one gets all of it: the same requests, the same expectations,
// whether the server is the embedded one or the real one.
import { Client, type Server } from './client';
import { CRD, CRDS, GROUP, KITES } from './kites';
import { builtinContract } from './builtins';
import { listContract } from './lists';
import { operatorContract } from './operatorResource';
import { patchContract } from './patching';
import { validationContract } from './validation';
import { watchContract } from './watching';
import { writeContract } from './writing';

/** What the parts of the contract work with. */
export class Place {
  private count = 0;
  constructor(
    readonly client: Client,
    readonly namespace: string,
  ) {}

  /** A name nobody had before. */
  name(): string {
    return `k${(this.count += 1)}`;
  }

  /** Path of the kites, or of one, or of its status. */
  kites(...rest: readonly string[]): string {
    return [`/apis/${GROUP}/v1/namespaces/${this.namespace}/kites`, ...rest].join('/');
  }

  core(...rest: readonly string[]): string {
    return [`/api/v1/namespaces/${this.namespace}`, ...rest].join('/');
  }

  async until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export interface Offered {
  readonly server: Server;
  close(): Promise<void>;
}

export function contract(name: string, offer: () => Promise<Offered>): void {
  describe(`the contract of an API server: ${name}`, () => {
    let offered: Offered;
    let place: Place;

    before(async () => {
      offered = await offer();
      const client = new Client(offered.server);
      place = new Place(client, 'contract');
      await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contract' } });
      await define(place, KITES, CRD, place.kites());
    });

    after(async () => {
      if (offered === undefined) return;
      await new Client(offered.server).delete(`${CRDS}/${CRD}`);
      await offered.close();
    });

    const here = (): Place => place;
    writeContract(here);
    validationContract(here);
    patchContract(here);
    listContract(here);
    watchContract(here);
    builtinContract(here);
    operatorContract(here);
  });
}

/** Creates a definition and waits until what it defines is served. */
export async function define(place: Place, definition: object, name: string, path: string): Promise<void> {
  const made = await place.client.post(CRDS, definition);
  if (made.code !== 201 && made.code !== 409) throw new Error(`creating ${name}: ${JSON.stringify(made.body)}`);
  await place.until(async () => ((await place.client.get(path)).code === 200 ? true : undefined));
}

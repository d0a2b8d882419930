import { expect } from 'chai';
import type { PoolUpgrade } from '../../../src/api/poolUpgrade';
import { FollowingTransport, tlsPolicyOf } from '../../../src/controller/pool/trust';
import { SECRETS } from '../../../src/kubernetes/api';
import { fingerprintOf, type TlsPolicy } from '../../../src/foundation/wire/tlsPolicy';
import { type ClosableTransport, type XapiResponse } from '../../../src/xenapi/transport';
import { XapiError } from '../../../src/xenapi/error';
import { parseManifest } from '../../../src/api/manifest';
import { schemaValidator } from '../../../src/api/schema';
import { HEAD } from '../../api/sample';
import { inStore, type InStore } from '../../kubernetes/inStore';
import { FakePool, clientOf, inVirtualTime, rejection, virtualClock } from '../../xenapi/fakePool';

const [PIN, OTHER] = ['AA'.repeat(32), 'BB'.repeat(32)] as const;
const MASTER = 'https://10.0.0.1';

function manifest(tls: string): PoolUpgrade {
  const text = HEAD.replace('metadata: {name: rack7}', 'metadata: {name: rack7, namespace: a}').replace(
    '  target:',
    `    tls: ${tls}\n  target:`,
  );
  const result = parseManifest(text, schemaValidator());
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.manifest;
}

function secret(pem: string): never {
  const data = { 'ca.crt': Buffer.from(pem).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pool-ca', namespace: 'a' }, data } as never;
}

describe('what the manifest trusts', () => {
  let cluster: InStore;

  beforeEach(() => {
    cluster = inStore();
  });

  const policy = (tls: string): Promise<TlsPolicy> => cluster.run(tlsPolicyOf(cluster.store, manifest(tls)));

  it('is the system roots, TLS 1.2 and no clear text unless it says otherwise', async () => {
    expect(await policy('{}')).to.deep.equal({ trust: { kind: 'SystemRoots' }, minVersion: 'TLSv1.2', allowPlaintext: false });
    expect(await policy('{minVersion: TLSv1, allowPlaintext: true}')).to.include({ minVersion: 'TLSv1', allowPlaintext: true });
  });

  it('is every fingerprint, in whatever spelling', async () => {
    const { trust } = await policy(`{fingerprints: ["${fingerprintOf(PIN)}", "${OTHER}"]}`);
    expect(trust).to.deep.equal({ kind: 'Fingerprints', sha256: new Set([fingerprintOf(PIN), fingerprintOf(OTHER)]) });
  });

  it('is whatever comes only by an explicit word', async () => {
    expect((await policy('{insecureSkipVerify: true}')).trust).to.deep.equal({ kind: 'Unverified' });
  });

  it('is the bundle in a Secret; a missing Secret or key is named', async () => {
    const tls = '{caBundleRef: {name: pool-ca, key: ca.crt}}';
    const missing = (await rejection(policy(tls))) as XapiError;
    expect(missing).to.be.instanceOf(XapiError).with.property('kind', 'Untrusted');
    expect(missing.message).to.match(/caBundleRef: there is no Secret pool-ca in namespace a; it must hold PEM/);
    await cluster.run(cluster.store.create(SECRETS, secret('PEM')));
    expect((await policy(tls)).trust).to.deep.equal({ kind: 'CaBundle', pem: 'PEM' });
    const noKey = (await rejection(policy('{caBundleRef: {name: pool-ca, key: other}}'))) as XapiError;
    expect(noKey.message).to.contain('Secret pool-ca has no key other');
  });
});

/** A transport that notes by which policy each call went, what it learnt and whether it was closed. */
class Noted implements ClosableTransport {
  readonly taught: string[] = [];
  closed = false;
  readonly trust?: (host: string, fingerprint: string) => void;

  constructor(
    readonly policy: TlsPolicy,
    private readonly pool: FakePool,
  ) {
    if (policy.trust.kind === 'Fingerprints') this.trust = (host, print) => void this.taught.push(`${host} ${print}`);
  }

  post(...args: Parameters<ClosableTransport['post']>): Promise<XapiResponse> {
    return this.pool.post(...args);
  }

  get(...args: Parameters<ClosableTransport['get']>): Promise<XapiResponse> {
    return this.pool.get(...args);
  }

  close(): void {
    this.closed = true;
  }
}

describe('the transport that follows what is trusted', () => {
  let pool: FakePool;
  let opened: Noted[];
  let transport: FollowingTransport;

  beforeEach(() => {
    pool = new FakePool(MASTER).on('host.get_all', () => ({ value: [] }));
    opened = [];
    transport = new FollowingTransport((policy) => {
      const noted = new Noted(policy, pool);
      opened.push(noted);
      return noted;
    });
  });

  const pins = (...sha256: string[]): TlsPolicy => ({
    trust: { kind: 'Fingerprints', sha256: new Set(sha256.map(fingerprintOf)) },
    minVersion: 'TLSv1.2',
    allowPlaintext: false,
  });

  it('stays with its connections while the policy says the same, and closes them when it says something else', () => {
    transport.follow(pins(PIN));
    transport.follow(pins(PIN));
    expect(opened).to.have.length(1);
    transport.follow(pins(PIN, OTHER));
    transport.follow({ ...pins(PIN, OTHER), minVersion: 'TLSv1' });
    transport.follow({ ...pins(PIN), trust: { kind: 'CaBundle', pem: 'one' } });
    transport.follow({ ...pins(PIN), trust: { kind: 'CaBundle', pem: 'two' } });
    expect(opened.map(({ closed }) => closed)).to.deep.equal([true, true, true, true, false]);
    transport.close();
    expect(opened.at(-1)?.closed).to.equal(true);
  });

  it('keeps what was learnt through a change of the pins, and teaches it to nobody who does not pin', () => {
    expect(transport.trust).to.equal(undefined);
    transport.follow(pins(PIN));
    transport.trust?.('https://10.0.0.2', OTHER);
    transport.follow(pins(PIN, 'CC'.repeat(32)));
    expect(opened.map(({ taught }) => taught)).to.deep.equal([[`https://10.0.0.2 ${OTHER}`], [`https://10.0.0.2 ${OTHER}`]]);
    transport.follow({ ...pins(), trust: { kind: 'SystemRoots' } });
    expect(transport.trust).to.equal(undefined);
  });

  it('sends nothing before somebody has said what is trusted', () => {
    expect(() => transport.post(MASTER, '/', '', new AbortController().signal)).to.throw(/before a login/);
    expect(opened).to.deep.equal([]);
  });

  it('trusts by an edited manifest at the next login, not before', async () => {
    const clock = virtualClock();
    let policy = pins(PIN);
    const client = clientOf(pool, clock, {
      transport,
      endpoints: [MASTER],
      credentials: () => {
        transport.follow(policy);
        return Promise.resolve({ username: 'root', password: 'correct horse' });
      },
    });
    const look = (): Promise<unknown> => inVirtualTime(clock, client.call('host.get_all', []));
    await look();
    policy = pins(PIN, OTHER);
    await look();
    expect(opened).to.have.length(1);
    pool.forgetSessions();
    await look();
    expect(opened.map(({ policy: { trust } }) => trust)).to.deep.equal([pins(PIN).trust, policy.trust]);
  });
});

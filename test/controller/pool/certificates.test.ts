import { expect } from 'chai';
import { CertificateLearner } from '../../../src/controller/pool/certificates';
import { silentLog } from '../../../src/foundation/log';
import { seededRandom } from '../../../src/foundation/random';
import type { VirtualClock } from '../../../src/foundation/virtualClock';
import type { Host, Pool } from '../../../src/plan/pool';
import { type Certificate, createAuthority } from '../../../src/simulator/servers/certificates';
import type { XapiClient } from '../../../src/xenapi/client';
import { FakePool, clientOf, inVirtualTime, virtualClock } from '../../xenapi/fakePool';
import { records } from './records';

const METHOD = 'host.get_server_certificate';

function hostOf(uuid: string, more: Partial<Host> = {}): Host {
  const version = { release: { brand: 'XCP-ng', version: '8.2.1' } } as Host['version'];
  const address = `10.0.0.${uuid.slice(1)}`;
  const base = { uuid, name: uuid, address, master: false, enabled: true, live: true, version, bootTime: 1 };
  return { ...base, agentStartTime: '100.', ...more };
}

const MASTER = hostOf('h1', { master: true });

describe('learning the certificates of members', () => {
  let certificate: Certificate;
  let clock: VirtualClock;
  let pool: FakePool;
  let client: XapiClient;
  let learner: CertificateLearner;
  let taught: string[];

  before(() => {
    certificate = createAuthority(seededRandom(3), Date.UTC(2026, 0, 1)).issue('10.0.0.2');
  });

  beforeEach(async () => {
    clock = virtualClock();
    taught = [];
    pool = new FakePool('https://10.0.0.1')
      .on(METHOD, () => ({ value: certificate.cert }))
      .on('host.get_all', () => ({ value: [] }));
    const trust = (host: string, fingerprint: string): void => void taught.push(`${host} ${fingerprint}`);
    await connect(Object.assign(pool, { trust }));
  });

  const connect = async (transport: FakePool): Promise<void> => {
    client = clientOf(pool, clock, { transport });
    learner = new CertificateLearner(client, silentLog);
    await inVirtualTime(clock, client.call('host.get_all', []));
  };
  const look = (...hosts: Host[]): Promise<void> => {
    const rows = Object.fromEntries(hosts.map(({ uuid }) => [`OpaqueRef:${uuid}`, { uuid }]));
    return inVirtualTime(clock, learner.look({ hosts } as unknown as Pool, records({ host: rows })));
  };
  const asked = (): unknown[] => pool.seen.filter(({ method }) => method === METHOD).map(({ params }) => params[0]);

  it('asks the master once a start of each member, and never about itself', async () => {
    await look(MASTER, hostOf('h2'), hostOf('h3'));
    await look(MASTER, hostOf('h2'), hostOf('h3'));
    expect(asked()).to.deep.equal(['OpaqueRef:h2', 'OpaqueRef:h3']);
    expect(taught).to.deep.equal([`https://10.0.0.2 ${certificate.fingerprint}`, `https://10.0.0.3 ${certificate.fingerprint}`]);
    await look(MASTER, hostOf('h2', { agentStartTime: '200.' }), hostOf('h3'));
    expect(asked()).to.deep.equal(['OpaqueRef:h2', 'OpaqueRef:h3', 'OpaqueRef:h2']);
  });

  it('does not ask about a member that is away, and does when it is back', async () => {
    await look(MASTER, hostOf('h2', { live: false }));
    expect(asked()).to.deep.equal([]);
    await look(MASTER, hostOf('h2'));
    expect(taught).to.have.length(1);
  });

  it('asks a release that cannot tell once a login', async () => {
    pool.on(METHOD, () => ({ refuse: ['MESSAGE_METHOD_UNKNOWN', METHOD] }));
    for (let count = 0; count < 3; count++) await look(MASTER, hostOf('h2'), hostOf('h3'));
    expect(asked()).to.have.length(1);
    pool.forgetSessions();
    await inVirtualTime(clock, client.call('host.get_all', []));
    pool.on(METHOD, () => ({ value: certificate.cert }));
    await look(MASTER, hostOf('h2'), hostOf('h3'));
    expect(taught).to.have.length(2);
  });

  it('tries again at the next look what failed, and lets one that fails keep nobody else waiting', async () => {
    const broken = [{ refuse: ['INTERNAL_ERROR', 'no file'] }, { value: 'no certificate' }];
    for (const behaviour of broken) {
      pool.on(METHOD, ([ref]) => (ref === 'OpaqueRef:h2' ? behaviour : { value: certificate.cert }));
      await look(MASTER, hostOf('h2'), hostOf('h3'));
      expect(taught).to.deep.equal([`https://10.0.0.3 ${certificate.fingerprint}`]);
    }
    pool.on(METHOD, () => ({ value: certificate.cert }));
    await look(MASTER, hostOf('h2'), hostOf('h3'));
    expect(taught).to.have.length(2);
  });

  it('asks nobody else when the master does not answer', async () => {
    pool.on(METHOD, () => 'silence');
    await look(MASTER, hostOf('h2'), hostOf('h3'));
    expect(asked()).to.deep.equal(['OpaqueRef:h2']);
  });

  it('asks nobody where certificates are not pinned', async () => {
    await connect(Object.assign(pool, { trust: undefined }));
    await look(MASTER, hostOf('h2'));
    expect(asked()).to.deep.equal([]);
  });
});

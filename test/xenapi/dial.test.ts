import { expect } from 'chai';
import type { VirtualClock } from '../../src/foundation/virtualClock';
import { XapiError } from '../../src/xenapi/error';
import { TransportFailure, type XapiResponse } from '../../src/xenapi/transport';
import { FakePool, clientOf, inVirtualTime, rejection, virtualClock } from './fakePool';

const MASTER = 'https://10.0.0.1';
const MEMBER = 'https://10.0.0.2';
const FINGERPRINT = 'AA:BB';
const PROBE = 'system.listMethods';

let clock: VirtualClock;
let pool: FakePool;

function setUp(): void {
  clock = virtualClock();
  pool = new FakePool(MASTER).on('host.get_all', () => ({ value: ['OpaqueRef:h'] })).on('host.disable', () => ({ value: '' }));
}

async function xapiError(work: Promise<unknown>): Promise<XapiError> {
  const error = await rejection(inVirtualTime(clock, work));
  expect(error).to.be.instanceOf(XapiError);
  return error as XapiError;
}

describe('what a host speaks', () => {
  beforeEach(setUp);

  const connect = (endpoints = [MASTER]): ReturnType<typeof clientOf> => clientOf(pool, clock, { dialect: 'auto', endpoints });
  const look = (client: ReturnType<typeof clientOf>): Promise<unknown> => inVirtualTime(clock, client.call('host.get_all', []));
  const probes = (origin = MASTER): number => pool.seen.filter((call) => call.method === PROBE && call.origin === origin).length;

  const jsonless: readonly (readonly [string, XapiResponse])[] = [
    ['404 with a page', { status: 404, contentType: 'text/html', body: '<html>no such thing</html>' }],
    ['500 with a page', { status: 500, contentType: 'text/html', body: '<html>internal error</html>' }],
    [
      'an XML envelope',
      { status: 200, contentType: 'text/xml', body: '<?xml version="1.0"?><methodResponse><params></params></methodResponse>' },
    ],
    ['nothing', { status: 200, contentType: '', body: '' }],
    ['JSON that is no JSON-RPC', { status: 200, contentType: 'application/json', body: '["hello"]' }],
  ];
  for (const [what, answer] of jsonless)
    it(`is XML where JSON is answered with ${what}, asked once for many calls`, async () => {
      pool.withoutJson.set(MASTER, answer);
      const client = connect();
      for (let count = 0; count < 3; count++) expect(await look(client)).to.deep.equal(['OpaqueRef:h']);
      expect(await look(client.sibling())).to.deep.equal(['OpaqueRef:h']);
      expect(probes()).to.equal(1);
    });

  it('is JSON where it is answered, asked once and anew after a lost session', async () => {
    const client = connect();
    await look(client);
    await look(client);
    expect(probes()).to.equal(1);
    pool.forgetSessions();
    await look(client);
    expect([probes(), client.logins]).to.deep.equal([2, 2]);
  });

  it('is told no password by the question, and is not asked where it is given', async () => {
    await look(connect());
    expect(pool.seen.find((call) => call.method === PROBE)?.params).to.deep.equal([]);
    pool.seen.length = 0;
    await look(clientOf(pool, clock, { dialect: 'xml' }));
    expect(probes()).to.equal(0);
  });

  it('is found out anew for a host that was put back into a release without JSON, and no session is left behind', async () => {
    const client = connect();
    await look(client);
    pool.withoutJson.set(MASTER, jsonless[0]![1]);
    expect((await xapiError(client.call('host.get_all', []))).kind).to.equal('Protocol');
    expect(await look(client)).to.deep.equal(['OpaqueRef:h']);
    expect(probes()).to.equal(2);
  });

  it('is found out anew for a member that was put back and then became master', async () => {
    const client = connect([MEMBER, MASTER]);
    await look(client);
    expect(probes(MEMBER)).to.equal(1);
    pool.withoutJson.set(MEMBER, jsonless[0]![1]);
    pool.master = MEMBER;
    pool.broken.set(MASTER, 'Refused');
    await xapiError(client.call('host.get_all', []));
    expect(await look(client)).to.deep.equal(['OpaqueRef:h']);
    expect(client.master).to.equal(MEMBER);
  });

  it('does not cost a session when one answer is no answer', async () => {
    const client = connect();
    await look(client);
    pool.on('host.get_all', () => ({ raw: { status: 200, contentType: 'text/html', body: '<html/>' } }));
    for (let count = 0; count < 5; count++) expect((await xapiError(client.call('host.get_all', []))).kind).to.equal('Protocol');
    expect(pool.liveSessions()).to.be.at.most(1);
  });
});

describe('a master that a member names at first contact', () => {
  beforeEach(setUp);

  const connect = (endpoints = [MEMBER]): ReturnType<typeof clientOf> => clientOf(pool, clock, { dialect: 'json', endpoints });
  const look = (client = connect()): Promise<unknown> => inVirtualTime(clock, client.call('host.get_all', []));

  it('is believed when both are hosts of its pool, by address, by name in any case, or by the IP address that answered', async () => {
    expect(await look()).to.deep.equal(['OpaqueRef:h']);
    pool.addresses = ['10.0.0.1', 'XS-02.Example'];
    expect(await look(connect(['https://xs-02.example']))).to.deep.equal(['OpaqueRef:h']);
    pool.addresses = ['10.0.0.1', '10.0.0.2'];
    pool.peers.set('https://alias.example', '10.0.0.2');
    expect(await look(connect(['https://alias.example']))).to.deep.equal(['OpaqueRef:h']);
  });

  it('is refused, and the session with it ended, when the member is none of its pool', async () => {
    pool.addresses = ['10.0.0.1', '10.0.0.7'];
    const error = await xapiError(connect().call('host.get_all', []));
    expect(error).to.include({ kind: 'NotMaster', maybeDelivered: false });
    expect(error.message).to.match(
      /10\.0\.0\.2 names .*10\.0\.0\.1.*no host at https:\/\/10\.0\.0\.2;.*address that the pool itself records/,
    );
    expect(pool.liveSessions()).to.equal(0);
    expect(pool.methods()).to.include('session.logout');
  });

  it('is refused when it is none of the hosts it tells of itself', async () => {
    pool.addresses = ['10.0.0.2'];
    expect((await xapiError(connect().call('host.get_all', []))).message).to.contain('no host at https://10.0.0.1');
    expect(pool.liveSessions()).to.equal(0);
  });

  it('is asked by older calls where a release has no records to give', async () => {
    const refs: Readonly<Record<string, string>> = { 'OpaqueRef:h': '10.0.0.1', 'OpaqueRef:i': '10.0.0.2' };
    pool.on('host.get_all_records', () => ({ refuse: ['MESSAGE_METHOD_UNKNOWN', 'host.get_all_records'] }));
    pool.on('host.get_all', () => ({ value: Object.keys(refs) }));
    pool.on('host.get_address', ([ref]) => ({ value: refs[ref as string] }));
    expect(await look()).to.deep.equal(Object.keys(refs));
  });

  it('is refused, not believed and not fatal, when its records are nonsense', async () => {
    for (const value of [{}, { a: {} }, { a: { address: '' } }, JSON.parse('{"__proto__":null}') as object]) {
      pool.on('host.get_all_records', () => ({ value }));
      expect((await xapiError(connect().call('host.get_all', []))).kind).to.equal('NotMaster');
    }
  });

  it('has the credentials to itself: nobody else was told them but the endpoint', async () => {
    await look();
    const told = pool.seen.filter((call) => call.method === 'session.login_with_password').map((call) => call.origin);
    expect(told).to.deep.equal([MEMBER, MASTER]);
  });
});

describe('sessions of siblings', () => {
  beforeEach(setUp);

  it('end with the session of the client', async () => {
    const client = clientOf(pool, clock);
    const siblings = [client.sibling(), client.sibling()];
    for (const one of [client, ...siblings]) await inVirtualTime(clock, one.call('host.get_all', []));
    expect(pool.liveSessions()).to.equal(3);
    await inVirtualTime(clock, client.logout());
    expect(pool.liveSessions()).to.equal(0);
  });
});

describe('a certificate that is not trusted', () => {
  beforeEach(setUp);

  const untrusted = (...origins: string[]): void => {
    const post = pool.post.bind(pool);
    pool.post = (origin, path, body, signal) =>
      origins.includes(origin)
        ? Promise.reject(new TransportFailure('Untrusted', origin, 'another certificate', FINGERPRINT))
        : post(origin, path, body, signal);
  };

  it('of the master is what the error is about, with its fingerprint, whatever the members say', async () => {
    const client = clientOf(pool, clock, { endpoints: [MEMBER, MASTER] });
    await inVirtualTime(clock, client.call('host.get_all', []));
    untrusted(MASTER);
    const error = await xapiError(client.call('host.disable', ['OpaqueRef:h']));
    expect(error).to.include({ kind: 'Untrusted', maybeDelivered: false });
    expect(error.params).to.deep.equal([FINGERPRINT]);
  });

  it('of the only host there is at first contact is what the error is about', async () => {
    untrusted(MASTER);
    const error = await xapiError(clientOf(pool, clock).call('host.get_all', []));
    expect([error.kind, ...error.params]).to.deep.equal(['Untrusted', FINGERPRINT]);
  });

  it('of a member says nothing about a master that is silent', async () => {
    const client = clientOf(pool, clock, { endpoints: [MASTER, MEMBER] });
    await inVirtualTime(clock, client.call('host.get_all', []));
    pool.broken.set(MASTER, 'Unreachable');
    untrusted(MEMBER);
    expect((await xapiError(client.call('host.get_all', []))).kind).to.equal('Transport');
  });
});

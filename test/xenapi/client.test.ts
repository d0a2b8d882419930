import { expect } from 'chai';
import type { VirtualClock } from '../../src/foundation/virtualClock';
import { XapiError } from '../../src/xenapi/error';
import { FakePool, PASSWORD, clientOf, inVirtualTime, rejection, virtualClock } from './fakePool';

const MASTER = 'https://10.0.0.1';
const MEMBER = 'https://10.0.0.2';
const OTHER = 'https://10.0.0.3';

async function xapiError(clock: VirtualClock, work: Promise<unknown>): Promise<XapiError> {
  const error = await rejection(inVirtualTime(clock, work));
  expect(error).to.be.instanceOf(XapiError);
  return error as XapiError;
}

for (const dialect of ['json', 'xml'] as const)
  describe(`XenAPI client over ${dialect}`, () => {
    let clock: VirtualClock;
    let pool: FakePool;

    beforeEach(() => {
      clock = virtualClock();
      pool = new FakePool(MASTER)
        .on('host.get_all', () => ({ value: ['OpaqueRef:h'] }))
        .on('host.disable', () => ({ value: '' }));
    });

    const connect = (more: Parameters<typeof clientOf>[2] = {}): ReturnType<typeof clientOf> =>
      clientOf(pool, clock, { dialect, ...more });

    it('logs in when first needed, once for calls at the same time', async () => {
      const client = connect();
      expect(pool.seen).to.deep.equal([]);
      const both = await inVirtualTime(clock, Promise.all([client.call('host.get_all', []), client.call('host.get_all', [])]));
      expect(both).to.deep.equal([['OpaqueRef:h'], ['OpaqueRef:h']]);
      expect(pool.methods()).to.deep.equal(['session.login_with_password', 'host.get_all', 'host.get_all']);
    });

    it('logs in with fewer parameters where the release takes fewer', async () => {
      for (const count of [3, 2]) {
        pool.loginParameters = count;
        expect(await inVirtualTime(clock, connect().call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
        expect(pool.seen.at(-2)?.params).to.have.length(count);
      }
    });

    it('follows a member to its master at first contact, keeping scheme and port, and goes there at once later', async () => {
      pool.master = 'http://10.0.0.1:8080';
      const client = connect({ endpoints: ['http://10.0.0.2:8080'] });
      await inVirtualTime(clock, client.call('host.get_all', []));
      expect(client.master).to.equal('http://10.0.0.1:8080');
      pool.forgetSessions();
      pool.seen.length = 0;
      await inVirtualTime(clock, client.call('host.get_all', []));
      expect(pool.seen.map((call) => call.origin)).to.not.include('http://10.0.0.2:8080');
    });

    it('follows a member that names an IPv6 address', async () => {
      pool.master = 'https://[fd00::1]';
      const client = connect({ endpoints: [MEMBER] });
      await inVirtualTime(clock, client.call('host.get_all', []));
      expect(client.master).to.equal('https://[fd00::1]');
    });

    it('asks the next endpoint when one does not answer', async () => {
      pool.broken.set(OTHER, 'Unreachable');
      const client = connect({ endpoints: [OTHER, MASTER] });
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
    });

    it('takes a host that is still booting for one that is not ready, and finds it when it is', async () => {
      const client = connect({ endpoints: [MASTER] });
      pool.on('session.login_with_password', () => ({ refuse: ['HOST_STILL_BOOTING'] }));
      const error = await xapiError(clock, client.call('host.get_all', []));
      expect(error).to.include({ kind: 'NotReady', maybeDelivered: false });
      pool.handlers.delete('session.login_with_password');
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
    });

    it('finds the new master when the recorded one is gone and another host was made master', async () => {
      const client = connect({ endpoints: [MASTER, MEMBER] });
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.broken.set(MASTER, 'Refused');
      pool.master = MEMBER;
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
      expect(client.master).to.equal(MEMBER);
    });

    it('gives no credentials to a later master nobody configured or recorded, and does when it is recorded', async () => {
      const client = connect({ endpoints: [MASTER, MEMBER] });
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.broken.set(MASTER, 'Refused');
      pool.master = OTHER;
      const error = await xapiError(clock, client.call('host.get_all', []));
      expect(error.message).to.match(/10\.0\.0\.3.*not known to belong to this pool/);
      expect(pool.seen.map((call) => call.origin)).to.not.include(OTHER);
      client.recordAddresses(['10.0.0.3', '']);
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
    });

    it('says what each host answered when the master is dead and a member still names it', async () => {
      pool.broken.set(MASTER, 'Unreachable');
      const error = await xapiError(clock, connect({ endpoints: [MEMBER] }).call('host.get_all', []));
      expect(error).to.include({ kind: 'Transport', maybeDelivered: false });
      expect(error.message)
        .to.match(/10\.0\.0\.2 is a member and names https:\/\/10\.0\.0\.1/)
        .and.match(/Unreachable/);
      expect(pool.seen.filter((call) => call.origin === MASTER)).to.have.length(1);
    });

    it('stops at the first host that refuses the credentials', async () => {
      const credentials = (): Promise<{ username: string; password: string }> =>
        Promise.resolve({ username: 'root', password: 'battery staple' });
      const error = await xapiError(clock, connect({ endpoints: [MASTER, MEMBER], credentials }).call('host.get_all', []));
      expect(error).to.include({ kind: 'Credentials', code: 'SESSION_AUTHENTICATION_FAILED', maybeDelivered: false });
      expect(pool.seen).to.have.length(1);
      expect(error.message).to.not.include('battery staple');
    });

    it('logs in again after SESSION_INVALID and repeats a call that only looks', async () => {
      const client = connect();
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.forgetSessions();
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
      expect(client.logins).to.equal(2);
    });

    it('keeps a new session when word of the old one being gone comes late', async () => {
      const client = connect();
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.forgetSessions();
      const post = pool.post.bind(pool);
      pool.post = async (origin, path, body, signal) => {
        const response = await post(origin, path, body, signal);
        if (body.includes('session-1') && body.includes('host.get_record'))
          await new Promise<void>((resolve) => clock.after(100, resolve));
        return response;
      };
      pool.on('host.get_record', () => ({ value: {} }));
      const late = client.call('host.get_record', ['OpaqueRef:h']);
      await inVirtualTime(clock, Promise.all([client.call('host.get_all', []), late]));
      expect(client.logins).to.equal(2);
      expect(clock.monotonic()).to.equal(100);
    });

    it('does not repeat a changing call after SESSION_INVALID, and says that it was not delivered', async () => {
      const client = connect();
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.forgetSessions();
      const error = await xapiError(clock, client.call('host.disable', ['OpaqueRef:h']));
      expect(error).to.include({ kind: 'Session', maybeDelivered: false, repeatable: true });
      expect(pool.methods().filter((method) => method === 'host.disable')).to.have.length(1);
      await inVirtualTime(clock, client.call('host.disable', ['OpaqueRef:h']));
      expect(client.logins).to.equal(2);
    });

    it('repeats a look over a broken connection once, and a change never', async () => {
      const client = connect();
      let failures = 1;
      pool.on('host.get_all', () => (failures-- > 0 ? { fail: 'Reset' } : { value: ['OpaqueRef:h'] }));
      pool.on('host.disable', () => ({ fail: 'Reset' }));
      expect(await inVirtualTime(clock, client.call('host.get_all', []))).to.deep.equal(['OpaqueRef:h']);
      failures = 2;
      expect(await xapiError(clock, client.call('host.get_all', []))).to.include({ kind: 'Transport', transport: 'Reset' });
      const error = await xapiError(clock, client.call('host.disable', ['OpaqueRef:h']));
      expect(error).to.include({ kind: 'Transport', maybeDelivered: true, repeatable: false });
      expect(pool.methods().filter((method) => method === 'host.disable')).to.have.length(1);
    });

    it('says of a changing call that nobody listened to that it was not delivered', async () => {
      const client = connect();
      await inVirtualTime(clock, client.call('host.get_all', []));
      for (const failure of ['Refused', 'Unreachable'] as const) {
        pool.broken.set(MASTER, failure);
        expect(await xapiError(clock, client.call('host.disable', ['OpaqueRef:h']))).to.include({
          kind: 'Transport',
          maybeDelivered: false,
        });
      }
    });

    it('ends a call at its deadline, and without one after a minute', async () => {
      const client = connect();
      pool.on('host.get_all', () => 'silence');
      await xapiError(clock, client.call('host.get_all', [], { deadlineMs: 5_000 }));
      expect(clock.monotonic()).to.equal(5_000);
      const error = await xapiError(clock, client.call('host.get_all', []));
      expect(error).to.include({ kind: 'Transport', maybeDelivered: true, transport: 'TimedOut' });
      expect(clock.monotonic()).to.equal(65_000);
    });

    it('ends a call when its caller gives up', async () => {
      const client = connect();
      pool.on('host.get_all', () => 'silence');
      const caller = new AbortController();
      clock.after(1_000, () => caller.abort());
      await xapiError(clock, client.call('host.get_all', [], { signal: caller.signal }));
      expect(clock.monotonic()).to.equal(1_000);
    });

    it('announces each session before its first changing call, and never for looking', async () => {
      const announced: string[] = [];
      const client = connect({
        onLogin: (uuid) => {
          announced.push(`${uuid} after ${pool.methods().filter((method) => method === 'host.disable').length}`);
          return Promise.resolve();
        },
      });
      await inVirtualTime(clock, client.call('host.get_all', []));
      expect(announced).to.deep.equal([]);
      const disable = (): Promise<unknown> => client.call('host.disable', ['OpaqueRef:h']);
      await inVirtualTime(clock, Promise.all([disable(), disable()]));
      expect(announced).to.deep.equal(['uuid-of-session-1 after 0']);
      pool.forgetSessions();
      await inVirtualTime(clock, client.call('host.get_all', []));
      await inVirtualTime(clock, disable());
      expect(announced).to.deep.equal(['uuid-of-session-1 after 0', 'uuid-of-session-2 after 2']);
    });

    it('sends no changing call when the session could not be announced, and tries again at the next', async () => {
      let lost = true;
      const client = connect({ onLogin: () => (lost ? Promise.reject(new Error('claim lost')) : Promise.resolve()) });
      const error = await rejection(inVirtualTime(clock, client.call('host.disable', ['OpaqueRef:h'])));
      expect(error).to.have.property('message', 'claim lost');
      expect(pool.methods()).to.not.include('host.disable');
      lost = false;
      await inVirtualTime(clock, client.call('host.disable', ['OpaqueRef:h']));
      expect(pool.methods()).to.include('host.disable');
    });

    it('logs out its own session, and another by its uuid', async () => {
      const [first, second] = [connect(), connect()];
      await inVirtualTime(clock, Promise.all([first.call('host.get_all', []), second.call('host.get_all', [])]));
      expect(await inVirtualTime(clock, second.logoutByUuid('uuid-of-session-1'))).to.equal('LoggedOut');
      expect(await inVirtualTime(clock, second.logoutByUuid('uuid-of-session-1'))).to.equal('NotFound');
      expect(pool.liveSessions()).to.equal(1);
      await inVirtualTime(clock, second.logout());
      expect(pool.liveSessions()).to.equal(0);
      await inVirtualTime(clock, second.logout());
    });

    it('gives a sibling a session of its own and the master already found', async () => {
      const client = connect({ endpoints: [MEMBER] });
      await inVirtualTime(clock, client.call('host.get_all', []));
      pool.seen.length = 0;
      await inVirtualTime(clock, client.sibling().call('host.get_all', []));
      expect(pool.seen.map((call) => call.origin)).to.deep.equal([MASTER, MASTER]);
      expect(pool.liveSessions()).to.equal(2);
    });

    it('adds the session to a GET and shows it to nobody', async () => {
      const client = connect();
      expect(await inVirtualTime(clock, client.get('/pool/xmldbdump'))).to.equal('<database/>');
      expect(pool.gets).to.deep.equal([`${MASTER}/pool/xmldbdump?session_id=OpaqueRef%3Asession-1`]);
      pool.broken.set(MASTER, 'TimedOut');
      const error = await xapiError(clock, client.get('/pool/xmldbdump'));
      expect(`${error.message} ${String(error.cause)}`).to.not.include('session-1');
    });

    it('takes HTTP 5xx for a server that is starting, other nonsense for a protocol error', async () => {
      const client = connect();
      pool.on('host.get_all', () => ({ raw: { status: 503, contentType: 'text/html', body: '<html/>' } }));
      expect(await xapiError(clock, client.call('host.get_all', []))).to.include({ kind: 'Transport', maybeDelivered: true });
      pool.on('host.get_all', () => ({ raw: { status: 200, contentType: 'text/html', body: '<html>hello</html>' } }));
      expect(await xapiError(clock, client.call('host.get_all', []))).to.include({ kind: 'Protocol' });
    });

    it('shows neither session nor password in any error', async () => {
      const client = connect();
      const secrets = ['OpaqueRef:session-1', PASSWORD];
      pool.on('host.get_all', () => ({ refuse: ['INTERNAL_ERROR', `called with (${secrets.join(', ')})`] }));
      pool.on('host.disable', () => ({ refuse: ['SESSION_INVALID', 'OpaqueRef:session-1'] }));
      for (const [method, params] of [
        ['host.get_all', []],
        ['host.disable', ['OpaqueRef:h']],
      ] as const) {
        const error = await xapiError(clock, client.call(method, params));
        for (const secret of secrets)
          expect(`${error.message} ${error.params.join(' ')} ${String(error.cause)}`).to.not.include(secret);
      }
    });

    it('gives an answer that did not change as the object it was', async () => {
      const client = connect();
      const first = await inVirtualTime(clock, client.poll('host.get_all', [], undefined));
      expect(await inVirtualTime(clock, client.poll('host.get_all', [], first))).to.equal(first);
      pool.on('host.get_all', () => ({ value: [] }));
      expect((await inVirtualTime(clock, client.poll('host.get_all', [], first))).value).to.deep.equal([]);
    });
  });

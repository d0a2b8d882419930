// A script written with XenAPI.py, the library of XenServer's own administrators, on a simulated pool.
import { expect } from 'chai';
import { ServedPool, type Step, stepOf } from './peers';

/** Set by `.ci/peers.mjs`, which installs the library there. */
const PYTHON = process.env['XENPOOL_PEERS_PYTHON'] ?? 'python3';

describe('a script with XenAPI.py', () => {
  let pool: ServedPool;
  let steps: ReadonlyMap<string, Step>;
  const happened = (name: string): Step => stepOf(steps, name);
  before(async () => {
    pool = await ServedPool.start('--hosts', '3', '--vms', '12', '--pace', '100');
    steps = await pool.visit(PYTHON, ['stranger.py']);
  });
  after(() => pool?.stop());

  it('is kept out with a wrong password, and trusts the certificate by its authority alone', () => {
    expect(happened('wrong password')['refused']).to.deep.equal([
      'SESSION_AUTHENTICATION_FAILED',
      'root',
      'Authentication failure',
    ]);
    expect(happened('without the authority')['refused']).to.match(/unable to get local issuer/);
  });

  it('is sent by a member to the master, and gets in there', () => {
    const address = new URL(pool.ready.pool.endpoints[0]!).hostname;
    expect(happened('member')).to.deep.equal({ refused: ['HOST_IS_SLAVE', address], hosts: 3 });
  });

  it('lists hosts and guests', () => {
    const addresses = pool.ready.pool.endpoints.map((origin) => new URL(origin).hostname);
    const { addresses: listed, master, guests, running, residents, same, kinds } = happened('list');
    expect({ listed, master, guests, same }).to.deep.equal({ listed: addresses, master: addresses[0], guests: 12, same: true });
    expect(residents).to.equal(running);
    // Integers of 64 bits travel as digits.
    expect(kinds).to.deep.equal(['str']);
  });

  it('is refused in the words of a real pool', () => {
    const { vm, refused } = happened('start what runs');
    expect(refused).to.deep.equal(['VM_BAD_POWER_STATE', vm, 'halted', 'running']);
    expect(happened('unknown reference')['refused']).to.deep.equal(['HANDLE_INVALID', 'VM', 'OpaqueRef:nobody']);
    expect(happened('reboot of an enabled host')['refused']).to.deep.equal(['HOST_NOT_DISABLED']);
    expect(happened('unknown method')['refused']).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', 'VM.teleport']);
    const answer = { Status: 'Failure', ErrorDescription: ['SESSION_INVALID', 'OpaqueRef:nobody'] };
    expect(happened('unknown session')['answer']).to.deep.equal(answer);
  });

  it('hears by event.from how a guest starts', () => {
    expect(happened('events')).to.deep.equal({
      complete: true,
      operations: ['mod'],
      classes: ['vm'],
      last: 'Running',
      counts: true,
      quiet: [],
      garbage: ['EVENT_FROM_TOKEN_PARSE_FAILURE', 'no token'],
    });
  });

  it('moves a guest to another host', () => {
    expect(happened('migration')).to.deep.equal({ moved: [true, true], listed: [false, true], state: 'Running' });
  });

  it('suspends, resumes, shuts down and starts a guest', () => {
    expect(happened('power')['states']).to.deep.equal(['Suspended', 'Running', 'Halted', 'Running']);
  });

  it('follows a task to its end and destroys it', () => {
    const { task, statuses, ...rest } = happened('task');
    expect(statuses)
      .to.be.an('array')
      .that.includes('success')
      .and.satisfies((all: readonly string[]) => all.every((one) => ['pending', 'success'].includes(one)));
    expect(rest).to.deep.equal({
      name: 'Async.VM.pool_migrate',
      progress: 1,
      result: '<value></value>',
      error: [],
      finished: true,
      moved: true,
      afterwards: ['HANDLE_INVALID', 'task', task],
    });
    const { vm, status, error } = happened('failing task');
    expect([status, error]).to.deep.equal(['failure', ['VM_BAD_POWER_STATE', vm, 'halted', 'running']]);
  });

  it("lives through the master's reboot: its session ends, its references last", () => {
    const { went, ...rest } = happened('reboot');
    expect(went).to.match(
      /^(SSLEOFError|SSLZeroReturnError|ConnectionResetError|ConnectionRefusedError|RemoteDisconnected|HOST_STILL_BOOTING|SESSION_INVALID)$/,
    );
    expect(rest).to.deep.equal({
      // The one guest of the master whose disk no other host sees.
      stuck: ['VM_REQUIRES_SR'],
      left: [],
      old: ['Failure', 'SESSION_INVALID', true],
      library: [true, true],
      resident: 'Running',
    });
  });
});

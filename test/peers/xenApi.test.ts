// A program written with npm `xen-api`, the library under Xen Orchestra, on simulated pools: by each of its transports, and on releases that speak no JSON
// or know no `event.from`, where it finds its way by what the pool answers.
import { expect } from 'chai';
import { ServedPool, type Step, stepOf } from './peers';

/** As one has to start Node to speak to hosts of those years. */
const OLD_TLS = { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0' };

interface Course {
  readonly transport: 'json-rpc' | 'xml-rpc' | 'auto';
  readonly release: string;
  readonly env?: Readonly<Record<string, string>>;
  /** By `event.next` the library's own watcher does not register anew with a new session, so that it hears nothing after a reboot of any pool. */
  readonly hearsNothingAfterReboot?: true;
}

const COURSES: readonly Course[] = [
  { transport: 'json-rpc', release: 'XCP-ng 8.2.1' },
  { transport: 'xml-rpc', release: 'XCP-ng 8.2.1' },
  { transport: 'auto', release: 'XenServer 7.0.0', env: { NODE_OPTIONS: '--tls-min-v1.0' } },
  { transport: 'auto', release: 'XenServer 6.0.2', env: OLD_TLS, hearsNothingAfterReboot: true },
];

for (const { transport, release, env = {}, hearsNothingAfterReboot } of COURSES)
  describe(`a program with xen-api (${transport}) on ${release}`, () => {
    let pool: ServedPool;
    let steps: ReadonlyMap<string, Step>;
    const happened = (name: string): Step => stepOf(steps, name);
    const visit = (args: readonly string[], trusted: string): Promise<ReadonlyMap<string, Step>> =>
      pool.visit(process.execPath, ['stranger.mjs', transport, ...args], { ...env, NODE_EXTRA_CA_CERTS: trusted });
    before(async () => {
      pool = await ServedPool.start('--hosts', '3', '--vms', '12', '--pace', '100', '--release', release);
      steps = await visit(hearsNothingAfterReboot === true ? ['short'] : [], pool.ready.pool.caFile);
    });
    after(() => pool?.stop());

    it('is kept out with a wrong password, and trusts the certificate by its authority alone', async () => {
      expect(happened('wrong password')['refused']).to.deep.equal([
        'SESSION_AUTHENTICATION_FAILED',
        'root',
        'Authentication failure',
      ]);
      const door = stepOf(await visit(['door'], ''), 'door');
      expect(door['refused']).to.deep.equal(['UNABLE_TO_VERIFY_LEAF_SIGNATURE']);
    });

    it('follows a member to the master', () => {
      expect(happened('member')).to.deep.equal({ status: 'connected', hosts: 3 });
    });

    it('collects hosts and guests', () => {
      const addresses = pool.ready.pool.endpoints.map((origin) => new URL(origin).hostname);
      const { running, residents, ...rest } = happened('list');
      expect(rest).to.deep.equal({ addresses, master: addresses[0], guests: 12, asked: 12 });
      expect(residents).to.equal(running);
    });

    it('is refused in the words of a real pool', () => {
      const { vm, refused } = happened('start what runs');
      expect(refused).to.deep.equal(['VM_BAD_POWER_STATE', vm, 'halted', 'running']);
      expect(happened('unknown reference')['refused']).to.deep.equal(['HANDLE_INVALID', 'VM', 'OpaqueRef:nobody']);
      expect(happened('reboot of an enabled host')['refused']).to.deep.equal(['HOST_NOT_DISABLED']);
      expect(happened('unknown method')['refused']).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', 'VM.teleport']);
    });

    it('hears by its own watcher how a guest starts', () => {
      expect(happened('events')).to.deep.equal({ seen: 'Running', state: 'Running', on: 'host' });
    });

    it('moves a guest to another host', () => {
      expect(happened('migration')).to.deep.equal({ before: true, result: '', listed: [false, true] });
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
        result: '',
        error: [],
        moved: true,
        afterwards: ['HANDLE_INVALID', 'task', task],
      });
      const { vm, refused } = happened('failing task');
      expect(refused).to.deep.equal(['VM_BAD_POWER_STATE', vm, 'halted', 'running']);
    });

    if (hearsNothingAfterReboot === true) return;
    it("lives through the master's reboot: it logs in anew by itself, and goes on collecting", () => {
      const { went, ...rest } = happened('reboot');
      expect(went).to.match(/^(UND_ERR_SOCKET|ECONNRESET|ECONNREFUSED)$/);
      // The one guest of the master whose disk no other host sees.
      expect(rest).to.deep.equal({ stuck: ['VM_REQUIRES_SR'], old: ['SESSION_INVALID', true], same: true, seen: 'seen' });
    });
  });

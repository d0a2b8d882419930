import { expect } from 'chai';
import type { VirtualClock } from '../../src/foundation/virtualClock';
import type { PoolCache } from '../../src/xenapi/cache';
import { createPoolCache } from '../../src/xenapi/createPoolCache';
import type { XapiClient } from '../../src/xenapi/client';
import { FakeEvents } from './fakeEvents';
import { FakePool, clientOf, inVirtualTime, rejection, virtualClock } from './fakePool';

describe('the cache of a pool with event.from', () => {
  let clock: VirtualClock;
  let pool: FakePool;
  let client: XapiClient;
  let events: FakeEvents;
  let cache: PoolCache;

  beforeEach(() => {
    clock = virtualClock();
    pool = new FakePool();
    events = new FakeEvents(clock).serve(pool);
    client = clientOf(pool, clock);
    cache = createPoolCache({ client, clock });
    events.set('vm', 'OpaqueRef:v1', { uuid: 'v1', power_state: 'Running' });
    events.set('vm', 'OpaqueRef:v2', { uuid: 'v2', power_state: 'Halted' });
    events.set('host', 'OpaqueRef:h', { uuid: 'h', enabled: true });
    events.set('sr', 'OpaqueRef:s', { uuid: 's' });
  });

  const refresh = (...classes: Parameters<PoolCache['refresh']>[0]): Promise<void> =>
    inVirtualTime(clock, cache.refresh(classes));
  const states = (): string[] => [...cache.records('VM').values()].map((vm) => `${vm.uuid} ${vm.power_state}`).sort();

  it('fetches the classes asked for and no others', async () => {
    await refresh('VM', 'host');
    expect(states()).to.deep.equal(['v1 Running', 'v2 Halted']);
    expect(cache.records('host').get('OpaqueRef:h')?.enabled).to.equal(true);
    expect(() => cache.records('SR')).to.throw(/SR were never fetched/);
    expect(events.asked).to.deep.equal([{ classes: ['vm', 'host'], token: '' }]);
  });

  it('takes over what was added, changed and deleted, and keeps the objects of what was not', async () => {
    await refresh('VM');
    const untouched = cache.records('VM').get('OpaqueRef:v1');
    events.remove('OpaqueRef:v2');
    events.set('vm', 'OpaqueRef:v3', { uuid: 'v3', power_state: 'Paused' });
    await refresh('VM');
    expect(states()).to.deep.equal(['v1 Running', 'v3 Paused']);
    expect(cache.records('VM').get('OpaqueRef:v1')).to.equal(untouched);
    expect(events.asked.at(-1)?.token).to.not.equal('');
  });

  it('needs at most two calls for classes read at different times', async () => {
    await refresh('VM');
    await refresh('host');
    events.set('vm', 'OpaqueRef:v1', { uuid: 'v1', power_state: 'Suspended' });
    events.asked.length = 0;
    await refresh('VM', 'host', 'SR');
    expect(events.asked.map(({ classes }) => classes)).to.deep.equal([['vm', 'host'], ['sr']]);
    expect(states()).to.deep.equal(['v1 Suspended', 'v2 Halted']);
    await refresh('VM', 'host', 'SR');
    expect(events.asked).to.have.length(3);
  });

  it('starts over when the events are lost', async () => {
    await refresh('VM');
    events.restart();
    events.remove('OpaqueRef:v2');
    await refresh('VM');
    expect(states()).to.deep.equal(['v1 Running']);
  });

  it('starts over when the token is not understood', async () => {
    await refresh('VM');
    pool.on('event.from', ([, token]) =>
      token === ''
        ? { value: { events: [], valid_ref_counts: { vm: 0 }, token: '9' } }
        : { refuse: ['EVENT_FROM_TOKEN_PARSE_FAILURE', String(token)] },
    );
    await refresh('VM');
    expect(states()).to.deep.equal([]);
  });

  it('starts over after a new login, because tokens die with the database they came from', async () => {
    await refresh('VM');
    pool.forgetSessions();
    events.remove('OpaqueRef:v2');
    events.asked.length = 0;
    await refresh('VM');
    expect(states()).to.deep.equal(['v1 Running']);
    expect(events.asked.at(-1)?.token).to.equal('');
  });

  it('starts over when another call of the client had to log in again', async () => {
    pool.on('host.get_all', () => ({ value: [] }));
    await refresh('VM');
    pool.forgetSessions();
    await inVirtualTime(clock, client.call('host.get_all', []));
    await refresh('VM');
    expect(events.asked.map(({ token }) => token)).to.deep.equal(['', '']);
  });

  it('misses nothing of a class that was left aside while another was read', async () => {
    await refresh('VM');
    events.set('vm', 'OpaqueRef:v1', { uuid: 'v1', power_state: 'Paused' });
    await refresh('host');
    await refresh('VM', 'host');
    expect(states()).to.deep.equal(['v1 Paused', 'v2 Halted']);
  });

  it('starts over after a broken connection, keeping what it knew readable meanwhile', async () => {
    await refresh('VM');
    pool.broken.set(pool.master, 'Refused');
    expect(await rejection(refresh('VM'))).to.have.property('kind', 'Transport');
    expect(states()).to.deep.equal(['v1 Running', 'v2 Halted']);
    pool.broken.clear();
    await refresh('VM');
    expect(events.asked.at(-1)?.token).to.equal('');
  });

  it('finds by the counts that it missed a deletion', async () => {
    await refresh('VM', 'host');
    events.forgetDeletions = true;
    events.remove('OpaqueRef:v2');
    await refresh('VM', 'host');
    expect(states()).to.deep.equal(['v1 Running']);
  });

  it('does not start over for ever when counts contradict a full reading', async () => {
    events.set('vm', 'OpaqueRef:v2', { uuid: 'v2', power_state: 'Halted' });
    pool.on('event.from', ([, token]) => {
      events.asked.push({ classes: ['vm'], token: token as string });
      return { value: { events: [], valid_ref_counts: { vm: 7 }, token: '1' } };
    });
    for (let round = 0; round < 5; round++) await refresh('VM');
    expect(events.asked.filter(({ token }) => token === '')).to.have.length(1);
  });

  it('serves refreshes at the same time one after the other', async () => {
    await inVirtualTime(clock, Promise.all([cache.refresh(['VM']), cache.refresh(['VM']), cache.refresh(['host'])]));
    expect(events.asked.filter(({ token }) => token === '')).to.have.length(2);
    expect(states()).to.have.length(2);
  });

  describe('waiting', () => {
    /** A pool that holds the blocking call until something changes. */
    function holdBack(): () => void {
      let held: (() => void) | undefined;
      const post = pool.post.bind(pool);
      pool.post = (origin, path, body, signal) => {
        if (!body.includes('"event.from"') || !body.includes(',30.5]')) return post(origin, path, body, signal);
        return new Promise((resolve, reject) => {
          held = () => void post(origin, path, body, signal).then(resolve, reject);
          signal.addEventListener('abort', () => void post(origin, path, body, signal).then(resolve, reject), { once: true });
        });
      };
      return () => held?.();
    }

    it('ends when something changes, on a session of its own', async () => {
      await refresh('VM');
      const wake = holdBack();
      clock.after(3_000, () => {
        events.set('vm', 'OpaqueRef:v1', { uuid: 'v1', power_state: 'Halted' });
        wake();
      });
      await inVirtualTime(clock, cache.wait());
      expect(clock.monotonic()).to.equal(3_000);
      expect(pool.liveSessions()).to.equal(2);
      await refresh('VM');
      expect(states()).to.deep.equal(['v1 Halted', 'v2 Halted']);
    });

    it('ends when its caller gives up', async () => {
      await refresh('VM');
      holdBack();
      const caller = new AbortController();
      clock.after(2_000, () => caller.abort());
      await inVirtualTime(clock, cache.wait(caller.signal));
      expect(clock.monotonic()).to.equal(2_000);
    });

    it('ends after a few seconds when the pool does not answer, so that nobody turns in circles', async () => {
      await refresh('VM');
      pool.broken.set(pool.master, 'Refused');
      await inVirtualTime(clock, cache.wait());
      expect(clock.monotonic()).to.equal(5_000);
    });

    it('passes the time when nothing was ever fetched', async () => {
      await inVirtualTime(clock, cache.wait());
      expect(clock.monotonic()).to.equal(5_000);
    });
  });
});

describe('the cache of a pool without event.from', () => {
  let clock: VirtualClock;
  let pool: FakePool;
  let client: XapiClient;
  let cache: PoolCache;
  let vms: Record<string, unknown>;

  beforeEach(() => {
    clock = virtualClock();
    vms = { 'OpaqueRef:v1': { uuid: 'v1', power_state: 'Running', memory_target: '5' } };
    pool = new FakePool().on('VM.get_all_records', () => ({ value: vms })).on('host.get_all_records', () => ({ value: {} }));
    client = clientOf(pool, clock);
    cache = createPoolCache({ client, clock });
  });

  const refresh = (...classes: Parameters<PoolCache['refresh']>[0]): Promise<void> =>
    inVirtualTime(clock, cache.refresh(classes));

  it('reads the classes asked for at each refresh, and asks for events once', async () => {
    await refresh('VM');
    vms = { 'OpaqueRef:v2': { uuid: 'v2' } };
    await refresh('VM', 'host');
    expect([...cache.records('VM').keys()]).to.deep.equal(['OpaqueRef:v2']);
    expect(pool.methods().filter((method) => method === 'event.from')).to.have.length(1);
    expect(pool.methods().filter((method) => method === 'host.get_all_records')).to.have.length(1);
  });

  it('gives the same records while nothing changed', async () => {
    await refresh('VM');
    const before = cache.records('VM');
    await refresh('VM');
    expect(cache.records('VM')).to.equal(before);
    expect(cache.records('VM').get('OpaqueRef:v1')?.memory_target).to.equal(5);
  });

  it('reads records one by one where a release cannot list them, without those that go away meanwhile', async () => {
    pool.on('VM.get_all_records', () => ({ refuse: ['MESSAGE_METHOD_UNKNOWN', 'VM.get_all_records'] }));
    pool.on('VM.get_all', () => ({ value: ['OpaqueRef:v1', 'OpaqueRef:gone'] }));
    pool.on('VM.get_record', ([ref]) =>
      ref === 'OpaqueRef:v1' ? { value: { uuid: 'v1' } } : { refuse: ['HANDLE_INVALID', 'VM', String(ref)] },
    );
    await refresh('VM');
    await refresh('VM');
    expect([...cache.records('VM')]).to.deep.equal([['OpaqueRef:v1', { uuid: 'v1' }]]);
    expect(pool.methods().filter((method) => method === 'VM.get_all_records')).to.have.length(1);
  });

  it('waits five seconds, or until its caller gives up', async () => {
    await refresh('VM');
    await inVirtualTime(clock, cache.wait());
    expect(clock.monotonic()).to.equal(5_000);
    const caller = new AbortController();
    clock.after(1_000, () => caller.abort());
    await inVirtualTime(clock, cache.wait(caller.signal));
    expect(clock.monotonic()).to.equal(6_000);
  });

  it('changes over to events when an upgrade of the master brought them', async () => {
    await refresh('VM');
    const events = new FakeEvents(clock).serve(pool);
    events.set('vm', 'OpaqueRef:v9', { uuid: 'v9' });
    pool.forgetSessions();
    await refresh('VM');
    await refresh('VM');
    expect([...cache.records('VM').keys()]).to.deep.equal(['OpaqueRef:v9']);
  });
});

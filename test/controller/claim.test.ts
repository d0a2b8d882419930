import { expect } from 'chai';
import { type Claim, createClaim } from '../../src/controller/claim';
import { ObjectStore } from '../../src/controller/store/objectStore';
import { silentLog } from '../../src/foundation/log';
import { type KubernetesApi, LEASES } from '../../src/kubernetes/api';
import type { Lease } from '../../src/kubernetes/lease';
import { ClaimLost } from '../../src/upgrade/fence';
import { XapiError } from '../../src/xenapi/error';
import { manifestOf } from '../api/sample';
import { inStore, type InStore } from '../kubernetes/inStore';

const POOL = '11111111-2222-3333-4444-555555555555';

describe('the claim on a pool', () => {
  let world: InStore;
  let loggedOut: string[];
  let dead: Set<string>;
  let writes: number;
  let inherited: (string | undefined)[];

  beforeEach(() => {
    world = inStore();
    loggedOut = [];
    dead = new Set();
    writes = 0;
    inherited = [];
  });

  /** The API as one process reaches it. */
  function call(identity: string, target: KubernetesApi, name: string | symbol): unknown {
    const method = Reflect.get(target, name) as (...args: readonly unknown[]) => Promise<unknown>;
    return (...args: readonly unknown[]): Promise<unknown> => {
      if (dead.has(identity)) return new Promise(() => undefined);
      if (name === 'replace') writes++;
      return method.apply(target, args as unknown[]);
    };
  }

  function claim(identity: string, object = 'rack7', logout?: (uuid: string) => Promise<unknown>): Claim {
    const { clock, store: real } = world;
    const api = new Proxy<KubernetesApi>(real, { get: (target, name) => call(identity, target, name) });
    const made = manifestOf('');
    const metadata = { ...made.metadata, name: object, namespace: 'ops', uid: `uid-${object}` };
    const store = new ObjectStore(api, { clock, steady: clock }, { ...made, metadata });
    const note = (uuid: string): Promise<unknown> => Promise.resolve(loggedOut.push(uuid));
    return createClaim({
      clock,
      log: silentLog,
      api,
      identity,
      cluster: 'cluster',
      store,
      logout: logout ?? note,
      inherit: (text) => inherited.push(text),
    });
  }

  const hold = (one: Claim): ReturnType<Claim['hold']> => world.run(one.hold(POOL));
  const lease = (): Promise<Lease> => world.run(world.store.get<Lease>(LEASES, 'ops', `xenpool-pool-${POOL}`));

  /** Holds again whenever told to wait, until the answer is another. @returns it, with the milliseconds it took */
  async function held(one: Claim): Promise<{ readonly kind: string; readonly epoch?: number; readonly took: number }> {
    const from = world.clock.monotonic();
    for (;;) {
      const answer = await hold(one);
      if (answer.kind !== 'Wait') return { ...answer, took: world.clock.monotonic() - from };
      await world.pass(answer.ms);
    }
  }

  /** The process of that name is no more: what it still asks for never comes back. */
  const die = (identity: string): unknown => dead.add(identity);

  it('is held at once by the first, and stays its own by renewal', async () => {
    const first = claim('a');
    expect(await hold(first)).to.deep.equal({ kind: 'Held', epoch: 0 });
    await world.pass(300_000);
    expect(await hold(first)).to.deep.equal({ kind: 'Held', epoch: 0 });
    expect(await hold(claim('b', 'other'))).to.include({ kind: 'HeldByOther' });
  });

  it('of a dead predecessor is taken after its time, in a higher epoch, with its session ended and fifteen seconds of silence', async () => {
    const first = claim('a');
    await hold(first);
    await world.run(first.announceSession('session-of-a'));
    die('a');
    const second = claim('b');
    expect((await hold(second)).kind).to.equal('Wait');
    const taken = await held(second);
    expect(taken).to.include({ kind: 'Held', epoch: 1 });
    expect(taken.took).to.be.within(45_000, 60_000);
    expect(loggedOut).to.deep.equal(['session-of-a']);
  });

  it('is taken all the same when the predecessor’s session cannot be ended, and never where that is a bug', async () => {
    const first = claim('a');
    await hold(first);
    await world.run(first.announceSession('session-of-a'));
    die('a');
    const mute = new XapiError({ kind: 'Transport', text: 'no answer', maybeDelivered: false });
    expect(await held(claim('b', 'rack7', () => Promise.reject(mute)))).to.include({ kind: 'Held', epoch: 1 });
  });

  it('that was given back is taken without waiting', async () => {
    const first = claim('a');
    await hold(first);
    await world.run(first.release());
    expect((await held(claim('b'))).took).to.be.lessThan(1_000);
    expect(loggedOut).to.deep.equal([]);
  });

  it('of another object is reported, by name, and not waited for', async () => {
    await hold(claim('a'));
    const answer = await hold(claim('b', 'another'));
    expect(answer.kind === 'HeldByOther' && answer.who).to.equal('ops/rack7');
  });

  it('that was lost proves nothing: neither renewal nor a new session', async () => {
    const first = claim('a');
    await hold(first);
    const taken = await lease();
    await world.run(world.store.replace(LEASES, { ...taken, spec: { ...taken.spec, holderIdentity: 'x', leaseTransitions: 9 } }));
    const error = await world.run(first.announceSession('s')).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ClaimLost);
    expect(await world.run(first.noteBmcSessions('s').catch((thrown: unknown) => thrown))).to.be.instanceOf(ClaimLost);
    expect(await world.run(first.renew())).to.equal(undefined);
    expect((await hold(first)).kind).to.equal('HeldByOther');
  });

  it('notes the session on the lease before anything is done in it', async () => {
    const first = claim('a');
    await hold(first);
    await world.run(first.announceSession('s1'));
    expect((await lease()).metadata.annotations).to.include({ 'xenpool.dev/session': 's1' });
  });

  it('hands on what was noted of sessions at BMCs, from whoever left it there, dead or not', async () => {
    const first = claim('a');
    await hold(first);
    await world.run(first.noteBmcSessions('two sessions'));
    await world.run(first.release());
    const second = claim('b');
    await hold(second);
    await world.run(second.noteBmcSessions('one session'));
    die('b');
    const third = claim('c');
    await held(third);
    expect(inherited).to.deep.equal([undefined, 'two sessions', 'one session']);
    await world.run(third.noteBmcSessions(undefined));
    expect((await lease()).metadata.annotations).to.not.have.property('xenpool.dev/bmc-sessions');
  });

  it('is renewed no more often for having been slackened, however often', async () => {
    const first = claim('a');
    await hold(first);
    for (let round = 0; round < 30; round++) {
      first.slacken();
      await world.pass(60_000);
      await hold(first);
    }
    const before = writes;
    await world.pass(100_000);
    expect(writes - before).to.be.within(9, 11);
    expect((await lease()).spec.leaseDurationSeconds).to.equal(30);
  });

  it('bears a mark that stays the same over crashes and differs between objects', () => {
    expect(claim('a').mark).to.equal(claim('b').mark);
    expect(claim('a').mark).to.not.equal(claim('a', 'another').mark);
  });
});

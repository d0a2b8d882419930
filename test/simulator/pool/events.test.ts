import { expect } from 'chai';
import { addGuest, refusalOf, Rig, type Client } from './smallPool';

interface Batch {
  readonly events: readonly {
    readonly class: string;
    readonly operation: string;
    readonly ref: string;
    readonly snapshot?: Record<string, unknown>;
  }[];
  readonly token: string;
  readonly valid_ref_counts: Readonly<Record<string, number>>;
}

function from(client: Client, classes: readonly string[], token: string, timeout: number): Promise<Batch> {
  return client.call('event.from', classes, token, timeout) as Promise<Batch>;
}

describe('event.from', () => {
  it('first tells everything, then only what changed, an object once', async () => {
    const rig = new Rig({ prepare: (database) => addGuest(database, 'vm') });
    await rig.run(async () => {
      const client = await rig.login();
      const first = await from(client, ['host', 'vm'], '', 5);
      expect(first.events.map(({ operation }) => operation)).to.satisfy((all: string[]) => all.every((one) => one === 'add'));
      expect(first.events.filter((event) => event.class === 'host')).to.have.length(2);
      expect(first.valid_ref_counts).to.include({ host: 2, vm: 3 });
      await client.call('host.disable', 'h2');
      await client.call('host.enable', 'h2');
      const second = await from(client, ['host', 'vm'], first.token, 5);
      expect(second.events.map(({ operation, ref }) => [operation, ref])).to.deep.equal([['mod', 'h2']]);
    });
  });

  it('waits for a change, and not past its time-out', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const { token } = await from(client, ['host'], '', 0);
      const before = rig.clock.now();
      expect((await from(client, ['host'], token, 30)).events).to.deep.equal([]);
      expect(rig.clock.now() - before).to.be.within(30_000, 31_000);
      const waiting = from(client, ['host'], token, 30);
      await rig.sleep(5);
      await client.call('pool.add_to_other_config', 'pool', 'k', 'v');
      await rig.sleep(5);
      await client.call('host.disable', 'h2');
      expect((await waiting).events.map(({ ref }) => ref)).to.deep.equal(['h2']);
      expect(rig.clock.now() - before).to.be.within(40_000, 42_000);
    });
  });

  it('tells what was injected, to whoever goes on from the token that was given for it', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const token = (await client.call('event.inject', 'pool', 'pool')) as string;
      expect((await from(client, ['pool', 'host'], token, 0)).events.map(({ ref, operation }) => [ref, operation])).to.deep.equal(
        [['pool', 'mod']],
      );
      expect(await refusalOf(client.call('event.inject', 'pool', 'h2'))).to.deep.equal(['HANDLE_INVALID', 'pool', 'h2']);
    });
  });

  it('tells removals without a snapshot, and not those of objects the reader never saw', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const old = await client.call('task.create', 'a', '');
      const { token } = await from(client, ['task'], '', 0);
      const brief = await client.call('task.create', 'b', '');
      await client.call('task.destroy', brief);
      await client.call('task.destroy', old);
      const { events } = await from(client, ['task'], token, 1);
      expect(events.map(({ operation, ref, snapshot }) => [operation, ref, snapshot])).to.deep.equal([['del', old, undefined]]);
    });
  });

  it('watches a single object', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const { token } = await from(client, ['host/h1'], '', 0);
      await client.call('host.disable', 'h2');
      await client.call('host.disable', 'h1');
      expect((await from(client, ['host/h1'], token, 1)).events.map(({ ref }) => ref)).to.deep.equal(['h1']);
    });
  });

  it('refuses what it cannot read, and tokens of the database before the master restarted', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(from(client, ['host'], 'x', 1)))[0]).to.equal('EVENT_FROM_TOKEN_PARSE_FAILURE');
      expect((await refusalOf(from(client, ['a/b/c'], '', 1)))[0]).to.equal('EVENT_SUBSCRIPTION_PARSE_FAILURE');
      const { token } = await from(client, ['host'], '', 1);
      await client.call('host.restart_agent', 'h1');
      await rig.sleep(30);
      await client.login();
      expect(await refusalOf(from(client, ['host'], token, 1))).to.deep.equal(['EVENTS_LOST']);
    });
  });

  it('ends when its session is logged out elsewhere', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const [watcher, other] = [await rig.login(), await rig.login()];
      const { token } = await from(watcher, ['host'], '', 0);
      const waiting = refusalOf(from(watcher, ['host'], token, 600));
      await rig.sleep(1);
      await other.bare('session.logout', watcher.session);
      expect((await waiting)[0]).to.equal('SESSION_INVALID');
    });
  });

  it('counts the objects of every class its release has, and of no other', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const counts = (await from(await rig.login(), ['pool'], '', 0)).valid_ref_counts;
      expect(counts)
        .to.include({ host: 2, pool: 1, vm: 2, session: 1 })
        .and.not.have.any.keys('cluster', 'repository', 'diagnostics');
    });
  });

  it('is unknown to releases before 6.0, which have event.register and next', async () => {
    const rig = new Rig({ release: { brand: 'XenServer', version: '5.6.0' } });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(from(client, ['host'], '', 1)))[0]).to.equal('MESSAGE_METHOD_UNKNOWN');
      expect((await refusalOf(client.call('event.next')))[0]).to.equal('SESSION_NOT_REGISTERED');
      await client.call('event.register', ['host']);
      await client.call('host.disable', 'h2');
      const events = (await client.call('event.next')) as Batch['events'];
      expect(events.map(({ operation, ref }) => [operation, ref])).to.deep.equal([['mod', 'h2']]);
    });
  });
});

// What a pool of a release does not know: fields, calls and parameters that came later. Asked of made pools, one from each era.
import { expect } from 'chai';
import { classNames, fieldsOf, type Message, messagesOf, paramsServedBy, servedBy } from '../../../src/datamodel/datamodel';
import { seededRandom } from '../../../src/foundation/random';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import { createWorld } from '../../../src/simulator/createWorld';
import { makePool } from '../../../src/simulator/dump';
import { armFaults } from '../../../src/simulator/faults';
import { factsOf } from '../../../src/simulator/releases';
import type { Release } from '../../../src/simulator/world';
import { Client, refusalOf } from './smallPool';

const xenServer = (version: string): Release => ({ brand: 'XenServer', version });
const FIVE_FIVE = xenServer('5.5.0');

/** Runs `work` with a client of a made pool's master. */
async function withPool(
  release: Release,
  work: (client: Client, pool: ReturnType<typeof makePool>) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock(Date.UTC(2020, 0, 1));
  const pool = makePool({ hosts: 2, vms: 4, release });
  const faults = armFaults([], { hosts: [], vms: [] });
  const world = createWorld({ clock, random: seededRandom(3), pool, password: 'secret', repositories: new Map(), faults });
  const transport = world.transport('test');
  const origin = `https://${pool.hosts[0]!.address}`;
  const client = new Client(
    (path, body, signal) => transport.post(origin, path, body, signal),
    (path, signal) => transport.get(origin, path, signal),
  );
  let ended = false;
  const result = work(client, pool).finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  await clock.run(() => ended, 86_400_000);
  await result;
}

describe('a made pool of 5.5.0', () => {
  it('takes logins with two or three parameters, as its release did, and refuses four', async () => {
    await withPool(FIVE_FIVE, async (client) => {
      await client.bare('session.login_with_password', 'root', 'secret');
      await client.bare('session.login_with_password', 'root', 'secret', '1.3');
      expect(await refusalOf(client.bare('session.login_with_password', 'root', 'secret', '1.3', 'me'))).to.deep.equal([
        'MESSAGE_PARAMETER_COUNT_MISMATCH',
        'session.login_with_password',
        '3',
        '4',
      ]);
    });
  });

  it('has no event.from, and tells of changes by register and next until it is told to stop', async () => {
    await withPool(FIVE_FIVE, async (client, { hosts }) => {
      await client.login();
      expect(await refusalOf(client.call('event.from', ['host'], '', 0))).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', 'event.from']);
      await client.call('event.register', ['host']);
      await client.call('host.disable', hosts[1]!.ref);
      const events = (await client.call('event.next')) as readonly Record<string, unknown>[];
      expect(events.map(({ class: cls, operation, ref }) => [cls, operation, ref])).to.deep.equal([
        ['host', 'mod', hosts[1]!.ref],
      ]);
      expect(events[0]!['snapshot']).to.include({ enabled: false }).and.not.have.property('bios_strings');
      await client.call('event.unregister', ['host']);
      expect((await refusalOf(client.call('event.next')))[0]).to.equal('SESSION_NOT_REGISTERED');
    });
  });

  it('shows no bios_strings, and no platform version', async () => {
    await withPool(FIVE_FIVE, async (client, { hosts }) => {
      await client.login();
      const record = (await client.call('host.get_record', hosts[0]!.ref)) as Record<string, Record<string, string>>;
      expect(record).to.not.have.property('bios_strings');
      expect(record['software_version']).to.include({ product_version: '5.5.0' }).and.not.have.property('platform_version');
      expect((await refusalOf(client.call('host.get_bios_strings', hosts[0]!.ref)))[0]).to.equal('MESSAGE_METHOD_UNKNOWN');
    });
  });
});

/** Texts in every place: what is looked at here comes before the arguments are. */
function asked(message: Message, count: number, session: string): readonly string[] {
  return [...(message.session ? [session] : []), ...Array.from({ length: count }, () => 'x')];
}

for (const release of [FIVE_FIVE, xenServer('6.2.0'), xenServer('8.2.1')]) {
  const { api } = factsOf(release);
  const all = classNames().flatMap((cls) => messagesOf(cls).map((message) => ({ method: `${cls}.${message.name}`, message })));

  describe(`a made pool of ${release.version}`, () => {
    it('knows no call that came later or was gone by then', async () => {
      const unknown = all.filter(({ message }) => !servedBy(message, api));
      expect(unknown.length).to.be.greaterThan(50);
      await withPool(release, async (client) => {
        await client.login();
        for (const { method, message } of unknown) {
          const refusal = await refusalOf(client.bare(method, ...asked(message, message.params.length, client.session)));
          expect(refusal).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', method]);
        }
      });
    });

    it('takes no more parameters in any call than its release did', async () => {
      const known = all.filter(({ message }) => servedBy(message, api));
      expect(known.length).to.be.greaterThan(500);
      await withPool(release, async (client) => {
        await client.login();
        for (const { method, message } of known) {
          const count = paramsServedBy(message, api).length;
          const refusal = await refusalOf(client.bare(method, ...asked(message, count + 1, client.session)));
          expect(refusal).to.deep.equal(['MESSAGE_PARAMETER_COUNT_MISMATCH', method, String(count), String(count + 1)]);
        }
      });
    });

    it('shows exactly the fields of its release in every record', async () => {
      await withPool(release, async (client) => {
        await client.login();
        for (const cls of ['pool', 'host', 'host_metrics', 'VM', 'VBD', 'VIF', 'VDI', 'SR', 'PBD', 'PIF', 'network']) {
          const records = Object.values((await client.call(`${cls}.get_all_records`)) as Record<string, Record<string, unknown>>);
          expect(records.length, cls).to.be.greaterThan(0);
          const fields = fieldsOf(cls).filter(({ since }) => servedBy({ since }, api));
          for (const record of records) expect(Object.keys(record), cls).to.deep.equal(fields.map(({ name }) => name));
        }
      });
    });
  });
}

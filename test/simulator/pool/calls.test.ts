// What any call must get past: the agent, the release, the arguments, the session.
import { expect } from 'chai';
import { addGuest, NULL, refusalOf, Rig, type GuestShape } from './smallPool';
import type { LiveDatabase } from '../../../src/simulator/pool/liveDatabase';

const guest = (name: string, shape: GuestShape) => (database: LiveDatabase) => addGuest(database, name, shape);

describe('a call to the simulated XAPI', () => {
  it('needs the right password', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const refusal = await refusalOf(rig.client().bare('session.login_with_password', 'root', 'wrong'));
      expect(refusal[0]).to.equal('SESSION_AUTHENTICATION_FAILED');
    });
  });

  it('is told where the master is when it comes to a member', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['HOST_IS_SLAVE', '10.0.0.1']);
    });
  });

  it('takes as many login parameters as the release knows', async () => {
    const old = new Rig();
    await old.run(async () => {
      await old.client().bare('session.login_with_password', 'root', 'secret', '1.0');
      const refusal = await refusalOf(old.client().bare('session.login_with_password', 'root', 'secret', '1.0', 'me'));
      expect(refusal[0]).to.equal('MESSAGE_PARAMETER_COUNT_MISMATCH');
    });
    const newer = new Rig({ release: { brand: 'XenServer', version: '7.1.0' } });
    await newer.run(async () => {
      const session = await newer.client().bare('session.login_with_password', 'root', 'secret', '1.0', 'me');
      const client = newer.client();
      client.session = String(session);
      expect(await client.call('session.get_originator', session)).to.equal('me');
    });
  });

  it('can be found in the list of those its release has, which anybody may read', async () => {
    const rig = new Rig({ release: { brand: 'XenServer', version: '6.2.0' } });
    await rig.run(async () => {
      const methods = (await rig.client().bare('system.listMethods')) as readonly string[];
      expect(methods).to.include.members(['VM.get_all_records', 'host.reboot', 'session.login_with_password', 'event.inject']);
      expect(methods).not.to.include('PUSB.get_all_records');
      const client = await rig.login();
      for (const method of methods.filter((name) => name.endsWith('.get_all_records')))
        expect(await client.call(method), method).to.be.an('object');
    });
  });

  it('finds a session by its uuid and ends it from another one', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const one = await rig.login();
      const other = await rig.login();
      const uuid = await one.call('session.get_uuid', one.session);
      const found = await other.call('session.get_by_uuid', uuid);
      expect(found).to.equal(one.session);
      await other.bare('session.logout', found);
      expect(await refusalOf(one.call('host.get_all'))).to.deep.equal(['SESSION_INVALID', one.session]);
      expect((await refusalOf(other.call('session.get_by_uuid', uuid)))[0]).to.equal('UUID_INVALID');
    });
  });

  it('is refused by the names XenAPI has for it', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      expect(await refusalOf(client.call('VM.no_such_call'))).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', 'VM.no_such_call']);
      expect(await refusalOf(client.call('VM.shutdown', 'x'))).to.deep.equal(['MESSAGE_METHOD_UNKNOWN', 'VM.shutdown']);
      expect(await refusalOf(client.call('host.get_record', 'OpaqueRef:x'))).to.deep.equal([
        'HANDLE_INVALID',
        'host',
        'OpaqueRef:x',
      ]);
      expect(await refusalOf(client.call('host.get_by_uuid', 'x'))).to.deep.equal(['UUID_INVALID', 'host', 'x']);
      const many = await refusalOf(client.call('host.disable', 'h1', true, true, true, true));
      expect(many).to.deep.equal(['MESSAGE_PARAMETER_COUNT_MISMATCH', 'host.disable', '1', '5']);
    });
  });

  it('gets HTTP 500 for a body that cannot be read', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      expect((await rig.client().raw('/jsonrpc', '{broken')).status).to.equal(500);
      expect((await rig.client().raw('/', '<broken')).status).to.equal(500);
    });
  });

  it('is told where the text ends that cannot be read, with its marks written for HTML', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const [json, xml] = [await rig.client().raw('/jsonrpc', '{\n"cut'), await rig.client().raw('/', '<a>\n<cut')];
      expect(json.body).to.contain('Yojson.Json_error(&quot;Line 2, bytes 3-4:');
      expect(xml.body).to.contain('Xmlm.Error(2:5, &quot;unexpected end of input&quot;)');
    });
  });

  it('with an argument of another type fails inside XAPI, which shows what it was given', async () => {
    const rig = new Rig({ prepare: guest('vm', {}) });
    await rig.run(async () => {
      const client = await rig.login();
      expect(await refusalOf(client.call('host.get_record', { a: 'b', n: [1, true] }))).to.deep.equal([
        'INTERNAL_ERROR',
        `Failure("Expected string, got '{a:S(b);n:[I(1);B(true)]}'")`,
      ]);
      expect((await refusalOf(client.call('VM.start', 'vm', 'x', false)))[0]).to.equal('INTERNAL_ERROR');
      expect((await refusalOf(client.call('VM.set_other_config', 'vm', 'x')))[1]).to.contain('Expected dict');
    });
  });

  it('sees exactly the fields its release has', async () => {
    const old = new Rig({ prepare: guest('vm', {}) });
    const newer = new Rig({ release: { brand: 'XenServer', version: '7.6.0' }, prepare: guest('vm', {}) });
    const fields = async (rig: Rig): Promise<Record<string, unknown>> =>
      rig.run(async () => (await (await rig.login()).call('VM.get_record', 'vm')) as Record<string, unknown>);
    expect(await fields(old))
      .to.have.property('order', 0)
      .and.not.have.property('domain_type');
    expect(await fields(newer)).to.have.property('domain_type', 'unspecified');
  });

  it('adds a key to a map once only', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('pool.add_to_other_config', 'pool', 'mark', 'mine');
      const refusal = await refusalOf(client.call('pool.add_to_other_config', 'pool', 'mark', 'yours'));
      expect(refusal).to.deep.equal(['MAP_DUPLICATE_KEY', 'pool', 'other_config', 'pool', 'mark']);
      expect(await client.call('pool.get_other_config', 'pool')).to.deep.equal({ mark: 'mine' });
      await client.call('pool.remove_from_other_config', 'pool', 'mark');
      expect(await client.call('pool.get_other_config', 'pool')).to.deep.equal({});
    });
  });

  it('speaks XML as well, with integers as digits', async () => {
    const rig = new Rig({ prepare: guest('vm', {}) });
    await rig.run(async () => {
      const client = await rig.login();
      const value = (text: string): string => `<param><value><string>${text}</string></value></param>`;
      const body = `<?xml version="1.0"?><methodCall><methodName>VM.get_memory_static_max</methodName><params>${value(client.session)}${value('vm')}</params></methodCall>`;
      expect((await client.raw('/', body)).body).to.contain('<value>1073741824</value>');
    });
  });

  it('in XML gets the counts of event.from as the only integers that are written as such', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const text = (value: string): string => `<param><value><string>${value}</string></value></param>`;
      const classes = '<param><value><array><data><value><string>host</string></value></data></array></value></param>';
      const timeout = '<param><value><double>0.5</double></value></param>';
      const body = `<?xml version="1.0"?><methodCall><methodName>event.from</methodName><params>${text(client.session)}${classes}${text('')}${timeout}</params></methodCall>`;
      const answer = (await rig.client().raw('/', body)).body;
      expect(answer).to.contain('<member><name>host</name><value><i4>2</i4></value></member>');
      expect(answer).to.match(/<name>id<\/name><value>\d+<\/value>/);
      expect(answer).to.contain('<name>memory_overhead</name><value>0</value>');
    });
  });

  it('takes numbers in XML as elements and as digits alike, also where a float is declared', async () => {
    const rig = new Rig({ release: { brand: 'XCP-ng', version: '8.3.0' } });
    await rig.run(async () => {
      const client = await rig.login();
      const call = async (method: string, ...values: readonly string[]): Promise<string> => {
        const params = [client.session, ...values].map((value) => `<param><value>${value}</value></param>`).join('');
        const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
        return (await rig.client().raw('/', body)).body;
      };
      const classes = '<array><data><value>host</value></data></array>';
      for (const timeout of ['<int>1</int>', '<double>1</double>', '1'])
        expect(await call('event.from', classes, '', timeout)).to.contain('valid_ref_counts');
      await client.call('host.disable', 'h2');
      for (const batch of ['<int>2</int>', '2'])
        expect(await call('host.evacuate', 'h2', NULL, batch)).to.contain('<value>Success</value>');
      expect(await call('host.evacuate', 'h2', NULL, 'two')).to.contain('INTERNAL_ERROR');
    });
  });

  it('is found in the books with its caller, unless it only reads', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login('h1', 'controller-3');
      await client.call('host.get_all_records');
      await client.call('host.disable', 'h2');
      await refusalOf(client.call('host.reboot', 'h1'));
    });
    const calls = rig.events.filter((event) => event.kind === 'call');
    expect(calls.map(({ caller, method, error }) => [caller, method, error])).to.deep.equal([
      ['controller-3', 'host.disable', null],
      ['controller-3', 'host.reboot', 'HOST_NOT_DISABLED'],
    ]);
  });

  it('that was torn after it arrived was carried out, and one torn before was not', async () => {
    for (const delivered of [true, false]) {
      const rig = new Rig({ faults: [`reset-mid-call:call=host.disable,delivered=${String(delivered)}`] });
      await rig.run(async () => {
        const client = await rig.login();
        expect(await refusalOf(client.call('host.disable', 'h2'))).to.deep.equal(['wire', 'Reset']);
        expect(await client.call('host.get_enabled', 'h2')).to.equal(!delivered);
      });
    }
  });
});

describe('an asynchronous call', () => {
  it('answers with a task that tells its end', async () => {
    const rig = new Rig({ prepare: guest('vm', { on: 'h1' }) });
    await rig.run(async () => {
      const client = await rig.login();
      const task = await client.call('Async.VM.pool_migrate', 'vm', 'h2', { live: 'true' });
      const early = (await client.call('task.get_record', task)) as Record<string, unknown>;
      expect(early).to.include({ name_label: 'Async.VM.pool_migrate', status: 'pending', progress: 0, result: '' });
      await rig.until(() => rig.field('task', String(task), 'status') === 'success');
      const late = (await client.call('task.get_record', task)) as Record<string, unknown>;
      expect(late).to.include({ status: 'success', result: '<value></value>', resident_on: 'h1' });
      await client.call('task.destroy', task);
      expect((await refusalOf(client.call('task.get_record', task)))[0]).to.equal('HANDLE_INVALID');
    });
  });

  it('tells in its task why it failed', async () => {
    const rig = new Rig({ prepare: guest('vm', { on: 'h1' }) });
    await rig.run(async () => {
      const client = await rig.login();
      const task = await client.call('Async.VM.pool_migrate', 'vm', 'nowhere', {});
      await rig.until(() => rig.field('task', String(task), 'status') === 'failure');
      expect(await client.call('task.get_error_info', task)).to.deep.equal(['HANDLE_INVALID', 'host', 'nowhere']);
    });
  });

  it('is forgotten 65 minutes after its end', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const task = await client.call('Async.pool.sync_database');
      await rig.sleep(3_000);
      await client.call('task.get_status', task);
      await rig.sleep(1_000);
      expect((await refusalOf(client.call('task.get_status', task)))[0]).to.equal('HANDLE_INVALID');
    });
  });

  it('does not exist for sessions, events and tasks', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('Async.task.create', 'a', 'b')))[0]).to.equal('MESSAGE_METHOD_UNKNOWN');
    });
  });
});

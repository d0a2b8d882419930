// The time without a master as its members and its clients live it, and agents that restart without their machine.
import { expect } from 'chai';
import { addGuest, refusalOf, Rig } from './smallPool';

function config(rig: Rig, host: string): Record<string, string> {
  return rig.field('host', host, 'other_config') as Record<string, string>;
}

describe('a pool whose master is away', () => {
  it('is told of by its members: first as if nothing were, then as an emergency, until it is back', async () => {
    const rig = new Rig({ prepare: (database) => addGuest(database, 'vm', { on: 'h2' }) });
    await rig.run(async () => {
      const client = await rig.orderReboot('h1');
      await rig.until(() => rig.stateOf('h1') === 'Booting');
      expect(await refusalOf(rig.client('h1').login())).to.deep.equal(['wire', 'Refused']);
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['HOST_IS_SLAVE', '10.0.0.1']);
      await rig.sleep(70);
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['HOST_IN_EMERGENCY_MODE']);
      const local = rig.client('h2');
      local.session = String(await local.bare('session.slave_local_login_with_password', 'root', 'secret'));
      expect(await local.call('host.is_in_emergency_mode')).to.equal(true);
      expect(rig.inPlace('vm')).to.equal('u-h2');
      await rig.until(() => rig.field('host', 'h1', 'enabled') === true);
      expect(await refusalOf(client.call('host.get_all'))).to.deep.equal(['SESSION_INVALID', client.session]);
      await client.login();
      await rig.until(() => rig.field('host_metrics', 'm-h2', 'live') === true);
      expect((await refusalOf(rig.client('h2').login()))[0]).to.equal('HOST_IS_SLAVE');
    });
    expect(rig.inPlace('vm')).to.equal('u-h2');
  });

  it('breaks the connections it had', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      const batch = (await client.call('event.from', ['pool'], '', 0)) as { token: string };
      const waiting = refusalOf(client.call('event.from', ['pool'], batch.token, 600));
      await rig.sleep(1);
      rig.world.powerOff('u-h1', { by: 'person' });
      expect(await waiting).to.deep.equal(['wire', 'Reset']);
    });
  });

  it('believes no member alive until it has said hello again', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      const client = await rig.login();
      await client.call('host.restart_agent', 'h1');
      await rig.until(() => rig.world.machines.get('u-h1')!.agent !== 'Running');
      await rig.until(() => rig.world.machines.get('u-h1')!.agent === 'Running');
      await client.login();
      expect(rig.field('host_metrics', 'm-h2', 'live')).to.equal(false);
      expect(rig.field('host', 'h1', 'enabled')).to.equal(true);
      await rig.sleep(25);
      expect(rig.field('host_metrics', 'm-h2', 'live')).to.equal(true);
    });
  });

  it('for seconds only is named by its members as before, and joined again before it has enabled itself', async () => {
    const rig = new Rig({ boot: { shortest: 5_000, longest: 6_000 } });
    await rig.run(async () => {
      await rig.orderReboot('h1');
      await rig.until(() => rig.stateOf('h1') !== 'Up');
      const said = new Set<string>();
      for (; rig.field('host', 'h1', 'enabled') !== true; await rig.sleep(1))
        said.add((await refusalOf(rig.client('h2').login())).join(' '));
      expect([...said]).to.deep.equal(['HOST_IS_SLAVE 10.0.0.1']);
      expect(rig.field('host_metrics', 'm-h2', 'live')).to.equal(true);
    });
  });

  it('is missed by a member that boots meanwhile, which waits in emergency mode', async () => {
    const rig = new Rig();
    await rig.run(async () => {
      await rig.orderReboot('h2');
      await rig.until(() => rig.stateOf('h2') === 'Booting');
      rig.world.powerOff('u-h1', { by: 'person' });
      await rig.until(() => rig.world.machines.get('u-h2')!.agent === 'Running');
      await rig.sleep(10);
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['HOST_IN_EMERGENCY_MODE']);
      rig.world.links.powerOn('u-h1', { by: 'person' });
      await rig.until(() => rig.field('host', 'h2', 'enabled') === true && rig.field('host_metrics', 'm-h2', 'live') === true);
      expect((await refusalOf(rig.client('h2').login()))[0]).to.equal('HOST_IS_SLAVE');
      expect(config(rig, 'h2')['boot_time']).to.not.equal('1000.');
    });
  });

  it('comes back to other sessions and the same objects', async () => {
    const rig = new Rig({ prepare: (database) => addGuest(database, 'vm', { on: 'h2' }) });
    await rig.run(async () => {
      const client = await rig.login();
      const batch = (await client.call('event.from', ['vm'], '', 0)) as { token: string };
      const before = await client.call('VM.get_record', 'vm');
      await client.call('host.disable', 'h1');
      await client.call('host.reboot', 'h1');
      await rig.until(() => rig.stateOf('h1') !== 'Up');
      await rig.until(() => rig.field('host', 'h1', 'enabled') === true);
      expect(await refusalOf(client.call('VM.get_record', 'vm'))).to.deep.equal(['SESSION_INVALID', client.session]);
      await client.login();
      expect(await client.call('VM.get_record', 'vm')).to.deep.equal(before);
      expect(await refusalOf(client.call('event.from', ['vm'], batch.token, 0))).to.deep.equal(['EVENTS_LOST']);
    });
  });

  it('by the fault agent-restarts comes back by itself', async () => {
    const rig = new Rig({ faults: ['agent-restarts@master:after=100'] });
    await rig.run(async () => {
      const client = await rig.login();
      await rig.sleep(130);
      expect((await refusalOf(client.call('host.get_all')))[0]).to.equal('SESSION_INVALID');
    });
    expect(config(rig, 'h1')['boot_time']).to.not.equal(config(rig, 'h1')['agent_start_time']);
  });
});

describe('the agent of a member that restarts', () => {
  it('shows a new time of its own and nothing else', async () => {
    const rig = new Rig({ prepare: (database) => addGuest(database, 'vm', { on: 'h2' }) });
    await rig.run(async () => {
      const client = await rig.login();
      const before = { ...config(rig, 'h2') };
      const kept = (): readonly unknown[] => [
        rig.field('host', 'h2', 'enabled'),
        rig.field('host_metrics', 'm-h2', 'live'),
        rig.field('PBD', 'pbd-local-h2-h2', 'currently_attached'),
        rig.inPlace('vm'),
        rig.field('VM', 'vm', 'power_state'),
      ];
      const signs = kept();
      await client.call('host.restart_agent', 'h2');
      await rig.until(() => rig.world.machines.get('u-h2')!.agent !== 'Running');
      expect(await refusalOf(rig.client('h2').login())).to.deep.equal(['wire', 'Refused']);
      expect((await refusalOf(client.call('host.get_servertime', 'h2')))[0]).to.equal('CANNOT_CONTACT_HOST');
      await rig.until(() => config(rig, 'h2')['agent_start_time'] !== before['agent_start_time']);
      expect(Number.parseFloat(config(rig, 'h2')['boot_time']!)).to.be.below(
        Number.parseFloat(config(rig, 'h2')['agent_start_time']!),
      );
      expect(kept()).to.deep.equal(signs);
      expect(await client.call('host.get_enabled', 'h2')).to.equal(true);
    });
  });
});

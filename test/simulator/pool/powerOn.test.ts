import { expect } from 'chai';
import { refusalOf, Rig, type PoolShape } from './smallPool';

const wakeable: PoolShape['prepare'] = (database) => database.update('host', 'h2', { power_on_mode: 'wake-on-lan' });

/** Member `h2` shut down and off; then `work`. */
async function afterShutdown<T>(
  rig: Rig,
  work: (call: (method: string, ...args: unknown[]) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  return rig.run(async () => {
    const client = await rig.login();
    await client.call('host.disable', 'h2');
    await client.call('host.shutdown', 'h2');
    await rig.until(() => rig.stateOf('h2') === 'Off');
    await rig.sleep(300);
    return work((method, ...args) => client.call(method, ...args));
  });
}

describe('host.power_on', () => {
  it('is refused of a host without a power-on mode, and of one that is up', async () => {
    const rig = new Rig({ prepare: wakeable });
    await rig.run(async () => {
      const client = await rig.login();
      expect((await refusalOf(client.call('host.power_on', 'h1')))[0]).to.equal('HOST_POWER_ON_MODE_DISABLED');
      expect((await refusalOf(client.call('host.power_on', 'h2')))[0]).to.equal('HOST_IS_LIVE');
    });
  });

  it('ends once the agent of the host is there', async () => {
    const rig = new Rig({ prepare: wakeable });
    await afterShutdown(rig, (call) => call('host.power_on', 'h2'));
    expect(rig.stateOf('h2')).to.equal('Up');
  });

  it('fails after ten minutes in which it was not, although the machine is on', async () => {
    const rig = new Rig({ prepare: wakeable, boot: { shortest: 900_000, longest: 900_001 } });
    await afterShutdown(rig, async (call) => {
      expect((await refusalOf(call('host.power_on', 'h2')))[0]).to.equal('INTERNAL_ERROR');
      expect(rig.stateOf('h2')).to.equal('Booting');
      await rig.until(() => rig.stateOf('h2') === 'Up');
    });
  });
});

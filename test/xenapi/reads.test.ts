import { expect } from 'chai';
import { classNames, messagesOf } from '../../src/datamodel/datamodel';
import { isRead } from '../../src/xenapi/reads';

describe('telling looking from changing', () => {
  it('takes for a change whatever may be one', () => {
    for (const method of [
      'host.disable',
      'VM.start',
      'pool.sync_database',
      'host.call_plugin',
      'task.destroy',
      'VM.set_affinity',
      'SR.scan',
      'pool.add_to_other_config',
    ])
      expect(isRead(method), method).to.equal(false);
    for (const method of [
      'host.get_all_records',
      'event.from',
      'VM.assert_can_boot_here',
      'host.compute_free_memory',
      'host.is_in_emergency_mode',
    ])
      expect(isRead(method), method).to.equal(true);
  });

  it('takes no Async form and no setter of the datamodel for looking', () => {
    for (const cls of classNames())
      for (const { name } of messagesOf(cls)) {
        expect(isRead(`Async.${cls}.${name}`), name).to.equal(false);
        if (/^(set|add|remove|create|destroy)_?/.test(name)) expect(isRead(`${cls}.${name}`), `${cls}.${name}`).to.equal(false);
      }
  });
});

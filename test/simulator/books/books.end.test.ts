// What the books must catch when a run ends, and of what cannot be taken back; each beside what they must let pass.
import { expect } from 'chai';
import { CALL, HOSTS, NEW, Script } from './script';

describe('I9, what was put aside is put back', () => {
  const LEFT: readonly (readonly [string, string, (script: Script) => void])[] = [
    ['HA', 'pool', (script) => script.update('pool', 'pool', { ha_enabled: false })],
    ['WLB', 'pool', (script) => script.update('pool', 'pool', { wlb_enabled: true })],
    ['auto power-on of the pool', 'pool', (script) => script.update('pool', 'pool', { other_config: {} })],
    ['auto power-on of a VM', 'v2', (script) => script.update('VM', 'v2', { other_config: { auto_poweron: 'true' } })],
    ['a mark in a VM', 'v2', (script) => script.update('VM', 'v2', { other_config: { 'xenpool.dev/stopped-by': 'x' } })],
    [
      'a mark in the pool',
      'pool',
      (script) => script.update('pool', 'pool', { other_config: { auto_poweron: 'true', 'xenpool.dev/claim': 'x' } }),
    ],
    ['a disabled host', 'h2', (script) => script.update('host', 'h2', { enabled: false })],
    ['an ejected CD', 'v2', (script) => script.update('VBD', 'cd-2', { empty: true, VDI: 'OpaqueRef:NULL' })],
    ['a staged boot entry', 'h2', (script) => script.stage('h2')],
  ];

  for (const [what, object, change] of LEFT) {
    it(`catches ${what} left as it was changed, and takes a debt for it only where it may be one`, () => {
      const debts = [{ kind: 'Any', object }];
      const verdicts = (['Succeeded', 'MasterUnknown'] as const).map((outcome) => {
        const script = new Script();
        change(script);
        script.end({ outcome, debts });
        return script.violated();
      });
      const silent = new Script();
      change(silent);
      silent.end({ outcome: 'MasterUnknown' });
      expect(silent.violated()).to.deep.equal(['I9']);
      expect(verdicts).to.deep.equal([object === 'h2' && what.startsWith('a staged') ? [] : ['I9'], []]);
    });
  }

  it('in a pool left mixed takes debts for HA, guests that do not run and the host in work, and for nothing else', () => {
    const excused = LEFT.filter(([, object, change]) => {
      const script = new Script();
      script.backup();
      script.upgrade('h1');
      script.stop('v2');
      change(script);
      script.end({ outcome: 'Halted', debts: [{ kind: 'Any', object }] });
      return script.violated().length === 0;
    }).map(([what]) => what);
    expect(excused).to.deep.equal([
      'HA',
      'auto power-on of a VM',
      'a mark in a VM',
      'a mark in the pool',
      'a disabled host',
      'an ejected CD',
      'a staged boot entry',
    ]);
  });

  it('in a pool left mixed takes no debt for a guest that runs nor for a host that is upgraded', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.update('VBD', 'cd-1', { empty: true, VDI: 'OpaqueRef:NULL' });
    script.update('host', 'h1', { enabled: false });
    script.end({ outcome: 'Halted', debts: ['v1', 'h1'].map((object) => ({ kind: 'Any', object })) });
    expect(script.books.verdict().violated.map(({ detail }) => detail.split(' ')[0])).to.have.members(['CD', 'enabled']);
  });

  it('asks for nothing that somebody deleted: a VM, or the VDI of its CD', () => {
    const script = new Script();
    script.update('VBD', 'cd-2', { empty: true, VDI: 'OpaqueRef:NULL' });
    script.database.remove('VDI', 'ref-iso');
    script.database.remove('VM', 'ref-idle');
    script.end();
    expect(script.violated()).to.deep.equal([]);
  });
});

describe('I10, settings are kept or reported', () => {
  const CHANGES: readonly (readonly [string, string, (script: Script) => void])[] = [
    ['a renamed device', 'PIF 00:16:3e:00:00:01/vlan -1/device', (script) => script.update('PIF', 'pif-h2', { device: 'eth1' })],
    ['another address', 'host/address', (script) => script.update('host', 'h2', { address: '10.9.9.9' })],
    [
      'storage that is not plugged',
      'PBD sr/currently_attached',
      (script) => script.update('PBD', 'pbd-h2', { currently_attached: false }),
    ],
    ['storage that is gone', 'PBD sr', (script) => script.database.remove('PBD', 'ref-pbd-h2')],
  ];
  for (const [what, path, change] of CHANGES) {
    it(`catches ${what} unless the difference is reported for that host`, () => {
      const outcomes = [[], [{ host: 'h3', path }], [{ host: 'h2', path }], [{ host: 'host h2', path }]].map((differences) => {
        const script = new Script();
        change(script);
        script.end({ differences });
        return script.violated();
      });
      expect(outcomes).to.deep.equal([['I10'], ['I10'], [], []]);
    });
  }

  it('tolerates what every upgrade changes or adds', () => {
    const script = new Script();
    script.update('host', 'h2', { software_version: { product_version: NEW.version }, iscsi_iqn: 'iqn.new' });
    script.update('host', 'h3', { other_config: { agent_start_time: '1', boot_time: '2' } });
    script.end();
    expect(script.violated()).to.deep.equal([]);
    expect(script.judged('I10')).to.equal(HOSTS.length);
  });
});

describe('I11, what cannot be taken back happens once an attempt', () => {
  it('catches a second plugin run without a boot between, and lets one after a boot pass', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.stop('v2');
    script.stage('h2');
    script.leave('h2');
    script.install('h2', 'failed');
    script.comeUp('h2');
    script.stage('h2');
    expect(script.violated()).to.deep.equal([]);
    script.stage('h2');
    expect(script.violated()).to.deep.equal(['I11']);
    const stages = script.books.destructiveEffects().filter(({ kind }) => kind === 'stage');
    expect(stages.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 2]);
  });

  it('catches a second reboot on top of the first, and an installer that runs again by itself', () => {
    const twice = new Script();
    twice.backup();
    twice.stop('v1');
    twice.leave('h1');
    twice.leave('h1');
    expect(twice.violated()).to.deep.equal(['I11']);
    const again = new Script();
    again.backup();
    again.upgrade('h1');
    again.stop('v2');
    again.leave('h2');
    again.install('h2', 'failed');
    again.install('h2');
    expect(again.violated()).to.deep.equal(['I11']);
  });

  it('lists a guest whose plug was pulled with the guest', () => {
    const script = new Script();
    script.stop('v2', CALL, 'killed');
    expect(script.books.destructiveEffects()).to.deep.equal([{ at: 0, host: 'h2', kind: 'hard-shutdown', attempt: 1, vm: 'v2' }]);
  });
});

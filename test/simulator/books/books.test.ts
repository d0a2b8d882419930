// What the books must catch, each beside what they must let pass. The sequences are of world events: whoever caused them, the books would say the same.
import { expect } from 'chai';
import { CALL, HOSTS, NEW, OLD, PERSON, Script } from './script';

describe('the books on a clean upgrade', () => {
  it('find nothing, and have judged every invariant', () => {
    const script = new Script();
    script.upgradeAll();
    script.end();
    const verdict = script.books.verdict();
    expect(verdict.violated).to.deep.equal([]);
    expect(verdict.checked.filter(({ judged }) => judged === 0)).to.deep.equal([]);
    expect(verdict.checked.map(({ id }) => id)).to.deep.equal([
      'I1',
      'I2',
      'I3',
      'I4',
      'I5',
      'I6',
      'I7',
      'I8',
      'I9',
      'I10',
      'I11',
    ]);
  });

  it('of a second hop find nothing when a fresh dump was stored', () => {
    const script = new Script();
    script.upgradeAll();
    expect(script.violated()).to.deep.equal([]);
    script.stop('v1');
    script.leave('h1');
    expect(script.violated()).to.deep.equal(['I8']);
  });
});

describe('I1, no host goes under a guest', () => {
  for (const state of ['Running', 'Paused'] as const) {
    it(`catches a host that leaves with a ${state} domain on it`, () => {
      const script = new Script();
      script.backup();
      script.domains.get('v1')!.state = state;
      script.leave('h1');
      expect(script.violated()).to.deep.equal(['I1']);
    });
  }

  it('catches a guest that was started between the accepted shutdown and the machine going', () => {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.bus.on((event) => {
      if (event.kind === 'machine' && event.change === 'leaving') script.start('v1', 'h1', PERSON);
    });
    script.leave('h1');
    expect(script.violated()).to.deep.equal(['I1']);
  });

  it('catches an operation in flight, of a guest on its way to the host or of the host itself', () => {
    for (const [table, ref, fields] of [
      ['VM', 'v2', { scheduled_to_be_resident_on: 'ref-h1', current_operations: { task: 'pool_migrate' } }],
      ['host', 'h1', { current_operations: { task: 'vm_start' } }],
    ] as const) {
      const script = new Script();
      script.backup();
      script.stop('v1');
      script.update(table, ref, fields);
      script.leave('h1');
      expect(script.violated(), table).to.deep.equal(['I1']);
    }
  });

  it('lets an empty host go whatever runs elsewhere', () => {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.leave('h1');
    expect(script.violated()).to.deep.equal([]);
    expect(script.judged('I1')).to.be.greaterThan(0);
  });
});

describe('I2, master first and one at a time', () => {
  it('catches a member that leaves before the master', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h2');
    expect(script.violated()).to.deep.equal(['I2']);
  });

  it('catches a member that leaves while the master is on its new release but not yet in service', () => {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.leave('h1');
    script.install('h1');
    script.machine('h1').state = 'Up';
    script.stop('v2');
    script.leave('h2');
    expect(script.violated()).to.deep.equal(['I2']);
  });

  it('catches two members away at once', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    for (const host of ['h2', 'h3']) {
      script.stop(host.replace('h', 'v'));
      script.leave(host);
    }
    expect(script.violated()).to.deep.equal(['I2']);
  });

  it('catches a member that reaches the installer by a forgotten boot entry', () => {
    const script = new Script();
    script.install('h2');
    expect(script.violated()).to.deep.equal(['I2']);
  });

  it('does not take an agent that restarts for a host that is away', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.upgrade('h2');
    script.machine('h2').agent = 'Starting';
    script.upgrade('h3');
    expect(script.violated()).to.deep.equal([]);
  });
});

describe('I3, no installer but to upgrade', () => {
  const FILES: readonly (readonly [string, string | null])[] = [
    ['no mode', '<installation/>'],
    ['mode fresh', '<installation mode="fresh"/>'],
    ['another root', '<restore/>'],
    ['the word only in a comment', '<!-- <installation mode="upgrade"> --><installation/>'],
    ['half a file', '<installation mode="upgrade">'],
    ['no file and no person', null],
  ];
  for (const [what, file] of FILES) {
    it(`catches ${what}`, () => {
      const script = new Script();
      script.stop('v1');
      script.install('h1', 'failed', file, CALL);
      expect(script.violated()).to.deep.equal(['I3']);
    });
  }

  it('lets a person at the console go without a file', () => {
    const script = new Script();
    script.stop('v1');
    script.install('h1', 'complete', null, PERSON);
    expect(script.violated()).to.deep.equal([]);
  });
});

describe('I4, a failed master stops everything', () => {
  function failMaster(): Script {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.leave('h1');
    script.install('h1', 'failed');
    return script;
  }

  it('catches the master started again', () => {
    const script = failMaster();
    script.comeUp('h1');
    script.leave('h1');
    script.install('h1');
    expect(script.violated()).to.deep.equal(['I4']);
  });

  it('catches a member touched afterwards', () => {
    const script = failMaster();
    script.die('h1');
    script.stop('v2');
    script.leave('h2');
    expect(script.violated()).to.include('I4');
  });

  it('catches a master that was interrupted and came back by itself', () => {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.leave('h1');
    script.install('h1', 'backup');
    script.comeUp('h1');
    script.leave('h1');
    script.install('h1');
    expect(script.violated()).to.deep.equal(['I4']);
  });

  it('catches members that go on after a master that was upgraded and never came back', () => {
    const script = new Script();
    script.backup();
    script.stop('v1');
    script.leave('h1');
    script.install('h1');
    script.die('h1');
    script.stop('v2');
    script.leave('h2');
    expect(script.violated()).to.include('I4');
  });

  it('lets a run that stops there be', () => {
    const script = failMaster();
    script.comeUp('h1');
    script.start('v1', 'h1');
    script.end({ outcome: 'MasterOnOldVersion' });
    expect(script.violated()).to.deep.equal([]);
  });
});

describe('I5, a member is retried only so often', () => {
  function tries(failures: number): Script {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.stop('v2');
    for (let attempt = 0; attempt < failures; attempt++) {
      script.leave('h2');
      script.install('h2', 'failed');
      script.comeUp('h2');
    }
    script.leave('h2');
    script.install('h2');
    script.comeUp('h2');
    return script;
  }

  it('lets memberRetries failures pass and catches one more', () => {
    expect(tries(2).violated()).to.deep.equal([]);
    expect(tries(3).violated()).to.deep.equal(['I5']);
  });
});

describe('I6, every guest is served as before', () => {
  it('catches a guest that was forgotten, unless it is named', () => {
    for (const [notRestored, violated] of [
      [[], ['I6']],
      [['v2'], []],
    ] as const) {
      const script = new Script();
      script.upgradeAll();
      script.stop('v2');
      script.end({ notRestored });
      expect(script.violated()).to.deep.equal(violated);
    }
  });

  it('is judged at Succeeded, Cancelled and MasterOnOldVersion, and not where the run halts in between', () => {
    const outcomes = ['Succeeded', 'Cancelled', 'MasterOnOldVersion', 'MasterUnknown', 'Halted'] as const;
    const caught = outcomes.filter((outcome) => {
      const script = new Script();
      script.stop('v2');
      script.end({ outcome });
      return script.violated().includes('I6');
    });
    expect(caught).to.deep.equal(['Succeeded', 'Cancelled', 'MasterOnOldVersion']);
  });

  it('leaves a guest stopped that a person or the guest stopped, and catches a call that starts it', () => {
    for (const cause of [PERSON, { by: 'guest' } as const]) {
      const script = new Script();
      script.stop('v2', cause);
      script.end();
      expect(script.violated()).to.deep.equal([]);
      script.start('v2', 'h2', CALL);
      expect(script.violated()).to.deep.equal(['I6']);
    }
  });

  it('counts a guest that a person started meanwhile as one that runs', () => {
    const script = new Script();
    script.start('idle', 'h2', PERSON);
    script.stop('idle', CALL);
    script.end();
    expect(script.violated()).to.deep.equal(['I6']);
  });
});

describe('I7, versions only upwards', () => {
  function halfUpgraded(): Script {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    return script;
  }

  it('catches a migration from the new master to an old member', () => {
    const script = halfUpgraded();
    script.migrate('v1', 'h2');
    expect(script.violated()).to.deep.equal(['I7']);
  });

  it('catches a start on an old member while releases differ', () => {
    const script = halfUpgraded();
    script.stop('v3');
    script.start('v3', 'h3');
    expect(script.violated()).to.deep.equal(['I7']);
  });

  it('lets guests move upwards and among equals, and start on the new master', () => {
    const script = halfUpgraded();
    script.migrate('v2', 'h3');
    script.migrate('v2', 'h1');
    script.stop('v3');
    script.start('v3', 'h1');
    expect(script.violated()).to.deep.equal([]);
    expect(script.judged('I7')).to.be.greaterThan(3);
  });

  it('lets a guest that reboots itself stay where it is', () => {
    const script = halfUpgraded();
    script.stop('v3', { by: 'guest' });
    script.start('v3', 'h3', { by: 'guest' });
    expect(script.violated()).to.deep.equal([]);
  });
});

describe('I8, a backup before the first host leaves', () => {
  const BROKEN: readonly (readonly [string, (script: Script) => void])[] = [
    ['none at all', () => undefined],
    ['one that was cut off', (script) => script.backups.splice(0, 1, script.backups[0]!.slice(0, -20))],
    ['one that lacks a host', (script) => script.backups.splice(0, 1, script.backups[0]!.replace(/<row uuid="h3"[^>]*>/, ''))],
    ['one that lacks a VM', (script) => script.backups.splice(0, 1, script.backups[0]!.replace(/<row uuid="idle"[^>]*>/, ''))],
    ['one of another time', (script) => script.backups.splice(0, 1, script.backups[0]!.replaceAll(OLD.version, '6.0.2'))],
    ['something else', (script) => script.backups.splice(0, 1, '<html/>')],
  ];
  for (const [what, spoil] of BROKEN) {
    it(`catches ${what}`, () => {
      const script = new Script();
      if (what !== 'none at all') script.backup();
      spoil(script);
      script.stop('v1');
      script.leave('h1');
      expect(script.violated()).to.deep.equal(['I8']);
    });
  }

  it('catches a dump that was taken in mixed mode', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.bus.emit({ kind: 'dumped', caller: 'controller', dummy: true });
    expect(script.violated()).to.deep.equal(['I8']);
  });

  it('asks for no second dump when the members follow', () => {
    const script = new Script();
    script.backup();
    script.upgrade('h1');
    script.backups.length = 0;
    script.upgrade('h2');
    expect(script.violated()).to.deep.equal([]);
  });

  it('does not ask for guests that were made after the dump', () => {
    const script = new Script();
    script.backup();
    script.database.create('VM', 'ref-late', { uuid: 'late', is_a_template: false, is_control_domain: false });
    script.stop('v1');
    script.leave('h1');
    expect(script.violated()).to.deep.equal([]);
  });
});

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

// What the books must catch, each beside what they must let pass. The sequences are of world events: whoever caused them, the books would say the same.
import { expect } from 'chai';
import { CALL, OLD, PERSON, Script } from './script';

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

// Controllers that do what they must not, each in one way, against the real world: the books catch that one thing and nothing else. The rogue works beside
// the operator, at a moment it chooses; XAPI's own rules hold for it as well, so some of it takes a detour.
import { expect } from 'chai';
import { SECRETS } from '../../src/kubernetes/api';
import type { Run, RunOptions } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import type { WorldEvent } from '../../src/simulator/world';
import type { XapiTransport } from '../../src/xenapi/transport';
import { Hand, masterOrigin, methodOf, once } from './hand';
import { type Case, simulate, tellRun } from './rig';

interface Rogue {
  readonly stage: Stage;
  readonly hand: Hand;
  /** The master's origin: calls go there. */
  readonly origin: string;
}

/** Does something right before a call of the operator goes out, once. */
function before(
  method: string,
  act: (rogue: Rogue, body: string) => Promise<unknown>,
): { readonly options: RunOptions; readonly did: () => boolean } {
  const seen: { stage?: Stage; done?: boolean } = {};
  const transport = (inner: XapiTransport): XapiTransport => ({
    async post(host, path, body, signal) {
      if (seen.done !== true && methodOf(body) === method) {
        seen.done = true;
        const stage = seen.stage!;
        await act({ stage, hand: new Hand(stage, inner), origin: masterOrigin(stage) }, body);
      }
      return inner.post(host, path, body, signal);
    },
    get: (host, path, signal) => inner.get(host, path, signal),
  });
  return { options: { transport, onStage: (stage) => void (seen.stage = stage) }, did: () => seen.done === true };
}

function violated({ report }: Run): readonly string[] {
  return [...new Set(report.invariants.violated.map(({ id }) => id))];
}

async function expectCaught(id: string, given: Case, options: RunOptions): Promise<void> {
  const run = await simulate(given, options);
  expect(violated(run), tellRun(run)).to.deep.equal([id]);
  expect([run.report.outcome, run.report.reason]).to.deep.equal(['Failed', 'Defect']);
}

describe('the books catch a controller that', () => {
  it('lets a guest start on a host that is about to go (I1)', async () => {
    const errors: unknown[] = [];
    const onStage = (stage: Stage): void =>
      once(
        stage,
        (event) => event.kind === 'machine' && event.change === 'leaving' && stage.reader.hostName(event.host) === 'xs-01',
        async () => {
          const hand = new Hand(stage, stage.world.transport('controller-rogue'));
          const host = hand.ref('host', 'xs-01');
          await hand.call('host.enable', host);
          await hand.call('VM.start_on', hand.ref('VM', 'halted-03'), host, false, false);
        },
        errors,
      );
    await expectCaught('I1', {}, { onStage });
  });

  it('sends a member away before the master (I2)', async () => {
    const { options } = before('host.reboot', async ({ hand }) => {
      const member = hand.ref('host', 'xs-02');
      await hand.call('host.disable', member);
      await hand.call('host.reboot', member);
    });
    await expectCaught('I2', { pool: { hosts: 2, vms: 0 } }, options);
  });

  it("runs the master's installer again after it failed (I4)", async () => {
    const cause = { by: 'call', caller: 'controller-rogue' } as const;
    const answers = '<installation mode="upgrade"/>';
    const onStage = (stage: Stage): void => {
      const ofMaster = (event: WorldEvent): event is WorldEvent & { kind: 'machine' | 'installer' } =>
        (event.kind === 'machine' || event.kind === 'installer') && stage.reader.hostName(event.host) === 'xs-01';
      let failed = false;
      stage.world.bus.on((event) => {
        if (!ofMaster(event)) return;
        failed ||= event.kind === 'installer' && event.stage === 'failed';
        if (!failed || event.kind !== 'machine' || event.change !== 'up') return;
        failed = false;
        stage.clock.after(1_000, () => {
          stage.world.powerOff(event.host, cause);
          stage.world.links.bootInstaller(event.host, { brand: 'XenServer', version: '7.6.0' }, answers, cause);
        });
      });
    };
    const run = await simulate({ pool: { hosts: 2, vms: 0 }, faults: ['installer-fails@master'] }, { onStage });
    expect(violated(run), tellRun(run)).to.deep.equal(['I4']);
  });

  it('stops a guest and forgets it (I6)', async () => {
    const { options, did } = before('pool.remove_from_other_config', ({ hand }) =>
      hand.call('VM.hard_shutdown', hand.ref('VM', 'vm-05')),
    );
    await expectCaught('I6', {}, options);
    expect(did()).to.equal(true);
  });

  it('starts a guest on a host of the old release (I7)', async () => {
    // XAPI itself refuses that, so its database is made to lie for a moment; the books go by what is on the disks.
    const errors: unknown[] = [];
    const onStage = (stage: Stage): void =>
      once(
        stage,
        (event) => event.kind === 'guest' && event.name === 'pinned-01' && event.change === 'resumed',
        async () => {
          const { database } = stage.world;
          const hand = new Hand(stage, stage.world.transport('controller-rogue'));
          const [master, member] = [hand.ref('host', 'xs-01'), hand.ref('host', 'xs-02')];
          const truth = database.get('host', master)?.['software_version'] ?? {};
          database.update('host', master, { software_version: database.get('host', member)?.['software_version'] ?? {} });
          await hand.call('VM.start_on', hand.ref('VM', 'halted-03'), member, false, false);
          database.update('host', master, { software_version: truth });
        },
        errors,
      );
    const run = await simulate({}, { onStage });
    expect(errors).to.deep.equal([]);
    expect(violated(run), tellRun(run)).to.deep.equal(['I7']);
  });

  it('loses the backup before the first host leaves (I8)', async () => {
    const { options, did } = before('host.reboot', async ({ stage }) => {
      const backups = stage.secrets().filter(({ metadata }) => metadata.labels?.['xenpool.dev/kind'] === 'backup');
      expect(backups).not.to.deep.equal([]);
      for (const { metadata } of backups) await stage.api.delete(SECRETS, metadata.namespace ?? 'default', metadata.name);
    });
    await expectCaught('I8', {}, options);
    expect(did()).to.equal(true);
  });

  it('leaves a guest with an arrangement of its own (I9)', async () => {
    const { options, did } = before('pool.remove_from_other_config', ({ hand }) =>
      hand.call('VM.add_to_other_config', hand.ref('VM', 'vm-05'), 'auto_poweron', 'true'),
    );
    await expectCaught('I9', {}, options);
    expect(did()).to.equal(true);
  });
});

describe('an honest controller', () => {
  it('halts rather than go on with an empty database for a backup', async () => {
    const empty = '<?xml version="1.0"?><database><manifest/><table name="host"/><table name="pool"/></database>';
    const transport = (inner: XapiTransport): XapiTransport => ({
      post: (host, path, body, signal) => inner.post(host, path, body, signal),
      get: async () => ({ status: 200, contentType: 'text/xml', body: empty }),
    });
    const run = await simulate({}, { transport });
    expect(run.report.invariants.violated, tellRun(run)).to.deep.equal([]);
    expect(`${run.report.outcome} ${run.report.reason}`).to.equal('Halted BackupFailed');
    expect(run.report.vms.runningAfter).to.equal(run.report.vms.runningBefore);
  });
});

// People go on working while their pool is upgraded: they stop, start and create VMs. The operator bends to them.
import { expect } from 'chai';
import { readState } from '../../src/controller/store/status';
import type { RunOptions } from '../../src/rehearsal/run';
import type { Stage } from '../../src/rehearsal/stage';
import { hostInWork } from '../../src/upgrade/state';
import { type Hand, once, personAt } from './hand';
import { expectSuccess, expectUnbroken, hostOf, powerStateOf, simulate, tellRun } from './rig';

interface Played {
  readonly options: RunOptions;
  readonly errors: unknown[];
}

/** What a person does once, when the object says for the first time that its host in work is in that phase. */
function whenHostIs(phase: string, act: (hand: Hand, stage: Stage) => Promise<unknown>): Played {
  const errors: unknown[] = [];
  const seen: { stage?: Stage; done?: boolean } = {};
  const options: RunOptions = {
    onStage: (stage) => void (seen.stage = stage),
    onObject: (object) => {
      const state = readState(object);
      if (seen.done === true || state === undefined || hostInWork(state)?.phase !== phase) return;
      seen.done = true;
      act(personAt(seen.stage!), seen.stage!).catch((error: unknown) => errors.push(error));
    },
  };
  return { options, errors };
}

describe('a person at work on a pool under upgrade', () => {
  it('stops a VM, and it stays stopped', async () => {
    const { options, errors } = whenHostIs('Draining', (hand) => hand.call('VM.clean_shutdown', hand.ref('VM', 'vm-04')));
    const run = await simulate({}, options);
    expect(errors).to.deep.equal([]);
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.equal('Succeeded');
    expect(powerStateOf(run, 'vm-04')).to.equal('Halted');
  });

  it('starts a VM on the host that is just being drained, and it is drained as the others are', async () => {
    const { options, errors } = whenHostIs('Draining', (hand) =>
      hand.call('VM.start_on', hand.ref('VM', 'halted-03'), hand.ref('host', 'xs-01'), false, false),
    );
    const run = await simulate({}, options);
    expect(errors).to.deep.equal([]);
    expectSuccess(run);
    expect(powerStateOf(run, 'halted-03')).to.equal('Running');
  });

  it('creates a VM, and it is treated as all others', async () => {
    const { options, errors } = whenHostIs('Draining', async (hand, stage) => {
      const pattern = stage.world.database.get('VM', hand.ref('VM', 'halted-03'))!;
      const vm = await hand.call('VM.create', { ...pattern, name_label: 'newcomer' });
      await hand.call('VM.start_on', vm, hand.ref('host', 'xs-02'), false, false);
    });
    const run = await simulate({}, options);
    expect(errors).to.deep.equal([]);
    expectSuccess(run);
    expect(hostOf(run, 'newcomer')).to.be.a('string');
  });

  it('starts again by hand what the operator stopped, and nobody minds', async () => {
    const errors: unknown[] = [];
    const run = await simulate(
      {},
      {
        onStage: (stage) =>
          once(
            stage,
            (event) => event.kind === 'machine' && event.change === 'agent-up' && stage.reader.hostName(event.host) === 'xs-01',
            async () => {
              const hand = personAt(stage);
              await hand.call('VM.resume', hand.ref('VM', 'pinned-01'), false, false);
            },
            errors,
          ),
      },
    );
    expectUnbroken(run);
    expect(run.report.outcome, tellRun(run)).to.equal('Succeeded');
    expect(powerStateOf(run, 'pinned-01')).to.equal('Running');
  });
});

import { expect } from 'chai';
import { outcomeOfCall, outcomeOfTask } from '../../../src/controller/pool/outcome';
import { ClaimLost } from '../../../src/upgrade/fence';
import type { Outcome } from '../../../src/upgrade/ports';
import { XapiError } from '../../../src/xenapi/error';
import type { TaskOutcome } from '../../../src/xenapi/task';

const failing = (maybeDelivered: boolean, more: object = {}): Promise<never> =>
  Promise.reject(new XapiError({ kind: 'Transport', text: 'the line went dead', maybeDelivered, ...more }));
const task = (outcome: TaskOutcome): Promise<Outcome> => outcomeOfTask(Promise.resolve(outcome));

describe('what became of a call', () => {
  it('is certain only when it was not delivered, or was answered', async () => {
    expect(await outcomeOfCall(Promise.resolve('anything'))).to.deep.equal({ kind: 'Accepted' });
    expect((await outcomeOfCall(failing(true))).kind).to.equal('Ambiguous');
    expect((await outcomeOfCall(failing(false))).kind).to.equal('Refused');
    expect((await outcomeOfTask(failing(true))).kind).to.equal('Ambiguous');
  });

  it('bears the code of XenAPI and its parameters', async () => {
    const refused = await outcomeOfCall(failing(false, { kind: 'Refused', code: 'HOST_DISABLED', params: ['OpaqueRef:h'] }));
    expect(refused).to.deep.equal({ kind: 'Refused', code: 'HOST_DISABLED', text: 'OpaqueRef:h' });
  });

  it('lets a lost claim and every bug pass', async () => {
    for (const error of [new ClaimLost(), new TypeError('a bug')])
      for (const ask of [outcomeOfCall, outcomeOfTask] as readonly ((work: Promise<never>) => Promise<Outcome>)[])
        expect(await ask(Promise.reject(error)).catch((thrown: unknown) => thrown)).to.equal(error);
  });
});

describe('what became of a task', () => {
  it('is uncertain when it was lost, cancelled, or does not end', async () => {
    expect(await task({ kind: 'Failed', code: 'VM_BAD_POWER_STATE', params: ['a', 'b'] } as TaskOutcome)).to.deep.equal({
      kind: 'Refused',
      code: 'VM_BAD_POWER_STATE',
      text: 'a, b',
    });
    expect((await task({ kind: 'Failed', code: 'TASK_CANCELLED', params: [] } as unknown as TaskOutcome)).kind).to.equal(
      'Ambiguous',
    );
    expect(await task({ kind: 'Lost', why: 'gone' })).to.deep.equal({ kind: 'Ambiguous', why: 'gone' });
    expect((await task({ kind: 'StillRunning', task: 'OpaqueRef:t' } as TaskOutcome)).kind).to.equal('Ambiguous');
    expect((await task({ kind: 'Done', value: undefined } as unknown as TaskOutcome)).kind).to.equal('Accepted');
  });
});

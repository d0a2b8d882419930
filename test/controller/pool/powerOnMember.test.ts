import { expect } from 'chai';
import { createVerbs } from '../../../src/controller/pool/verbs';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { Outcome } from '../../../src/upgrade/ports';
import { records } from './records';

/** What becomes of switching host `b` on when its task stands so at each look, and what was called. */
async function switchedOn(
  tasks: readonly object[],
  host = 'b',
): Promise<{ readonly outcome: Outcome; readonly calls: readonly string[] }> {
  const clock = new VirtualClock(0);
  const calls: string[] = [];
  const looks = [...tasks];
  const client = {
    call: (method: string, params: readonly unknown[]) => {
      calls.push(`${method} ${params.join(' ')}`);
      if (method === 'Async.host.power_on') return Promise.resolve('task');
      return Promise.resolve(looks.length > 1 ? looks.shift() : looks[0]);
    },
  };
  const cache = { records: records({ host: { ref: { uuid: 'b' } } }) };
  const verbs = createVerbs({ client, cache, clock } as never);
  let outcome: Outcome | undefined;
  void verbs.powerOnMember(host).then((ended) => (outcome = ended));
  await clock.run(() => outcome !== undefined, Infinity);
  return { outcome: outcome!, calls };
}

const task = (status: string, error: readonly string[] = []): object => ({ status, error_info: error, result: '' });

describe('a member that is to be switched on', () => {
  it('is not waited for while its installer runs, though XAPI waits for its agent', async () => {
    const { outcome, calls } = await switchedOn([task('pending')]);
    expect(outcome).to.deep.equal({ kind: 'Accepted' });
    expect(calls[0]).to.equal('Async.host.power_on ref');
    expect(calls.filter((call) => call.startsWith('task.destroy'))).to.deep.equal([]);
  });

  it('is told to be refused where XAPI refuses at once', async () => {
    const { outcome } = await switchedOn([task('pending'), task('failure', ['HOST_POWER_ON_MODE_DISABLED', 'ref'])]);
    expect(outcome).to.deep.equal({ kind: 'Refused', code: 'HOST_POWER_ON_MODE_DISABLED', text: 'ref' });
    expect((await switchedOn([], 'nobody')).outcome).to.include({ kind: 'Refused', code: 'UUID_INVALID' });
  });
});

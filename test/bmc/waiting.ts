// Work that waits by a virtual clock, run to its end.
import { expect } from 'chai';
import { VirtualClock } from '../../src/foundation/virtualClock';
import { BmcError, type BmcErrorKind } from '../../src/bmc/bmc';

export const patient = new AbortController().signal;

/** What `work` comes to, however long that takes by the clock. */
export async function over<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let finished = false;
  const end = (): void => void (finished = true);
  work.then(end, end);
  const ended = await clock.run(() => finished, Number.MAX_SAFE_INTEGER);
  expect(ended).to.equal('finished');
  return work;
}

/** The BmcError that `work` ends with. */
export async function refusal(work: Promise<unknown>, kind: BmcErrorKind, reason: string): Promise<BmcError> {
  const error = await work.then(
    (value) => expect.fail(`expected ${kind} ${reason}, got ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(BmcError);
  const { kind: told, reason: why } = error as BmcError;
  expect({ kind: told, reason: why }).to.deep.equal({ kind, reason });
  return error as BmcError;
}

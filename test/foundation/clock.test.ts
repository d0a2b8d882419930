import { expect } from 'chai';
import { Aborted, deadline, following, sleep } from '../../src/foundation/clock';
import { VirtualClock } from '../../src/foundation/virtualClock';

/** What became of a wait, with the time at which it did. */
async function ending(clock: VirtualClock, wait: Promise<void>): Promise<string> {
  let told: string | undefined;
  wait.then(
    () => (told = `slept until ${clock.monotonic()}`),
    (error: unknown) =>
      (told = error instanceof Aborted ? `aborted at ${clock.monotonic()}: ${String(error.cause)}` : String(error)),
  );
  await clock.run(() => told !== undefined, 1_000_000);
  return told ?? 'never';
}

describe('waiting by the clock', () => {
  it('lasts as long as asked', async () => {
    const clock = new VirtualClock(0);
    expect(await ending(clock, sleep(clock, 250))).to.equal('slept until 250');
  });

  it('ends with the reason of the abort, at the time of the abort', async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    clock.after(40, () => controller.abort('enough'));
    expect(await ending(clock, sleep(clock, 250, controller.signal))).to.equal('aborted at 40: enough');
    expect(await clock.run(() => false, 1_000), 'the timer left with it').to.equal('idle');
    expect(clock.monotonic()).to.equal(40);
  });

  it('does not begin under a signal that is aborted already', async () => {
    const clock = new VirtualClock(0);
    expect(await ending(clock, sleep(clock, 250, AbortSignal.abort('gone')))).to.equal('aborted at 0: gone');
  });
});

describe('a deadline', () => {
  it('aborts its signal when the time is up, and tells how long it was', async () => {
    const clock = new VirtualClock(0);
    const { signal } = deadline(clock, 500);
    await clock.run(() => signal.aborted, 1_000);
    expect(clock.monotonic()).to.equal(500);
    expect(String(signal.reason)).to.contain('500 ms');
  });

  it('follows its parent, also one aborted before', async () => {
    const clock = new VirtualClock(0);
    const parent = new AbortController();
    const { signal } = deadline(clock, 500, parent.signal);
    parent.abort('parent');
    expect(signal.aborted && signal.reason).to.equal('parent');
    const born = deadline(clock, 500, parent.signal);
    expect(born.signal.aborted && born.signal.reason).to.equal('parent');
  });

  it('leaves nothing behind once disposed of', async () => {
    const clock = new VirtualClock(0);
    const parent = new AbortController();
    const budget = deadline(clock, 500, parent.signal);
    budget.dispose();
    parent.abort('late');
    expect(await clock.run(() => false, 1_000)).to.equal('idle');
    expect(budget.signal.aborted).to.equal(false);
  });
});

describe('a controller that follows a signal', () => {
  it('aborts with it and for its reason, at once where that has happened before', () => {
    const parent = new AbortController();
    const before = following(parent.signal).controller.signal;
    expect(before.aborted).to.equal(false);
    parent.abort('told to');
    const after = following(parent.signal).controller.signal;
    expect([before.reason, after.reason]).to.deep.equal(['told to', 'told to']);
  });

  it('aborts alone without telling its parent, and follows no more once disposed of', () => {
    const parent = new AbortController();
    const alone = following(parent.signal);
    alone.controller.abort();
    expect(parent.signal.aborted).to.equal(false);
    const left = following(parent.signal);
    left.dispose();
    parent.abort();
    expect(left.controller.signal.aborted).to.equal(false);
  });
});

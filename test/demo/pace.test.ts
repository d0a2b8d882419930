import { expect } from 'chai';
import { Pace } from '../../src/demo/pace';
import { VirtualClock } from '../../src/foundation/virtualClock';

/** How long a telling takes, on a clock of its own. */
async function lasts(speed: number, telling: (pace: Pace) => Promise<void>): Promise<number> {
  const clock = new VirtualClock(0);
  const pace = new Pace(clock, speed);
  let over = false;
  const told = telling(pace).then(() => (over = true));
  await clock.run(() => over, 3_600_000);
  await told;
  return clock.monotonic();
}

describe('the pace of the demo', () => {
  const hour = async (pace: Pace): Promise<void> => {
    for (let step = 0; step < 360; step++) await pace.pass(10_000);
  };
  const chatter = async (pace: Pace): Promise<void> => {
    for (let line = 0; line < 20; line++) {
      pace.told();
      await pace.pass(1_000);
    }
  };

  it('does not let a quiet hour last', async () => {
    expect(await lasts(1, hour)).to.be.within(1_000, 5_000);
  });

  it('gives each line its time, and half of it at double speed', async () => {
    const whole = await lasts(1, chatter);
    expect(whole).to.be.greaterThan(2_000);
    expect(await lasts(2, chatter)).to.be.closeTo(whole / 2, 50);
  });

  it('does not wait at all at the greatest speed', async () => {
    expect(await lasts(Infinity, hour)).to.equal(0);
  });
});

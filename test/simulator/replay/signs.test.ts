// Second by second: what a host's reboot looks like from outside, in the recorded order.
import { expect } from 'chai';
import { recording, type Observation } from '../../xenapi/codec/recordings';
import { inVirtualTime, pause, worldOf } from './play';
import { Lookout, signsOf, type Signs } from './signs';
import { poolWithoutStorage } from './startPool';

/** As often as the recording looked. */
const LOOK_EVERY = 500;
const LOOKS = 1_200;

const lines = recording();

/** The distinct sights of one recorded reboot, in order. */
function recorded(role: 'master' | 'member'): readonly Signs[] {
  const seen = (lines ?? []).filter((line): line is Observation => line.n === 'observe' && line.tag === `observe-${role}-reboot`);
  return seen.map((observation) => signsOf(observation, seen[0]!));
}

/** Disables and reboots a host of a simulated pool and looks until it is enabled again. */
async function simulated(role: 'master' | 'member'): Promise<readonly Signs[]> {
  const pool = poolWithoutStorage('23.9.0');
  const { clock, world } = worldOf(pool);
  const { ref } = pool.hosts[role === 'master' ? 0 : 1]!;
  return inVirtualTime(clock, async () => {
    const lookout = new Lookout(world, pool, role);
    await lookout.order('host.disable', ref);
    const sights = [await lookout.look()];
    await lookout.order('Async.host.reboot', ref);
    for (let look = 0; look < LOOKS && !isBack(sights); look++) {
      await pause(clock, LOOK_EVERY);
      const now = await lookout.look();
      if (JSON.stringify(now) !== JSON.stringify(sights[sights.length - 1])) sights.push(now);
    }
    return sights;
  });
}

function isBack(sights: readonly Signs[]): boolean {
  return sights[sights.length - 1]!.host[0] === true;
}

if (lines !== undefined) {
  describe('a reboot seen from outside', () => {
    for (const role of ['member', 'master'] as const)
      it(`of a ${role} shows the recorded signs in the recorded order, and no others`, async () => {
        const real = recorded(role);
        expect(real.length).to.be.greaterThan(3);
        expect(await simulated(role)).to.deep.equal(real);
      });
  });
}

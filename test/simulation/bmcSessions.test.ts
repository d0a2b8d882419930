// What controllers that die again and again leave at the BMCs of their hosts: a BMC has few sessions, and each death costs one unless the next controller ends it.
import { expect } from 'chai';
import { profileOf } from '../../src/simulator/bmc/profiles';
import { SESSIONS } from '../../src/simulator/bmc/sessions';
import type { Run } from '../../src/rehearsal/run';
import { boot } from './boots';
import { expectSuccess } from './rig';

/** Crash points, each some changes after the one before. */
const deaths = (count: number, apart: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => 8 + index * apart);

interface Watched {
  readonly run: Run;
  /** Sessions that were open at a BMC at once. */
  readonly most: number;
  /** Logins that found no session free. */
  readonly refused: number;
}

async function watched(bmcs: string, dieAt: readonly number[]): Promise<Watched> {
  let most = 0;
  let look = (): void => undefined;
  const onStage = ({ world, reader }: Run['stage']): void => {
    look = () => {
      for (const { uuid } of reader.hosts()) most = Math.max(most, world.bmc(uuid)!.books.sessions());
    };
  };
  const run = await boot({ bootMethod: 'VirtualMedia', firmware: 'UEFI', bmcs }, { dieAt, onStage, onWrite: () => look() });
  const { reader, world } = run.stage;
  const requests = reader.hosts().flatMap(({ uuid }) => world.bmc(uuid)!.books.requests);
  const logins = requests.filter(({ method, path }) => method === 'POST' && path === SESSIONS);
  return { run, most, refused: logins.filter(({ status }) => status >= 400).length };
}

describe('sessions at BMCs', () => {
  for (const bmcs of ['generic', 'cisco-cimc'])
    it(`do not run out however often the controller dies, with BMCs of the family ${bmcs}`, async () => {
      const { limit } = profileOf(bmcs).sessions;
      const { run, most, refused } = await watched(bmcs, deaths(3 * limit, 4));
      expectSuccess(run);
      // That of the dead, until the living has logged in and ended it.
      expect(most).to.equal(2);
      expect(refused).to.equal(0);
    });
});

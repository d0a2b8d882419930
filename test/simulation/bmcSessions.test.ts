// What controllers that die again and again leave at the BMCs of their hosts: a BMC has few sessions, and each death costs one unless the next controller ends it.
import { expect } from 'chai';
import { profileOf } from '../../src/simulator/bmc/profiles';
import { SESSIONS } from '../../src/simulator/bmc/sessions';
import type { Run } from '../../src/rehearsal/run';
import { LEASES } from '../../src/kubernetes/api';
import type { Lease } from '../../src/kubernetes/lease';
import { boot, SMALL, TO } from './boots';
import { Play } from './play';
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
  it('are ended, and off the claim, when a controller is told to stop and when a run is over', async () => {
    const play = await Play.begin({ pool: SMALL, target: TO, bootMethod: 'VirtualMedia', firmware: 'UEFI' });
    const { api, world, reader } = play.stage;
    const open = (): number => reader.hosts().reduce((sum, { uuid }) => sum + world.bmc(uuid)!.books.sessions(), 0);
    const noted = async (): Promise<readonly unknown[]> => {
      const { items } = await play.while(api.list<Lease>(LEASES));
      const texts = items.map(({ metadata }) => metadata.annotations?.['xenpool.dev/bmc-sessions']);
      return texts.flatMap((text) => (text === undefined ? [] : (JSON.parse(text) as unknown[])));
    };
    await play.until('the master drains', ({ hosts }) => hosts[0]?.phase === 'Draining');
    expect(await noted()).to.have.length(open()).and.not.be.empty;
    await play.while(play.stage.relieve());
    expect([open(), await noted()]).to.deep.equal([0, []]);
    await play.phase('Succeeded');
    await play.passTime(60_000);
    expect([open(), await noted()]).to.deep.equal([0, []]);
  });

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

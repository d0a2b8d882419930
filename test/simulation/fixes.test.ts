// Fixes of checks, carried out by the real heart on a made pool: without consent nothing is changed, with it the cause is put right before the run goes on, and
// put back afterwards, however the run ends. A cause that a person removes clears by itself.
import { expect } from 'chai';
import { ANNOTATIONS } from '../../src/api/poolUpgrade';
import type { DatabaseRecord } from '../../src/simulator/pool/liveDatabase';
import type { Release } from '../../src/simulator/world';
import { Play } from './play';
import { type Case, expectUnbroken, MadePool, simulate, tellRun, XCP, XS } from './rig';

interface Fixable {
  readonly id: string;
  readonly from: Release;
  readonly to: Release;
  /** Without consent it warns; else it holds the run up. */
  readonly warns?: true;
  /** How it is told. */
  readonly says: RegExp;
  plant(pool: MadePool): void;
  /** Takes the cause away, as a person does. */
  cure(pool: MadePool): void;
  /** What the cause is about, as the pool has it. */
  seen(pool: MadePool): unknown;
  /** What is there when an upgrade that succeeded has put everything back. */
  readonly after: 'as before' | 'put right';
}

const hostField = (pool: MadePool, name: string, field: string): unknown =>
  pool.database.get('host', pool.ref('host', name))?.[field];
const pbdOf = (pool: MadePool, host: string): string =>
  pool.refs('PBD', (pbd) => pbd['host'] === pool.ref('host', host) && pbd['SR'] === pool.ref('SR', 'Shared storage'))[0]!;
const poolField = (pool: MadePool, field: string): unknown => pool.database.get('pool', pool.refs('pool')[0]!)?.[field];
const onEachHost = (pool: MadePool, fields: DatabaseRecord): void =>
  pool.refs('host').forEach((ref) => pool.database.update('host', ref, fields));
const [FROM, STOCKHOLM] = [XS('7.6.0'), XS('8.2.1')];
const ENROLMENT = { Enrollment: 'true', Schedule: '{"day":1}' };

const FIXABLE: readonly Fixable[] = [
  {
    id: 'HostDisabled',
    from: XCP('8.2.1'),
    to: XCP('8.3.0'),
    says: /xs-03 is disabled/,
    plant: (pool) => pool.set('host', 'xs-03', { enabled: false }),
    cure: (pool) => pool.set('host', 'xs-03', { enabled: true }),
    seen: (pool) => hostField(pool, 'xs-03', 'enabled'),
    after: 'as before',
  },
  {
    id: 'HealthCheckEnrolled',
    from: FROM,
    to: STOCKHOLM,
    says: /enrolled in Health Check/,
    plant: (pool) => pool.pool({ health_check_config: ENROLMENT }),
    cure: (pool) => pool.pool({ health_check_config: {} }),
    seen: (pool) => poolField(pool, 'health_check_config'),
    after: 'as before',
  },
  {
    id: 'LegacySsl',
    from: FROM,
    to: STOCKHOLM,
    says: /xs-02.*legacy SSL is on/,
    plant: (pool) => onEachHost(pool, { ssl_legacy: true }),
    cure: (pool) => onEachHost(pool, { ssl_legacy: false }),
    seen: (pool) => hostField(pool, 'xs-02', 'ssl_legacy'),
    after: 'put right',
  },
  {
    id: 'PowerOnIlo',
    from: FROM,
    to: STOCKHOLM,
    says: /xs-02 is powered on by the iLO script/,
    plant: (pool) => pool.set('host', 'xs-02', { power_on_mode: 'iLO', power_on_config: { power_on_ip: '10.77.1.2' } }),
    cure: (pool) => pool.set('host', 'xs-02', { power_on_mode: '', power_on_config: {} }),
    seen: (pool) => [hostField(pool, 'xs-02', 'power_on_mode'), hostField(pool, 'xs-02', 'power_on_config')],
    after: 'put right',
  },
  {
    id: 'StorageUnplugged',
    from: FROM,
    to: STOCKHOLM,
    warns: true,
    says: /xs-03 does not have SR Shared storage attached/,
    plant: (pool) => pool.database.update('PBD', pbdOf(pool, 'xs-03'), { currently_attached: false }),
    cure: (pool) => pool.database.update('PBD', pbdOf(pool, 'xs-03'), { currently_attached: true }),
    seen: (pool) => pool.database.get('PBD', pbdOf(pool, 'xs-03'))?.['currently_attached'],
    after: 'put right',
  },
];

const shape = ({ from, to, plant }: Fixable, fixes: readonly string[] = []): Case => ({
  pool: { hosts: 3, vms: 6, release: from },
  target: to,
  bend: plant,
  spec: { consent: { undocumentedHops: true, acceptDowntime: true, fixes } },
});

describe('a fix of a check', () => {
  for (const fixable of FIXABLE) {
    const { id, warns, after } = fixable;
    const seenIn = (play: Play): string => JSON.stringify(fixable.seen(new MadePool(play.stage.world.database)));

    it(`${id} changes nothing without consent, and is told`, async () => {
      const run = await simulate(shape(fixable));
      expectUnbroken(run);
      expect(run.report.outcome, tellRun(run)).to.equal(warns ? 'Succeeded' : 'Refused');
      const told = [run.report.message, ...run.report.warnings].join('\n');
      expect(told).to.match(fixable.says);
    });

    it(`${id} with consent is put right before a host is touched, and ${after} at the end`, async () => {
      const play = await Play.begin(shape(fixable, [id]));
      const planted = seenIn(play);
      await play.until('it drains', ({ hosts }) => hosts.some(({ phase }) => phase === 'Draining'));
      const fixed = seenIn(play);
      expect(fixed).to.not.equal(planted);
      const { debts } = await play.phase('Succeeded');
      expect(debts).to.deep.equal([]);
      expect(seenIn(play)).to.equal(after === 'as before' ? planted : fixed);
    });

    it(`${id} is put back when the run is cancelled before a host has the new release`, async () => {
      const play = await Play.begin(shape(fixable, [id]));
      const planted = seenIn(play);
      await play.until('it is put right', () => seenIn(play) !== planted);
      const fixed = seenIn(play);
      await play.delete();
      await play.untilGone();
      expect(seenIn(play)).to.equal(id === 'StorageUnplugged' ? fixed : planted);
      expect(new Set(play.systems()).size).to.equal(1);
    });

    it(`${id} is put back when the master's upgrade fails and the run is given up`, async () => {
      const play = await Play.begin({ ...shape(fixable, [id]), faults: ['installer-fails@master'] });
      const planted = seenIn(play);
      await play.phase('Halted');
      await play.delete();
      await play.untilGone();
      const fixed = id === 'StorageUnplugged';
      expect(seenIn(play) === planted).to.equal(!fixed);
    });

    if (warns !== true)
      it(`${id} clears by itself when a person removes the cause`, async () => {
        const play = await Play.begin(shape(fixable));
        await play.until('it is held up', ({ checks = [] }) =>
          checks.some((check) => check.id === id && check.verdict === 'Block'),
        );
        fixable.cure(new MadePool(play.stage.world.database));
        const since = play.stage.clock.monotonic();
        await play.until(
          'it is cleared',
          ({ checks = [] }) => !checks.some((check) => check.id === id && check.verdict === 'Block'),
        );
        expect(play.stage.clock.monotonic() - since).to.be.at.most(60_000);
        await play.until('it goes on', ({ phase }) => phase === 'Upgrading');
      });
  }

  it('need not be waited for where a person says retry', async () => {
    const fixable = FIXABLE.find(({ id }) => id === 'HealthCheckEnrolled')!;
    const play = await Play.begin(shape(fixable));
    await play.until('it is held up', ({ reason }) => reason === fixable.id);
    await play.passTime(5_000);
    fixable.cure(new MadePool(play.stage.world.database));
    const since = play.stage.clock.monotonic();
    await play.edit({}, { annotations: { [ANNOTATIONS.retry]: 'now' } });
    await play.until('it goes on', ({ phase }) => phase === 'Preparing' || phase === 'Upgrading');
    expect(play.stage.clock.monotonic() - since).to.be.at.most(15_000);
  });
});

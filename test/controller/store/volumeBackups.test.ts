import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BackupPlace, PlaceError, type VerifiedDump } from '../../../src/controller/store/backupPlace';
import { volumeBackups, volumeProblem } from '../../../src/controller/store/volumeBackups';

const dump = (run: string, hour: number): VerifiedDump => ({
  run,
  pool: 'pool-1',
  hosts: 3,
  vms: 12,
  srs: 5,
  takenAt: `2026-01-12T${String(hour).padStart(2, '0')}:00:00.000Z`,
  text: `<database run="${run}"/>`,
});

describe('backups on a volume', () => {
  let volumes: string;
  let place: BackupPlace;
  const file = (...names: readonly string[]): string => path.join(volumes, 'backups', ...names);

  beforeEach(() => {
    volumes = mkdtempSync(path.join(os.tmpdir(), 'xenpool-volumes-'));
    mkdirSync(file());
    place = volumeBackups(volumes, 'backups');
  });
  afterEach(() => rmSync(volumes, { recursive: true }));

  it('are found again by their run, and tell what is in them and where they lie', async () => {
    expect(await place.find('run-1')).to.equal(null);
    await place.save(dump('run-1', 1));
    await place.save(dump('run-1', 1));
    const found = await place.find('run-1');
    expect(found).to.deep.include({ secrets: [], hosts: 3, vms: 12, srs: 5, takenAt: '2026-01-12T01:00:00.000Z' });
    expect(found?.volume).to.deep.equal({ claimName: 'backups', file: 'pool-1/run-1.xml.gz' });
    expect(readdirSync(file('pool-1')).sort()).to.deep.equal(['run-1.json', 'run-1.xml.gz']);
    expect(await place.find('run-2')).to.equal(null);
  });

  it('are none when they are not whole, in whatever way', async () => {
    await place.save(dump('run-1', 1));
    const written = file('pool-1', 'run-1.xml.gz');
    truncateSync(written, 12);
    expect(await place.find('run-1'), 'cut off').to.equal(null);
    writeFileSync(written, 'something else');
    expect(await place.find('run-1'), 'another').to.equal(null);
    rmSync(written);
    expect(await place.find('run-1'), 'gone').to.equal(null);
    writeFileSync(file('pool-1', 'run-1.json'), '{"sha');
    expect(await place.find('run-1'), 'half a description').to.equal(null);
    await place.save(dump('run-1', 2));
    expect(await place.find('run-1')).to.include({ hosts: 3 });
  });

  it('are all told of a pool, newest first, with their text, as far as they are whole', async () => {
    expect(await place.all('pool-1')).to.deep.equal([]);
    for (const [run, hour] of [
      ['run-1', 1],
      ['run-1.2', 3],
      ['run-2', 2],
      ['spoilt', 4],
    ] as const)
      await place.save(dump(run, hour));
    await place.save({ ...dump('other', 5), pool: 'pool-2' });
    truncateSync(file('pool-1', 'spoilt.xml.gz'), 12);
    expect((await place.all('pool-1')).map(({ text }) => text)).to.deep.equal(
      ['run-1.2', 'run-2', 'run-1'].map((run) => dump(run, 0).text),
    );
    expect((await place.all('pool-1'))[0]?.summary.volume?.file).to.equal('pool-1/run-1.2.xml.gz');
  });

  it('are kept as many as asked for, the newest, each pool for itself', async () => {
    for (const hour of [3, 1, 2]) await place.save(dump(`run-${hour}`, hour));
    await place.save({ ...dump('other', 0), pool: 'pool-2' });
    await place.prune('pool-1', 2);
    expect(
      await Promise.all(['run-1', 'run-2', 'run-3', 'other'].map(async (run) => (await place.find(run)) !== null)),
    ).to.deep.equal([false, true, true, true]);
  });

  it('are refused where nothing is mounted, with the field, what was looked for and the remedy', async () => {
    const error = await volumeBackups(volumes, 'nowhere')
      .save(dump('run-1', 1))
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PlaceError);
    expect((error as Error).message).to.match(/spec\.backup\.volume\.claimName: nowhere: .*ENOENT.*backupVolumes/);
    expect(volumeProblem('', 'backups')).to.match(/--volumes/);
    expect(volumeProblem(volumes, 'backups')).to.equal(undefined);
  });

  it('are refused where a file stands in the way', async () => {
    writeFileSync(file('pool-1'), '');
    const error = await place.save(dump('run-1', 1)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PlaceError);
  });
});

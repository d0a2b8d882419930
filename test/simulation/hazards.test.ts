// Hazards planted in a made pool and met by the real heart: what blocks is refused by name before anything is touched, and goes on by itself once a person has taken
// the cause away; what warns is told in the plan.
import { expect } from 'chai';
import type { Release } from '../../src/simulator/world';
import {
  autoPoweron,
  blocked,
  cluster,
  cpuVendors,
  forbiddenUpgrade,
  inDirectory,
  licenceEnded,
  licenceForbids,
  managedByBond,
  managementInterface,
  multipathing,
  oldDiskLayout,
  paravirtual,
  pendingSecretRotation,
  type Plant,
  runningTask,
  sharedStorageOf,
  shortCertificateKey,
  squeezable,
  toolsDisc,
  bootsByUefi,
} from './hazards';
import { Play } from './play';
import { type Case, expectSuccess, expectUnbroken, MadePool, simulate, tellRun, XCP, XS } from './rig';

const CONSENT = { undocumentedHops: true };

function shape(from: Release, target: Release, ...plants: readonly Plant[]): Case {
  return { pool: { hosts: 3, vms: 6, release: from }, target, bend: (pool) => plants.forEach((plant) => plant(pool)) };
}

interface Blocking {
  readonly id: string;
  readonly given: Case;
  readonly names: RegExp;
}

const toSevenSix = (...plants: readonly Plant[]): Case => shape(XS('7.1.2'), XS('7.6.0'), ...plants);
const toEightThree = (...plants: readonly Plant[]): Case => shape(XCP('8.2.1'), XCP('8.3.0'), ...plants);

const blocking: readonly Blocking[] = [
  { id: 'UpgradeForbidden', given: toSevenSix(forbiddenUpgrade), names: /hci-forbid-rpu/ },
  { id: 'CertificateKeyLength', given: toEightThree(shortCertificateKey), names: /xs-01/ },
  { id: 'PvGuests', given: toEightThree(paravirtual('vm-04')), names: /vm-04/ },
  {
    id: 'OldDiskLayout',
    given: toEightThree(oldDiskLayout),
    names: /xs-01 has the partition layout of 6\.5.*no installer after 8\.2 takes it/,
  },
  {
    id: 'ManagementNetwork',
    given: toSevenSix(managedByBond('xs-02', 'lacp')),
    names: /xs-02 is managed over an LACP bond \(bond0\)/,
  },
  { id: 'ManagementNetwork', given: toSevenSix(managementInterface('xs-03', { VLAN: 12 })), names: /xs-03.*tagged VLAN 12/ },
  {
    id: 'ManagementNetwork',
    given: toSevenSix(managementInterface('xs-01', { gateway: '' })),
    names: /xs-01.*without a gateway/,
  },
  { id: 'ClusterNotQuorate', given: shape(XS('7.6.0'), XS('8.2.1'), cluster('xs-02')), names: /lacks xs-02/ },
  {
    id: 'ClusteringInTheWay',
    given: shape(XS('8.1.0'), XCP('8.2.1'), cluster()),
    names: /does not start on a database with clustering/,
  },
  { id: 'XostorInUse', given: toEightThree(sharedStorageOf('linstor')), names: /Shared storage is XOSTOR/ },
  {
    id: 'StorageLinkInUse',
    given: shape(XS('5.6.100'), XS('6.1.0'), sharedStorageOf('cslg')),
    names: /Shared storage is a StorageLink SR and attached/,
  },
  {
    id: 'SecretRotationPending',
    given: shape(XS('8.2.1'), XS('8.4.0'), pendingSecretRotation),
    names: /rotation of its secret pending/,
  },
  {
    id: 'OperationsBlocked',
    given: toSevenSix(blocked('vm-04', 'pool_migrate', 'suspend', 'clean_shutdown', 'hard_shutdown')),
    names: /vm-04 can neither migrate nor be stopped/,
  },
];

describe('a hazard that blocks', () => {
  for (const { id, given, names } of blocking)
    it(`${id} (${names.source}) is refused by name, and nothing is touched`, async () => {
      const run = await simulate(given);
      expectUnbroken(run);
      expect(run.report.outcome, tellRun(run)).to.equal('Refused');
      expect(run.report.message).to.match(names);
      expect(`${run.report.reason} ${run.report.message}`).to.include(id);
      expect(run.report.migrations.done).to.equal(0);
      const versions = [...run.stage.world.machines.values()].map(({ disk }) => disk.system);
      expect(new Set(versions.map((system) => JSON.stringify(system))).size).to.equal(1);
    });

  it('lets the run go on by itself within two minutes of the cause going', async () => {
    const play = await Play.begin(toSevenSix(forbiddenUpgrade, managementInterface('xs-01', { gateway: '' })));
    const held = await play.until('it is held up', ({ message }) => /UpgradeForbidden/.test(message ?? ''));
    expect(held.message).to.match(/ManagementNetwork/);
    const pool = new MadePool(play.stage.world.database);
    pool.pool({ other_config: {} });
    managementInterface('xs-01', { gateway: '10.77.0.1' })(pool);
    const since = play.stage.clock.monotonic();
    await play.until('it drains', ({ phase }) => phase === 'Upgrading');
    expect(play.stage.clock.monotonic() - since).to.be.at.most(120_000);
    await play.phase('Succeeded');
  });
});

describe('a licence that forbids live migration', () => {
  const given = toSevenSix(licenceForbids('xen_motion'));

  it('is refused without consent to downtime', async () => {
    const run = await simulate({ ...given, spec: { consent: CONSENT } });
    expect(run.report.outcome, tellRun(run)).to.equal('Refused');
    expect(run.report.message).to.match(/forbids live migration/);
  });

  it('with consent has every guest stopped and started again, and none moved', async () => {
    const run = await simulate(given);
    expectSuccess(run);
    expect(run.report.migrations.done).to.equal(0);
  });
});

describe('hazards that warn', () => {
  const plants: readonly (readonly [Plant, RegExp])[] = [
    [toolsDisc('vm-04'), /vm-04: the disc of the guest tools is inserted/],
    [licenceEnded, /licence of xs-01, xs-02, xs-03 has ended/],
    [inDirectory, /member of a directory/],
    [autoPoweron('vm-05'), /vm-05 would start by themselves/],
    [squeezable('vm-06', 64 * 1024 ** 2), /vm-06 may be squeezed/],
    [bootsByUefi('vm-04'), /vm-04 boots by UEFI/],
  ];

  it('are told in the plan, each with its object, and the run succeeds', async () => {
    const given = toEightThree(...plants.map(([plant]) => plant));
    const play = await Play.begin(given);
    const planned = await play.until('the plan stands', ({ plan }) => plan?.hash !== undefined);
    const warnings = (planned.plan?.warnings ?? []).join('\n');
    for (const [, says] of plants) expect(warnings).to.match(says);
    await play.phase('Succeeded');
  });

  it('a host that is booted by hand is told of its firmware mode and its paths to the disk', async () => {
    const given = {
      ...toSevenSix(multipathing),
      spec: { boot: { method: 'Manual' }, consent: { ...CONSENT, acceptDowntime: true } },
    };
    const play = await Play.begin({ ...given, target: XS('7.6.0') });
    const planned = await play.until('the plan stands', ({ plan }) => plan?.hash !== undefined);
    const warnings = (planned.plan?.warnings ?? []).join('\n');
    expect(warnings)
      .to.match(/whether xs-02 was installed for BIOS or for UEFI/)
      .and.match(/xs-02 has multipathing on/);
  });

  it('somebody else at work is told by the name of the task', async () => {
    const play = await Play.begin(toSevenSix());
    runningTask('VM export')(new MadePool(play.stage.world.database));
    const planned = await play.until('the plan stands', ({ plan }) => plan?.hash !== undefined);
    expect((planned.plan?.warnings ?? []).join('\n')).to.match(/tasks are under way: .*VM export/);
  });

  it('hosts of two CPU vendors are named, and guests with no second host of theirs have to stop', async () => {
    const run = await simulate({
      ...toSevenSix(cpuVendors('GenuineIntel', 'GenuineIntel', 'AuthenticAMD')),
      spec: { consent: CONSENT },
    });
    expect(run.report.outcome, tellRun(run)).to.equal('Refused');
    expect(run.report.message).to.match(/no other host has a CPU of the vendor that .*vm-06/);
  });
});

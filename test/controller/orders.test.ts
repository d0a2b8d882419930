import { expect } from 'chai';
import { ordersOf } from '../../src/controller/orders';
import { hours, minutes } from '../../src/upgrade/time';
import { manifestOf } from '../api/sample';

describe('the orders in a manifest', () => {
  it('have every default, in milliseconds', () => {
    const orders = ordersOf(manifestOf(''));
    expect(orders.deadlines).to.deep.equal({
      drain: hours(2),
      powerOff: minutes(15),
      installerStart: minutes(20),
      install: minutes(60),
      rejoin: minutes(30),
      settle: minutes(15),
    });
    expect(orders).to.deep.include({
      maxParallel: 3,
      memberRetries: 2,
      bootMethod: 'Auto',
      placement: 'Minimal',
      approval: 'None',
    });
    expect([orders.forceShutdownAfter, orders.window, orders.poolUuid, orders.target.brand]).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.values(orders.consent)).to.have.deep.members([...Array.from({ length: 7 }, () => false), []]);
    expect([orders.paused, orders.dryRun, orders.cancelled]).to.deep.equal([false, false, false]);
  });

  it('remember a word that is too long for a status by its digest, each text by another', () => {
    const worded = (retry: string): string | undefined => {
      const made = manifestOf('');
      return ordersOf({ ...made, metadata: { ...made.metadata, annotations: { 'xenpool.dev/retry': retry } } }).verbs.retry;
    };
    expect(worded('2026-11-25')).to.equal('2026-11-25');
    const [one, other] = [worded('€'.repeat(2_000)), worded(`${'€'.repeat(2_000)}!`)];
    expect(one)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(other);
    expect(worded('')).to.equal(undefined);
  });

  it('say what of a manifest cannot be followed, and do no harm to a host in work meanwhile', () => {
    const made = manifestOf('  window: {timeZone: Europe/Zurich, periods: [{start: "22:00", duration: 8h}]}\n');
    const window = { ...made.spec.window!, timeZone: 'Mars/Olympus' };
    const wrong = ordersOf({ ...made, spec: { ...made.spec, window } });
    expect(wrong.unfit).to.include({ reason: 'InvalidManifest' });
    expect(wrong.window).to.equal(undefined);
    const missing = ordersOf(manifestOf('  vms: {migrate: {network: n}}\n  failure: {master: Restore}\n'));
    expect(missing.unfit?.message).to.include('spec.vms.migrate.network: n').and.include('spec.failure.master: Restore');
    const unmounted = ordersOf(manifestOf('  backup: {volume: {claimName: dumps}}\n'), '/nowhere');
    expect(unmounted.unfit?.message).to.include('/nowhere/dumps');
    expect(ordersOf(manifestOf('')).unfit).to.equal(undefined);
  });

  it('call for another plan when what it is made from is edited, and for none when a gate is', () => {
    const basis = (more: string): string => ordersOf(manifestOf(more)).basis;
    expect(basis('  gates: {approval: BeforeUpgrade}\n  paused: true\n  deadlines: {drain: 3h}\n')).to.equal(basis(''));
    for (const more of ['  order: [xs-02]\n', '  vms: {placement: Home}\n', '  boot: {method: Manual}\n'])
      expect(basis(more), more).to.not.equal(basis(''));
  });

  it('take what the spec says, and leave open what it leaves out', () => {
    const orders = ordersOf(
      manifestOf(`  vms:
    forceShutdownAfter: 10m
    rules: [{match: {names: ["db-*"]}, action: Shutdown, return: Home}, {match: {tags: [x]}, action: Migrate}]
  window: {timeZone: Europe/Zurich, periods: [{start: "22:00", duration: 8h}]}
  releases: [{version: "8.2.1", repository: {url: "http://repo/"}}]
`),
    );
    expect(orders.forceShutdownAfter).to.equal(minutes(10));
    expect(orders.rules).to.deep.equal([
      { tags: [], names: ['db-*'], uuids: [], action: 'Shutdown', return: 'Home' },
      { tags: ['x'], names: [], uuids: [], action: 'Migrate', return: undefined },
    ]);
    expect(orders.window?.periods[0]).to.deep.equal({
      days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
      start: '22:00',
      duration: hours(8),
    });
    expect(orders.repositories).to.deep.equal([{ brand: undefined, version: '8.2.1', url: 'http://repo/' }]);
  });

  it('take the disk of a host as the manifest names it', () => {
    const hosts =
      '  hosts: [{name: xs-01, boot: {method: Manual, disk: /dev/sda}}, {name: xs-02}, {name: xs-03, bmc: {address: "ipmi://10.0.0.3", credentialsRef: {name: b}}}]\n';
    expect(ordersOf(manifestOf(hosts)).hosts).to.deep.equal([
      { name: 'xs-01', bootMethod: 'Manual', bmc: false, disk: '/dev/sda' },
      { name: 'xs-02', bootMethod: undefined, bmc: false },
      { name: 'xs-03', bootMethod: undefined, bmc: true, ipmi: true },
    ]);
  });

  it('take the images that are named, and in which mode hosts boot', () => {
    const image = `iso: {url: "http://mirror/x.iso", sha256: "${'0'.repeat(64)}"}`;
    const releases = `  releases: [{version: "8.2.1", ${image}}, {version: "8.0.0", repository: {url: "http://repo/"}}]\n`;
    const named = ordersOf(manifestOf(`${releases}  boot: {firmware: UEFI}\n  hosts: [{name: xs-01, boot: {firmware: BIOS}}]\n`));
    expect(named.isos).to.deep.equal([{ brand: undefined, version: '8.2.1' }]);
    expect([named.firmware, named.hosts[0]!.firmware, ordersOf(manifestOf('')).firmware]).to.deep.equal(['UEFI', 'BIOS', 'Auto']);
  });

  it('are cancelled by deletion, and approved in Git or by annotation', () => {
    const made = manifestOf('  gates: {approval: BeforeUpgrade, approvals: ["3f2a9c41"]}\n');
    const metadata = {
      ...made.metadata,
      deletionTimestamp: '2026-01-01T00:00:00Z',
      annotations: { 'xenpool.dev/approve': 'def' },
    };
    const orders = ordersOf({ ...made, metadata });
    expect([orders.cancelled, orders.approvals]).to.deep.equal([true, ['3f2a9c41', 'def']]);
  });
});

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
    expect(Object.values(orders.consent)).to.deep.equal([false, false, false, false, false]);
    expect([orders.paused, orders.dryRun, orders.cancelled]).to.deep.equal([false, false, false]);
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

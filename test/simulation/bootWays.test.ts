// What a site may have besides the plain case of each boot method: no repository but the image, hosts without BMC, installers that end by switching off, several
// addresses of one boot server, paths of two hops, and releases old and new of both brands.
import { expect } from 'chai';
import type { Stage } from '../../src/rehearsal/stage';
import { attemptsOf, boot, FROM, fromImage, HOSTS, imageOf, leftAtBmcs, SMALL, TO, toldOf, withBmc } from './boots';
import { type Case, expectEnd, expectSuccess, type MadePool, tellRun, XCP, XS } from './rig';

const BOTH_BMCS = { hosts: HOSTS.map((name) => withBmc(name)) };
const OFF_AT_EXIT = { hosts: HOSTS.map((name) => withBmc(name, { boot: { atExit: 'PowerOff' } })) };

describe('an upgrade from the image alone', () => {
  it('is staged from the boot server’s tree', async () => {
    const run = await boot({ spec: fromImage('Staged') });
    expectSuccess(run);
    expect(toldOf(run, 'xs-02', /told to go/)).to.deep.equal(['is told to go (reboot)']);
  });

  it('is begun by a person where the method is Manual, although BMCs are named, which are told nothing', async () => {
    const run = await boot({ spec: fromImage('Manual', BOTH_BMCS) });
    expectSuccess(run);
    for (const host of HOSTS) expect(toldOf(run, host, /its BMC/)).to.deep.equal([]);
  });
});

describe('hosts without BMC that boot over the network', () => {
  const wakeable = (pool: MadePool): void => pool.set('host', 'xs-02', { power_on_mode: 'wake-on-lan' });

  it('are switched on by a person, the master first', async () => {
    const run = await boot({ spec: fromImage('PXE') });
    expectSuccess(run);
    for (const host of HOSTS) expect(toldOf(run, host, /installer of 8\.3\.0: complete/)).to.have.length(1);
  });

  it('are waited for where nobody is there', async () => {
    const run = await boot({ spec: fromImage('PXE'), operator: false });
    expect(`${run.report.outcome} ${run.report.reason}`, tellRun(run)).to.equal('Halted BootInstaller');
    expect(run.report.message).to.match(/switch host xs-01 .* on and let it boot from the network/);
  });

  it('are switched on by their pool where it can, and upgraded by nobody where their firmware tries the network first', async () => {
    const networkFirst = ({ reader, world }: Stage): void => {
      const { uuid } = reader.hosts().find(({ name }) => name === 'xs-02')!;
      world.chassis(uuid).attach({ boot: () => ({ device: 'Pxe', mode: undefined, image: undefined }) });
    };
    const run = await boot({ spec: fromImage('PXE'), bend: wakeable }, { onStage: networkFirst });
    expectSuccess(run);
    expect(attemptsOf(run)).to.deep.equal([1, 1]);
    expect(toldOf(run, 'xs-02', /is switched on$/)).to.have.length(1);
    expect(toldOf(run, 'xs-02', /AwaitingOperator/)).to.deep.equal([]);
    expect(toldOf(run, 'xs-01', /AwaitingOperator/), 'no pool can switch its master on').to.have.length(1);
  });

  it('are switched on by their pool, come back in their old system where their firmware boots its disk, and fail unharmed', async () => {
    const run = await boot({ spec: fromImage('PXE'), bend: wakeable });
    expectEnd(run, 'Halted', 'MemberFailed');
    expect(attemptsOf(run)).to.deep.equal([1, 3]);
    expect(run.report.hosts.map(({ to }) => to)).to.deep.equal([TO.version, FROM.version]);
    expect(toldOf(run, 'xs-02', /is switched on$/)).to.have.length(3);
    expect(toldOf(run, 'xs-02', /installer|AwaitingOperator/)).to.deep.equal([]);
    expect(run.report.vms.runningAfter, tellRun(run)).to.equal(run.report.vms.runningBefore);
    expect(run.report.debts).to.deep.equal([]);
  });
});

describe('an installer that switches the machine off at its end', () => {
  for (const method of ['VirtualMedia', 'PXE'] as const) {
    it(`by ${method} is followed by an empty drive, a cleared boot and the new system`, async () => {
      const run = await boot({ spec: fromImage(method, OFF_AT_EXIT) });
      expectSuccess(run);
      expect(toldOf(run, 'xs-01', /is off/)).to.deep.equal(['is off (shutdown)', 'is off (the installer has ended)']);
      expect(toldOf(run, 'xs-01', /power \(On\)/)).to.have.length(2);
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });

    it(`by ${method} boots the old system when it failed before it changed anything`, async () => {
      const run = await boot({ spec: fromImage(method, OFF_AT_EXIT), faults: ['installer-fails@master'] });
      expectEnd(run, 'Halted', 'MasterOnOldVersion');
      expect(leftAtBmcs(run)).to.deep.equal([]);
    });
  }

  it('is not switched on again into half a system by anything but its own firmware, and is told to a person', async () => {
    const faults = ['installer-fails@master:stage=after-format'];
    const run = await boot({ spec: fromImage('VirtualMedia', OFF_AT_EXIT), faults });
    expectEnd(run, 'Halted', 'MasterUnknown');
    expect(leftAtBmcs(run)).to.deep.equal([]);
  });
});

describe('a site with other addresses, paths and releases', () => {
  it('reaches the boot server by one address from hosts and by another from BMCs', async () => {
    const serverURLs = { hosts: 'http://10.9.0.1:8081', bmcs: 'http://192.168.9.1:8081' };
    const spec = fromImage('VirtualMedia', { ...BOTH_BMCS, boot: { method: 'VirtualMedia', firmware: 'BIOS', serverURLs } });
    const run = await boot({ spec });
    expectSuccess(run);
    expect(toldOf(run, 'xs-01', /insert/)).to.deep.equal(['its BMC: insert (http://192.168.9.1:8081)']);
  });

  it('goes two hops by virtual media', async () => {
    const spec = fromImage('VirtualMedia', {
      ...BOTH_BMCS,
      path: [{ version: '8.2.1' }, { version: '8.3.0' }],
      releases: [imageOf(FROM), imageOf(TO)],
    });
    const run = await boot({ pool: { ...SMALL, release: XCP('7.6.0') }, spec });
    expectSuccess(run);
    expect(toldOf(run, 'xs-02', /installer of .*: complete/)).to.have.length(2);
    expect(leftAtBmcs(run)).to.deep.equal([]);
  });

  const crossings: readonly (Pick<Case, 'target'> & {
    readonly from: ReturnType<typeof XS>;
    readonly target: ReturnType<typeof XS>;
  })[] = [
    { from: XS('6.2.0'), target: XS('6.5.0') },
    { from: XS('6.5.0'), target: XS('7.1.2') },
    { from: XS('7.1.0'), target: XCP('7.6.0') },
  ];
  for (const { from, target } of crossings)
    for (const method of ['VirtualMedia', 'PXE'] as const)
      it(`brings ${from.brand} ${from.version} to ${target.brand} ${target.version} by ${method}`, async () => {
        const spec = fromImage(method, { ...BOTH_BMCS, target, releases: [imageOf(target)] });
        const consent = { undocumentedHops: true, acceptDowntime: true, destroyLocalStorage: true };
        const run = await boot({ pool: { ...SMALL, release: from }, target, spec: { ...spec, consent } });
        expectSuccess(run);
        expect(attemptsOf(run)).to.deep.equal([1, 1]);
        expect(leftAtBmcs(run)).to.deep.equal([]);
      });
});

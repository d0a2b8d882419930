import { expect } from 'chai';
import { ask, Served } from './served';

interface WorldView {
  readonly now: string;
  readonly elapsedSeconds: number;
  readonly machines: readonly {
    readonly uuid: string;
    readonly name: string;
    readonly state: string;
    readonly agent: string;
    readonly system: string | null;
  }[];
  readonly domains: readonly { readonly vm: string; readonly name: string; readonly host: string; readonly state: string }[];
  readonly idleFaults: readonly string[];
}

describe('the control of a served pool', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start({ hosts: 2, vms: 4 }, { plain: true, faults: ['migration-fails'] });
  });
  afterEach(async () => {
    await served.close();
    expect(served.defects).to.deep.equal([]);
  });

  const world = async (): Promise<WorldView> => (await served.control('GET', '/world')).value as WorldView;
  const stateOf = async (name: string): Promise<string> =>
    (await world()).machines.find((machine) => machine.name === name)!.state;
  const post = (path: string, body: object | string): ReturnType<Served['control']> =>
    served.control('POST', path, typeof body === 'string' ? body : JSON.stringify(body));

  it('tells what is so: machines, guests, time, and faults that have not struck', async () => {
    const view = await world();
    expect(view.machines.map(({ name, state, agent, system }) => [name, state, agent, system])).to.deep.equal([
      ['xs-01', 'Up', 'Running', 'XCP-ng 8.2.1'],
      ['xs-02', 'Up', 'Running', 'XCP-ng 8.2.1'],
    ]);
    // Of four made guests one is halted.
    expect(view.domains).to.have.length(3);
    expect(view.idleFaults).to.deep.equal(['migration-fails']);
  });

  it('counts what happened: requests, and guests that stopped, with how and by whom', async () => {
    const [{ vm, name }] = (await world()).domains as [WorldView['domains'][number]];
    await post(`/guests/${vm}/stop`, {});
    const { value } = await served.control('GET', '/tally');
    expect(value).to.deep.equal({ migrations: 0, requests: 0, bmcRequests: 0, stopped: [{ vm, name, how: 'stopped by guest' }] });
  });

  it('holds what a run says of its end against what is so', async () => {
    const good = await post('/end', { outcome: 'Succeeded', debts: [], differences: [], notRestored: [] });
    expect([good.status, (good.value as { violated: unknown[] }).violated]).to.deep.equal([200, []]);
    const settings = (good.value as { checked: { id: string; judged: number }[] }).checked.find(({ id }) => id === 'I10');
    expect(settings?.judged).to.equal(2);
  });

  for (const body of [
    '{}',
    '{"outcome": "Splendid"}',
    '{"outcome": "Succeeded", "debts": [{}]}',
    '{"outcome": "Succeeded", "notRestored": "a"}',
  ])
    it(`does not judge ${body}`, async () => {
      const { status, value } = await post('/end', body);
      expect(status).to.equal(400);
      expect((value as { error: string }).error).to.match(/^found .*, expected /);
    });

  it('steps time, and what falls due by then has happened', async () => {
    const before = await world();
    await post('/machines/xs-02/power', { on: false });
    await post('/machines/xs-02/power', { on: true });
    expect(await stateOf('xs-02')).to.equal('Booting');
    const { status, value } = await post('/step', { seconds: 900 });
    expect([status, (value as WorldView).elapsedSeconds]).to.deep.equal([200, 900]);
    expect(await stateOf('xs-02')).to.equal('Up');
    expect(Date.parse((await world()).now) - Date.parse(before.now)).to.equal(900_000);
  });

  it('arms faults from now on, those of an hour as well', async () => {
    await served.step(100);
    expect(
      (await post('/faults', 'agent-restarts@master:after=60\nclock-steps@member:when=up,after=30,by=77\n')).status,
    ).to.equal(200);
    expect((await post('/faults', { fault: 'host-never-returns@member' })).status).to.equal(200);
    const heard: { readonly change: string; readonly at: number }[] = [];
    served.simulation.world.bus.on((event) => {
      if (event.kind === 'machine') heard.push({ change: event.change, at: event.at / 1_000 });
    });
    await served.step(300);
    expect(heard.map(({ change }) => change)).to.deep.equal(['agent-down', 'agent-up']);
    // It was armed in second 100 and counts from then.
    expect(heard[0]!.at).to.be.within(160, 170);
    expect([...served.simulation.world.machines.values()].map(({ clockSkew }) => clockSkew)).to.deep.equal([0, 77_000]);
    expect((await world()).idleFaults).to.deep.equal(['migration-fails', 'host-never-returns@member']);
  });

  it('lets a guest shut itself down', async () => {
    const [guest] = (await world()).domains;
    expect((await post(`/guests/${guest!.vm}/stop`, '')).status).to.equal(200);
    expect((await world()).domains.map(({ vm }) => vm)).not.to.include(guest!.vm);
    expect((await post(`/guests/${guest!.vm}/stop`, '')).status).to.equal(409);
  });

  it('boots an installer as a person would, but not on a machine that works', async () => {
    const target = { release: 'XCP-ng 8.3.0' };
    expect((await post('/machines/xs-01/boot-installer', target)).status).to.equal(409);
    await post('/machines/xs-01/power', { on: false });
    expect((await post('/machines/xs-01/boot-installer', target)).status).to.equal(200);
    await served.step(3_600);
    expect((await world()).machines[0]).to.include({ state: 'Up', system: 'XCP-ng 8.3.0' });
  });

  it('reads the books, which see what went wrong', async () => {
    const books = async (): Promise<{
      violated: readonly { id: string }[];
      checked: readonly object[];
      destructiveEffects: readonly object[];
    }> => (await served.control('GET', '/books')).value as Awaited<ReturnType<typeof books>>;
    const before = await books();
    expect(before.violated).to.deep.equal([]);
    const session = await served.login(served.master, { originator: 'reckless' });
    const [host] = (await served.call(served.master, 'host.get_by_name_label', [session, 'xs-02'])) as string[];
    await served.during(served.call(served.master, 'host.disable', [session, host]));
    await served.during(served.call(served.master, 'host.reboot', [session, host]));
    await served.step(60);
    const after = await books();
    expect(after.checked.length).to.be.greaterThan(5);
    // A member left first, with guests on it and without a backup.
    expect(after.violated.map(({ id }) => id)).to.include.members(['I1', 'I2', 'I8']);
    expect(after.destructiveEffects).not.to.be.empty;
  });

  it('counts a dump that was delivered as a backup', async () => {
    const session = await served.login(served.master, { originator: 'careful' });
    await served.ask(served.master, { path: `/pool/xmldbdump?session_id=${session}` });
    const [host] = (await served.call(served.master, 'host.get_by_name_label', [session, 'xs-01'])) as string[];
    await served.during(served.call(served.master, 'host.disable', [session, host]));
    await served.during(served.call(served.master, 'host.reboot', [session, host]));
    const { violated, checked } = (await served.control('GET', '/books')).value as {
      readonly violated: readonly { readonly id: string }[];
      readonly checked: readonly { readonly id: string; readonly judged: number }[];
    };
    expect(checked.find(({ id }) => id === 'I8')!.judged).to.be.greaterThan(0);
    expect(violated.map(({ id }) => id)).not.to.include('I8');
  });

  const wrong: readonly (readonly [path: string, body: string, status: number, says: RegExp])[] = [
    ['/nothing', '', 404, /POST \/nothing.*GET \/books.*POST \/step/],
    ['/books', '', 404, /POST \/books/],
    ['/machines/xs-99/power', '{"on": true}', 404, /xs-99.*xs-01, xs-02/],
    ['/machines/xs-01/power', '{"on": "yes"}', 400, /"yes".*true/],
    ['/machines/xs-01/boot-installer', '{"release": "9.9"}', 400, /9\.9.*published/],
    ['/machines/xs-01/boot-installer', '{}', 400, /release/],
    ['/machines/%zz/power', '{"on": true}', 400, /URI/],
    ['/guests/nobody/stop', '', 404, /nobody/],
    ['/step', '{"seconds": -1}', 400, /-1.*3600/],
    ['/step', 'soon', 400, /JSON/],
    ['/step', '7', 400, /JSON object/],
    ['/faults', '', 400, /no fault/],
    ['/faults', 'migration-fails\nhost-vanishes', 400, /host-vanishes.*one of/],
    ['/faults', 'host-never-returns@xs-99', 400, /xs-99.*xs-01/],
    ['/faults', 'controller-crashes:at=1', 400, /fault of the pool/],
  ];
  for (const [path, body, status, says] of wrong)
    it(`refuses POST ${path} ${body.replace(/\n/g, ' ')} with what was expected`, async () => {
      const answer = await post(path, body);
      expect(answer.status).to.equal(status);
      expect((answer.value as { readonly error: string }).error).to.match(says);
      expect((await world()).idleFaults).to.deep.equal(['migration-fails']);
    });

  it('reads no body without end', async () => {
    const answer = await ask(served.simulation.controlUrl, { method: 'POST', path: '/faults', body: 'x'.repeat(65 * 1024) });
    expect(answer.status).to.equal(413);
  });
});

// What goes wrong between a driver and a BMC, one thing after the other, and what must be left of it.
import { expect } from 'chai';
import type { BmcResponse } from '../../../src/bmc/transport';
import { profileOf } from '../../../src/simulator/bmc/profiles';
import { answer, Bench, complaint, IMAGE, INSERT, isOurs, ORIGIN, patient, RESET, SYSTEM } from './bench';

describe('a session', () => {
  it('that ends in the middle is opened anew, once, and what was asked is done once', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ method: 'POST', path: RESET, act: 'expire-sessions' });
    expect((await bench.run(bench.driver.setPower('On', patient))).outcome).to.equal('changed');
    expect(bench.changes).to.deep.equal(['power On']);
    expect(bench.sent('POST').filter((path) => path.endsWith('Sessions'))).to.have.length(2);
  });

  for (const id of ['generic', 'dell-idrac9'])
    it(`gives way to user and password where there is none left (${id})`, async () => {
      const bench = new Bench(id);
      const others = Array.from({ length: profileOf(id).sessions.limit }, () => bench.another());
      for (const other of others) await bench.run(other.power(patient));
      expect((await bench.run(bench.driver.setPower('On', patient))).outcome).to.equal('changed');
      expect(bench.driver.session).to.equal(undefined);
    });

  it('that has worked is not given up for user and password in every request', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ method: 'GET', path: SYSTEM, act: 'expire-sessions' });
    bench.simulated.plan({ method: 'POST', path: /Sessions$/, times: 9, act: answer(404) });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Transient', reason: 'SessionsGone' });
  });

  it('is not needed where a BMC has none', async () => {
    const standard = profileOf('generic');
    const profile = { ...standard, sessions: { ...standard.sessions, offered: false } };
    const bench = new Bench('generic', { profile });
    expect((await bench.run(bench.driver.setPower('On', patient))).outcome).to.equal('changed');
    expect(bench.sent('POST').filter((path) => path.endsWith('Sessions'))).to.deep.equal([]);
  });
});

describe('a login', () => {
  it('that is refused is not tried again, by any verb', async () => {
    const bench = new Bench('generic');
    const driver = bench.another({ credentials: { username: 'operator', password: 'wrong' } });
    for (const verb of [() => driver.power(patient), () => driver.setPower('On', patient), () => driver.power(patient)])
      expect(await bench.failure(verb())).to.include({ kind: 'Unauthorized', reason: 'LoginRefused' });
    expect(bench.sent('POST')).to.have.length(1);
  });

  it('without a right says so', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ method: 'POST', path: RESET, act: answer(403, complaint('InsufficientPrivilege')) });
    expect(await bench.failure(bench.driver.setPower('On', patient))).to.include({
      kind: 'Unauthorized',
      reason: 'PrivilegeMissing',
    });
  });
});

describe('a BMC that is busy', () => {
  it('is asked again when it said', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    const before = bench.clock.monotonic();
    bench.simulated.plan({ path: SYSTEM, act: answer(503, complaint('ServiceTemporarilyUnavailable'), { 'retry-after': '77' }) });
    await bench.run(bench.driver.power(patient));
    expect(bench.clock.monotonic() - before).to.be.within(77_000, 80_000);
  });

  it('for too long is told as busy, with the time it wished', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ path: SYSTEM, times: 99, act: answer(503, {}, { 'retry-after': '7' }) });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Busy', retryAfterMs: 7_000 });
  });

  it('does not allow On just after Off, and is asked until it does', async () => {
    const bench = new Bench('dell-idrac10', { power: 'On' });
    await bench.run(bench.driver.setPower('Off', patient));
    const before = bench.clock.monotonic();
    await bench.run(bench.driver.setPower('On', patient));
    expect(bench.clock.monotonic() - before).to.be.within(50_000, 90_000);
    expect(bench.changes).to.deep.equal(['power ForceOff', 'power On']);
  });

  it('in its self-test takes the override when that is over', async () => {
    const bench = new Bench('hpe-ilo5');
    await bench.run(bench.driver.setPower('On', patient));
    expect((await bench.run(bench.driver.setBootOnce('Pxe', undefined, patient))).observed).to.include({
      target: 'Pxe',
      once: true,
    });
    expect(bench.chassis.boots).to.have.length(1);
  });

  it('is not there for a moment, or for good', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ times: 2, act: 'refuse-connection' });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Off');
    bench.simulated.plan({ times: 99, act: 'refuse-connection' });
    const error = await bench.failure(bench.driver.setPower('On', patient));
    expect(error).to.include({ kind: 'Unreachable', ambiguous: false });
    expect(bench.changes).to.deep.equal([]);
  });
});

describe('an answer that is lost', () => {
  it('to a reset that was carried out leads to a look, and to no second reset', async () => {
    const bench = new Bench('generic', { power: 'On' });
    bench.simulated.plan({ method: 'POST', path: RESET, act: 'lose-answer' });
    expect(await bench.run(bench.driver.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(bench.changes).to.deep.equal(['power ForceOff']);
  });

  it('to a reset that never came leads to a look, and to another', async () => {
    const bench = new Bench('generic', { power: 'On' });
    bench.simulated.plan({ method: 'POST', path: RESET, act: 'lose-request' });
    expect(await bench.run(bench.driver.setPower('Off', patient))).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(bench.changes).to.deep.equal(['power ForceOff']);
    const resets = bench.simulated.books.requests.filter(({ path }) => RESET.test(path)).map(({ at }) => at);
    expect(resets[1]! - resets[0]!).to.be.at.least(18_000);
  });

  it('each time ends in not knowing', async () => {
    const bench = new Bench('generic', { power: 'On' });
    bench.simulated.plan({ method: 'POST', path: RESET, times: 99, act: 'lose-request' });
    expect(await bench.failure(bench.driver.setPower('Off', patient))).to.include({ kind: 'Timeout', ambiguous: true });
    expect(bench.sent('POST').filter((path) => RESET.test(path))).to.have.length(2);
  });

  for (const act of ['lose-answer', 'lose-request'] as const) {
    it(`to an override (${act}) is settled by reading`, async () => {
      const bench = new Bench('generic');
      bench.simulated.plan({ method: 'PATCH', act });
      expect((await bench.run(bench.driver.setBootOnce('Cd', 'UEFI', patient))).observed).to.deep.equal({
        target: 'Cd',
        once: true,
        mode: 'UEFI',
      });
    });

    it(`to an insert (${act}) is settled by reading`, async () => {
      const bench = new Bench('generic');
      bench.simulated.plan({ method: 'POST', path: INSERT, act });
      const { observed } = await bench.run(bench.driver.insertMedia(IMAGE, isOurs, patient));
      expect(observed.map(({ image }) => image)).to.deep.equal([IMAGE]);
      expect(bench.changes).to.deep.equal([`insert ${IMAGE}`]);
    });
  }

  it('to a question is asked for again', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ method: 'GET', times: 2, act: 'lose-answer' });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Off');
  });
});

describe('the machine that is meant', () => {
  const two = answer(200, {
    Members: [{ '@odata.id': '/redfish/v1/Systems/437XR1138R2' }, { '@odata.id': '/redfish/v1/Systems/2' }],
  });

  it('is named by the address where there are several', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ path: /Systems$/, times: 9, act: two });
    const error = await bench.failure(bench.driver.setPower('On', patient));
    expect(error).to.include({ kind: 'Fatal', reason: 'SeveralSystems' });
    expect(error.message).to.contain('/redfish/v1/Systems/437XR1138R2, /redfish/v1/Systems/2');
    const named = bench.another({}, '/redfish/v1/Systems/437XR1138R2');
    expect((await bench.run(named.setPower('On', patient))).outcome).to.equal('changed');
  });

  it('is no manager', async () => {
    const bench = new Bench('generic', { system: '/redfish/v1/Managers/BMC' });
    const error = await bench.failure(bench.driver.setPower('On', patient));
    expect(error).to.include({ kind: 'Fatal', reason: 'NotASystem' });
    expect(error.message).to.contain('/redfish/v1/Systems/437XR1138R2');
  });

  it('may not be there yet', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ path: /Systems$/, act: answer(200, { Members: [] }) });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Transient', reason: 'NoSystems' });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Off');
  });

  it('is looked for once more where it is no longer', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ path: SYSTEM, act: answer(404) });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Off');
  });
});

describe('what leads off the BMC', () => {
  for (const [what, act, path] of [
    ['a redirect', answer(302, '', { location: 'https://evil.invalid/redfish/v1/' }), SYSTEM],
    ['a redirect of the root', answer(308, '', { location: '//evil.invalid/redfish/v1/' }), /^\/redfish\/v1\/$/],
    ['a redirect into clear text', answer(301, '', { location: ORIGIN.replace('https:', 'http:') }), SYSTEM],
  ] as const)
    it(`is not followed: ${what}`, async () => {
      const bench = new Bench('generic');
      bench.simulated.plan({ method: 'GET', path, act });
      expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Fatal', reason: 'OffTheBmc' });
    });

  it('is not followed: a session made elsewhere', async () => {
    const bench = new Bench('generic');
    const headers = { 'x-auth-token': 'token', location: 'https://evil.invalid/s/1' };
    bench.simulated.plan({ method: 'POST', act: answer(201, {}, headers) });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Fatal', reason: 'OffTheBmc' });
  });

  it('is not followed: a redirect of a change', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ method: 'POST', path: RESET, act: answer(307, '', { location: '/elsewhere' }) });
    expect(await bench.failure(bench.driver.setPower('On', patient))).to.include({ kind: 'Fatal', reason: 'OffTheBmc' });
    expect(bench.changes).to.deep.equal([]);
  });

  it('is told apart from a redirect on the BMC, which is followed, but not for ever', async () => {
    const bench = new Bench('generic');
    const back = (location: string): BmcResponse => answer(301, '', { location });
    bench.simulated.plan({ method: 'GET', path: SYSTEM, act: back(`${ORIGIN}/redfish/v1/Systems/437XR1138R2/`) });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Off');
    bench.simulated.plan({ method: 'GET', times: 99, act: back('/redfish/v1/Systems/437XR1138R2') });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Fatal', reason: 'RedirectLoop' });
  });
});

describe('an answer without sense', () => {
  for (const [what, body] of [
    ['no JSON', '{"PowerState": '],
    ['a web page', '<html>Welcome</html>'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a nest of 100,000 brackets', '['.repeat(100_000)],
  ] as const)
    it(`is told as that: ${what}`, async () => {
      const bench = new Bench('generic');
      await bench.run(bench.driver.power(patient));
      bench.simulated.plan({ path: SYSTEM, times: 9, act: answer(200, body) });
      expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Fatal', reason: 'NotJson' });
    });

  it('poisons nothing', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ path: SYSTEM, act: answer(200, '{"__proto__":{"PowerState":"On","polluted":true},"PowerState":7}') });
    expect(await bench.run(bench.driver.power(patient))).to.equal('Other');
    expect(({} as { readonly polluted?: true }).polluted).to.equal(undefined);
  });

  it('is no service at all', async () => {
    const bench = new Bench('generic');
    bench.simulated.plan({ path: /^\/redfish\/v1\/$/, act: answer(200, { hello: 'world' }) });
    expect(await bench.failure(bench.driver.power(patient))).to.include({ kind: 'Fatal', reason: 'NotRedfish' });
  });
});

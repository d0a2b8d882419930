// What a BMC, or somebody else at it, does not let a driver do, and how that is told.
import { expect } from 'chai';
import { answer, Bench, complaint, CREDENTIALS, IMAGE, INSERT, isOurs, patient, RESET } from './bench';

describe('somebody else at the same BMC', () => {
  it('who changes the override between reading and writing is noticed', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.probe(patient));
    const { handle } = bench.simulated;
    bench.simulated.handle = (request) => {
      if (request.method === 'PATCH')
        bench.simulated.setBootByHand({ BootSourceOverrideTarget: 'Hdd', BootSourceOverrideEnabled: 'Continuous' });
      return handle.call(bench.simulated, request);
    };
    const error = await bench.failure(bench.driver.setBootOnce('Cd', undefined, patient));
    expect(error).to.include({ kind: 'Conflict', reason: 'ChangedMeanwhile' });
    expect((await bench.run(bench.driver.boot(patient))).target).to.equal('Hdd');
  });

  it('who switches the machine on meanwhile is no conflict: the condition is about the override', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.probe(patient));
    const { handle } = bench.simulated;
    bench.simulated.handle = (request) => {
      if (request.method === 'PATCH') bench.chassis.turn('On');
      return handle.call(bench.simulated, request);
    };
    expect((await bench.run(bench.driver.setBootOnce('Cd', undefined, patient))).outcome).to.equal('changed');
  });

  it('has an image of his own inserted, which stays', async () => {
    const bench = new Bench('dell-idrac9');
    bench.simulated.insertByHand('2', 'http://somebody.invalid/rescue.iso');
    const error = await bench.failure(bench.driver.insertMedia(IMAGE, isOurs, patient));
    expect(error).to.include({ kind: 'Conflict', reason: 'MediaOfSomebodyElse' });
    expect((await bench.run(bench.driver.ejectMedia(isOurs, patient))).outcome).to.equal('unchanged');
    expect(bench.changes).to.deep.equal([]);
  });
});

describe('an image', () => {
  it('that the BMC cannot fetch is told as that, by its host alone', async () => {
    for (const id of ['generic', 'dell-idrac9', 'huawei-ibmc']) {
      const bench = new Bench(id, { bmc: { fetchImage: () => Promise.resolve('missing') } });
      const error = await bench.failure(bench.driver.insertMedia(IMAGE, isOurs, patient));
      expect(error, id).to.include({ kind: 'MediaUnreachable' });
      expect(error.message).to.contain('http://boot.invalid').and.not.contain('0123456789abcdef');
    }
  });

  it('needs a licence that is not there', async () => {
    const bench = new Bench('hpe-ilo5');
    bench.simulated.plan({ method: 'POST', path: INSERT, act: answer(400, complaint('LicenseKeyRequired')) });
    expect(await bench.failure(bench.driver.insertMedia(IMAGE, isOurs, patient))).to.include({
      kind: 'Unsupported',
      reason: 'LicenceMissing',
    });
  });

  for (const url of [
    'nfs://b/x.iso',
    'file:///etc/passwd',
    'http://user:pw@b/x.iso',
    'http://b/x.iso?y=1',
    'http://b/x.iso#y',
    `http://b/${'x'.repeat(300)}.iso`,
    'http://b/a b.iso',
  ])
    it(`is refused by its URL: ${url.slice(0, 30)}`, async () => {
      const bench = new Bench('generic');
      expect(await bench.failure(bench.driver.insertMedia(url, isOurs, patient))).to.include({
        kind: 'Fatal',
        reason: 'BadImageUrl',
      });
      expect(bench.changes).to.deep.equal([]);
    });

  it('that seems to be in already is ejected and inserted again: BMCs remember what they no longer serve', async () => {
    const bench = new Bench('generic');
    await bench.run(bench.driver.insertMedia(IMAGE, isOurs, patient));
    await bench.run(bench.driver.insertMedia(IMAGE, isOurs, patient));
    expect(bench.changes).to.deep.equal([`insert ${IMAGE}`, `eject ${IMAGE}`, `insert ${IMAGE}`]);
  });
});

describe('a mode', () => {
  it('is set where it can be, and read back', async () => {
    const bench = new Bench('generic');
    expect((await bench.run(bench.driver.setBootOnce('Pxe', 'BIOS', patient))).observed.mode).to.equal('BIOS');
  });

  it('that cannot be set is refused, and nothing is armed', async () => {
    for (const [id, kind] of [
      ['hpe-ilo4', 'Unsupported'],
      ['hpe-ilo5', 'Unsupported'],
    ] as const) {
      const bench = new Bench(id);
      expect(await bench.failure(bench.driver.setBootOnce('Pxe', 'BIOS', patient)), id).to.include({ kind });
      expect((await bench.run(bench.driver.boot(patient))).target).to.equal('None');
    }
  });

  it('that is told while no override is set is believed only where it is true', async () => {
    for (const [id, mode] of [
      ['generic', 'UEFI'],
      ['huawei-ibmc', undefined],
    ] as const) {
      const bench = new Bench(id);
      expect(await bench.run(bench.driver.boot(patient)), id).to.deep.equal({ target: 'None', once: false, mode });
    }
  });

  it('is kept by Supermicro, which falls back to BIOS where none is sent', async () => {
    const bench = new Bench('supermicro');
    expect((await bench.run(bench.driver.setBootOnce('Cd', undefined, patient))).observed.mode).to.equal('UEFI');
  });
});

describe('a caller', () => {
  it('who gives up is told so, and what was sent stays sent', async () => {
    const bench = new Bench('generic');
    const stop = new AbortController();
    await bench.run(bench.driver.power(patient));
    const work = bench.driver.setPower('On', stop.signal);
    bench.clock.after(3_000, () => stop.abort(new Error('enough')));
    expect(await bench.failure(work)).to.include({ kind: 'Timeout', reason: 'GivenUp' });
    await bench.pass(10_000);
    expect(bench.chassis.power()).to.equal('On');
  });

  it('never reads a secret in a message, whatever the BMC repeats', async () => {
    const bench = new Bench('generic');
    const { username, password } = CREDENTIALS;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    const said = `wrong password ${password} (${basic}) for http://u:${password}@boot.invalid/a/0123456789abcdef/boot.iso \u001b[31m`;
    bench.simulated.plan({ method: 'POST', path: RESET, act: answer(400, complaint('GeneralError', said)) });
    const { message } = await bench.failure(bench.driver.setPower('On', patient));
    expect(message).to.contain('GeneralError').and.contain('[secret]');
    for (const secret of [password, basic, '0123456789abcdef', '\u001b']) expect(message).not.to.contain(secret);
  });
});

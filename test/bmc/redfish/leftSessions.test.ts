// Account of the sessions at a BMC: each is in the book before it is used and until it has ended, and what others left is ended by whoever logs in next.
import { expect } from 'chai';
import { profileOf } from '../../../src/simulator/bmc/profiles';
import { SESSIONS } from '../../../src/simulator/bmc/sessions';
import { MemoryBook } from '../books';
import { answer, Bench, CREDENTIALS, ORIGIN, patient } from './bench';

const FIRST = `${SESSIONS}/1`;
const SECOND = `${SESSIONS}/2`;
const AT_FIRST = /Sessions\/1$/;
const AT_SECOND = /Sessions\/2$/;

/** A BMC at which somebody died in a session, and whoever comes after, with that session in the book. */
async function afterDeath(id = 'generic'): Promise<{ readonly bench: Bench; readonly book: MemoryBook }> {
  const book = new MemoryBook([FIRST]);
  const bench = new Bench(id, { driver: { book } });
  await bench.run(bench.another().power(patient));
  return { bench, book };
}

const atSession = (bench: Bench, uri: string): readonly string[] =>
  bench.simulated.books.requests.filter(({ path }) => path === uri).map(({ method, status }) => `${method} ${status}`);

describe('a session', () => {
  it('is in the book before anything is asked in it, and no more when it has ended', async () => {
    const book = new MemoryBook();
    const bench = new Bench('generic', { driver: { book } });
    book.onOpened = () => book.told.push(`after ${bench.simulated.books.requests.map(({ method }) => method).join(' ')}`);
    await bench.run(bench.driver.power(patient));
    await bench.run(bench.driver.setPower('On', patient));
    await bench.run(bench.driver.close());
    expect(book.told).to.deep.equal([`opened ${FIRST}`, 'after GET POST', `ended ${FIRST}`]);
  });

  it('that cannot be entered in the book is ended, not used, and the next one is tried', async () => {
    const book = new MemoryBook();
    const bench = new Bench('generic', { driver: { book } });
    book.refusal = new Error('the lease is lost');
    const failed = await bench.run(bench.driver.setPower('On', patient).catch((error: unknown) => error));
    expect((failed as Error).message).to.equal('the lease is lost');
    expect(bench.changes).to.deep.equal([]);
    expect(bench.simulated.books.sessions()).to.equal(0);
    await bench.run(bench.driver.setPower('On', patient));
    expect(bench.driver.session).to.equal(SECOND);
  });

  it('that the BMC forgot is looked for in vain, and is out of the book then', async () => {
    const book = new MemoryBook();
    const bench = new Bench('generic', { driver: { book } });
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ method: 'GET', path: /Systems/, act: 'expire-sessions' });
    await bench.run(bench.driver.power(patient));
    await bench.pass(60_000);
    expect(book.told).to.deep.equal([`opened ${FIRST}`, `left ${FIRST}`, `opened ${SECOND}`, `ended ${FIRST}`]);
    expect(book.left()).to.deep.equal([]);
  });

  it('that could not be ended in the end stays in the book', async () => {
    const book = new MemoryBook();
    const bench = new Bench('generic', { driver: { book } });
    await bench.run(bench.driver.power(patient));
    bench.simulated.plan({ method: 'DELETE', times: 9, act: answer(503) });
    await bench.run(bench.driver.close());
    expect(book.left()).to.deep.equal([FIRST]);
    expect(book.errors).to.have.length(1);
  });
});

describe('a session that was left at a BMC', () => {
  it('is ended by whoever logs in next, when it has done what it came for', async () => {
    const { bench, book } = await afterDeath();
    await bench.run(bench.driver.power(patient));
    await bench.pass(60_000);
    expect(atSession(bench, FIRST)).to.deep.equal(['GET 200', 'DELETE 204']);
    expect(book.left()).to.deep.equal([]);
    expect(bench.simulated.books.sessions()).to.equal(1);
    expect(bench.driver.session).to.equal(SECOND);
  });

  it('is ended with user and password where no session is free', async () => {
    const { bench, book } = await afterDeath();
    for (let more = 1; more < profileOf('generic').sessions.limit; more++) await bench.run(bench.another().power(patient));
    await bench.run(bench.driver.power(patient));
    expect(bench.driver.session).to.equal(undefined);
    await bench.pass(60_000);
    expect(book.left()).to.deep.equal([]);
    expect(bench.simulated.books.sessions()).to.equal(profileOf('generic').sessions.limit - 1);
  });

  it('holds up nobody: a BMC that does not answer for it is given up, and tried again at the next login only', async () => {
    const { bench, book } = await afterDeath();
    bench.simulated.plan({ path: AT_FIRST, times: 9, act: 'lose-request' });
    await bench.run(bench.driver.power(patient));
    const before = bench.clock.monotonic();
    await bench.run(bench.driver.setPower('On', patient));
    expect(bench.clock.monotonic() - before).to.be.at.most(30_000);
    await bench.pass(60_000);
    await bench.run(bench.driver.power(patient));
    await bench.pass(60_000);
    expect(atSession(bench, FIRST)).to.have.length(1);
    expect(book.left()).to.deep.equal([FIRST]);
    expect(book.errors[0]).to.contain('no answer');
    const next = bench.another({ book });
    bench.simulated.plan({ path: AT_FIRST, times: 1, act: answer(401) });
    await bench.run(next.power(patient));
    await bench.pass(60_000);
    expect(book.left()).to.deep.equal([FIRST]);
    // That it was not let at somebody else's session is no word about its own.
    await bench.run(next.power(patient));
  });

  it('that is gone is forgotten', async () => {
    const book = new MemoryBook([FIRST]);
    const bench = new Bench('generic', { driver: { book } });
    bench.simulated.plan({ method: 'GET', path: AT_FIRST, act: answer(404) });
    await bench.run(bench.driver.power(patient));
    await bench.pass(60_000);
    expect(book.left()).to.deep.equal([]);
    expect(bench.sent('DELETE')).to.deep.equal([]);
  });

  it('is none but a session of this BMC and of this user, and never our own', async () => {
    const strange = [
      '/redfish/v1/Systems/1',
      SESSIONS,
      `${SESSIONS}/`,
      `${SESSIONS}/..`,
      `${SESSIONS}/%2e%2e/x`,
      `${SESSIONS}/1/Actions/x`,
      `${SESSIONS}/1?x=y`,
      `https://evil.invalid${FIRST}`,
      // Our own, by the number that a BMC gives again after a restart.
      FIRST,
    ];
    const book = new MemoryBook([...strange, `${ORIGIN}${SECOND}`]);
    const bench = new Bench('generic', { driver: { book } });
    bench.simulated.plan({ method: 'GET', path: AT_SECOND, act: answer(200, { UserName: 'somebody else' }) });
    await bench.run(bench.driver.power(patient));
    expect(bench.driver.session).to.equal(FIRST);
    await bench.pass(60_000);
    expect(bench.sent('DELETE')).to.deep.equal([]);
    expect(book.left()).to.deep.equal([]);
    expect(bench.simulated.books.requests.filter(({ path }) => strange.includes(path) && path !== SESSIONS)).to.deep.equal([]);
  });

  it('is let be when whoever was about to end it is closed', async () => {
    const { bench, book } = await afterDeath();
    bench.simulated.plan({ path: AT_FIRST, times: 9, act: 'lose-request' });
    await bench.run(bench.driver.power(patient));
    await bench.run(bench.driver.close());
    expect(book.left()).to.deep.equal([FIRST]);
    expect(bench.simulated.books.sessions()).to.equal(1);
  });

  it('is not told by name in what goes wrong, nor is the password', async () => {
    const { bench, book } = await afterDeath();
    bench.simulated.plan({ path: AT_FIRST, times: 9, act: answer(503, { error: { message: CREDENTIALS.password } }) });
    await bench.run(bench.driver.power(patient));
    await bench.pass(60_000);
    expect(book.errors).to.have.length(1);
    expect(book.errors[0]).to.not.contain(FIRST).and.not.contain(CREDENTIALS.password);
  });
});

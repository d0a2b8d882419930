import { expect } from 'chai';
import { type BootEyes, type BootInquired, BootInspector } from '../../../src/controller/machines/bootInspection';
import { passing } from './passing';
import { type Fact, known } from '../../../src/foundation/fact';
import { VirtualClock } from '../../../src/foundation/virtualClock';
import type { BmcAnswer, MediaOffer, Reach } from '../../../src/plan/checks/bootTraits';
import type { Enquiry } from '../../../src/upgrade/enquiry';

const UUIDS = Array.from({ length: 64 }, (_, index) => `h${index}`);
const TO = { brand: 'XCP-ng', version: '8.2.1' } as const;
const READY = { version: '8.2.1', state: 'Ready', why: '', firmware: ['UEFI'] } as const;
const told: BmcAnswer = { kind: 'Told', machine: { identity: { kind: 'Proven' }, media: 'None', targets: ['Cd'] } };
const refused: BmcAnswer = { kind: 'Unauthorized', why: 'wrong password' };

/** BMCs of all hosts but those named, and a book of what was asked. */
class Bench {
  readonly clock = new VirtualClock(1_000_000);
  readonly asked: string[] = [];
  readonly readmitted: string[] = [];
  readonly reached: string[] = [];
  offer: MediaOffer = READY;
  offersAsked = 0;
  /** Questions under way, and the most there ever were. */
  under = 0;
  most = 0;
  settings = 'as first';
  answer: BmcAnswer = told;
  private readonly inspector: BootInspector;

  constructor(without: readonly string[] = [], bootServer = true) {
    const eyes: BootEyes = {
      named: (host) =>
        without.includes(host) ? undefined : { address: `ipmi://${host}`, place: { host, system: '' }, settings: this.settings },
      ask: (host) => this.ask(host),
      readmit: (host) => this.readmitted.push(host),
      offers: bootServer ? () => (this.offersAsked++, Promise.resolve(known([this.offer]))) : undefined,
      imageScheme: () => (bootServer ? 'https' : undefined),
    };
    const reach = (host: string): Promise<Fact<Reach>> => (this.reached.push(host), Promise.resolve(known({ kind: 'Reached' })));
    this.inspector = new BootInspector({ eyes, reach, clock: this.clock });
  }

  inquire(served: readonly string[], word = '', hosts: readonly string[] = UUIDS): Promise<BootInquired> {
    const asked = hosts.map((uuid) => ({ uuid, staged: !served.includes(uuid), served: served.includes(uuid) }));
    return this.inspector.inquire(UUIDS, { repository: undefined, to: TO, hosts: asked, word });
  }

  silent(): Promise<BootInquired> {
    return this.inspector.inquire(UUIDS, undefined);
  }

  private async ask(host: string): Promise<BmcAnswer> {
    this.asked.push(host);
    this.most = Math.max(this.most, ++this.under);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    this.under--;
    return this.answer;
  }
}

describe('what is asked for the checks of booting', () => {
  it('is asked of the BMCs of hosts alone that boot from the boot server', async () => {
    const bench = new Bench(['h2']);
    const { traits } = await bench.inquire(['h1', 'h2']);
    expect(bench.asked).to.deep.equal(['h1']);
    expect(traits.bmcs['h1']).to.deep.equal({ address: 'ipmi://h1', place: { host: 'h1', system: '' }, answer: told });
    expect(traits.offers).to.deep.equal(known([READY]));
  });

  it('tells the BMCs of all hosts by what the manifest says, without asking one', async () => {
    const bench = new Bench(['h2']);
    for (const { traits } of [await bench.inquire([]), await bench.silent()]) {
      expect(Object.keys(traits.bmcs)).to.have.lengthOf(63).and.not.include('h2');
      expect(traits.bmcs['h3']).to.deep.equal({ address: 'ipmi://h3', place: { host: 'h3', system: '' } });
    }
    expect([bench.asked, bench.offersAsked]).to.deep.equal([[], 0]);
  });

  it('goes to 64 BMCs side by side, eight at a time', async () => {
    const bench = new Bench();
    await bench.inquire(UUIDS);
    expect([bench.asked.length, bench.most]).to.deep.equal([64, 8]);
  });

  it('is good for a minute, unless a person wants to have it looked at afresh, or the manifest says otherwise', async () => {
    const bench = new Bench();
    const again = async (word = ''): Promise<number> => {
      await bench.inquire(['h1'], word);
      return bench.asked.length;
    };
    expect(await again()).to.equal(1);
    await passing(bench.clock, 59_000);
    expect(await again()).to.equal(1);
    expect(await again('now')).to.equal(2);
    bench.settings = 'another address';
    expect(await again('now')).to.equal(3);
    await passing(bench.clock, 60_000);
    expect(await again('now')).to.equal(4);
  });

  it('says when the oldest of the answers was asked for', async () => {
    const bench = new Bench();
    expect((await bench.silent()).askedAt).to.equal(undefined);
    await bench.inquire(['h1']);
    await passing(bench.clock, 30_000);
    expect((await bench.inquire(['h1', 'h2'])).askedAt).to.equal(1_000_000);
    expect((await bench.inquire(['h2'])).askedAt).to.equal(1_030_000);
  });

  it('is asked with a refused login once more only where a person said so', async () => {
    const bench = new Bench();
    bench.answer = refused;
    await bench.inquire(['h1']);
    await passing(bench.clock, 120_000);
    await bench.inquire(['h1']);
    expect(bench.readmitted).to.deep.equal([]);
    await bench.inquire(['h1'], 'mended');
    expect(bench.readmitted).to.deep.equal(['h1']);
    bench.answer = told;
    await bench.inquire(['h1'], 'once more');
    await bench.inquire(['h1'], 'and again');
    expect(bench.readmitted, 'a login that is taken stays').to.deep.equal(['h1', 'h1']);
  });

  it('forgets what a host said that is not asked now', async () => {
    const bench = new Bench();
    await bench.inquire(['h1']);
    expect((await bench.inquire([])).traits.bmcs['h1']).to.not.have.property('answer');
  });

  it('asks hosts that boot from the boot server whether they reach it, once its image is ready, and no more often than BMCs', async () => {
    const bench = new Bench();
    bench.offer = { ...READY, state: 'Checking', firmware: [] };
    expect((await bench.inquire(['h1'])).traits.reaches).to.equal(undefined);
    bench.offer = READY;
    expect((await bench.inquire(['h1'])).traits.reaches).to.deep.equal({ h1: known({ kind: 'Reached' }) });
    await bench.inquire(['h1']);
    expect(bench.reached).to.deep.equal(['h1']);
    bench.offer = { ...READY, brand: 'XenServer' };
    expect((await bench.inquire(['h1'])).traits.reaches).to.equal(undefined);
  });

  it('knows of no boot server where there is none', async () => {
    expect((await new Bench([], false).inquire(['h1'])).traits.offers).to.equal(undefined);
    const nobody = new BootInspector({
      eyes: undefined,
      reach: () => Promise.reject(new Error('nobody is to be asked')),
      clock: new VirtualClock(0),
    });
    const hosts = [{ uuid: 'h1', staged: false, served: true }];
    const enquiry: Enquiry = { repository: undefined, to: TO, hosts, word: '' };
    expect(await nobody.inquire(UUIDS, enquiry)).to.deep.equal({
      traits: { bmcs: {}, offers: undefined },
      askedAt: undefined,
    });
  });
});

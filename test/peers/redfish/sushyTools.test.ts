// Our driver at a BMC of others: power, boot target, virtual media that is really fetched. The emulator knows no Once: that is asserted at our own simulations.
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { BmcError } from '../../../src/bmc/bmc';
import { openBmc, type OpenedBmc } from '../../../src/bmc/open';
import { realClock } from '../../../src/foundation/realClock';
import { systemRandom } from '../../../src/foundation/systemRandom';
import { Emulator } from './emulator';

const CREDENTIALS = { username: 'admin', password: 'secret1' };
const UUID = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const patient = new AbortController().signal;
const SIZE = 3_000_000;

describe('our driver at the emulator of sushy-tools', () => {
  let emulator: Emulator;
  let images: Server;
  let fetched: { readonly method: string; readonly path: string }[];
  let base: string;
  const opened: OpenedBmc[] = [];

  before(async () => {
    const system = (uuid: string, name: string, power: 'On' | 'Off', mac: string): object => ({ uuid, name, power, mac });
    emulator = await Emulator.start(CREDENTIALS, [
      system(UUID, 'xs-r7-01', 'On', '00:16:3e:00:00:01') as never,
      system(OTHER, 'xs-r7-02', 'Off', '00:16:3e:00:00:02') as never,
    ]);
    fetched = [];
    images = createServer((request, response) => {
      fetched.push({ method: request.method ?? '', path: request.url ?? '' });
      if (request.url !== '/a/boot.iso') return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': SIZE }).end(Buffer.alloc(SIZE, 7));
    }).listen(0, '127.0.0.1');
    await once(images, 'listening');
    base = `http://127.0.0.1:${(images.address() as { readonly port: number }).port}`;
  });

  after(async () => {
    images?.close();
    await emulator?.stop();
  });

  afterEach(async () => {
    for (const bmc of opened.splice(0)) await bmc.close();
  });

  const open = (path = `/redfish/v1/Systems/${UUID}`, password = CREDENTIALS.password): OpenedBmc => {
    const bmc = openBmc({
      address: `${emulator.origin.replace('https:', 'redfish+https:')}${path}`,
      credentials: { ...CREDENTIALS, password },
      policy: { trust: { kind: 'CaBundle', pem: emulator.authority }, minVersion: 'TLSv1.2', allowPlaintext: false },
      clock: realClock(),
      random: systemRandom(),
      settings: 'test',
    });
    opened.push(bmc);
    return bmc;
  };
  const failure = async (work: Promise<unknown>): Promise<BmcError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(BmcError);
    return error as BmcError;
  };
  const isOurs = (image: string): boolean => image.startsWith(base);

  it('learns what it is, without a session, which it has not', async () => {
    const bmc = open();
    const probed = await bmc.probe(patient);
    expect(probed).to.deep.include({ protocol: 'redfish', dialect: 'generic', bootProgress: false });
    expect(probed.identity).to.deep.include({ serial: '', uuid: UUID, macs: ['00:16:3e:00:00:01'] });
    expect(probed.power).to.deep.equal({ read: true, gracefulOff: true, forceOff: true, on: true });
    expect(probed.bootOnce.targets).to.deep.equal(['Cd', 'Pxe', 'Hdd']);
    expect(probed.media?.schemes).to.deep.equal(['http', 'https']);
    expect(bmc.session).to.equal(undefined);
    expect(await bmc.power(patient)).to.equal('On');
  });

  it('is to be told which of two machines is meant', async () => {
    const error = await failure(open('').power(patient));
    expect(error).to.include({ kind: 'Fatal', reason: 'SeveralSystems' });
    expect(error.message).to.contain(UUID).and.contain(OTHER);
    expect(await open(`/redfish/v1/Systems/${OTHER}`).power(patient)).to.equal('Off');
  });

  it('is refused with a wrong password', async () => {
    expect(await failure(open(undefined, 'wrong').power(patient))).to.include({ kind: 'Unauthorized', reason: 'LoginRefused' });
  });

  it('switches off and on, although the state follows seconds later', async () => {
    const bmc = open();
    expect(await bmc.setPower('Off', patient)).to.deep.equal({ outcome: 'changed', observed: 'Off' });
    expect(await bmc.setPower('Off', patient)).to.deep.equal({ outcome: 'unchanged', observed: 'Off' });
    expect(await bmc.setPower('On', patient)).to.deep.equal({ outcome: 'changed', observed: 'On' });
  });

  it('sets the boot target, sees that it stays, and clears it', async () => {
    const bmc = open();
    for (const target of ['Cd', 'Pxe'] as const) {
      const { observed } = await bmc.setBootOnce(target, 'UEFI', patient);
      expect(observed).to.deep.equal({ target, once: false, mode: 'UEFI' });
    }
    expect((await bmc.clearBootOverride(patient)).observed.target).to.equal('None');
    expect((await bmc.clearBootOverride(patient)).outcome).to.equal('unchanged');
  });

  it('inserts an image that is then fetched whole, and ejects it', async () => {
    const bmc = open();
    const url = `${base}/a/boot.iso`;
    const { observed } = await bmc.insertMedia(url, isOurs, patient);
    expect(observed.filter(({ inserted }) => inserted).map(({ image }) => image)).to.deep.equal([url]);
    expect(fetched).to.deep.equal([{ method: 'GET', path: '/a/boot.iso' }]);
    const ejected = await bmc.ejectMedia(isOurs, patient);
    expect(ejected.outcome).to.equal('changed');
    expect(ejected.observed.some(({ inserted }) => inserted)).to.equal(false);
  });

  it('tells of an image that the BMC cannot fetch', async () => {
    const bmc = open();
    expect(await failure(bmc.insertMedia(`${base}/gone.iso`, isOurs, patient))).to.include({ kind: 'MediaUnreachable' });
    expect((await bmc.media(patient)).some(({ inserted }) => inserted)).to.equal(false);
  });
});

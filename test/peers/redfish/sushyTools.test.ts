// Our driver at a BMC of others: power, boot target, and virtual media that is really fetched, from our boot server. The emulator knows no Once: that is asserted at
// our own simulations.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { BmcError } from '../../../src/bmc/bmc';
import { openBmc, type OpenedBmc } from '../../../src/bmc/open';
import { answerAt, looksLikeMediaUrl, mediaUrl } from '../../../src/boot/server/attemptPaths';
import { type BootListener, openListener } from '../../../src/boot/server/listener';
import { realClock } from '../../../src/foundation/realClock';
import { systemRandom } from '../../../src/foundation/systemRandom';
import { never } from '../../boot/media/made/bytesSource';
import { vendorIso } from '../../boot/media/made/vendorIso';
import { ATTEMPT, KEY, type Site, smallSite } from '../../boot/server/smallSite';
import { all, good, MediaSite, seen } from '../../boot/shelf/mediaSite';
import { Emulator, type Notice } from './emulator';

const CREDENTIALS = { username: 'admin', password: 'secret1' };
const UUID = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const patient = new AbortController().signal;

describe('our driver at the emulator of sushy-tools', () => {
  let emulator: Emulator;
  let media: MediaSite;
  let site: Site;
  let server: BootListener;
  const notices: Notice[] = [];
  const opened: OpenedBmc[] = [];

  before(async () => {
    emulator = await Emulator.start(
      CREDENTIALS,
      [
        { uuid: UUID, name: 'xs-r7-01', power: 'On', mac: '00:16:3e:00:00:01' },
        { uuid: OTHER, name: 'xs-r7-02', power: 'Off', mac: '00:16:3e:00:00:02' },
      ],
      { onChange: (notice) => void notices.push(notice) },
    );
    media = new MediaSite();
    media.put('xcp-ng.iso', vendorIso().bytes);
    site = smallSite({ shelf: media.shelf });
    server = await openListener({ host: '127.0.0.1', port: 0, handler: site.server.handle, clock: realClock() });
  });

  after(async () => {
    await server?.close(0);
    await media?.remove();
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
  const url = (): string => mediaUrl(KEY, ATTEMPT, server.url);

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

  it('inserts the image of a host, which is then fetched whole from our boot server, and ejects it', async () => {
    const bmc = open();
    const { observed } = await bmc.insertMedia(url(), looksLikeMediaUrl, patient);
    expect(observed.filter(({ inserted }) => inserted).map(({ image }) => image)).to.deep.equal([url()]);
    // It is what this host is to see: the vendor's ISO, but for the line that starts its installer.
    const view = await all(seen(good(await media.shelf.mediumOf(ATTEMPT, answerAt(KEY, ATTEMPT), never))));
    const files = emulator.fetched().map((file) => readFileSync(file));
    expect(files.some((bytes) => bytes.equals(view))).to.equal(true);
    expect(view.toString('latin1')).to.contain(`answerfile=${answerAt(KEY, ATTEMPT).url}`);
    expect(site.sightings().seen.media).to.include({ count: 1, from: '127.0.0.1' });
    expect(notices.at(-1)?.uuid).to.equal(UUID);
    const ejected = await bmc.ejectMedia(looksLikeMediaUrl, patient);
    expect(ejected.outcome).to.equal('changed');
    expect(ejected.observed.some(({ inserted }) => inserted)).to.equal(false);
  });

  it('is told that the BMC cannot fetch an image of an attempt that is over', async () => {
    const [attempt] = site.attempts;
    site.attempts = [];
    const bmc = open();
    expect(await failure(bmc.insertMedia(url(), looksLikeMediaUrl, patient))).to.include({ kind: 'MediaUnreachable' });
    expect((await bmc.media(patient)).some(({ inserted }) => inserted)).to.equal(false);
    site.attempts = [attempt!];
  });

  it('leaves an image of somebody else where it is', async () => {
    const bmc = open(`/redfish/v1/Systems/${OTHER}`);
    await bmc.insertMedia(url(), looksLikeMediaUrl, patient);
    const notOurs = (): boolean => false;
    const error = await failure(bmc.insertMedia(url(), notOurs, patient));
    expect(error).to.include({ kind: 'Conflict', reason: 'MediaOfSomebodyElse' });
    expect((await bmc.ejectMedia(notOurs, patient)).outcome).to.equal('unchanged');
    expect((await bmc.media(patient)).some(({ inserted }) => inserted)).to.equal(true);
    await bmc.ejectMedia(looksLikeMediaUrl, patient);
  });

  it('tells whoever follows it of each change', () => {
    const powers = notices.filter(({ uuid }) => uuid === UUID).map(({ power_state }) => power_state);
    expect(powers).to.include.members(['On', 'Off']);
    expect(notices.some(({ boot_device }) => boot_device === 'Pxe')).to.equal(true);
  });
});

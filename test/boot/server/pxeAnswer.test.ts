import { expect } from 'chai';
import { ATTEMPT, FILES, MEDIUM, smallSite, textOf } from './smallSite';
import { bytesSource } from '../../../src/boot/server/bootFiles';
import type { Medium, NoMedium } from '../../../src/boot/server/source';

const MAC = '52:54:00:12:34:56';
const told = async (site: ReturnType<typeof smallSite>, path: string): Promise<string> => textOf(await site.get(path));

describe('A network card that asks what to boot', () => {
  it('is told in the language of its boot loader, by any way to write its address', async () => {
    const site = smallSite();
    expect(await told(site, `/pxe/ipxe/${MAC}`)).to.match(/^kernel http:\/\/boot\.example:8080\/boot\/k1\./m);
    expect(await told(site, `/pxe/ipxe/52%3A54%3A00%3A12%3A34%3A56`)).to.match(/kernel/);
    expect(await told(site, `/pxe/grub/${MAC}`)).to.match(/multiboot2 \(http,boot\.example:8080\)/);
    expect(await told(site, '/pxe/pxelinux.cfg/01-52-54-00-12-34-56')).to.match(/APPEND http/);
    expect(await told(site, '/pxe/pxelinux.cfg/01-52-54-0-12-34-56')).to.match(/APPEND http/);
    expect(site.sightings().seen.config).to.deep.include({ count: 5, from: '10.0.0.7' });
  });

  it('finds what it was told: the files are there, and so are the answers', async () => {
    const site = smallSite();
    const script = (await told(site, `/pxe/ipxe/${MAC}`))
      .replace('${netX/mac:hexhyp}', '52-54-00-12-34-56')
      .replace('${uuid}', ATTEMPT.machine.uuid!);
    const paths = [...script.matchAll(/http:\/\/boot\.example:8080(\S+)/g)].map(([, path]) => path!);
    expect(paths).to.have.length(5);
    for (const path of paths) expect((await site.get(path)).status, path).to.equal(200);
  });

  it('is sent on to its disk when nobody asked for it, whatever the loader', async () => {
    const site = smallSite();
    site.attempts = [];
    for (const [path, word] of [
      [`/pxe/ipxe/${MAC}`, /\nexit\n/],
      [`/pxe/grub/${MAC}`, /\nexit\n/],
      ['/pxe/pxelinux.cfg/01-52-54-00-12-34-56', /LOCALBOOT/],
    ] as const)
      expect(await told(site, path))
        .to.match(word)
        .and.not.contain('http');
  });

  it('is sent on to its disk once its installer has begun, so that a boot in a loop ends', async () => {
    const site = smallSite();
    const at = (purpose: string): string => new RegExp(`http://boot\\.example:8080(/${purpose}/[^<\\s/]+)`).exec(text)?.[1] ?? '';
    let text = await told(site, `/pxe/grub/${MAC}`);
    text = await told(site, at('answer').replace(/'$/, ''));
    await site.get(at('start'));
    expect(await told(site, `/pxe/ipxe/${MAC}`))
      .to.match(/\nexit\n/)
      .and.not.contain('kernel');
    expect(site.sightings().timeline.at(-1)?.what).to.equal('refused');
  });

  it('is sent on to its disk when two hosts have it, when the server is blind, and for arguments that make no line', async () => {
    const site = smallSite();
    site.attempts = [ATTEMPT, { ...ATTEMPT, host: 'other' }];
    expect(await told(site, `/pxe/ipxe/${MAC}`)).not.to.contain('kernel');
    expect(site.log.join()).to.match(/two hosts have the card/);
    site.attempts = [ATTEMPT];
    site.blind = 'the API server was not heard for 60 s';
    expect(await told(site, `/pxe/ipxe/${MAC}`)).not.to.contain('kernel');
    site.blind = undefined;
    site.attempts = [{ ...ATTEMPT, arguments: { ...ATTEMPT.arguments, consoles: ['a b'] } }];
    expect(await told(site, `/pxe/ipxe/${MAC}`))
      .to.match(/\necho xenpool does not start the installer: .*consoles: found/)
      .and.not.contain('kernel');
  });

  it('is sent on to its disk, and told why, when there is no medium, or none that boots over the network', async () => {
    const file = (path: readonly string[]): Promise<ReturnType<typeof bytesSource> | undefined> =>
      Promise.resolve(path.join('/') === 'boot/xen.gz' ? undefined : bytesSource(FILES[path.join('/')]!));
    const media: readonly (readonly [Medium | NoMedium, RegExp])[] = [
      [{ why: 'its SHA-256 is another' }, /its SHA-256 is another/],
      [{ ...MEDIUM, tree: { file } }, /the medium has no boot\/xen\.gz/],
      [{ ...MEDIUM, vendor: { xen: ['$(reboot)'], kernel: [] } }, /the medium says \(reboot\) to Xen/],
    ];
    for (const [medium, why] of media) {
      const site = smallSite({ shelf: { mediumOf: () => Promise.resolve(medium) } });
      for (const path of [`/pxe/ipxe/${MAC}`, `/pxe/grub/${MAC}`, '/pxe/pxelinux.cfg/01-52-54-00-12-34-56'])
        expect(await told(site, path))
          .to.match(why)
          .and.not.contain('http');
      expect(site.sightings().timeline.at(-1)?.what).to.equal('refused');
      expect(site.sightings().seen.config).to.equal(undefined);
    }
  });

  it('is sent on to its disk when the pool says no while the medium was looked at', async () => {
    const site = smallSite({
      shelf: {
        mediumOf: () => {
          site.blind = 'the API server was not heard for 60 s';
          return Promise.resolve(MEDIUM);
        },
      },
    });
    expect(await told(site, `/pxe/ipxe/${MAC}`)).not.to.contain('kernel');
  });

  it('is told of no image that it could not be shown, and still of the files', async () => {
    const shelf = { mediumOf: (): Promise<Medium> => Promise.resolve({ ...MEDIUM, view: { why: 'it does not fit' } }) };
    const text = await told(smallSite({ shelf }), `/pxe/ipxe/${MAC}`);
    expect(text)
      .to.match(/^kernel http/m)
      .and.not.include('sanboot');
  });

  it('is told what the medium says to Xen and its kernel', async () => {
    const text = await told(smallSite(), `/pxe/ipxe/${MAC}`);
    expect(text).to.match(/^kernel http\S+ dom0_mem=max:8192M \|\|/m);
    expect(text).to.match(/^module http\S+ console=hvc0 no-repo-gpgcheck console=ttyS0,115200n8 answerfile=http/m);
  });

  it('is led from one script for all machines to its own', async () => {
    expect(await told(smallSite(), '/pxe/boot.ipxe')).to.equal('#!ipxe\nchain --replace ipxe/${netX/mac:hexhyp} || exit\n');
  });

  it('gets nothing for what is no address', async () => {
    for (const path of [
      '/pxe/',
      '/pxe/ipxe/',
      '/pxe/ipxe/52:54',
      '/pxe/ipxe/../../etc',
      '/pxe/pxelinux.cfg/default',
      '/pxe/pxelinux.cfg/0A000007',
      '/pxe/ipxe/%',
      `/pxe/ipxe/${MAC}/x`,
      `/pxe/tftp/${MAC}`,
    ])
      expect((await smallSite().get(path)).status, path).to.equal(404);
  });
});

import { expect } from 'chai';
import { ATTEMPT, smallSite, textOf } from './smallSite';

const MAC = '52:54:00:12:34:56';
const told = async (site: ReturnType<typeof smallSite>, path: string): Promise<string> => textOf(await site.get(path));

describe('A network card that asks what to boot', () => {
  it('is told in the language of its boot loader, by any way to write its address', async () => {
    const site = smallSite();
    expect(await told(site, `/pxe/ipxe/${MAC}`)).to.match(/^#!ipxe\nkernel http:\/\/boot\.example:8080\/boot\/k1\./);
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
    expect(paths).to.have.length(4);
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
    site.attempts = [{ ...ATTEMPT, arguments: { ...ATTEMPT.arguments, extra: ['a b'] } }];
    expect(await told(site, `/pxe/ipxe/${MAC}`)).not.to.contain('kernel');
  });

  it('is led from one script for all machines to its own', async () => {
    expect(await told(smallSite(), '/pxe/boot.ipxe')).to.equal('#!ipxe\nchain --replace ipxe/${netX/mac} || exit\n');
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

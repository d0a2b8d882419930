// ISOs as the boot server has them: opened, checked and understood once, shown to each host in its own way, and refused in words.
import { expect } from 'chai';
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathOf } from '../../../src/boot/server/openAttempt';
import { Aborted } from '../../../src/foundation/clock';
import { never } from '../media/made/bytesSource';
import { grubCfg, vendorIso } from '../media/made/vendorIso';
import { type MediaServer, rangesOf, serve } from '../media/sources/mediaServer';
import { ATTEMPT, bytesOf, KEY, smallSite, textOf } from '../server/smallSite';
import { all, ANSWER, digestOf, good, MediaSite, seen } from './mediaSite';

const ISO = vendorIso({ files: { '/Packages/one-1.0.rpm': 'a package' } });
const { bytes: BYTES } = ISO;
const SHA = digestOf(BYTES);

describe('The shelf of ISOs', () => {
  let site: MediaSite;
  const servers: MediaServer[] = [];
  beforeEach(() => {
    site = new MediaSite();
  });
  afterEach(async () => {
    await site.remove();
    for (const server of servers.splice(0)) await server.close();
  });

  const served = async (...args: Parameters<typeof serve>): Promise<MediaServer> => {
    const server = await serve(...args);
    servers.push(server);
    return server;
  };

  it('shows a host the ISO with its own arguments, byte for byte the same elsewhere, in one piece and in many', async () => {
    site.put('x.iso', BYTES);
    const source = seen(good(await site.medium()));
    const bytes = await all(source);
    expect(bytes.length).to.equal(BYTES.length);
    expect(bytes.toString('latin1').split(`answerfile=${ANSWER.url} network_device=52:54:00:12:34:56`)).to.have.length(4);
    for (const [offset, length] of [
      [0, 100_000],
      [60_000, 70_000],
      [BYTES.length - 10, 10],
    ] as const) {
      const target = Buffer.alloc(length);
      await source.readInto!(target, offset, never);
      expect(target.equals(bytes.subarray(offset, offset + length)), `${offset}`).to.equal(true);
    }
    const differs = [...bytes.keys()].filter((at) => bytes[at] !== BYTES[at]);
    for (const name of ['/boot/xen.gz', '/boot/vmlinuz', '/install.img', '/.treeinfo'])
      expect(
        differs.some((at) => at >= ISO.at(name) && at < ISO.at(name) + 2048),
        name,
      ).to.equal(false);
  });

  it('gives the files of the ISO by their real names, and what it says to Xen and its kernel', async () => {
    site.put('x.iso', BYTES);
    const { tree, vendor } = good(await site.medium());
    const text = async (...name: readonly string[]): Promise<string | undefined> => {
      const file = await tree.file(name, never);
      return file === undefined ? undefined : (await all(file)).toString();
    };
    expect(await text('Packages', 'one-1.0.rpm')).to.equal('a package');
    expect(await text('.treeinfo')).to.match(/product_version = 8\.2\.1/);
    expect(await text('EFI', 'xenserver', 'grub.cfg')).to.equal(grubCfg());
    for (const name of [[], ['Packages'], ['no'], ['Packages', 'no'], ['.treeinfo', 'x'], ['a', ...'bcdefghi']])
      expect(await text(...name), name.join('/')).to.equal(undefined);
    expect(vendor.xen).to.include('dom0_mem=max:8192M');
    expect(vendor.kernel).to.deep.equal(['console=hvc0', 'console=tty0']);
  });

  it('is what the boot server serves from: view, tree with ranges, kernel, and a script for a network card', async () => {
    site.put('x.iso', BYTES);
    const server = smallSite({ shelf: site.shelf });
    const image = await server.get(pathOf(KEY, ATTEMPT, 'media', 'installer.iso'));
    expect(image.status).to.equal(200);
    expect(
      (await textOf(image)).split(`answerfile=${ATTEMPT.baseUrl}${pathOf(KEY, ATTEMPT, 'answer').replace(/\/$/, '')} `),
    ).to.have.length(4);
    const part = await server.get(pathOf(KEY, ATTEMPT, 'repository', 'Packages/one-1.0.rpm'), { range: 'bytes=2-4' });
    expect([part.status, (await bytesOf(part)).toString()]).to.deep.equal([206, 'pac']);
    expect(await textOf(await server.get(pathOf(KEY, ATTEMPT, 'boot', 'vmlinuz')))).to.equal('linux');
    expect(await textOf(await server.get('/pxe/grub/52:54:00:12:34:56'))).to.match(
      /xen\.gz 'dom0_max_vcpus=1-16' 'dom0_mem=max:8192M'/,
    );
  });

  it('reads an ISO whole once for all hosts, which each see their own', async () => {
    const { origin, ranges } = await served(rangesOf(BYTES));
    site.place = { location: `${origin}/x.iso`, sha256: SHA.toUpperCase() };
    const media = await Promise.all(
      [1, 2, 3].map((host) => site.medium({}, { ...ANSWER, url: `http://boot.example/answer/${host}` })),
    );
    expect(ranges).to.include('bytes=65536-131071');
    expect(new Set(ranges).size).to.equal(ranges.length);
    const versions = media.map((one) => (good(one).view as { readonly version: string }).version);
    expect(new Set(versions).size).to.equal(3);
    expect(new Set(media.map((one) => good(one).version)).size).to.equal(1);
    const before = ranges.length;
    site.clock.pass(60_000);
    await site.medium();
    expect(ranges.slice(before)).to.deep.equal(['bytes=0-0']);
  });

  it('refuses in words what is wrong, truncated, not there, not understood, or of another release', async () => {
    const { origin } = await served((_request, response) => void response.writeHead(404).end());
    const cut = BYTES.subarray(0, 90_000);
    const none = vendorIso({ iso: { bios: undefined, efi: undefined } }).bytes;
    const cases: readonly (readonly [() => unknown, RegExp])[] = [
      [() => site.put('x.iso', BYTES, 'ab'.repeat(32)), new RegExp(`its SHA-256 is ${SHA}, expected abab`)],
      [() => site.put('x.iso', cut, SHA), /its SHA-256 is/],
      [() => site.put('cut.iso', cut), /the volume is said to be|the medium ends at/],
      [() => site.put('text.iso', Buffer.alloc(100_000, 'x')), /CD001/],
      [() => site.put('empty.iso', Buffer.alloc(0)), /the medium ends at 0/],
      [() => site.put('none.iso', none), /boot files of the ISO: found/],
      [() => (site.place = { location: 'nothing.iso', sha256: SHA }), /there is no such file/],
      [() => (site.place = { location: `${origin}/x.iso`, sha256: SHA }), /HTTP status 404/],
      [() => (site.place = { location: 'http://127.0.0.1:1/x.iso', sha256: SHA }), /ECONNREFUSED|EADDR/],
      [() => (site.place = { location: '../x.iso', sha256: SHA }), /inside the mounted folder/],
      [() => (site.place = { location: '/etc/passwd', sha256: SHA }), /inside the mounted folder/],
      [() => (site.place = { location: 'a/../../x', sha256: SHA }), /inside the mounted folder/],
      [() => (site.place = { location: 'x.iso\0', sha256: SHA }), /inside the mounted folder/],
      [() => (site.place = { location: '', sha256: SHA }), /inside the mounted folder/],
      [() => (site.place = undefined), /no ISO is named for XCP-ng 8\.2\.1; name one/],
    ];
    for (const [arrange, why] of cases) {
      arrange();
      expect(await site.why(), String(why)).to.match(why);
    }
    site.put('good.iso', BYTES);
    const target = { brand: 'XCP-ng', version: '8.3.0' } as const;
    expect(await site.why({ target })).to.match(/the ISO holds XCP-ng 8\.2\.1, and XCP-ng 8\.3\.0 is wanted/);
  });

  it('takes only URLs where no folder is mounted', async () => {
    const without = new MediaSite({ folder: undefined });
    without.put('x.iso', BYTES);
    expect(await without.why()).to.match(/no folder of ISOs is mounted/);
    await without.remove();
  });

  it('shows no view to a machine that it cannot start, or that does not fit, and still gives the files', async () => {
    site.put('bios.iso', vendorIso({ iso: { efi: undefined } }).bytes);
    expect(await site.why({ firmware: 'BIOS' })).to.equal('');
    expect(await site.why({ firmware: 'UEFI' })).to.match(/the machine starts in UEFI mode, and the ISO by itself in BIOS alone/);
    expect(await site.why({ arguments: { networkDevice: 'eth0' } })).to.match(/networkDevice: found "eth0"/);
    const medium = good(await site.medium({ firmware: 'UEFI' }));
    expect(await all((await medium.tree.file(['boot', 'vmlinuz'], never))!)).to.have.length(5);
    const tight =
      'set default=0\nmenuentry "a" {\nmultiboot2 /boot/xen.gz\nmodule2 /boot/vmlinuz\nmodule2 /install.img\n}\n'.padEnd(
        200,
        '#',
      );
    site.put('tight.iso', vendorIso({ files: { '/EFI/xenserver/grub.cfg': tight }, iso: { bios: undefined } }).bytes);
    expect(await site.why()).to.match(/bytes are needed, and the vendor's file has 200/);
    const server = smallSite({ shelf: site.shelf });
    expect((await server.get(pathOf(KEY, ATTEMPT, 'media', 'installer.iso'))).status).to.equal(404);
    expect(server.log.join()).to.match(/bytes are needed/);
    expect(server.sightings().timeline).to.deep.equal([]);
  });

  it('says to a restore what a restore needs', async () => {
    site.put('x.iso', BYTES);
    const bytes = await all(seen(good(await site.medium({}, { ...ANSWER, key: 'rt_answerfile' }))));
    expect(bytes.toString('latin1')).to.include(` rt_answerfile=${ANSWER.url} `).and.not.include(' answerfile=');
  });

  it('tries again a while after a failure, and not at each request', async () => {
    let there = false;
    const { origin, ranges } = await served((request, response, count) => {
      if (there) rangesOf(BYTES)(request, response, count);
      else response.writeHead(503).end();
    });
    site.place = { location: `${origin}/x.iso`, sha256: SHA };
    for (let time = 0; time < 3; time++) expect(await site.why()).to.match(/503/);
    expect(ranges).to.have.length(1);
    there = true;
    site.clock.pass(29_000);
    expect(await site.why()).to.match(/503/);
    site.clock.pass(1_000);
    expect(await site.why()).to.equal('');
  });

  it('refuses a server that does not answer in time', async () => {
    const { origin, ranges } = await served(() => undefined);
    site.place = { location: `${origin}/x.iso`, sha256: SHA };
    const why = site.why();
    await site.turns(() => ranges.length === 1);
    site.clock.pass(30_000);
    expect(await why).to.match(/no whole answer within 30 s/);
  });

  it('goes on with the old ISO where another takes its name, and checks anew one that was written over', async () => {
    site.put('x.iso', BYTES);
    await site.medium();
    const file = path.join(site.folder, 'x.iso');
    writeFileSync(`${file}.new`, Buffer.alloc(5000));
    renameSync(`${file}.new`, file);
    site.clock.pass(10_000);
    expect(await all((await good(await site.medium()).tree.file(['boot', 'vmlinuz'], never))!)).to.have.length(5);

    site.put('y.iso', BYTES);
    await site.medium();
    const other = Buffer.from(BYTES);
    other[ISO.at('/install.img')]! ^= 1;
    const { mtime } = statSync(path.join(site.folder, 'y.iso'));
    writeFileSync(path.join(site.folder, 'y.iso'), other);
    utimesSync(path.join(site.folder, 'y.iso'), mtime, new Date(mtime.getTime() + 1000));
    site.clock.pass(4_000);
    expect(await site.why()).to.equal('');
    site.clock.pass(1_000);
    expect(await site.why()).to.match(new RegExp(`its SHA-256 is ${digestOf(other)}, expected ${SHA}`));
  });

  it('refuses an ISO that was published anew under the same name, and takes it when it is the one that is named', async () => {
    // Longer than what is kept of it.
    const long = (fill: number): Buffer => vendorIso({ files: { '/Packages/long.rpm': Buffer.alloc(400_000, fill) } }).bytes;
    let [bytes, tag] = [long(1), '"one"'];
    const { origin } = await served((request, response, count) => rangesOf(bytes, tag)(request, response, count));
    site.place = { location: `${origin}/x.iso`, sha256: digestOf(bytes) };
    const medium = good(await site.medium());
    [bytes, tag] = [long(2), '"two"'];
    await seen(medium)
      .read(0, bytes.length, never)
      .then(
        () => expect.fail('it was read'),
        (error: unknown) => expect(String(error)).to.match(/found .*"two"/),
      );
    site.clock.pass(5_000);
    expect(await site.why()).to.match(/its SHA-256 is/);
    site.place = { location: `${origin}/x.iso`, sha256: digestOf(bytes) };
    expect(await site.why()).to.equal('');
  });

  it('keeps an ISO for those who read it while its server is away for a moment, and says so to who asks beforehand', async () => {
    let there = true;
    const { origin } = await served((request, response, count) => {
      if (there) rangesOf(BYTES)(request, response, count);
      else response.writeHead(503).end();
    });
    const place = { location: `${origin}/x.iso`, sha256: SHA };
    site.place = place;
    site.shelf.prepare([place]);
    await site.medium();
    there = false;
    site.clock.pass(30_000);
    await site.turns(() => site.shelf.offers()[0]!.state === 'Refused');
    expect(site.shelf.offers()[0]!.why).to.match(/503/);
    there = true;
    expect(await all(seen(good(await site.medium())))).to.have.length(BYTES.length);
    site.clock.pass(30_000);
    await site.turns(() => site.shelf.offers()[0]!.state === 'Ready');
  });

  it('tells beforehand what it can say of each ISO, and looks again by itself', async () => {
    const ready = site.put('x.iso', BYTES);
    const late = { location: 'late.iso', sha256: SHA };
    site.shelf.prepare([ready, late, ready]);
    expect(site.shelf.offers().map(({ location, state }) => [location, state])).to.deep.equal([
      ['x.iso', 'Checking'],
      ['late.iso', 'Checking'],
    ]);
    await site.turns(() => site.shelf.offers().every(({ state }) => state !== 'Checking'));
    const [first, second] = site.shelf.offers();
    expect(first).to.deep.include({ ...ready, state: 'Ready', why: '', firmware: ['BIOS', 'UEFI'] });
    expect([first!.release?.version, first!.room > 400]).to.deep.equal(['8.2.1', true]);
    expect(second).to.deep.include({ state: 'Refused', firmware: [], release: undefined });
    expect(second!.why).to.match(/no such file/);
    site.put('late.iso', BYTES);
    site.clock.pass(30_000);
    await site.turns(() => site.shelf.offers()[1]!.state === 'Ready');
    site.shelf.prepare([late]);
    expect(site.shelf.offers().map(({ location }) => location)).to.deep.equal(['late.iso']);
  });

  it('holds no more ISOs open than it may, and lets go of those that nobody needs, never of one that is being read', async () => {
    const one = new MediaSite({ mostOpen: 1 });
    one.put('a.iso', BYTES);
    const reading = seen(good(await one.medium()));
    one.put('b.iso', BYTES);
    expect(await one.why()).to.match(/1 ISOs are in use already/);
    one.clock.pass(119_000);
    await reading.readInto!(Buffer.alloc(10), 0, never);
    one.clock.pass(119_000);
    expect(await one.why()).to.match(/in use already/);
    one.clock.pass(60_000);
    expect(await one.why()).to.equal('');
    const closed: unknown = await reading.read(0, 1, never).catch((error: unknown) => error);
    expect(String(closed)).to.match(/it was closed meanwhile/);
    one.shelf.prepare([one.place!, { location: 'a.iso', sha256: SHA }]);
    expect(one.shelf.offers()[1]).to.deep.include({ state: 'Refused' });
    expect(one.shelf.offers()[1]!.why).to.match(/more than 1 ISOs are named/);
    one.shelf.prepare([{ location: 'a.iso', sha256: SHA }]);
    await one.turns(() => {
      one.clock.pass(10_000);
      return one.shelf.offers()[0]!.state === 'Ready';
    });
    await one.remove();
  });

  it('is not held up for the others by one who gives up, and ends its work when it is closed', async () => {
    let answer = (): void => undefined;
    const { origin, ranges } = await served((request, response, count) => {
      if (count !== 2) return rangesOf(BYTES)(request, response, count);
      answer = () => rangesOf(BYTES)(request, response, count);
    });
    site.place = { location: `${origin}/x.iso`, sha256: SHA };
    const leaving = new AbortController();
    const left = site.shelf.mediumOf(ATTEMPT, ANSWER, leaving.signal).catch((error: unknown) => error);
    const stays = site.why();
    await site.turns(() => ranges.length === 2);
    leaving.abort();
    expect(await left).to.be.instanceOf(Aborted);
    answer();
    expect(await stays).to.equal('');

    const hung = await served(() => undefined);
    site.place = { location: `${hung.origin}/x.iso`, sha256: SHA };
    const waiting = site.medium().catch((error: unknown) => error);
    await site.turns(() => hung.ranges.length === 1);
    await site.shelf.close();
    expect(await waiting).to.be.instanceOf(Aborted);
  });
});

import { expect } from 'chai';
import { readAnswerFile } from '../../../src/simulator/metal/answerFile';
import { pathOf } from '../../../src/boot/server/openAttempt';
import type { PathKind } from '../../../src/boot/server/tokens';
import { ATTEMPT, bytesOf, FILES, IMAGE, KEY, OTHER_KEY, smallSite, textOf, XEN } from './smallSite';

const at = (purpose: PathKind, rest = ''): string => pathOf(KEY, ATTEMPT, purpose, rest);
const pathIn = (text: string, purpose: string): string =>
  new RegExp(`http://boot\\.example:8080(/${purpose}/[^<\\s"']*)`).exec(text)?.[1] ?? '';

describe('The boot server', () => {
  it('leads an installer through an upgrade, and refuses it a second one', async () => {
    const site = smallSite();
    const answers = await site.get(at('answer'));
    const text = await textOf(answers);
    expect(answers.status).to.equal(200);
    expect(readAnswerFile(text).intent).to.deep.equal({ kind: 'upgrade' });
    expect(text).to.contain(`<existing-installation>${ATTEMPT.disk}<`);

    expect(await textOf(await site.get(pathIn(text, 'start')))).to.match(/^#!\/bin\/sh\n/);
    const tree = pathIn(text, 'repository');
    expect(await bytesOf(await site.get(`${tree}.treeinfo`))).to.deep.equal(FILES['.treeinfo']);
    expect((await site.get(`${tree}Packages/gcc-c%2B%2B-1.rpm`)).status).to.equal(200);
    const script = await textOf(await site.get(pathIn(text, 'complete')));
    expect((await site.get(`${pathIn(script, 'complete')}0`)).status).to.equal(200);

    const { timeline, result } = site.sightings();
    expect(timeline.map(({ what }) => what)).to.deep.equal(['answer', 'start', 'repository', 'package', 'complete', 'report']);
    expect(result).to.equal(0);
    expect((await site.get(at('answer'))).status).to.equal(410);
    expect((await site.get(at('start'))).status).to.equal(404);
    expect(site.sightings().startedOver).to.equal(true);
  });

  it('has spent the answer file once the end was told, whether or not the beginning was seen', async () => {
    for (const end of [at('complete'), at('complete', '1')]) {
      const site = smallSite();
      await site.get(at('answer'));
      await site.get(end);
      expect((await site.get(at('answer'))).status, end).to.equal(410);
      expect((await site.get(at('start'))).status, end).to.equal(404);
      const told = site.sightings().timeline.filter(({ what }) => what === 'refused');
      expect(told.map(({ detail }) => detail)).to.deep.equal(
        ['answer', 'start'].map((what) => `${what}: the attempt is complete; its answer file is spent`),
      );
    }
  });

  it('hands out the answer file again as long as the installer has not begun', async () => {
    const site = smallSite();
    expect([(await site.get(at('answer'))).status, (await site.get(at('answer'))).status]).to.deep.equal([200, 200]);
  });

  it('lets only one of two installers begin that ask at once', async () => {
    const site = smallSite();
    await site.get(at('answer'));
    const both = await Promise.all([site.get(at('start')), site.get(at('start'))]);
    expect(both.map(({ status }) => status)).to.deep.equal([200, 404]);
  });

  it('does not let an installer begin that had no answer file from here', async () => {
    expect((await smallSite().get(at('start'))).status).to.equal(404);
  });

  it('vetoes when the world has changed since the answer file was fetched', async () => {
    const site = smallSite();
    await site.get(at('answer'));
    site.attempts = [{ ...ATTEMPT, veto: 'the pool is not ready' }];
    expect((await site.get(at('start'))).status).to.equal(404);
    expect(site.sightings().timeline.at(-1)).to.deep.include({ what: 'refused', detail: 'start: the pool is not ready' });
    site.attempts = [];
    expect((await site.get(at('start'))).status).to.equal(404);
  });

  it('turns away a machine that says that it is another, and takes either order of bytes in a UUID', async () => {
    const site = smallSite();
    const status = async (claims: string): Promise<number> => (await site.get(at('answer', claims))).status;
    expect(await status('mac-52-54-00-12-34-56/uuid-00112233-4455-6677-8899-aabbccddeeff')).to.equal(200);
    expect(await status('mac-525400123456/uuid-33221100-5544-7766-8899-AABBCCDDEEFF/serial-SN1')).to.equal(200);
    expect(await status('mac-52-54-00-12-34-57')).to.equal(410);
    expect(await status('uuid-00112233-4455-6677-8899-aabbccddee00')).to.equal(410);
    expect(await status('serial-SN2')).to.equal(410);
    expect(await status('whatever')).to.equal(404);
  });

  it('begins nothing while it is blind, and ends what has begun', async () => {
    const site = smallSite();
    await site.get(at('answer'));
    site.blind = 'the API server was not heard for 60 s';
    expect((await site.get(at('answer'))).status).to.equal(410);
    expect((await site.get(at('start'))).status).to.equal(404);
    site.blind = undefined;
    await site.get(at('start'));
    site.blind = 'the API server was not heard for 60 s';
    for (const path of [at('repository', '.treeinfo'), at('media', 'installer.iso'), at('complete')])
      expect((await site.get(path)).status, path).to.equal(200);
  });

  it('writes down before it hands out, up to the point of no return, and withholds nothing past it', async () => {
    const site = smallSite();
    site.keeper.fails = true;
    expect((await site.get(at('answer'))).status).to.equal(503);
    site.keeper.fails = false;
    await site.get(at('answer'));
    expect(site.keeper.kept.size).to.equal(1);
    await site.get(at('start'));
    site.keeper.fails = true;
    expect((await site.get(at('repository', '.treeinfo'))).status).to.equal(503);
    expect((await site.get(at('media', 'installer.iso'))).status).to.equal(200);
    site.keeper.fails = false;
    await site.get(at('repository', '.treeinfo'));
    const { keeps } = site.keeper;
    site.keeper.fails = true;
    for (const path of ['repodata/repomd.xml', 'Packages/gcc-c++-1.rpm'])
      expect((await site.get(at('repository', path))).status).to.equal(200);
    for (const path of [at('complete'), at('complete', '1')]) expect((await site.get(path)).status).to.equal(200);
    expect(site.keeper.keeps).to.equal(keeps);
  });

  it('does not let an installer begin whose beginning could not be written down', async () => {
    const site = smallSite();
    await site.get(at('answer'));
    site.keeper.fails = true;
    expect((await site.get(at('start'))).status).to.equal(503);
    site.keeper.fails = false;
    expect((await site.get(at('start'))).status).to.equal(404);
  });

  it('remembers what an earlier process kept', async () => {
    const before = smallSite();
    await before.get(at('answer'));
    await before.get(at('start'));
    const site = smallSite();
    for (const [key, sightings] of before.keeper.kept) site.book.restore(key, sightings);
    expect((await site.get(at('answer'))).status).to.equal(410);
    expect((await site.get(at('start'))).status).to.equal(404);
  });

  it('hands the first script out once more to the installer that an earlier process may have left without it, and to nobody else', async () => {
    const before = smallSite();
    await before.get(at('answer'));
    await before.get(at('start'));
    const site = smallSite();
    for (const [key, sightings] of before.keeper.kept) site.book.restore(key, sightings);
    expect([(await site.get(at('start'))).status, (await site.get(at('start'))).status]).to.deep.equal([200, 404]);
    const beside = smallSite();
    for (const [key, sightings] of before.keeper.kept) beside.book.adopt(key, sightings);
    expect((await beside.get(at('start'))).status).to.equal(404);
    const later = smallSite();
    await before.get(at('repository', '.treeinfo'));
    for (const [key, sightings] of before.keeper.kept) later.book.restore(key, sightings);
    expect((await later.get(at('start'))).status).to.equal(404);
  });

  it('gives a staged host the tree and no answer file', async () => {
    const site = smallSite();
    site.attempts = [{ ...ATTEMPT, method: 'Staged' }];
    expect((await site.get(at('answer'))).status).to.equal(410);
    expect((await site.get(at('repository', '.treeinfo'))).status).to.equal(200);
  });

  it('refuses an answer file that would not say what was asked, and alarms', async () => {
    const site = smallSite();
    site.attempts = [{ ...ATTEMPT, disk: 'sda\nmode="fresh"' }];
    expect((await site.get(at('answer'))).status).to.equal(410);
    expect(site.log.join('\n')).to.match(/answer file refused/);
    expect(site.sightings().seen.answer).to.equal(undefined);
  });

  it('renders a restore where one was asked for', async () => {
    const site = smallSite();
    site.attempts = [{ ...ATTEMPT, intent: 'restore' }];
    expect(readAnswerFile(await textOf(await site.get(at('answer')))).intent).to.deep.equal({ kind: 'restore' });
  });

  it('tells the installer paths of the key that its own path was made with', async () => {
    const site = smallSite();
    site.keys = [OTHER_KEY, KEY];
    expect(await textOf(await site.get(at('answer')))).to.contain(at('start').replace(/\/$/, ''));
  });

  it('serves the image in parts, by HEAD, and with a tag', async () => {
    const site = smallSite();
    const path = at('media', 'installer.iso');
    const whole = await site.get(path);
    expect(whole.headers).to.include({ 'content-length': '300000', 'accept-ranges': 'bytes', etag: '"v1"' });
    expect(whole.headers['cache-control']).to.contain('no-store');
    const part = await site.get(path, { range: 'bytes=1000-1999' });
    expect(part).to.deep.include({ status: 206 });
    expect(part.headers['content-range']).to.equal('bytes 1000-1999/300000');
    expect(await bytesOf(part)).to.deep.equal(IMAGE.subarray(1000, 2000));
    expect((await site.get(path, { range: 'bytes=300000-' })).headers['content-range']).to.equal('bytes */300000');
    expect((await site.get(path, { range: 'bytes=0-9', 'if-range': '"v0"' })).status).to.equal(200);
    expect((await site.get(path, { 'if-none-match': '"v1"' })).status).to.equal(304);
    expect((await site.get(path, {}, 'HEAD')).headers['content-length']).to.equal('300000');
    expect((await site.get(at('media', 'installer.img'))).status).to.equal(404);
  });

  it('serves the files that boot over the network, and Xen unpacked as well', async () => {
    const site = smallSite();
    expect(await bytesOf(await site.get(at('boot', 'xen')))).to.deep.equal(XEN);
    expect(await bytesOf(await site.get(at('boot', 'xen.gz')))).to.deep.equal(FILES['boot/xen.gz']);
    expect(await textOf(await site.get(at('boot', 'vmlinuz')))).to.equal('a kernel');
    for (const name of ['constructor', '.treeinfo', 'xen/x', ''])
      expect((await site.get(at('boot', name))).status, name).to.equal(404);
  });

  it('answers nothing else: other methods, unknown and long paths, folders, files that are not there', async () => {
    const site = smallSite();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', ''])
      expect((await site.get('/', {}, method)).status).to.equal(405);
    expect((await site.get(`/${'a'.repeat(3000)}`)).status).to.equal(414);
    for (const path of [
      '/',
      '/answer',
      '/answer/',
      '/answer/x',
      '/repository/../etc/passwd',
      '*',
      '//',
      at('repository'),
      at('repository', 'Packages'),
      at('repository', 'no'),
      at('complete', '2'),
      at('complete', '0/0'),
      at('start', 'x'),
    ])
      expect((await site.get(path)).status, path).to.equal(404);
    expect((await site.get(at('repository', '../../x'))).status).to.equal(410);
    expect(site.sightings().timeline).to.deep.equal([]);
  });

  it('does not take HEAD for a sighting', async () => {
    const site = smallSite();
    await site.get(at('answer'), {}, 'HEAD');
    await site.get(at('start'), {}, 'HEAD');
    expect(site.sightings().timeline).to.deep.equal([]);
  });

  it('never writes a path with a token into its log', async () => {
    const site = smallSite({ shelf: { mediumOf: () => Promise.reject(new Error('the volume is gone')) } });
    for (const purpose of ['answer', 'start', 'repository', 'media'] as const)
      await site.get(at(purpose, purpose === 'answer' ? '' : 'x.iso'));
    site.attempts = [];
    await site.get(at('answer'));
    expect(site.log).not.to.deep.equal([]);
    expect(site.log.join('\n')).not.to.match(/k1\.[\w-]{20}/);
  });
});

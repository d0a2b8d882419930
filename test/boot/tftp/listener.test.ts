// The TFTP server over real sockets: what it gives, what it refuses, and that nobody can make it do more.
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openTftp, type TftpListener } from '../../../src/boot/tftp/listener';
import { silentLog } from '../../../src/foundation/log';
import { nextTurn } from '../../../src/foundation/turn';
import { HandClock } from '../server/handClock';
import { smallSite, textOf } from '../server/smallSite';
import { Client } from './client';

const LOADER = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 13) % 251));

describe('The TFTP server', () => {
  let folder: string;
  let clock: HandClock;
  let tftp: TftpListener;
  let log: string[];
  let client: Client;
  const clients: Client[] = [];
  const site = smallSite();

  const connect = async (): Promise<Client> => {
    const made = await Client.open(tftp.port);
    clients.push(made);
    return made;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 100_000 && !holds(); turn++) await nextTurn();
    expect(holds()).to.equal(true);
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-tftp-'));
    mkdirSync(path.join(folder, 'site', 'EFI'), { recursive: true });
    writeFileSync(path.join(folder, 'secret'), 'not for you');
    writeFileSync(path.join(folder, 'site', 'lpxelinux.0'), LOADER);
    writeFileSync(path.join(folder, 'site', 'EFI', 'grubx64.efi'), LOADER.subarray(0, 1024));
    writeFileSync(path.join(folder, 'site', 'empty'), '');
    clock = new HandClock();
    log = [];
    const note = (event: string, fields: unknown): void => void log.push(`${event} ${JSON.stringify(fields)}`);
    tftp = await openTftp({
      folder: path.join(folder, 'site'),
      handler: site.server.handle,
      host: '127.0.0.1',
      port: 0,
      clock,
      log: { ...silentLog, warn: note, error: note },
    });
    client = await connect();
  });
  afterEach(async () => {
    for (const one of clients.splice(0)) one.close();
    await tftp.close();
    rmSync(folder, { recursive: true });
  });

  it('gives boot loaders, in blocks of the size that is asked for, with an empty one at the end where it must', async () => {
    for (const options of [[], ['blksize', '1408'], ['tsize', '0', 'blksize', '1024'], ['blksize', '8']])
      expect(((await client.fetch('lpxelinux.0', ...options)) as Buffer).equals(LOADER), options.join()).to.equal(true);
    for (const name of ['EFI/grubx64.efi', '/EFI/grubx64.efi', './EFI//grubx64.efi'])
      expect(((await client.fetch(name)) as Buffer).equals(LOADER.subarray(0, 1024)), name).to.equal(true);
    expect(await client.fetch('empty')).to.have.length(0);
    await until(() => tftp.transfers() === 0);
    expect(log).to.deep.equal([]);
  });

  it('tells the size before anything is sent, and lets a client go that only wanted to know it', async () => {
    client.ask('lpxelinux.0', 'tsize', '0');
    expect((await client.next()).toString('latin1')).to.equal('\0\x06tsize\0' + '100000\0');
    client.send(Buffer.from([0, 5, 0, 8, 0]));
    await until(() => tftp.transfers() === 0);
    clock.pass(60_000);
    await nextTurn();
    expect(client.unread).to.equal(0);
  });

  it("gives a machine the boot server's own answer, by its card's address, whatever folder its loader lies in", async () => {
    await client.fetch('grub.cfg-01-52-54-00-12-34-56');
    expect(site.sightings().seen.config).to.deep.include({ from: '127.0.0.1', count: 1 });
    const grub = await textOf(await site.get('/pxe/grub/52:54:00:12:34:56'));
    expect(grub).to.include('multiboot2');
    for (const name of ['grub.cfg-01-52-54-00-12-34-56', '/EFI/xenserver/grub.cfg-01-52-54-00-12-34-56'])
      expect(String(await client.fetch(name)), name).to.equal(grub);
    const pxelinux = await textOf(await site.get('/pxe/pxelinux.cfg/01-52-54-00-12-34-56'));
    expect(pxelinux).to.include('APPEND http');
    for (const name of ['pxelinux.cfg/01-52-54-00-12-34-56', 'bios/pxelinux.cfg/01-52-54-00-12-34-56'])
      expect(String(await client.fetch(name)), name).to.equal(pxelinux);
    expect(String(await client.fetch('pxelinux.cfg/01-52-54-00-12-34-99'))).to.match(/LOCALBOOT/);
  });

  it('gives nothing from outside of the folder, takes nothing, and knows no other names', async () => {
    for (const name of ['../secret', 'EFI/../../secret', '/../secret', '..\\secret', '..', '.', '/', 'EFI/..'])
      expect(await client.fetch(name), name).to.equal('2 that name leads out of the folder');
    for (const name of [
      'nothing',
      'EFI',
      'lpxelinux.0/x',
      'pxelinux.cfg/default',
      'grub.cfg-0A000205',
      path.join(folder, 'secret'),
    ])
      expect(await client.fetch(name), name).to.equal('1 there is no such file');
    client.send(Buffer.from('\0\x02new\0octet\0', 'latin1'));
    expect((await client.next()).toString('latin1', 4)).to.equal('this server only gives\0');
    expect(tftp.transfers()).to.equal(0);
  });

  it('gives configurations alone where no folder is mounted', async () => {
    const bare = await openTftp({
      folder: undefined,
      handler: site.server.handle,
      host: '127.0.0.1',
      port: 0,
      clock,
      log: silentLog,
    });
    const own = await Client.open(bare.port);
    expect(await own.fetch('lpxelinux.0')).to.equal('1 there is no such file');
    expect(String(await own.fetch('pxelinux.cfg/01-52-54-00-12-34-56'))).to.match(/APPEND/);
    own.close();
    await bare.close();
  });

  it('sends again what was lost, as long as the client wanted it to wait, and gives up after six times', async () => {
    client.ask('lpxelinux.0', 'timeout', '2');
    const options = await client.next();
    clock.pass(1_999);
    await nextTurn();
    expect(client.unread).to.equal(0);
    clock.pass(1);
    expect(await client.next()).to.deep.equal(options);
    client.acknowledge(0);
    const first = await client.next();
    for (let time = 1; time < 6; time++) {
      clock.pass(2_000);
      expect(await client.next(), `${time}`).to.deep.equal(first);
    }
    clock.pass(2_000);
    await until(() => tftp.transfers() === 0);
    client.acknowledge(1);
    await client.fetch('nothing');
    expect(client.unread).to.equal(0);
  });

  it('answers no acknowledgement twice, and none of a block that it has not sent', async () => {
    client.ask('lpxelinux.0');
    await client.next();
    client.acknowledge(7);
    client.acknowledge(1);
    client.acknowledge(1);
    expect((await client.next()).readUInt16BE(2)).to.equal(2);
    client.acknowledge(1);
    client.acknowledge(2);
    expect((await client.next()).readUInt16BE(2)).to.equal(3);
    expect(client.unread).to.equal(0);
  });

  it('begins anew for a client that asks again by the same port', async () => {
    client.ask('lpxelinux.0');
    await client.next();
    expect(((await client.fetch('EFI/grubx64.efi')) as Buffer).length).to.equal(1024);
    await until(() => tftp.transfers() === 0);
  });

  it('serves no more at once than it may, of one address and in all, and the next when one has ended', async () => {
    const eight = await Promise.all(Array.from({ length: 8 }, connect));
    for (const one of eight) {
      one.ask('lpxelinux.0');
      await one.next();
    }
    client.ask('lpxelinux.0');
    await until(() => log.length === 1);
    expect(log[0]).to.match(/too many at once/);
    expect([client.unread, tftp.transfers()]).to.deep.equal([0, 8]);
    clock.pass(10_000);
    expect(tftp.transfers()).to.equal(0);
    expect(await client.fetch('lpxelinux.0')).to.have.length(LOADER.length);
  });

  it('says so when a file becomes shorter under it, is too large, or the boot server is not itself', async () => {
    client.ask('lpxelinux.0');
    await client.next();
    truncateSync(path.join(folder, 'site', 'lpxelinux.0'), 100);
    client.acknowledge(1);
    expect((await client.next()).toString('latin1', 4)).to.equal('the file cannot be read\0');
    expect(tftp.transfers()).to.equal(0);
    truncateSync(path.join(folder, 'site', 'lpxelinux.0'), 32 * 1024 ** 2);
    expect(await client.fetch('lpxelinux.0')).to.equal('0 the file cannot be given');
    expect(log.join()).to.match(/at most \d+ are given by TFTP/);
    const failing = await openTftp({
      folder,
      handler: () => Promise.resolve({ status: 503, headers: {}, body: 'not now\n' }),
      host: '127.0.0.1',
      port: 0,
      clock,
      log: silentLog,
    });
    const own = await Client.open(failing.port);
    expect(await own.fetch('pxelinux.cfg/01-52-54-00-12-34-56')).to.equal('0 the file cannot be given');
    own.close();
    await failing.close();
  });
});

// Real firmware and real boot loaders start over the network, from our boot server and our TFTP server, with no medium: by the address of its card each finds what its
// own machine is to be told, and a machine that nobody asked for boots on.
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openTftp, type TftpListener } from '../../../src/boot/tftp/listener';
import { silentLog } from '../../../src/foundation/log';
import { realClock } from '../../../src/foundation/realClock';
import { readAnswerFile } from '../../../src/simulator/metal/answerFile';
import { type BootSite, fetchTold, MAC, openBootSite } from './bootSite';
import { byNetwork, byNetworkThenCd, startMachine, type Wiring } from './machine';
import { copyPxelinux, makeMedium, makeNetworkGrub, type Medium } from './medium';
import { expectedStart, readStarted, type Started, withVendors } from './started';

const OTHER_MAC = '52:54:00:12:34:99';

describe('the boot server and the TFTP server, before machines that start over the network', () => {
  let medium: Medium;
  let site: BootSite;
  let tftp: TftpListener;
  /** Of our TFTP server, and of the one that is QEMU's own: firmware that has no iPXE asks port 69 for its first file. */
  let folder: string;
  let firmwares: string;

  before(async () => {
    medium = makeMedium();
    site = await openBootSite(medium.file);
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-tftp-'));
    firmwares = path.join(folder, 'firmware');
    mkdirSync(firmwares);
    copyPxelinux(folder);
    tftp = await openTftp({ folder, handler: site.handle, host: '127.0.0.1', port: 0, clock: realClock(), log: silentLog });
    writeFileSync(
      path.join(folder, 'pxelinux.ipxe'),
      `#!ipxe\nset 210:string tftp://10.0.2.2:${tftp.port}/\nchain tftp://10.0.2.2:${tftp.port}/lpxelinux.0\n`,
    );
  });
  after(async () => {
    await tftp.close();
    await site.close();
    medium.remove();
    rmSync(folder, { recursive: true });
  });

  const http = (): string => `http://10.0.2.2:${site.port}`;
  const told = (): Started => expectedStart(medium, withVendors(site.words('network')));
  const started = async (firmware: Wiring['firmware'], wiring: readonly string[]): Promise<Started> =>
    readStarted(await startMachine({ firmware, wiring }));
  const vendors = (): Started => expectedStart(medium, 'console=hvc0 console=tty0');

  it('by iPXE and the files of the ISO: this machine finds its own script, and its answer file', async () => {
    const { modules, xen } = await started('BIOS', byNetwork(`${http()}/pxe/boot.ipxe`));
    const url = /answerfile=(\S+)/.exec(modules[0]!)?.[1] ?? '';
    expect(url).to.equal(`${site.answer('network').url}/mac-52-54-00-12-34-56/uuid-00112233-4455-6677-8899-aabbccddeeff`);
    const bare = modules.map((line) => line.replace(url, site.answer('network').url));
    expect({ xen, modules: bare }).to.deep.equal(told());
    expect(readAnswerFile((await fetchTold(url)).text).intent).to.deep.equal({ kind: 'upgrade' });
    expect((await fetchTold(url.replace('12-34-56', '12-34-57'))).status).to.equal(410);
  });

  it('by iPXE in UEFI mode, which has no multiboot: it starts the image as a disk', async () => {
    expect(await started('UEFI', byNetwork(`${http()}/pxe/boot.ipxe`))).to.deep.equal(told());
  });

  it('by pxelinux, which our TFTP server gives with its configuration, and the files by HTTP', async () => {
    expect(await started('BIOS', byNetwork(`tftp://10.0.2.2:${tftp.port}/pxelinux.ipxe`))).to.deep.equal(told());
  });

  it('by GRUB in UEFI mode, with its configuration from our TFTP server', async () => {
    makeNetworkGrub(path.join(firmwares, 'tftp.efi'), `(tftp,10.0.2.2:${tftp.port})/EFI/xenserver`);
    expect(await started('UEFI', byNetwork('tftp.efi', `tftp=${firmwares}`, false))).to.deep.equal(told());
  });

  it("by GRUB in UEFI mode, whose configuration of the site's hands on to ours by HTTP", async () => {
    makeNetworkGrub(path.join(firmwares, 'http.efi'), '(tftp,10.0.2.2)/grub');
    mkdirSync(path.join(firmwares, 'grub'));
    writeFileSync(
      path.join(firmwares, 'grub', 'grub.cfg'),
      `configfile (http,10.0.2.2:${site.port})/pxe/grub/\${net_default_mac}\n`,
    );
    expect(await started('UEFI', byNetwork('http.efi', `tftp=${firmwares}`, false))).to.deep.equal(told());
  });

  it('boots on what nobody asked for, by iPXE and by pxelinux', async () => {
    for (const bootfile of [`${http()}/pxe/boot.ipxe`, `tftp://10.0.2.2:${tftp.port}/pxelinux.ipxe`]) {
      const wiring = byNetworkThenCd(bootfile, medium.file).map((option) => option.replace(MAC, OTHER_MAC));
      expect(await started('BIOS', wiring), bootfile).to.deep.equal(vendors());
    }
  });

  it('gives its files to another client of TFTP, and takes none', async () => {
    const curl = async (...args: readonly string[]): Promise<string> => {
      const options = { encoding: 'latin1', timeout: 30_000 } as const;
      return (await promisify(execFile)('curl', ['-s', '-S', ...args], options)).stdout;
    };
    /** curl's exit codes for what the server said. */
    const [NOT_FOUND, FORBIDDEN] = [68, 69];
    const code = (work: Promise<string>): Promise<unknown> => work.catch((error: unknown) => (error as { code?: unknown }).code);
    const whole = readFileSync(path.join(folder, 'lpxelinux.0'), 'latin1');
    const at = `tftp://127.0.0.1:${tftp.port}`;
    for (const size of ['8', '512', '1428', '65464'])
      expect((await curl('--tftp-blksize', size, `${at}/lpxelinux.0`)) === whole, size).to.equal(true);
    expect((await curl('--tftp-no-options', `${at}/lpxelinux.0`)) === whole).to.equal(true);
    expect(await code(curl('-T', path.join(folder, 'mboot.c32'), `${at}/new`))).to.equal(FORBIDDEN);
    expect(await code(curl('--path-as-is', `${at}/../etc/passwd`))).to.equal(FORBIDDEN);
    expect(await code(curl(`${at}/nothing`))).to.equal(NOT_FOUND);
  });
});

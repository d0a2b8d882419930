// Real boot loaders and real firmware read the view of an ISO with the vendor's layout: each way to start must hand this host's arguments to the installer's kernel,
// the modules whole; the untouched ISO must not.
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspectMedia } from '../../../src/boot/media/inspect';
import { type AnswerAt, installerWords } from '../../../src/boot/arguments/installerArguments';
import type { MediaInspection } from '../../../src/boot/media/inspection';
import { openSource, type OpenSource } from '../../../src/boot/media/sources/openSource';
import { viewSource, type View, viewOf } from '../../../src/boot/media/view';
import { asCd, asImageAndCd, asUsbCd, asUsbDisk, byNetwork, startMachine, type Wiring } from './machine';
import { type Medium, makeMedium } from './medium';
import { serveView, type ViewServer } from './viewServer';

const never = new AbortController().signal;

const ANSWER: AnswerAt = { key: 'answerfile', url: 'https://boot.example:8443/a/5f2c1d93/answerfile.xml?part=1&x=2;y' };
const SAID = installerWords(
  {
    networkDevice: '00:16:3e:12:34:56',
    networkConfig: {
      kind: 'static',
      ip: '10.1.7.11',
      netmask: '255.255.255.0',
      gateway: '10.1.7.1',
      dns: ['10.1.0.2'],
      vlan: 70,
    },
    multipath: 'enabled',
    consoles: ['hvc0', 'ttyS1,115200n8'],
    atExit: 'poweroff',
  },
  ANSWER,
);
const XEN = 'dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 console=com1,vga';

/** As the kernel of the test hashes: length and FNV-1a, in hex. */
function fingerprint(bytes: Buffer): string {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `${bytes.length.toString(16).padStart(8, '0')} ${hash.toString(16).padStart(8, '0')}`;
}

interface Started {
  readonly xen: string;
  readonly modules: readonly string[];
}

/** What the kernel of the test told; boot loaders that put the file's name before its line have it taken off. */
function read(serial: string): Started {
  const bare = (line: string): string => line.replace(/^\/\S+ ?/, '').trim();
  const lines = serial.split(/\r?\n/);
  return {
    xen: bare(lines.find((line) => line.startsWith('XEN '))!.slice(4)),
    modules: lines
      .filter((line) => line.startsWith('MODULE '))
      .map((line) => `${line.slice(7, 24)} ${bare(line.slice(25))}`.trim()),
  };
}

describe('the view of an ISO, started by real firmware', () => {
  let medium: Medium;
  let source: OpenSource;
  let inspection: MediaInspection;
  let view: View;
  let server: ViewServer;

  before(async () => {
    medium = makeMedium();
    source = await openSource(medium.file, {}, never);
    inspection = await inspectMedia(source, never);
    view = viewOf(inspection, SAID);
    server = await serveView(view, source);
  });
  after(async () => {
    await server.close();
    await source.close();
    medium.remove();
  });

  const expected = (line: string): Started => ({
    xen: XEN,
    modules: [`${fingerprint(medium.vmlinuz)} ${line}`, fingerprint(medium.installImg)],
  });
  /** The vendor's first console is one of ours, and said there. */
  const ours = (): Started => expected(['console=tty0', ...SAID].join(' '));
  const started = async (firmware: Wiring['firmware'], drives: readonly string[]): Promise<Started> =>
    read(await startMachine({ firmware, drives }));

  it('is of an ISO that genisoimage and isohybrid made, as xorriso and mtools see it too', async () => {
    expect(inspection.firmware).to.deep.equal(['BIOS', 'UEFI']);
    expect([inspection.bootsAsDisk, inspection.release?.version, inspection.notes]).to.deep.equal([true, '8.2.1', []]);
    expect(inspection.configurations.at(-1)!.path).to.equal('efiboot.img:/EFI/xenserver/grub.cfg');
    const report = execFileSync('xorriso', ['-indev', medium.file, '-find', '/', '-type', 'f', '-exec', 'report_lba', '--'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for (const { path: name, extents } of inspection.configurations.slice(0, 2)) {
      const block = new RegExp(`^File data lba: +\\d+ , +(\\d+) , .*'${name}'$`, 'm').exec(report)?.[1];
      expect(extents[0]!.offset, name).to.equal(Number(block) * 2048);
    }
    const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-view-'));
    const file = path.join(folder, 'view.iso');
    writeFileSync(file, await viewSource(view, source).read(0, view.size, never));
    const at = inspection.boot.find(({ platform }) => platform === 'EFI')!.offset;
    const inner = execFileSync('mtype', ['-i', `${file}@@${at}`, '::/EFI/xenserver/grub.cfg'], { encoding: 'utf8' });
    expect(inner)
      .to.match(/^search --file/m)
      .and.include(`'answerfile=${ANSWER.url}'`);
    const described = (iso: string): string =>
      execFileSync('xorriso', ['-indev', iso, '-report_el_torito', 'plain', '-report_system_area', 'plain'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(described(file)).to.equal(described(medium.file));
    rmSync(folder, { recursive: true });
  });

  for (const firmware of ['BIOS', 'UEFI'] as const) {
    it(`untouched, in ${firmware} mode: the vendor's menu starts the vendor's line`, async () => {
      expect(await started(firmware, asCd(medium.file))).to.deep.equal(expected('console=hvc0 console=tty0'));
    });

    for (const [name, wired] of [
      ['CD', asCd],
      ['USB CD', asUsbCd],
      ['USB disk', asUsbDisk],
    ] as const)
      it(`in ${firmware} mode, as ${name}: this host's arguments arrive`, async () => {
        expect(await started(firmware, wired(server.url))).to.deep.equal(ours());
        expect(server.requests()).to.be.greaterThan(3);
      });

    it(`in ${firmware} mode, by iPXE's sanboot, without a medium: this host's arguments arrive`, async () => {
      expect(await started(firmware, byNetwork(server.script))).to.deep.equal(ours());
    });
  }

  it("in UEFI mode, where the EFI image is GRUB's root: the copy inside it counts", async () => {
    const own = makeMedium('/EFI/xenserver');
    const from = await openSource(own.file, {}, never);
    const looked = await inspectMedia(from, never);
    const seen = viewOf(looked, SAID);
    const image = path.join(path.dirname(own.file), 'efiboot.img');
    const at = looked.boot.find(({ platform }) => platform === 'EFI')!.offset;
    writeFileSync(image, await viewSource(seen, from).read(at, 2880 * 1024, never));
    // The ISO itself is untouched: what is read must have come from the image.
    expect(await started('UEFI', asImageAndCd(image, own.file))).to.deep.equal(ours());
    expect(readFileSync(own.file).includes('answerfile')).to.equal(false);
    await from.close();
    own.remove();
  });
});

// The view of an ISO with the vendor's layout, as the programs of others see it that make, list and start such ISOs.
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspectMedia } from '../../../src/boot/media/inspect';
import { type AnswerAt, installerWords } from '../../../src/boot/arguments/installerArguments';
import type { MediaInspection } from '../../../src/boot/media/inspection';
import type { OpenSource } from '../../../src/boot/media/sources/opened';
import { openSource } from '../../../src/boot/media/sources/openSource';
import { viewSource, type View, viewOf } from '../../../src/boot/media/view';
import { ARGUMENTS } from './bootSite';
import { asImageAndCd, startMachine } from './machine';
import { type Medium, makeMedium } from './medium';
import { expectedStart, readStarted, withVendors } from './started';

const never = new AbortController().signal;

const ANSWER: AnswerAt = { key: 'answerfile', url: 'https://boot.example:8443/a/5f2c1d93/answerfile.xml?part=1&x=2;y' };
const SAID = installerWords(ARGUMENTS, ANSWER);

describe('the view of an ISO, before the programs of others', () => {
  let medium: Medium;
  let source: OpenSource;
  let inspection: MediaInspection;
  let view: View;

  before(async () => {
    medium = makeMedium();
    source = await openSource(medium.file, {}, never);
    inspection = await inspectMedia(source, never);
    view = viewOf(inspection, SAID);
  });
  after(async () => {
    await source.close();
    medium.remove();
  });

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

  it("in UEFI mode, where the EFI image is GRUB's root: the copy inside it counts", async () => {
    const own = makeMedium('/EFI/xenserver');
    const from = await openSource(own.file, {}, never);
    const looked = await inspectMedia(from, never);
    const seen = viewOf(looked, SAID);
    const image = path.join(path.dirname(own.file), 'efiboot.img');
    const at = looked.boot.find(({ platform }) => platform === 'EFI')!.offset;
    writeFileSync(image, await viewSource(seen, from).read(at, 2880 * 1024, never));
    // The ISO itself is untouched: what is read must have come from the image.
    const serial = await startMachine({ firmware: 'UEFI', wiring: asImageAndCd(image, own.file) });
    expect(readStarted(serial)).to.deep.equal(expectedStart(own, withVendors(SAID)));
    expect(readFileSync(own.file).includes('answerfile')).to.equal(false);
    await from.close();
    own.remove();
  });
});

// `xenpool iso inspect`, as a person and as a program see it.
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rangesOf, serve } from '../boot/media/sources/mediaServer';
import { vendorIso } from '../boot/media/made/vendorIso';
import { runCli } from './runCli';

describe('xenpool iso inspect', () => {
  const { bytes } = vendorIso();
  const digest = createHash('sha256').update(bytes).digest('hex');
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-iso-'));
    file = path.join(folder, 'xcp-ng-8.2.1.iso');
    writeFileSync(file, bytes);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('tells a person what docs/boot.md says it does', async () => {
    const page = readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'boot.md'), 'utf8');
    const { code, out, err } = await runCli('iso', 'inspect', file);
    expect([code, err]).to.deep.equal([0, '']);
    expect(page).to.include(`$ xenpool iso inspect xcp-ng-8.2.1.iso\n${out}\`\`\``);
  });

  it('tells a program the same, also from a web server', async () => {
    const server = await serve(rangesOf(bytes));
    const { code, out } = await runCli(
      'iso',
      'inspect',
      `${server.origin}/x.iso`,
      '--output',
      'json',
      '--sha256',
      digest.toUpperCase(),
    );
    await server.close();
    expect(code).to.equal(0);
    const record = JSON.parse(out) as Record<string, unknown>;
    expect(record).to.deep.include({
      source: `${server.origin}/x.iso`,
      size: bytes.length,
      sha256: digest,
      volume: 'XCP-ng 8.2.1',
      release: { brand: 'XCP-ng', version: '8.2.1', platformVersion: '3.2.1', from: '/.treeinfo' },
      firmware: ['BIOS', 'UEFI'],
      bootsAsDisk: true,
      notes: [],
    });
    const replaced = record['replaced'] as readonly {
      readonly path: string;
      readonly size: number;
      readonly extents: readonly { readonly length: number }[];
    }[];
    expect(replaced.map((one) => one.path)).to.deep.equal([
      '/boot/isolinux/isolinux.cfg',
      '/EFI/xenserver/grub.cfg',
      'efiboot.img:/EFI/xenserver/grub.cfg',
    ]);
    for (const { size, extents } of replaced) expect(extents.reduce((sum, { length }) => sum + length, 0)).to.equal(size);
  });

  it('says that the SHA-256 is the one named, and refuses another', async () => {
    expect((await runCli('iso', 'inspect', file, '--sha256', digest)).out).to.match(/SHA-256 is the one named/);
    const { code, out, err } = await runCli('iso', 'inspect', file, '--sha256', 'ab'.repeat(32));
    expect([code, out]).to.deep.equal([2, '']);
    expect(err).to.match(new RegExp(`its SHA-256 is ${digest}, expected abab`));
  });

  it('ends with 2 and one sentence for what is no ISO, not there, or flagged wrongly', async () => {
    const none = path.join(folder, 'notes.txt');
    const short = path.join(folder, 'short.txt');
    writeFileSync(none, 'x'.repeat(100_000));
    writeFileSync(short, 'abc');
    for (const [argv, message] of [
      [[none], /notes\.txt: .*CD001/],
      [[short], /short\.txt: the list of ISO 9660 volume descriptors is said to lie at .* the medium ends at 3;/],
      [[file, '--sha256', '0'.repeat(64)], /\.iso: .*SHA-256/],
      [[path.join(folder, 'nothing')], /no such file/],
      [[file, '--output', 'xml'], /expected text or json/],
      [[file, '--sha256', '12'], /64 hex digits/],
      [[file, '--ca-file', '/nowhere'], /--ca-file \/nowhere: cannot be read \(ENOENT\)/],
      [[file, '--ca-file', none, '--insecure-skip-verify'], /exclude each other/],
      [[], /missing required argument/],
    ] as const) {
      const { code, out, err } = await runCli('iso', 'inspect', ...argv);
      expect([code, out], argv.join(' ')).to.deep.equal([2, '']);
      expect(err)
        .to.match(message)
        .and.match(/^xenpool/);
    }
  });
});

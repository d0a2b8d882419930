// What is told of a medium, and why one is refused.
import { expect } from 'chai';
import { inspectMedia } from '../../../src/boot/media/inspect';
import type { MediaInspection } from '../../../src/boot/media/inspection';
import { MediaError, type MediaErrorKind } from '../../../src/boot/media/mediaError';
import { BytesSource, never } from './made/bytesSource';
import { grubCfg, INNER_GRUB, isolinuxCfg, vendorIso, type VendorRecipe } from './made/vendorIso';

const inspect = (recipe: VendorRecipe = {}): Promise<MediaInspection> =>
  inspectMedia(new BytesSource(vendorIso(recipe).bytes), never);

async function refusal(bytes: Buffer): Promise<MediaError> {
  try {
    await inspectMedia(new BytesSource(bytes), never);
  } catch (error) {
    if (error instanceof MediaError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

async function refused(bytes: Buffer, kind: MediaErrorKind, message: RegExp): Promise<void> {
  const error = await refusal(bytes);
  expect(error.kind).to.equal(kind);
  expect(error.message).to.match(message);
}

describe("inspecting installation media: the vendor's layout", () => {
  it('tells release, volume, boot entries, firmware modes and what would be replaced', async () => {
    const made = vendorIso();
    const { release, volume, boot, firmware, bootsAsDisk, configurations, notes, size } = await inspect();
    expect(size).to.equal(made.bytes.length);
    expect(volume).to.equal('XCP-ng 8.2.1');
    expect(release).to.deep.equal({ brand: 'XCP-ng', version: '8.2.1', platformVersion: '3.2.1', from: '/.treeinfo' });
    expect(boot.map(({ platform, bootable, offset }) => [platform, bootable, offset])).to.deep.equal([
      ['BIOS', true, made.at('/boot/isolinux/isolinux.bin')],
      ['EFI', true, made.at('/boot/efiboot.img')],
    ]);
    expect(firmware).to.deep.equal(['BIOS', 'UEFI']);
    expect(bootsAsDisk).to.equal(true);
    expect(notes).to.deep.equal([]);
    expect(configurations.map(({ path, kind, entry, size: length }) => [path, kind, entry, length])).to.deep.equal([
      ['/boot/isolinux/isolinux.cfg', 'isolinux', 'install', isolinuxCfg().length],
      ['/EFI/xenserver/grub.cfg', 'grub', 'install', grubCfg().length],
      ['efiboot.img:/EFI/xenserver/grub.cfg', 'grub', 'install', INNER_GRUB.length],
    ]);
  });

  it('finds the very bytes of each configuration on the medium', async () => {
    const { bytes } = vendorIso({ fat: { fragmented: true } });
    const { configurations } = await inspect({ fat: { fragmented: true } });
    expect(configurations.at(-1)!.extents.length).to.be.greaterThan(1);
    for (const { extents, text } of configurations) {
      const found = Buffer.concat(extents.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
      expect(found.toString('latin1')).to.equal(text);
    }
  });

  for (const kind of [12, 16, 32] as const)
    it(`reads an EFI boot image that is FAT${kind}`, async () => {
      const { configurations } = await inspect({ fat: { kind, fragmented: true } });
      expect(configurations.map(({ path }) => path)).to.include('efiboot.img:/EFI/xenserver/grub.cfg');
    });

  it('reads names from continuation areas, from Joliet-less and from plain ISOs', async () => {
    for (const iso of [{ continued: true }, { joliet: false }, { rockRidge: false }]) {
      const { configurations } = await inspect({ iso });
      expect(configurations, JSON.stringify(iso)).to.have.length(3);
    }
  });

  it('takes a medium for UEFI alone, and one for BIOS alone, as such', async () => {
    expect((await inspect({ iso: { bios: undefined } })).firmware).to.deep.equal(['UEFI']);
    expect((await inspect({ iso: { efi: undefined } })).firmware).to.deep.equal(['BIOS']);
  });

  it('notes a medium without packages, which says no release', async () => {
    const { release, notes } = await inspect({ without: ['/.treeinfo'] });
    expect(release).to.equal(undefined);
    expect(notes.join()).to.match(/does not say which release/);
  });

  it('reads the release of the years before .treeinfo', async () => {
    const repository =
      '<?xml version="1.0"?><repository originator="xs" name="main" product="XenServer" version="6.2.0" build="70446c"></repository>';
    const { release } = await inspect({ without: ['/.treeinfo'], files: { '/packages.main/XS-REPOSITORY': repository } });
    expect(release).to.deep.equal({
      brand: 'XenServer',
      version: '6.2.0',
      platformVersion: '',
      from: '/packages.main/XS-REPOSITORY',
    });
  });

  it('reads the release of 7.x', async () => {
    const text = '[platform]\nname = XCP\nversion = 2.7.0\n\n[branding]\nname = XenServer\nversion = 7.6.0\n';
    const { release } = await inspect({ files: { '/.treeinfo': text } });
    expect(release).to.deep.include({ brand: 'XenServer', version: '7.6.0', platformVersion: '2.7.0' });
  });

  it('notes that it is not the plain ISO where it already says an answer file', async () => {
    const { notes } = await inspect({ files: { '/boot/isolinux/isolinux.cfg': isolinuxCfg('answerfile=http://other/a.xml') } });
    expect(notes.join()).to.match(/already says answerfile/);
  });

  it('notes that as a disk it starts another image', async () => {
    const { bytes } = vendorIso();
    bytes.writeUInt32LE(4711, 446 + 16 + 8);
    const { notes } = await inspectMedia(new BytesSource(bytes), never);
    expect(notes.join()).to.match(/show it as a CD/);
  });

  it('leaves a grub.cfg alone that only hands on to another', async () => {
    const { notes, configurations } = await inspect({
      files: { '/EFI/BOOT/grub.cfg': 'search --file --set /install.img\nconfigfile /EFI/xenserver/grub.cfg\n' },
    });
    expect(notes.join()).to.match(/EFI\/BOOT\/grub.cfg only hands on/);
    expect(configurations).to.have.length(3);
  });
});

describe('inspecting installation media: what is refused, and why', () => {
  it('something else than an ISO', async () => {
    await refused(Buffer.alloc(100_000), 'NotUnderstood', /CD001/);
    await refused(Buffer.from('<html>404</html>'), 'Truncated', /medium ends at 16/);
    await refused(Buffer.alloc(0), 'Truncated', /ends at 0/);
  });

  it('a download that broke off', async () => {
    const { bytes } = vendorIso();
    await refused(bytes.subarray(0, bytes.length - 2048), 'Truncated', /volume is said to be/);
  });

  it('an ISO that starts nothing', async () => {
    const { bytes } = vendorIso();
    bytes.fill(0, 17 * 2048 + 7, 17 * 2048 + 39);
    await refused(bytes, 'NotUnderstood', /no El Torito/);
  });

  it('an image without boot files', async () => {
    const { bytes } = vendorIso({
      without: ['/boot/isolinux/isolinux.cfg', '/EFI/xenserver/grub.cfg'],
      fat: { files: { '/EFI/BOOT/BOOTX64.EFI': 'MZ' } },
    });
    await refused(bytes, 'NotUnderstood', /none with a configuration/);
  });

  const linux = 'DEFAULT linux\nLABEL linux\n  KERNEL vmlinuz\n  APPEND initrd=initrd.img\n';
  const conditional = grubCfg().replace('menuentry "install"', 'if [ x = x ]; then\nmenuentry "install"');

  it("somebody else's menus", async () => {
    const other = 'menuentry "Linux" {\n  linux /vmlinuz\n  initrd /initrd\n}\n';
    const files = { '/boot/isolinux/isolinux.cfg': linux, '/EFI/xenserver/grub.cfg': other };
    await refused(vendorIso({ files }).bytes, 'NotUnderstood', /mboot\.c32/);
    await refused(vendorIso({ files, iso: { bios: undefined } }).bytes, 'NotUnderstood', /none of which loads Xen/);
  });

  it('a mode whose menu is not understood, and not the other one', async () => {
    const bios = await inspect({ files: { '/EFI/xenserver/grub.cfg': conditional } });
    expect([bios.firmware, bios.configurations.map(({ kind }) => kind)]).to.deep.equal([['BIOS'], ['isolinux']]);
    expect(bios.notes.join()).to.match(/UEFI mode cannot be used: .*inside a condition/);
    const uefi = await inspect({ files: { '/boot/isolinux/isolinux.cfg': linux } });
    expect([uefi.firmware, uefi.configurations.map(({ kind }) => kind)]).to.deep.equal([['UEFI'], ['grub', 'grub']]);
    expect(uefi.notes.join()).to.match(/BIOS mode cannot be used: /);
  });

  it('names of Joliet that lead to other bytes', async () => {
    const { bytes } = vendorIso({ iso: { ownJolietCopy: ['/EFI/xenserver/grub.cfg'] } });
    await refused(bytes, 'NotUnderstood', /both names for the same bytes/);
  });

  it('two configurations in the same bytes', async () => {
    const { bytes } = vendorIso({
      files: { '/EFI/xenserver/grub-usb.cfg': grubCfg() },
      iso: { sameAs: { '/EFI/xenserver/grub-usb.cfg': '/EFI/xenserver/grub.cfg' } },
    });
    await refused(bytes, 'NotUnderstood', /in the same bytes/);
  });

  it('a directory chain of the EFI boot image that comes back to itself', async () => {
    const made = vendorIso();
    const image = made.at('/boot/efiboot.img');
    // FAT12: every cluster of the table points at cluster 2.
    const fat = made.bytes.subarray(image + 512, image + 1024);
    for (let at = 3; at + 3 <= fat.length; at += 3) fat.set([0x02, 0x20, 0x00], at);
    await refused(made.bytes, 'NotUnderstood', /comes back to cluster 2/);
  });

  it('continuation areas that lead around in a circle', async () => {
    const made = vendorIso({ iso: { continued: true } });
    // One that is told to go on where it stands itself.
    const at = made.bytes.indexOf(Buffer.from([...Buffer.from('CE'), 28, 1]));
    made.bytes.writeUInt32LE(Math.floor(at / 2048), at + 4);
    made.bytes.writeUInt32LE(at % 2048, at + 12);
    made.bytes.writeUInt32LE(28, at + 20);
    await refused(made.bytes, 'NotUnderstood', /continuation areas/);
  });

  it('a directory without end', async () => {
    const made = vendorIso();
    made.bytes.writeUInt32LE(0xffffffff, 16 * 2048 + 156 + 10);
    await refused(made.bytes, 'NotUnderstood', /directory \//);
  });

  it('shows no control characters of the medium in its words', async () => {
    const evil = 'DEFAULT \u001b[2J\u0007\nLABEL \u001b[2J\u0007\n KERNEL mboot.c32\n APPEND a --- b --- c\n';
    const files = { '/boot/isolinux/isolinux.cfg': evil };
    const error = await refusal(vendorIso({ files, iso: { efi: undefined } }).bytes);
    expect(error.message).to.match(/^[^\p{C}]+$/u);
    expect((await inspect({ files })).notes.join()).to.match(/^[^\p{C}]+$/u);
  });
});

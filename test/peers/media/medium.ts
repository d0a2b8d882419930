// Makes an ISO as the vendor's script does (xenserver.md 5.4: genisoimage, isohybrid, mformat), with real boot loaders and a small kernel in place of Xen that tells
// on the serial port what it was started with.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { grubCfg, isolinuxCfg, TREE_INFO } from '../../boot/media/made/vendorIso';

const KERNEL = path.join(__dirname, 'kernel');
const ISOLINUX = '/usr/lib/ISOLINUX/isolinux.bin';
/** isolinux 6 loads these two beside mboot.c32; the vendor's is of the 4 line and has them built in. */
const MODULES = ['mboot.c32', 'ldlinux.c32', 'libcom32.c32'].map((name) => `/usr/lib/syslinux/modules/bios/${name}`);
const GRUB_MODULES = [
  ...[
    'part_gpt',
    'part_msdos',
    'iso9660',
    'fat',
    'normal',
    'configfile',
    'search',
    'search_fs_file',
    'gzio',
    'multiboot2',
    'boot',
  ],
  ...['efi_gop', 'efi_uga', 'all_video', 'echo', 'test', 'ls', 'part_apple'],
];

/** What GRUB needs to be started over the network. */
const NETWORK_MODULES = ['efinet', 'net', 'tftp', 'http'];

/** A GRUB for UEFI that is started over the network, and looks for its configuration at `prefix`. */
export function makeNetworkGrub(file: string, prefix: string): void {
  run('grub-mkimage', '--format', 'x86_64-efi', '--prefix', prefix, '--output', file, ...GRUB_MODULES, ...NETWORK_MODULES);
}

/** lpxelinux and what it loads, by the names that a site has in its folder. */
export function copyPxelinux(folder: string): void {
  for (const from of ['/usr/lib/PXELINUX/lpxelinux.0', ...MODULES]) copyFileSync(from, path.join(folder, path.basename(from)));
}

/** The directory that GRUB looks into; with `()` before it, always that of the whole medium. */
export type GrubPrefix = '()/EFI/xenserver' | '/EFI/xenserver';

export interface Medium {
  readonly file: string;
  /** What each module must hash to, by its end on the command line that loads it. */
  readonly vmlinuz: Buffer;
  readonly installImg: Buffer;
  remove(): void;
}

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Bytes that compress badly and differ from place to place. */
function filler(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at++) bytes[at] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
  return bytes;
}

export function makeMedium(prefix: GrubPrefix = '()/EFI/xenserver'): Medium {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-medium-'));
  const tree = path.join(folder, 'tree');
  for (const directory of ['boot/isolinux', 'EFI/xenserver', 'Packages'])
    mkdirSync(path.join(tree, directory), { recursive: true });
  const put = (name: string, content: Buffer | string): void => writeFileSync(path.join(tree, name), content);
  const [vmlinuz, installImg] = [filler(300_000, 7), filler(1_500_000, 11)];
  put('.treeinfo', TREE_INFO);
  put('Packages/one.rpm', filler(5000, 3));
  put('boot/xen.gz', gzipSync(kernel(folder)));
  put('boot/vmlinuz', vmlinuz);
  put('install.img', installImg);
  put('boot/isolinux/isolinux.cfg', isolinuxCfg());
  put('boot/isolinux/pg_main', 'menu\n');
  for (const from of [ISOLINUX, ...MODULES]) copyFileSync(from, path.join(tree, 'boot/isolinux', path.basename(from)));
  put('EFI/xenserver/grub.cfg', grubCfg());
  efiImage(folder, tree, prefix);
  const file = path.join(folder, 'vendor.iso');
  const boot = [
    '-c',
    'boot/isolinux/boot.cat',
    '-b',
    'boot/isolinux/isolinux.bin',
    '-no-emul-boot',
    '-boot-load-size',
    '4',
    '-boot-info-table',
  ];
  const efi = ['-eltorito-alt-boot', '--efi-boot', 'boot/efiboot.img', '-no-emul-boot'];
  run(
    'genisoimage',
    '-quiet',
    '-o',
    file,
    '-r',
    '-J',
    '--joliet-long',
    '-V',
    'XCP-ng 8.2.1',
    '-input-charset',
    'utf-8',
    ...boot,
    ...efi,
    tree,
  );
  run('isohybrid', '--uefi', file);
  return { file, vmlinuz, installImg, remove: () => rmSync(folder, { recursive: true }) };
}

function kernel(folder: string): Buffer {
  const file = path.join(folder, 'kernel');
  const flags = [
    '-m32',
    '-ffreestanding',
    '-fno-pic',
    '-no-pie',
    '-fno-stack-protector',
    '-fcf-protection=none',
    '-O1',
    '-nostdlib',
    '-static',
    '-Wall',
    '-Wextra',
  ];
  const linker = [
    '-Wl,-z,max-page-size=0x1000',
    '-Wl,--build-id=none',
    '-Wl,--no-warn-rwx-segments',
    '-T',
    path.join(KERNEL, 'kernel.ld'),
  ];
  run('gcc', ...flags, ...linker, '-o', file, path.join(KERNEL, 'kernel.c'));
  return readFileSync(file);
}

function efiImage(folder: string, tree: string, prefix: GrubPrefix): void {
  const loader = path.join(folder, 'BOOTX64.EFI');
  run('grub-mkimage', '--format', 'x86_64-efi', '--prefix', prefix, '--output', loader, ...GRUB_MODULES);
  const configuration = path.join(folder, 'grub.cfg');
  writeFileSync(configuration, grubCfg({ search: true }));
  const image = path.join(tree, 'boot/efiboot.img');
  run('mformat', '-i', image, '-N', '0', '-C', '-f', '2880', '-L', '16', '::.');
  run('mmd', '-i', image, '::/EFI', '::/EFI/BOOT', '::/EFI/xenserver');
  run('mcopy', '-i', image, loader, '::/EFI/BOOT/BOOTX64.EFI');
  run('mcopy', '-i', image, configuration, '::/EFI/xenserver/grub.cfg');
  copyFileSync(loader, path.join(tree, 'EFI/xenserver/grubx64.efi'));
}

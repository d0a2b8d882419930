// An ISO with the vendor's layout (xenserver.md 5.4), small: boot configurations of the same shape and about the same length, everything else a few bytes.
import { makeFat, type FatRecipe } from './fatWriter';
import { type IsoRecipe, type MadeIso, makeIso } from './isoWriter';

const XEN = 'dom0_max_vcpus=1-16 dom0_mem=max:8192M com1=115200,8n1 console=com1,vga';
const SAFE = `dom0_max_vcpus=1-16 dom0_mem=max:8192M nosmp noreboot noirqbalance no-mce no-bootscrub no-numa no-hap no-mmcfg max_cstate=0 nmi=ignore com1=115200,8n1 console=com1,vga`;
const CONSOLES = 'console=hvc0 console=tty0';

/** Names, Xen's arguments and the kernel's of the menu. */
const MENU = [
  ['install', XEN, CONSOLES],
  ['no-serial', 'dom0_max_vcpus=1-16 dom0_mem=max:8192M console=vga', 'console=tty0'],
  ['safe', SAFE, CONSOLES],
  ['multipath', XEN, `${CONSOLES} device_mapper_multipath=enabled`],
  ['shell', XEN, `${CONSOLES} bash-shell`],
] as const;

/** @param vendor words that the vendor adds to each kernel line, e.g. `netinstall` */
export function isolinuxCfg(vendor = ''): string {
  const labels = MENU.map(
    ([name, xen, kernel]) =>
      `LABEL ${name}\n\tKERNEL mboot.c32\n\tAPPEND /boot/xen.gz ${xen} --- /boot/vmlinuz${vendor && ` ${vendor}`} ${kernel} --- /install.img\n`,
  );
  return `SERIAL 0 115200\nDEFAULT install\nPROMPT 1\nTIMEOUT 50\nDISPLAY pg_main\nF1 pg_main\nF2 pg_help\n\n${labels.join('')}`;
}

export function grubCfg({ vendor = '', search = false }: { readonly vendor?: string; readonly search?: boolean } = {}): string {
  const entries = MENU.map(
    ([name, xen, kernel]) =>
      `menuentry "${name}" {\n    multiboot2 /boot/xen.gz ${xen}\n    module2 /boot/vmlinuz${vendor && ` ${vendor}`} ${kernel}\n    module2 /install.img\n}\n`,
  );
  const video =
    'function load_video {\n  insmod efi_gop\n  insmod efi_uga\n  insmod all_video\n}\n\nload_video\nset gfxpayload=keep\ninsmod gzio\n';
  return `set default="0"\n\n${video}\nset timeout=5\n${search ? 'search --file --set /install.img\n' : ''}\n${entries.join('\n')}`;
}

export const TREE_INFO = `[system-v1]
platform_name = XCP
platform_version = 3.2.1
product_name = XCP-ng
product_version = 8.2.1

[general]
family = XCP-ng
version = 8.2.1
`;

export interface VendorRecipe {
  readonly iso?: Partial<IsoRecipe>;
  readonly fat?: Partial<FatRecipe>;
  readonly files?: IsoRecipe['files'];
  /** Paths that this one lacks. */
  readonly without?: readonly string[];
}

export interface VendorIso extends MadeIso {
  readonly fat: Buffer;
}

export const INNER_GRUB = grubCfg({ search: true });

export function vendorIso({ iso = {}, fat = {}, files = {}, without = [] }: VendorRecipe = {}): VendorIso {
  const image = makeFat({ files: { '/EFI/BOOT/BOOTX64.EFI': 'MZ grub', '/EFI/xenserver/grub.cfg': INNER_GRUB }, ...fat });
  const whole: Record<string, Buffer | string> = {
    '/.treeinfo': TREE_INFO,
    '/boot/isolinux/isolinux.bin': 'isolinux',
    '/boot/isolinux/isolinux.cfg': isolinuxCfg(),
    '/boot/efiboot.img': image,
    '/boot/xen.gz': 'xen',
    '/boot/vmlinuz': 'linux',
    '/install.img': 'initial RAM disk',
    '/EFI/xenserver/grubx64.efi': 'MZ grub',
    '/EFI/xenserver/grub.cfg': grubCfg(),
    ...files,
  };
  for (const path of without) delete whole[path];
  const made = makeIso({
    volume: 'XCP-ng 8.2.1',
    bios: '/boot/isolinux/isolinux.bin',
    efi: '/boot/efiboot.img',
    ...iso,
    files: whole,
  });
  return { ...made, fat: image };
}

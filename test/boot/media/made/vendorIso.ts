// An ISO with the vendor's layout (xenserver.md 5.4), small: boot configurations of the same shape and about the same length, everything else a few bytes.
import { grubCfg, isolinuxCfg } from '../../../../src/simulator/media/bootMenus';
import { type FatRecipe, makeFat } from '../../../../src/simulator/media/fatWriter';
import { type IsoRecipe, type MadeIso, makeIso } from '../../../../src/simulator/media/isoWriter';

export { grubCfg, isolinuxCfg };

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

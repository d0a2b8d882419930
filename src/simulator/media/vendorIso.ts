// An installation medium of any release the simulator knows, made in memory with the vendor's layout (the project's XenServer reference, 5.4): small, and the
// same bytes every time. Its boot loaders and kernels are texts; what boots it is the simulated firmware.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { factsOf, type ReleaseFacts } from '../releases';
import type { Release } from '../world';
import { grubCfg, isolinuxCfg } from './bootMenus';
import { makeFat } from './fatWriter';
import { makeIso } from './isoWriter';
import { filled, hasRepodata, type MediaFiles, packageFiles } from './packages';

export interface VendorIso {
  readonly bytes: Buffer;
  /** Lower case hexadecimal. */
  readonly sha256: string;
  /** The tree, by absolute path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const made = new Map<string, VendorIso>();

/** @throws Error for a release older than the brand's first */
export function vendorIso(release: Release): VendorIso {
  const key = `${release.brand} ${release.version}`;
  const known = made.get(key) ?? make(factsOf(release));
  made.set(key, known);
  return known;
}

function make(facts: ReleaseFacts): VendorIso {
  const { release, productBrand } = facts;
  const efi = hasRepodata(release);
  const files: MediaFiles = { ...packageFiles(facts), ...bootFiles(facts), ...(efi ? efiFiles() : {}) };
  const { bytes } = makeIso({
    files,
    volume: `${productBrand} ${release.version}`,
    bios: '/boot/isolinux/isolinux.bin',
    efi: efi ? '/boot/efiboot.img' : undefined,
  });
  return {
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
  };
}

function bootFiles({ release, productBrand, xen }: ReleaseFacts): MediaFiles {
  const what = `of ${productBrand} ${release.version}`;
  return {
    '/boot/isolinux/isolinux.bin': filled(4, `isolinux ${what}`),
    '/boot/isolinux/isolinux.cfg': isolinuxCfg(),
    '/boot/isolinux/mboot.c32': filled(4, `mboot ${what}`),
    '/boot/xen.gz': gzipSync(filled(16, `Xen ${xen} ${what}`)),
    '/boot/vmlinuz': filled(16, `Linux ${what}`),
    '/install.img': filled(64, `the installer ${what}`),
  };
}

function efiFiles(): MediaFiles {
  const loader = filled(8, 'MZ grub');
  const inner = { '/EFI/BOOT/BOOTX64.EFI': loader, '/EFI/xenserver/grub.cfg': grubCfg({ search: true }) };
  return {
    '/EFI/xenserver/grubx64.efi': loader,
    '/EFI/xenserver/grub.cfg': grubCfg(),
    '/boot/efiboot.img': makeFat({ files: inner }),
  };
}

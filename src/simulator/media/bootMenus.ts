// The menus with which the vendor's images start the installer, isolinux's for BIOS and GRUB's for UEFI: of the same shape and about the same length as those on a
// real one (the project's XenServer reference, 5.4), so that whatever is to take their place must fit there as well.

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

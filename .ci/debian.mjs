// Programs of Debian that the tests with programs of others need. What is there is taken as it is; what is missing is installed where this process may do so, as a
// build machine's root may, and asked for by name where not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Packages by a file that each brings: a real medium, machines that start from it, and DHCP servers that read what sites are told to write. */
export const MEDIA = {
  '/usr/bin/qemu-system-x86_64': 'qemu-system-x86',
  '/usr/lib/x86_64-linux-gnu/qemu/block-curl.so': 'qemu-block-extra',
  '/usr/share/OVMF/OVMF_CODE_4M.fd': 'ovmf',
  '/usr/lib/ipxe/qemu/pxe-virtio.rom': 'ipxe-qemu',
  '/usr/lib/grub/x86_64-efi/multiboot2.mod': 'grub-efi-amd64-bin',
  '/usr/bin/grub-mkimage': 'grub-common',
  '/usr/lib/ISOLINUX/isolinux.bin': 'isolinux',
  '/usr/lib/PXELINUX/lpxelinux.0': 'pxelinux',
  '/usr/lib/syslinux/modules/bios/mboot.c32': 'syslinux-common',
  '/usr/bin/isohybrid': 'syslinux-utils',
  '/usr/bin/genisoimage': 'genisoimage',
  '/usr/bin/xorriso': 'xorriso',
  '/usr/bin/mformat': 'mtools',
  '/usr/bin/gcc': 'gcc',
  '/usr/bin/curl': 'curl',
  '/usr/sbin/dhcpd': 'isc-dhcp-server',
  '/usr/sbin/kea-dhcp4': 'kea-dhcp4-server',
  '/usr/sbin/dnsmasq': 'dnsmasq-base',
};

/** BMCs by IPMI: the program that our driver runs, and two that it is let loose on. Debian's own Python has the latter's library. */
export const IPMI = {
  '/usr/bin/ipmitool': 'ipmitool',
  '/usr/bin/ipmi_sim': 'openipmi',
  '/usr/lib/python3/dist-packages/pyghmi/ipmi/bmc.py': 'python3-pyghmi',
};

const missing = (wanted) => [
  ...new Set(
    Object.keys(wanted)
      .filter((file) => !existsSync(file))
      .map((file) => wanted[file]),
  ),
];

/** @returns what a person has to do; undefined when everything is there */
export function ensureDebian(wanted) {
  const packages = missing(wanted);
  if (packages.length === 0) return undefined;
  const install = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return `expected programs of these Debian packages: ${install}`;
  console.error(`installing ${packages.join(', ')}`);
  // Servers among them are wanted as programs: in run level 1 no package starts its service.
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  const still = missing(wanted);
  return still.length === 0 ? undefined : `${still.join(', ')} could not be installed; try: ${install}`;
}

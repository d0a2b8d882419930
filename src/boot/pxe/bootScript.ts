// What a boot loader over the network is given for one machine, in the three languages that sites speak. The words come checked from bootLine.ts; here each
// loader's own way to quote is the only thing left to do.
import { ArgumentsRefused } from '../arguments/argumentsRefused';
import { kernelLine, type Told, xenLine } from './bootLine';

/** Where a machine's files are. Characters of a URL only; none means anything to a boot loader. */
export interface BootFiles {
  /** Of Xen, unpacked: iPXE does not unpack it. */
  readonly xen: string;
  /** Of Xen as it lies in the image. */
  readonly xenGz: string;
  readonly vmlinuz: string;
  readonly initrd: string;
  /** Of the host's view of the whole image; absent where it cannot be shown one. */
  readonly image?: string | undefined;
}

export interface BootOrder extends Told {
  readonly files: BootFiles;
}

/** What the machine says of itself, put behind the answer file's path by iPXE, so that another machine gets none. */
const IPXE_CLAIMS = 'mac-${netX/mac:hexhyp}/uuid-${uuid}';
const CLAIMS_LIKE = 'mac-00-00-00-00-00-00/uuid-00000000-0000-0000-0000-000000000000';
/** pxelinux reads command lines of this length at most (`max_cmd_len`). */
const LONGEST_APPEND = 2047;
const FILE = /^https?:\/\/[A-Za-z0-9_.:@%+/~[\]-]{1,500}$/;

function checkedFiles(files: BootFiles): BootFiles {
  for (const url of Object.values(files).filter((one) => one !== undefined))
    if (!FILE.test(url)) throw new ArgumentsRefused(`${JSON.stringify(url.slice(0, 80))} cannot be the URL of a file`);
  return files;
}

/**
 * An iPXE script. In UEFI mode iPXE has no multiboot, and starts the image as a disk. In BIOS mode it loads Xen by multiboot 1 and hands on each module's line with its URL in front, so the name is not repeated.
 * @throws ArgumentsRefused
 */
export function ipxeScript(order: BootOrder): string {
  const { xen, vmlinuz, initrd, image } = checkedFiles(order.files);
  const { answer } = order;
  // As long as what iPXE makes of the claims, so that the line is measured as it will be.
  const url = `${answer.url.replace(/\/$/, '')}/${CLAIMS_LIKE}`;
  const words = kernelLine({ ...order, answer: { ...answer, url } }).map((word) => word.replace(CLAIMS_LIKE, () => IPXE_CLAIMS));
  return lines(
    '#!ipxe',
    `iseq \${platform} efi && goto ${image === undefined ? 'failed' : 'image'} ||`,
    `kernel ${[xen, ...xenLine(order)].join(' ')} || goto failed`,
    `module ${[vmlinuz, ...words].join(' ')} || goto failed`,
    `module ${initrd} || goto failed`,
    'boot || goto failed',
    ...(image === undefined ? [] : [':image', `sanboot ${image} || goto failed`]),
    ':failed',
    'echo The installer cannot be fetched. This machine boots from its disk.',
    'exit',
  );
}

/** A configuration for GRUB 2, which reads what is between single quotes as it stands. @throws ArgumentsRefused */
export function grubConfig(order: BootOrder): string {
  const { xenGz, vmlinuz, initrd } = checkedFiles(order.files);
  const [xen, kernel, disk] = [xenGz, vmlinuz, initrd].map(grubPath);
  return lines(
    'set timeout=0',
    'set default=0',
    "menuentry 'xenpool: upgrade of this host' {",
    `  multiboot2 ${[xen, ...xenLine(order).map(quoted)].join(' ')}`,
    `  module2 ${[kernel, ...kernelLine(order).map(quoted)].join(' ')}`,
    `  module2 ${disk}`,
    '}',
  );
}

/** `http://boot:8080/a/b` as `(http,boot:8080)/a/b`. GRUB's network module speaks HTTP and no TLS. */
function grubPath(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== 'http:') throw new ArgumentsRefused('GRUB fetches over http only; give spec.boot.serverURLs.hosts one');
  return `(http,${host})${pathname}`;
}

/** The words hold no single quote: bootLine.ts saw to that. */
function quoted(word: string): string {
  return `'${word}'`;
}

/**
 * A configuration for pxelinux: `lpxelinux.0`, whose names may be URLs, with `mboot.c32` beside it.
 * @throws ArgumentsRefused
 */
export function pxelinuxConfig(order: BootOrder): string {
  const { xenGz, vmlinuz, initrd } = checkedFiles(order.files);
  const xen = [xenGz, ...xenLine(order)].join(' ');
  const kernel = [vmlinuz, ...kernelLine(order)].join(' ');
  const append = `${xen} --- ${kernel} --- ${initrd}`;
  if (append.length > LONGEST_APPEND)
    throw new ArgumentsRefused(`they make a line of ${append.length} bytes, and pxelinux takes ${LONGEST_APPEND}`);
  return lines('DEFAULT upgrade', 'PROMPT 0', 'TIMEOUT 1', 'LABEL upgrade', '  KERNEL mboot.c32', `  APPEND ${append}`);
}

/** The one script that a site's DHCP names for all machines: it asks for the one of the card that iPXE booted from. With hyphens: to a colon iPXE ends a scheme. */
export const IPXE_ENTRY = lines('#!ipxe', 'chain --replace ipxe/${netX/mac:hexhyp} || exit');

export type Loader = 'ipxe' | 'grub' | 'pxelinux';

const MOST_SAID = 300;

/**
 * For a machine that nobody asked for, or that may not begin: it goes on to its disk.
 * @param why for whoever stands before it, in a sentence; what could be more than words to a loader is left out
 */
export function fromDisk(loader: Loader, why = 'xenpool has nothing for this machine.'): string {
  const said = `${why.replace(/[^A-Za-z0-9.,:()/_-]+/g, ' ').slice(0, MOST_SAID)} It boots on.`;
  switch (loader) {
    case 'ipxe':
      return lines('#!ipxe', `echo ${said}`, 'exit');
    case 'grub':
      return lines(`echo "${said}"`, 'exit');
    case 'pxelinux':
      // -1: the firmware goes on to its next boot device.
      return lines(`SAY ${said}`, 'DEFAULT disk', 'PROMPT 0', 'TIMEOUT 1', 'LABEL disk', '  LOCALBOOT -1');
  }
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

// One kernel command line of the installer: what the vendor wrote, without what is ours to say, and then ours. Kept as words; no word can hold a space.

/** What stands on the lines of the menu entry that starts the installer, as the medium has it, and as plain words: no quotes around them. */
export interface VendorWords {
  /** Behind Xen's path, e.g. `dom0_mem=max:8192M`. */
  readonly xen: readonly string[];
  /** Behind the kernel's path, e.g. `console=hvc0`, `no-repo-gpgcheck`, `netinstall`. */
  readonly kernel: readonly string[];
}

/** What we say ourselves, and what would contradict it. `install` and `answerfile_generator` among them: two sources of answers end the installer. */
const OURS: ReadonlySet<string> = new Set([
  'answerfile',
  'answerfile_device',
  'answerfile_generator',
  'atexit',
  'device_mapper_multipath',
  'install',
  'network_config',
  'network_device',
  'rt_answerfile',
]);

/** Xen hands its control domain a line of this many bytes at most and cuts the rest off in silence (`MAX_GUEST_CMDLINE` of Xen's public/xen.h, with the final zero). */
const LONGEST_KERNEL_LINE = 1023;

const keyOf = (word: string): string => word.replace(/^["']/, '').split('=')[0]!;

/** Words of the vendor that decide what the installer does by itself: an ISO that carries some has been worked on before. */
export function foreignWords(vendor: readonly string[]): readonly string[] {
  return vendor.filter((word) => OURS.has(keyOf(word)));
}

/**
 * @param vendor words behind the kernel's path, as they are written in the file
 * @param ours as `installerWords` gives them
 */
export function kernelWords(vendor: readonly string[], ours: readonly string[]): readonly string[] {
  const said = new Set(ours);
  return [...vendor.filter((word) => !OURS.has(keyOf(word)) && !said.has(word)), ...ours];
}

/** Why Xen would not hand on the whole line; undefined when it does. */
export function cutOff(words: readonly string[]): string | undefined {
  const { length } = words.join(' ');
  if (length <= LONGEST_KERNEL_LINE) return undefined;
  return `the installer's kernel line has ${length} bytes, and Xen cuts it off after ${LONGEST_KERNEL_LINE}; give a shorter spec.boot.serverURLs.hosts or fewer consoles`;
}

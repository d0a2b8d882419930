// What an installer is told on its command line, typed, and the words it becomes. Every word is checked here: three boot loaders with three ways to quote
// read them, and a space, a quote or a variable in the wrong place would be another command line.

export type NetworkConfig =
  | { readonly kind: 'dhcp'; readonly vlan?: number }
  | {
      readonly kind: 'static';
      readonly ip: string;
      readonly netmask: string;
      readonly gateway?: string;
      readonly dns: readonly string[];
      readonly domain?: string;
      readonly vlan?: number;
    };

export interface InstallerArguments {
  /** Address of the card, lower case with colons. Absent: the installer tries all. */
  readonly networkDevice?: string;
  readonly networkConfig?: NetworkConfig;
  /** As the host was installed. */
  readonly multipath?: 'enabled' | 'disabled' | 'if-multiple';
  /** Linux consoles, the last one is where the installer is seen: `tty0`, `ttyS0,115200n8`, `hvc0`. */
  readonly consoles: readonly string[];
  /** How the installer ends. Absent: it reboots. */
  readonly atExit?: 'poweroff';
  /** Xen's own arguments, as the vendor's image has them: `dom0_mem=max:8192M`. */
  readonly xen: readonly string[];
  /** What else the vendor put on the kernel's line: `no-repo-gpgcheck`. */
  readonly extra: readonly string[];
}

export interface AnswerAt {
  /** `rt_answerfile` where no screen may wait for a key: restores always (xenserver.md 5.7). */
  readonly key: 'answerfile' | 'rt_answerfile';
  readonly url: string;
}

/** The arguments make no command line that all boot loaders read alike. */
export class ArgumentsRefused extends Error {
  constructor(why: string) {
    super(`the installer's arguments are refused: ${why}`);
    this.name = 'ArgumentsRefused';
  }
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
/** Letters, digits and what means nothing to iPXE (`$`), GRUB (`;`, quotes, `{`), pxelinux or Linux (`"`). */
const WORD = /^[A-Za-z0-9_.,:=@%+/~-]{1,200}$/;
const URL_TEXT = /^https?:\/\/[A-Za-z0-9_.,:=@%+/~?&[\]-]{1,800}$/;
/** Bytes that Xen hands its control domain (`MAX_GUEST_CMDLINE`, less the final zero); it cuts the rest off in silence. */
const MOST_OF_A_LINE = 1023;
/** What is said here and nowhere else: two sources of answers would end the installer, or worse. */
const OURS =
  /^(install|(rt_)?answerfile|answerfile_(generator|device)|network_(device|config)|device_mapper_multipath|atexit)(=|$)/;

export function isMac(text: string): boolean {
  return MAC.test(text);
}

/** Words for Xen. @throws ArgumentsRefused */
export function xenWords({ xen }: InstallerArguments): readonly string[] {
  return xen.map((word) => checked('argument of Xen', WORD, word));
}

/** Words for the kernel, `network_config` possibly with semicolons, which GRUB must be given quoted. @throws ArgumentsRefused */
export function kernelWords(wanted: InstallerArguments, answer: AnswerAt): readonly string[] {
  const { networkDevice, networkConfig, multipath, consoles, atExit, extra } = wanted;
  const words = [
    ...consoles.map((console) => `console=${checked('console', WORD, console)}`),
    ...extra.map(checkedExtra),
    'install',
    `${answer.key}=${checked('URL of the answer file', URL_TEXT, answer.url)}`,
    ...(networkDevice === undefined ? [] : [`network_device=${checked('network card', MAC, networkDevice)}`]),
    ...(networkConfig === undefined ? [] : [`network_config=${networkWords(networkConfig)}`]),
    ...(multipath === undefined ? [] : [`device_mapper_multipath=${multipath}`]),
    ...(atExit === undefined ? [] : [`atexit=${atExit}`]),
  ];
  const { length } = words.join(' ');
  if (length > MOST_OF_A_LINE)
    throw new ArgumentsRefused(`they are ${length} characters long, and Xen cuts them off after ${MOST_OF_A_LINE}`);
  return words;
}

/** Source of the syntax: xenserver.md 5.3. */
function networkWords(config: NetworkConfig): string {
  const vlan = config.vlan === undefined ? [] : [`vlan=${checkedVlan(config.vlan)}`];
  if (config.kind === 'dhcp') return ['dhcp', ...vlan].join(':');
  const { ip, netmask, gateway, dns, domain } = config;
  const parts = [
    `ip=${checked('address', IPV4, ip)}`,
    `netmask=${checked('netmask', IPV4, netmask)}`,
    ...(gateway === undefined ? [] : [`gateway=${checked('gateway', IPV4, gateway)}`]),
    ...(dns.length === 0 ? [] : [`dns=${dns.map((one) => checked('name server', IPV4, one)).join(',')}`]),
    ...(domain === undefined ? [] : [`domain=${checked('domain', NAME, domain)}`]),
    ...vlan,
  ];
  return `static:${parts.join(';')}`;
}

function checkedVlan(vlan: number): number {
  if (!Number.isInteger(vlan) || vlan < 1 || vlan > 4094) throw new ArgumentsRefused(`${vlan} is no VLAN`);
  return vlan;
}

function checkedExtra(word: string): string {
  if (OURS.test(word)) throw new ArgumentsRefused(`${JSON.stringify(word.slice(0, 80))} is not the vendor's to say`);
  return checked('argument', WORD, word);
}

function checked(what: string, pattern: RegExp, text: string): string {
  if (!pattern.test(text)) throw new ArgumentsRefused(`${JSON.stringify(text.slice(0, 80))} cannot be its ${what}`);
  return text;
}

// What one installer is told on its kernel line (xenserver.md 5.3), as values that are checked and then written as words. Nothing that was checked can end a
// word, a quote or the line: it goes, unchanged, through isolinux.cfg, grub.cfg, pxelinux.cfg and iPXE scripts.
import { ArgumentsRefused } from './argumentsRefused';

/** `dhcp`, or fixed addresses. */
export type NetworkConfig =
  | { readonly kind: 'dhcp'; readonly vlan?: number | undefined }
  | {
      readonly kind: 'static';
      readonly ip: string;
      readonly netmask: string;
      readonly gateway?: string | undefined;
      /** At most three, as many as the installer keeps. */
      readonly dns?: readonly string[] | undefined;
      readonly domain?: string | undefined;
      readonly vlan?: number | undefined;
    };

export interface InstallerArguments {
  /** MAC of the card that the installer uses, lower case with colons. Absent: it tries all, by DHCP. Fixed addresses need one card: with all it asks DHCP all the same. */
  readonly networkDevice?: string | undefined;
  readonly networkConfig?: NetworkConfig | undefined;
  /** As the host was installed; absent: the release's default. */
  readonly multipath?: 'enabled' | 'disabled' | 'if-multiple' | undefined;
  /** `console=` beside the vendor's, the last of them the one that is written to, e.g. `ttyS1,115200n8`. */
  readonly consoles?: readonly string[] | undefined;
  /** `poweroff`: the machine is off when the installer ends, whatever its result. Absent: it restarts. */
  readonly atExit?: 'poweroff' | undefined;
}

/** Where the installer finds its answer file for this attempt. */
export interface AnswerAt {
  /** `rt_answerfile`: plain text and no dialogs, so that no screen waits for a key: restores always (xenserver.md 5.7). */
  readonly key: 'answerfile' | 'rt_answerfile';
  /** http or https, no login in it. */
  readonly url: string;
}

const LONGEST_URL = 512;
/** What of RFC 3986 no boot loader, shell or kernel reads as anything else. `;` and `&` are written in quotes where a script language would take them. */
const URL_CHARACTERS = /^[A-Za-z0-9._~:/?@&+,;=%[\]-]+$/;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const DOMAIN = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const CONSOLE = /^[A-Za-z]{2,8}[0-9]{0,3}(,[0-9]{2,7}([noe][78]r?)?)?$/;
const MOST_CONSOLES = 4;
const MOST_DNS = 3;

/** @param text of a network card's address: lower case with colons */
export function isMac(text: string): boolean {
  return MAC.test(text);
}

/**
 * The words for the installer's kernel line, in a fixed order, none with a space, a quote or a control character.
 * @throws ArgumentsRefused
 */
export function installerWords(said: InstallerArguments, answer: AnswerAt): readonly string[] {
  const { networkConfig, networkDevice } = said;
  if (networkConfig?.kind === 'static' && networkDevice === undefined) {
    throw bad(
      'networkConfig',
      'fixed addresses and no card',
      'one card by its MAC, because the installer else asks DHCP all the same',
    );
  }
  return [
    ...consoleWords(said.consoles ?? []),
    `${answer.key}=${checkedUrl(answer.url)}`,
    ...ifGiven(
      networkDevice,
      (mac) => `network_device=${matching('networkDevice', mac, MAC, 'a MAC in lower case with colons')}`,
    ),
    ...ifGiven(networkConfig, (given) => `network_config=${networkText(given)}`),
    ...ifGiven(said.multipath, (given) => `device_mapper_multipath=${checkedMultipath(given)}`),
    ...ifGiven(said.atExit, (given) => `atexit=${matching('atExit', given, /^poweroff$/, 'poweroff or nothing')}`),
    'install',
  ];
}

function ifGiven<T>(value: T | undefined, write: (value: T) => string): readonly string[] {
  return value === undefined ? [] : [write(value)];
}

function bad(what: string, found: string, expected: string): ArgumentsRefused {
  return new ArgumentsRefused(`${what}: found ${found}, expected ${expected}`);
}

/** Shown in messages: cut, and nothing that moves a cursor. */
const shown = (text: string): string =>
  JSON.stringify((text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(/\p{C}/gu, '?'));

function matching(what: string, value: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(value)) throw bad(what, shown(value), expected);
  return value;
}

function checkedUrl(text: string): string {
  // A login in a URL is never shown back.
  const expected = `an http or https URL of at most ${LONGEST_URL} characters without login, fragment, spaces or quotes`;
  const what = 'URL of the answer file';
  if (text.length > LONGEST_URL || !URL_CHARACTERS.test(text)) throw bad(what, `${text.length} characters`, expected);
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) throw bad(what, 'no such URL', expected);
  if (text.includes('@')) throw bad(what, 'a login or an @', expected);
  return text;
}

function consoleWords(consoles: readonly string[]): readonly string[] {
  if (consoles.length > MOST_CONSOLES) throw bad('consoles', `${consoles.length}`, `at most ${MOST_CONSOLES}`);
  return consoles.map((console) => `console=${matching('consoles', console, CONSOLE, 'e.g. hvc0, tty0 or ttyS0,115200n8')}`);
}

function checkedMultipath(value: string): string {
  return matching('multipath', value, /^(enabled|disabled|if-multiple)$/, 'enabled, disabled or if-multiple');
}

/** Source of the syntax: xenserver.md 5.3. */
function networkText(network: NetworkConfig): string {
  const tag = vlanText(network.vlan);
  if (network.kind === 'dhcp') return tag === '' ? 'dhcp' : `dhcp:${tag}`;
  const { ip, netmask, gateway, dns = [], domain } = network;
  if (dns.length > MOST_DNS) throw bad('networkConfig.dns', `${dns.length} servers`, `at most ${MOST_DNS}`);
  const address = (what: string, text: string): string => matching(`networkConfig.${what}`, text, IPV4, 'an IPv4 address');
  const fields = [
    `ip=${address('ip', ip)}`,
    `netmask=${checkedNetmask(netmask)}`,
    ...ifGiven(gateway, (given) => `gateway=${address('gateway', given)}`),
    ...(dns.length === 0 ? [] : [`dns=${dns.map((server) => address('dns', server)).join(',')}`]),
    ...ifGiven(domain, (given) => `domain=${matching('networkConfig.domain', given, DOMAIN, 'a domain name')}`),
    ...(tag === '' ? [] : [tag]),
  ];
  return `static:${fields.join(';')}`;
}

/** Ones, then zeros. */
function checkedNetmask(text: string): string {
  const mask = matching('networkConfig.netmask', text, IPV4, 'e.g. 255.255.255.0');
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  if (!/^1+0*$/.test(bits)) throw bad('networkConfig.netmask', mask, 'e.g. 255.255.255.0');
  return mask;
}

function vlanText(vlan: number | undefined): string {
  if (vlan === undefined) return '';
  if (!Number.isInteger(vlan) || vlan < 1 || vlan > 4094) throw bad('networkConfig.vlan', String(vlan), '1 to 4094');
  return `vlan=${vlan}`;
}

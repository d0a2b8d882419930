// What one installer is told on its kernel line (xenserver.md 5.3), as values that are checked and then written as words. Nothing that was checked can end a
// word, a quote or the line: it goes, unchanged, through isolinux.cfg, grub.cfg and iPXE scripts.
import { MediaError } from './mediaError';

/** `dhcp`, or fixed addresses. */
export type NetworkConfiguration =
  | { readonly mode: 'Dhcp'; readonly vlan?: number | undefined }
  | {
      readonly mode: 'Static';
      readonly ip: string;
      readonly netmask: string;
      readonly gateway?: string | undefined;
      readonly dns?: readonly string[] | undefined;
      readonly domain?: string | undefined;
      readonly vlan?: number | undefined;
    };

export interface InstallerArguments {
  /** URL of this host's answer file for this attempt; http or https, no login in it. */
  readonly answerFile: string;
  /** True: `rt_answerfile=`, plain text and no dialogs, which a restore needs (xenserver.md 5.7). Default false. */
  readonly withoutDialogs?: boolean | undefined;
  /** Which card the installer uses: its MAC, `ethN`, or `all`. Absent: `all`, by DHCP. Fixed addresses need one card: with `all` the installer asks DHCP all the same. */
  readonly device?: string | undefined;
  readonly network?: NetworkConfiguration | undefined;
  /** As the host was installed; absent: the release's default. */
  readonly multipath?: 'enabled' | 'disabled' | 'if-multiple' | undefined;
  /** `console=` beside the vendor's, the last of them the one that is written to, e.g. `ttyS1,115200n8`. */
  readonly consoles?: readonly string[] | undefined;
  /** True: the machine is off when the installer ends, whatever its result. Default: it restarts. */
  readonly powerOffAtEnd?: boolean | undefined;
}

const LONGEST_URL = 512;
/** What of RFC 3986 no boot loader, shell or kernel reads as anything else. `;` and `&` are written in quotes where a script language would take them. */
const URL_CHARACTERS = /^[A-Za-z0-9._~:/?@&+,;=%[\]-]+$/;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const DEVICE = /^(eth[0-9]{1,3}|all)$/;
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const DOMAIN = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const CONSOLE = /^[A-Za-z]{2,8}[0-9]{0,3}(,[0-9]{2,7}([noe][78]r?)?)?$/;
const MOST_CONSOLES = 4;
const MOST_DNS = 3;

/**
 * The words for the installer's kernel line, in a fixed order, none with a space, a quote or a control character.
 * @throws MediaError `BadArgument`
 */
export function installerWords(said: InstallerArguments): readonly string[] {
  const { network, device } = said;
  if (network?.mode === 'Static' && (device === undefined || device === 'all')) {
    throw bad(
      'network',
      'fixed addresses for all cards',
      'one card by its MAC, because the installer then asks DHCP all the same',
    );
  }
  const answers = said.withoutDialogs === true ? 'rt_answerfile' : 'answerfile';
  return [
    ...consoleWords(said.consoles ?? []),
    `${answers}=${checkedUrl(said.answerFile)}`,
    ...ifGiven(device, (given) => `network_device=${checkedDevice(given)}`),
    ...ifGiven(network, (given) => `network_config=${networkText(given)}`),
    ...ifGiven(said.multipath, (given) => `device_mapper_multipath=${checkedMultipath(given)}`),
    ...(said.powerOffAtEnd === true ? ['atexit=poweroff'] : []),
    'install',
  ];
}

function ifGiven<T>(value: T | undefined, write: (value: T) => string): readonly string[] {
  return value === undefined ? [] : [write(value)];
}

function bad(what: string, found: string, expected: string): MediaError {
  return new MediaError('BadArgument', `installer argument ${what}: found ${found}, expected ${expected}`);
}

/** Shown in messages: cut, and nothing that moves a cursor. */
const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

function matching(what: string, value: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(value)) throw bad(what, shown(value), expected);
  return value;
}

function checkedUrl(text: string): string {
  // A login in a URL is never shown back.
  const expected = `an http or https URL of at most ${LONGEST_URL} characters without login, fragment, spaces or quotes`;
  if (text.length > LONGEST_URL || !URL_CHARACTERS.test(text))
    throw bad('answerFile', `a URL of ${text.length} characters`, expected);
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) throw bad('answerFile', 'no such URL', expected);
  if (text.includes('@')) throw bad('answerFile', 'a URL with a login or an @', expected);
  return text;
}

function checkedDevice(device: string): string {
  if (!DEVICE.test(device) && !MAC.test(device))
    throw bad('device', shown(device), 'a MAC in lower case with colons, ethN, or all');
  return device;
}

function consoleWords(consoles: readonly string[]): readonly string[] {
  if (consoles.length > MOST_CONSOLES) throw bad('consoles', `${consoles.length}`, `at most ${MOST_CONSOLES}`);
  return consoles.map((console) => `console=${matching('consoles', console, CONSOLE, 'e.g. hvc0, tty0 or ttyS0,115200n8')}`);
}

function checkedMultipath(value: string): string {
  return matching('multipath', value, /^(enabled|disabled|if-multiple)$/, 'enabled, disabled or if-multiple');
}

function networkText(network: NetworkConfiguration): string {
  const tag = vlanText(network.vlan);
  if (network.mode === 'Dhcp') return tag === '' ? 'dhcp' : `dhcp:${tag}`;
  const { ip, netmask, gateway, dns = [], domain } = network;
  if (dns.length > MOST_DNS) throw bad('network.dns', `${dns.length} servers`, `at most ${MOST_DNS}`);
  const fields = [
    `ip=${matching('network.ip', ip, IPV4, 'an IPv4 address')}`,
    `netmask=${checkedNetmask(netmask)}`,
    ...(gateway === undefined ? [] : [`gateway=${matching('network.gateway', gateway, IPV4, 'an IPv4 address')}`]),
    ...(dns.length === 0
      ? []
      : [`dns=${dns.map((server) => matching('network.dns', server, IPV4, 'an IPv4 address')).join(',')}`]),
    ...(domain === undefined ? [] : [`domain=${matching('network.domain', domain, DOMAIN, 'a domain name')}`]),
    ...(tag === '' ? [] : [tag]),
  ];
  return `static:${fields.join(';')}`;
}

/** Ones, then zeros. */
function checkedNetmask(text: string): string {
  const mask = matching('network.netmask', text, IPV4, 'e.g. 255.255.255.0');
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  if (!/^1+0*$/.test(bits)) throw bad('network.netmask', mask, 'e.g. 255.255.255.0');
  return mask;
}

function vlanText(vlan: number | undefined): string {
  if (vlan === undefined) return '';
  if (!Number.isInteger(vlan) || vlan < 1 || vlan > 4094) throw bad('network.vlan', String(vlan), '1 to 4094');
  return `vlan=${vlan}`;
}

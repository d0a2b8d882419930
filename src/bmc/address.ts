// Addresses of management controllers as people write them. Untrusted text that names where a password is sent: strict, so that nothing in it is read in
// two ways, and every refusal says which field, what was found and what was expected.
import { BmcError } from './bmc';

export interface RedfishAddress {
  readonly protocol: 'redfish';
  /** As of a URL, e.g. `https://10.1.7.1` or `https://[fd00::1]:8443`; `http://…` only where that is allowed. */
  readonly origin: string;
  /** Path of the system that is meant, e.g. `/redfish/v1/Systems/1`; empty: the only one. */
  readonly system: string;
}

export interface IpmiAddress {
  readonly protocol: 'ipmi';
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export type BmcAddress = RedfishAddress | IpmiAddress;

/** Name or address of the BMC itself, whatever protocol and port; IPv6 without brackets. */
export function hostOf(address: BmcAddress): string {
  return address.protocol === 'ipmi' ? address.host : new URL(address.origin).hostname.replace(/^\[|\]$/g, '');
}

export interface AddressOptions {
  /** How messages name the field, e.g. `spec.hosts[0].bmc.address`. Default `the address of a BMC`. */
  readonly field?: string;
  /** Whether `redfish+http://` may be used: the password crosses the network in clear text. Default false. */
  readonly allowPlaintext?: boolean;
}

const FORMS = 'redfish+https://HOST[:PORT][/PATH], redfish+http://HOST[:PORT][/PATH] or ipmi://HOST[:PORT]';
const PORTS: Readonly<Record<string, number>> = { 'redfish+https': 443, 'redfish+http': 80, ipmi: 623 };
const LONGEST = 512;

/** @throws BmcError Fatal `BadAddress`; its message never repeats what could be a password */
export function parseBmcAddress(text: string, options: AddressOptions = {}): BmcAddress {
  const { field = 'the address of a BMC', allowPlaintext = false } = options;
  const refuse: Refuse = (found, expected) => {
    throw new BmcError('Fatal', 'address', `${field}: found ${found}, expected ${expected}`, 'BadAddress');
  };
  const { scheme, authority, path } = taken(text, refuse);
  if (scheme === 'redfish+http' && !allowPlaintext)
    return refuse('redfish+http://, which carries the password in clear text', 'redfish+https://, or allowPlaintext');
  const place = parseAuthority(authority, PORTS[scheme]!, refuse);
  return scheme === 'ipmi' ? ipmiAddress(place, path, refuse) : redfishAddress(scheme, place, path, refuse);
}

interface Parts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

function taken(text: string, refuse: Refuse): Parts {
  if (text.length > LONGEST) return refuse(`${text.length} characters`, `at most ${LONGEST}`);
  // Before anything is quoted.
  if (text.includes('@')) return refuse('a user or password in the address', 'neither: credentials come from a Secret');
  const parts = /^([a-z+]+):\/\/([^/?#\\]*)(.*)$/s.exec(text);
  if (parts === null || !Object.hasOwn(PORTS, parts[1]!)) return refuse(quoted(text), FORMS);
  return { scheme: parts[1]!, authority: parts[2]!, path: parts[3]! };
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function ipmiAddress({ host, port }: Place, path: string, refuse: Refuse): IpmiAddress {
  if (path !== '' && path !== '/') return refuse(`the path ${quoted(path)}`, 'none: ipmi://HOST[:PORT]');
  return { protocol: 'ipmi', host, port };
}

function redfishAddress(scheme: string, { host, port }: Place, path: string, refuse: Refuse): RedfishAddress {
  const { origin } = new URL(`${scheme.slice('redfish+'.length)}://${host.includes(':') ? `[${host}]` : host}:${port}`);
  return { protocol: 'redfish', origin, system: parsePath(path, refuse) };
}

type Refuse = (found: string, expected: string) => never;

function parseAuthority(
  authority: string,
  defaultPort: number,
  refuse: Refuse,
): { readonly host: string; readonly port: number } {
  const [whole, bracketed, plain = '', digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(authority) ?? [];
  if (whole === undefined) return refuse(`the host ${quoted(authority)}`, 'HOST[:PORT], an IPv6 address in brackets');
  const host = bracketed === undefined ? nameOrIpv4(plain) : ipv6(bracketed);
  if (host === undefined) return refuse(`the host ${quoted(authority)}`, 'a DNS name, an IPv4 address or [IPv6]');
  if (digits === undefined) return { host, port: defaultPort };
  const port = /^[1-9][0-9]{0,4}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535) return refuse(`the port ${quoted(digits)}`, 'a number from 1 to 65535');
  return { host, port };
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A name whose last label is a number is an IPv4 address to every resolver, so it must be a whole one. */
function nameOrIpv4(text: string): string | undefined {
  const host = text.toLowerCase();
  const labels = host.replace(/\.$/, '').split('.');
  if (host.length > 253 || !labels.every((label) => LABEL.test(label))) return undefined;
  if (!/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) return host;
  const octet = /^(?:0|[1-9][0-9]{0,2})$/;
  const whole = labels.length === 4 && !host.endsWith('.') && labels.every((label) => octet.test(label) && Number(label) <= 255);
  return whole ? host : undefined;
}

/** In its shortest form. */
function ipv6(text: string): string | undefined {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return undefined;
  const url = URL.canParse(`http://[${text}]`) ? new URL(`http://[${text}]`) : undefined;
  return url?.hostname.slice(1, -1);
}

function parsePath(path: string, refuse: Refuse): string {
  const trimmed = path.replace(/\/$/, '');
  if (['', '/redfish', '/redfish/v1'].includes(trimmed)) return '';
  const segments = trimmed.slice(1).split('/');
  // No query, no escapes, no dots: what is compared with the links of a BMC must have one spelling.
  const plain = segments.every((segment) => /^[A-Za-z0-9._~:-]+$/.test(segment) && !/^\.+$/.test(segment));
  if (plain && trimmed.startsWith('/redfish/v1/')) return trimmed;
  return refuse(`the path ${quoted(path)}`, '/redfish/v1/… in letters, digits and ._~:- without query or fragment');
}

/** Cut, and without characters that could forge a line of a log. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

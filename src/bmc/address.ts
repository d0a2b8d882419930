// Where a BMC is, as people write it: `redfish+https://10.1.7.1/redfish/v1/Systems/1`, `ipmi://10.1.7.1:623`.
import { BmcError } from './bmc';

export interface RedfishAddress {
  readonly protocol: 'redfish';
  /** e.g. `https://10.1.7.1`, `http://…` only where a person wrote so. */
  readonly origin: string;
  /** Path of the system that is meant; empty: the only one. */
  readonly system: string;
}

export interface IpmiAddress {
  readonly protocol: 'ipmi';
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export type BmcAddress = RedfishAddress | IpmiAddress;

const EXPECTED = 'expected redfish+https://HOST[:PORT][/redfish/v1/Systems/ID] or ipmi://HOST[:PORT]';
const IPMI_PORT = 623;
/** A host's name or address, and no more. */
const SCHEMES: Readonly<Record<string, 'https:' | 'http:'>> = {
  'redfish:': 'https:',
  'redfish+https:': 'https:',
  'redfish+http:': 'http:',
};

/** @throws BmcError `Fatal` BadAddress; the message repeats no user or password */
export function parseBmcAddress(text: string): BmcAddress {
  const [, scheme = '', rest = ''] = /^([a-z+]+:)\/\/(\S{1,2000})$/.exec(text) ?? [];
  const url = urlOf(rest);
  if (scheme === 'ipmi:') return ipmi(url, rest);
  const web = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme]! : undefined;
  if (web === undefined) throw bad(`it begins with ${scheme === '' ? 'no scheme' : scheme}`);
  return { protocol: 'redfish', origin: new URL(`${web}//${explicitHost(rest)}`).origin, system: systemOf(url) };
}

/** Read as one of https: of schemes that URL does not know it makes something else. */
function urlOf(rest: string): URL {
  const text = `https://${rest}`;
  if (rest === '' || !URL.canParse(text)) throw bad('that is no such address');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw bad('an address holds no user and no password: those go into a Secret');
  if (url.search !== '' || url.hash !== '') throw bad('an address has neither query nor fragment');
  return url;
}

/** With its port, also where that is the one of https. */
function explicitHost(rest: string): string {
  return rest.split('/')[0]!;
}

function ipmi(url: URL, rest: string): IpmiAddress {
  if (url.pathname !== '/') throw bad('an ipmi:// address has no path');
  const port = /:(\d+)$/.exec(explicitHost(rest))?.[1];
  return { protocol: 'ipmi', host: url.hostname.replace(/^\[|\]$/g, ''), port: port === undefined ? IPMI_PORT : Number(port) };
}

function systemOf({ pathname }: URL): string {
  const path = pathname.replace(/\/+$/, '');
  if (path === '' || path === '/redfish' || path === '/redfish/v1') return '';
  if (!path.startsWith('/redfish/v1/')) throw bad(`its path is ${path}, which is none of Redfish`);
  return path;
}

function bad(what: string): BmcError {
  return new BmcError('Fatal', 'address', `the address of a BMC makes no sense: ${what}; ${EXPECTED}`, 'BadAddress');
}

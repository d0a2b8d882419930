// Where a BMC's links may lead: on the same BMC, nowhere else. Whatever else it names (another host, another scheme) is refused, because requests carry a login.
import { BmcError } from '../bmc';
import { at, textOf } from './json';

const LONGEST_PATH = 2_000;

/**
 * The path a link means.
 * @returns undefined for what is none, or leads off the BMC
 */
export function placeOn(origin: string, link: string): string | undefined {
  const plain = link.split('#')[0]!;
  if (plain.length > LONGEST_PATH || !/^[\x21-\x7e]+$/.test(plain) || plain.includes('\\')) return undefined;
  if (plain.startsWith('/')) return plain.startsWith('//') ? undefined : plain;
  if (!URL.canParse(plain)) return undefined;
  const url = new URL(plain);
  return url.origin === origin && url.username === '' && url.password === '' ? `${url.pathname}${url.search}` : undefined;
}

/** The `@odata.id` at the end of this path. @returns undefined where there is none, or it leads off the BMC */
export function linkAt(origin: string, value: unknown, ...path: readonly string[]): string | undefined {
  const link = textOf(at(value, ...path, '@odata.id'));
  return link === '' ? undefined : placeOn(origin, link);
}

export function offTheBmc(verb: string, what: string): BmcError {
  const message = `${verb}: ${what} leads off the BMC, and a login goes nowhere else; check the address, or a proxy in between`;
  return new BmcError('Fatal', verb, message, 'OffTheBmc');
}

/** The same place, however the slash at its end is written. */
export function samePlace(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}

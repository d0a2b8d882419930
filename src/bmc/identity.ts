// Whether a machine that a BMC commands is the one that is meant. Before anything destructive this must be proved (invariant I14): an address in a manifest may be
// wrong by one digit, and then it is somebody else's machine that goes off. What is not told proves nothing, and neither does what the makers never filled in.
import { BmcError, type Capabilities, type MachineIdentity } from './bmc';

/** What is known of the machine from elsewhere: from the pool while it is up, or by a person's word. */
export interface ExpectedIdentity {
  readonly serial?: string;
  /** SMBIOS UUID. */
  readonly uuid?: string;
  /** Of its physical network cards. */
  readonly macs?: readonly string[];
}

export type IdentityVerdict =
  | { readonly kind: 'Proved'; readonly by: 'serial' | 'uuid' | 'mac' }
  /** Something says that it is another machine. */
  | { readonly kind: 'Contradicted'; readonly why: string }
  /** Nothing says that it is, or is not. */
  | { readonly kind: 'Unknown'; readonly why: string };

/**
 * A contradiction outweighs every proof. Network cards that share no address are no contradiction: many BMCs tell of some cards only.
 */
export function judgeIdentity(found: MachineIdentity, expected: ExpectedIdentity): IdentityVerdict {
  const serials = compare(serialOf(found.serial), serialOf(expected.serial), (a, b) => a === b);
  if (serials === 'differ') return contradicted('serial', found.serial, expected.serial);
  const uuids = compare(uuidOf(found.uuid), uuidOf(expected.uuid), sameUuid);
  if (uuids === 'differ') return contradicted('uuid', found.uuid, expected.uuid);
  if (serials === 'agree') return { kind: 'Proved', by: 'serial' };
  if (uuids === 'agree') return { kind: 'Proved', by: 'uuid' };
  return judgeMacs(found, expected);
}

/**
 * @throws BmcError Mismatch: `IdentityContradicted` where it is another machine, `IdentityUnknown` where that cannot be said; both mean that nothing may be done
 */
export function assertIdentity(
  { protocol, identity }: Pick<Capabilities, 'protocol' | 'identity'>,
  expected: ExpectedIdentity,
): void {
  const verdict = judgeIdentity(identity, expected);
  if (verdict.kind === 'Proved') return;
  const what = verdict.kind === 'Contradicted' ? 'is the BMC of another machine' : 'is not proved to be the BMC of this machine';
  throw new BmcError('Mismatch', 'identity', `what answers by ${protocol} ${what}: ${verdict.why}`, `Identity${verdict.kind}`);
}

function contradicted(what: string, found: string, expected: string | undefined): IdentityVerdict {
  return { kind: 'Contradicted', why: `found ${what} ${quoted(found)}, expected ${quoted(expected ?? '')}` };
}

function judgeMacs(found: MachineIdentity, expected: ExpectedIdentity): IdentityVerdict {
  const wanted = new Set((expected.macs ?? []).map(macOf).filter((mac) => mac !== undefined));
  const told = found.macs.map(macOf).filter((mac) => mac !== undefined);
  if (told.some((mac) => wanted.has(mac))) return { kind: 'Proved', by: 'mac' };
  const found_ = `found serial ${quoted(found.serial)}, uuid ${quoted(found.uuid)} and ${told.length} addresses of network cards`;
  const known = `expected serial ${quoted(expected.serial ?? '')}, uuid ${quoted(expected.uuid ?? '')} and one of ${wanted.size} addresses`;
  return { kind: 'Unknown', why: `${found_}, ${known}: nothing that both name` };
}

type Comparison = 'agree' | 'differ' | 'nothing';

function compare<T>(found: T | undefined, expected: T | undefined, same: (a: T, b: T) => boolean): Comparison {
  if (found === undefined || expected === undefined) return 'nothing';
  return same(found, expected) ? 'agree' : 'differ';
}

/** In capitals, without spaces around. What makers leave in the field when they fill in nothing. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^TO BE FILLED/,
  /\bO\.?E\.?M\.?$/,
  /^(?:DEFAULT STRING|DEFAULT|NOT (?:SPECIFIED|AVAILABLE|APPLICABLE|SETTABLE|PRESENT)|UNSPECIFIED|UNKNOWN|NONE|NULL|EMPTY|INVALID|N\/A|NA|TBD|TEST)$/,
  /^(?:SYSTEM|CHASSIS|BOARD|BASE BOARD|BASEBOARD|PRODUCT)? ?-?SERIAL ?-?(?:NUMBER|NO\.?|#)?$/,
  /^0?1234567(?:8(?:9(?:0|AB.*)?)?)?$/,
  // One letter over and over: zeros, X, dots, dashes.
  /^(.)\1*$/,
];
/** Shorter ones are counters, not serials. */
const SHORTEST_SERIAL = 4;

/** @returns undefined where it says nothing */
function serialOf(text: string | undefined): string | undefined {
  const serial = (text ?? '').trim().replace(/\s+/g, ' ').toUpperCase();
  if (serial.length < SHORTEST_SERIAL || PLACEHOLDERS.some((pattern) => pattern.test(serial))) return undefined;
  return serial;
}

/** 32 digits, lower case. */
function uuidOf(text: string | undefined): string | undefined {
  const digits = (text ?? '')
    .trim()
    .replace(/^\{|\}$/g, '')
    .replaceAll('-', '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits) || /^(..)\1*$/.test(digits)) return undefined;
  return orders(digits).some((order) => EXAMPLES.has(order)) ? undefined : digits;
}

/** UUIDs of firmware that was never told its own. */
const EXAMPLES: ReadonlySet<string> = new Set(['03000200040005000006000700080009', '00112233445566778899aabbccddeeff']);

const reversed = (digits: string): string => (digits.match(/../g) ?? []).reverse().join('');

/**
 * One UUID as it may be told: as RFC 4122 has it; with its first three fields swapped, as SMBIOS keeps them from 2.6 on and not every program swaps back; and with
 * all bytes in reverse, as IPMI sends them.
 */
function orders(digits: string): readonly string[] {
  const fields = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16)];
  const swapped = fields.map(reversed).join('') + digits.slice(16);
  return [digits, swapped, reversed(digits), reversed(swapped)];
}

function sameUuid(found: string, expected: string): boolean {
  return orders(found).includes(expected);
}

/** @returns undefined where it is no address of one card */
function macOf(text: string): string | undefined {
  const digits = text.trim().replace(/[:.-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{12}$/.test(digits) || /^(?:0{12}|f{12})$/.test(digits)) return undefined;
  // The lowest bit of the first byte: a group's address.
  return (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1 ? undefined : digits;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

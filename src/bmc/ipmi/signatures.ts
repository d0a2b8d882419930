// What ipmitool says when something went wrong, and what that means. Its exit code is 0 or 1 only, so its words are all there is. One table for sessions
// that did not come about, one for what a BMC answered by a completion code; `bmc.md 3.4` is the source, `seen` marks rows run against ipmi_sim 2.0.33 or
// pyghmi 1.5.34 with ipmitool 1.8.19.
import type { BmcErrorKind } from '../bmc';
import type { RunResult } from './run';

/**
 * - `no`: no session came about, so nothing was asked.
 * - `refused`: the BMC answered that it did not do it.
 * - `maybe`: asked, and no answer, or one that leaves it open.
 */
export type Delivered = 'no' | 'refused' | 'maybe';

export interface Failure {
  readonly kind: BmcErrorKind;
  readonly reason: string;
  readonly delivered: Delivered;
  /** What it means, for a person. Our words: nothing of the program's. */
  readonly meaning: string;
}

export interface Signature extends Failure {
  readonly pattern: RegExp;
  readonly source: string;
}

const session = (
  pattern: RegExp,
  kind: BmcErrorKind,
  reason: string,
  meaning: string,
  source: '3.4' | '3.4, seen' | '3.1, seen' | 'seen',
): Signature => ({ pattern, kind, reason, meaning, source, delivered: 'no' });

/** Asked in this order; the first that is found in what it wrote says what happened. */
export const SESSION_SIGNATURES: readonly Signature[] = [
  session(/RAKP 2 HMAC is invalid/, 'Unauthorized', 'LoginRefused', 'the password is wrong', '3.4, seen'),
  session(/RAKP \d message indicates an error : unauthorized name/, 'Unauthorized', 'LoginRefused', 'no such user', '3.4, seen'),
  session(
    /Unsupported cipher suite ID/,
    'Fatal',
    'CipherUnknown',
    'this ipmitool does not know the cipher suite it was told to use',
    '3.4, seen',
  ),
  session(
    /(?:no matching cipher suite|invalid (?:authentication|integrity|confidentiality) algorithm|algorithm 0x\w+ is not what we requested)/,
    'Unsupported',
    'CipherRefused',
    'the BMC refuses the cipher suite',
    '3.4, seen',
  ),
  session(
    /message(?: indicates an error)? : invalid role/,
    'Unauthorized',
    'PrivilegeMissing',
    'the user may not have the privilege level that was asked for, or not by this cipher suite',
    '3.4',
  ),
  session(/insufficient resources for session/, 'Busy', 'NoSessionLeft', 'the BMC has no session left', '3.4'),
  session(
    /(?:Username|password) is (?:too long|longer than)/,
    'Fatal',
    'CredentialsInvalid',
    'name or password is too long',
    '3.1, seen',
  ),
  session(
    /Unable to read password|ERROR: no password/,
    'Fatal',
    'PasswordNotHandedOver',
    'the password did not reach ipmitool',
    '3.4',
  ),
  session(/Address lookup for .* failed/, 'Unreachable', 'Dns', 'its name is not known', '3.4, seen'),
  session(/Could not open socket/, 'Unreachable', 'NoRoute', 'no socket could be opened to it', 'seen'),
  session(
    /Get Auth Capabilities error|Error issuing Get Channel Authentication Capabilities/,
    'Unreachable',
    'NoAnswer',
    'nothing answers there by IPMI',
    '3.4, seen',
  ),
  session(
    /no response from RAKP 1 message/,
    'Unauthorized',
    'LoginRefused',
    'it answers, but not to this user: some BMCs pass over names they do not know',
    '3.4, seen',
  ),
  session(
    /no response from (?:RAKP 3|open session)|Unable to establish (?:IPMI v2 \/ RMCP\+|LAN) session/,
    'Unreachable',
    'SessionNotOpened',
    'a session was begun and not opened',
    '3.4',
  ),
];

const code = (
  pattern: RegExp,
  kind: BmcErrorKind,
  reason: string,
  meaning: string,
  source: '3.4' | '3.4, seen' | 'IPMI 2.0 table 5-2',
  delivered: Delivered = 'refused',
): Signature => ({ pattern, kind, reason, meaning, source, delivered });

/** Of the text of a completion code. */
export const COMPLETION_SIGNATURES: readonly Signature[] = [
  code(/^Insufficient privilege level/, 'Unauthorized', 'PrivilegeMissing', 'the user lacks the privilege for it', '3.4, seen'),
  code(/^Command not supported in present state/, 'Conflict', 'WrongState', 'not in the state the machine is in', '3.4, seen'),
  code(/^Invalid data field in request/, 'Unsupported', 'InvalidDataField', 'the BMC does not know the parameter', '3.4, seen'),
  code(
    /^(?:Invalid command|Parameter out of range|Request data (?:field )?length|Command response could not be provided|Destination unavailable|Requested sensor, data, or record not found)/,
    'Unsupported',
    'InvalidCommand',
    'the BMC does not know the command',
    'IPMI 2.0 table 5-2',
  ),
  code(/^Timeout/, 'Transient', 'BmcTimeout', 'the BMC ran out of time while it did it', '3.4', 'maybe'),
  code(/^(?:Node busy|Out of space|BMC initiali[sz]ation in progress)/, 'Transient', 'BmcBusy', 'the BMC is busy', '3.4'),
  code(/^Unspecified error/, 'Transient', 'UnspecifiedError', 'the BMC failed and does not say why', '3.4, seen'),
];

const COMPLETION = /(?:\bfailed: |rsp=0x[0-9a-f]{1,2}\): |Device not present \()([^\r\n)]+)/gi;

const KILLED: Failure = { kind: 'Transient', reason: 'NoAnswer', delivered: 'maybe', meaning: 'it took too long and was ended' };
const LOST: Failure = { kind: 'Transient', reason: 'NoAnswer', delivered: 'maybe', meaning: 'the BMC did not answer in time' };
const UNCLEAR: Failure = {
  kind: 'Fatal',
  reason: 'NotUnderstood',
  delivered: 'maybe',
  meaning: 'ipmitool failed in words unknown here',
};

/** @returns undefined for a run that ended well; words on standard error mean nothing then (`bmc.md 3.1`) */
export function failureOf({ code: exit, stdout, stderr }: RunResult): Failure | undefined {
  if (exit === 0) return undefined;
  const before = SESSION_SIGNATURES.find(({ pattern }) => pattern.test(stderr));
  if (before !== undefined) return before;
  if (exit === null) return KILLED;
  // The last one: what is asked on the way to a command fails first, and without harm.
  const answer = [...`${stdout}\n${stderr}`.matchAll(COMPLETION)].at(-1)?.[1];
  if (answer !== undefined) return COMPLETION_SIGNATURES.find(({ pattern }) => pattern.test(answer)) ?? refusedSomehow();
  return /^(?:Unable to (?:get|set|send) |.*Close Session command failed)/m.test(stderr) ? LOST : UNCLEAR;
}

function refusedSomehow(): Failure {
  return { kind: 'Unsupported', reason: 'Refused', delivered: 'refused', meaning: 'the BMC refuses it by a completion code' };
}

// From a refusing answer to one value that says what is wrong, of which kind that is and what may be done about it (bmc.md 1.10). BMCs wrap their reasons in
// several ways, among them plain text and the pages of their own web server.
import { BmcError } from '../bmc';
import type { BmcResponse } from '../transport';
import { at, isThing, listOf, parseThing, textOf, textsOf, type Thing } from './json';
import { type Advice, LICENCE_MISSING, type Meaning, MESSAGE_IDS, meaningOfStatus } from './messageIds';
import { fit } from './words';

export interface Message {
  /** `iLO.2.15.UnableToModifyDuringSystemPOST` is `UnableToModifyDuringSystemPOST` of `iLO`. */
  readonly id: string;
  readonly text: string;
  /** Names of the properties it is about. */
  readonly properties: readonly string[];
  readonly severity: string;
}

export interface Refusal extends Meaning {
  /** HTTP status; 0 where a task that had been accepted failed. */
  readonly status: number;
  readonly messages: readonly Message[];
  /** All that was said, for people, scrubbed. */
  readonly said: string;
  readonly retryAfterMs: number | undefined;
}

/** Beyond this nobody waits because a header says so. */
const LONGEST_RETRY_MS = 600_000;

/** @param now wall time, for a `Retry-After` that is a date */
export function refusalOf({ status, headers, body }: BmcResponse, now: number, secrets: readonly string[]): Refusal {
  const parsed = parseThing(body);
  const messages = parsed === undefined ? [] : messagesOf(parsed);
  const overall = parsed === undefined ? plainText(body, headers['content-type'] ?? '') : textOf(at(parsed, 'error', 'message'));
  const texts = messages.map(({ id, text }) => (text === '' ? id : `${id}: ${text}`));
  // Some say it outside of the list, which then holds an id alone.
  const beside = messages.some(({ text }) => text !== '') ? [] : [overall];
  const said = fit([...texts, ...beside].filter((text) => text !== '').join('; '), secrets);
  return { ...meant(status, messages, said), status, messages, said, retryAfterMs: retryAfter(headers['retry-after'], now) };
}

/** A task that was accepted and did not end well. */
export function failedTask(task: Thing, secrets: readonly string[]): Refusal {
  const messages = [...listOf(at(task, 'Messages'))].filter(isThing).map(messageOf);
  const state = textOf(at(task, 'TaskState'));
  const said = fit([`the task ended as ${state}`, ...messages.map(({ id, text }) => `${id}: ${text}`)].join('; '), secrets);
  return { ...meant(500, messages, said), status: 0, messages, said, retryAfterMs: undefined };
}

/** Of the most severe message whose id is known; a licence is known by its name only. */
function meant(status: number, messages: readonly Message[], said: string): Meaning {
  if (/licen[sc]e/i.test(said)) return LICENCE_MISSING;
  const known = messages.filter(({ id }) => Object.hasOwn(MESSAGE_IDS, id));
  const worst = [...known].sort((one, other) => rank(other) - rank(one))[0];
  const byStatus = meaningOfStatus(status);
  if (worst === undefined) return byStatus;
  const byId = MESSAGE_IDS[worst.id]!;
  // A login is refused by its status; an id of that kind in another status is about something else.
  return byId.kind === 'Unauthorized' && status !== 401 && status !== 403 ? { ...byStatus, reason: byId.reason } : byId;
}

const SEVERITIES: readonly string[] = ['OK', 'Warning', 'Critical'];

function rank({ severity }: Message): number {
  return SEVERITIES.indexOf(severity);
}

/** In `error`, or beside everything else; as a list, or one alone. */
function messagesOf(body: Thing): readonly Message[] {
  const found = at(body, 'error', '@Message.ExtendedInfo') ?? at(body, '@Message.ExtendedInfo');
  const messages = (Array.isArray(found) ? listOf(found) : [found]).filter(isThing).map(messageOf);
  if (messages.length > 0) return messages;
  const code = textOf(at(body, 'error', 'code'));
  const text = textOf(at(body, 'error', 'message'));
  return code === '' ? [] : [{ id: lastSegment(code), text, properties: [], severity: '' }];
}

function messageOf(info: Thing): Message {
  const severity = textOf(at(info, 'MessageSeverity')) || textOf(at(info, 'Severity'));
  return {
    id: lastSegment(textOf(at(info, 'MessageId'))),
    text: textOf(at(info, 'Message')),
    // `#/TransferProtocolType`, `/TransferProtocolType`; where there are none, arguments name the property.
    properties: [...textsOf(at(info, 'RelatedProperties')), ...textsOf(at(info, 'MessageArgs'))].map(
      (pointer) => pointer.split('/').at(-1) ?? '',
    ),
    severity,
  };
}

function lastSegment(id: string): string {
  return id.split('.').at(-1) ?? '';
}

function plainText(body: string, contentType: string): string {
  const page = /<html|<!doctype/i.test(body.slice(0, 200)) || contentType.includes('html');
  return page ? '(a web page)' : body.slice(0, 1024);
}

/** Seconds, or a date as HTTP has it; what else stands there is not guessed at. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || !/^(?:\d{1,6}|[A-Z][a-z]{2}, .* GMT)$/.test(header)) return undefined;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(seconds) ? Math.min(LONGEST_RETRY_MS, Math.max(0, seconds)) : undefined;
}

/** @param what was asked for, e.g. `to power on` */
export function errorOf(refusal: Refusal, verb: string, what: string): BmcError {
  const { kind, reason, status, said, retryAfterMs } = refusal;
  const how = status === 0 ? 'gave up' : `refused with status ${status}`;
  const why = said === '' ? 'and did not say why' : `(${said})`;
  return new BmcError(kind, verb, `${verb}: asked ${what}, the BMC ${how} ${why}${remedy(refusal)}`, reason, retryAfterMs);
}

const REMEDIES: Readonly<Record<string, string>> = {
  LoginRefused: 'check the user and password in the BMC’s Secret',
  PrivilegeMissing: 'give the BMC’s user the right to do this (docs/bmc.md, Rights)',
  LicenceMissing: 'install the licence, or choose another boot method',
  SessionsExhausted: 'end sessions that are of no use any more, or wait until they expire',
  ImageNotReached: 'check that the BMC itself, not only the host, reaches the boot server',
  SchemeNotOffered: 'serve the image over a scheme the BMC takes',
};

function remedy({ reason }: { readonly reason: string; readonly advice: Advice }): string {
  const text = REMEDIES[reason];
  return text === undefined ? '' : `; ${text}`;
}

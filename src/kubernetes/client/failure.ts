// What went wrong, in the seam's words: an answer of the server that is no success, or a wire that broke. A message says verb, resource and what the server
// said about it, and never what an object holds: the server likes to repeat a refused object whole.
import type { IncomingHttpHeaders } from 'node:http';
import { KubeError, type KubeErrorDetail, type KubeErrorKind } from '../api';

export interface Asked {
  /** For messages: `update poolupgrades.xenpool.dev/status ops/rack7`. */
  readonly what: string;
}

export interface Refusal {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Status {
  readonly kind?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly code?: unknown;
  readonly details?: {
    readonly name?: unknown;
    readonly retryAfterSeconds?: unknown;
    readonly causes?: unknown;
  };
}

/** Characters of what a server says that are passed on. */
const MOST_WORDS = 600;

/** What a status means; where it means several things, what else was said decides. */
const BY_STATUS: Readonly<Record<number, KubeErrorKind | ((said: Status | undefined) => KubeErrorKind)>> = {
  // Only what is written strictly is refused for a field that the schema lacks.
  400: (said) => (/strict decoding error/.test(text(said?.message)) ? 'UnknownField' : 'Invalid'),
  401: 'Unauthorised',
  403: 'Forbidden',
  // A path that the server does not know at all has nothing by that name to tell of.
  404: (said) => (typeof said?.details?.name === 'string' ? 'NotFound' : 'NotServed'),
  405: 'Invalid',
  406: 'Invalid',
  409: (said) => (said?.reason === 'AlreadyExists' ? 'AlreadyExists' : 'Conflict'),
  410: 'Gone',
  413: 'TooLarge',
  415: 'Invalid',
  422: 'Invalid',
  429: 'Throttled',
  // etcd's limits come without a reason, and are as final as a 413.
  500: (said) =>
    text(said?.reason) === '' && /too large|ResourceExhausted/.test(text(said?.message)) ? 'TooLarge' : 'ServerError',
  // What stands before the server may have passed it on.
  502: 'TimedOut',
  503: 'Unavailable',
  // Of a list that asked for a version which is not there yet, nothing was carried out.
  504: (said) => (causes(said).some(({ reason }) => reason === 'ResourceVersionTooLarge') ? 'Unavailable' : 'TimedOut'),
};

/** An answer that is no success. */
export function refusalOf(asked: Asked, { status, headers, body }: Refusal): KubeError {
  const said = statusObject(body);
  return errorOf(asked, status, said, retryAfter(said, headers));
}

/** The object of an ERROR event in a watch: a Status. */
export function streamErrorOf(asked: Asked, object: unknown): KubeError {
  const said = (typeof object === 'object' && object !== null ? object : {}) as Status;
  return errorOf(asked, typeof said.code === 'number' ? said.code : 500, said, retryAfter(said, {}));
}

/** The wire broke. @param sent whether the server may have received it */
export function wireFailure({ what }: Asked, error: Error, sent: boolean): KubeError {
  if (error instanceof KubeError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!sent && isDistrust(code)) return new KubeError('Untrusted', `${what}: ${DISTRUST} (${code})`);
  if (code.startsWith('HPE_')) return new KubeError('ServerError', `${what}: the answer is not HTTP (${code})`);
  const why = code === '' ? error.message : code;
  if (sent) return new KubeError('TimedOut', `${what}: the connection broke before the answer was whole (${why})`);
  return new KubeError('Unavailable', `${what}: the Kubernetes API cannot be reached (${why})`, {
    ...(code === 'ECONNREFUSED' ? { refused: true } : {}),
  });
}

export function givenUp({ what }: Asked, reason: unknown, sent: boolean): KubeError {
  const why = reason instanceof Error ? reason.message : 'given up by the caller';
  return new KubeError(sent ? 'TimedOut' : 'Unavailable', `${what}: ${why}${sent ? '' : ', and nothing was sent'}`);
}

/** An answer that says success and is no answer of a Kubernetes API. */
export function garbled({ what }: Asked, detail: string): KubeError {
  return new KubeError('ServerError', `${what}: ${detail}; is that the address of a Kubernetes API?`);
}

const DISTRUST = "the Kubernetes API's certificate is not trusted; compare its address and the authority in the kubeconfig";

function isDistrust(code: string): boolean {
  return /^(ERR_TLS_CERT|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/.test(code);
}

function errorOf(asked: Asked, status: number, said: Status | undefined, retryAfterMs: number | undefined): KubeError {
  const reason = typeof said?.reason === 'string' && said.reason !== '' ? said.reason : undefined;
  const detail: KubeErrorDetail = {
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  const kind = kindOf(status, said);
  return new KubeError(kind, `${asked.what}: ${status}${kind === 'NotServed' ? NOT_SERVED : `: ${wordsOf(said)}`}`, detail);
}

function kindOf(status: number, said: Status | undefined): KubeErrorKind {
  const meaning = BY_STATUS[status] ?? 'ServerError';
  return typeof meaning === 'function' ? meaning(said) : meaning;
}

const NOT_SERVED = ': the server knows no such resource; is its CRD installed, in this version?';

/** Undefined for what is no Status: a page of a proxy, plain text. */
function statusObject(body: string): Status | undefined {
  try {
    const parsed = JSON.parse(body) as Status | null;
    return parsed !== null && typeof parsed === 'object' && parsed.kind === 'Status' ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function retryAfter(said: Status | undefined, headers: IncomingHttpHeaders): number | undefined {
  const seconds = Number(said?.details?.retryAfterSeconds ?? headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

interface Cause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

function causes(said: Status | undefined): readonly Cause[] {
  const list = said?.details?.causes;
  if (!Array.isArray(list)) return [];
  return (list as Readonly<Record<string, unknown>>[]).map((cause) => ({
    field: text(cause?.['field']),
    reason: text(cause?.['reason']),
    message: text(cause?.['message']),
  }));
}

/** Field by field where the server says so, else its message; without objects, and short. */
function wordsOf(said: Status | undefined): string {
  if (said === undefined) return 'the answer is no Status of a Kubernetes API';
  const fields = causes(said).filter(({ field }) => field !== '' && field !== '<nil>');
  if (fields.length > 0) return clip(fields.map(({ field, message }) => `${field}: ${withoutObjects(message)}`).join('; '));
  const words = text(said.message);
  return clip(words === '' ? 'no reason given' : withoutObjects(words));
}

/**
 * `Invalid value: {"apiVersion":…}: must be …` → `Invalid value: {…}: must be …`, also where it is quoted or in Go's notation. What follows an object that
 * cannot be told where it ends goes with it.
 */
function withoutObjects(words: string): string {
  const elided = words.replace(/(?:\{|map\[|\[(?=["{[]))[^]*[\]}]"?: /g, '{…}: ').replace(/"(?:[^"\\]|\\.){80,}"/g, '"…"');
  const rest = /\{(?!…)|map\[|\[["{[]/.exec(elided);
  return rest === null ? elided : `${elided.slice(0, rest.index)}{…}`;
}

function clip(words: string): string {
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS)}…`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

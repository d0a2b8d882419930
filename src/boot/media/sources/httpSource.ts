// An ISO on a web server that knows ranges. Its redirects are followed once, when it is opened; from then on every answer must be of the very file that was
// opened. No answer is kept that is longer than what was asked for.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Aborted, type Clock, deadline } from '../../../foundation/clock';
import { MediaError } from '../mediaError';
import type { OpenSource } from './opened';

export interface HttpSourceOptions {
  /** Certificates of the authorities that are trusted, PEM; absent: those of the system. */
  readonly ca?: string | undefined;
  /** Whoever answers is believed. Only where the user says so. */
  readonly insecureSkipVerify?: boolean | undefined;
  /** How long one answer may take; absent: as long as whoever asks waits. */
  readonly patience?: Patience | undefined;
}

export interface Patience {
  readonly clock: Clock;
  readonly ms: number;
}

const MOST_REDIRECTS = 5;
/** A connection that was kept may be closed by the server just as it is used again. */
const ATTEMPTS = 3;
const CONNECTIONS = 4;

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly total: number | undefined;
  readonly start: number | undefined;
  readonly tag: string;
  readonly body: Buffer;
}

interface Client {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly patience: Patience | undefined;
}

/** @throws MediaError `Unreadable`: no such file, no server, no ranges, not trusted; Aborted */
export async function openHttp(
  location: string,
  { ca, insecureSkipVerify = false, patience }: HttpSourceOptions,
  signal: AbortSignal,
): Promise<OpenSource> {
  const pool = { keepAlive: true, maxSockets: CONNECTIONS };
  const client: Client = {
    http: new HttpAgent(pool),
    https: new HttpsAgent({ ...pool, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecureSkipVerify }),
    patience,
  };
  try {
    let url = parse(location);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await ask(url, 0, 1, client, signal);
      if (answer.location === undefined) return new HttpSource(url, sizeOf(url, answer), answer.tag, client);
      url = redirected(url, answer.location);
    }
    throw failure(url, `more than ${MOST_REDIRECTS} redirects`, 'name the file itself');
  } catch (error) {
    close(client);
    throw error;
  }
}

class HttpSource implements OpenSource {
  readonly identity: string;

  constructor(
    private readonly url: URL,
    readonly size: number,
    private readonly tag: string,
    private readonly client: Client,
  ) {
    this.identity = `${shown(url)}\n${size} ${tag}`;
  }

  async read(offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    const answer = await ask(this.url, offset, length, this.client, signal);
    this.#refuseOther(answer);
    if (answer.start === offset && answer.body.length === length) return answer.body;
    const found = `${answer.body.length} bytes from ${answer.start ?? 'nowhere'} where ${length} from ${offset} were asked for`;
    throw failure(this.url, found, 'look at the web server');
  }

  async probe(signal: AbortSignal): Promise<void> {
    await this.read(0, 1, signal);
  }

  #refuseOther({ location, total, tag }: Answer): void {
    if (location === undefined && total === this.size && tag === this.tag) return;
    const found = location === undefined ? `${total ?? 'unknown'} bytes, ${tag || 'no ETag'}` : 'a redirect';
    const expected = `${this.size} bytes, ${this.tag || 'no ETag'} as at first`;
    throw new MediaError(
      'Changed',
      `${shown(this.url)}: found ${found}, expected ${expected}; publish a changed ISO under a new name`,
    );
  }

  close(): Promise<void> {
    close(this.client);
    return Promise.resolve();
  }
}

function close({ http, https }: Client): void {
  http.destroy();
  https.destroy();
}

function parse(location: string): URL {
  if (!URL.canParse(location))
    throw new MediaError('Unreadable', 'the URL of the ISO cannot be understood; expected http://… or https://…');
  const url = new URL(location);
  if (url.username !== '' || url.password !== '')
    throw failure(url, 'a login in the URL', 'serve the ISO without one: BMCs and installers have none either');
  return url;
}

/** Never back to plain text from a server that was verified. */
function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw failure(from, 'a redirect that leads nowhere', 'name the file itself');
  const to = parse(new URL(location, from).href);
  if (!/^https?:$/.test(to.protocol) || (from.protocol === 'https:' && to.protocol === 'http:')) {
    throw failure(from, `a redirect to ${to.protocol}//${to.host}`, 'name a URL that is served by https itself');
  }
  return to;
}

function sizeOf(url: URL, { total, body }: Answer): number {
  if (total === undefined || body.length !== 1)
    throw failure(url, 'an answer without the size of the whole', 'serve the ISO by a web server that knows ranges');
  return total;
}

async function ask(url: URL, offset: number, length: number, client: Client, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const limit = limited(client, signal);
    try {
      return checked(url, await once(url, offset, length, client, limit.signal));
    } catch (error) {
      if (signal.aborted) throw new Aborted(signal.reason);
      if (error instanceof MediaError) throw error;
      if (limit.signal.aborted) throw tooSlow(url, client);
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || attempt === ATTEMPTS) throw unanswered(url, error);
    } finally {
      limit.dispose();
    }
  }
}

function tooSlow(url: URL, { patience }: Client): MediaError {
  return failure(url, `no whole answer within ${patience!.ms / 1000} s`, 'look whether it is served there, and how fast');
}

function unanswered(url: URL, error: unknown): MediaError {
  const { code, message } = error as NodeJS.ErrnoException;
  const trust = /CERT|SIGNED|ISSUER|SIGNATURE/.test(code ?? '');
  const remedy = trust
    ? 'name the authority that signed its certificate'
    : 'look whether it is served there, and reachable from here';
  return failure(url, code ?? message, remedy, error);
}

function limited({ patience }: Client, signal: AbortSignal): ReturnType<typeof deadline> {
  return patience === undefined ? { signal, dispose: () => undefined } : deadline(patience.clock, patience.ms, signal);
}

function checked(url: URL, answer: Answer): Answer {
  if (answer.status === 206) return answer;
  if (answer.location !== undefined) return answer;
  if (answer.status === 200)
    throw failure(url, 'the whole file where a range was asked for', 'serve the ISO by a web server that knows ranges');
  throw failure(url, `HTTP status ${answer.status}`, 'look whether the ISO is served there');
}

function once(url: URL, offset: number, length: number, client: Client, signal: AbortSignal): Promise<Answer> {
  const secure = url.protocol === 'https:';
  const headers = { Range: `bytes=${offset}-${offset + length - 1}`, 'Accept-Encoding': 'identity', 'User-Agent': 'xenpool' };
  return new Promise((resolve, reject) => {
    const sent = (secure ? requestHttps : requestHttp)(
      url,
      { agent: secure ? client.https : client.http, headers, signal },
      (response) => {
        const pieces: Buffer[] = [];
        let received = 0;
        const finish = (): void => resolve(answerOf(response, Buffer.concat(pieces)));
        response.on('data', (piece: Buffer) => {
          received += piece.length;
          pieces.push(piece);
          if (received <= length && response.statusCode === 206) return;
          // Enough is known of it: the rest of a page of words, or of a file in whole, is not read.
          response.destroy();
          finish();
        });
        response.on('end', finish);
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Answer {
  const range = /^bytes ([0-9]{1,15})-[0-9]{1,15}\/([0-9]{1,15})$/.exec(headers['content-range'] ?? '');
  return {
    status: statusCode,
    location: REDIRECTS.has(statusCode) ? (headers.location ?? '') : undefined,
    start: range === null ? undefined : Number(range[1]),
    total: range === null ? undefined : Number(range[2]),
    tag: headers.etag ?? headers['last-modified'] ?? '',
    body,
  };
}

/** Without its query, which may be a token. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function failure(url: URL, found: string, remedy: string, cause?: unknown): MediaError {
  return new MediaError('Unreadable', `${shown(url)}: ${found}; ${remedy}`, cause === undefined ? {} : { cause });
}

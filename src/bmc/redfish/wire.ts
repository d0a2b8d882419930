// Resources are read, changed and acted upon here: with a login, with another try where that is safe, with waiting for tasks, and with refusals and lost answers
// as values, because what they mean depends on the verb. What changes something is sent once; whether to send it again is decided by whoever looks first.
import { BmcError } from '../bmc';
import type { BmcMethod, BmcResponse } from '../transport';
import { isThing, parseThing, type Thing, at, textOf } from './json';
import type { Asked, Call, Heard, Line } from './line';
import type { Login } from './login';
import type { Outcome } from './outcome';
import { offTheBmc, placeOn } from './places';
import { errorOf, type Refusal, refusalOf } from './refusal';
import { followTask } from './task';

export interface Resource {
  readonly path: string;
  /** Empty where there is none to be sent back. */
  readonly etag: string;
  /** The header `Allow`; undefined: not told. */
  readonly allow: string | undefined;
  readonly body: Thing;
}

export interface Change {
  readonly method: Exclude<BmcMethod, 'GET'>;
  readonly path: string;
  readonly body?: object | undefined;
  /** Sent as If-Match unless it is empty. */
  readonly etag?: string;
  /** Milliseconds for the answer, and for a task that is its answer. */
  readonly timeoutMs?: number;
}

const MOST_REDIRECTS = 3;
const MOST_TRIES = 4;

export class Wire {
  constructor(
    readonly line: Line,
    readonly login: Login,
  ) {}

  get origin(): string {
    return this.line.parts.origin;
  }

  /** @throws BmcError, `Unsupported` NotFound where there is no such resource */
  async get(path: string, call: Call): Promise<Resource> {
    const found = await this.find(path, call);
    if (found !== undefined) return found;
    throw new BmcError('Unsupported', call.verb, `${call.verb}: the BMC has no ${path}`, 'NotFound');
  }

  /** @returns undefined where there is no such resource. @throws BmcError */
  async find(path: string, call: Call): Promise<Resource | undefined> {
    if (call.seen?.has(path) === true) return call.seen.get(path) as Resource | undefined;
    const found = await this.ask(path, call);
    call.seen?.set(path, found);
    return found;
  }

  private async ask(path: string, call: Call): Promise<Resource | undefined> {
    for (let attempt = 0; ; attempt++) {
      const heard = await this.read(path, call);
      const last = attempt + 1 >= MOST_TRIES || call.signal.aborted;
      if (heard.kind === 'lost') {
        if (last) throw silent(path, heard.failure.message, call);
        await this.line.pause(attempt, call);
        continue;
      }
      const { response } = heard;
      if (response.status < 300) return resourceOf(path, response, call);
      if (response.status === 404) return undefined;
      const refusal = this.refusal(response);
      if (refusal.advice !== 'again' || last) throw this.refused(refusal, `for ${path}`, call);
      await this.line.pause(attempt, call, refusal.retryAfterMs);
    }
  }

  /** @throws BmcError for what is no refusal: no way to the BMC, no login, no sense; Aborted */
  async change(change: Change, call: Call): Promise<Outcome> {
    const { method, path, body, etag = '', timeoutMs } = change;
    const heard = await this.authorised(
      { method, path, body, timeoutMs, headers: etag === '' ? {} : { 'if-match': etag } },
      call,
    );
    if (heard.kind === 'lost') return { kind: 'lost', why: heard.failure.message };
    const { response } = heard;
    if (response.status === 202) return followTask(this, response, timeoutMs, call);
    if (response.status < 300) return { kind: 'done' };
    if (response.status < 400) throw offTheBmc(call.verb, `a redirect (${response.status}) of a request that changes something`);
    return { kind: 'refused', refusal: this.refusal(response) };
  }

  refusal(response: BmcResponse): Refusal {
    return refusalOf(response, this.line.parts.clock.now(), this.login.secrets);
  }

  /** @param what was asked, e.g. `for /redfish/v1/Systems/1` */
  refused(refusal: Refusal, what: string, { verb }: Call): BmcError {
    const error = errorOf(refusal, verb, what);
    return refusal.status === 401 ? this.login.refuse(error) : error;
  }

  /** One GET, redirects on the BMC followed. */
  async read(path: string, call: Call): Promise<Heard> {
    let place = path;
    for (let hop = 0; ; hop++) {
      const heard = await this.authorised({ method: 'GET', path: place }, call);
      if (heard.kind === 'lost' || heard.response.status < 300 || heard.response.status >= 400) return heard;
      place = redirected(this.origin, place, heard.response, hop, call);
    }
  }

  /** With a login; with a new one where the BMC does not know the old one any more. */
  private async authorised(asked: Asked, call: Call): Promise<Heard> {
    for (let attempt = 0; ; attempt++) {
      const pass = await this.login.headers(call);
      const heard = await this.line.send({ ...asked, headers: { ...asked.headers, ...pass } }, call);
      const over = heard.kind === 'answer' && this.saysExpired(heard.response);
      if (!over || attempt > 0 || !this.login.expired(pass)) return heard;
    }
  }

  /** 401; some say 403, which may as well be a right that is missing (bmc.md 1.3). */
  private saysExpired(response: BmcResponse): boolean {
    if (response.status === 401) return true;
    return response.status === 403 && this.refusal(response).reason === 'LoginRefused';
  }
}

/** Where a GET is to be repeated. @throws BmcError `Fatal` OffTheBmc */
export function redirected(origin: string, from: string, { headers }: BmcResponse, hop: number, call: Call): string {
  const to = placeOn(origin, headers['location'] ?? '');
  if (to === undefined) throw offTheBmc(call.verb, `a redirect from ${from}`);
  if (hop < MOST_REDIRECTS) return to;
  throw new BmcError('Fatal', call.verb, `${call.verb}: ${from} leads from one redirect to the next`, 'RedirectLoop');
}

function resourceOf(path: string, { headers, body, status }: BmcResponse, { verb }: Call): Resource {
  const parsed = parseThing(body);
  if (!isThing(parsed)) {
    const message = `${verb}: expected a JSON object at ${path}, found something else (status ${status}, ${body.length} characters)`;
    throw new BmcError('Fatal', verb, message, 'NotJson');
  }
  const etag = headers['etag'] ?? textOf(at(parsed, '@odata.etag'));
  // Some send an empty one, and refuse it when it comes back (bmc.md 1.4).
  const usable = /^(W\/)?"[\x21\x23-\x7e]{1,256}"$/.test(etag) ? etag : '';
  return { path, etag: usable, allow: headers['allow'], body: parsed };
}

function silent(path: string, why: string, { verb }: Call): BmcError {
  return new BmcError('Transient', verb, `${verb}: no answer for ${path} (${why})`, 'NoAnswer');
}

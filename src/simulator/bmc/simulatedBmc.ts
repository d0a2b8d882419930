// A simulated BMC: strict Redfish over one chassis, with the manners of one family. It is asked in process, through the seam, or by a server over HTTPS; both reach
// it here. What it saw and what changed stands in its books.
import { type Clock, sleep } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import { type BmcRequest, type BmcResponse, type BmcTransport, TransportFailure } from '../../bmc/transport';
import { type Json, refuse, resource } from './answers';
import type { BmcBooks, ChangeKind, SeenChange, SeenRequest } from './books';
import { BootSettings } from './bootSettings';
import type { Asker, SimulatedChassis } from './chassis';
import { Etags } from './etags';
import { type BmcFault, BmcFaults, type FaultAct } from './faults';
import { type BmcParts, type FetchImage, isJson, type Strike, systemPath } from './parts';
import { BmcPower } from './power';
import type { BmcProfile } from './profile';
import { ResourceTree } from './resourceTree';
import { type BmcCredentials, BmcSessions, SESSIONS } from './sessions';
import { BmcTasks } from './tasks';
import { VirtualMedia } from './virtualMedia';

export interface SimulatedBmcParts {
  readonly profile: BmcProfile;
  readonly chassis: SimulatedChassis;
  readonly credentials: BmcCredentials;
  readonly clock: Clock;
  readonly random: Random;
  /** What is found where an image is said to be; default: every image. */
  readonly fetchImage?: FetchImage;
  /** Milliseconds that an answer takes. */
  readonly latencyMs?: number;
  /** From which it fetches images; default: that of the machine. */
  readonly address?: string;
  /** Told of whatever changes. @param by who asked for it; undefined: nobody */
  readonly onChange?: (kind: ChangeKind, detail: string, by: Asker | undefined) => void;
  /** Asked at each place where something can go wrong; default: nothing does. */
  readonly strike?: Strike;
}

/** Paths that are open to everybody. */
const OPEN: ReadonlySet<string> = new Set(['/redfish', '/redfish/v1']);
const LATENCY_MS = 20;
/** To whom is put down what nobody says who did. */
const STRANGER: Asker = { caller: 'stranger' };
const BY_HAND: Asker = { caller: 'person' };

export class SimulatedBmc {
  readonly books: BmcBooks;
  private readonly requests: SeenRequest[] = [];
  private readonly changes: SeenChange[] = [];
  private readonly sessions: BmcSessions;
  private readonly etags: Etags;
  private readonly faults = new BmcFaults();
  private readonly tasks: BmcTasks;
  private readonly power: BmcPower;
  private readonly boot: BootSettings;
  private readonly media: VirtualMedia;
  private readonly tree: ResourceTree;
  private inFlight = 0;
  /** It answers nobody. */
  private silent = false;
  /** Milliseconds that an answer takes beyond its usual time. */
  private lag = 0;

  constructor(private readonly settings: SimulatedBmcParts) {
    const { profile, chassis, clock, random, credentials } = settings;
    const note: BmcParts['note'] = (kind, detail, by) => {
      this.changes.push({ at: clock.monotonic(), kind, detail });
      settings.onChange?.(kind, detail, by);
    };
    const { fetchImage = () => Promise.resolve('found'), strike = () => undefined } = settings;
    const parts: BmcParts = { profile, chassis, clock, note, fetchImage, strike };
    this.sessions = new BmcSessions(profile, credentials, clock, random);
    this.etags = new Etags(profile);
    this.tasks = new BmcTasks(clock);
    this.power = new BmcPower(parts);
    this.boot = new BootSettings(parts);
    this.media = new VirtualMedia(parts, this.tasks);
    this.tree = new ResourceTree(parts, this.power, this.boot, this.media, this.sessions);
    this.books = { requests: this.requests, changes: this.changes, sessions: () => this.sessions.count };
    chassis.attach({
      boot: () => ({ ...this.boot.consume(this.media.takeMark()), image: this.media.image }),
      address: settings.address,
    });
  }

  /** Lets something go wrong. */
  plan(fault: BmcFault): void {
    this.faults.plan(fault);
  }

  /** Lets nothing go wrong any more. */
  calm(): void {
    this.faults.calm();
  }

  /** From now on it answers nobody, or everybody again. */
  silence(silent: boolean): void {
    this.silent = silent;
  }

  /** From now on every answer takes so many milliseconds more. */
  slowDown(lag: number): void {
    this.lag = lag;
  }

  get reachable(): boolean {
    return !this.silent;
  }

  /** URLs of the images that are inserted now. */
  get inserted(): readonly string[] {
    return this.media.inserted;
  }

  /** What the next boot is to take, in words; undefined: nothing. */
  get armed(): string | undefined {
    return this.media.marked ? 'the slot, once' : this.boot.armed;
  }

  /** Slots into which an image of a CD can be put. */
  get slots(): readonly string[] {
    return this.media.usable;
  }

  /** Somebody inserts an image by the BMC's own web page. */
  insertByHand(slot: string, url: string): void {
    this.media.insertByHand(slot, url);
  }

  /** Somebody sets the override by the BMC's own web page. */
  setBootByHand(boot: Json): void {
    this.boot.write({ Boot: boot }, this.settings.profile.boot.place === 'settings' ? 'settings' : 'system', BY_HAND);
  }

  /** Its door for a client in the same process. @param by to whom what is done by it is put down */
  transport(by = STRANGER): BmcTransport {
    return { request: (request, signal) => this.bounded(request, signal, by) };
  }

  /**
   * Answers one request, as whatever listens on its wire passes it on.
   * @param by who asks
   * @throws TransportFailure when the connection is to break without an answer
   */
  async handle(request: BmcRequest, by = STRANGER): Promise<BmcResponse> {
    const { clock, latencyMs = LATENCY_MS } = this.settings;
    const { method, path, body } = request;
    const seen: SeenRequest = { at: clock.monotonic(), method, path, body, overlapping: this.inFlight > 0, status: 0 };
    this.requests.push(seen);
    this.inFlight += 1;
    try {
      const act = this.faults.strike(request);
      const answer = await this.answer(request, act, by);
      await sleep(clock, latencyMs + this.lag);
      if (act === 'lose-answer') throw new TransportFailure('Reset', path, 'the connection broke before the answer');
      seen.status = answer.status;
      return answer;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** The caller may give up, and time may be up. */
  private async bounded(request: BmcRequest, signal: AbortSignal, by: Asker): Promise<BmcResponse> {
    const { clock } = this.settings;
    if (signal.aborted) throw new TransportFailure('TimedOut', request.path, 'given up by the caller');
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new TransportFailure('TimedOut', request.path, 'no answer in time'));
      const cancel = clock.after(request.timeoutMs, late);
      signal.addEventListener('abort', late, { once: true });
      void this.handle(structuredClone(request), by)
        .then(resolve, reject)
        .finally(() => {
          cancel();
          signal.removeEventListener('abort', late);
        });
    });
  }

  private async answer(request: BmcRequest, act: FaultAct | undefined, by: Asker): Promise<BmcResponse> {
    if (this.silent) await this.outwait(request);
    if (act === 'refuse-connection') throw new TransportFailure('Refused', request.path, 'connection refused');
    if (act === 'lose-request') throw new TransportFailure('TimedOut', request.path, 'no answer in time');
    if (act === 'expire-sessions') this.sessions.endAll();
    if (typeof act === 'object') return act;
    const path = request.path.split('?')[0]!.replace(/(.)\/$/, '$1');
    if (request.headers['x-auth-token'] !== undefined && this.settings.strike?.('bmc-session-lost') !== undefined)
      this.sessions.endAll();
    return this.objection(request, path) ?? (await this.route({ ...request, path }, by));
  }

  /** Nobody is there: whoever asks waits for as long as they wait. */
  private async outwait({ timeoutMs, path }: BmcRequest): Promise<never> {
    await sleep(this.settings.clock, timeoutMs);
    throw new TransportFailure('TimedOut', path, 'no answer in time');
  }

  private objection(request: BmcRequest, path: string): BmcResponse | undefined {
    const { profile } = this.settings;
    const { method } = request;
    const logsIn = method === 'POST' && path === SESSIONS && profile.sessions.offered;
    const stranger = OPEN.has(path) || logsIn ? undefined : this.sessions.objection(request);
    return stranger ?? this.strangeHeaders(request);
  }

  private strangeHeaders({ method, headers, body }: BmcRequest): BmcResponse | undefined {
    const { profile } = this.settings;
    if (profile.refusesIdentity && method === 'GET' && headers['accept-encoding'] === 'identity')
      return refuse(profile, { status: 406, id: 'GeneralError', text: 'That encoding is not acceptable.' });
    const typed = (headers['content-type'] ?? '').startsWith('application/json');
    const bodyless = method === 'POST' && profile.needsBody && body === '';
    if ((body !== '' && !typed) || bodyless)
      return refuse(profile, { status: 415, id: 'UnrecognizedRequestBody', text: 'Expected application/json.' });
    return undefined;
  }

  private async route(request: BmcRequest, by: Asker): Promise<BmcResponse> {
    const body = parsed(request.body);
    if (body === undefined)
      return refuse(this.settings.profile, { status: 400, id: 'MalformedJSON', text: 'The body is no JSON object.' });
    const answers = { GET: () => this.get(request.path), POST: () => this.post(request.path, body, by) };
    switch (request.method) {
      case 'GET':
      case 'POST':
        return (await answers[request.method]()) ?? this.nothingAt(request.path);
      case 'PATCH':
        return (await this.patch(request, body, by)) ?? this.nothingAt(request.path);
      case 'DELETE':
        return this.remove(request.path) ?? this.nothingAt(request.path);
    }
  }

  private get(path: string): BmcResponse | undefined {
    const found = this.tree.at(path);
    if (found === undefined) return this.tasks.get(path);
    const etag = this.etags.of(path, JSON.stringify(found.body));
    const headers = { ...(etag === '' ? {} : { etag }), ...(found.allow === undefined ? {} : { allow: found.allow }) };
    return resource(found.body, headers);
  }

  private post(path: string, body: Json, by: Asker): Promise<BmcResponse | undefined> | BmcResponse | undefined {
    const { profile } = this.settings;
    if (path === SESSIONS && profile.sessions.offered) return this.sessions.create(body);
    if (path === `${systemPath(profile)}/Actions/ComputerSystem.Reset`) return this.power.reset(body, by);
    return path.startsWith(`${this.media.path}/`) ? this.media.act(path, body, by) : undefined;
  }

  private async patch({ path, headers }: BmcRequest, body: Json, by: Asker): Promise<BmcResponse | undefined> {
    const found = this.tree.at(path);
    if (found === undefined) return undefined;
    const objection = this.etags.objection(path, JSON.stringify(found.body), headers['if-match']);
    if (objection !== undefined) return objection;
    if (path === systemPath(this.settings.profile)) return this.boot.write(body, 'system', by);
    if (path === this.boot.settingsPath) return this.boot.write(body, 'settings', by);
    if (path === this.boot.attributesPath) return this.boot.writeAttributes(body, by);
    const slot = path.startsWith(`${this.media.path}/`) ? path.slice(this.media.path.length + 1) : undefined;
    if (slot !== undefined) return this.media.write(slot, body, by);
    return refuse(this.settings.profile, { status: 405, id: 'ActionNotSupported', text: 'That cannot be written.' });
  }

  private remove(path: string): BmcResponse | undefined {
    return path.startsWith(`${SESSIONS}/`) ? this.sessions.end(path.slice(SESSIONS.length + 1)) : undefined;
  }

  private nothingAt(path: string): BmcResponse {
    return refuse(this.settings.profile, { status: 404, id: 'ResourceMissingAtURI', text: `There is nothing at ${path}.` });
  }
}

/** An empty body is an empty object. */
function parsed(text: string): Json | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

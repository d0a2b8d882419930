// A served pool for tests: made small, its time standing still until a test steps it, and requests to it over real sockets.
import http from 'node:http';
import https from 'node:https';
import { seededRandom } from '../../../src/foundation/random';
import { realClock } from '../../../src/foundation/realClock';
import { makePool } from '../../../src/simulator/dump';
import { type Simulation, type SimulationSettings, startSimulation } from '../../../src/simulator/servers/simulation';
import type { Release } from '../../../src/simulator/world';
import type { Dialect, Reply } from '../../../src/xenapi/codec/codec';
import { jsonCodec } from '../../../src/xenapi/codec/json';
import { xmlCodec } from '../../../src/xenapi/codec/xml';

export const PASSWORD = 'not a secret';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly tls?: https.RequestOptions;
  readonly signal?: AbortSignal;
}

export interface Shape {
  readonly hosts?: number;
  readonly vms?: number;
  readonly release?: Release;
}

/** As TLS 1.0 has to be asked for. */
export const OLD_TLS: https.RequestOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };

export class Served {
  private constructor(
    readonly simulation: Simulation,
    /** Errors that were none of the simulated world. */
    readonly defects: readonly unknown[],
  ) {}

  static async start(shape: Shape = {}, settings: Partial<SimulationSettings> = {}): Promise<Served> {
    const { hosts = 2, vms = 4, release = { brand: 'XCP-ng', version: '8.2.1' } } = shape;
    const defects: unknown[] = [];
    const simulation = await startSimulation({
      pool: makePool({ hosts, vms, release }),
      random: seededRandom(5),
      password: PASSWORD,
      beneath: realClock(),
      pace: 0,
      listen: '127.0.0.1',
      port: 0,
      plain: false,
      faults: [],
      onDefect: (error) => void defects.push(error),
      ...settings,
    });
    return new Served(simulation, defects);
  }

  get master(): string {
    return this.simulation.endpoints[0]!;
  }

  get member(): string {
    return this.simulation.endpoints[1]!;
  }

  /** Seconds of the pool. */
  step(seconds: number): Promise<void> {
    return this.simulation.clock.step(seconds * 1_000);
  }

  /** Lets the pool's time go on in small steps until `work` is over: for calls that take time there. */
  async during<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const settled = (): void => void (over = true);
    work.then(settled, settled);
    while (!over) await this.step(0.01);
    return work;
  }

  ask(origin: string, asked: Asked): Promise<Answer> {
    const ca = this.simulation.authority === undefined ? {} : { ca: this.simulation.authority };
    return ask(origin, { ...asked, tls: { ...ca, ...asked.tls } });
  }

  /** One XenAPI call; throws the error code of a refusal. */
  async call(
    origin: string,
    method: string,
    params: readonly unknown[],
    how: Asked & { dialect?: Dialect } = {},
  ): Promise<unknown> {
    const codec = how.dialect === 'json' ? jsonCodec : xmlCodec;
    const answer = await this.ask(origin, { path: codec.path, ...how, method: 'POST', body: codec.encodeCall(method, params) });
    const contentType = String(answer.headers['content-type']);
    const reply: Reply = codec.decodeReply({ status: answer.status, contentType, body: answer.body });
    if (!reply.ok) throw new Error([reply.error.code, ...reply.error.params].join(' '));
    return reply.value;
  }

  async login(origin = this.master, how: Asked & { dialect?: Dialect; originator?: string } = {}): Promise<string> {
    const originator = how.originator === undefined ? [] : ['1.0', how.originator];
    return String(await this.call(origin, 'session.login_with_password', ['root', PASSWORD, ...originator], how));
  }

  /** The control's answer. */
  async control(method: 'GET' | 'POST', path: string, body = ''): Promise<{ readonly status: number; readonly value: unknown }> {
    const { status, body: text } = await ask(this.simulation.controlUrl, { method, path, body });
    return { status, value: JSON.parse(text) as unknown };
  }

  close(): Promise<void> {
    return this.simulation.close();
  }
}

/** One request on a connection of its own. Rejects with the socket's error. */
export function ask(origin: string, { method = 'GET', path = '/', body, headers, tls, signal }: Asked): Promise<Answer> {
  const { protocol, hostname, port } = new URL(origin);
  const send = protocol === 'https:' ? https.request : http.request;
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const options = { hostname, port, method, path, agent: false as const, headers: { ...length, ...headers }, ...tls };
  return new Promise((resolve, reject) => {
    const request = send({ ...options, ...(signal === undefined ? {} : { signal }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The code of the error that `work` ends with; `none` when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

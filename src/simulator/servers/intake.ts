// The one door by which anything from outside comes into a served world: requests to its hosts, clients that go, the control's hand. Each comes in at a moment
// of the world's clock, one after the other, and where the world is kept it is recorded before it happens. The same door lets a record in again.
import type { PacedClock } from '../../foundation/pacedClock';
import type { BmcRequest, BmcResponse } from '../../bmc/transport';
import { TransportFailure, type XapiResponse } from '../../xenapi/transport';
import type { SimulatedWorld } from '../createWorld';
import type { Happened } from '../kept/happening';
import { KeptError } from '../kept/keptError';
import type { PoolRequest } from '../pool/transport';
import type { HostUuid } from '../world';
import { BMC_TIMEOUT } from './bmcServer';
import type { Outside } from './outside';
import type { Recorder } from './recorder';

export interface IntakeParts {
  readonly clock: PacedClock;
  readonly world: SimulatedWorld;
  readonly recorder: Recorder;
  readonly outside: Outside;
  /** Told of errors that are none of the simulated world. */
  readonly onDefect: (error: unknown) => void;
}

/** Nothing comes into the world any more: it was closed, or what happens to it cannot be recorded. */
export class WorldEnded extends Error {
  override readonly name = 'WorldEnded';

  constructor() {
    super('the pool has ended; start it again');
  }
}

/** Headers of a request that BMCs look at. */
const OF_BMCS: readonly string[] = ['authorization', 'x-auth-token', 'if-match', 'content-type', 'accept-encoding'];
/** Whoever does a thing by the wire of a BMC says nothing of themselves. */
const STRANGER = 'stranger';

export class Intake {
  private requests = 0;
  private bmcRequests = 0;
  /** Requests the world has not answered yet, by number. */
  private readonly open = new Map<number, AbortController>();

  constructor(private readonly parts: IntakeParts) {}

  /** How many requests have come in, to hosts and to BMCs. */
  get heard(): { readonly hosts: number; readonly bmcs: number } {
    return { hosts: this.requests, bmcs: this.bmcRequests };
  }

  /**
   * A request to the agent of a host. Not settled when the world ends before it is heard: then its connection is torn anyway.
   * @param gone aborts when the client has broken the connection
   * @throws TransportFailure when the connection breaks before the answer
   */
  serve(host: HostUuid, request: PoolRequest, gone: AbortSignal): Promise<XapiResponse> {
    const { clock, recorder } = this.parts;
    return new Promise((resolve, reject) => {
      const arrives = (): void => {
        const id = this.requests;
        const { method, path, body } = request;
        const there = !gone.aborted && recorder.record({ kind: 'request', id, host, method, path, body });
        if (!there) return reject(new TransportFailure('Reset', host, 'the connection broke before the request was heard'));
        gone.addEventListener('abort', () => void clock.occur(() => this.hangUp(id)), { once: true });
        this.answer(host, request).then(resolve, reject);
      };
      void clock.occur(arrives);
    });
  }

  /** A request to the BMC at the address of that host's. @throws TransportFailure when the connection is to break */
  serveBmc(host: HostUuid, request: BmcRequest): Promise<BmcResponse> {
    const { clock, recorder } = this.parts;
    const { method, path, body } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => OF_BMCS.includes(name)));
    return new Promise((resolve, reject) => {
      void clock.occur(() => {
        const id = this.bmcRequests;
        if (!recorder.record({ kind: 'bmc', id, host, method, path, headers, body }))
          return reject(new TransportFailure('Reset', host, 'the connection broke before the request was heard'));
        this.answerOfBmc(host, { ...request, headers }).then(resolve, reject);
      });
    });
  }

  /** What the control's hand does. @throws WorldEnded, and what `work` throws */
  act<T>(path: string, body: string, work: () => T): Promise<T> {
    const { clock, recorder } = this.parts;
    return new Promise((resolve, reject) => {
      const arrives = (): void => {
        if (!recorder.record({ kind: 'control', path, body })) return;
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      void clock.occur(arrives).then(() => reject(new WorldEnded()));
    });
  }

  /** All who wait for an answer have gone: the process that held their connections has ended. */
  disconnect(): Promise<void> {
    return this.parts.clock.occur(() => {
      for (const id of [...this.open.keys()]) this.hangUp(id);
    });
  }

  /**
   * Lets in what was recorded, at its moments; the clock is held.
   * @param perform what the control does
   * @throws KeptError `Diverged` when the world comes out otherwise than it did
   */
  async repeat(record: readonly Happened[], perform: (path: string, body: string) => void): Promise<void> {
    const { clock, recorder } = this.parts;
    for (const [index, happened] of record.entries()) {
      const sum = recorder.sum();
      if (sum !== happened.sum) throw diverged(index, record.length, happened, sum);
      await clock.moveTo(happened.at, this.again(happened, perform));
    }
  }

  private again(happened: Happened, perform: (path: string, body: string) => void): (() => void) | undefined {
    switch (happened.kind) {
      case 'time':
        return undefined;
      case 'gone':
        return () => this.abort(happened.id);
      case 'control':
        return () => perform(happened.path, happened.body);
      case 'fetched':
        return () => this.parts.outside.deliver(happened);
      case 'bmc':
        return () => {
          const { host, method, path, headers, body } = happened;
          const request = { method, path, headers, body, timeoutMs: BMC_TIMEOUT };
          this.answerOfBmc(host, request).catch((error: unknown) => this.unlessBroken(error));
        };
      case 'request':
        return () => {
          this.answer(happened.host, happened).catch((error: unknown) => this.unlessBroken(error));
        };
    }
  }

  private unlessBroken(error: unknown): void {
    if (!(error instanceof TransportFailure)) this.parts.onDefect(error);
  }

  private async answerOfBmc(host: HostUuid, request: BmcRequest): Promise<BmcResponse> {
    const { world, recorder } = this.parts;
    const id = this.bmcRequests++;
    try {
      const answer = await world.serveBmc(host, request, STRANGER);
      recorder.witness(`bmc ${id} ${answer.status} ${answer.body}`);
      return answer;
    } catch (error) {
      recorder.witness(`bmc ${id} ${error instanceof TransportFailure ? error.kind : String(error)}`);
      throw error;
    }
  }

  private hangUp(id: number): void {
    if (this.open.has(id) && this.parts.recorder.record({ kind: 'gone', id })) this.abort(id);
  }

  private abort(id: number): void {
    this.open.get(id)?.abort(new Error('the client broke the connection'));
  }

  private async answer(host: HostUuid, { method, path, body }: PoolRequest): Promise<XapiResponse> {
    const { world, recorder } = this.parts;
    const id = this.requests++;
    const connection = new AbortController();
    this.open.set(id, connection);
    try {
      const answer = await world.serve(host, { method, path, body }, connection.signal);
      recorder.witness(`${id} ${answer.status} ${answer.body}`);
      return answer;
    } catch (error) {
      recorder.witness(`${id} ${error instanceof TransportFailure ? error.kind : String(error)}`);
      throw error;
    } finally {
      this.open.delete(id);
    }
  }
}

function diverged(index: number, of: number, { kind, at, sum }: Happened, found: string): KeptError {
  return new KeptError(
    'Diverged',
    `before entry ${index + 1} of ${of} (${kind}, second ${Math.round(at / 1_000)}) the world came to ${found}, expected ${sum}: another version of xenpool, ` +
      'or of Node, lived the first part of it. Go on with that one, or remove the folder and begin anew',
  );
}

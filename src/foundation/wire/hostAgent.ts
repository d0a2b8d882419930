// One agent a host: keeps a few verified connections alive and lends them to requests. `node:http` sees sockets only after they were judged; whether
// there is TLS inside them is none of its business.
import { Agent, type ClientRequestArgs, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Door, openConnection } from './connect';
import { TransportFailure } from './failure';

/** Shorter than any server's patience with an idle connection, so that a request seldom meets one that is just being closed. */
const IDLE_MS = 15_000;

/** A request that a connection is opened for says when nobody waits for it any more. */
export interface HostRequestOptions extends RequestOptions {
  readonly caller: AbortSignal;
}

export class HostAgent extends Agent {
  private readonly opening = new Set<() => void>();
  private closed = false;

  /** @param connections that there may be at once */
  constructor(
    private readonly door: Door,
    connections: number,
  ) {
    super({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections, scheduling: 'lifo', timeout: IDLE_MS });
  }

  override createConnection(options: ClientRequestArgs, done?: (error: Error | null, stream: Duplex) => void): undefined {
    const { caller } = options as HostRequestOptions;
    const giveUp = this.closed
      ? refuse(this.door.origin, (failure) => end(failure, undefined))
      : openConnection(this.door, (failure, socket) => end(failure, socket));
    const end = (failure: TransportFailure | undefined, socket: Socket | undefined): void => {
      this.opening.delete(giveUp);
      caller.removeEventListener('abort', giveUp);
      if (failure !== undefined) return done?.(failure, undefined as unknown as Duplex);
      done?.(null, (socket as Socket).setNoDelay(true));
    };
    this.opening.add(giveUp);
    caller.addEventListener('abort', giveUp, { once: true });
    return undefined;
  }

  /** Closes all connections, also those that are being opened, and opens no more. */
  override destroy(): void {
    this.closed = true;
    for (const giveUp of this.opening) giveUp();
    super.destroy();
  }
}

function refuse(origin: string, done: (failure: TransportFailure) => void): () => void {
  queueMicrotask(() =>
    done(new TransportFailure('Unreachable', origin, 'all connections were closed, and this call had none yet')),
  );
  return () => undefined;
}

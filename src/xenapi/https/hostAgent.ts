// One agent a host: keeps a few verified connections alive and lends them to requests. `node:http` sees sockets only after they were judged; whether
// there is TLS inside them is none of its business.
import { Agent, type ClientRequestArgs } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Door, openConnection } from './connect';

/** Calls to one host that travel at once; further ones wait for a connection. */
const CONNECTIONS = 8;
/** Shorter than any server's patience with an idle connection, so that a request seldom meets one that is just being closed. */
const IDLE_MS = 15_000;

export class HostAgent extends Agent {
  private readonly opening = new Set<() => void>();

  constructor(private readonly door: Door) {
    super({ keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS, scheduling: 'lifo', timeout: IDLE_MS });
  }

  override createConnection(_options: ClientRequestArgs, done?: (error: Error | null, stream: Duplex) => void): undefined {
    const giveUp = openConnection(this.door, (failure, socket) => {
      this.opening.delete(giveUp);
      if (failure !== undefined) return done?.(failure, undefined as unknown as Duplex);
      done?.(null, (socket as Socket).setNoDelay(true));
    });
    this.opening.add(giveUp);
    return undefined;
  }

  override destroy(): void {
    for (const giveUp of this.opening) giveUp();
    super.destroy();
  }
}

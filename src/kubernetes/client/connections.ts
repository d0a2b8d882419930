// The connections to the API server: one bounded set for calls, another for watches and leases, so that a burst of calls never delays the renewal of a
// lease. A server or certificates that changed get new ones; what is under way on the old ones is left to end.
import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { sameValue } from '../../foundation/sameValue';
import { KubeError } from '../api';
import type { Credentials } from './credentials';

/** Below the 90 s after which an API server closes an idle connection, and above the pause between two renewals of a lease. */
const IDLE_MS = 60_000;
/** Between probes of a connection on which nothing happens. */
const PROBE_MS = 30_000;

export class Connections {
  private made: { readonly from: Credentials; readonly agent: http.Agent } | undefined;

  /** @param most connections at once; further requests wait for one */
  constructor(private readonly most: number) {}

  /** @throws KubeError `Unauthorised` when the certificates are none */
  agentFor(credentials: Credentials): http.Agent {
    if (this.made !== undefined && sameDoor(this.made.from, credentials)) return this.made.agent;
    const agent = this.make(credentials);
    if (this.made !== undefined) retire(this.made.agent);
    this.made = { from: credentials, agent };
    return agent;
  }

  /** Breaks what is open. */
  close(): void {
    this.made?.agent.destroy();
    this.made = undefined;
  }

  private make({ server, tls }: Credentials): http.Agent {
    const kept = {
      keepAlive: true,
      keepAliveMsecs: PROBE_MS,
      maxSockets: this.most,
      maxFreeSockets: this.most,
      scheduling: 'lifo',
      timeout: IDLE_MS,
    } as const;
    if (server.startsWith('http:')) return new http.Agent(kept);
    const { servername, unverified = false } = tls;
    return new https.Agent({
      ...kept,
      // Made once, instead of parsing the certificates for each connection.
      secureContext: contextOf(tls),
      rejectUnauthorized: !unverified,
      ...(servername === undefined ? {} : { servername }),
    });
  }
}

function contextOf({ ca, cert, key }: Credentials['tls']): ReturnType<typeof createSecureContext> {
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ca, cert, key });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KubeError('Unauthorised', `the certificates for the Kubernetes API cannot be used: ${why}`);
  }
}

function sameDoor(one: Credentials, other: Credentials): boolean {
  return one === other || (one.server === other.server && sameValue(one.tls, other.tls));
}

/** No further request comes to it: idle connections go now, those in use when they are done. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

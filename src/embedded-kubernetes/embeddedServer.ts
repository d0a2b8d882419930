// The embedded API server as others start it: in memory, or in a folder so that it can be killed and go on. It wants nothing of its surroundings but a loopback
// address. Namespaces must exist before something is created in them, as on a real server; the four of a fresh cluster do.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import { openJournal } from './journalFile';
import { Objects } from './objects';
import type { Identity } from './server/authorization';
import { selfSigned, type ServerCertificate } from './server/certificate';
import { startServer } from './server/server';
import { World } from './server/world';

export type { Identity, Right } from './server/authorization';
export { selfSigned as newServerCertificate, type ServerCertificate } from './server/certificate';

export interface EmbeddedServerOptions {
  readonly clock: Clock;
  /** For uids and generated names. */
  readonly random: Random;
  /** Who may come, by bearer token. */
  readonly tokens: ReadonlyMap<string, Identity>;
  /** A loopback address. Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where the objects are kept; only in memory when absent. */
  readonly dataFolder?: string;
  /** How many changes a watch can look back on. Default 10,000. */
  readonly historyLimit?: number;
  /** Made anew when absent. */
  readonly certificate?: ServerCertificate;
}

export interface EmbeddedServer {
  readonly url: string;
  /** PEM; what a client must trust. */
  readonly ca: string;
  /** Makes every version up to now too old for a watch, as a compaction of etcd does. */
  compact(): void;
  /** Ends every watch and connection. */
  close(): Promise<void>;
}

/** @throws when the port is taken or the folder cannot be used */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { clock, random, tokens, host = '127.0.0.1', port = 0, historyLimit = 10_000, dataFolder } = options;
  const kept = dataFolder === undefined ? undefined : openJournal(dataFolder, historyLimit);
  const objects = kept?.objects ?? new Objects({ historyLimit });
  const world = new World({ clock, random, objects });
  const certificate = options.certificate ?? selfSigned(host, random, clock.now());
  const server = await startServer({ world, tokens, certificate, host, port });
  return {
    url: server.url,
    ca: certificate.cert,
    compact: () => objects.history.compact(),
    close: async () => {
      await server.close();
      kept?.close();
    },
  };
}

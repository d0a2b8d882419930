// The serving side of `xenpool boot-server`: clocks, client, sockets, metrics and the order to end, put together around the service.
import type { Registry } from 'prom-client';
import type { BootRequest } from '../boot/server/request';
import { openListener } from '../boot/server/listener';
import { IsoShelf } from '../boot/shelf/isoShelf';
import { BootService } from '../controller/boot/bootService';
import type { KeyRing } from '../controller/boot/keyRing';
import { type Anchor, anchoredClock } from '../foundation/pacedClock';
import type { Log } from '../foundation/log';
import { realClock } from '../foundation/realClock';
import { systemRandom } from '../foundation/systemRandom';
import { createKubernetesClient } from '../kubernetes/client/client';
import { KeptCredentials } from '../kubernetes/client/credentials';
import type { OpenedConfig } from '../kubernetes/client/kubeConfig';
import { createBootMetrics } from '../telemetry/bootMetrics';
import type { Health } from '../telemetry/health';
import type { TelemetryServer } from '../telemetry/server';
import type { ListenAddress } from './addresses';
import { toldToEnd } from './toldToEnd';
import { VERSION } from './version';

export interface BootServerFlags {
  readonly keyFile: string;
  readonly listen: ListenAddress;
  readonly http: ListenAddress;
  readonly media: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** PEM. */
  readonly ca: string | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly endWithStdin: boolean;
}

export interface Surroundings {
  readonly registry: Registry;
  readonly health: Health;
  readonly telemetry: TelemetryServer;
  /** Of a simulated pool's time; undefined: time is real. */
  readonly anchor: Anchor | undefined;
  readonly log: Log;
  readonly ring: KeyRing;
}

/** Downloads under way get so long to end when the process is told to stop; an installer whose download breaks off tries again. */
const PATIENCE_MS = 8_000;

/** Runs until it is told to end. @returns the exit code, or in words why it cannot serve */
export async function serveBootServer(
  flags: BootServerFlags,
  config: OpenedConfig,
  { registry, health, telemetry, anchor, log, ring }: Surroundings,
): Promise<number | string> {
  const steady = realClock();
  const paced = anchor === undefined ? undefined : anchoredClock(steady, anchor);
  const client = createKubernetesClient({
    credentials: new KeptCredentials(steady, config.read),
    clock: steady,
    userAgent: `xenpool-boot-server/${VERSION}`,
  });
  const service = new BootService({
    api: client.api,
    clock: paced ?? steady,
    steady,
    random: systemRandom(),
    log,
    namespaces: flags.namespaces,
    keys: () => ring.keys(),
    ...(flags.ca === undefined ? {} : { trust: { ca: flags.ca } }),
    shelf: (isoOf) => new IsoShelf({ isoOf, folder: flags.media, clock: steady, log }),
  });
  const metrics = createBootMetrics(registry, VERSION, () => service.open);
  const handler = metrics.counting(service.handle);
  const listener = await openListener({
    ...flags.listen,
    ...(flags.tls === undefined ? {} : { tls: flags.tls }),
    handler: (request: BootRequest, signal) => handler(request, signal),
    clock: steady,
  }).catch((error: Error) => error);
  if (listener instanceof Error) {
    await telemetry.close();
    return `--listen ${flags.listen.host}:${flags.listen.port}: ${listener.message}`;
  }
  metrics.connections(() => listener.connections());
  health.set('ready', 'objects of upgrades', () => service.blind());
  const stop = new AbortController();
  void toldToEnd(flags.endWithStdin).then((order) => {
    log.info('stopping', { order });
    stop.abort();
  });
  log.info('started', { version: VERSION, server: config.server, url: listener.url, http: telemetry.url });
  await service.run(stop.signal);
  await listener.close(PATIENCE_MS);
  await telemetry.close();
  client.close();
  paced?.close();
  log.info('stopped');
  return 0;
}

// The serving side of `xenpool boot-server`: clocks, client, sockets, metrics and the order to end, put together around the service.
import type { Registry } from 'prom-client';
import { type BootListener, openListener } from '../boot/server/listener';
import type { BootHandler } from '../boot/server/request';
import { IsoShelf } from '../boot/shelf/isoShelf';
import { openTftp, type TftpListener } from '../boot/tftp/listener';
import { BootService } from '../controller/boot/bootService';
import type { KeyRing } from '../controller/boot/keyRing';
import type { Clock } from '../foundation/clock';
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
import type { BootServerFlags } from './bootServerFlags';
import { toldToEnd } from './toldToEnd';
import { VERSION } from './version';

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
  const doors = await openDoors(flags, metrics.counting(service.handle), { clock: steady, log });
  if (typeof doors === 'string') {
    await telemetry.close();
    client.close();
    return doors;
  }
  metrics.connections(() => doors.http.connections());
  if (doors.tftp !== undefined) metrics.transfers(doors.tftp.transfers);
  health.set('ready', 'objects of upgrades', () => service.blind());
  log.info('started', {
    version: VERSION,
    server: config.server,
    url: doors.http.url,
    tftp: doors.tftp?.port ?? 'off',
    http: telemetry.url,
  });
  const stop = new AbortController();
  const serving = service.run(stop.signal);
  const told = toldToEnd(flags.endWithStdin).then((order) => log.info('stopping', { order }));
  await Promise.race([told, serving]);
  // What is under way still reads images and is still written down: the service ends last.
  await doors.tftp?.close();
  await doors.http.close(PATIENCE_MS);
  stop.abort();
  await serving;
  await telemetry.close();
  client.close();
  paced?.close();
  log.info('stopped');
  return 0;
}

/** By which the site comes in. */
interface Doors {
  readonly http: BootListener;
  readonly tftp: TftpListener | undefined;
}

/** @returns in words which address is not to be had; nothing is open then */
async function openDoors(
  { listen, tls, tftp, bootLoaders: folder }: BootServerFlags,
  handler: BootHandler,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Doors | string> {
  const http = await openListener({ ...listen, ...(tls === undefined ? {} : { tls }), handler, clock }).catch(asError);
  if (http instanceof Error) return `--listen ${listen.host}:${listen.port}: ${http.message}`;
  if (tftp === undefined) return { http, tftp: undefined };
  const opened = await openTftp({ ...tftp, folder, handler, clock, log }).catch(asError);
  if (!(opened instanceof Error)) return { http, tftp: opened };
  await http.close(0);
  return `--tftp ${tftp.host}:${tftp.port}: ${opened.message}`;
}

function asError(error: Error): Error {
  return error;
}

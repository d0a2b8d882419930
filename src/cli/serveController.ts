// The serving side of `xenpool controller`: clocks, client, metrics and the order to end, put together around the operator.
import os from 'node:os';
import type { Registry } from 'prom-client';
import type { BootServerAccess } from '../controller/boot/access';
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import { processIdentity } from '../controller/identity';
import { runOperator } from '../controller/operator';
import { type Anchor, anchoredClock } from '../foundation/pacedClock';
import { realClock } from '../foundation/realClock';
import { systemRandom } from '../foundation/systemRandom';
import { createKubernetesClient } from '../kubernetes/client/client';
import { KeptCredentials } from '../kubernetes/client/credentials';
import type { OpenedConfig } from '../kubernetes/client/kubeConfig';
import { createControllerMetrics } from '../telemetry/controllerMetrics';
import type { Health } from '../telemetry/health';
import { createLogger, type LogLevel } from '../telemetry/logger';
import { createProcessMetrics } from '../telemetry/processMetrics';
import type { TelemetryServer } from '../telemetry/server';
import { createUpgradeMetrics } from '../telemetry/upgradeMetrics';
import { toldToEnd } from './toldToEnd';
import { VERSION } from './version';

export interface ControllerFlags {
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly logLevel: LogLevel;
  readonly leaderElectionNamespace?: string;
  readonly volumes?: string;
  readonly endWithStdin: boolean;
}

/** What is under way when a process is told to stop gets so long to come to a point where nothing is lost: the journal has it by then. */
const PATIENCE_MS = 8_000;

/**
 * Simulated BMCs need none of the pauses that small computers do, but they answer in real time, and on a busy machine late. So what their drivers wait is
 * sped up as well, and never more than this.
 */
const MOST_BMC_PACE = 10;

/** What is there before the operator is. */
export interface Surroundings {
  readonly registry: Registry;
  readonly health: Health;
  readonly telemetry: TelemetryServer;
  /** Of a simulated pool's time; undefined: time is real. */
  readonly anchor: Anchor | undefined;
  /** Undefined: there is no boot server. */
  readonly boot: BootServerAccess | undefined;
}

/** Runs until it is told to end, or another leads. @returns the exit code */
export async function serveController(
  flags: ControllerFlags,
  config: OpenedConfig,
  { registry, health, telemetry, anchor, boot }: Surroundings,
): Promise<number> {
  const random = systemRandom();
  const identity = processIdentity(process.env['POD_NAME'] ?? os.hostname(), random);
  const log = createLogger(flags.logLevel, { replica: identity });
  const steady = realClock();
  const paced = anchor === undefined ? undefined : anchoredClock(steady, anchor);
  const bmcTime = bmcClock(steady, anchor);
  const credentials = new KeptCredentials(steady, config.read);
  const client = createKubernetesClient({ credentials, clock: steady, userAgent: `xenpool-operator/${VERSION}` });
  const stop = new AbortController();
  void toldToEnd(flags.endWithStdin).then((order) => {
    log.info('stopping', { order });
    stop.abort();
    setTimeout(() => leave(log, 0), PATIENCE_MS).unref();
  });
  log.info('started', {
    version: VERSION,
    server: config.server,
    namespaces: flags.namespaces.join(',') || 'all',
    http: telemetry.url,
  });
  if (anchor !== undefined) tellPace(log, anchor);
  const end = await runOperator(
    {
      api: client.api,
      leases: client.leases,
      clock: paced ?? steady,
      steady,
      bmcClock: bmcTime ?? steady,
      random,
      log,
      identity,
      namespace: leaseNamespace(flags, config),
      namespaces: flags.namespaces,
      volumes: flags.volumes,
      bootServer: boot,
      health,
      upgrades: createUpgradeMetrics(registry),
      metrics: createProcessMetrics(registry, VERSION),
      machinery: createControllerMetrics(registry),
    },
    stop.signal,
  );
  log.info('stopped', { why: end });
  await telemetry.close();
  client.close();
  paced?.close();
  bmcTime?.close();
  return end === 'Lost' ? leave(log, 3) : 0;
}

/** Of the pauses between requests to simulated BMCs, which go no faster than real servers could answer. */
function bmcClock(steady: Clock, anchor: Anchor | undefined): ReturnType<typeof anchoredClock> | undefined {
  if (anchor === undefined) return undefined;
  return anchoredClock(steady, { pace: Math.min(anchor.pace, MOST_BMC_PACE), from: steady.now() });
}

function tellPace(log: Log, { pace, from }: Anchor): void {
  log.warn(
    'time is sped up, for a simulated pool: deadlines, settling and looks follow it, pauses between requests to BMCs in part; leases, requests and back-off do not',
    { pace, from: new Date(from).toISOString() },
  );
}

/** What may still be under way is in the journal of its object: whoever comes next looks before it acts. */
function leave(log: { info(event: string): void }, code: number): never {
  log.info('left');
  process.exit(code);
}

function leaseNamespace({ leaderElectionNamespace }: ControllerFlags, { namespace }: OpenedConfig): string {
  return leaderElectionNamespace ?? process.env['POD_NAMESPACE'] ?? namespace ?? 'default';
}

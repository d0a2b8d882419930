// `xenpool controller`: the operator as a process, against a real cluster. Flags are environment variables too, because manifests set both.
import { Command, Option } from 'commander';
import os from 'node:os';
import { Registry } from 'prom-client';
import { processIdentity } from '../controller/identity';
import { runOperator } from '../controller/operator';
import { type Anchor, anchoredClock } from '../foundation/pacedClock';
import { realClock } from '../foundation/realClock';
import { systemRandom } from '../foundation/systemRandom';
import { KubeError } from '../kubernetes/api';
import { createKubernetesClient } from '../kubernetes/client/client';
import { KeptCredentials } from '../kubernetes/client/credentials';
import { findConfig, type OpenedConfig, openConfig } from '../kubernetes/client/kubeConfig';
import { createControllerMetrics } from '../telemetry/controllerMetrics';
import { createHealth } from '../telemetry/health';
import { createLogger, LOG_LEVELS, type LogLevel } from '../telemetry/logger';
import { createProcessMetrics } from '../telemetry/processMetrics';
import { openTelemetry, type TelemetryServer } from '../telemetry/server';
import { createUpgradeMetrics } from '../telemetry/upgradeMetrics';
import { nameList } from './nameList';
import type { Output } from './output';
import { readAnchor } from './paceFlags';
import { endWithStdinOption, toldToEnd } from './toldToEnd';
import { VERSION } from './version';

interface Options {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespaces: string;
  readonly logLevel: LogLevel;
  readonly httpAddress: string;
  readonly leaderElectionNamespace?: string;
  readonly volumes?: string;
  readonly pace?: string;
  readonly paceFrom?: string;
  readonly endWithStdin?: true;
}

const HELP = `
Finds the cluster as kubectl does: --kubeconfig, KUBECONFIG, the pod it runs in, ~/.kube/config. Logs JSON lines on stdout.
/metrics, /healthz (do the watches move?) and /readyz (have the objects been seen, and if not, which right is missing?) are served at --http-address.

With --pace deadlines, settling and looks at the pool follow the pool's time; leases, requests, their time-outs and back-off stay real.

Exit codes: 0 told to stop (SIGTERM, SIGINT) and everything put down, 1 a defect of ours, 2 bad flags or no cluster to be found, 3 another replica leads now.

Examples:
  xenpool controller --namespaces ops
  xenpool controller --kubeconfig ~/.kube/config --log-level debug --http-address 127.0.0.1:0
  XENPOOL_NAMESPACES=rack7,rack8 xenpool controller`;

/** What is under way when a process is told to stop gets so long to come to a point where nothing is lost: the journal has it by then. */
const PATIENCE_MS = 8_000;

export function controllerCommand(output: Output, finish: (code: number) => void): Command {
  const fromEnvironment = (flags: string, words: string, variable: string): Option => new Option(flags, words).env(variable);
  return new Command('controller')
    .description('Run the operator: watch PoolUpgrades in a cluster and carry them out.')
    .addOption(fromEnvironment('--kubeconfig <file>', 'how to reach the cluster', 'XENPOOL_KUBECONFIG'))
    .addOption(fromEnvironment('--context <name>', 'which context of it; default: the current one', 'XENPOOL_CONTEXT'))
    .addOption(
      fromEnvironment('--namespaces <list>', 'whose PoolUpgrades, parted by commas; empty: all', 'XENPOOL_NAMESPACES').default(
        '',
      ),
    )
    .addOption(
      fromEnvironment('--log-level <level>', 'how much is told', 'XENPOOL_LOG_LEVEL').choices(LOG_LEVELS).default('info'),
    )
    .addOption(
      fromEnvironment(
        '--http-address <host:port>',
        'where /metrics, /healthz and /readyz are; port 0: a free one',
        'XENPOOL_HTTP_ADDRESS',
      ).default('127.0.0.1:8080'),
    )
    .addOption(
      fromEnvironment(
        '--leader-election-namespace <name>',
        "where the replicas' lease lies; default: POD_NAMESPACE, else the context's, else default",
        'XENPOOL_LEADER_ELECTION_NAMESPACE',
      ),
    )
    .addOption(
      fromEnvironment(
        '--volumes <folder>',
        'where volumes for backups are mounted, each in a folder of its claim',
        'XENPOOL_VOLUMES',
      ),
    )
    .addOption(
      fromEnvironment(
        '--pace <x>',
        'for simulated pools only: seconds of the pool that pass in a real one, as `xenpool simulator --pace` has it',
        'XENPOOL_PACE',
      ),
    )
    .addOption(
      fromEnvironment(
        '--pace-from <instant>',
        "goes with --pace: when the pool's wall time was the real one, as `xenpool simulator --pace-from` has it",
        'XENPOOL_PACE_FROM',
      ),
    )
    .addOption(endWithStdinOption('XENPOOL_END_WITH_STDIN'))
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

async function run(options: Options, output: Output): Promise<number> {
  const wrong = (message: string): number => {
    output.err(`xenpool controller: ${message}\n`);
    return 2;
  };
  const address = readAddress(options.httpAddress);
  if (address === undefined) return wrong(`--http-address ${options.httpAddress}: expected host:port, e.g. 0.0.0.0:8080`);
  const anchor = readAnchor(options.pace, options.paceFrom);
  if (typeof anchor === 'string') return wrong(anchor);
  const config = readConfig(options);
  if (typeof config === 'string') return wrong(config);
  const registry = new Registry();
  const health = createHealth();
  const telemetry = await openTelemetry({ ...address, registry, health }).catch((error: NodeJS.ErrnoException) => error);
  if (telemetry instanceof Error) return wrong(`--http-address ${options.httpAddress}: ${telemetry.message}`);
  return serve(options, config, { registry, health, telemetry, anchor });
}

interface Door {
  readonly registry: Registry;
  readonly health: ReturnType<typeof createHealth>;
  readonly telemetry: TelemetryServer;
  /** Of a simulated pool's time; undefined: time is real. */
  readonly anchor: Anchor | undefined;
}

async function serve(options: Options, config: OpenedConfig, { registry, health, telemetry, anchor }: Door): Promise<number> {
  const random = systemRandom();
  const identity = processIdentity(process.env['POD_NAME'] ?? os.hostname(), random);
  const log = createLogger(options.logLevel, { replica: identity });
  const steady = realClock();
  const paced = anchor === undefined ? undefined : anchoredClock(steady, anchor);
  const credentials = new KeptCredentials(steady, config.read);
  const client = createKubernetesClient({ credentials, clock: steady, userAgent: `xenpool-operator/${VERSION}` });
  const stop = new AbortController();
  void toldToEnd(options.endWithStdin === true).then((order) => {
    log.info('stopping', { order });
    stop.abort();
    setTimeout(() => leave(log, 0), PATIENCE_MS).unref();
  });
  log.info('started', { version: VERSION, server: config.server, namespaces: options.namespaces || 'all', http: telemetry.url });
  if (anchor !== undefined)
    log.warn(
      'time is sped up, for a simulated pool: deadlines, settling and looks follow it; leases, requests and back-off do not',
      {
        pace: anchor.pace,
        from: new Date(anchor.from).toISOString(),
      },
    );
  const end = await runOperator(
    {
      api: client.api,
      leases: client.leases,
      clock: paced ?? steady,
      steady,
      random,
      log,
      identity,
      namespace: leaseNamespace(options, config),
      namespaces: nameList(options.namespaces),
      volumes: options.volumes,
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
  return end === 'Lost' ? leave(log, 3) : 0;
}

/** What may still be under way is in the journal of its object: whoever comes next looks before it acts. */
function leave(log: { info(event: string): void }, code: number): never {
  log.info('left');
  process.exit(code);
}

function leaseNamespace({ leaderElectionNamespace }: Options, { namespace }: OpenedConfig): string {
  return leaderElectionNamespace ?? process.env['POD_NAMESPACE'] ?? namespace ?? 'default';
}

function readAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const parts = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535) return undefined;
  const host = parts[1] ?? parts[2] ?? '';
  return { host: host === '' ? '0.0.0.0' : host, port };
}

function readConfig({ kubeconfig, context }: Options): OpenedConfig | string {
  try {
    const named = { ...(kubeconfig === undefined ? {} : { path: kubeconfig }), ...(context === undefined ? {} : { context }) };
    return openConfig(findConfig({ env: process.env, ...named }));
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}

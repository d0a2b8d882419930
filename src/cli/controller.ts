// `xenpool controller`: the operator as a process, against a real cluster. Flags are environment variables too, because manifests set both.
import { Command, Option } from 'commander';
import { Registry } from 'prom-client';
import type { BootServerAccess } from '../controller/boot/access';
import { KeyRing } from '../controller/boot/keyRing';
import { realClock } from '../foundation/realClock';
import { createHealth } from '../telemetry/health';
import { createLogger, LOG_LEVELS } from '../telemetry/logger';
import { openTelemetry } from '../telemetry/server';
import { readAddress } from './addresses';
import { type ClusterFlags, readConfig } from './cluster';
import { nameList } from './nameList';
import type { Output } from './output';
import { readAnchor } from './paceFlags';
import { type ControllerFlags, serveController } from './serveController';
import { endWithStdinOption } from './toldToEnd';

/** As they stand on the command line or in the environment. */
interface Options extends ClusterFlags, Omit<ControllerFlags, 'namespaces' | 'endWithStdin'> {
  readonly namespaces: string;
  readonly httpAddress: string;
  readonly pace?: string;
  readonly paceFrom?: string;
  readonly endWithStdin?: true;
  readonly bootKeyFile?: string;
  readonly bootUrl?: string;
  readonly bootBmcsUrl?: string;
}

const HELP = `
Finds the cluster as kubectl does: --kubeconfig, KUBECONFIG, the pod it runs in, ~/.kube/config. Logs JSON lines on stdout.
/metrics, /healthz (do the watches move?) and /readyz (have the objects been seen, and if not, which right is missing?) are served at --http-address.

With --boot-key-file and --boot-url hosts are booted by their BMCs, from what the boot server (xenpool boot-server) serves under that URL.

With --pace deadlines, settling and looks at the pool follow the pool's time; leases, requests, their time-outs and back-off stay real.

Exit codes: 0 told to stop (SIGTERM, SIGINT) and everything put down, 1 a defect of ours, 2 bad flags or no cluster to be found, 3 another replica leads now.

Examples:
  xenpool controller --namespaces ops
  xenpool controller --kubeconfig ~/.kube/config --log-level debug --http-address 127.0.0.1:0
  XENPOOL_NAMESPACES=rack7,rack8 xenpool controller`;

export function controllerCommand(output: Output, finish: (code: number) => void): Command {
  const command = new Command('controller')
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
  return withBootOptions(command);
}

function fromEnvironment(flags: string, words: string, variable: string): Option {
  return new Option(flags, words).env(variable);
}

function withBootOptions(command: Command): Command {
  return command
    .addOption(
      fromEnvironment(
        '--boot-key-file <file>',
        'keys of the boot paths, the same that the boot server has; without them no host boots by BMC',
        'XENPOOL_BOOT_KEY_FILE',
      ),
    )
    .addOption(
      fromEnvironment(
        '--boot-url <url>',
        'the boot server as hosts and BMCs reach it; a manifest may say otherwise (spec.boot.serverURLs)',
        'XENPOOL_BOOT_URL',
      ),
    )
    .addOption(
      fromEnvironment('--boot-bmcs-url <url>', 'the same as BMCs reach it, where that differs', 'XENPOOL_BOOT_BMCS_URL'),
    );
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
  const boot = readBoot(options);
  if (typeof boot === 'string') return wrong(boot);
  const registry = new Registry();
  const health = createHealth();
  const telemetry = await openTelemetry({ ...address, registry, health }).catch((error: NodeJS.ErrnoException) => error);
  if (telemetry instanceof Error) return wrong(`--http-address ${options.httpAddress}: ${telemetry.message}`);
  const flags = { ...options, namespaces: nameList(options.namespaces), endWithStdin: options.endWithStdin === true };
  return serveController(flags, config, { registry, health, telemetry, anchor, boot });
}

/** @returns what is wrong, in words; undefined when there is no boot server */
function readBoot({ bootKeyFile, bootUrl, bootBmcsUrl, logLevel }: Options): BootServerAccess | string | undefined {
  const urls = { '--boot-url': bootUrl, '--boot-bmcs-url': bootBmcsUrl };
  for (const [flag, url] of Object.entries(urls)) {
    if (url === undefined) continue;
    if (!/^https?:\/\/[^\s/]/.test(url) || !URL.canParse(url)) return `${flag} ${url}: expected a URL, e.g. http://10.1.0.9:8081`;
    if (bootKeyFile === undefined) return `${flag} without --boot-key-file: expected the keys that the boot server has as well`;
  }
  if (bootKeyFile === undefined) return undefined;
  const ring = KeyRing.open(bootKeyFile, realClock(), createLogger(logLevel, {}));
  if (typeof ring === 'string') return `--boot-key-file ${ring}`;
  return { keys: () => ring.keys(), hostsUrl: bootUrl, bmcsUrl: bootBmcsUrl };
}

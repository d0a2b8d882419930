// `xenpool boot-server`: what installers, boot loaders and BMCs fetch, as a process of its own. It has no right to Secrets: its key is a file that is mounted.
import { Command, Option } from 'commander';
import { Registry } from 'prom-client';
import { KeyRing } from '../controller/boot/keyRing';
import { realClock } from '../foundation/realClock';
import { createHealth } from '../telemetry/health';
import { createLogger, LOG_LEVELS } from '../telemetry/logger';
import { openTelemetry } from '../telemetry/server';
import { type BootServerOptions, readBootServerFlags } from './bootServerFlags';
import { readConfig } from './cluster';
import type { Output } from './output';
import { readAnchor } from './paceFlags';
import { serveBootServer } from './serveBootServer';
import { endWithStdinOption } from './toldToEnd';

const HELP = `
It follows PoolUpgrades and serves what their statuses open, one attempt of one host at a time: the medium with that host's boot configuration, the installer's
tree, its answer file, and boot files for the network. What it saw it writes into a ConfigMap beside the object. Everything is closed when in doubt.

The key file holds one key a line, VERSION BASE64, at most two, the one to use first; the controller needs the same (--boot-key-file). Make one with
  echo "k1 $(head -c 32 /dev/urandom | base64)" > boot.key

With --tftp firmware that knows no HTTP gets a boot loader from --boot-loaders and its machine's configuration; docs/pxe.md tells how DHCP leads there.

Hosts and BMCs must reach --listen; tell the controller under which URL (--boot-url, or spec.boot.serverURLs in a manifest).
/metrics, /healthz and /readyz are served at --http-address.

Exit codes: 0 told to stop (SIGTERM, SIGINT) and everything written, 1 a defect of ours, 2 bad flags or files, or no cluster to be found.

Examples:
  xenpool boot-server --key-file /etc/xenpool/boot.key --listen 0.0.0.0:8081 --media /srv/isos
  xenpool boot-server --key-file /etc/xenpool/boot.key --tftp 0.0.0.0:69 --boot-loaders /srv/tftp
  xenpool boot-server --key-file boot.key --kubeconfig ~/.kube/config --namespaces ops --listen 127.0.0.1:8081`;

export function bootServerCommand(output: Output, finish: (code: number) => void): Command {
  const fromEnvironment = (flags: string, words: string, variable: string): Option =>
    new Option(flags, words).env(`XENPOOL_${variable}`);
  return new Command('boot-server')
    .description('Serve installers, boot loaders and BMCs what PoolUpgrades open for them.')
    .addOption(fromEnvironment('--key-file <file>', 'the keys its paths are made with; must be given', 'BOOT_KEY_FILE'))
    .addOption(fromEnvironment('--listen <host:port>', 'where hosts and BMCs ask', 'LISTEN').default('0.0.0.0:8081'))
    .addOption(fromEnvironment('--tls-cert <pem>', 'serve HTTPS with this certificate', 'TLS_CERT'))
    .addOption(fromEnvironment('--tls-key <pem>', 'and this key', 'TLS_KEY'))
    .addOption(fromEnvironment('--media <folder>', 'where ISOs that manifests name as file:/// lie', 'MEDIA'))
    .addOption(fromEnvironment('--tftp <host:port>', 'where firmware asks by TFTP; default: nowhere', 'TFTP'))
    .addOption(fromEnvironment('--boot-loaders <folder>', 'what TFTP gives of a disk: boot loaders', 'BOOT_LOADERS'))
    .addOption(
      fromEnvironment('--ca-file <pem>', 'authorities that servers of ISOs are trusted by; default: the system’s', 'CA_FILE'),
    )
    .addOption(fromEnvironment('--kubeconfig <file>', 'how to reach the cluster', 'KUBECONFIG'))
    .addOption(fromEnvironment('--context <name>', 'which context of it; default: the current one', 'CONTEXT'))
    .addOption(
      fromEnvironment('--namespaces <list>', 'whose PoolUpgrades, parted by commas; empty: all', 'NAMESPACES').default(''),
    )
    .addOption(fromEnvironment('--log-level <level>', 'how much is told', 'LOG_LEVEL').choices(LOG_LEVELS).default('info'))
    .addOption(
      fromEnvironment('--http-address <host:port>', 'where /metrics, /healthz and /readyz are', 'HTTP_ADDRESS').default(
        '127.0.0.1:8082',
      ),
    )
    .addOption(fromEnvironment('--pace <x>', 'for simulated pools only: as the controller has it', 'PACE'))
    .addOption(fromEnvironment('--pace-from <instant>', 'goes with --pace: as the controller has it', 'PACE_FROM'))
    .addOption(endWithStdinOption('XENPOOL_END_WITH_STDIN'))
    .addHelpText('after', HELP)
    .action(async (options: BootServerOptions) => finish(await run(options, output)));
}

async function run(options: BootServerOptions, output: Output): Promise<number> {
  const wrong = (message: string): number => {
    output.err(`xenpool boot-server: ${message}\n`);
    return 2;
  };
  const flags = readBootServerFlags(options);
  if (typeof flags === 'string') return wrong(flags);
  const anchor = readAnchor(options.pace, options.paceFrom);
  if (typeof anchor === 'string') return wrong(anchor);
  const log = createLogger(options.logLevel, {});
  const ring = KeyRing.open(flags.keyFile, realClock(), log);
  if (typeof ring === 'string') return wrong(`--key-file ${ring}`);
  const config = readConfig(options);
  if (typeof config === 'string') return wrong(config);
  const registry = new Registry();
  const health = createHealth();
  const telemetry = await openTelemetry({ ...flags.http, registry, health }).catch((error: NodeJS.ErrnoException) => error);
  if (telemetry instanceof Error) return wrong(`--http-address ${options.httpAddress}: ${telemetry.message}`);
  const end = await serveBootServer(flags, config, { registry, health, telemetry, anchor, log, ring });
  return typeof end === 'string' ? wrong(end) : end;
}

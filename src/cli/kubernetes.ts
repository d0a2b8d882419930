// `xenpool kubernetes`: the embedded API server as a process, for a demonstration or a try without a cluster. kubectl works on it; nothing runs in it.
import { Command } from 'commander';
import { nameList } from './nameList';
import type { Output } from './output';
import { serveKubernetes } from './serveKubernetes';
import { endWithStdinOption } from './toldToEnd';
import { wholeNumber } from './wholeNumber';

interface Options {
  readonly port?: string;
  readonly data?: string;
  readonly secretsIn: string;
  readonly endWithStdin?: true;
}

const HELP = `
Serves the API of a small Kubernetes over HTTPS on 127.0.0.1 until SIGTERM or SIGINT: namespaces, Secrets, ConfigMaps, Events, Leases, CRDs and what they
define. No pods run in it. When it listens, one JSON line on stdout tells server, adminKubeconfig, operatorKubeconfig and bootServerKubeconfig: files that only
you can read. The administrator may do everything; the operator's identity has the rights of deploy/base and deploy/secrets-access, the boot server's those of
deploy/boot-server, and neither has others. Tokens are made anew.
With --data objects, tokens, certificate and port outlive the process: started again with the same folder it goes on, and clients need not be told.

Exit codes: 0 served until it was told to end, 2 bad flags, or a port or folder that cannot be used.

Examples:
  xenpool kubernetes
  xenpool kubernetes --data ~/.xenpool-kubernetes --port 6443
  kubectl --kubeconfig ADMIN_KUBECONFIG apply -f crds/poolupgrades.xenpool.dev.yaml
  xenpool controller --kubeconfig OPERATOR_KUBECONFIG --namespaces default`;

export function kubernetesCommand(output: Output, finish: (code: number) => void): Command {
  return new Command('kubernetes')
    .description('Be a small Kubernetes API: enough for the operator and kubectl, and nothing of a cluster.')
    .option('--port <n>', 'port; 0: a free one (default: the one of --data, else 0)')
    .option('--data <folder>', 'where everything is kept; made when it is not there (default: in memory)')
    .option(
      '--secrets-in <list>',
      "namespaces whose Secrets the operator's identity may see and whose ConfigMaps the boot server's may write, parted by commas",
      'default',
    )
    .addOption(endWithStdinOption())
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

async function run({ port, data, secretsIn, endWithStdin }: Options, output: Output): Promise<number> {
  const number = port === undefined ? undefined : wholeNumber(port);
  if (port !== undefined && (number === undefined || number > 65_535)) {
    output.err(`xenpool kubernetes: --port ${port}: expected a port, 0 to 65535\n`);
    return 2;
  }
  return serveKubernetes({ port: number, data, secretsIn: nameList(secretsIn), endWithStdin: endWithStdin === true }, output);
}

// `xenpool report`: a run as evidence for a change ticket, read from its object in the cluster. It looks and changes nothing.
import { Command } from 'commander';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { changeReport } from './changeReport/changeReport';
import { findPlan } from './changeReport/keptPlan';
import { renderChangeReport } from './changeReport/render';
import { type ClusterFlags, inCluster, inWords, withClusterFlags } from './clusterFlags';
import type { Output } from './output';

interface Options extends ClusterFlags {
  readonly output: string;
}

const HELP = `
Tells what was asked, the path, the plan's hash and who approved it, each host with its times and attempts, migrations done and planned, VMs stopped and for
how long, the checks, what differs from before and why, where the database backup lies, what is still owed, conditions and earlier runs. From the object's
status, and from the ConfigMap of its plan where you may read it. It can be asked at any time, also in the middle of a run. Secrets are named, never read.

Exit codes: 0 told, 1 a defect of ours, 2 bad flags, or no such object, no cluster, no right to see it.

Examples:
  xenpool report rack7 -n ops > change-4711.md
  xenpool report rack7 -n ops --output json
  xenpool rehearse --database pool.xml --report rehearsed.md`;

export function reportCommand(output: Output, finish: (code: number) => void): Command {
  return withClusterFlags(
    new Command('report')
      .description('Tell a whole run as Markdown, for a change ticket.')
      .argument('<name>', 'name of the PoolUpgrade'),
  )
    .option('--output <markdown|json>', 'how to print the report on stdout', 'markdown')
    .addHelpText('after', HELP)
    .action(async (name: string, options: Options) => finish(await run(name, options, output)));
}

async function run(name: string, options: Options, output: Output): Promise<number> {
  const wrong = (message: string): number => {
    output.err(`xenpool report: ${message}\n`);
    return 2;
  };
  if (options.output !== 'markdown' && options.output !== 'json')
    return wrong(`--output ${options.output}: expected markdown or json`);
  try {
    const report = await inCluster(options, async ({ api, namespace }) => {
      const object = await api.get<PoolUpgrade>(POOL_UPGRADES, namespace, name);
      const id = object.status?.run?.id;
      return changeReport(object, id === undefined ? undefined : await findPlan(api, namespace, id));
    });
    output.out(options.output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : renderChangeReport(report));
    return 0;
  } catch (error) {
    return wrong(inWords(error));
  }
}

// `xenpool approve`: says yes to a plan, by its hash. It writes the annotation that the gate waits for, and only on the version of the object that was shown: a
// plan that changes between the reading and the yes is not approved.
import { Command, Option } from 'commander';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { ANNOTATIONS, POOL_UPGRADES } from '../api/poolUpgrade';
import { realClock } from '../foundation/realClock';
import { KubeError, type KubernetesApi } from '../kubernetes/api';
import { createKubernetesClient } from '../kubernetes/client/client';
import { KeptCredentials } from '../kubernetes/client/credentials';
import { approvable, type ApproveWish, planLines } from './approvable';
import { type ClusterFlags, readConfig } from './cluster';
import type { Output } from './output';
import { VERSION } from './version';

interface Options extends ClusterFlags {
  readonly namespace?: string;
  readonly host?: string;
  readonly plan?: string;
  readonly yes?: true;
  readonly output: string;
}

export interface ApproveReport {
  readonly outcome: 'Approved' | 'NotConfirmed' | 'Refused' | 'Invalid';
  /** Why, in one word; with Approved whether it stood there already. */
  readonly reason: string;
  readonly message: string;
  readonly namespace: string;
  readonly name: string;
  /** Hash of the plan that the object shows; null when it shows none. */
  readonly plan: string | null;
  /** What was written, or stood there: the hash, or hash and host; null when nothing is approved. */
  readonly approval: string | null;
}

const EXIT = { Approved: 0, Invalid: 2, NotConfirmed: 3, Refused: 4 } as const;
/** Others write the object, too: the operator its status. */
const TRIES = 8;

const HELP = `
An upgrade with gates.approval BeforeUpgrade or BeforeEachHost waits for an approval that names its plan by hash. This shows the plan as the object's status
tells it, asks for its hash, and sets the annotation xenpool.dev/approve. A plan that has changed since you read it is never approved: name the one you read
with --plan, and nothing is asked. --yes approves whatever plan stands there now. Needs the rights to get and patch poolupgrades.
Finds the cluster as kubectl does: --kubeconfig, KUBECONFIG, the pod it runs in, ~/.kube/config. The result is on stdout, everything else on stderr.

Exit codes: 0 approved, now or before; 2 bad flags, no such object, or no cluster that lets you; 3 not confirmed; 4 refused: another plan, or nothing to approve.

Examples:
  xenpool approve rack7 -n ops
  xenpool approve rack7 -n ops --plan 3f2a9c4100c0ffee
  xenpool approve rack7 -n ops --host xs-r7-02 --plan 3f2a9c4100c0ffee --output json`;

export function approveCommand(output: Output, finish: (code: number) => void): Command {
  return new Command('approve')
    .description("Approve a PoolUpgrade's plan, or the next host of it, by the plan's hash.")
    .argument('<name>', 'name of the PoolUpgrade')
    .option('-n, --namespace <name>', "its namespace; default: the context's, else default")
    .option('--host <name>', 'the host to approve, where gates.approval is BeforeEachHost')
    .option('--plan <hash>', 'the plan you have read; any other is refused, and nothing is asked')
    .option('--yes', 'approve the plan that stands there now, without being asked')
    .addOption(new Option('--kubeconfig <file>', 'how to reach the cluster').env('XENPOOL_KUBECONFIG'))
    .addOption(new Option('--context <name>', 'which context of it; default: the current one').env('XENPOOL_CONTEXT'))
    .option('--output <text|json>', 'how to print the result on stdout', 'text')
    .addHelpText('after', HELP)
    .action(async (name: string, options: Options) => finish(await run(name, options, output)));
}

async function run(name: string, options: Options, output: Output): Promise<number> {
  const config = readConfig(options);
  const namespace = options.namespace ?? (typeof config === 'string' ? undefined : config.namespace) ?? 'default';
  const asked = { namespace, name };
  if (options.output !== 'text' && options.output !== 'json')
    return say(output, 'text', invalid(asked, 'BadFlag', `--output ${options.output}: expected text or json`));
  if (typeof config === 'string') return say(output, options.output, invalid(asked, 'NoCluster', config));
  const clock = realClock();
  const credentials = new KeptCredentials(clock, config.read);
  const client = createKubernetesClient({ credentials, clock, userAgent: `xenpool-approve/${VERSION}` });
  try {
    const { host, plan } = options;
    const approver = new Approver(client.api, asked, { ...options, host, plan }, output);
    return say(output, options.output, await approver.approve());
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return say(output, options.output, invalid(asked, error.kind, error.message));
  } finally {
    client.close();
  }
}

interface Asked {
  readonly namespace: string;
  readonly name: string;
}

class Approver {
  constructor(
    private readonly api: KubernetesApi,
    private readonly asked: Asked,
    private readonly options: ApproveWish & Pick<Options, 'yes' | 'output'>,
    private readonly output: Output,
  ) {}

  /** @throws KubeError */
  async approve(): Promise<ApproveReport> {
    const object = await this.read();
    const found = approvable(object, this.options);
    if (found.kind === 'Refused') return this.report('Refused', found.reason, found.message, found.plan);
    if (found.given) return this.approved('AlreadyApproved', found.plan, found.approval);
    const unsure = await this.confirm(object, found.plan);
    return unsure ?? this.write(object, found.plan);
  }

  private read(): Promise<PoolUpgrade> {
    return this.api.get<PoolUpgrade>(POOL_UPGRADES, this.asked.namespace, this.asked.name);
  }

  /** @returns the report of who is not sure */
  private async confirm(object: PoolUpgrade, plan: string): Promise<ApproveReport | undefined> {
    const { options, output } = this;
    if (options.output === 'text') output.err(`${planLines(object).join('\n')}\n`);
    if (options.plan !== undefined || options.yes === true) return undefined;
    if (output.ask === undefined)
      return this.report(
        'Invalid',
        'NobodyToAsk',
        `stdin is no terminal: name the plan you have read with --plan ${plan}, or say --yes`,
        plan,
      );
    const answer = (await output.ask("Type the plan's hash to approve it: "))?.trim() ?? '';
    if (answer === plan) return undefined;
    return this.report('NotConfirmed', 'NotConfirmed', `nothing is approved: found "${answer}", expected ${plan}`, plan);
  }

  /** On the version that was shown; a later one is looked at afresh and must show the same plan. */
  private async write(shown: PoolUpgrade, plan: string): Promise<ApproveReport> {
    let object = shown;
    for (let tries = 1; ; tries++) {
      const found = approvable(object, { ...this.options, plan });
      if (found.kind === 'Refused') return this.report('Refused', found.reason, found.message, found.plan);
      try {
        await this.annotate(object, found.approval);
        return this.approved('Approved', plan, found.approval);
      } catch (error) {
        if (!(error instanceof KubeError) || error.kind !== 'Conflict' || tries === TRIES) throw error;
        object = await this.read();
      }
    }
  }

  private async annotate({ metadata: { resourceVersion } }: PoolUpgrade, approval: string): Promise<void> {
    const metadata = { annotations: { [ANNOTATIONS.approve]: approval }, resourceVersion };
    await this.api.patch(POOL_UPGRADES, this.asked.namespace, this.asked.name, { metadata });
  }

  private approved(reason: 'Approved' | 'AlreadyApproved', plan: string, approval: string): ApproveReport {
    const what = this.options.host === undefined ? `plan ${plan}` : `host ${this.options.host} of plan ${plan}`;
    const message = reason === 'Approved' ? `${what} is approved` : `${what} was approved already`;
    return { ...this.report('Approved', reason, message, plan), approval };
  }

  private report(outcome: ApproveReport['outcome'], reason: string, message: string, plan: string | undefined): ApproveReport {
    return { outcome, reason, message, ...this.asked, plan: plan ?? null, approval: null };
  }
}

function invalid(asked: Asked, reason: string, message: string): ApproveReport {
  return { outcome: 'Invalid', reason, message, ...asked, plan: null, approval: null };
}

/** @returns the exit code */
function say(output: Output, format: 'text' | 'json', report: ApproveReport): number {
  const { outcome, reason, message, namespace, name } = report;
  if (format === 'json') output.out(`${JSON.stringify(report, undefined, 2)}\n`);
  else if (outcome === 'Approved') output.out(`${namespace}/${name}: ${message}\n`);
  else output.err(`xenpool approve: ${namespace}/${name}: ${message} (${reason})\n`);
  return EXIT[outcome];
}

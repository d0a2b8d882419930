// `xenpool plan`: what an upgrade would do, why it may, how long it takes and what stands in its way, before anything moves. Writes nothing: not to the pool,
// not to a dump, not to a cluster.
import { Command, Option } from 'commander';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { readState } from '../controller/store/status';
import { silentLog } from '../foundation/log';
import { planInRehearsal } from '../rehearsal/dryRun';
import { prepare } from '../rehearsal/prepare';
import { tracer } from '../rehearsal/rehearse';
import type { Output } from './output';
import { type DumpFlags, type Format, type LiveFlags, type Options, readFlags } from './plan/flags';
import { liveManifest } from './plan/liveManifest';
import { planLive } from './plan/planLive';
import { badFlag, planReport, type PlanReport } from './plan/report';
import { objectOf, reportOf } from './plan/reportOf';
import { sayPlan } from './plan/sayPlan';

export function planCommand(output: Output, finish: (code: number) => void): Command {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];
  return new Command('plan')
    .description('Plan the upgrade of a pool, live or from its database dump; nothing is written to either.')
    .option('-f, --file <manifest>', 'PoolUpgrade manifest, YAML or JSON; without it one is made')
    .option('--target <release>', 'without -f: release to upgrade to, e.g. 8.2.1 or "XCP-ng 8.3.0"')
    .option('--database <dump.xml>', 'plan from a XAPI database dump, as `xe pool-dump-database` writes it')
    .option('--hosts <n>', 'with --database: grow the pool to n hosts by cloning those it has')
    .option('--endpoint <url>', 'a host of the pool, e.g. https://xs-01.example; may be repeated', collect, [])
    .option('--repository <url>', 'where the installer of the target is; without it hosts are planned with boot method Manual')
    .option('--username <name>', 'who logs in; default: XENPOOL_USERNAME, else root')
    .option('--password-file <file>', 'file with the password; default: what XENPOOL_PASSWORD holds')
    .option('--ca-file <pem>', 'certificates of the authorities that are trusted')
    .option('--fingerprint <sha256>', 'fingerprint of a trusted certificate; may be repeated', collect, [])
    .option('--insecure-skip-verify', 'trust whoever answers')
    .addOption(
      new Option('--tls-min-version <version>', 'oldest TLS that is spoken').choices(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']),
    )
    .option('--timeout <duration>', 'longest to wait for a live pool', '5m')
    .option('--trace', 'tell what the controller logs, on stderr')
    .option('--output <text|json|markdown>', 'how to print the plan on stdout', 'text')
    .addHelpText('after', HELP)
    .action(async (options: Options) => finish(await run(options, output)));
}

const HELP = `
Prints one plan on stdout: as text, as Markdown for a ticket, or as JSON of docs/plan.schema.json, whatever happens. docs/plan.md tells more.
The password is never a flag. On a live pool nothing is sent but questions, a login and a logout.

Exit codes: 0 a plan, 1 a defect of ours, 2 bad input or a pool that cannot be asked, 4 Blocked or Refused.

Examples:
  xenpool plan --database pool.xml
  xenpool plan --database pool.xml -f upgrade.yaml --output markdown > ticket.md
  XENPOOL_PASSWORD=… xenpool plan -f upgrade.yaml --ca-file pool-ca.pem
  xenpool plan --endpoint https://xs-01.example --target 8.2.1 --password-file pw --ca-file pool-ca.pem`;

async function run(options: Options, output: Output): Promise<number> {
  const { output: format } = options;
  if (!isFormat(format)) return sayPlan(output, 'text', badFlag(`--output ${format}: expected text, json or markdown`));
  const flags = readFlags(options, process.env);
  if ('outcome' in flags) return sayPlan(output, format, flags);
  const trace = options.trace === true ? tracer((line) => output.err(`${line}\n`)) : undefined;
  const report = flags.kind === 'dump' ? await fromDump(flags, output, trace) : await fromPool(flags, output, trace);
  return sayPlan(output, format, report);
}

function isFormat(text: string): text is Format {
  return text === 'text' || text === 'json' || text === 'markdown';
}

type Trace = ReturnType<typeof tracer> | undefined;

const SIMULATED =
  'what only a live host can answer (whether it reaches the repository, its certificate, its clock, its disks) was answered by the simulated one';

async function fromDump({ source, file, ...flags }: DumpFlags, output: Output, trace: Trace): Promise<PlanReport> {
  const prepared = prepare({ source, ...flags, seed: 1, faults: [], operator: false });
  const seen = { by: 'dump', of: source } as const;
  if ('outcome' in prepared) {
    const { outcome, reason, message, warnings: notes } = prepared;
    // A release that is written wrongly is bad input, whoever made the manifest of it.
    const invalid = outcome === 'Invalid' || reason === 'InvalidManifest';
    return planReport(invalid ? 'Invalid' : 'Refused', reason, inFile(file, reason, message), {
      seen,
      notes,
      manifest: file ?? null,
    });
  }
  const object = flags.manifest === undefined ? { namespace: '', name: '' } : objectOf(prepared.manifest);
  const progress = showProgress(output);
  const result = await planInRehearsal(prepared, { ...(trace === undefined ? {} : { log: trace }), onObject: progress.saw });
  progress.over();
  return reportOf(result, { seen, manifest: file ?? null, object, notes: [SIMULATED] });
}

/** Each line of what is wrong with a manifest begins with its file, as compilers do. */
export function inFile(file: string | undefined, reason: string, message: string): string {
  if (file === undefined || !['InvalidManifest', 'NotYetHonoured'].includes(reason)) return message;
  return message.replace(/^/gm, `${file}: `);
}

async function fromPool(flags: LiveFlags, output: Output, trace: Trace): Promise<PlanReport> {
  const read = liveManifest(flags);
  if ('outcome' in read) return read;
  const { manifest, notes } = read;
  const seen = { by: 'live', of: manifest.spec.pool.endpoints.join(', ') } as const;
  const object = flags.manifest === undefined ? { namespace: '', name: '' } : objectOf(manifest);
  const progress = showProgress(output);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const { username, password, authorities, patience } = flags;
  const log = trace?.('plan') ?? silentLog;
  const result = await planLive({
    manifest,
    username,
    password,
    authorities,
    patience,
    log,
    onObject: progress.saw,
    stop: stop.signal,
  });
  process.off('SIGINT', end).off('SIGTERM', end);
  progress.over();
  if (stop.signal.aborted)
    return planReport('Invalid', 'Interrupted', 'told to end before the plan was made', { seen, object, notes });
  return reportOf(result, { seen, manifest: flags.options.file ?? null, object, notes });
}

interface Progress {
  readonly saw: (object: PoolUpgrade) => void;
  readonly over: () => void;
}

/** What the controller is at, in one line that is drawn over; only where somebody watches. */
function showProgress({ progress }: Output): Progress {
  return {
    saw: (object) => {
      const state = readState(object);
      if (state !== undefined) progress?.(`${state.phase}${state.reason === '' ? '' : ` (${state.reason})`} …`);
    },
    over: () => progress?.(''),
  };
}

// One demo from the folder it takes to the exit code: signals, what is printed before and after, and that nothing is left behind, however it ends.
import os from 'node:os';
import { NotReady, type Program } from '../demo/child';
import { createDemo, type Places } from '../demo/demo';
import { DEMO_RELEASE } from '../demo/flags';
import { defaultFolder, DemoFolder, FolderError, type Kept } from '../demo/folder';
import { sampleName, sampleTarget } from '../demo/manifests';
import { ProcessFailure, survivors } from '../demo/processes';
import { storyView, tableView, type View } from '../demo/view';
import { Aborted, sleep } from '../foundation/clock';
import { realClock } from '../foundation/realClock';
import { systemRandom } from '../foundation/systemRandom';
import type { BootMethod } from '../api/generated/poolUpgrade';
import { type RehearsalReport } from '../rehearsal/report';
import type { DemoWish } from './demoFlags';
import type { Output } from './output';
import { badFlag, defect, sayReport } from './sayReport';

/** Processes of a demo that was killed end by themselves, the slowest in this time. */
const SURVIVAL_MS = 15_000;

export async function runDemo(wish: DemoWish, output: Output): Promise<number> {
  const told = new Told();
  const say = (report: RehearsalReport): number => sayReport(output, wish.json ? 'json' : 'text', report);
  let folder: DemoFolder | undefined;
  try {
    folder = DemoFolder.take(wish.data);
    const kept = await keptFor(folder, wish, told.signal);
    return await perform({ wish, folder, kept, told, output, say });
  } catch (error) {
    const report = reportOn(error);
    if (report !== undefined) return say(report);
    if (!(error instanceof Aborted) || told.order === undefined) throw error;
    const again = wish.data === defaultFolder() ? '' : ` --data ${wish.data}`;
    output.err(`xenpool demo: ended by ${told.order}; npm run demo -- --resume${again} goes on where it stood\n`);
    return told.code;
  } finally {
    folder?.leave();
    told.dispose();
  }
}

/** What can go wrong with the folder, the flags or the processes; undefined for anything else. */
function reportOn(error: unknown): RehearsalReport | undefined {
  if (error instanceof FolderError) return badFlag(error.message);
  if (error instanceof NotReady && error.ending.code === 2) return badFlag(error.complaint);
  return error instanceof NotReady || error instanceof ProcessFailure ? defect(error) : undefined;
}

interface Performance {
  readonly wish: DemoWish;
  readonly folder: DemoFolder;
  readonly kept: Kept;
  readonly told: Told;
  readonly output: Output;
  /** @returns the exit code */
  readonly say: (report: RehearsalReport) => number;
}

async function perform({ wish, folder, kept, told, output, say }: Performance): Promise<number> {
  const view = viewFor(wish, output);
  const demo = createDemo({
    ...{ program: thisProgram(), folder, kept, crashAt: wish.crashAt, clock: realClock(), random: systemRandom() },
    ...{ onSight: (sight) => view.hear(sight), say: (words) => view.say(words), story: () => view.story },
  });
  // However this process ends, as long as it can still do something.
  const last = (): void => {
    view.close();
    demo.killNow();
  };
  process.once('exit', last);
  try {
    if (!wish.json) output.out(opening(kept, folder));
    const report = await demo.upgrade(told.signal);
    view.close();
    const code = say(report);
    if (!wish.json) output.out(wish.keep ? invitation(demo.places()) : NEXT);
    if (!wish.json && !wish.keep && code !== 0) output.out(`What the processes wrote is kept in ${folder.at}.\n`);
    if (wish.keep) await demo.stay(told.signal);
    await demo.end();
    if (code === 0 && !wish.keep) folder.remove();
    return code;
  } finally {
    view.close();
    await demo.end();
    process.off('exit', last);
  }
}

function viewFor({ json }: DemoWish, { out, colour, terminal }: Output): View {
  if (json) return storyView(() => undefined, false);
  return terminal === undefined ? storyView((line) => out(`${line}\n`), colour) : tableView(terminal);
}

/** What the run is about: new settings in an empty folder, or those it already has. */
async function keptFor(folder: DemoFolder, { settings }: DemoWish, signal: AbortSignal): Promise<Kept> {
  const old = folder.read();
  if (old !== undefined) await ended(old, signal);
  if (settings !== undefined) {
    folder.clear();
    const kept: Kept = { settings, processes: {} };
    folder.write(kept);
    return kept;
  }
  if (old === undefined) throw new FolderError(`--resume: there is no demo in ${folder.at} to go on with; start one without it`);
  return old;
}

/** @throws FolderError when processes of the demo before do not end */
async function ended({ processes }: Kept, signal: AbortSignal): Promise<void> {
  const clock = realClock();
  const until = clock.monotonic() + SURVIVAL_MS;
  for (let left = survivors(processes); left.length > 0; left = survivors(processes)) {
    if (clock.monotonic() > until)
      throw new FolderError(`processes of the demo before do not end: ${left.join(', ')}; end them, or name another folder`);
    await sleep(clock, 100, signal);
  }
}

/** Node, its flags, and the file it was started with. */
function thisProgram(): Program {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
}

/** Whoever is told to end once puts everything away; told twice it lets everything go. */
class Told {
  order: NodeJS.Signals | undefined;
  private readonly controller = new AbortController();

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, this.hear);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get code(): number {
    return 128 + (this.order === undefined ? 0 : os.constants.signals[this.order]);
  }

  dispose(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, this.hear);
  }

  private readonly hear = (name: NodeJS.Signals): void => {
    if (this.order !== undefined) process.exit(this.code);
    this.order = name;
    this.controller.abort(new Error(name));
  };
}

function opening({ settings }: Kept, folder: DemoFolder): string {
  const { hosts, vms, pace, booting } = settings;
  const { brand, version } = sampleTarget();
  const many = hosts === 1 ? '1 host' : `${hosts} hosts`;
  return `A made pool, ${many} and ${vms} VMs, goes from ${DEMO_RELEASE.brand} ${DEMO_RELEASE.version} to ${brand} ${version}.
deploy/samples/${sampleName(booting)} is applied to a small API server; the controller
is the real one. The pool is simulated: its time goes ${pace} times as fast as ours,
the controller's deadlines with it; leases and requests stay real.
${HOW_HOSTS_BOOT[booting.method]}
Everything is kept in ${folder.at}.
Ctrl-C ends all of it; --resume goes on.

`;
}

const BY_BMC = `Each host's BMC shows it the vendor's image, as the real boot server serves it.`;
const HOW_HOSTS_BOOT: Readonly<Record<BootMethod, string>> = {
  Auto: BY_BMC,
  VirtualMedia: BY_BMC,
  PXE: `Each host's BMC has it start from the network, where the real boot server answers.`,
  Staged: 'Each host stages the installer itself, from a mirror.',
  Manual: 'A played person boots the installer at each host.',
};

const NEXT = `
Four things to try next:
  npm run demo -- --fault installer-fails@master      a master that fails halts everything
  npm run demo -- --boot-method VirtualMedia          each host's BMC boots the vendor's image
  npm run demo -- --keep                              it stays up, for kubectl and curl
  npm run --silent rehearse -- --database pool.xml    the upgrade of your own pool, from
                                                      xe pool-dump-database file-name=pool.xml
`;

function invitation({ kubeconfig, metrics, control, controllerPid, logs, manifest, bootServer }: Places): string {
  const boot =
    bootServer === undefined
      ? ''
      : `the boot server (process ${bootServer.pid}) serves hosts and BMCs at ${bootServer.url};
its metrics: ${bootServer.metrics}
`;
  return `
It stays up until Ctrl-C. Three things to try next:
  kubectl --kubeconfig ${kubeconfig} get pu -w
  kubectl --kubeconfig ${kubeconfig} describe pu
  curl -s ${metrics} | grep ^poolupgrade_
What is really so is told by ${control}/world;
what the controller (process ${controllerPid}) says stands in ${logs};
the manifest, to read and to copy, in ${manifest}
${boot}`;
}

// The processes of a demo: an API server and a pool make its world and must not fail; a controller, or a boot server, that dies is followed by another, as a
// Deployment would see to it.
import type { Clock } from '../foundation/clock';
import { Child, type ChildPlan, type Ending, type Program } from './child';
import { type DemoFolder, lives, markOf, type ProcessMark } from './folder';

/** What `xenpool kubernetes` says when it is ready. */
export interface ServedApi {
  readonly server: string;
  readonly adminKubeconfig: string;
  readonly operatorKubeconfig: string;
  readonly bootServerKubeconfig: string;
}

/** What `xenpool simulator` says when it is ready. */
export interface ServedPool {
  readonly pool: {
    readonly endpoints: readonly string[];
    readonly username: string;
    readonly password: string;
    readonly caFile: string;
  };
  /** In the order of the hosts; none where no host has one. */
  readonly bmcs: readonly ServedBmc[];
  readonly control: { readonly url: string };
  /** With a slash at its end; images and trees of releases lie below it. */
  readonly mirror: { readonly url: string };
  /** When the pool's wall time is the real one; ISO 8601. */
  readonly clock: { readonly pace: number; readonly from: string };
}

export interface ServedBmc {
  /** The name of its host. */
  readonly host: string;
  /** As a manifest takes it. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
}

/** What `xenpool controller` and `xenpool boot-server` say when they have begun: where their metrics are, and where hosts and BMCs ask. */
export interface Started {
  readonly http: string;
  readonly url?: string;
}

export interface ProcessesParts {
  readonly program: Program;
  readonly folder: DemoFolder;
  readonly clock: Clock;
  /** Told whenever a process was started, with all that were, by name. */
  readonly started: (processes: Readonly<Record<string, ProcessMark>>) => void;
}

/** A process that must not end has ended. */
export class ProcessFailure extends Error {}

/** One that died so often will do it again, and again. */
const MOST_LIVES = 20;

export class Processes {
  private readonly children = new Map<string, Child>();
  private readonly processes: Record<string, ProcessMark> = {};
  private ending = false;

  constructor(private readonly parts: ProcessesParts) {}

  /** @throws NotReady, Aborted */
  async start(name: string, flags: readonly string[], signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    signal.throwIfAborted();
    const { program, folder, clock, started } = this.parts;
    const plan: ChildPlan = { name, flags, out: folder.inside(`${name}.out`), err: folder.inside(`${name}.err`) };
    const child = Child.start(program, plan, clock);
    this.children.set(name, child);
    this.processes[name] = markOf(child.pid);
    started(this.processes);
    return child.ready(signal);
  }

  pidOf(name: string): number {
    return this.children.get(name)?.pid ?? 0;
  }

  kill(name: string): void {
    this.children.get(name)?.kill();
  }

  /** Rejects when one of these ends that was not told to. */
  async watch(names: readonly string[]): Promise<never> {
    const ends = names.map(async (name) => {
      const child = this.children.get(name)!;
      return { child, ending: await child.ended };
    });
    const { child, ending } = await Promise.race(ends);
    if (this.ending) return new Promise<never>(() => undefined);
    throw new ProcessFailure(`${child.plan.name} ended (${how(ending)}); it wrote to ${child.plan.err}: ${child.complaint()}`);
  }

  /**
   * Starts a process, and another whenever one ends that was not told to.
   * @param onStart told of each that has begun, from 1, and how the one before ended
   * @throws NotReady when one does not begin; ProcessFailure when too many died
   */
  async keepUp(
    name: string,
    flags: readonly string[],
    signal: AbortSignal,
    onStart: (number: number, started: Started, before: string) => void,
  ): Promise<never> {
    let before = '';
    for (let number = 1; number <= MOST_LIVES; number++) {
      onStart(number, (await this.start(name, flags, signal)) as unknown as Started, before);
      const ending = await this.children.get(name)!.ended;
      if (this.ending) return new Promise<never>(() => undefined);
      before = how(ending);
    }
    throw new ProcessFailure(
      `${name} ended ${MOST_LIVES} times, the last time by ${before}; see ${this.parts.folder.inside(`${name}.out`)}`,
    );
  }

  /** The controller first, while there is still something it can put down; then the rest. */
  async end(): Promise<void> {
    this.ending = true;
    await this.children.get('controller')?.end();
    await Promise.all([...this.children.values()].map((child) => child.end()));
  }

  /** All at once, as by `kill -9`. */
  killNow(): void {
    this.ending = true;
    for (const child of this.children.values()) child.kill();
  }
}

function how({ code, signal }: Ending): string {
  return signal ?? `exit code ${code}`;
}

/** Those of an earlier demo that still live. */
export function survivors(processes: Readonly<Record<string, ProcessMark>>): readonly string[] {
  return Object.entries(processes)
    .filter(([, mark]) => lives(mark))
    .map(([name, { pid }]) => `${name} (${pid})`);
}

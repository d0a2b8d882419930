// The three processes of a demo: an API server, a pool and a controller. The first two make its world and must not fail; a controller that dies is followed by
// another, as a Deployment would see to it.
import type { Clock } from '../foundation/clock';
import { Child, type ChildPlan, type Ending, type Program } from './child';
import { type DemoFolder, lives, markOf, type ProcessMark } from './folder';

/** What `xenpool kubernetes` says when it is ready. */
export interface ServedApi {
  readonly server: string;
  readonly adminKubeconfig: string;
  readonly operatorKubeconfig: string;
}

/** What `xenpool simulator` says when it is ready. */
export interface ServedPool {
  readonly pool: {
    readonly endpoints: readonly string[];
    readonly username: string;
    readonly password: string;
    readonly caFile: string;
  };
  readonly control: { readonly url: string };
  /** When the pool's wall time is the real one; ISO 8601. */
  readonly clock: { readonly pace: number; readonly from: string };
}

/** What `xenpool controller` says when it has begun. */
export interface StartedController {
  readonly http: string;
}

export interface TrioParts {
  readonly program: Program;
  readonly folder: DemoFolder;
  readonly clock: Clock;
  /** Told whenever a process was started, with all that were, by name. */
  readonly started: (processes: Readonly<Record<string, ProcessMark>>) => void;
}

/** A process that must not end has ended. */
export class TrioFailure extends Error {}

/** A controller that died so often will do it again, and again. */
const MOST_CONTROLLERS = 20;

export class Trio {
  private readonly children = new Map<string, Child>();
  private readonly processes: Record<string, ProcessMark> = {};
  private ending = false;

  constructor(private readonly parts: TrioParts) {}

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
    throw new TrioFailure(`${child.plan.name} ended (${how(ending)}); it wrote to ${child.plan.err}: ${child.complaint()}`);
  }

  /**
   * Starts the controller, and another whenever one ends that was not told to.
   * @param onStart told of each that has begun, from 1, and how the one before ended
   * @throws NotReady when one does not begin; TrioFailure when too many died
   */
  async keepController(
    flags: readonly string[],
    signal: AbortSignal,
    onStart: (number: number, started: StartedController, before: string) => void,
  ): Promise<never> {
    let before = '';
    for (let number = 1; number <= MOST_CONTROLLERS; number++) {
      onStart(number, (await this.start('controller', flags, signal)) as unknown as StartedController, before);
      const ending = await this.children.get('controller')!.ended;
      if (this.ending) return new Promise<never>(() => undefined);
      before = how(ending);
    }
    throw new TrioFailure(
      `${MOST_CONTROLLERS} controllers ended, the last by ${before}; see ${this.parts.folder.inside('controller.out')}`,
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

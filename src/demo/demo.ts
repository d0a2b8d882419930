// The demonstration: an API server, a pool, a controller and where hosts boot by their BMCs a boot server, as processes of their own, started and watched from
// here. It does what a person would do with kubectl, looks on until the upgrade is over, has the world's books judge it, and puts everything away.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { Aborted, type Clock, orAborted } from '../foundation/clock';
import type { Anchor } from '../foundation/pacedClock';
import type { Random } from '../foundation/random';
import { createKubernetesClient } from '../kubernetes/client/client';
import { type Credentials, KeptCredentials } from '../kubernetes/client/credentials';
import { openConfig } from '../kubernetes/client/kubeConfig';
import type { RehearsalReport } from '../rehearsal/report';
import type { Verdict } from '../simulator/books/createBooks';
import type { Tally } from '../simulator/servers/tally';
import { readWrites, type Writes, writesSince } from './apiCounts';
import { type Account, type Before, beforeOf, endSaid, isAtAnEnd, reportOf } from './conclusion';
import { ask } from './control';
import { bootsByBmc, bootUrl, holdPort, keepKey } from './booting';
import type { Program } from './child';
import { type BootPlace, bootServerFlags, controllerFlags, kubernetesFlags, simulatorFlags } from './flags';
import { follow } from './follow';
import type { DemoFolder, Kept } from './folder';
import { install, NAMESPACE } from './install';
import { Person } from './person';
import { Processes, type ServedApi, type ServedPool } from './processes';
import type { Sight, WorldView } from './sight';
import type { StoryLine } from './storyteller';

/** Where people look who want to see for themselves. */
export interface Places {
  readonly kubeconfig: string;
  readonly metrics: string;
  readonly control: string;
  readonly controllerPid: number;
  readonly logs: string;
  /** The manifest that was applied. */
  readonly manifest: string;
  readonly bootServer: { readonly url: string; readonly pid: number; readonly metrics: string } | undefined;
}

export interface DemoParts {
  readonly program: Program;
  readonly folder: DemoFolder;
  readonly kept: Kept;
  /** Kill the controller when the object has changed so often. */
  readonly crashAt: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onSight: (sight: Sight) => void;
  /** Something about the processes, in words. */
  readonly say: (words: string) => void;
  /** What was told so far. */
  readonly story: () => readonly StoryLine[];
}

export interface Demo {
  /** @throws Aborted; NotReady or ProcessFailure when a process is not what it should be */
  upgrade(signal: AbortSignal): Promise<RehearsalReport>;
  /** After the upgrade: stays until the signal aborts. */
  stay(signal: AbortSignal): Promise<void>;
  places(): Places;
  end(): Promise<void>;
  killNow(): void;
}

export function createDemo(parts: DemoParts): Demo {
  return new RunningDemo(parts);
}

/** A process ended that must not. */
type Fall = Promise<never>;

class RunningDemo implements Demo {
  private readonly processes: Processes;
  private kept: Kept;
  private api: ServedApi | undefined;
  private pool: ServedPool | undefined;
  /** Undefined where no host boots by its BMC. */
  private boot: BootPlace | undefined;
  /** Where the metrics of each process are, by name. */
  private readonly http = new Map<string, string>();
  private readonly falls: Fall[] = [];

  constructor(private readonly parts: DemoParts) {
    const { program, folder, clock, kept } = parts;
    this.kept = kept;
    const started = (processes: Kept['processes']): void => this.keep({ processes: { ...processes } });
    this.processes = new Processes({ program, folder, clock, started });
  }

  async upgrade(signal: AbortSignal): Promise<RehearsalReport> {
    const { clock, random, onSight } = this.parts;
    const { api, pool } = await this.startServers(signal);
    const credentials = new KeptCredentials(clock, openConfig({ kind: 'Files', paths: [api.adminKubeconfig] }).read);
    const client = createKubernetesClient({ credentials, clock, userAgent: 'xenpool-demo' });
    try {
      const world = (): Promise<WorldView> => ask<WorldView>(pool.control.url, '/world', signal);
      const before = this.kept.before ?? beforeOf(await world());
      this.keep({ before });
      const manifest = await install(client.api, pool, this.kept.settings.booting);
      this.parts.folder.put('poolupgrade.yaml', manifest);
      const writes = await readWrites(await credentials.current());
      if (this.boot !== undefined) await this.orFall(this.startBootServer(api, pool, this.boot, signal), signal);
      this.startController(api, pool, signal);
      const object = await this.orFall(
        this.untilEnd({ api: client.api, clock, random, onSight, ...whereAndWhen(pool) }, signal),
        signal,
      );
      return await this.conclude({ object, before, pool, writes, credentials: await credentials.current() }, signal);
    } finally {
      client.close();
    }
  }

  async stay(signal: AbortSignal): Promise<void> {
    try {
      await this.orFall(new Promise<never>(() => undefined), signal);
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
    }
  }

  places(): Places {
    return {
      kubeconfig: this.api?.adminKubeconfig ?? '',
      metrics: this.metricsOf('controller'),
      control: this.pool?.control.url ?? '',
      controllerPid: this.processes.pidOf('controller'),
      logs: this.parts.folder.inside('controller.out'),
      manifest: this.parts.folder.inside('poolupgrade.yaml'),
      bootServer: this.boot && {
        url: bootUrl(this.boot.port),
        pid: this.processes.pidOf('boot-server'),
        metrics: this.metricsOf('boot-server'),
      },
    };
  }

  end(): Promise<void> {
    return this.processes.end();
  }

  killNow(): void {
    this.processes.killNow();
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.parts.folder.write(this.kept);
  }

  private metricsOf(name: string): string {
    return `${this.http.get(name) ?? ''}/metrics`;
  }

  private async startServers(signal: AbortSignal): Promise<{ readonly api: ServedApi; readonly pool: ServedPool }> {
    const { folder } = this.parts;
    const { settings } = this.kept;
    const held = bootsByBmc(settings.booting) ? await this.findBootPlace() : undefined;
    try {
      const [api, pool] = await Promise.all([
        this.processes.start('kubernetes', kubernetesFlags(folder), signal),
        this.processes.start('simulator', simulatorFlags(folder, settings, this.boot), signal),
      ]);
      this.api = api as unknown as ServedApi;
      this.pool = pool as unknown as ServedPool;
    } finally {
      await held?.letGo();
    }
    this.watchFor(this.processes.watch(['kubernetes', 'simulator']));
    return { api: this.api, pool: this.pool };
  }

  /** The port is the one that an earlier process of this demo had, or a free one that is held until its server is started. */
  private async findBootPlace(): Promise<{ letGo(): Promise<void> } | undefined> {
    const { folder } = this.parts;
    const keyFile = folder.inside('boot.key');
    keepKey(keyFile);
    const held = this.kept.bootPort === undefined ? await holdPort() : undefined;
    const port = this.kept.bootPort ?? held?.port ?? 0;
    this.boot = { port, keyFile };
    this.keep({ bootPort: port });
    return held;
  }

  /** Resolves when the first one serves. */
  private startBootServer(api: ServedApi, pool: ServedPool, boot: BootPlace, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.keepUp('boot-server', bootServerFlags(api, pool, boot), signal, (number, before) => {
        if (number > 1) this.parts.say(`the boot server died (${before}); another serves what it served`);
        resolve();
      });
    });
  }

  private startController(api: ServedApi, pool: ServedPool, signal: AbortSignal): void {
    this.keepUp('controller', controllerFlags(api, pool, this.boot), signal, (number, before) => {
      if (number > 1)
        this.parts.say(
          `the controller died (${before}); another goes on as soon as the lease of the dead one has run out, in up to 45 real seconds`,
        );
    });
  }

  private keepUp(
    name: string,
    flags: readonly string[],
    signal: AbortSignal,
    onStart: (number: number, before: string) => void,
  ): void {
    this.watchFor(
      this.processes.keepUp(name, flags, signal, (number, { http }, before) => {
        this.http.set(name, http);
        onStart(number, before);
      }),
    );
  }

  /** Resolves with the object as the run left it. */
  private async untilEnd(
    { onSight, ...parts }: Pick<Parameters<typeof follow>[0], 'api' | 'clock' | 'random' | 'onSight' | 'controlUrl' | 'anchor'>,
    signal: AbortSignal,
  ): Promise<PoolUpgrade> {
    const over = new AbortController();
    const person = this.person(parts.controlUrl);
    let fail: (reason: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (fail = reject));
    let last: PoolUpgrade | undefined;
    let changes = 0;
    const see = (sight: Sight): void => {
      if (over.signal.aborted) return;
      onSight(sight);
      person?.look(sight, signal).catch(fail);
      if (sight.object !== last && ++changes === this.parts.crashAt) this.processes.kill('controller');
      last = sight.object;
      if (isAtAnEnd(sight.object, person !== undefined)) over.abort();
    };
    const following = follow({ ...parts, namespace: NAMESPACE, onSight: see }, AbortSignal.any([signal, over.signal]));
    await Promise.race([following, failure]);
    if (signal.aborted || last === undefined) throw new Aborted(signal.reason);
    return last;
  }

  /** Undefined where nobody plays one. */
  private person(controlUrl: string): Person | undefined {
    const { say } = this.parts;
    return this.kept.settings.booting.method === 'Manual' ? new Person({ controlUrl, say }) : undefined;
  }

  private async conclude(
    {
      object,
      before,
      pool,
      writes,
      credentials,
    }: { object: PoolUpgrade; before: Before; pool: ServedPool; writes: Writes; credentials: Credentials },
    signal: AbortSignal,
  ): Promise<RehearsalReport> {
    const { url } = pool.control;
    const world = await ask<WorldView>(url, '/world', signal);
    const said = endSaid({ object, before, world });
    const verdict =
      said === undefined ? await ask<Verdict>(url, '/books', signal) : await ask<Verdict>(url, '/end', signal, said);
    const account: Account = {
      ...{ object, before, world, story: this.parts.story() },
      tally: await ask<Tally>(url, '/tally', signal),
      writes: writesSince(writes, await readWrites(credentials)),
    };
    return reportOf(account, verdict);
  }

  private watchFor(fall: Fall): void {
    this.falls.push(fall);
    // It may come when nobody waits any more.
    fall.catch(() => undefined);
  }

  /** @throws Aborted at once when the signal aborts, whatever the work is at */
  private orFall<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return orAborted(Promise.race([work, ...this.falls]), signal);
  }
}

function whereAndWhen({ control, clock }: ServedPool): { readonly controlUrl: string; readonly anchor: Anchor } {
  return { controlUrl: control.url, anchor: { pace: clock.pace, from: Date.parse(clock.from) } };
}

// The demonstration: an API server, a pool and a controller as processes of their own, started and watched from here. It does what a person would do with
// kubectl, looks on until the upgrade is over, has the world's books judge it, and puts everything away.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { Aborted, type Clock, orAborted } from '../foundation/clock';
import type { Anchor } from '../foundation/pacedClock';
import type { Random } from '../foundation/random';
import { createKubernetesClient } from '../kubernetes/client/client';
import { type Credentials, KeptCredentials } from '../kubernetes/client/credentials';
import { openConfig } from '../kubernetes/client/kubeConfig';
import { printRelease } from '../plan/release';
import type { RehearsalReport } from '../rehearsal/report';
import type { Verdict } from '../simulator/books/createBooks';
import type { Tally } from '../simulator/servers/tally';
import type { Release } from '../simulator/world';
import { readWrites, type Writes, writesSince } from './apiCounts';
import { type Account, type Before, beforeOf, endSaid, isAtAnEnd, reportOf } from './conclusion';
import { ask } from './control';
import { follow } from './follow';
import type { DemoFolder, Kept } from './folder';
import { install, NAMESPACE, SYSTEM_NAMESPACE } from './install';
import type { Program } from './child';
import type { Sight, WorldView } from './sight';
import type { StoryLine } from './storyteller';
import { type ServedApi, type ServedPool, Trio } from './trio';

/** What the made pool runs: one documented hop below the newest release that anybody can install without a licence. */
export const DEMO_RELEASE: Release = { brand: 'XCP-ng', version: '8.2.1' };

/** Where people look who want to see for themselves. */
export interface Places {
  readonly kubeconfig: string;
  readonly metrics: string;
  readonly control: string;
  readonly controllerPid: number;
  readonly logs: string;
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
  /** @throws Aborted; NotReady or TrioFailure when a process is not what it should be */
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
  private readonly trio: Trio;
  private kept: Kept;
  private api: ServedApi | undefined;
  private pool: ServedPool | undefined;
  private http = '';
  private readonly falls: Fall[] = [];

  constructor(private readonly parts: DemoParts) {
    const { program, folder, clock, kept } = parts;
    this.kept = kept;
    this.trio = new Trio({ program, folder, clock, started: (processes) => this.keep({ processes: { ...processes } }) });
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
      await install(client.api, pool);
      const writes = await readWrites(await credentials.current());
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
      metrics: `${this.http}/metrics`,
      control: this.pool?.control.url ?? '',
      controllerPid: this.trio.pidOf('controller'),
      logs: this.parts.folder.inside('controller.out'),
    };
  }

  end(): Promise<void> {
    return this.trio.end();
  }

  killNow(): void {
    this.trio.killNow();
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.parts.folder.write(this.kept);
  }

  private async startServers(signal: AbortSignal): Promise<{ readonly api: ServedApi; readonly pool: ServedPool }> {
    const { folder } = this.parts;
    const { hosts, vms, pace, faults } = this.kept.settings;
    const kubernetes = ['--data', folder.inside('kubernetes'), '--secrets-in', NAMESPACE];
    const shape = [
      '--hosts',
      String(hosts),
      '--vms',
      String(vms),
      '--release',
      printRelease(DEMO_RELEASE),
      '--pace',
      String(pace),
    ];
    const [api, pool] = await Promise.all([
      this.trio.start('kubernetes', kubernetes, signal),
      this.trio.start(
        'simulator',
        ['--data', folder.inside('pool'), ...shape, ...faults.flatMap((fault) => ['--fault', fault])],
        signal,
      ),
    ]);
    this.api = api as unknown as ServedApi;
    this.pool = pool as unknown as ServedPool;
    this.watchFor(this.trio.watch(['kubernetes', 'simulator']));
    return { api: this.api, pool: this.pool };
  }

  private startController({ operatorKubeconfig }: ServedApi, { clock: { pace, from } }: ServedPool, signal: AbortSignal): void {
    const flags = [
      ...['--kubeconfig', operatorKubeconfig, '--namespaces', NAMESPACE, '--leader-election-namespace', SYSTEM_NAMESPACE],
      ...['--http-address', '127.0.0.1:0', '--pace', String(pace), '--pace-from', from],
    ];
    this.watchFor(
      this.trio.keepController(flags, signal, (number, { http }, before) => {
        this.http = http;
        if (number > 1)
          this.parts.say(
            `the controller died (${before}); another goes on as soon as the lease of the dead one has run out, in up to 45 real seconds`,
          );
      }),
    );
  }

  /** Resolves with the object as the run left it. */
  private async untilEnd(
    { onSight, ...parts }: Pick<Parameters<typeof follow>[0], 'api' | 'clock' | 'random' | 'onSight' | 'controlUrl' | 'anchor'>,
    signal: AbortSignal,
  ): Promise<PoolUpgrade> {
    const over = new AbortController();
    let last: PoolUpgrade | undefined;
    let changes = 0;
    const see = (sight: Sight): void => {
      if (over.signal.aborted) return;
      onSight(sight);
      if (sight.object !== last && ++changes === this.parts.crashAt) this.trio.kill('controller');
      last = sight.object;
      if (isAtAnEnd(sight.object)) over.abort();
    };
    await follow({ ...parts, namespace: NAMESPACE, onSight: see }, AbortSignal.any([signal, over.signal]));
    if (signal.aborted || last === undefined) throw new Aborted(signal.reason);
    return last;
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

// What is measured, each as one lap of one operator: a fresh process, kites of its own, and figures by the names that figures.ts knows. Every lap leaves the
// field as it found it: without kites and without an operator.
import path from 'node:path';
import { KubeError } from '../../src/kubernetes/api';
import { relayTo } from '../clients/relay';
import { quantile } from '../clients/statistics';
import { Driver, FLAGS_OF_THE_PRODUCT } from './driver';
import { type Field, inTurns } from './field';
import type { FigureName } from './figures';
import { type Contestant, groupOf, isSettled, type Kite, kitesIn, NAMESPACE } from './kites';
import { Sight } from './sight';

export type Figures = Partial<Record<FigureName, number>>;

/** What an object of an operator weighs in practice. */
const BYTES = 4_000;
const MANY = 1_000;
/** An operator that starts has done so by then, and its garbage of that time is gone or stays. */
const REST_MS = 4_000;
/** How long the API server is away before it is started again: long enough that whoever waits longer each time shows it. */
const AWAY_MS = 8_000;

export class Lap {
  private readonly group: string;
  private readonly sight: Sight;
  private driver: Driver | undefined;

  private constructor(
    private readonly field: Field,
    private readonly contestant: Contestant,
    private readonly folder: string,
  ) {
    this.group = groupOf(contestant);
    this.sight = new Sight(field.api, this.group);
  }

  /** @param folder for the operators' logs */
  static async take(
    field: Field,
    contestant: Contestant,
    folder: string,
    work: (lap: Lap) => Promise<Figures>,
  ): Promise<Figures> {
    const lap = new Lap(field, contestant, folder);
    try {
      return await work(lap);
    } finally {
      await lap.stop();
      await field.clear(lap.group);
      await lap.sight.gone();
      await lap.sight.close();
    }
  }

  /** From the start of the process to the first status. */
  async ready(): Promise<Figures> {
    await this.field.plant(this.group, names(1));
    await this.sight.present(1);
    const { startedAt } = this.start();
    return { ready: (await this.sight.settled(1)) - startedAt };
  }

  /** Resident memory after a start without objects, and with a thousand that have their status: such a start must write nothing. */
  async rest(): Promise<Figures> {
    const empty = this.start();
    await pause(REST_MS);
    const { now: rssEmpty } = empty.memory();
    await this.field.plant(this.group, names(MANY), BYTES);
    await this.sight.settled(MANY);
    await this.stop();
    const before = await this.field.statusWrites(this.group);
    const full = this.start();
    await pause(REST_MS);
    const noopWrites = (await this.field.statusWrites(this.group)) - before;
    return { rssEmpty, rssFull: full.memory().now, noopWrites };
  }

  /** A thousand changes at a steady rate, one after the other through a hundred kites. */
  async steady(): Promise<Figures> {
    const driver = this.start();
    const each = names(100);
    await this.field.plant(this.group, each);
    await this.sight.settled(each.length);
    this.sight.latencies.length = 0;
    const writes = await this.field.statusWrites(this.group);
    const cpu = driver.cpu();
    await this.changes(each, MANY, 25_000);
    const { latencies } = this.sight;
    return {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: driver.cpu() - cpu,
      writesPerChange: ((await this.field.statusWrites(this.group)) - writes) / MANY,
    };
  }

  /** From the first of a thousand objects to the last status. */
  async burst(): Promise<Figures> {
    const driver = this.start();
    await pause(REST_MS);
    const begun = performance.now();
    await this.field.plant(this.group, names(MANY), BYTES);
    const burst = ((await this.sight.settled(MANY)) - begun) / 1_000;
    return { burst, burstPeak: driver.memory().peak };
  }

  /** The same through a door that counts: connections in a minute of steady changes, and in a burst. */
  async connections(): Promise<Figures> {
    const relay = await relayTo(this.field.server.url);
    try {
      this.start(relay.origin);
      const each = names(100);
      await this.field.plant(this.group, each);
      await this.sight.settled(each.length);
      const before = relay.count();
      await this.changes(each, MANY, 60_000);
      const steady = relay.count();
      await this.field.plant(this.group, names(MANY + each.length).slice(each.length), BYTES);
      await this.sight.settled(MANY + each.length);
      return { connectionsSteady: steady - before, connectionsBurst: relay.count() - steady };
    } finally {
      await this.stop();
      relay.close();
    }
  }

  /** The API server dies in the middle of a stream of changes, each to another kite, and is back seconds later. */
  async outage(): Promise<Figures> {
    this.start();
    const each = names(600);
    await this.field.plant(this.group, each);
    await this.sight.settled(each.length);
    let changed = 0;
    let killed = false;
    let firstAfter: string | undefined;
    const change = async (name: string): Promise<void> => {
      await untilTaken(() => this.field.turn(this.group, name, 2));
      changed += 1;
      if (killed) firstAfter ??= name;
    };
    const stream = inTurns(each, change, 4);
    while (changed < 200) await pause(1);
    await this.field.cluster.killApi();
    killed = true;
    await pause(AWAY_MS);
    await this.field.cluster.startApi();
    const readyAt = performance.now();
    while (firstAfter === undefined) await pause(1);
    const back = (await this.seen(firstAfter)) - readyAt;
    await stream;
    const { lost, settledAt } = await this.whatWasLost();
    return { back: Math.max(0, back) / 1_000, lost, ...(lost > 0 ? {} : { whole: (settledAt - readyAt) / 1_000 }) };
  }

  /** How often the watch is renewed while nothing happens. */
  async quiet(seconds: number): Promise<Figures> {
    await this.field.plant(this.group, names(1));
    this.start();
    await this.sight.settled(1);
    const before = await this.field.watches(this.group);
    await pause(seconds * 1_000);
    return { renewals: (await this.field.watches(this.group)) - before };
  }

  private start(url?: string): Driver {
    const env = { KUBECONFIG: this.field.kubeconfig(url), XENPOOL_BENCH_GROUP: this.group };
    // Beside this program, which is bundled as they are.
    const script = path.join(__dirname, `${this.contestant}.cjs`);
    const flags = this.contestant === 'ours' ? FLAGS_OF_THE_PRODUCT : [];
    return (this.driver = new Driver({ name: this.contestant, script, flags, env }, this.folder));
  }

  private async stop(): Promise<void> {
    const { driver } = this;
    this.driver = undefined;
    await driver?.kill();
  }

  /** At a steady rate, whatever becomes of them; ends when all are answered. */
  private async changes(each: readonly string[], count: number, ms: number): Promise<void> {
    const begun = performance.now();
    for (let at = 0; at < count; at++) {
      await pause(begun + (ms / count) * at - performance.now());
      await this.field.turn(this.group, each[at % each.length]!, 2 + Math.floor(at / each.length));
    }
    await this.sight.settled(each.length);
  }

  /** @returns when the status of this kite answers its spec */
  private async seen(name: string): Promise<number> {
    const until = performance.now() + 60_000;
    while (performance.now() < until) {
      if (isSettled(await this.field.api.get<Kite>(kitesIn(this.group), NAMESPACE, name))) return performance.now();
      await pause(20);
    }
    return Infinity;
  }

  /** Waits for as long as anything still comes. */
  private async whatWasLost(): Promise<{ readonly lost: number; readonly settledAt: number }> {
    const open = async (): Promise<number> =>
      (await this.field.api.list<Kite>(kitesIn(this.group), NAMESPACE)).items.filter((one) => !isSettled(one)).length;
    let lost = await open();
    let settledAt = performance.now();
    while (lost > 0 && performance.now() - settledAt < 30_000) {
      await pause(200);
      const now = await open();
      if (now < lost) settledAt = performance.now();
      lost = now;
    }
    return { lost, settledAt };
  }
}

async function untilTaken(work: () => Promise<void>): Promise<void> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      await pause(20);
    }
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `kite-${at}`);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

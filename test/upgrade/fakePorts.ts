// Ports that write down what crosses them, in order, and answer as a test wants.
import { known, unknown } from '../../src/foundation/fact';
import { silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { VirtualClock } from '../../src/foundation/virtualClock';
import type { Baseline } from '../../src/upgrade/baseline';
import type { FactName, Facts } from '../../src/upgrade/facts';
import type {
  ClaimPort,
  HeartPorts,
  MachinePort,
  ObserverPort,
  Outcome,
  PoolPort,
  StorePort,
  WriteResult,
} from '../../src/upgrade/ports';
import type { RunState } from '../../src/upgrade/state';
import { baseline, MARK, NOW } from './situations';

const accepted: Outcome = { kind: 'Accepted' };

export class FakePorts implements HeartPorts {
  readonly clock = new VirtualClock(NOW);
  readonly steady = this.clock;
  readonly random = seededRandom(5);
  readonly log = silentLog;
  /** What crossed, in order: `look`, `write`, `renew`, and verbs with their arguments. */
  readonly crossed: string[] = [];
  readonly written: RunState[] = [];
  renewals = 0;
  claimed = true;
  /** Facts of each look; the last ones stay. */
  sights: Facts[] = [];
  /** How long a look takes. */
  lookMs = 0;
  writeResult: WriteResult['kind'] = 'Written';
  holding: Awaited<ReturnType<ClaimPort['hold']>> = { kind: 'Held', epoch: 3 };
  renewal: (() => Promise<number | undefined>) | undefined;
  /** Answers by verb. */
  readonly answers = new Map<string, () => Promise<Outcome>>();

  pass(ms: number): Promise<void> {
    return this.run(new Promise((resolve) => this.clock.after(ms, resolve)));
  }

  /** An answer that takes its time. */
  async clockPassing(ms: number): Promise<Outcome> {
    await new Promise<void>((resolve) => this.clock.after(ms, resolve));
    return accepted;
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const ended = work.finally(() => (settled = true));
    ended.catch(() => undefined);
    await this.clock.run(() => settled, Number.MAX_SAFE_INTEGER);
    return ended;
  }

  readonly claim: ClaimPort = {
    mark: MARK,
    hold: () => Promise.resolve(this.holding),
    renew: () => {
      this.renewals++;
      this.crossed.push('renew');
      return this.renewal?.() ?? Promise.resolve(this.claimed ? this.clock.monotonic() : undefined);
    },
    release: () => Promise.resolve(),
    slacken: () => undefined,
  };

  readonly observer: ObserverPort = {
    observe: async (_needs: ReadonlySet<FactName>) => {
      this.crossed.push('look');
      if (this.lookMs > 0) await new Promise<void>((resolve) => this.clock.after(this.lookMs, resolve));
      return this.sights.length > 1 ? this.sights.shift()! : this.sights[0]!;
    },
    change: () => Promise.resolve(),
  };

  readonly store: StorePort = {
    writeState: (state) => {
      this.crossed.push('write');
      if (this.writeResult === 'Written') this.written.push(state);
      const kind = this.writeResult;
      return Promise.resolve(kind === 'Written' ? { kind, at: this.clock.monotonic() } : { kind });
    },
    saveBaseline: () => Promise.resolve({ configMaps: ['c'], sha256: 'x' }),
    loadBaseline: () => Promise.resolve(known<Baseline>(baseline())),
    takeBackup: () => this.answer('takeBackup'),
    saveRecord: () => Promise.resolve({ configMaps: ['plan'], sha256: 'digest' }),
    loadPlan: () => Promise.resolve(unknown('no plan is kept')),
    saveLeaving: () => Promise.resolve(),
    protect: () => Promise.resolve(),
  };

  /** Every verb is there; what it was asked stands in `crossed`. */
  readonly pool: PoolPort = new Proxy({} as PoolPort, {
    get:
      (_, verb) =>
      (...args: readonly unknown[]): Promise<Outcome> =>
        this.answer(String(verb), args),
  });

  readonly machines: MachinePort = new Proxy({} as MachinePort, {
    get:
      (_, verb) =>
      (...args: readonly unknown[]): Promise<Outcome> =>
        this.answer(String(verb), args),
  });

  private answer(verb: string, args: readonly unknown[] = []): Promise<Outcome> {
    // What an order is proved with is no part of it.
    this.crossed.push([verb, ...args.filter((arg) => typeof arg !== 'function')].join(' '));
    return this.answers.get(verb)?.() ?? Promise.resolve(accepted);
  }
}

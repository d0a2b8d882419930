// Sees what an operator makes of its kites, by a watch of the bench's own: when a spec changed, and when the status said so. Both moments are taken at the
// same eye, so what remains is the operator's way: its watch, its work, its write.
import { realClock } from '../../src/foundation/realClock';
import { silentLog } from '../../src/foundation/log';
import { systemRandom } from '../../src/foundation/systemRandom';
import type { KubernetesApi } from '../../src/kubernetes/api';
import { Reflector } from '../../src/kubernetes/reflector';
import { isSettled, type Kite, kitesIn } from './kites';

export class Sight {
  /** Milliseconds from seeing a change to seeing the status that answers it, in the order of the answers. */
  readonly latencies: number[] = [];
  private readonly over = new AbortController();
  private readonly running: Promise<void>;
  private readonly kites: Reflector<Kite>;
  /** When each change that is not answered yet was seen. */
  private readonly open = new Map<string, number>();
  private readonly seen = new Set<string>();
  private look: () => void = () => undefined;

  constructor(api: KubernetesApi, group: string) {
    const parts = { api, clock: realClock(), random: systemRandom(), log: silentLog, resource: kitesIn(group) };
    this.kites = new Reflector<Kite>({ ...parts, onKey: (key) => this.take(key) });
    this.running = this.kites.run(this.over.signal);
  }

  /** Resolves when there are so many kites, each with a status that answers its spec. @returns the moment, by `performance.now()` */
  settled(count: number, patienceMs = 60_000): Promise<number> {
    return this.when(() => this.seen.size === count && this.open.size === 0, `${count} settled kites`, patienceMs);
  }

  gone(): Promise<number> {
    return this.when(() => this.kites.hasSynced && this.seen.size === 0, 'no kites', 60_000);
  }

  /** Resolves when so many kites are seen, settled or not. */
  present(count: number): Promise<number> {
    return this.when(() => this.seen.size === count, `${count} kites`, 60_000);
  }

  async close(): Promise<void> {
    this.over.abort();
    await this.running;
  }

  private when(holds: () => boolean, what: string, patienceMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const found = (): string => `${this.seen.size} kites, ${this.open.size} of them not settled`;
      const timer = setTimeout(() => reject(new Error(`found ${found()} after ${patienceMs} ms, expected ${what}`)), patienceMs);
      this.look = () => {
        if (!holds()) return;
        this.look = () => undefined;
        clearTimeout(timer);
        resolve(performance.now());
      };
      this.look();
    });
  }

  private take(key: string): void {
    const now = performance.now();
    const kite = this.kites.get(key);
    if (kite === undefined) this.seen.delete(key);
    else this.seen.add(key);
    if (kite !== undefined && !isSettled(kite)) {
      if (!this.open.has(key)) this.open.set(key, now);
    } else {
      const begun = this.open.get(key);
      if (begun !== undefined && kite !== undefined) this.latencies.push(now - begun);
      this.open.delete(key);
    }
    this.look();
  }
}

// Lets a few through at a time, the others in the order in which they came. `node:http` limits only connections that stand already; a burst of calls to a
// host that is slow to shake hands would open one each.

export class Turnstile {
  private readonly waiting = new Set<() => void>();
  private inside = 0;

  /** @param places how many may be inside at once */
  constructor(private readonly places: number) {}

  /** @returns how to leave, to be called once. @throws the signal's reason when it aborts first */
  enter(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.waiting.delete(pass);
        reject(signal.reason as Error);
      };
      const pass = (): void => {
        signal.removeEventListener('abort', onAbort);
        this.waiting.delete(pass);
        this.inside += 1;
        resolve(() => this.leave());
      };
      if (this.inside < this.places) return pass();
      this.waiting.add(pass);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  private leave(): void {
    this.inside -= 1;
    const [next] = this.waiting;
    next?.();
  }
}

// Lets a few through at a time, the others in the order in which they came. `node:http` limits only connections that stand already; a burst of calls to a
// host that is slow to shake hands would open one each.

export class Turnstile {
  private readonly waiting = new Set<() => void>();
  private inside = 0;

  /** @param places how many may be inside at once */
  constructor(private readonly places: number) {}

  /** @returns whether there was a place. Whoever is in has to {@link leave}, once */
  enterAtOnce(): boolean {
    if (this.inside >= this.places) return false;
    this.inside += 1;
    return true;
  }

  /** Waits for a place. @throws the signal's reason when it aborts first; nobody is in then */
  enter(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (this.enterAtOnce()) return resolve();
      const onAbort = (): void => {
        this.waiting.delete(pass);
        reject(signal.reason as Error);
      };
      const pass = (): void => {
        signal.removeEventListener('abort', onAbort);
        this.waiting.delete(pass);
        this.inside += 1;
        resolve();
      };
      this.waiting.add(pass);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  leave(): void {
    this.inside -= 1;
    const [next] = this.waiting;
    next?.();
  }
}

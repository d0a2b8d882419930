// Work that several ask for at once is done once. Whoever gives up leaves the others unharmed: when the one for whom it was begun does, the next begins it anew.
import { Aborted } from '../../../foundation/clock';

export class SharedWork<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  /**
   * @param begin is called where nobody is at it already
   * @throws what the work throws; Aborted by the own signal alone
   */
  async do(key: string, signal: AbortSignal, begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      if (signal.aborted) throw new Aborted(signal.reason);
      const joined = this.#underWay.get(key);
      if (joined === undefined) return await this.#begin(key, () => begin(signal));
      try {
        return await joined;
      } catch (error) {
        if (!(error instanceof Aborted)) throw error;
      }
    }
  }

  async #begin(key: string, begin: () => Promise<T>): Promise<T> {
    const work = begin();
    this.#underWay.set(key, work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(key);
    }
  }
}

// A book of sessions in memory, that says what it was told.
import type { SessionBook } from '../../src/bmc/sessionBook';

export class MemoryBook implements SessionBook {
  readonly told: string[] = [];
  readonly errors: string[] = [];
  /** What the next one that is opened ends with. */
  refusal: Error | undefined;
  /** Called when one was opened. */
  onOpened: () => void = () => undefined;

  constructor(private readonly waiting: string[] = []) {}

  opened(uri: string): Promise<void> {
    this.told.push(`opened ${uri}`);
    this.onOpened();
    const { refusal } = this;
    this.refusal = undefined;
    return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
  }

  ended(uri: string): void {
    this.told.push(`ended ${uri}`);
    const index = this.waiting.indexOf(uri);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  leave(uri: string, why?: Error): void {
    this.told.push(`left ${uri}`);
    if (why !== undefined) this.errors.push(why.message);
    if (!this.waiting.includes(uri)) this.waiting.push(uri);
  }

  left(): readonly string[] {
    return [...this.waiting];
  }
}

// Questions and orders to one BMC. A question is answered or fails. An order may also be lost on the way: then nothing is sent again, and reading decides; where
// reading does not decide either, the outcome is not known, and that is what is said (Timeout).
import { type Clock, sleep } from '../../foundation/clock';
import { BmcError, type BmcErrorKind } from '../bmc';
import type { Caller } from './caller';

/** `done`: the BMC says so. `maybe`: it may have been done. */
export type Sent = 'done' | 'maybe';

export interface Seen<T> {
  readonly value: T;
  /** Whether it is what was wanted. */
  readonly reached: boolean;
}

export interface Watch<T> {
  readonly read: () => Promise<T>;
  readonly enough: (value: T) => boolean;
  readonly withinMs: number;
}

/** What may pass while the outcome of an order is being read. Anything else ends the reading. */
const PASSING: ReadonlySet<BmcErrorKind> = new Set(['Transient', 'Busy', 'Unreachable']);

export class Exchange {
  constructor(
    private readonly caller: Caller,
    private readonly clock: Clock,
    /** Milliseconds between two readings. */
    private readonly pollMs: number,
  ) {}

  /** @returns what it printed */
  async ask(verb: string, command: readonly string[], signal: AbortSignal, extraMs = 0): Promise<string> {
    const { result, failure } = await this.caller.send(command, signal, extraMs);
    if (failure !== undefined) throw this.caller.error(verb, { result, failure });
    return result.stdout;
  }

  /** As `ask`; empty where the BMC answers that it has no such thing. Silence and refused logins still throw. */
  async askOrNothing(verb: string, command: readonly string[], signal: AbortSignal, extraMs = 0): Promise<string> {
    const { result, failure } = await this.caller.send(command, signal, extraMs);
    if (failure === undefined) return result.stdout;
    if (failure.delivered === 'refused' && failure.kind === 'Unsupported') return '';
    throw this.caller.error(verb, { result, failure });
  }

  /**
   * An order, sent once.
   * @param already reads whether what it wants is so; asked where the BMC failed without saying how far it got
   * @throws BmcError when it was certainly not done; Timeout when that cannot be said
   */
  async tell(verb: string, command: readonly string[], already: () => Promise<boolean>, signal: AbortSignal): Promise<Sent> {
    const { result, failure } = await this.caller.order(command, signal);
    if (failure === undefined) return 'done';
    if (failure.delivered === 'maybe') return 'maybe';
    const error = this.caller.error(verb, { result, failure });
    if (failure.delivered === 'no' || failure.kind !== 'Transient') throw error;
    if (await this.orUnknown(verb, already)) return 'maybe';
    throw error;
  }

  /** An order that not every BMC knows and that is not needed. @throws BmcError when the BMC could not be asked at all */
  async tellIfKnown(verb: string, command: readonly string[], signal: AbortSignal): Promise<void> {
    const { result, failure } = await this.caller.order(command, signal);
    if (failure?.delivered === 'no') throw this.caller.error(verb, { result, failure });
  }

  /**
   * Reads after an order until it is enough, or time is over.
   * @throws BmcError Timeout `OutcomeUnknown` when it could not be read, or the order was lost and is not seen to have been done
   */
  async watch<T>(verb: string, sent: Sent, { read, enough, withinMs }: Watch<T>, signal: AbortSignal): Promise<Seen<T>> {
    const end = this.clock.monotonic() + withinMs;
    for (;;) {
      const seen = await this.attempt(verb, read);
      if (!(seen instanceof BmcError) && enough(seen.value)) return { value: seen.value, reached: true };
      if (this.clock.monotonic() >= end) return this.inTheEnd(verb, sent, seen);
      await this.pause(signal);
    }
  }

  pause(signal: AbortSignal): Promise<void> {
    return sleep(this.clock, this.pollMs, signal);
  }

  problem(kind: BmcErrorKind, verb: string, what: string, reason: string): BmcError {
    return new BmcError(kind, verb, `${this.caller.where}: ${verb}: ${what}`, reason);
  }

  private inTheEnd<T>(verb: string, sent: Sent, seen: { readonly value: T } | BmcError): Seen<T> {
    if (seen instanceof BmcError) throw this.unknown(verb, seen);
    if (sent === 'maybe')
      throw this.problem('Timeout', verb, 'no answer came, and it is not seen to have been done', 'OutcomeUnknown');
    return { value: seen.value, reached: false };
  }

  private async attempt<T>(verb: string, read: () => Promise<T>): Promise<{ readonly value: T } | BmcError> {
    try {
      return { value: await read() };
    } catch (error) {
      if (!(error instanceof BmcError)) throw error;
      if (PASSING.has(error.kind)) return error;
      throw this.unknown(verb, error);
    }
  }

  private async orUnknown<T>(verb: string, read: () => Promise<T>): Promise<T> {
    const seen = await this.attempt(verb, read);
    if (seen instanceof BmcError) throw this.unknown(verb, seen);
    return seen.value;
  }

  private unknown(verb: string, why: BmcError): BmcError {
    return this.problem('Timeout', verb, `it was sent, and its outcome could not be read: ${why.message}`, 'OutcomeUnknown');
  }
}

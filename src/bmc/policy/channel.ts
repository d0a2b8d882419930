// One protocol of one BMC, with manners: no order before it is proved whose BMC it is, no second login after a refused one, none while it is known to be away,
// and again later only what passes by itself.
import { Aborted, type Clock, sleep } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import { type Bmc, BmcError, type Capabilities } from '../bmc';
import type { Attempt, Attempts } from './attempts';
import { retryDelayMs } from './backOff';
import { Circuit } from './circuit';

export interface ChannelParts {
  readonly protocol: 'redfish' | 'ipmi';
  readonly bmc: Bmc;
  readonly clock: Clock;
  readonly random: Random;
  readonly attempts: Attempts;
  /** @throws BmcError Mismatch where it is not proved that this BMC is the expected machine's */
  readonly identify: (capabilities: Capabilities) => void;
  /** Failures in a row that open the circuit. */
  readonly threshold: number;
  /** Milliseconds that one call may spend on trying again. */
  readonly patienceMs: number;
}

type Work<T> = (bmc: Bmc) => Promise<T>;

export class Channel {
  private readonly circuit: Circuit;
  /** The refused login. Another one with the same password may lock the account: a BMC with other credentials is another channel. */
  private refused: BmcError | undefined;
  private identified = false;
  /** As it said when it was probed last. */
  private can: Capabilities | undefined;

  constructor(private readonly parts: ChannelParts) {
    this.circuit = new Circuit(parts.clock, parts.random, parts.threshold);
  }

  get protocol(): 'redfish' | 'ipmi' {
    return this.parts.protocol;
  }

  isOf(bmc: Bmc): boolean {
    return this.parts.bmc === bmc;
  }

  /** Whether it is known that it boots machines, and that in which mode is not its affair. */
  get choosesNoMode(): boolean {
    return this.can !== undefined && this.can.bootOnce.targets.length > 0 && this.can.bootOnce.modes.length === 0;
  }

  async probe(signal: AbortSignal): Promise<Capabilities> {
    this.can = await this.read('probe', (bmc) => bmc.probe(signal), signal);
    return this.can;
  }

  /** A question. */
  async read<T>(verb: string, work: Work<T>, signal: AbortSignal): Promise<T> {
    this.admit(verb);
    return this.persist(verb, work, () => 'read', signal);
  }

  /** An order. */
  async write<T extends { readonly outcome: 'changed' | 'unchanged' }>(
    verb: string,
    work: Work<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (this.admit(verb) === 'half-open') await this.read('power', (bmc) => bmc.power(signal), signal);
    if (!this.identified) {
      this.parts.identify(await this.probe(signal));
      this.identified = true;
    }
    return this.persist(verb, work, ({ outcome }) => outcome, signal);
  }

  close(): Promise<void> {
    return this.parts.bmc.close();
  }

  private admit(verb: string): 'closed' | 'half-open' {
    if (this.refused !== undefined) {
      const message = `${verb}: not sent by ${this.protocol}, which refused the login before: ${this.refused.message}`;
      throw new BmcError('Unauthorized', verb, message, this.refused.reason);
    }
    const state = this.circuit.state();
    if (typeof state === 'string') return state;
    const message = `${verb}: not sent by ${this.protocol}, which is away; next try in ${Math.ceil(state / 1_000)} s`;
    throw new BmcError('Unreachable', verb, message, 'CircuitOpen', state);
  }

  private async persist<T>(
    verb: string,
    work: Work<T>,
    outcomeOf: (value: T) => Attempt['outcome'],
    signal: AbortSignal,
  ): Promise<T> {
    const end = this.parts.clock.monotonic() + this.parts.patienceMs;
    for (let failures = 1; ; failures++) {
      const { value, error } = await this.once(verb, work, outcomeOf);
      if (error === undefined) return value as T;
      const pause = error instanceof BmcError ? retryDelayMs(error, failures, this.parts.random) : undefined;
      if (pause === undefined || this.parts.clock.monotonic() + pause > end) throw error;
      await sleep(this.parts.clock, pause, signal);
    }
  }

  private async once<T>(verb: string, work: Work<T>, outcomeOf: (value: T) => Attempt['outcome']): Promise<Tried<T>> {
    const { attempts, bmc, clock } = this.parts;
    const at = clock.now();
    const start = clock.monotonic();
    const note = (outcome: Attempt['outcome'], reason: string): void =>
      attempts.add({ protocol: this.protocol, verb, at, ms: Math.round(clock.monotonic() - start), outcome, reason });
    try {
      const value = await work(bmc);
      this.circuit.told(undefined);
      note(outcomeOf(value), '');
      return { value, error: undefined };
    } catch (error) {
      this.heed(error);
      if (error instanceof BmcError) note(error.kind, error.reason);
      else note(error instanceof Aborted ? 'Aborted' : 'Fatal', error instanceof Aborted ? '' : 'Unexpected');
      return { value: undefined, error: error ?? new Error('a BMC failed without an error') };
    }
  }

  private heed(error: unknown): void {
    this.circuit.told(error);
    // A login that lacks a right is still a login.
    if (error instanceof BmcError && error.kind === 'Unauthorized' && error.reason !== 'PrivilegeMissing') this.refused = error;
  }
}

type Tried<T> = { readonly value: T; readonly error: undefined } | { readonly value: undefined; readonly error: unknown };

// One BMC by two protocols: Redfish for everything, IPMI where a person allowed it and Redfish certainly did nothing (bmc.md 8.4). Two protocols are two hands on one
// power button, so: never a second order while the outcome of one is not known, never half of a sequence of arming and booting by each.
import type { Clock } from '../../foundation/clock';
import type { Random } from '../../foundation/random';
import {
  type Bmc,
  BmcError,
  type BootOverride,
  type BootTarget,
  type Capabilities,
  type FirmwareMode,
  type MediaSlot,
  type Power,
  type PowerState,
  type VerbResult,
} from '../bmc';
import { type Attempt, Attempts } from './attempts';
import { Channel } from './channel';
import { didNothing, type FallbackVerb, type PolicyMemory, Routes } from './routes';
import { lacksWhatMayFall, merged, standingIn } from './together';

export interface PolicyParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly primary: { readonly protocol: 'redfish' | 'ipmi'; readonly bmc: Bmc };
  readonly secondary?: { readonly protocol: 'redfish' | 'ipmi'; readonly bmc: Bmc };
  /** Verbs that may go to the secondary. Default none. */
  readonly fallback?: readonly FallbackVerb[];
  /**
   * Judges what answers, `assertIdentity` with what is known of the machine: once a protocol, before its first order.
   * @throws BmcError Mismatch
   */
  readonly identify: (capabilities: Capabilities) => void;
  readonly resume?: PolicyMemory;
  /** Calls in a row that reach nobody, after which a protocol is left alone for 10 s to 5 min. Default 3. */
  readonly threshold?: number;
  /** Milliseconds that one call may spend on waiting for what passes by itself. Default 60,000. */
  readonly patienceMs?: number;
}

/** Attempts that are kept. */
const MOST_ATTEMPTS = 32;

export class PolicyBmc implements Bmc {
  private readonly channels: { readonly primary: Channel; readonly secondary: Channel | undefined };
  private readonly attempted = new Attempts(MOST_ATTEMPTS);
  private readonly routes: Routes;
  private readonly allowed: ReadonlySet<FallbackVerb>;
  /** As the primary told it last. */
  private modeTold: FirmwareMode | undefined;

  constructor(parts: PolicyParts) {
    const { clock, random, identify, threshold = 3, patienceMs = 60_000, primary, secondary } = parts;
    const rest = { clock, random, identify, threshold, patienceMs, attempts: this.attempted };
    this.channels = {
      primary: new Channel({ ...primary, ...rest }),
      secondary: secondary === undefined ? undefined : new Channel({ ...secondary, ...rest }),
    };
    this.allowed = new Set(parts.fallback);
    this.routes = new Routes({ ...this.channels, allowed: this.allowed, resume: parts.resume });
  }

  /** The newest last; 32 at most. */
  attempts(): readonly Attempt[] {
    return this.attempted.list();
  }

  /** To be kept where it outlives this process. */
  memory(): PolicyMemory {
    return this.routes.memory();
  }

  /**
   * The primary's, with what the secondary adds where it lacks something that may go there; without that where the secondary does not answer. The secondary's
   * alone, which then `standsIn`, where the primary was not reached.
   */
  async probe(signal: AbortSignal): Promise<Capabilities> {
    const { primary, secondary } = this.channels;
    let own: Capabilities;
    try {
      own = await primary.probe(signal);
    } catch (error) {
      if (secondary === undefined || this.allowed.size === 0 || !isAway(error)) throw error;
      return standingIn(await secondary.probe(signal), this.allowed, this.modeTold !== undefined);
    }
    if (secondary === undefined || !lacksWhatMayFall(own, this.allowed)) return own;
    try {
      return merged(own, await secondary.probe(signal), this.allowed);
    } catch (error) {
      // It is among the attempts. What it could add is not known, and so not told.
      if (error instanceof BmcError) return own;
      throw error;
    }
  }

  power(signal: AbortSignal): Promise<PowerState> {
    return this.routes.read({ verb: 'power', aspect: 'power', fallback: 'power' }, (bmc) => bmc.power(signal), signal);
  }

  boot(signal: AbortSignal): Promise<BootOverride> {
    const request = { verb: 'boot', aspect: 'boot', fallback: 'setBootOnce' } as const;
    return this.routes.read(request, (bmc) => this.heardMode(bmc, signal), signal);
  }

  media(signal: AbortSignal): Promise<readonly MediaSlot[]> {
    return this.routes.read({ verb: 'media', aspect: 'media', fallback: undefined }, (bmc) => bmc.media(signal), signal);
  }

  async setPower(wanted: Power, signal: AbortSignal): Promise<VerbResult<PowerState>> {
    const order = { verb: 'setPower', aspect: 'power', fallback: 'setPower' } as const;
    const { result } = await this.routes.order(order, (bmc) => bmc.setPower(wanted, signal), signal);
    // What was armed is being booted.
    if (wanted === 'On' && result.outcome === 'changed') this.routes.disarmed();
    return result;
  }

  /** @param mode undefined: that of the machine, where the primary tells it; IPMI has to be told */
  async setBootOnce(target: BootTarget, mode: FirmwareMode | undefined, signal: AbortSignal): Promise<VerbResult<BootOverride>> {
    const order = { verb: 'setBootOnce', aspect: 'boot', fallback: target === 'Pxe' ? 'setBootOnce' : undefined } as const;
    const { result, by } = await this.routes.order(
      order,
      (bmc) => bmc.setBootOnce(target, this.modeFor(bmc, mode), signal),
      signal,
    );
    this.routes.armedBy(by);
    return result;
  }

  async clearBootOverride(signal: AbortSignal): Promise<VerbResult<BootOverride>> {
    const order = { verb: 'clearBootOverride', aspect: 'boot', fallback: 'setBootOnce' } as const;
    const { result } = await this.routes.order(order, (bmc) => bmc.clearBootOverride(signal), signal);
    this.routes.disarmed();
    return result;
  }

  async insertMedia(
    url: string,
    ours: (image: string) => boolean,
    signal: AbortSignal,
  ): Promise<VerbResult<readonly MediaSlot[]>> {
    const order = { verb: 'insertMedia', aspect: 'media', fallback: undefined } as const;
    const { result, by } = await this.routes.order(order, (bmc) => bmc.insertMedia(url, ours, signal), signal);
    this.routes.armedBy(by);
    return result;
  }

  async ejectMedia(ours: (image: string) => boolean, signal: AbortSignal): Promise<VerbResult<readonly MediaSlot[]>> {
    const order = { verb: 'ejectMedia', aspect: 'media', fallback: undefined } as const;
    const { result } = await this.routes.order(order, (bmc) => bmc.ejectMedia(ours, signal), signal);
    return result;
  }

  bootProgress(signal: AbortSignal): Promise<string> {
    return this.channels.primary.read('bootProgress', (bmc) => bmc.bootProgress(signal), signal);
  }

  private async heardMode(bmc: Bmc, signal: AbortSignal): Promise<BootOverride> {
    const found = await bmc.boot(signal);
    if (this.channels.primary.isOf(bmc)) this.modeTold = found.mode;
    return found;
  }

  /** A primary knows its own mode; one that neither chooses nor tells it would refuse to hear of any. */
  private modeFor(bmc: Bmc, wanted: FirmwareMode | undefined): FirmwareMode | undefined {
    const { primary } = this.channels;
    if (!primary.isOf(bmc)) return wanted ?? this.modeTold;
    return primary.choosesNoMode && this.modeTold === undefined ? undefined : wanted;
  }

  async close(): Promise<void> {
    await Promise.all([this.channels.primary.close(), this.channels.secondary?.close()]);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof BmcError && error.kind === 'Unreachable' && didNothing(error);
}

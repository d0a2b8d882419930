// Which of two protocols an order goes by (bmc.md 8.4). It moves to the other only where the first certainly did nothing, and where an order's outcome is not known
// nothing more of its kind goes out before somebody has read what became of it.
import { type Bmc, BmcError } from '../bmc';
import type { Channel } from './channel';

/** `setBootOnce` is for PXE alone, and stands for reading and clearing what it set as well. */
export type FallbackVerb = 'power' | 'setPower' | 'setBootOnce';

/** What of a machine an order changes, and a question asks for. */
export type Aspect = 'power' | 'boot' | 'media';

/** What must outlive a crash of whoever holds the BMC: give it back as `resume`. */
export interface PolicyMemory {
  /** Which protocol armed a boot or inserted a medium, since when the machine was neither switched on nor disarmed. */
  readonly armedBy: 'primary' | 'secondary' | undefined;
  /** Of which the outcome of the last order is not known. */
  readonly unsettled: readonly Aspect[];
}

export interface Request {
  readonly verb: string;
  readonly aspect: Aspect;
  /** Undefined: never by the other. */
  readonly fallback: FallbackVerb | undefined;
}

export interface RoutesParts {
  readonly primary: Channel;
  readonly secondary: Channel | undefined;
  readonly allowed: ReadonlySet<FallbackVerb>;
  readonly resume: PolicyMemory | undefined;
}

type Work<T> = (bmc: Bmc) => Promise<T>;
type Changing = { readonly outcome: 'changed' | 'unchanged' };

/** How each aspect is read, to settle what is not known of it. */
const READINGS: Readonly<Record<Aspect, Request & { readonly work: (bmc: Bmc, signal: AbortSignal) => Promise<unknown> }>> = {
  power: { verb: 'power', aspect: 'power', fallback: 'power', work: (bmc, signal) => bmc.power(signal) },
  boot: { verb: 'boot', aspect: 'boot', fallback: 'setBootOnce', work: (bmc, signal) => bmc.boot(signal) },
  media: { verb: 'media', aspect: 'media', fallback: undefined, work: (bmc, signal) => bmc.media(signal) },
};

export class Routes {
  private readonly unsettled: Set<Aspect>;
  private armed: 'primary' | 'secondary' | undefined;

  constructor(private readonly parts: RoutesParts) {
    this.unsettled = new Set(parts.resume?.unsettled);
    this.armed = parts.resume?.armedBy;
  }

  memory(): PolicyMemory {
    return { armedBy: this.armed, unsettled: [...this.unsettled] };
  }

  armedBy(channel: Channel): void {
    this.armed = channel === this.parts.primary ? 'primary' : 'secondary';
  }

  disarmed(): void {
    this.armed = undefined;
  }

  async read<T>(request: Request, work: Work<T>, signal: AbortSignal): Promise<T> {
    const ask = async (channel: Channel): Promise<T> => {
      const value = await channel.read(request.verb, work, signal);
      this.unsettled.delete(request.aspect);
      return value;
    };
    const first = this.first(request, 'read');
    return this.either(first, request, ask, (error) => didNothing(error));
  }

  /** @returns what came of it, and by which of the two */
  async order<T extends Changing>(request: Request, work: Work<T>, signal: AbortSignal): Promise<{ result: T; by: Channel }> {
    if (this.unsettled.has(request.aspect)) {
      const reading = READINGS[request.aspect];
      await this.read(reading, (bmc) => reading.work(bmc, signal), signal);
    }
    const send = (channel: Channel): Promise<{ result: T; by: Channel }> => this.send(channel, request, work, signal);
    return this.either(this.first(request, 'order'), request, send, (error) => didNothing(error) && this.mayMix(request, error));
  }

  private async send<T extends Changing>(
    channel: Channel,
    { verb, aspect }: Request,
    work: Work<T>,
    signal: AbortSignal,
  ): Promise<{ result: T; by: Channel }> {
    try {
      return { result: await channel.write(verb, work, signal), by: channel };
    } catch (error) {
      // Whatever is no plain answer, an abort too, may have come after the order was sent.
      if (!(error instanceof BmcError) || error.ambiguous) this.unsettled.add(aspect);
      throw error;
    }
  }

  private async either<T>(
    first: Channel,
    { fallback }: Request,
    work: (channel: Channel) => Promise<T>,
    falls: (error: BmcError) => boolean,
  ): Promise<T> {
    try {
      return await work(first);
    } catch (error) {
      const { primary, secondary, allowed } = this.parts;
      if (first !== primary || secondary === undefined) throw error;
      if (fallback === undefined || !allowed.has(fallback)) throw error;
      if (!(error instanceof BmcError) || !falls(error)) throw error;
      return await work(secondary).catch((worse: unknown) => {
        // That the other cannot do it either is no news; what is wrong with the first is.
        throw worse instanceof BmcError && worse.kind === 'Unsupported' ? error : worse;
      });
    }
  }

  /** Whoever armed a boot tells of it, clears it, and switches the machine on. */
  private first({ aspect, fallback }: Request, what: 'read' | 'order'): Channel {
    const { primary, secondary, allowed } = this.parts;
    if (this.armed !== 'secondary' || secondary === undefined) return primary;
    if (aspect === 'boot') return secondary;
    return what === 'order' && fallback !== undefined && allowed.has(fallback) ? secondary : primary;
  }

  /** Within a sequence that the primary began, the other may only do what the primary cannot: power. */
  private mayMix({ aspect }: Request, { kind }: BmcError): boolean {
    return this.armed !== 'primary' || (aspect === 'power' && kind === 'Unsupported');
  }
}

/** Cannot, or could not be reached. A certificate that is not trusted is no network fault: somebody may stand in between. */
export function didNothing({ kind, reason }: BmcError): boolean {
  return kind === 'Unsupported' || (kind === 'Unreachable' && !/tls|certificate|trust|pin/i.test(reason));
}

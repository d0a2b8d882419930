// The BMCs of a simulated world: one in each machine that has one, reached at an address of its own, which may lead to the wrong machine. What they do is told to the
// world with who had it done.
import type { Clock } from '../foundation/clock';
import type { Random } from '../foundation/random';
import { type BmcRequest, type BmcResponse, type ClosableBmcTransport, TransportFailure } from '../bmc/transport';
import type { Asker, SimulatedChassis } from './bmc/chassis';
import type { BmcMishap, FetchImage } from './bmc/parts';
import { profileOf } from './bmc/profiles';
import type { BmcCredentials } from './bmc/sessions';
import { SimulatedBmc } from './bmc/simulatedBmc';
import { causeOf } from './metal/firmware';
import { hostLine } from './network/hostLine';
import { type HostNetwork, NetworkFailure, originOf } from './network/hostNetwork';
import type { BmcChange, BmcState, Cause, EventBus, FaultQuery, HostUuid } from './world';

/** The BMC of one host. */
export interface BmcSetting {
  /** UUID. */
  readonly host: HostUuid;
  /** Where it is reached, e.g. `https://10.1.7.1`. */
  readonly origin: string;
  /** Id of a family, see `bmc/profiles.ts`. */
  readonly profile: string;
  readonly credentials: BmcCredentials;
  /** Milliseconds that an answer takes. */
  readonly latencyMs?: number;
}

export interface WorldBmcsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly bus: EventBus;
  readonly faults: FaultQuery;
  readonly network: HostNetwork | undefined;
  readonly chassisOf: (host: HostUuid) => SimulatedChassis;
}

const MACHINE: Cause = { by: 'machine' };
const FOREIGN_IMAGE = 'http://somebody.invalid/tools.iso';
/** As much of an image as a BMC reads before it says that it has it. */
const LOOK = { offset: 0, length: 2048 } as const;

export class WorldBmcs {
  private readonly bmcs: ReadonlyMap<HostUuid, SimulatedBmc>;
  /** By the host whose address it is: the host whose BMC answers there. */
  private readonly crossed = new Map<HostUuid, HostUuid>();

  /** @throws Error for a family that is not known, or a second BMC of one host */
  constructor(
    private readonly settings: readonly BmcSetting[],
    private readonly parts: WorldBmcsParts,
  ) {
    this.bmcs = new Map(settings.map((setting) => [setting.host, this.make(setting)]));
    if (this.bmcs.size < settings.length) throw new Error('a machine has one BMC; two are set for one host');
    this.armFaults();
  }

  of(host: HostUuid): SimulatedBmc | undefined {
    return this.bmcs.get(host);
  }

  get states(): ReadonlyMap<HostUuid, BmcState> {
    return new Map(
      [...this.bmcs].map(([host, bmc]) => [
        host,
        { inserted: () => bmc.inserted[0], armed: () => bmc.armed, reachable: () => bmc.reachable },
      ]),
    );
  }

  /** Looks for faults that begin at an hour, or hold from the beginning, and counts from now. */
  armFaults(): void {
    for (const { host } of this.settings) {
      const struck = (name: string): Readonly<Record<string, string>> | undefined => this.parts.faults.strike(name, { host });
      this.fallSilent(host, struck('bmc-unreachable'));
      const slow = struck('bmc-slow');
      if (slow !== undefined) this.bmcs.get(host)!.slowDown(Number(slow['by']) * 1000);
      // With one BMC there is no other.
      if (this.settings.length > 1 && struck('bmc-of-other') !== undefined) this.crossed.set(host, this.after(host));
      if (struck('media-foreign') !== undefined) this.insertForeign(this.bmcs.get(host)!);
    }
  }

  private fallSilent(host: HostUuid, fault: Readonly<Record<string, string>> | undefined): void {
    if (fault === undefined) return;
    const bmc = this.bmcs.get(host)!;
    const { clock } = this.parts;
    clock.after(Number(fault['after']) * 1000, () => {
      bmc.silence(true);
      clock.after(Number(fault['for']) * 1000, () => bmc.silence(false));
    });
  }

  private after(host: HostUuid): HostUuid {
    const index = this.settings.findIndex((setting) => setting.host === host);
    return this.settings[(index + 1) % this.settings.length]!.host;
  }

  private insertForeign(bmc: SimulatedBmc): void {
    for (const slot of bmc.slots) bmc.insertByHand(slot, FOREIGN_IMAGE);
  }

  /** One request at the address of that host's BMC. @throws TransportFailure; Error for a host that has none */
  serve(meant: HostUuid, request: BmcRequest, caller: string): Promise<BmcResponse> {
    return this.behind(meant).handle(request, { caller, meant });
  }

  /** In the same process. @returns by the origin that is asked for; nobody listens at one that is no BMC's */
  transport(caller: string): (origin: string) => ClosableBmcTransport {
    return (origin) => {
      const meant = this.settings.find((setting) => setting.origin === origin)?.host;
      const refused = (): Promise<never> =>
        Promise.reject(new TransportFailure('Refused', origin, 'connection refused: no BMC of this world has that address'));
      const request: ClosableBmcTransport['request'] =
        meant === undefined ? refused : (asked, signal) => this.behind(meant).transport({ caller, meant }).request(asked, signal);
      return { request, close: () => undefined };
    };
  }

  private behind(meant: HostUuid): SimulatedBmc {
    const bmc = this.bmcs.get(this.crossed.get(meant) ?? meant);
    if (bmc === undefined) throw new Error(`host ${meant} has no BMC in this world`);
    return bmc;
  }

  private make({ host, origin, profile, credentials, latencyMs }: BmcSetting): SimulatedBmc {
    const { clock, random, chassisOf } = this.parts;
    const address = new URL(origin).hostname;
    return new SimulatedBmc({
      ...{ profile: profileOf(profile), chassis: chassisOf(host), credentials, clock, random, address },
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...this.fetching(address),
      onChange: (kind, detail, by) => this.tell(host, kind, detail, by),
      strike: (name: BmcMishap) => this.parts.faults.strike(name, { host }),
    });
  }

  /** Nothing where there is no network: every image is found then. */
  private fetching(from: string): { readonly fetchImage?: FetchImage } {
    const { network, clock } = this.parts;
    if (network === undefined) return {};
    const line = hostLine({ network, clock, from });
    return {
      async fetchImage(url): ReturnType<FetchImage> {
        try {
          const { status } = await line.get(url, new AbortController().signal, LOOK);
          return status === 200 || status === 206 ? 'found' : 'missing';
        } catch (error) {
          if (error instanceof NetworkFailure) return 'missing';
          throw error;
        }
      },
    };
  }

  private tell(host: HostUuid, change: BmcChange, detail: string, by: Asker | undefined): void {
    const cause = by === undefined ? MACHINE : causeOf(by);
    // The whole URL of an image is a secret of its attempt.
    const shown = change === 'insert' || change === 'eject' ? originOf(detail) : detail;
    this.parts.bus.emit({ kind: 'bmc', host, meant: by?.meant ?? host, change, detail: shown, cause });
  }
}

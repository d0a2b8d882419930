// What is asked for the checks of booting, before anything is stopped: the BMCs of the hosts that are to boot by them, side by side and a few at a time, none more
// often than once a minute unless a person wants it; and the boot server, what it has to offer.
import type { Clock } from '../../foundation/clock';
import type { BmcAnswer, BootTraits, NamedBmc, Reach } from '../../plan/checks/bootTraits';
import { compareVersions, type Release, sameRelease } from '../../plan/release';
import type { Fact } from '../../foundation/fact';
import type { Enquiry } from '../../upgrade/enquiry';
import { minutes } from '../../upgrade/time';

/** How the checks of booting see the outside. Hosts of the pool by uuid, whether they are of the run yet or not. */
export interface BootEyes {
  /** The BMC that the manifest names for a host; nobody is asked. */
  named(host: string): (Omit<NamedBmc, 'answer'> & { readonly settings: string }) | undefined;
  /** Asks the BMC of a host who it is and what it can do; changes nothing. */
  ask(host: string): Promise<BmcAnswer>;
  /** A person says that a login which was refused would be taken now: the BMC may be asked with it once more. */
  readmit(host: string): void;
  /** Undefined: there is no boot server. */
  readonly offers: (() => Promise<BootOffers>) | undefined;
  /** Of the URLs under which BMCs are told of images, in lower case; undefined: there is no boot server, or nobody knows its address. */
  readonly imageScheme: () => string | undefined;
}

export type BootOffers = NonNullable<BootTraits['offers']>;

/** How long answers are good for. */
const FRESH = minutes(1);
/** BMCs that are asked at a time. */
const AT_A_TIME = 8;

interface Asked {
  readonly key: string;
  readonly word: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly answer: BmcAnswer;
}

export interface BootInquired {
  readonly traits: BootTraits;
  /** When the oldest of the answers was asked for; undefined when there is none. */
  readonly askedAt: number | undefined;
}

export interface BootInspectorParts {
  /** Undefined: nobody can ask a BMC, and there is no boot server. */
  readonly eyes: BootEyes | undefined;
  /** Asks a host whether it reaches the boot server. */
  readonly reach: (host: string, to: Release) => Promise<Fact<Reach>>;
  readonly clock: Clock;
}

export class BootInspector {
  private readonly asked = new Map<string, Asked>();

  private readonly reached = new Map<string, { readonly key: string; readonly at: number; readonly reach: Fact<Reach> }>();

  constructor(private readonly parts: BootInspectorParts) {}

  /**
   * @param hosts uuids of all hosts of the pool
   * @param enquiry undefined: nobody is asked, only what the manifest says is told
   */
  async inquire(hosts: readonly string[], enquiry: Enquiry | undefined): Promise<BootInquired> {
    const { eyes } = this.parts;
    if (eyes === undefined) return { traits: { bmcs: {}, offers: undefined }, askedAt: undefined };
    const served = (enquiry?.hosts ?? []).filter((host) => host.served).map(({ uuid }) => uuid);
    const due = served.filter((uuid) => eyes.named(uuid) !== undefined);
    const [offers] = await Promise.all([this.offers(eyes, served), this.askAll(eyes, due, enquiry?.word ?? '')]);
    const times = due.map((uuid) => this.asked.get(uuid)!.at);
    const imageScheme = eyes.imageScheme();
    const reaches = enquiry !== undefined && isReady(offers, enquiry.to) ? { reaches: await this.reaches(served, enquiry) } : {};
    return {
      traits: {
        bmcs: Object.fromEntries(hosts.flatMap((uuid) => this.bmcOf(eyes, uuid, due.includes(uuid)))),
        ...(imageScheme === undefined ? {} : { imageScheme }),
        offers,
        ...reaches,
      },
      askedAt: times.length === 0 ? undefined : Math.min(...times),
    };
  }

  private async offers({ offers }: BootEyes, served: readonly string[]): Promise<BootTraits['offers']> {
    if (offers === undefined) return undefined;
    return served.length === 0 ? notAsked : offers();
  }

  /** As often as BMCs are asked, and as many at a time. */
  private async reaches(hosts: readonly string[], { to, word }: Enquiry): Promise<NonNullable<BootTraits['reaches']>> {
    const key = JSON.stringify([to, word]);
    const waiting = [...hosts];
    const one = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        const at = this.parts.clock.now();
        const before = this.reached.get(host);
        if (before?.key === key && at - before.at < FRESH) continue;
        this.reached.set(host, { key, at, reach: await this.parts.reach(host, to) });
      }
    };
    await Promise.all(hosts.slice(0, AT_A_TIME).map(one));
    return Object.fromEntries(hosts.map((host) => [host, this.reached.get(host)!.reach]));
  }

  private async askAll(eyes: BootEyes, hosts: readonly string[], word: string): Promise<void> {
    const waiting = [...hosts];
    const one = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await this.askIfOld(eyes, host, word);
    };
    await Promise.all(hosts.slice(0, AT_A_TIME).map(one));
  }

  private async askIfOld(eyes: BootEyes, host: string, word: string): Promise<void> {
    const key = eyes.named(host)!.settings;
    const at = this.parts.clock.now();
    const before = this.asked.get(host);
    if (before?.key === key && before.word === word && at - before.at < FRESH) return;
    if (before?.answer.kind === 'Unauthorized' && before.word !== word) eyes.readmit(host);
    this.asked.set(host, { key, word, at, answer: await eyes.ask(host) });
  }

  /** With its answer where it was asked now. */
  private bmcOf(eyes: BootEyes, host: string, due: boolean): readonly (readonly [string, NamedBmc])[] {
    const named = eyes.named(host);
    if (named === undefined) return [];
    const { address, place } = named;
    const answer = due ? this.asked.get(host)?.answer : undefined;
    return [[host, { address, place, ...(answer === undefined ? {} : { answer }) }]];
  }
}

const notAsked: Fact<never> = { known: false, why: 'the boot server was not asked' };

/** Before the image is ready there is nothing that a host could fetch; and trees before 7.0 are told by other files than the one that is shown. */
function isReady(offers: BootTraits['offers'], to: Release): boolean {
  if (offers?.known !== true || compareVersions(to.version, '7.0') < 0) return false;
  return offers.value.some(
    ({ brand, version, state }) =>
      state === 'Ready' && sameRelease({ brand: (brand ?? to.brand) as Release['brand'], version }, to),
  );
}

// One PoolUpgrade as the boot server has it: the attempts that its status opens, the images that its manifest names, and the book of what was seen. An attempt is
// served only once what an earlier server wrote of it was read.
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { type BootAttempt, attemptKey } from '../../boot/server/attempt';
import type { SightingBook } from '../../boot/server/book';
import type { Sightings } from '../../boot/server/sightings';
import { attemptsOf } from '../../boot/server/statusAttempts';
import type { IsoOffer, IsoPlace, OfferState } from '../../boot/shelf/isoPlace';
import type { Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import type { MediaOffer } from '../../plan/checks/bootTraits';
import { compareVersions } from '../../plan/release';
import type { KubernetesApi } from '../../kubernetes/api';
import { SightingPages } from './sightingPages';

export interface ServedParts {
  readonly api: KubernetesApi;
  /** The runs' own time, and real time. */
  readonly clock: Clock;
  readonly steady: Clock;
  readonly log: Log;
  readonly book: SightingBook;
  readonly trust?: IsoPlace['trust'];
}

const OVER: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Cancelled']);

export class ServedObject {
  /** Those that may be served. */
  attempts: readonly BootAttempt[] = [];
  private readonly pages: SightingPages;

  constructor(
    private readonly parts: ServedParts,
    private object: PoolUpgrade,
  ) {
    const { api, clock, steady, log, book } = parts;
    const onForeign = (key: string, sightings: Sightings): void => book.adopt(key, sightings);
    this.pages = new SightingPages({ api, clock, steady, log, object: () => this.object, onForeign });
  }

  /** ISOs that its run may need; none once it is over. */
  get places(): readonly IsoPlace[] {
    if (OVER.has(this.object.status?.phase ?? '')) return [];
    return (this.object.spec.releases ?? []).flatMap(({ iso }) => (iso === undefined ? [] : [this.place(iso)]));
  }

  /** Which of its ISOs belongs to an attempt; an entry without a brand serves any. */
  placeOf({ target }: BootAttempt): IsoPlace | undefined {
    return this.placeFor(target);
  }

  placeFor({ brand, version }: { readonly brand: string; readonly version: string }): IsoPlace | undefined {
    const fits = (entry: NonNullable<PoolUpgrade['spec']['releases']>[number]): boolean =>
      compareVersions(entry.version, version) === 0 && (entry.brand === undefined || entry.brand === brand);
    const iso = this.object.spec.releases?.find((entry) => entry.iso !== undefined && fits(entry))?.iso;
    return iso === undefined ? undefined : this.place(iso);
  }

  /**
   * Takes in a new version of the object.
   * @returns attempts that were not there before. @throws KubeError when what was seen earlier cannot be read: nothing new is served then
   */
  async see(object: PoolUpgrade): Promise<readonly BootAttempt[]> {
    this.object = object;
    const opened = attemptsOf(object);
    if (opened.length === 0 && this.places.length === 0 && this.attempts.length === 0) return [];
    if (opened.length > 0) await this.restore(opened);
    const before = new Set(this.attempts.map(attemptKey));
    this.attempts = opened;
    this.pages.retain(opened);
    return opened.filter((attempt) => !before.has(attemptKey(attempt)));
  }

  /** The object is no more. What has begun is served to its end; nothing begins. */
  vanish(): void {
    this.attempts = this.attempts.map((attempt) => ({ ...attempt, veto: 'the object of the upgrade is gone' }));
    this.pages.close();
  }

  keep(attempt: BootAttempt, sightings: Sightings): Promise<void> {
    return this.pages.keep(attempt, sightings);
  }

  keepSoon(attempt: BootAttempt, sightings: Sightings): void {
    this.pages.keepSoon(attempt, sightings);
  }

  ready(attempt: BootAttempt, state: OfferState, why: string): void {
    this.pages.ready(attempt, state, why);
  }

  /** Says what is known of its images. */
  offer(offers: readonly IsoOffer[]): void {
    if (this.places.length === 0) return;
    const images = (this.object.spec.releases ?? []).flatMap(({ brand, version, iso }): readonly MediaOffer[] => {
      const place = iso === undefined ? undefined : this.place(iso);
      const offer = offers.find(({ location, sha256 }) => location === place?.location && sha256 === place.sha256);
      if (offer === undefined) return [];
      const { state, why, firmware } = offer;
      return [{ ...(brand === undefined ? {} : { brand }), version, state, why, firmware }];
    });
    this.pages.offer(images);
  }

  flush(): Promise<void> {
    return this.pages.flush();
  }

  private async restore(attempts: readonly BootAttempt[]): Promise<void> {
    if (this.pages.isRead) return;
    const { attempts: seen } = await this.pages.read();
    for (const key of attempts.map(attemptKey)) {
      const found = seen[key];
      if (found !== undefined) this.parts.book.restore(key, found.sightings);
    }
  }

  /** `file:///` stands for the folder that is mounted for ISOs. */
  private place({ url, sha256 }: { readonly url: string; readonly sha256: string }): IsoPlace {
    const { trust } = this.parts;
    return { location: url.replace(/^file:\/\/\//, ''), sha256, ...(trust === undefined ? {} : { trust }) };
  }
}

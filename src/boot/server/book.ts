// The book of sightings. Up to the point of no return nothing is handed out that was not written down first; past it nothing is withheld. So what is not in
// the book did not happen, as long as it matters, and a server that dies takes no knowledge with it.
import { attemptKey, type BootAttempt } from './attempt';
import { NOTHING_SEEN, type Refusal, type Sighted, type Sighting, type Sightings, withRefusal, withSighting } from './sightings';

/** Where the book is kept. */
export interface SightingKeeper {
  /**
   * Writes down what was seen; later calls hold all that earlier ones did.
   * @throws when it is not certain that it was written
   */
  keep(attempt: BootAttempt, sightings: Sightings): Promise<void>;
  /** The same when there is time: must not throw, and may leave out all but the last. */
  keepSoon(attempt: BootAttempt, sightings: Sightings): void;
}

/** What is written down before it is handed out; of everything else only that it was fetched is of interest. */
const WRITTEN_FIRST: ReadonlySet<Sighted> = new Set(['answer', 'start', 'repository', 'package']);

interface Page {
  now: Sightings;
  /** What was certainly written. */
  kept: Sightings;
  writing: Promise<void> | undefined;
}

export class SightingBook {
  private readonly pages = new Map<string, Page>();
  /** Attempts whose first script an earlier server wrote down, and perhaps died before it handed it out. */
  private readonly perhapsNotHanded = new Set<string>();

  constructor(private readonly keeper: SightingKeeper) {}

  of(attempt: BootAttempt): Sightings {
    return this.page(attempt).now;
  }

  /** What an earlier process kept, before anything is served. */
  restore(key: string, sightings: Sightings): void {
    this.adopt(key, sightings);
    if (isNewlyBegun(sightings)) this.perhapsNotHanded.add(key);
  }

  /** What another server wrote that is at work now: whatever it wrote down, it hands out itself. */
  adopt(key: string, sightings: Sightings): void {
    this.pages.set(key, { now: sightings, kept: sightings, writing: undefined });
    this.perhapsNotHanded.delete(key);
  }

  /** Whether the first script may be asked for once more, by the installer that was left without it. Once. */
  takePerhapsNotHanded(attempt: BootAttempt): boolean {
    return this.perhapsNotHanded.delete(attemptKey(attempt));
  }

  /** Forgets attempts that no status speaks of any more. */
  retain(attempts: readonly BootAttempt[]): void {
    const known = new Set(attempts.map(attemptKey));
    for (const key of this.pages.keys()) {
      if (known.has(key)) continue;
      this.pages.delete(key);
      this.perhapsNotHanded.delete(key);
    }
  }

  /** Resolves when what was seen may be handed out. @throws what the keeper throws: nothing may be handed out then */
  async note(attempt: BootAttempt, sighting: Sighting): Promise<void> {
    const page = this.page(attempt);
    page.now = withSighting(page.now, sighting);
    if (WRITTEN_FIRST.has(sighting.what) && owes(page)) await this.write(attempt, page);
    else this.keeper.keepSoon(attempt, page.now);
  }

  refused(attempt: BootAttempt, refusal: Refusal): void {
    const page = this.page(attempt);
    const before = page.now;
    page.now = withRefusal(before, refusal);
    if (page.now !== before) this.keeper.keepSoon(attempt, page.now);
  }

  private page(attempt: BootAttempt): Page {
    const key = attemptKey(attempt);
    const found = this.pages.get(key);
    if (found !== undefined) return found;
    const made: Page = { now: NOTHING_SEEN, kept: NOTHING_SEEN, writing: undefined };
    this.pages.set(key, made);
    return made;
  }

  /** One write at a time: whoever comes while one is under way waits for one that has his sighting in it. */
  private async write(attempt: BootAttempt, page: Page): Promise<void> {
    while (owes(page)) {
      page.writing ??= this.writeOnce(attempt, page).finally(() => (page.writing = undefined));
      await page.writing;
    }
  }

  private async writeOnce(attempt: BootAttempt, page: Page): Promise<void> {
    const { now } = page;
    await this.keeper.keep(attempt, now);
    page.kept = now;
  }
}

/** It began, and did nothing since. */
function isNewlyBegun({ seen, treeAfterStart, startedOver, result }: Sightings): boolean {
  return seen.start !== undefined && !treeAfterStart && !startedOver && seen.complete === undefined && result === undefined;
}

/** Whether something that `progressOf` or consent rests on was seen and is not certainly written. */
function owes({ now, kept }: Page): boolean {
  if (now.packagesAfterStart) return false;
  const news = (test: (one: Sightings) => boolean): boolean => test(now) && !test(kept);
  return (
    news(({ seen }) => seen.answer !== undefined) ||
    news(({ seen }) => seen.start !== undefined) ||
    news(({ treeAfterStart }) => treeAfterStart)
  );
}

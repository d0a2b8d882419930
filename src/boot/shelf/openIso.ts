// One ISO that is open, whose SHA-256 was found to be the one that was named, and that was understood: what each attempt is shown of it.
import { ArgumentsRefused } from '../arguments/argumentsRefused';
import { type AnswerAt, installerWords } from '../arguments/installerArguments';
import type { MediaInspection } from '../media/inspection';
import { MediaError } from '../media/mediaError';
import type { OpenSource } from '../media/sources/opened';
import { viewOf, viewSource, viewTag } from '../media/view';
import { compareVersions } from '../../plan/release';
import type { BootAttempt } from '../server/attempt';
import type { Medium, NoMedium, SeenImage } from '../server/source';
import { ImageTree } from './imageTree';

/** Views that are remembered: 4 KiB each, and more than there are hosts at work at once. */
const VIEWS = 1024;

export class OpenIso {
  readonly tree: ImageTree;
  private readonly views = new Map<string, SeenImage | NoMedium>();
  private readonly version: string;

  /** @param sha256 that the source was found to have */
  constructor(
    readonly source: OpenSource,
    readonly inspection: MediaInspection,
    private readonly sha256: string,
  ) {
    this.tree = new ImageTree(source);
    this.version = sha256.slice(0, 32).toLowerCase();
  }

  mediumOf(attempt: BootAttempt, answer: AnswerAt): Medium | NoMedium {
    const why = this.wrongRelease(attempt);
    if (why !== undefined) return { why };
    const { vendor } = this.configurationFor(attempt);
    return { view: this.viewFor(attempt, answer), version: this.version, tree: this.tree, vendor };
  }

  /** What it says of itself against what is wanted; an ISO that says nothing contradicts nothing. */
  private wrongRelease({ target }: BootAttempt): string | undefined {
    const { release } = this.inspection;
    if (release === undefined || compareVersions(release.version, target.version) === 0) return undefined;
    return `the ISO holds ${release.brand} ${release.version}, and ${target.brand} ${target.version} is wanted; name the ISO of that release in spec.releases`;
  }

  private configurationFor({ firmware }: BootAttempt): MediaInspection['configurations'][number] {
    const { configurations } = this.inspection;
    return configurations.find((one) => one.firmware === firmware) ?? configurations[0]!;
  }

  private viewFor({ firmware, arguments: said }: BootAttempt, answer: AnswerAt): SeenImage | NoMedium {
    const key = JSON.stringify([said, firmware, answer.key, answer.url]);
    const before = this.views.get(key);
    if (before !== undefined) return before;
    const modes = this.inspection.firmware;
    const made =
      firmware !== undefined && !modes.includes(firmware)
        ? {
            why: `the machine starts in ${firmware} mode, and the ISO by itself in ${modes.join(' and ')} alone; use another boot method`,
          }
        : this.madeView(() => installerWords(said, answer));
    const oldest = this.views.keys().next();
    if (this.views.size >= VIEWS && oldest.done !== true) this.views.delete(oldest.value);
    this.views.set(key, made);
    return made;
  }

  private madeView(words: () => readonly string[]): SeenImage | NoMedium {
    try {
      const view = viewOf(this.inspection, words());
      return { source: viewSource(view, this.source), version: viewTag(view, this.sha256) };
    } catch (error) {
      if (error instanceof MediaError || error instanceof ArgumentsRefused) return { why: error.message };
      throw error;
    }
  }
}

// Lists in pages. All pages of one list show the moment of the first, so what is still to be asked for is kept; a compaction forgets it, and so does a
// crowd of other lists that were begun and not finished.
import { KubeError } from '../kubernetes/api';

interface Rest {
  readonly texts: readonly string[];
  readonly version: string;
}

export interface Page {
  readonly texts: readonly string[];
  readonly version: string;
  readonly continue?: string;
}

/** Unfinished lists that are kept. */
const MOST = 64;

export class Pages {
  private readonly rests = new Map<string, Rest>();
  private count = 0;

  first(texts: readonly string[], version: string, limit: number | undefined): Page {
    return this.cut({ texts, version }, limit);
  }

  /** @throws KubeError `Gone` when the rest of that list is forgotten */
  next(token: string, limit: number | undefined): Page {
    const rest = this.rests.get(token);
    if (rest === undefined)
      throw new KubeError('Gone', 'The provided continue parameter is too old to display a consistent list result.');
    return this.cut(rest, limit);
  }

  forget(): void {
    this.rests.clear();
  }

  private cut({ texts, version }: Rest, limit = 0): Page {
    if (limit <= 0 || texts.length <= limit) return { texts, version };
    const token = `page-${++this.count}`;
    this.rests.set(token, { texts: texts.slice(limit), version });
    if (this.rests.size > MOST) this.rests.delete([...this.rests.keys()][0]!);
    return { texts: texts.slice(0, limit), version, continue: token };
  }
}

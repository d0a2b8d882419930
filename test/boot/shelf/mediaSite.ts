// A shelf with ISOs of the vendor's layout in a folder of its own, and a boot server before it, for tests.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AnswerAt } from '../../../src/boot/arguments/installerArguments';
import type { BootAttempt } from '../../../src/boot/server/attempt';
import type { BlockSource, Medium, NoMedium } from '../../../src/boot/server/source';
import type { IsoPlace } from '../../../src/boot/shelf/isoPlace';
import { IsoShelf, type IsoShelfOptions } from '../../../src/boot/shelf/isoShelf';
import { silentLog } from '../../../src/foundation/log';
import { nextTurn } from '../../../src/foundation/turn';
import { HandClock } from '../server/handClock';
import { ATTEMPT } from '../server/smallSite';
import { never } from '../media/made/bytesSource';

export const ANSWER: AnswerAt = { key: 'answerfile', url: 'http://boot.example:8080/answer/k1.abc' };

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export class MediaSite {
  readonly clock = new HandClock();
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-shelf-'));
  place: IsoPlace | undefined;
  readonly log: string[] = [];
  readonly shelf: IsoShelf;

  constructor(options: Partial<IsoShelfOptions> = {}) {
    const error = (event: string, fields: unknown): void => void this.log.push(`${event} ${JSON.stringify(fields)}`);
    const common = { isoOf: () => this.place, folder: this.folder, clock: this.clock, log: { ...silentLog, error } };
    this.shelf = new IsoShelf({ ...common, ...options });
  }

  /** Puts a file into the folder, and takes it for the ISO of all attempts. */
  put(name: string, bytes: Buffer, sha256 = digestOf(bytes)): IsoPlace {
    writeFileSync(path.join(this.folder, name), bytes);
    this.place = { location: name, sha256 };
    return this.place;
  }

  medium(attempt: Partial<BootAttempt> = {}, answer = ANSWER): Promise<Medium | NoMedium> {
    return this.shelf.mediumOf({ ...ATTEMPT, ...attempt }, answer, never);
  }

  /** What is wrong with the medium, or with its view; empty when nothing is. */
  async why(attempt: Partial<BootAttempt> = {}): Promise<string> {
    const medium = await this.medium(attempt);
    if ('why' in medium) return medium.why;
    return 'why' in medium.view ? medium.view.why : '';
  }

  /** Lets what is under way come to its end. @param until looked at between turns */
  async turns(until: () => boolean): Promise<void> {
    for (let turn = 0; turn < 100_000 && !until(); turn++) await nextTurn();
    if (!until()) throw new Error('it does not come to its end');
  }

  async remove(): Promise<void> {
    await this.shelf.close();
    rmSync(this.folder, { recursive: true });
  }
}

export function good(medium: Medium | NoMedium): Medium {
  if ('why' in medium) throw new Error(medium.why);
  return medium;
}

export function seen({ view }: Medium): BlockSource {
  if ('why' in view) throw new Error(view.why);
  return view.source;
}

export const all = (source: BlockSource): Promise<Buffer> => source.read(0, source.size, never);

// The boot server's logic: a request in, an answer out. It holds no state but the book of what it saw; which attempts there are it is told, and asks anew at
// each request.
import { Aborted, type Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import { answerFile } from '../answers/answerFile';
import { AnswerFileRefused } from '../answers/refused';
import { answerAsked, answerAt, reportUrl } from './attemptPaths';
import type { SightingBook } from './book';
import { BootFileShelf } from './bootFiles';
import { type Circumstances, readClaims, refusesAnswer, refusesStart } from './consent';
import { fileAnswer } from './fileAnswer';
import { type AttemptsKnown, openAttempt, type Opened } from './openAttempt';
import { pxeAnswer } from './pxeAnswer';
import { releaseAnswer, type ReleaseTree } from './releaseAnswer';
import { type BootAnswer, type BootHandler, type BootRequest, textAnswer } from './request';
import { completeScript, START_SCRIPT } from './scripts';
import { hasBegun, type Sighted } from './sightings';
import type { MediaShelf, Medium } from './source';

export interface BootServerParts {
  /** Told afresh at each request. */
  readonly known: () => AttemptsKnown;
  /** Why no installer may begin now: what is known was not heard lately, or what was seen earlier was not read back. Undefined: nothing of the kind. */
  readonly blind: () => string | undefined;
  readonly shelf: MediaShelf;
  readonly book: SightingBook;
  /** Absent: no release is shown without a token. */
  readonly releaseTree?: ReleaseTree;
  readonly clock: Clock;
  readonly log: Log;
}

type Open = Extract<Opened, { kind: 'Open' }>;

/** One request in the hands of the server. */
interface Visit extends Open {
  readonly request: BootRequest;
  readonly signal: AbortSignal;
}

const MOST_OF_A_TARGET = 2048;
const NOT_HERE = textAnswer(404, 'not here\n');

export class BootServer {
  private readonly bootFiles = new BootFileShelf();

  constructor(private readonly parts: BootServerParts) {}

  readonly handle: BootHandler = async (request, signal) => {
    try {
      return await this.answer(request, signal);
    } catch (error) {
      if (error instanceof Aborted || signal.aborted) throw new Aborted(error);
      // Its path is a secret of the attempt, and stays out of the log.
      this.parts.log.error('boot request failed', {
        from: request.from,
        error: error instanceof Error ? error.message : String(error),
      });
      return textAnswer(503, 'not now\n');
    }
  };

  private async answer(request: BootRequest, signal: AbortSignal): Promise<BootAnswer> {
    const { method, target } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      const refused = textAnswer(405, 'only GET and HEAD are answered here\n');
      return { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } };
    }
    if (target.length > MOST_OF_A_TARGET) return textAnswer(414, 'that is too long\n');
    const path = target.split('?')[0]!;
    if (path === '/healthz') return textAnswer(200, 'ok\n');
    if (path.startsWith('/release/')) return releaseAnswer(this.parts.releaseTree, request, path, signal);
    if (path.startsWith('/pxe/')) return pxeAnswer(this.parts, request, path, signal);
    const opened = openAttempt(path, this.parts.clock.now(), this.parts.known(), (attempt) =>
      hasBegun(this.parts.book.of(attempt)),
    );
    switch (opened.kind) {
      case 'Unknown':
        this.parts.log.warn('unknown boot path asked for', { from: request.from });
        return NOT_HERE;
      case 'Closed':
        this.parts.log.warn('closed boot path asked for', { from: request.from, host: opened.attempt.host, why: opened.why });
        return textAnswer(410, 'closed\n');
      case 'Open':
        return this.visit({ ...opened, request, signal });
    }
  }

  private visit(visit: Visit): Promise<BootAnswer> {
    switch (visit.purpose) {
      case 'answer':
        return this.answerFile(visit);
      case 'start':
        return this.start(visit);
      case 'complete':
        return this.complete(visit);
      case 'media':
        return this.media(visit);
      case 'repository':
        return this.repository(visit);
      case 'boot':
        return this.bootFile(visit);
    }
  }

  private async answerFile(visit: Visit): Promise<BootAnswer> {
    const claimed = readClaims(visit.rest);
    if (claimed === undefined) return NOT_HERE;
    const why = refusesAnswer(visit.attempt, this.circumstances(visit, claimed));
    if (why !== undefined) return this.turnAway(visit, 'answer', why, 410);
    let text: string;
    try {
      text = answerFile(answerAsked(visit.key, visit.attempt));
    } catch (error) {
      if (!(error instanceof AnswerFileRefused)) throw error;
      this.parts.log.error('answer file refused', { host: visit.attempt.host, error: error.message });
      return this.turnAway(visit, 'answer', error.message, 410);
    }
    await this.note(visit, 'answer');
    return textAnswer(200, text, 'text/xml');
  }

  private async start(visit: Visit): Promise<BootAnswer> {
    if (visit.rest.length > 0) return NOT_HERE;
    const circumstances = this.circumstances(visit, {});
    const why = refusesStart(visit.attempt, circumstances);
    if (why !== undefined && !this.isLeftWithout(visit, circumstances)) return this.turnAway(visit, 'start', why, 404);
    await this.note(visit, 'start');
    return textAnswer(200, START_SCRIPT, 'text/x-shellscript');
  }

  /** The server before this one wrote down that it hands the script out, and may have died before it did: the installer that waits for it has touched nothing. */
  private isLeftWithout({ attempt, request }: Visit, circumstances: Circumstances): boolean {
    const { start: _start, ...seen } = circumstances.sightings.seen;
    const before = { ...circumstances, sightings: { ...circumstances.sightings, seen } };
    if (request.method === 'HEAD' || refusesStart(attempt, before) !== undefined) return false;
    return this.parts.book.takePerhapsNotHanded(attempt);
  }

  private async complete(visit: Visit): Promise<BootAnswer> {
    const [word, ...more] = visit.rest;
    if (word === undefined) {
      await this.note(visit, 'complete');
      return textAnswer(200, completeScript(reportUrl(visit.key, visit.attempt)), 'text/x-shellscript');
    }
    if ((word !== '0' && word !== '1') || more.length > 0) return NOT_HERE;
    await this.note(visit, 'report', word, word === '0' ? 0 : 1);
    return textAnswer(200, 'noted\n');
  }

  private async media(visit: Visit): Promise<BootAnswer> {
    if (visit.rest.length !== 1 || !visit.rest[0]!.endsWith('.iso')) return NOT_HERE;
    const medium = await this.medium(visit);
    if (medium === undefined) return NOT_HERE;
    if ('why' in medium.view) return this.nothing(visit, medium.view.why);
    await this.note(visit, 'media', visit.request.headers['range'] ?? 'whole');
    return fileAnswer(visit.request, medium.view.source, medium.view.version);
  }

  private async repository(visit: Visit): Promise<BootAnswer> {
    const medium = visit.rest.length === 0 ? undefined : await this.medium(visit);
    const file = await medium?.tree.file(visit.rest, visit.signal);
    if (medium === undefined || file === undefined) return NOT_HERE;
    const path = visit.rest.join('/');
    await this.note(visit, isPackage(path) ? 'package' : 'repository', path);
    return fileAnswer(visit.request, file, `${medium.version}-${file.size}`);
  }

  private async bootFile(visit: Visit): Promise<BootAnswer> {
    const [name, ...more] = visit.rest;
    const medium = name === undefined || more.length > 0 ? undefined : await this.medium(visit);
    const file = medium === undefined ? undefined : await this.bootFiles.file(medium, name!, visit.signal);
    if (medium === undefined || file === undefined) return NOT_HERE;
    await this.note(visit, 'kernel', name);
    return fileAnswer(visit.request, file, `${medium.version}-${name!.replace('.', '-')}`);
  }

  private async medium(visit: Visit): Promise<Medium | undefined> {
    const { attempt, key, signal } = visit;
    const medium = await this.parts.shelf.mediumOf(attempt, answerAt(key, attempt), signal);
    if (!('why' in medium)) return medium;
    this.nothing(visit, medium.why);
    return undefined;
  }

  private nothing({ attempt, request }: Visit, why: string): BootAnswer {
    this.parts.log.warn('no medium to serve', { host: attempt.host, from: request.from, why });
    return NOT_HERE;
  }

  private circumstances(visit: Visit, claimed: Circumstances['claimed']): Circumstances {
    return { blind: this.parts.blind(), sightings: this.parts.book.of(visit.attempt), claimed };
  }

  /** HEAD hands nothing out, and is no sighting. */
  private async note({ attempt, request }: Visit, what: Sighted, detail = '', result?: 0 | 1): Promise<void> {
    if (request.method === 'HEAD') return;
    const at = this.parts.clock.now();
    await this.parts.book.note(attempt, { at, what, detail, from: request.from, ...(result === undefined ? {} : { result }) });
  }

  private turnAway({ attempt, request }: Visit, what: 'answer' | 'start', why: string, status: number): BootAnswer {
    // Whoever asks for answers again has started over, and is not the installer that waits for its script.
    if (what === 'answer') this.parts.book.takePerhapsNotHanded(attempt);
    this.parts.log.warn('installer turned away', { host: attempt.host, from: request.from, what, why });
    if (request.method !== 'HEAD')
      this.parts.book.refused(attempt, { at: this.parts.clock.now(), what, why, from: request.from });
    return textAnswer(status, 'not here\n');
  }
}

/** `Packages/….rpm`, and the `packages.…/` of releases up to 6.x with their archives. What lies beside them is metadata. */
function isPackage(path: string): boolean {
  return /\.(rpm|tar\.bz2|tar\.gz|deb)$/i.test(path);
}

// One run to its end, and what is to be told of it.
import { type Books, createBooks } from '../simulator/books/createBooks';
import { endReport, hasEnded, outcomeOf, waitsForNobody } from './ending';
import { storedBackups } from './storedBackups';
import { playPerson, type PlayedPerson } from './playedPerson';
import type { Prepared } from './prepare';
import { Recorder } from './recorder';
import type { RehearsalReport } from './report';
import type { RunState } from '../upgrade/state';
import { setStage, type Stage, type StageOptions } from './stage';

export interface RunOptions extends Pick<
  StageOptions,
  'dialect' | 'dieAt' | 'log' | 'transport' | 'onObject' | 'onWrite' | 'onFetch'
> {
  /** Told of the stage before anything begins, for those who play people or look closer. */
  readonly onStage?: (stage: Stage) => void;
  readonly onLine?: (at: number, host: string, event: string) => void;
}

export interface Run {
  readonly report: RehearsalReport;
  readonly stage: Stage;
  readonly books: Books;
}

/** Longest a rehearsal may take, in virtual milliseconds: what is not over by then never will be. */
const LIMIT = 30 * 24 * 3_600_000;

export async function performRun(prepared: Prepared, options: RunOptions = {}): Promise<Run> {
  const warnings: string[] = [];
  const watch: { person?: PlayedPerson; recorder?: Recorder } = {};
  const stage = setStage(prepared, warnings, {
    ...options,
    onEvent: (event) => watch.recorder?.heard(event),
    onObject: (object) => {
      watch.recorder?.saw(object);
      watch.person?.look(object);
      options.onObject?.(object);
    },
  });
  const backups = (): readonly string[] => storedBackups(stage.secrets());
  const books = createBooks(stage.world, {
    backups,
    memberRetries: prepared.manifest.spec.failure.memberRetries,
    goneOn: () => watch.person?.goneOn ?? 0,
  });
  const recorder = new Recorder(stage, options.onLine);
  watch.recorder = recorder;
  if (prepared.operator) watch.person = playPerson(stage, prepared.words);
  options.onStage?.(stage);
  await stage.begin();
  const held = heldUp(stage);
  const end = await stage.clock.run(
    () =>
      stage.defect() !== undefined || held() || (hasEnded(stage.state(), prepared.operator) && !isAddressed(stage, watch.person)),
    LIMIT,
  );
  const state = stage.state();
  const outcome = end === 'finished' && stage.defect() === undefined ? outcomeOf(state) : 'Failed';
  warnings.push(...stage.idleFaults().map((fault) => `fault ${fault} never struck: this run has not tested it`));
  // A run that waits for a person nobody plays is cut off in the middle: there is no end to be judged.
  if (state === undefined || !(held() || waitsForNobody(state, prepared.operator)))
    books.judgeEnd(endReport(outcome, state, recorder));
  return {
    report: recorder.report({ outcome, state, verdict: books.verdict(), warnings, defect: defectOf(stage, end) }),
    stage,
    books,
  };
}

/** Id of the check for which the run waits. */
function checkInTheWay({ journal, checks = [], reason }: RunState): string | undefined {
  const check = checks.find(({ id, verdict }) => id === reason && (verdict === 'Block' || verdict === 'Unknown'));
  return journal === undefined ? check?.id : undefined;
}

/** What a check holds up for so long, in mid-run, only somebody could end whom nobody plays. */
const HELD_FOR_GOOD = 2 * 3_600_000;

function heldUp(stage: Stage): () => boolean {
  let since: { readonly reason: string; readonly at: number } | undefined;
  return () => {
    const state = stage.state();
    const reason = state === undefined ? undefined : checkInTheWay(state);
    if (reason === undefined) since = undefined;
    else if (since?.reason !== reason) since = { reason, at: stage.clock.now() };
    return since !== undefined && stage.clock.now() - since.at > HELD_FOR_GOOD;
  };
}

function defectOf(stage: Stage, end: string): string | undefined {
  const error = stage.defect();
  if (error !== undefined) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return end === 'finished'
    ? undefined
    : `the run did not come to an end (${end}) in phase ${stage.state()?.phase ?? 'none'}: ${stage.state()?.message ?? ''}`;
}

/** A halted run to which a person has still something to say is not over. */
function isAddressed(stage: Stage, person: PlayedPerson | undefined): boolean {
  const object = stage.object();
  return stage.state()?.phase === 'Halted' && object !== undefined && person?.hasMoreToSay(object) === true;
}

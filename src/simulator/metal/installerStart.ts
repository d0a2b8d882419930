// How an installer comes to its answers, and to know what it installs: from what it really booted, and from nowhere else. Without answers it asks a person, and
// touches nothing.
import { Aborted } from '../../foundation/clock';
import { NetworkFailure } from '../network/hostNetwork';
import type { Release } from '../world';
import { type AnswerFile, readAnswerFile } from './answerFile';
import { type Chassis, releaseAt } from './chassis';
import { type Asking, fetchAnswers, releaseOfTree } from './installerFetches';
import { ERROR_SCREEN, pause, type Run, tell } from './installerRun';

/** Gets the answers. @returns undefined when they are not to be had, and all is over */
export async function begin(asking: Asking): Promise<Run | undefined> {
  const { chassis, boot, signal } = asking;
  const { answers } = boot;
  if (answers.kind === 'none') {
    const run = { ...asking, answers: undefined, answerFile: null, target: boot.release ?? systemOn(chassis) };
    if (boot.from === 'disc') return run;
    chassis.machine.waitsForPerson = true;
    tell(run, 'waits');
    return forever(signal);
  }
  const found = answers.kind === 'text' ? answers : await fetchAnswers(asking, answers);
  if ('text' in found) return withAnswers(asking, found.text);
  tell({ ...asking, answers: undefined, answerFile: null, target: boot.release ?? systemOn(chassis) }, 'unanswered', found.why);
  await pause(asking, ERROR_SCREEN);
  return undefined;
}

async function withAnswers(asking: Asking, text: string): Promise<Run> {
  const answers = readAnswerFile(text);
  return { ...asking, answers, answerFile: text, target: await targetOf(asking, answers) };
}

/**
 * Which release is installed: that of what was booted where it tells, else that of the tree.
 * @throws Error for an entry that was staged from no repository of the world: the plugin must have refused it
 */
async function targetOf(asking: Asking, { source }: AnswerFile): Promise<Release> {
  const { parts, chassis, boot } = asking;
  if (boot.release !== undefined) return boot.release;
  const tree = boot.stagedFrom ?? source;
  if (tree === undefined) return systemOn(chassis);
  const told = (await reachable(releaseOfTree(asking, tree, 1))) ?? releaseAt(parts.repositories, tree);
  if (told === undefined && boot.stagedFrom !== undefined)
    throw new Error(`a boot entry was staged from ${tree}, which is no repository of this world`);
  return told ?? systemOn(chassis);
}

/** Undefined when nobody answers: the installer finds that out later. */
async function reachable<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkFailure) return undefined;
    throw error;
  }
}

/** What an installer that says nothing of itself is taken for. */
function systemOn({ machine }: Chassis): Release {
  const { system, backup } = machine.disk;
  const known = system === null || system === 'broken' ? backup?.release : system;
  if (known === undefined) throw new Error(`an installer booted on ${machine.name}, and nothing tells of which release it is`);
  return known;
}

export function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Aborted(signal.reason)), { once: true });
  });
}

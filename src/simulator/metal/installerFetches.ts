// What the installer fetches while it works, in the order in which a real one does: answer file, first script, the tree's own description and its packages, last
// script and its report. A server that is away for a moment is asked again; one that stays away ends the installer, wherever it is then.
import { gunzipSync } from 'node:zlib';
import { Aborted } from '../../foundation/clock';
import { releaseOfTree as toldByTree, within } from '../firmware/treeRelease';
import { type NetworkAnswer, NetworkFailure, originOf } from '../network/hostNetwork';
import type { FetchPart } from '../network/hostLine';
import type { Release } from '../world';
import type { ScriptStage } from './answerFile';
import { type InstallerAnswers, lineOf, releaseAt } from './chassis';
import { GivenUp, pause, type Run, SECOND } from './installerRun';

export type Asking = Pick<Run, 'parts' | 'chassis' | 'boot' | 'signal'>;

/** How often a server that does not answer is asked: ten minutes, in which whoever sees to it has started it anew, and the pool's time may be sped up. */
const TRIES = 20;
const BETWEEN_TRIES = 30 * SECOND;
/** Of a package only the beginning is fetched: what is in it is never looked at. */
const PACKAGE_HEAD: FetchPart = { offset: 0, length: 65_536 };

/** Address from which the installer asks: what its command line said, else that of the host. */
function addressOf({ boot: { answers }, chassis }: Asking): string {
  return (answers.kind === 'url' ? answers.from : undefined) ?? chassis.address;
}

/** @returns undefined when nobody of that name is known. @throws NetworkFailure `Unreachable` when nobody answers in the end; Aborted */
async function ask(asking: Asking, url: string, tries: number, part?: FetchPart): Promise<NetworkAnswer | undefined> {
  const line = lineOf(asking.parts, asking.chassis, addressOf(asking));
  for (let left = tries; ; left--) {
    try {
      return await line.get(url, asking.signal, part);
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error;
      if (error.kind === 'NoSuchHost') return undefined;
      if (left <= 1) throw error;
    }
    await pause(asking, BETWEEN_TRIES);
  }
}

type There = NetworkAnswer & { readonly status: 200 | 206 };

function isThere(answer: NetworkAnswer | undefined): answer is There {
  return answer !== undefined && (answer.status === 200 || answer.status === 206);
}

/** @returns undefined with any other answer than the file itself */
async function fetchText(asking: Asking, url: string, tries = TRIES): Promise<string | undefined> {
  const answer = await ask(asking, url, tries);
  return isThere(answer) ? answer.body.toString('utf8') : undefined;
}

/** @returns the text, or why it is not to be had. @throws Aborted */
export async function fetchAnswers(
  asking: Asking,
  answers: Extract<InstallerAnswers, { readonly kind: 'url' }>,
): Promise<{ readonly text: string } | { readonly why: string }> {
  const { parts, chassis } = asking;
  if (answers.from === undefined) return { why: 'the network card that it was told to use cannot be used' };
  if (parts.faults.strike('answerfile-unreachable', { host: chassis.machine.uuid }) !== undefined)
    return { why: `${originOf(answers.url)} does not answer` };
  try {
    const answer = await ask(asking, answers.url, TRIES);
    if (isThere(answer)) return { text: answer.body.toString('utf8') };
    const said = answer === undefined ? 'is not known' : `answers with status ${String(answer.status)}`;
    return { why: `${originOf(answers.url)} ${said}` };
  } catch (error) {
    if (error instanceof NetworkFailure) return { why: error.message };
    throw error;
  }
}

/** @throws GivenUp when the script cannot be fetched: nothing has been touched yet */
export async function fetchStartScript(run: Run): Promise<void> {
  const url = run.answers?.scripts['installation-start'];
  if (url === undefined) return;
  const text = await orGivenUp('refused', scriptMissing('installation-start'), fetchText(run, url));
  if (text === undefined) throw new GivenUp('refused', scriptMissing('installation-start'));
}

const scriptMissing = (stage: ScriptStage): string => `Unable to fetch script for ${stage}`;

async function orGivenUp<T>(stage: GivenUp['stage'], why: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof NetworkFailure ? new GivenUp(stage, why) : error;
  }
}

/** Runs the last script, which reports to the URL that its text names. That it cannot be fetched, or reaches nobody, is swallowed (xenserver.md 5.2). */
export async function reportResult(run: Run, result: 0 | 1): Promise<void> {
  const url = run.answers?.scripts['installation-complete'];
  if (url === undefined) return;
  try {
    const script = await fetchText(run, url, 1);
    const target = /https?:\/\/[^\s'"$]+\//.exec(script ?? '')?.[0];
    if (target !== undefined) await ask(run, `${target}${result}`, 1);
  } catch (error) {
    if (error instanceof Aborted || !(error instanceof NetworkFailure)) throw error;
  }
}

/** What the tree says it holds; undefined when nobody serves it. @throws NetworkFailure; Aborted */
export function releaseOfTree(asking: Asking, tree: string, tries = TRIES): Promise<Release | undefined> {
  return toldByTree(tree, (url) => fetchText(asking, url, tries));
}

/**
 * Looks whether the tree is whole before anything is touched.
 * @returns URLs of its packages in their order; none where the medium is the tree, or the world's own repositories have it
 * @throws GivenUp; Aborted
 */
export async function verifyTree(run: Run): Promise<readonly string[]> {
  const tree = run.answers?.source;
  if (tree === undefined) return [];
  const trouble = `Unable to access repository (${originOf(tree)})`;
  const release = await orGivenUp('failed', trouble, releaseOfTree(run, tree));
  if (release === undefined) {
    if (releaseAt(run.parts.repositories, tree) === undefined) throw new GivenUp('failed', trouble);
    return [];
  }
  const packages = await orGivenUp('failed', trouble, packagesOf(run, tree));
  if (packages === undefined) throw new GivenUp('failed', trouble);
  return packages.map((path) => within(tree, path));
}

/** @returns paths, or undefined when the tree has no list of them */
async function packagesOf(run: Run, tree: string): Promise<readonly string[] | undefined> {
  const metadata = await fetchText(run, within(tree, 'repodata/repomd.xml'));
  if (metadata === undefined) {
    const list = await fetchText(run, within(tree, 'packages.main/XS-PACKAGES'));
    return list === undefined ? undefined : matches(list, /<package\s[^>]*>([^<]+)</g).map((name) => `packages.main/${name}`);
  }
  const primary = /<data\s+type="primary">[\s\S]*?<location\s+href="([^"]+)"/.exec(metadata)?.[1];
  const answer = primary === undefined ? undefined : await ask(run, within(tree, primary), TRIES);
  return isThere(answer) ? matches(unpacked(answer.body), /<location\s+href="([^"]+)"/g) : undefined;
}

const matches = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Fetches packages, evenly over `ms`. @throws GivenUp when one is not to be had: half a system is on the disk then. @throws Aborted */
export async function fetchPackages(run: Run, packages: readonly string[], ms: number): Promise<void> {
  const trouble = 'Error installing packages';
  for (const url of packages) {
    const answer = await orGivenUp('failed', trouble, ask(run, url, TRIES, PACKAGE_HEAD));
    if (!isThere(answer)) throw new GivenUp('failed', trouble);
    await pause(run, ms / packages.length);
  }
  if (packages.length === 0) await pause(run, ms);
}

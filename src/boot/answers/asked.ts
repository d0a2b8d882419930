// What an answer file is asked to say, and what it may be asked at all. There is no field for a mode: an upgrade is an upgrade, and a restore must be asked
// for by its own name.
import { compareVersions } from '../../plan/release';
import { AnswerFileRefused } from './refused';

/** Where the installer fetches its two scripts. They do nothing to the host; that they were fetched is what tells. */
export interface Beacons {
  readonly start: string;
  readonly complete: string;
}

export interface UpgradeAsked {
  readonly kind: 'upgrade';
  /** Product version of the installer that will read the file, e.g. `8.2.1`: older ones have another grammar. */
  readonly installer: string;
  /** The host's own primary disk, as `PRIMARY_DISK` in its inventory names it. */
  readonly disk: string;
  /** The repository that it installs from: `http` or `https`, without login. */
  readonly source: string;
  readonly beacons: Beacons;
}

export interface RestoreAsked {
  readonly kind: 'restore';
  readonly installer: string;
  /** The disk whose backup partition is written back: the host's own, so that no other backup can be meant. */
  readonly disk: string;
  readonly beacons: Beacons;
}

export type AnswerAsked = UpgradeAsked | RestoreAsked;

export interface Script {
  readonly stage: 'installation-start' | 'installation-complete';
  readonly url: string;
}

/**
 * The scripts that belong into the file. Only these two are safe: the first is fetched before anything is touched, and of the second a fetch that fails is
 * swallowed; one that cannot be fetched in between kills the install past the point of no return. Installers before 6.0 know no stages (xenserver.md 5.2):
 * they get none, and their older `post-install-script` is one in between.
 */
export function scriptsOf({ installer, beacons }: AnswerAsked): readonly Script[] {
  if (compareVersions(installer, '6.0') < 0) return [];
  return [
    { stage: 'installation-start', url: beacons.start },
    { stage: 'installation-complete', url: beacons.complete },
  ];
}

const MOST_OF_A_NAME = 512;
const MOST_OF_A_URL = 1024;
/** Printable ASCII without space: what all installers' parsers, from Python 2.4 on, read alike. */
const PLAIN = /^[\x21-\x7e]+$/;
const VERSION = /^\d{1,3}(\.\d{1,4}){1,3}$/;

/** @throws AnswerFileRefused */
export function checkAsked(asked: AnswerAsked): void {
  if (!VERSION.test(asked.installer)) throw new AnswerFileRefused(`${JSON.stringify(asked.installer)} is no product version`);
  checkDisk(asked.disk);
  if (asked.kind === 'upgrade') checkUrl('source', asked.source);
  checkUrl('beacon at the start', asked.beacons.start);
  checkUrl('beacon at the end', asked.beacons.complete);
}

function checkDisk(disk: string): void {
  if (disk.length <= MOST_OF_A_NAME && PLAIN.test(disk)) return;
  throw new AnswerFileRefused(
    `${shown(disk)} is no name of a disk: expected 1 to ${MOST_OF_A_NAME} printable characters without space`,
  );
}

function checkUrl(what: string, text: string): void {
  const wrong = urlFlaw(text);
  if (wrong !== undefined) throw new AnswerFileRefused(`the URL of the ${what} ${wrong}`);
}

/** Says nothing of the URL's own text where it may hold a login. */
function urlFlaw(text: string): string | undefined {
  if (text.length > MOST_OF_A_URL || !PLAIN.test(text)) return `is not 1 to ${MOST_OF_A_URL} printable characters without space`;
  if (!URL.canParse(text)) return `is none: ${shown(text)}`;
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return `is of ${protocol} and not of http: or https:`;
  if (username !== '' || password !== '') return 'holds a login, which everybody who fetches the file could read';
  return hash === '' ? undefined : 'has a fragment, which no server ever sees';
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

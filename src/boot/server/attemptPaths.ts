// The URLs of one attempt, as the installer, the boot loader and the BMC are told them. All are made with one key, so that a rotation in mid-install changes
// nothing for a host that has begun.
import type { AnswerAsked } from '../answers/asked';
import type { AnswerAt } from '../arguments/installerArguments';
import type { BootFiles, BootOrder } from '../pxe/bootScript';
import type { BootAttempt } from './attempt';
import { pathOf } from './openAttempt';
import type { Medium } from './source';
import type { BootKey } from './tokens';

/** The name must end in `.iso`: firmware that boots over HTTP takes an image as a disk by that. */
export const IMAGE_NAME = 'installer.iso';

/** Of the image as this host gets it. @param base URL of this server as whoever fetches the image sees it, without a slash at the end */
export function mediaUrl(key: BootKey, attempt: BootAttempt, base: string): string {
  return base + pathOf(key, attempt, 'media', IMAGE_NAME);
}

/** Whether what a BMC says it has inserted is the image of this attempt, under whatever address of this server. */
export function isMediaUrlOf(key: BootKey, attempt: BootAttempt, image: string): boolean {
  return image.includes(pathOf(key, attempt, 'media', IMAGE_NAME));
}

const MEDIA_PATH = /\/media\/[a-z0-9]{1,8}\.[A-Za-z0-9_-]{43}\/installer\.iso$/;

/** Whether it has the form of an image of such a server, of whatever attempt: ours of another attempt, or of another operator. */
export function looksLikeMediaUrl(image: string): boolean {
  return MEDIA_PATH.test(image);
}

/** Of the tree that the installer installs from, with a slash at the end. */
export function repositoryUrl(key: BootKey, attempt: BootAttempt): string {
  return attempt.repository ?? attempt.baseUrl + pathOf(key, attempt, 'repository');
}

/** What the installer is told on its command line. A restore waits for a key where it has a screen, so it gets none (xenserver.md 5.7). */
export function answerAt(key: BootKey, attempt: BootAttempt): AnswerAt {
  const before = TOLD.get(attempt);
  if (before?.key === key) return before.answer;
  const url = attempt.baseUrl + pathOf(key, attempt, 'answer').replace(/\/$/, '');
  const answer: AnswerAt = { key: attempt.intent === 'restore' ? 'rt_answerfile' : 'answerfile', url };
  TOLD.set(attempt, { key, answer });
  return answer;
}

/** Made once for an attempt: it is needed at each range of an image. It goes when what is known of the attempt does. */
const TOLD = new WeakMap<BootAttempt, { readonly key: BootKey; readonly answer: AnswerAt }>();

export function answerAsked(key: BootKey, attempt: BootAttempt): AnswerAsked {
  const { baseUrl, disk, target, intent } = attempt;
  const at = (purpose: 'start' | 'complete'): string => baseUrl + pathOf(key, attempt, purpose).replace(/\/$/, '');
  const common = { installer: target.version, disk, beacons: { start: at('start'), complete: at('complete') } };
  return intent === 'restore'
    ? { kind: 'restore', ...common }
    : { kind: 'upgrade', ...common, source: repositoryUrl(key, attempt) };
}

/** What `installation-complete` reports to; the result is put behind it. */
export function reportUrl(key: BootKey, attempt: BootAttempt): string {
  return attempt.baseUrl + pathOf(key, attempt, 'complete');
}

export function bootOrder(key: BootKey, attempt: BootAttempt, { vendor, view }: Pick<Medium, 'vendor' | 'view'>): BootOrder {
  const at = (name: string): string => attempt.baseUrl + pathOf(key, attempt, 'boot', name);
  const image = 'why' in view ? undefined : mediaUrl(key, attempt, attempt.baseUrl);
  const files: BootFiles = { xen: at('xen'), xenGz: at('xen.gz'), vmlinuz: at('vmlinuz'), initrd: at('install.img'), image };
  return { files, answer: answerAt(key, attempt), arguments: attempt.arguments, vendor };
}

/** Where the server shows whoever asks that it has a release: so a host can be asked beforehand whether it reaches the server. Nothing of it is secret. */
export function releasePath({ brand, version }: { readonly brand: string; readonly version: string }): string {
  return `/release/${brand}/${version}/`;
}

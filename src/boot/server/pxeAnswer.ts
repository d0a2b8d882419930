// What a boot loader is told that knows only its own network card. It has no token, so it is told by its card's address, and only for a host that a status says
// is to boot over the network now; every other machine is sent on to its disk.
import type { Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import { ArgumentsRefused } from '../arguments/argumentsRefused';
import { isMac } from '../arguments/installerArguments';
import { type BootOrder, fromDisk, grubConfig, IPXE_ENTRY, ipxeScript, type Loader, pxelinuxConfig } from '../pxe/bootScript';
import type { BootAttempt } from './attempt';
import { answerAt, bootOrder } from './attemptPaths';
import type { SightingBook } from './book';
import { lackingFile } from './bootFiles';
import { macText, refusesAnswer } from './consent';
import { attemptByMac, type AttemptsKnown } from './openAttempt';
import { type BootAnswer, type BootRequest, textAnswer } from './request';
import type { MediaShelf } from './source';
import type { BootKey } from './tokens';

interface Parts {
  readonly known: () => AttemptsKnown;
  readonly blind: () => string | undefined;
  readonly shelf: MediaShelf;
  readonly book: SightingBook;
  readonly clock: Clock;
  readonly log: Log;
}

interface Asking {
  readonly request: BootRequest;
  readonly loader: Loader;
  readonly mac: string;
}

interface Reason {
  readonly why: string;
}

const RENDERERS: Readonly<Record<Loader, (order: BootOrder) => string>> = {
  ipxe: ipxeScript,
  grub: grubConfig,
  pxelinux: pxelinuxConfig,
};
/** `/pxe/ipxe/52:54:00:12:34:56`, `/pxe/grub/…`, and as pxelinux looks for it: `/pxe/pxelinux.cfg/01-52-54-00-12-34-56`. */
const PATH = /^\/pxe\/(?:(ipxe|grub)\/|(pxelinux)\.cfg\/01-)([0-9a-f:-]{11,17})$/i;
const ENTRY = '/pxe/boot.ipxe';

export async function pxeAnswer(parts: Parts, request: BootRequest, path: string, signal: AbortSignal): Promise<BootAnswer> {
  if (path === ENTRY) return textAnswer(200, IPXE_ENTRY);
  const found = PATH.exec(safeDecode(path));
  const mac = macText(padded(found?.[3]?.toLowerCase() ?? ''));
  // pxelinux asks for other names as well, and takes 404 for "look on".
  if (found === null || !isMac(mac)) return textAnswer(404, 'not here\n');
  const loader = (found[1] ?? found[2])!.toLowerCase() as Loader;
  return textAnswer(200, await configOf(parts, { request, loader, mac }, signal));
}

async function configOf(parts: Parts, asking: Asking, signal: AbortSignal): Promise<string> {
  const { request, loader, mac } = asking;
  const known = parts.known();
  const attempt = attemptByMac(mac, parts.clock.now(), known);
  if ('why' in attempt) {
    parts.log.info('machine sent on to its disk', { mac, from: request.from, why: attempt.why });
    return fromDisk(loader);
  }
  const text = refusal(parts, asking, attempt) ?? (await rendered(parts, loader, attempt, known.keys[0], signal));
  if (typeof text !== 'string') return sendOn(parts, asking, attempt, text.why);
  // The medium may have been looked at for a while: what held before may not any more.
  const late = refusal(parts, asking, attempt);
  if (late !== undefined) return sendOn(parts, asking, attempt, late.why);
  if (request.method !== 'HEAD')
    await parts.book.note(attempt, { at: parts.clock.now(), what: 'config', detail: loader, from: request.from });
  return text;
}

function refusal(parts: Parts, { mac }: Asking, attempt: BootAttempt): Reason | undefined {
  const circumstances = { blind: parts.blind(), sightings: parts.book.of(attempt), claimed: { mac } };
  const why = refusesAnswer(attempt, circumstances);
  return why === undefined ? undefined : { why };
}

function sendOn(parts: Parts, { request, loader }: Asking, attempt: BootAttempt, why: string): string {
  parts.log.warn('machine sent on to its disk', { host: attempt.host, from: request.from, why });
  if (request.method !== 'HEAD') parts.book.refused(attempt, { at: parts.clock.now(), what: 'config', why, from: request.from });
  return fromDisk(loader, `xenpool does not start the installer: ${why}.`);
}

async function rendered(
  parts: Parts,
  loader: Loader,
  attempt: BootAttempt,
  key: BootKey,
  signal: AbortSignal,
): Promise<string | Reason> {
  const medium = await parts.shelf.mediumOf(attempt, answerAt(key, attempt), signal);
  if ('why' in medium) return medium;
  const lacking = await lackingFile(medium, signal);
  if (lacking !== undefined) return { why: `the medium has no ${lacking}, which is needed to boot over the network` };
  try {
    return RENDERERS[loader](bootOrder(key, attempt, medium.vendor));
  } catch (error) {
    if (error instanceof ArgumentsRefused) return { why: error.message };
    throw error;
  }
}

/** dhcpd's `binary-to-ascii` writes `0` and not `00`. */
function padded(mac: string): string {
  return /[:-]/.test(mac) ? mac.replaceAll(/(?<![0-9a-f])([0-9a-f])(?![0-9a-f])/g, '0$1') : mac;
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

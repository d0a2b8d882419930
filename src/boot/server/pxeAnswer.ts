// What a boot loader is told that knows only its own network card. It has no token, so it is told by its card's address, and only for a host that a status says
// is to boot over the network now; every other machine is sent on to its disk.
import type { Clock } from '../../foundation/clock';
import type { Log } from '../../foundation/log';
import { ArgumentsRefused, isMac } from '../pxe/arguments';
import { type BootOrder, FROM_DISK, grubConfig, IPXE_ENTRY, ipxeScript, pxelinuxConfig } from '../pxe/bootScript';
import type { BootAttempt } from './attempt';
import { bootOrder } from './attemptPaths';
import type { SightingBook } from './book';
import { macText, refusesAnswer } from './consent';
import { attemptByMac, type AttemptsKnown } from './openAttempt';
import { type BootAnswer, type BootRequest, textAnswer } from './request';

interface Parts {
  readonly known: () => AttemptsKnown;
  readonly blind: () => string | undefined;
  readonly book: SightingBook;
  readonly clock: Clock;
  readonly log: Log;
}

type Loader = keyof typeof FROM_DISK;

const RENDERERS: Readonly<Record<Loader, (order: BootOrder) => string>> = {
  ipxe: ipxeScript,
  grub: grubConfig,
  pxelinux: pxelinuxConfig,
};
/** `/pxe/ipxe/52:54:00:12:34:56`, `/pxe/grub/…`, and as pxelinux looks for it: `/pxe/pxelinux.cfg/01-52-54-00-12-34-56`. */
const PATH = /^\/pxe\/(?:(ipxe|grub)\/|(pxelinux)\.cfg\/01-)([0-9a-f:-]{11,17})$/i;
const ENTRY = '/pxe/boot.ipxe';

export async function pxeAnswer(parts: Parts, request: BootRequest, path: string): Promise<BootAnswer> {
  if (path === ENTRY) return textAnswer(200, IPXE_ENTRY);
  const found = PATH.exec(safeDecode(path));
  const mac = macText(padded(found?.[3]?.toLowerCase() ?? ''));
  // pxelinux asks for other names as well, and takes 404 for "look on".
  if (found === null || !isMac(mac)) return textAnswer(404, 'not here\n');
  const loader = (found[1] ?? found[2])!.toLowerCase() as Loader;
  const text = await configOf(parts, request, loader, mac);
  return textAnswer(200, text);
}

async function configOf(parts: Parts, request: BootRequest, loader: Loader, mac: string): Promise<string> {
  const known = parts.known();
  const at = parts.clock.now();
  const attempt = attemptByMac(mac, at, known);
  if ('why' in attempt) {
    parts.log.info('machine sent on to its disk', { mac, from: request.from, why: attempt.why });
    return FROM_DISK[loader];
  }
  const circumstances = { blind: parts.blind(), sightings: parts.book.of(attempt), claimed: { mac } };
  const why = refusesAnswer(attempt, circumstances);
  const text = why === undefined ? rendered(loader, bootOrder(known.keys[0], attempt)) : { why };
  if (typeof text !== 'string') return sendOn(parts, request, loader, attempt, text.why);
  if (request.method !== 'HEAD') await parts.book.note(attempt, { at, what: 'config', detail: loader, from: request.from });
  return text;
}

function sendOn(parts: Parts, request: BootRequest, loader: Loader, attempt: BootAttempt, why: string): string {
  parts.log.warn('machine sent on to its disk', { host: attempt.host, from: request.from, why });
  if (request.method !== 'HEAD') parts.book.refused(attempt, { at: parts.clock.now(), what: 'config', why, from: request.from });
  return FROM_DISK[loader];
}

function rendered(loader: Loader, order: BootOrder): string | { readonly why: string } {
  try {
    return RENDERERS[loader](order);
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

// Whether an installer may have its answers, and whether it may begin. Pure; closed when in doubt. Both are asked before anything on the disk is touched, so
// a wrong No costs an attempt, and a wrong Yes could cost a host.
import type { BootAttempt, Machine } from './attempt';
import type { Sightings } from './sightings';

/** What a request says of the machine that makes it, where it says something. */
export interface Claimed {
  readonly mac?: string;
  readonly serial?: string;
  readonly uuid?: string;
}

export interface Circumstances {
  /** Whether what is known of attempts was heard lately, and what was seen earlier was read back; a reason where not. */
  readonly blind: string | undefined;
  readonly sightings: Sightings;
  readonly claimed: Claimed;
}

/** @returns why not, or undefined when it may */
export function refusesAnswer(attempt: BootAttempt, { blind, sightings, claimed }: Circumstances): string | undefined {
  if (blind !== undefined) return blind;
  if (attempt.method === 'Staged') return 'this host has its answer file from the staging plugin';
  if (attempt.veto !== undefined) return attempt.veto;
  // A second run would write the backup over, perhaps with half a system.
  if (ended(sightings)) return 'the attempt is complete; its answer file is spent';
  if (sightings.seen.start !== undefined) return 'the installer has begun before in this attempt; it does not begin twice';
  return contradiction(attempt.machine, claimed);
}

/** Of the script `installation-start`: a 404 there ends the installer before it has touched anything (xenserver.md 5.2). */
export function refusesStart(attempt: BootAttempt, circumstances: Circumstances): string | undefined {
  if (circumstances.sightings.seen.answer === undefined) return 'no answer file was handed out in this attempt';
  return refusesAnswer(attempt, circumstances);
}

function ended({ seen, result }: Sightings): boolean {
  return seen.complete !== undefined || result !== undefined;
}

/** What a machine says of itself against what is known of it; what either does not say contradicts nothing. */
export function contradiction({ macs, serial, uuid }: Machine, claimed: Claimed): string | undefined {
  if (claimed.mac !== undefined && macs.length > 0 && !macs.includes(claimed.mac))
    return `a machine with the card ${claimed.mac} asks, and the host's are ${macs.join(', ')}`;
  if (claimed.uuid !== undefined && uuid !== undefined && !sameUuid(claimed.uuid, uuid))
    return `a machine with the UUID ${claimed.uuid} asks, and the host's is ${uuid}`;
  if (claimed.serial !== undefined && serial !== undefined && claimed.serial !== serial)
    return `a machine with the serial number ${claimed.serial} asks, and the host's is ${serial}`;
  return undefined;
}

/** The first three groups are told in either order of bytes, as old and new SMBIOS have it. */
function sameUuid(one: string, other: string): boolean {
  return one === other || swapped(one) === other;
}

function swapped(uuid: string): string {
  const turned = (hex: string): string => (hex.match(/../g) ?? []).reverse().join('');
  const [a = '', b = '', c = '', ...rest] = uuid.split('-');
  return [turned(a), turned(b), turned(c), ...rest].join('-');
}

const MAC = /^mac-([0-9a-f]{2}([:-]?[0-9a-f]{2}){5})$/;
const UUID = /^uuid-([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const SERIAL = /^serial-([\x20-\x7e]{1,64})$/;

/** Reads `mac-525400123456`, `uuid-…` and `serial-…` behind a token. Undefined when there is anything else. */
export function readClaims(parts: readonly string[]): Claimed | undefined {
  const claimed: { mac?: string; uuid?: string; serial?: string } = {};
  for (const part of parts) {
    const mac = MAC.exec(part.toLowerCase())?.[1];
    const uuid = UUID.exec(part.toLowerCase())?.[1];
    const serial = SERIAL.exec(part)?.[1];
    if (mac !== undefined) claimed.mac = macText(mac);
    else if (uuid !== undefined) claimed.uuid = uuid;
    else if (serial !== undefined) claimed.serial = serial;
    else return undefined;
  }
  return claimed;
}

/** `52-54-00-12-34-56` and `525400123456` as `52:54:00:12:34:56`. */
export function macText(text: string): string {
  return (text.replaceAll(/[:-]/g, '').match(/../g) ?? []).join(':');
}

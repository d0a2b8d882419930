// The unguessable part of an attempt's paths: an HMAC over what the attempt is and what the path is for. Whoever has the key makes the same token; nothing
// is stored. While a key is rotated two are good, and each token names the one it was made with.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AttemptScope } from './attempt';

/** What a path is for. Knowing one path of an attempt tells nothing of the others. */
export const PATH_KINDS = ['answer', 'start', 'complete', 'media', 'repository', 'boot'] as const;
export type PathKind = (typeof PATH_KINDS)[number];

export interface BootKey {
  /** One to eight of a-z and 0-9. */
  readonly version: string;
  readonly secret: Buffer;
}

/** Makes tokens with the first; takes those of both. */
export type BootKeys = readonly [BootKey] | readonly [BootKey, BootKey];

const DOMAIN = 'xenpool boot path 1';
const TOKEN = /^([a-z0-9]{1,8})\.([A-Za-z0-9_-]{43})$/;
/** So many characters of a token find it; that this takes longer for some than for others gives away nothing of the rest, which alone decides. */
const LOCATOR_CHARACTERS = 8;

export interface ParsedToken {
  readonly version: string;
  readonly locator: string;
  readonly mac: Buffer;
}

/** e.g. `k1.3q2-7w…`: the key's version and 43 characters of base64url. */
export function tokenOf(key: BootKey, { pool, host, attempt, expires }: AttemptScope, kind: PathKind): string {
  // JSON, so that no two attempts make one text.
  const text = JSON.stringify([DOMAIN, pool, host, attempt, expires, kind]);
  return `${key.version}.${createHmac('sha256', key.secret).update(text, 'utf8').digest('base64url')}`;
}

/** Undefined for what is no token. */
export function parseToken(text: string): ParsedToken | undefined {
  const parts = TOKEN.exec(text);
  if (parts === null) return undefined;
  const mac = Buffer.from(parts[2]!, 'base64url');
  // The last character has two bits that mean nothing; one token has one text.
  if (mac.toString('base64url') !== parts[2]) return undefined;
  return { version: parts[1]!, locator: `${parts[1]!}.${parts[2]!.slice(0, LOCATOR_CHARACTERS)}`, mac };
}

/** In a time that does not tell where they differ. */
export function sameToken(one: ParsedToken, other: ParsedToken): boolean {
  return one.version === other.version && timingSafeEqual(one.mac, other.mac);
}

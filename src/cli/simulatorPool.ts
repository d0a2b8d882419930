// Where the pool of `xenpool simulator` comes from: the database dump of a real one, or made from nothing in the shape that the flags ask for.
import { readFileSync, statSync } from 'node:fs';
import { parseRelease } from '../rehearsal/manifest';
import { type LoadedPool, LoadError, loadPool, makePool, type PoolShape, toDatabase } from '../simulator/dump';
import { knownReleases, sameRelease } from '../simulator/releases';
import { DatabaseError } from '../xenapi/database/databaseError';
import { MAX_DATABASE_BYTES, parseDatabase } from '../xenapi/database/parseDatabase';
import { printDatabase } from '../xenapi/database/printDatabase';
import { wholeNumber } from './wholeNumber';

export const SHAPE = { hosts: '3', vms: '12', release: 'XCP-ng 8.2.1' };

/** As they stand on the command line. */
export interface PoolFlags {
  readonly database?: string | undefined;
  readonly hosts?: string | undefined;
  readonly vms?: string | undefined;
  readonly release?: string | undefined;
}

export interface PoolSource {
  readonly pool: LoadedPool;
  /** The pool as a dump. */
  readonly dump: () => string;
  /** Null when the pool came from a dump. */
  readonly made: PoolShape | null;
}

/** What ends the command before it serves. */
export class Complaint extends Error {
  constructor(
    message: string,
    readonly code: 2 | 4 = 2,
  ) {
    super(message);
  }
}

/** @throws Complaint */
export function sourceOf(flags: PoolFlags): PoolSource {
  const { database, hosts, vms, release } = flags;
  if (database === undefined) {
    const made = shapeOf(flags);
    const pool = loaded('', () => makePool(made));
    return { pool, dump: () => printDatabase(toDatabase(pool)), made };
  }
  const made = Object.entries({ hosts, vms, release }).find(([, value]) => value !== undefined);
  if (made !== undefined) throw new Complaint(`--database and --${made[0]} exclude each other: the dump has its own ${made[0]}`);
  const dump = readDump(database);
  return { pool: loaded(`--database ${database}: `, () => loadPool(parseDatabase(dump))), dump: () => dump, made: null };
}

/** @param dump of a pool that was served before. @throws Complaint */
export function poolOf(dump: string): LoadedPool {
  return loaded('', () => loadPool(parseDatabase(dump)));
}

/** @throws Complaint */
function loaded(source: string, load: () => LoadedPool): LoadedPool {
  try {
    return load();
  } catch (error) {
    if (error instanceof LoadError) throw new Complaint(`${source}${error.message}`, error.refused ? 4 : 2);
    if (error instanceof DatabaseError) throw new Complaint(`${source}${error.message}`);
    throw error;
  }
}

export function readDump(path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= MAX_DATABASE_BYTES) return readFileSync(path, 'utf8');
    throw new Complaint(`--database ${path}: ${size} bytes, expected at most ${MAX_DATABASE_BYTES}`);
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(`--database ${path}: cannot be read (${codeOf(error)})`);
  }
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** The shape of a made pool as far as it is asked for. @throws Complaint for what is wrong with a flag */
export function shapeGiven({
  hosts,
  vms,
  release,
}: PoolFlags): Readonly<{ [key in keyof PoolShape]: PoolShape[key] | undefined }> {
  const whole = (flag: string, text: string | undefined): number | undefined => {
    const number = text === undefined ? undefined : wholeNumber(text);
    if (text !== undefined && number === undefined) throw new Complaint(`--${flag} ${text}: expected a whole number`);
    return number;
  };
  return {
    hosts: whole('hosts', hosts),
    vms: whole('vms', vms),
    release: release === undefined ? undefined : releaseNamed(release),
  };
}

function shapeOf(flags: PoolFlags): PoolShape {
  const { hosts, vms, release } = shapeGiven(flags);
  return {
    hosts: hosts ?? Number(SHAPE.hosts),
    vms: vms ?? Number(SHAPE.vms),
    release: release ?? releaseNamed(SHAPE.release),
  };
}

function releaseNamed(release: string): PoolShape['release'] {
  const wished = parseRelease(release, 'XenServer');
  const found = /^\d+(\.\d+)+$/.test(wished.version)
    ? knownReleases.find((known) => sameRelease(known.release, wished))
    : undefined;
  if (found !== undefined) return found.release;
  const names = knownReleases.map((known) => `${known.release.brand} ${known.release.version}`).join(', ');
  throw new Complaint(`--release ${release}: expected one of ${names}`);
}

// Dumps on a volume that is mounted in the operator's pod, `VOLUMES/CLAIM/POOL/RUN.xml.gz` with what is known of each in `RUN.json` beside it. Both are written
// aside, flushed and renamed, the description last: what has none is no backup.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 as sha256Of } from '../../foundation/sha256';
import { replaceFile } from '../../foundation/wholeFile';
import type { BackupSummary } from '../../upgrade/state';
import { type BackupPlace, PlaceError, type StoredDump, type VerifiedDump } from './backupPlace';

/** Without the number of SRs in what older versions of the operator stored. */
interface Description extends Omit<VerifiedDump, 'text' | 'srs'> {
  readonly srs?: number;
  readonly sha256: string;
}

export function volumeBackups(volumes: string, claim: string): BackupPlace {
  const root = path.join(volumes, claim);
  const within = async <T>(work: () => T): Promise<T> => {
    const problem = volumeProblem(volumes, claim);
    if (problem !== undefined) throw new PlaceError(problem);
    try {
      return work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new PlaceError(`spec.backup.volume.claimName: ${claim}: ${message}`);
    }
  };
  return {
    save: (dump) => within(() => save(root, dump)),
    find: (run) => within(() => find(root, claim, run)),
    all: (pool) => within(() => all(root, claim, pool)),
    prune: (pool, keep) => within(() => prune(path.join(root, pool), keep)),
  };
}

/** Why the claim cannot be used, in a sentence that names field and remedy; undefined when it can. */
export function volumeProblem(volumes: string, claim: string): string | undefined {
  const where = `spec.backup.volume.claimName: ${claim}`;
  if (volumes === '') return `${where}: the operator has no volumes; start it with --volumes, or leave the field out`;
  const root = path.join(volumes, claim);
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return `${where}: found no folder that can be written at ${root} (${code}); mount the claim there (chart value backupVolumes)`;
  }
}

function save(root: string, { text, ...known }: VerifiedDump): void {
  const folder = path.join(root, known.pool);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sha256 = sha256Of(text);
  if (readDescription(folder, known.run)?.sha256 === sha256 && isWhole(folder, known.run, sha256)) return;
  replaceFile(path.join(folder, `${known.run}.xml.gz`), gzipSync(Buffer.from(text)), { flush: true });
  if (!isWhole(folder, known.run, sha256)) throw new PlaceError(`${folder}: what was read back is not what was written`);
  replaceFile(path.join(folder, `${known.run}.json`), JSON.stringify({ ...known, sha256 } satisfies Description), {
    flush: true,
  });
}

function find(root: string, claimName: string, run: string): BackupSummary | null {
  for (const pool of readdirSync(root)) {
    const folder = path.join(root, pool);
    const known = readDescription(folder, run);
    if (known === undefined || !isWhole(folder, run, known.sha256)) continue;
    const { sha256, takenAt, hosts, vms, srs } = known;
    const counts = { hosts, vms, ...(srs === undefined ? {} : { srs }) };
    return { secrets: [], volume: { claimName, file: `${pool}/${run}.xml.gz` }, sha256, takenAt, ...counts };
  }
  return null;
}

function all(root: string, claimName: string, pool: string): readonly StoredDump[] {
  const folder = path.join(root, pool);
  const dumps = existsSync(folder) ? runsIn(folder).flatMap((run) => storedDump(root, claimName, run)) : [];
  return dumps.sort((one, other) => Date.parse(other.summary.takenAt) - Date.parse(one.summary.takenAt));
}

function storedDump(root: string, claimName: string, run: string): readonly StoredDump[] {
  const summary = find(root, claimName, run);
  const bytes = summary === null ? undefined : readIfThere(path.join(root, summary.volume!.file));
  return summary === null || bytes === undefined ? [] : [{ summary, text: gunzipSync(bytes).toString('utf8') }];
}

function runsIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
}

function prune(folder: string, keep: number): void {
  const runs = runsIn(folder);
  const ages = new Map(runs.map((run) => [run, Date.parse(readDescription(folder, run)?.takenAt ?? '') || 0]));
  const old = [...runs].sort((one, other) => ages.get(other)! - ages.get(one)!).slice(keep);
  for (const run of old) for (const end of ['json', 'xml.gz']) rmSync(path.join(folder, `${run}.${end}`), { force: true });
}

/** Undefined when there is none, or half of one. */
function readDescription(folder: string, run: string): Description | undefined {
  const text = readIfThere(path.join(folder, `${run}.json`));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.toString('utf8')) as Description;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isWhole(folder: string, run: string, sha256: string): boolean {
  const bytes = readIfThere(path.join(folder, `${run}.xml.gz`));
  if (bytes === undefined) return false;
  try {
    return sha256Of(gunzipSync(bytes).toString('utf8')) === sha256;
  } catch (error) {
    // Not what gzip wrote, or the end of it is missing.
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_')) return false;
    throw error;
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

// The folder of a demo: everything its processes keep, so that it can be killed and resumed. One demo at a time; who holds it is told by a file that names a
// process, and believed only as long as that process lives.
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replaceFile } from '../foundation/wholeFile';
import type { Booting } from './booting';

/** What a run was asked to be, and goes on being when it is resumed. */
export interface DemoSettings {
  readonly hosts: number;
  readonly vms: number;
  /** Seconds of the pool in a real one. */
  readonly pace: number;
  readonly faults: readonly string[];
  readonly booting: Booting;
}

/** A VM that ran when the demo began. */
export interface Guest {
  readonly vm: string;
  readonly name: string;
  readonly host: string;
}

export interface Kept {
  readonly settings: DemoSettings;
  /** Undefined until the pool was first seen. */
  readonly before?: { readonly guests: readonly Guest[]; readonly systems: Readonly<Record<string, string>> };
  /** Of the boot server, where there is one: installers that run ask there again. */
  readonly bootPort?: number;
  /** Processes that were started, by name. */
  readonly processes: Readonly<Record<string, ProcessMark>>;
}

/** Which process: an id is given again one day, an id with a start is not. */
export interface ProcessMark {
  readonly pid: number;
  /** Of /proc; empty where there is none. */
  readonly started: string;
}

/** The folder cannot be used for what is wanted; in words. */
export class FolderError extends Error {}

const KEPT = 'demo.json';
const LOCK = 'lock';

/** Of this user alone, in the folder for temporary things. */
export function defaultFolder(): string {
  return path.join(os.tmpdir(), `xenpool-demo-${os.userInfo().username}`);
}

export class DemoFolder {
  private constructor(readonly at: string) {}

  /** Takes the folder for this process, made when it is not there. @throws FolderError */
  static take(at: string): DemoFolder {
    try {
      mkdirSync(at, { recursive: true, mode: 0o700 });
      assertOwn(at);
      lock(path.join(at, LOCK), at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof FolderError || code === undefined) throw error;
      throw new FolderError(`--data ${at}: cannot be used (${code}); name another folder`);
    }
    return new DemoFolder(at);
  }

  inside(...names: readonly string[]): string {
    return path.join(this.at, ...names);
  }

  /** What an earlier demo left to go on with. @throws FolderError for what is none of ours */
  read(): Kept | undefined {
    const text = readIfThere(this.inside(KEPT));
    try {
      return text === undefined ? undefined : whole(JSON.parse(text) as Kept);
    } catch (error) {
      throw new FolderError(`${this.inside(KEPT)} is damaged (${String(error)}); remove ${this.at} and start anew`);
    }
  }

  /** Makes room for a new run. @throws FolderError when something lies there that no demo made */
  clear(): void {
    const names = readdirSync(this.at).filter((name) => name !== LOCK && !name.startsWith(`${LOCK}.`));
    if (names.length > 0 && !names.includes(KEPT))
      throw new FolderError(`--data ${this.at}: holds ${names[0]} and no demo; name an empty folder, or one that is not there`);
    for (const name of names) rmSync(this.inside(name), { recursive: true, force: true });
  }

  write(kept: Kept): void {
    replaceFile(this.inside(KEPT), `${JSON.stringify(kept, undefined, 2)}\n`);
  }

  /** A file for people. */
  put(name: string, text: string): void {
    replaceFile(this.inside(name), text);
  }

  /** Lets others have it. */
  leave(): void {
    rmSync(this.inside(LOCK), { force: true });
  }

  remove(): void {
    rmSync(this.at, { recursive: true, force: true });
  }
}

/** A demo that was begun before there was a choice booted as its plugin staged it. */
function whole(kept: Kept): Kept {
  const { booting = { method: 'Staged', firmware: 'BIOS' } } = kept.settings as Partial<DemoSettings>;
  return { ...kept, settings: { ...kept.settings, booting } };
}

export function markOf(pid: number): ProcessMark {
  return { pid, started: startOf(pid) };
}

export function lives({ pid, started }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === startOf(pid);
}

/** When a process began, in the kernel's ticks; '' where there is no /proc or no such process. A zombie has ended. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  // The name in brackets may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

function assertOwn(at: string): void {
  const { uid } = statSync(at);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) throw new FolderError(`--data ${at}: belongs to another user; name a folder of yours`);
}

/** Takes the lock, from a process that has ended as well; whole or not at all. @throws FolderError naming the holder */
function lock(file: string, folder: string): void {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  try {
    while (!linked(mine, file)) {
      const holder = holderOf(file);
      if (holder !== undefined && lives(holder))
        throw new FolderError(`--data ${folder}: process ${holder.pid} runs a demo there; end it, or name another folder`);
      breakLock(file);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Undefined when there is none. */
function holderOf(file: string): ProcessMark | undefined {
  const text = readIfThere(file);
  return text === undefined ? undefined : (JSON.parse(text) as ProcessMark);
}

/** Takes the lock of the dead away; one that somebody has taken meanwhile is put back. */
function breakLock(file: string): void {
  const aside = `${file}.broken.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = holderOf(aside);
  if (holder !== undefined && lives(holder)) linked(aside, file);
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A process that ends while it is read is told as ESRCH.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

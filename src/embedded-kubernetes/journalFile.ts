// The journal in a folder: a snapshot of everything and a log of the changes since, one line each. A line is appended before its change counts; a line that was
// cut off by the end of the process is dropped at the next start. Now and then a new snapshot is written beside the old one and takes its place.
// It outlives its process, however that ends; the end of the machine may cost the last changes, as nothing waits for the disk.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../foundation/wholeFile';
import type { Occurrence } from './history';
import { Objects, type Journal } from './objects';

/** Changes after which a new snapshot is written. */
const SNAPSHOT_EVERY = 5_000;

interface Snapshot {
  readonly version: number;
  readonly objects: readonly Pick<Occurrence, 'resource' | 'text'>[];
}

/** Objects that go on where the last process left them. */
export interface KeptObjects {
  readonly objects: Objects;
  /** Ends the writing; the objects must not be changed any more. */
  close(): void;
}

/** @throws when the folder cannot be written, or is not one of this program */
export function openJournal(folder: string, historyLimit: number): KeptObjects {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const journal = new FileJournal(folder);
  const objects = new Objects({ historyLimit, journal });
  journal.restore(objects);
  return { objects, close: () => journal.close() };
}

class FileJournal implements Journal {
  private readonly snapshotFile: string;
  private readonly logFile: string;
  private objects: Objects | undefined;
  private log: number | undefined;
  private lines = 0;

  constructor(folder: string) {
    this.snapshotFile = path.join(folder, 'snapshot.json');
    this.logFile = path.join(folder, 'changes.jsonl');
  }

  restore(objects: Objects): void {
    this.objects = objects;
    if (existsSync(this.snapshotFile)) {
      const { version, objects: stored } = JSON.parse(readFileSync(this.snapshotFile, 'utf8')) as Snapshot;
      objects.restoreSnapshot(version, stored);
    }
    for (const change of this.changes()) if (change.version > objects.version) objects.restore(change);
    this.log = openSync(this.logFile, 'a', 0o600);
  }

  append(occurrence: Occurrence): void {
    if (this.log === undefined) throw new Error('the journal is closed');
    if (this.lines >= SNAPSHOT_EVERY) this.snapshot();
    writeSync(this.log, `${JSON.stringify(occurrence)}\n`);
    this.lines += 1;
  }

  close(): void {
    if (this.log !== undefined) closeSync(this.log);
    this.log = undefined;
  }

  /** The changes in the log; what stands after the last whole line is cut off. */
  private changes(): readonly Occurrence[] {
    if (!existsSync(this.logFile)) return [];
    const text = readFileSync(this.logFile, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.logFile, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    this.lines = lines.length;
    return lines.map((line) => JSON.parse(line) as Occurrence);
  }

  /** The old log stays valid until it is emptied: its changes are older than the snapshot, and passed over. */
  private snapshot(): void {
    const { objects, log } = this;
    if (objects === undefined || log === undefined) return;
    const stored = objects.resources().flatMap((resource) => objects.all(resource).map(({ text }) => ({ resource, text })));
    replaceFile(this.snapshotFile, JSON.stringify({ version: objects.version, objects: stored } satisfies Snapshot));
    truncateSync(this.logFile, 0);
    this.lines = 0;
  }
}

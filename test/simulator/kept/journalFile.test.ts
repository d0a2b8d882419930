import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Entry } from '../../../src/simulator/kept/happening';
import { type Journal, openJournal } from '../../../src/simulator/kept/journalFile';
import { KeptError } from '../../../src/simulator/kept/keptError';

const moment = { at: fc.double({ min: 0, max: 1e12, noNaN: true }), sum: fc.string() };
const anyText = fc.string({ unit: 'grapheme' });
const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), ...moment }),
  fc.record({ kind: fc.constant('gone' as const), id: fc.nat(), ...moment }),
  fc.record({ kind: fc.constant('control' as const), path: anyText, body: anyText, ...moment }),
  fc.record({
    ...{
      kind: fc.constant('request' as const),
      id: fc.nat(),
      host: anyText,
      method: fc.constantFrom('GET' as const, 'POST' as const),
    },
    ...{ path: anyText, body: anyText, ...moment },
  }),
  fc.record({ kind: fc.constant('certificate' as const), host: anyText, key: anyText, cert: anyText }),
  fc.record({ kind: fc.constant('opened' as const), port: fc.integer({ min: 0, max: 65_535 }) }),
);

const tick = (at: number): Entry => ({ kind: 'time', at, sum: '' });

describe('the journal of a simulated world', () => {
  let folder = '';
  let file = '';
  let full = 0;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-journal-'));
    file = path.join(folder, 'journal.jsonl');
    full = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (more: { readonly most?: number; readonly digest?: string } = {}): Journal =>
    openJournal({ file, digest: 'of the world', onFull: () => void (full += 1), ...more });

  /** The kind of the refusal, whose message tells what to do, and which leaves the file as it was. */
  function refusal(): string {
    const before = readFileSync(file);
    try {
      open();
    } catch (error) {
      expect(readFileSync(file).equals(before)).to.equal(true);
      if (error instanceof KeptError) return `${error.kind}: ${error.message}`;
      throw error;
    }
    throw new Error('it was not refused');
  }

  it('gives back what was written, when nothing was closed', () => {
    fc.assert(
      fc.property(fc.array(anyEntry), (entries) => {
        rmSync(file, { force: true });
        const first = open();
        for (const entry of entries) first.append(entry);
        expect(open().entries).to.deep.equal(entries);
      }),
    );
  });

  it('drops a last line that was cut off, wherever, and no other', () => {
    const cut = `${JSON.stringify(tick(3))}`;
    for (let length = 0; length <= cut.length; length++) {
      rmSync(file, { force: true });
      const first = open();
      first.append(tick(1));
      first.append(tick(2));
      appendFileSync(file, cut.slice(0, length));
      const second = open();
      expect(second.entries).to.deep.equal([tick(1), tick(2)]);
      second.append(tick(4));
      expect(open().entries).to.deep.equal([tick(1), tick(2), tick(4)]);
    }
  });

  it('begins anew where even the first line was cut off', () => {
    writeFileSync(file, '{"kind":"wor');
    expect(open().entries).to.deep.equal([]);
    expect(open().entries).to.deep.equal([]);
  });

  it('names a line that is damaged, and leaves it', () => {
    const first = open();
    for (const at of [1, 2, 3]) first.append(tick(at));
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"at":2', '"at":"2"'));
    expect(refusal()).to.match(/^Damaged: line 3 of 4 .*remove the folder/);
    writeFileSync(file, text.replace('{"kind":"time","at":1', '\0\0\0'));
    expect(refusal()).to.match(/^Damaged: line 2 of 4/);
  });

  it('is not taken for that of another world', () => {
    open({ digest: 'of another' }).append(tick(1));
    expect(refusal()).to.match(/^Damaged: .*another world/);
    writeFileSync(file, 'notes of mine\n');
    expect(refusal()).to.match(/^Damaged: line 1 of 1/);
  });

  it('stops at its bound, says so once, and is refused from then on', () => {
    const journal = open({ most: 1_000 });
    for (let at = 0; at < 100; at++) journal.append(tick(at));
    expect(full).to.equal(1);
    expect(statSync(file).size).to.be.within(900, 1_020);
    expect(refusal()).to.match(/^Full: .*begin anew/);
  });

  it('is for its owner alone', () => {
    open();
    expect(statSync(file).mode & 0o077).to.equal(0);
  });

  it('says that it cannot be written, and writes nothing more then', () => {
    const journal = open();
    journal.close();
    expect(() => journal.append(tick(1))).to.throw('the journal is closed');
    rmSync(file);
    writeFileSync(file, '');
    expect(() => openJournal({ file: path.join(file, 'below'), digest: '', onFull: () => undefined })).to.throw(
      KeptError,
      /ENOTDIR/,
    );
  });
});

import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KeyRing } from '../../../src/controller/boot/keyRing';
import { silentLog } from '../../../src/foundation/log';
import { HandClock } from '../../boot/server/handClock';

const line = (version: string, fill: number): string => `${version} ${Buffer.alloc(32, fill).toString('base64')}\n`;

describe('the keys of the boot paths', () => {
  let folder: string;
  let clock: HandClock;
  let said: string[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'xenpool-keys-'));
    clock = new HandClock();
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string): void => writeFileSync(path.join(folder, 'boot.key'), text);
  const note = (event: string, fields: unknown): void => void said.push(`${event} ${JSON.stringify(fields)}`);
  const open = (): KeyRing | string =>
    KeyRing.open(path.join(folder, 'boot.key'), clock, { ...silentLog, info: note, error: note });
  function opened(): KeyRing {
    const ring = open();
    if (typeof ring === 'string') throw new Error(ring);
    return ring;
  }
  const versions = (ring: KeyRing): readonly string[] => ring.keys().map(({ version }) => version);

  it('are rotated without a restart, within ten seconds of the file', () => {
    write(line('k1', 1));
    const ring = opened();
    const before = ring.keys();
    write(line('k2', 2) + line('k1', 1));
    clock.pass(9_999);
    expect(ring.keys()).to.equal(before);
    clock.pass(1);
    expect(versions(ring)).to.deep.equal(['k2', 'k1']);
    write(line('k2', 2));
    clock.pass(10_000);
    expect(versions(ring)).to.deep.equal(['k2']);
  });

  it('are the same value while the file says the same', () => {
    write(line('k1', 1));
    const ring = opened();
    const before = ring.keys();
    clock.pass(60_000);
    expect(ring.keys()).to.equal(before);
  });

  it('stay what they were while the file cannot be read or means nothing, and the log says so without a key', () => {
    write(line('k1', 1));
    const ring = opened();
    write(`k2 ${Buffer.alloc(8, 2).toString('base64')}\n`);
    clock.pass(10_000);
    expect(versions(ring)).to.deep.equal(['k1']);
    rmSync(path.join(folder, 'boot.key'));
    clock.pass(10_000);
    expect(versions(ring)).to.deep.equal(['k1']);
    expect(said).to.have.length(2);
    expect(said[0]).to.match(/boot keys not read again; those of before stay.*at least 32 are needed/);
    expect(said[1]).to.match(/ENOENT/);
    expect(said.join()).to.not.include(Buffer.alloc(8, 2).toString('base64'));
  });

  it('are none where the file is missing or wrong, in words that hold nothing of it', () => {
    expect(open()).to.match(/ENOENT.*boot\.key/);
    write('k1 not-base64!\n');
    expect(open())
      .to.match(/boot\.key: line 1 is not of the form VERSION BASE64/)
      .and.not.include('not-base64');
  });
});

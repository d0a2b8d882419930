import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { KeptError } from '../../../src/simulator/kept/keptError';
import { type KeptWorld, readWorld, writeWorld } from '../../../src/simulator/kept/worldFile';

const release = { brand: 'XCP-ng', version: '8.2.1' } as const;
const WORLD: KeptWorld = {
  flags: {
    seed: 1,
    pace: 60,
    listen: '127.0.0.1',
    port: 0,
    plain: false,
    faults: ['migration-fails'],
    bmcs: [{ host: 'xs-01', profile: 'generic' }],
    firmware: 'UEFI',
    bootServer: 'http://127.0.0.1:8080',
    made: { hosts: 1, vms: 0, release },
  },
  origin: 1_790_000_000_000.5,
  password: 'not a secret',
  controlPort: 4_711,
  keys: { authority: { key: 'a', cert: 'b' }, hosts: { '127.0.0.1': { key: 'c', cert: 'd' } } },
  dump: '<database/>',
};

describe('the folder of a simulated world', () => {
  let scratch = '';
  let folder = '';
  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'xenpool-world-'));
    folder = path.join(scratch, 'made', 'below');
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  function refusal(): string {
    const before = readdirSync(folder);
    try {
      readWorld(folder);
    } catch (error) {
      expect(readdirSync(folder)).to.deep.equal(before);
      if (error instanceof KeptError) return `${error.kind}: ${error.message}`;
      throw error;
    }
    throw new Error('it was not refused');
  }

  it('gives back the world it was begun with, and is for its owner alone', () => {
    for (const world of [WORLD, { ...WORLD, keys: null, flags: { ...WORLD.flags, plain: true, made: null } }]) {
      const written = writeWorld(folder, world);
      expect(readWorld(folder)).to.deep.equal(written);
      expect(written.world).to.deep.equal(world);
      expect(readdirSync(folder)).to.deep.equal(['world.json']);
      for (const at of [folder, path.join(folder, 'world.json')]) expect(statSync(at).mode & 0o077).to.equal(0);
      rmSync(folder, { recursive: true });
    }
  });

  it('holds none where there is none, nothing, or the beginning of one', () => {
    expect(readWorld(folder)).to.equal(undefined);
    mkdirSync(folder, { recursive: true });
    expect(readWorld(folder)).to.equal(undefined);
    writeFileSync(path.join(folder, 'world.json.4711'), '{"ki');
    expect(readWorld(folder)).to.equal(undefined);
    writeWorld(folder, WORLD);
    expect(readWorld(folder)?.world).to.deep.equal(WORLD);
  });

  it('is begun once', () => {
    writeWorld(folder, WORLD);
    expect(() => writeWorld(folder, { ...WORLD, controlPort: 4_712 })).to.throw(KeptError, /EEXIST/);
    expect(readdirSync(folder)).to.deep.equal(['world.json']);
    expect(readWorld(folder)?.world).to.deep.equal(WORLD);
  });

  it('is not taken over where it holds something else', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'thesis.tex'), '');
    expect(refusal()).to.match(/^Foreign: found thesis\.tex; expected a folder that is empty/);
    for (const other of ['{"kind": "map"}', '[]', 'null']) {
      writeFileSync(path.join(folder, 'world.json'), other);
      expect(refusal()).to.match(/^Foreign: .*choose another folder/);
    }
    expect(() => readWorld(path.join(folder, 'thesis.tex'))).to.throw(KeptError, /ENOTDIR/);
  });

  it('says what is wrong with one that is damaged, or of another version', () => {
    writeWorld(folder, WORLD);
    const file = path.join(folder, 'world.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -20));
    expect(refusal()).to.match(/^Damaged: world\.json is no JSON/);
    writeFileSync(file, text.replace('"pace": 60', '"pace": "60"'));
    expect(refusal()).to.match(/^Damaged: world\.json: \/flags\/pace must be number/);
    writeFileSync(file, text.replace('"format": 2', '"format": 3'));
    expect(refusal()).to.match(/^Foreign: .*format 3, expected 2: another version/);
  });
});

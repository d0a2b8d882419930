// A simulated world in a folder: what it was made of, in one file that never changes, and beside it the journal of what has happened to it since. Whoever has
// both has the world. The folder holds the pool's password and private keys, so only its owner may look into it.
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { sha256 } from '../../foundation/sha256';
import { FIRMWARE_MODES, type FirmwareMode, type Release } from '../world';
import { KeptError, onDisk } from './keptError';

/** What a world was asked to be. */
export interface WorldFlags {
  readonly seed: number;
  /** Virtual milliseconds a real one. */
  readonly pace: number;
  /** Address of the master. */
  readonly listen: string;
  /** As it was asked for: 0 for a free one. */
  readonly port: number;
  readonly plain: boolean;
  readonly faults: readonly string[];
  /** Hosts that have a BMC, and its family. */
  readonly bmcs: readonly { readonly host: string; readonly profile: string }[];
  readonly firmware: FirmwareMode;
  /** Base of the URLs at which network cards ask what to boot; null: nobody answers. */
  readonly bootServer: string | null;
  /** Null when the pool came from a dump. */
  readonly made: { readonly hosts: number; readonly vms: number; readonly release: Release } | null;
}

/** PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** All that a world is made of. */
export interface KeptWorld {
  readonly flags: WorldFlags;
  /** Wall time of the pool when it began, in milliseconds since the epoch. */
  readonly origin: number;
  /** Of `root`. */
  readonly password: string;
  /** Port of the control. Who holds it serves this folder; nobody else may. */
  readonly controlPort: number;
  /** Null where nothing shows a certificate. */
  readonly keys: { readonly authority: KeyPair; readonly hosts: Readonly<Record<string, KeyPair>> } | null;
  /** The pool's database as a dump: what the world began with. */
  readonly dump: string;
}

export interface WorldFolder {
  readonly world: KeptWorld;
  /** SHA-256 of the file, by which its journal knows it. */
  readonly digest: string;
  readonly worldFile: string;
  readonly journalFile: string;
  /** For clients: the certificate of the authority. */
  readonly caFile: string;
}

const NAME = 'world.json';
const KIND = 'simulated world of xenpool';
const FORMAT = 2;

interface Stored extends KeptWorld {
  readonly kind: typeof KIND;
  readonly format: number;
}

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

function record(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

const pair = record({ key: text, cert: text });
const made = record({ hosts: count, vms: count, release: record({ brand: { enum: ['XenServer', 'XCP-ng'] }, version: text }) });

const isStored = new Ajv().compile<Stored>(
  record({
    kind: { const: KIND },
    format: { const: FORMAT },
    flags: record({
      ...{ seed: count, pace: { type: 'number', minimum: 0 }, listen: text, port: count, plain: { type: 'boolean' } },
      ...{ bmcs: { type: 'array', items: record({ host: text, profile: text }) }, firmware: { enum: FIRMWARE_MODES } },
      bootServer: { anyOf: [{ type: 'null' }, text] },
      ...{ faults: { type: 'array', items: text }, made: { anyOf: [{ type: 'null' }, made] } },
    }),
    origin: { type: 'number' },
    password: text,
    controlPort: count,
    keys: {
      anyOf: [{ type: 'null' }, record({ authority: pair, hosts: { type: 'object', required: [], additionalProperties: pair } })],
    },
    dump: text,
  }),
);

/**
 * Reads the world of a folder.
 * @returns undefined when there is no folder yet, or an empty one
 * @throws KeptError when the folder holds something else, or a world that is damaged
 */
export function readWorld(folder: string): WorldFolder | undefined {
  const names = onDisk(`reading ${folder}`, () => (existsSync(folder) ? readdirSync(folder) : []));
  const ours = names.includes(NAME);
  // Begun by a process that died before anything was there.
  if (!ours && names.every((name) => name.startsWith(`${NAME}.`))) return undefined;
  if (!ours)
    throw new KeptError(
      'Foreign',
      `found ${names.slice(0, 3).join(', ')}; expected a folder that is empty, new or of an earlier run`,
    );
  const stored = onDisk(`reading ${NAME}`, () => readFileSync(path.join(folder, NAME), 'utf8'));
  const value = parse(stored);
  if (!isStored(value)) throw unusable(value);
  const { kind: _kind, format: _format, ...world } = value;
  return placed(folder, world, stored);
}

function parse(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch (error) {
    throw new KeptError(
      'Damaged',
      `${NAME} is no JSON (${String(error)}); restore it, or remove the folder and begin anew`,
      error,
    );
  }
}

function unusable(value: unknown): KeptError {
  const { kind, format } = (value ?? {}) as { readonly kind?: unknown; readonly format?: unknown };
  if (kind !== KIND) return new KeptError('Foreign', `${NAME} is not of a ${KIND}; choose another folder`);
  if (format !== FORMAT)
    return new KeptError(
      'Foreign',
      `${NAME} is of format ${JSON.stringify(format)}, expected ${FORMAT}: another version of xenpool wrote it; use that one, or another folder`,
    );
  const [first] = isStored.errors ?? [];
  return new KeptError(
    'Damaged',
    `${NAME}: ${first?.instancePath ?? ''} ${first?.message ?? ''}; restore it, or remove the folder and begin anew`,
  );
}

/**
 * Begins a folder, made if need be.
 * @throws KeptError, when another process was faster as well
 */
export function writeWorld(folder: string, world: KeptWorld): WorldFolder {
  const stored = `${JSON.stringify({ kind: KIND, format: FORMAT, ...world } satisfies Stored, undefined, 2)}\n`;
  const file = path.join(folder, NAME);
  const beside = `${file}.${world.controlPort}`;
  onDisk(`writing ${file}`, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(beside, stored, { mode: 0o600 });
      // A link is there whole or not at all, and never takes the place of another file.
      linkSync(beside, file);
    } finally {
      rmSync(beside, { force: true });
    }
  });
  return placed(folder, world, stored);
}

function placed(folder: string, world: KeptWorld, stored: string): WorldFolder {
  return {
    world,
    digest: sha256(stored),
    worldFile: path.join(folder, NAME),
    journalFile: path.join(folder, 'journal.jsonl'),
    caFile: path.join(folder, 'ca.pem'),
  };
}

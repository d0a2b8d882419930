// What the flags of `xenpool plan` say, read and found to fit together: a plan from a dump, or one for a pool that is there.
import { readFileSync, statSync } from 'node:fs';
import { readDuration } from '../../api/durations';
import { MAX_DATABASE_BYTES } from '../../xenapi/database/parseDatabase';
import { wholeNumber } from '../wholeNumber';
import { badFlag, planReport, type PlanReport } from './report';

export type Format = 'text' | 'json' | 'markdown';

/** As they stand on the command line. */
export interface Options {
  readonly file?: string;
  readonly target?: string;
  readonly database?: string;
  readonly hosts?: string;
  readonly endpoint: readonly string[];
  readonly repository?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly fingerprint: readonly string[];
  readonly insecureSkipVerify?: true;
  readonly tlsMinVersion?: string;
  readonly timeout: string;
  readonly trace?: true;
  readonly output: string;
}

export interface DumpFlags {
  readonly kind: 'dump';
  readonly source: string;
  /** Text of the dump. */
  readonly database: string;
  /** Name of the manifest's file, and its text. */
  readonly file: string | undefined;
  readonly manifest: string | undefined;
  readonly target: string | undefined;
  readonly hosts: number | undefined;
}

export interface LiveFlags {
  readonly kind: 'live';
  /** Text of the manifest; undefined: one is made of the flags. */
  readonly manifest: string | undefined;
  readonly options: Options;
  readonly username: string;
  /** A secret. */
  readonly password: string;
  readonly authorities: string | undefined;
  /** Milliseconds. */
  readonly patience: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns a whole report instead, where they do not fit */
export function readFlags(options: Options, env: Environment): DumpFlags | LiveFlags | PlanReport {
  if (options.file !== undefined && options.target !== undefined)
    return badFlag('-f and --target exclude each other: the manifest names its target');
  return options.database === undefined ? liveFlags(options, env) : dumpFlags(options, options.database);
}

const LIVE_ONLY = [
  'endpoint',
  'repository',
  'username',
  'passwordFile',
  'caFile',
  'fingerprint',
  'insecureSkipVerify',
  'tlsMinVersion',
] as const;

const flagOf = (option: string): string => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const isGiven = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);

function dumpFlags(options: Options, source: string): DumpFlags | PlanReport {
  const strange = LIVE_ONLY.find((name) => isGiven(options[name]));
  if (strange !== undefined) return badFlag(`${flagOf(strange)} and --database exclude each other: a dump is asked over no wire`);
  const { file, target } = options;
  const hosts = options.hosts === undefined ? undefined : wholeNumber(options.hosts);
  if (options.hosts !== undefined && (hosts === undefined || hosts < 1 || hosts > 64))
    return badFlag(`--hosts ${options.hosts}: expected a whole number from 1 to 64`);
  const database = readText(source, '--database');
  if (typeof database !== 'string') return database;
  const manifest = readGiven(file, '-f');
  if (typeof manifest === 'object') return manifest;
  return { kind: 'dump', source, database, file, manifest, target, hosts };
}

/** Flags that say what a manifest would. */
const INSTEAD = ['endpoint', 'repository', 'fingerprint', 'insecureSkipVerify', 'tlsMinVersion'] as const;

function liveFlags(options: Options, env: Environment): LiveFlags | PlanReport {
  const wrong = wrongSource(options) ?? wrongTrust(options);
  if (wrong !== undefined) return badFlag(wrong);
  const patience = readDuration(options.timeout);
  if (patience === undefined || patience === 0) return badFlag(`--timeout ${options.timeout}: expected a duration such as 2m`);
  const manifest = readGiven(options.file, '-f');
  const authorities = readGiven(options.caFile, '--ca-file');
  const password = passwordOf(options, env);
  const unread = [manifest, authorities, password].find((text) => typeof text === 'object');
  if (unread !== undefined) return unread;
  const username = options.username ?? env['XENPOOL_USERNAME'] ?? 'root';
  const texts = { manifest, authorities, password } as Pick<LiveFlags, 'manifest' | 'authorities' | 'password'>;
  return { kind: 'live', ...texts, options, username, patience };
}

function readGiven(path: string | undefined, flag: string): string | undefined | PlanReport {
  return path === undefined ? undefined : readText(path, flag);
}

function wrongSource(options: Options): string | undefined {
  if (options.hosts !== undefined) return '--hosts goes with --database: only a simulated pool can be grown';
  if (options.file === undefined) return wrongMade(options);
  const double = INSTEAD.find((name) => isGiven(options[name]));
  return double === undefined ? undefined : `-f and ${flagOf(double)} exclude each other: the manifest says it`;
}

function wrongMade({ endpoint, target }: Options): string | undefined {
  if (endpoint.length === 0)
    return 'no pool is named: give -f with a manifest, --endpoint with --target, or --database with a dump';
  return target === undefined ? '--target is missing: name the release to upgrade to, e.g. 8.2.1 or "XCP-ng 8.3.0"' : undefined;
}

function wrongTrust({ caFile, fingerprint, insecureSkipVerify }: Options): string | undefined {
  const given = [
    caFile === undefined ? '' : '--ca-file',
    fingerprint.length === 0 ? '' : '--fingerprint',
    insecureSkipVerify ? '--insecure-skip-verify' : '',
  ];
  const named = given.filter((flag) => flag !== '');
  return named.length < 2 ? undefined : `${named.join(' and ')} exclude each other: one of them says what is trusted`;
}

/** Never on the command line, where everybody on the machine can read it. A file's last line break is no part of it. */
function passwordOf({ passwordFile }: Options, env: Environment): string | PlanReport {
  if (passwordFile !== undefined) {
    const text = readText(passwordFile, '--password-file');
    return typeof text === 'string' ? text.replace(/\r?\n$/, '') : text;
  }
  return env['XENPOOL_PASSWORD'] ?? badFlag('no password: give --password-file, or set XENPOOL_PASSWORD');
}

function readText(path: string, flag: string): string | PlanReport {
  try {
    const { size } = statSync(path);
    if (size > MAX_DATABASE_BYTES)
      return planReport('Invalid', 'TooLarge', `${flag} ${path}: ${size} bytes, expected at most ${MAX_DATABASE_BYTES}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return planReport('Invalid', 'Unreadable', `${flag} ${path}: cannot be read (${code})`);
  }
}

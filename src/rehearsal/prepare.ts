// From files and flags to a rehearsal that can begin: the dump read and grown, the manifest read or made, faults armed. What cannot begin is answered
// with a whole report, `Invalid` for bad input and `Refused` for sound input that a rule forbids.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { parseManifest } from '../api/manifest';
import { type SchemaValidator, schemaValidator } from '../api/schema';
import { createWorldReader } from './worldReader';
import { armFaults, crashPoint, FaultError, type FaultSpec, parseFault } from '../simulator/faults';
import { copyPool, grow, type LoadedPool, LoadError, loadPool, toDatabase } from '../simulator/dump';
import type { FirmwareMode } from '../simulator/world';
import type { Database } from '../xenapi/database/database';
import { DatabaseError } from '../xenapi/database/databaseError';
import { parseDatabase } from '../xenapi/database/parseDatabase';
import { printDatabase } from '../xenapi/database/printDatabase';
import type { Verb } from '../upgrade/orders';
import { fitToPool, type MadeBoot, makeManifest, type SimulatedPool } from './manifest';
import { notBegun, type RehearsalReport } from './report';

export interface PrepareInput {
  /** Text of the dump. */
  readonly database: string;
  /** Where it came from, for messages. */
  readonly source: string;
  /** Text of the manifest. */
  readonly manifest: string | undefined;
  readonly target: string | undefined;
  readonly hosts: number | undefined;
  readonly seed: number;
  readonly faults: readonly string[];
  /** Whether the played person is there. */
  readonly operator: boolean;
  /** What that person says whenever the run halts, one word a halt. */
  readonly words?: readonly Verb[];
  /** How hosts boot, where no manifest is given. */
  readonly bootMethod?: MadeBoot['method'];
  /** In which mode the machines boot; default BIOS. */
  readonly firmware?: FirmwareMode;
  /** Family of the simulator's BMCs that plays those of the manifest; default `generic`. */
  readonly bmcProfile?: string;
}

export interface Prepared {
  /** A fresh pool at each call: every run begins with the same world. */
  readonly pool: () => LoadedPool;
  readonly manifest: PoolUpgrade;
  readonly faults: readonly FaultSpec[];
  readonly crashAt: number | 'every' | undefined;
  readonly seed: number;
  readonly operator: boolean;
  readonly words: readonly Verb[];
  readonly firmware: FirmwareMode;
  readonly bmcProfile: string;
  /** The (grown) pool as a dump. */
  readonly dump: () => string;
  /** The CRD's schema, compiled once for all runs. */
  readonly validator: SchemaValidator;
}

export function prepare(input: PrepareInput): Prepared | RehearsalReport {
  try {
    return prepareOrThrow(input);
  } catch (error) {
    if (error instanceof DatabaseError) return notBegun('Invalid', error.kind, `${input.source}: ${error.message}`);
    if (error instanceof LoadError)
      return notBegun(error.refused ? 'Refused' : 'Invalid', error.kind, `${input.source}: ${error.message}`);
    if (error instanceof FaultError) return notBegun('Invalid', error.kind, error.message);
    throw error;
  }
}

function prepareOrThrow(input: PrepareInput): Prepared | RehearsalReport {
  const faults = input.faults.map(parseFault);
  const validator = schemaValidator();
  const database: Database = parseDatabase(input.database);
  const loaded = loadPool(database);
  const first = input.hosts === undefined ? loaded : grow(loaded, input.hosts);
  const pool = (): LoadedPool => copyPool(first);
  const manifest = manifestFor(input, simulated(first));
  if ('outcome' in manifest) return { ...manifest, warnings: first.warnings };
  // Names of hosts and VMs in faults are checked now, before anything runs.
  armFaults(faults, createWorldReader(first.database, manifest.spec.order).faultTargets());
  const dump = (): string => printDatabase(toDatabase(first));
  const { seed, operator, words = [], firmware = 'BIOS', bmcProfile = 'generic' } = input;
  const played = { firmware, bmcProfile };
  return { pool, manifest, faults, crashAt: crashPoint(faults), seed, operator, words, ...played, dump, validator };
}

function simulated(pool: LoadedPool): SimulatedPool {
  const name = [...pool.database.records('pool').values()][0]?.['name_label'];
  return {
    name: typeof name === 'string' ? name : '',
    release: pool.release,
    endpoints: pool.hosts.map((host) => `https://${host.address}`),
    hosts: pool.hosts.map(({ name: label, uuid }) =>
      pool.hosts.some((one) => one.uuid !== uuid && one.name === label) ? uuid : label,
    ),
  };
}

function manifestFor(
  { manifest, target, bootMethod, firmware }: PrepareInput,
  pool: SimulatedPool,
): PoolUpgrade | RehearsalReport {
  if (manifest === undefined) {
    const boot = bootMethod === undefined ? undefined : { method: bootMethod, firmware };
    const made = makeManifest(pool, target, boot);
    return made.ok ? made.manifest : notBegun('Refused', made.reason, made.message);
  }
  const read = parseManifest(manifest);
  if (read.ok) return fitToPool(read.manifest, pool);
  const notYet = read.problems.every((problem) => problem.expected.startsWith('NotYetHonoured'));
  return notBegun(
    'Invalid',
    notYet ? 'NotYetHonoured' : 'InvalidManifest',
    read.problems.map((problem) => problem.message).join('\n'),
  );
}

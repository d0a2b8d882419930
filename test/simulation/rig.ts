// What every simulation stands on: a pool made or read, bent to the case at hand, upgraded by the real controller in virtual time, and judged by the
// world's own books. A test says what is special about its pool and its manifest; everything else is as a plain user would have it.
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { MadeBoot } from '../../src/rehearsal/manifest';
import { prepare, type Prepared, type PrepareInput } from '../../src/rehearsal/prepare';
import type { RehearsalReport } from '../../src/rehearsal/report';
import { performRun, type Run, type RunOptions } from '../../src/rehearsal/run';
import { makePool, type PoolShape, toDatabase } from '../../src/simulator/dump';
import type { DatabaseRecord, LiveDatabase, Ref } from '../../src/simulator/pool/liveDatabase';
import type { Release } from '../../src/simulator/world';
import type { Verb } from '../../src/upgrade/orders';
import { printDatabase } from '../../src/xenapi/database/printDatabase';

export type Spec = Readonly<Record<string, unknown>>;

export interface Case {
  /** Default: two hosts and six VMs of XenServer 6.2.0. */
  readonly pool?: Partial<PoolShape>;
  /** Changes the made pool before it is written as a dump. */
  readonly bend?: (pool: MadePool) => void;
  /** A dump in place of a made pool. */
  readonly dump?: string;
  /** Parts of the manifest's spec; default: the manifest that a rehearsal makes. */
  readonly spec?: Spec;
  readonly target?: Release;
  readonly faults?: readonly string[];
  readonly seed?: number;
  readonly operator?: boolean;
  /** What the person says, one word a halt. */
  readonly say?: readonly Verb[];
  /** How hosts boot, where the manifest is the one that a rehearsal makes. */
  readonly bootMethod?: MadeBoot['method'];
  /** Of the machines; default BIOS. */
  readonly firmware?: 'UEFI' | 'BIOS';
  /** Family of the BMCs; default `generic`. */
  readonly bmcs?: string;
}

export const XS = (version: string): Release => ({ brand: 'XenServer', version });
export const XCP = (version: string): Release => ({ brand: 'XCP-ng', version });

/** A made pool while it is bent: its objects are found by name. */
export class MadePool {
  constructor(readonly database: LiveDatabase) {}

  ref(table: string, name: string): Ref {
    const found = [...this.database.records(table)].find(([, record]) => record['name_label'] === name);
    if (found === undefined) throw new Error(`the pool has no ${table} ${name}`);
    return found[0];
  }

  refs(table: string, chosen: (record: DatabaseRecord) => boolean = () => true): readonly Ref[] {
    return [...this.database.records(table)].filter(([, record]) => chosen(record)).map(([ref]) => ref);
  }

  set(table: string, name: string, fields: DatabaseRecord): void {
    this.database.update(table, this.ref(table, name), fields);
  }

  pool(fields: DatabaseRecord): void {
    this.database.update('pool', this.refs('pool')[0]!, fields);
  }

  vm(name: string, fields: DatabaseRecord): void {
    this.set('VM', name, fields);
  }

  /** Names of guests, in the order they were dealt out. */
  guests(): readonly string[] {
    const all = [...this.database.records('VM').values()].filter((vm) => vm['is_control_domain'] !== true);
    return all.map((vm) => String(vm['name_label']));
  }
}

export function madeDump(shape: Partial<PoolShape> = {}, bend?: (pool: MadePool) => void): string {
  const pool = makePool({ hosts: 2, vms: 6, release: XS('6.2.0'), ...shape });
  bend?.(new MadePool(pool.database));
  return printDatabase(toDatabase(pool));
}

const CONSENT = { undocumentedHops: true, acceptDowntime: true };

/** The manifest of a case as a user would write it; addresses are replaced by the rehearsal. */
function manifestOf({ spec, target }: Case): string | undefined {
  if (spec === undefined) return undefined;
  const wished = target ?? XS('6.5.0');
  const base = {
    pool: { endpoints: ['https://pool.example'], credentialsRef: { name: 'pool-root' }, tls: { insecureSkipVerify: true } },
    target: wished,
    releases: [{ ...wished, repository: { url: 'http://repository.invalid/installer/' } }],
    vms: { forceShutdownAfter: '10m' },
    consent: CONSENT,
  };
  const metadata = { name: 'made', namespace: 'rehearsal' };
  return stringify({ apiVersion: 'xenpool.dev/v1alpha1', kind: 'PoolUpgrade', metadata, spec: { ...base, ...spec } });
}

/** Read and made ready, or the report that says why it cannot begin. */
export function ready(given: Case): Prepared | RehearsalReport {
  const { dump, target, spec, seed = 1, faults = [], operator = true, say: words = [] } = given;
  return prepare({
    database: dump ?? madeDump(given.pool, given.bend),
    source: 'pool.xml',
    manifest: manifestOf(given),
    target: spec !== undefined || target === undefined ? undefined : `${target.brand} ${target.version}`,
    hosts: undefined,
    ...{ seed, faults, operator, words },
    ...bootsOf(given),
  });
}

function bootsOf({ bootMethod, firmware, bmcs }: Case): Pick<PrepareInput, 'bootMethod' | 'firmware' | 'bmcProfile'> {
  return {
    ...(bootMethod === undefined ? {} : { bootMethod }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(bmcs === undefined ? {} : { bmcProfile: bmcs }),
  };
}

export function isReport(result: Prepared | RehearsalReport): result is RehearsalReport {
  return 'outcome' in result;
}

export function mustBeReady(given: Case): Prepared {
  const prepared = ready(given);
  if (isReport(prepared)) throw new Error(`cannot begin: ${prepared.outcome} ${prepared.reason}: ${prepared.message}`);
  return prepared;
}

export async function simulate(given: Case, options: RunOptions = {}): Promise<Run> {
  return performRun(mustBeReady(given), options);
}

/** One sentence on a run, for the message of an assertion that fails. */
export function tellRun({ report }: Run, seed = 1): string {
  const broken = report.invariants.violated.map(({ id, at, detail }) => `${id} at ${at} s: ${detail}`);
  return [`seed ${seed}: ${report.outcome} ${report.reason}: ${report.message}`, ...broken].join('\n');
}

export function expectUnbroken(run: Run, seed = 1): void {
  expect(run.report.invariants.violated, tellRun(run, seed)).to.deep.equal([]);
}

/** The end everybody wants: target reached, nothing violated, nothing owed, every VM that ran runs. */
export function expectSuccess(run: Run, seed = 1): void {
  const { report } = run;
  expectUnbroken(run, seed);
  expect(`${report.outcome} ${report.reason}`, tellRun(run, seed)).to.equal('Succeeded Upgraded');
  expect(report.vms.notRestored, tellRun(run, seed)).to.deep.equal([]);
  expect(report.vms.runningAfter).to.equal(report.vms.runningBefore);
  expect(report.debts).to.deep.equal([]);
  expect([...new Set(report.hosts.map(({ phase }) => phase))]).to.deep.equal(['Upgraded']);
}

export function expectEnd(run: Run, outcome: string, reason: string, seed = 1): void {
  expectUnbroken(run, seed);
  expect(`${run.report.outcome} ${run.report.reason}`, tellRun(run, seed)).to.equal(`${outcome} ${reason}`);
}

/** How often an invariant was judged in a run. */
export function judged({ report }: Run, id: string): number {
  return report.invariants.checked.find((entry) => entry.id === id)?.judged ?? 0;
}

/** `Running`, `Halted` … of a VM at the end, by the pool's database. */
export function powerStateOf({ stage }: Run, name: string): string {
  const found = [...stage.world.database.records('VM').values()].find((vm) => vm['name_label'] === name);
  return String(found?.['power_state'] ?? 'gone');
}

/** Name of the host a VM runs on at the end, by the machines; undefined when it does not. */
export function hostOf({ stage }: Run, name: string): string | undefined {
  const found = [...stage.world.database.records('VM').values()].find((vm) => vm['name_label'] === name);
  const domain = stage.world.domains.get(String(found?.['uuid']));
  return domain === undefined ? undefined : stage.reader.hostName(domain.host);
}

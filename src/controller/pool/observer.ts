// The heart's eyes: fetches the classes that the asked-for facts are made of, and no others. A pool that does not answer gives Unknown facts, never an error.
import type { Clock } from '../../foundation/clock';
import { deadline } from '../../foundation/clock';
import { type Fact, type Known, known, unknown, untrusted } from '../../foundation/fact';
import type { Inspection } from '../../plan/checks/inspection';
import { isMixed, type Pool } from '../../plan/pool';
import type { Release } from '../../plan/release';
import type { Enquiry } from '../../upgrade/enquiry';
import { type BootPlace, type FactName, type Facts, noFacts, type TaskSight } from '../../upgrade/facts';
import type { InstallerSight, MachineSight } from '../../upgrade/machineSight';
import type { ObserverPort } from '../../upgrade/ports';
import type { EarlierRun, KeptBackup } from '../../upgrade/record';
import type { BackupSummary } from '../../upgrade/state';
import type { PoolCache } from '../../xenapi/cache';
import type { XapiClient } from '../../xenapi/client';
import { XapiError } from '../../xenapi/error';
import type { ClassName } from '../../xenapi/records/records';
import { PLACE_CLASSES } from '../boot/place';
import { reachOf } from '../boot/reach';
import { IDENTITY_CLASSES } from '../machines/expected';
import { type BootEyes, BootInspector } from '../machines/bootInspection';
import type { CertificateLearner } from './certificates';
import { GUEST_CLASSES, viewGuests } from './guestView';
import { HA_CLASSES, POOL_CLASSES, viewHa, viewPool } from './poolView';
import { type Records, refOf, uuidOf } from './records';
import { hostAnswers } from './settings/hostAnswers';
import { SETTINGS_CLASSES, viewSettings } from './settingsView';
import { ClusterReader } from './clusters';
import { viewHazards } from './hazardView';
import { HostInspector, nobodyAsked } from './hostInspection';
import { INSPECTION_CLASSES, viewInspection } from './inspectionView';
import { parseServerTime } from './serverTime';
import { PLUGIN } from './stagingPlugin';

/** Hosts by uuid. What does not answer is Unknown, never an error. */
export interface MachineEyes {
  machine(host: string): Promise<Fact<MachineSight>>;
  installer(host: string): Promise<Fact<InstallerSight>>;
  /** For the checks. */
  readonly boot: BootEyes;
}

/** Hosts by uuid. */
export interface AttemptEyes {
  place(records: Records, host: string): Fact<BootPlace>;
  /** Of what its installer will fetch; undefined while nothing is open for it. */
  treeUrl(host: string): string | undefined;
  /** Where the boot server shows any host that it has a release; undefined: nobody knows its address. */
  releaseUrl(release: Release): string | undefined;
}

export interface ObserverParts {
  readonly client: XapiClient;
  readonly cache: PoolCache;
  readonly clock: Clock;
  readonly certificates: CertificateLearner;
  /** The backup of this run as it is stored. */
  readonly backup: () => Promise<BackupSummary | null>;
  /** What an earlier run on the pool of that uuid left. */
  readonly earlier: (pool: string) => Promise<EarlierRun | null>;
  /** The backups of the pool of that uuid that are stored, newest first. */
  readonly kept: (pool: string) => Promise<readonly KeptBackup[]>;
  /** What is known of machines beside the pool; undefined where the object names no BMC. */
  readonly machines?: MachineEyes | undefined;
  /** What hosts are given to boot; undefined where nobody serves them. */
  readonly attempts?: AttemptEyes | undefined;
}

const classesOf: Readonly<Record<FactName, readonly ClassName[]>> = {
  pool: POOL_CLASSES,
  ha: HA_CLASSES,
  guests: GUEST_CLASSES,
  settings: SETTINGS_CLASSES,
  hostAnswers: ['host'],
  tasks: ['task'],
  hostTime: ['pool', 'host'],
  staging: ['host'],
  inspection: INSPECTION_CLASSES,
  backup: [],
  earlier: POOL_CLASSES,
  keptBackups: POOL_CLASSES,
  machine: [],
  installer: [],
  boot: PLACE_CLASSES,
  reach: ['host'],
};

export function createObserver(parts: ObserverParts): ObserverPort {
  const records: Records = (cls) => parts.cache.records(cls);
  const eyes: Eyes = {
    ...parts,
    inspector: new HostInspector(parts),
    bootInspector: new BootInspector({
      eyes: parts.machines?.boot,
      reach: (host, to) => reachOf(parts.client, refOf(records, 'host', host), parts.attempts?.releaseUrl(to)),
      clock: parts.clock,
    }),
    clusters: new ClusterReader(parts),
  };
  return {
    observe: (needs, hostInWork, enquiry) => observe(eyes, records, needs, { hostInWork, enquiry }),
    async change(atMost, signal) {
      const budget = deadline(parts.clock, atMost, signal);
      try {
        await parts.cache.wait(budget.signal);
      } finally {
        budget.dispose();
      }
    },
  };
}

interface Eyes extends ObserverParts {
  readonly inspector: HostInspector;
  readonly bootInspector: BootInspector;
  readonly clusters: ClusterReader;
}

/** Who is asked what beyond the pool's records. */
interface Asking {
  readonly hostInWork: string | undefined;
  readonly enquiry: Enquiry | undefined;
}

/** A machine is asked for by its BMC, whatever its pool says or does not say. */
async function observe(parts: Eyes, records: Records, needs: ReadonlySet<FactName>, asking: Asking): Promise<Facts> {
  const pool = await observePool(parts, records, needs, asking);
  if (needs.has('machine')) await recognise(parts);
  return { ...pool, ...(await observeMachine(parts.machines, needs, asking.hostInWork)) };
}

/** A controller that is new here looks once whose machines they are. Of a pool that is silent, what was remembered tells. */
async function recognise({ cache }: ObserverParts): Promise<void> {
  if (IDENTITY_CLASSES.every((cls) => cache.has(cls))) return;
  try {
    await cache.refresh(IDENTITY_CLASSES);
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
  }
}

async function observeMachine(
  eyes: MachineEyes | undefined,
  needs: ReadonlySet<FactName>,
  host: string | undefined,
): Promise<Pick<Facts, 'machine' | 'installer'>> {
  if (eyes === undefined || host === undefined) return { machine: nobodyTells, installer: nobodyTells };
  return {
    machine: needs.has('machine') ? await eyes.machine(host) : noFacts.machine,
    installer: needs.has('installer') ? await eyes.installer(host) : noFacts.installer,
  };
}

const nobodyTells = unknown('the manifest names no BMC of the host in work');

type PoolFacts = Omit<Facts, 'machine' | 'installer'>;

async function observePool(parts: Eyes, records: Records, needs: ReadonlySet<FactName>, asking: Asking): Promise<PoolFacts> {
  const classes = [...new Set([...needs].flatMap((need) => classesOf[need]))];
  try {
    if (classes.length > 0) await parts.cache.refresh(classes);
    return await gather(parts, records, needs, asking);
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    const silent = error.kind === 'Untrusted' ? untrusted(error.message) : unknown(error.message);
    const backup = needs.has('backup') ? known(await parts.backup()) : silent;
    return {
      pool: silent,
      ha: silent,
      guests: silent,
      settings: silent,
      hostAnswers: silent,
      hostTime: silent,
      staging: silent,
      inspection: silent,
      tasks: silent,
      backup,
      earlier: silent,
      keptBackups: silent,
      boot: silent,
      reach: silent,
    };
  }
}

async function gather(parts: Eyes, records: Records, needs: ReadonlySet<FactName>, asking: Asking): Promise<PoolFacts> {
  const pool = needs.has('pool') ? viewPool(records) : undefined;
  if (pool !== undefined) {
    parts.client.recordAddresses(pool.hosts.map((host) => host.address));
    await parts.certificates.look(pool, records);
  }
  const asked = <T>(need: FactName, view: () => T): Known<T> | undefined => (needs.has(need) ? known(view()) : undefined);
  return {
    pool: pool === undefined ? noFacts.pool : known(pool),
    ha: asked('ha', () => viewHa(records)) ?? noFacts.ha,
    guests: asked('guests', () => viewGuests(records)) ?? noFacts.guests,
    settings: asked('settings', () => viewSettings(records)) ?? noFacts.settings,
    tasks: asked('tasks', () => viewTasks(records)) ?? noFacts.tasks,
    ...(await inquire(parts, records, needs, asking)),
    ...(await observeBoot(parts, records, needs, asking)),
  };
}

/** What its installer would be given, and whether the host reaches it. */
async function observeBoot(
  { attempts, client }: Eyes,
  records: Records,
  needs: ReadonlySet<FactName>,
  { hostInWork: host }: Asking,
): Promise<Pick<Facts, 'boot' | 'reach'>> {
  if (attempts === undefined || host === undefined) return { boot: noBootServer, reach: noBootServer };
  return {
    boot: needs.has('boot') ? attempts.place(records, host) : noFacts.boot,
    reach: needs.has('reach') ? await reachOf(client, refOf(records, 'host', host), attempts.treeUrl(host)) : noFacts.reach,
  };
}

const noBootServer = unknown('no boot server is there');

/** Facts that no record tells: each is a question of its own. */
async function inquire(
  parts: Eyes,
  records: Records,
  needs: ReadonlySet<FactName>,
  { hostInWork, enquiry }: Asking,
): Promise<Pick<Facts, 'hostAnswers' | 'hostTime' | 'staging' | 'inspection' | 'backup' | 'earlier' | 'keptBackups'>> {
  return {
    hostAnswers: needs.has('hostAnswers') ? known(await hostAnswers(parts, records, hostInWork)) : noFacts.hostAnswers,
    inspection: needs.has('inspection') ? known(await inspect(parts, records, enquiry)) : noFacts.inspection,
    hostTime: needs.has('hostTime') ? await hostTime(parts, records, hostInWork) : noFacts.hostTime,
    staging: needs.has('staging') ? await staging(parts.client, records, hostInWork) : noFacts.staging,
    backup: needs.has('backup') ? known(await parts.backup()) : noFacts.backup,
    earlier: needs.has('earlier') ? known(await earlierRun(parts, viewPool(records))) : noFacts.earlier,
    keptBackups: needs.has('keptBackups') ? known(await keptBackups(parts, viewPool(records))) : noFacts.keptBackups,
  };
}

async function inspect(eyes: Eyes, records: Records, enquiry: Enquiry | undefined): Promise<Inspection> {
  const hosts = [...records('host').values()].map(({ uuid }) => uuid);
  const [inquired, boot] = await Promise.all([
    enquiry === undefined ? nobodyAsked : eyes.inspector.inquire(records, enquiry),
    eyes.bootInspector.inquire(hosts, enquiry),
  ]);
  const times = [inquired.askedAt, boot.askedAt].filter((at) => at !== undefined);
  const askedAt = times.length === 0 ? undefined : Math.min(...times);
  const hazards = viewHazards(records, await eyes.clusters.read(records));
  return viewInspection(records, { ...inquired, askedAt }, { hazards, boot: boot.traits });
}

/** Of a pool that nobody left half done it need not be asked: what was stored for it may be many megabytes. */
function earlierRun(parts: ObserverParts, pool: Pool): Promise<EarlierRun | null> {
  return isMixed(pool) || pool.mark !== undefined ? parts.earlier(pool.uuid) : Promise.resolve(null);
}

/** Only of a pool that is mixed, where one of before may be what lets it go on. */
function keptBackups(parts: ObserverParts, pool: Pool): Promise<readonly KeptBackup[]> {
  return isMixed(pool) ? parts.kept(pool.uuid) : Promise.resolve([]);
}

function viewTasks(records: Records): readonly TaskSight[] {
  const status = (text: string): TaskSight['status'] =>
    text === 'success' || text === 'failure' || text === 'cancelled' ? text : 'pending';
  return [...records('task').values()].map((task) => ({ uuid: task.uuid, name: task.name_label, status: status(task.status) }));
}

/** Asked of the host itself, through the master: a host that is away does not answer. */
async function hostTime({ client, clock }: ObserverParts, records: Records, host: string | undefined): Promise<Fact<number>> {
  const ref = host === undefined ? undefined : refOf(records, 'host', host);
  if (ref === undefined) return unknown('no host is in work');
  try {
    return parseServerTime(await client.call<string>('host.get_servertime', [ref], { deadlineMs: 20_000 }));
  } catch (error) {
    if (!(error instanceof XapiError)) throw error;
    // Before 5.0 no host tells its clock. Ours stands in: a host whose clock is off by minutes then looks as if it had not rebooted, which stops the run.
    return error.kind === 'ApiAge' ? known(clock.now() / 1000) : unknown(error.message);
  }
}

/** Of the host in work, or of all hosts while none is. */
async function staging(client: XapiClient, records: Records, hostInWork: string | undefined): Promise<Facts['staging']> {
  const answers: Record<string, string> = {};
  for (const [ref] of records('host')) {
    const uuid = uuidOf(records, 'host', ref) ?? '';
    if (hostInWork !== undefined && uuid !== hostInWork) continue;
    try {
      answers[uuid] = await client.call<string>('host.call_plugin', [ref, PLUGIN, 'testSafe2Upgrade', {}]);
    } catch (error) {
      if (!(error instanceof XapiError)) throw error;
      return unknown(`the staging plugin did not say whether the disk would be re-cut: ${error.message}`);
    }
  }
  return known(answers);
}

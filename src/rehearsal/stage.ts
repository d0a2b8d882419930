// One run on stage: a world, a cluster's API and a controller in one process under virtual time, and a second controller when the first dies. Everything
// is made anew from the prepared input, so two runs of one input are the same run.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { POOL_UPGRADES } from '../api/poolUpgrade';
import { Controller } from '../controller/controller';
import { readState } from '../controller/store/status';
import { bmcOpener } from '../controller/machines/openNamed';
import { Lanes } from '../bmc/lane';
import { EmbeddedStore, type Write } from '../embedded-kubernetes/store';
import type { Clock } from '../foundation/clock';
import { silentLog, type Log } from '../foundation/log';
import { seededRandom } from '../foundation/random';
import { VirtualClock } from '../foundation/virtualClock';
import type { PlanDocument } from '../plan/document';
import { type KubeObject, type KubernetesApi, SECRETS } from '../kubernetes/api';
import { createWorld, type SimulatedWorld } from '../simulator/createWorld';
import { type ArmedFaults, armFaults } from '../simulator/faults';
import type { Release, WorldEvent } from '../simulator/world';
import type { RunState } from '../upgrade/state';
import type { Dialect } from '../xenapi/codec/codec';
import type { XapiTransport } from '../xenapi/transport';
import { type HostNetwork, joinNetworks, type NetworkRequest } from '../simulator/network/hostNetwork';
import { noIpmitool, playedBmcs } from './bmcs';
import { BOOT_SERVER, bootBases, BootSite, mirrorOf } from './bootSite';
import { Crossing, type Requests } from './crossing';
import { Life } from './life';
import type { Prepared } from './prepare';
import { createWorldReader, type WorldReader } from './worldReader';

/** Wall time at which every rehearsal begins. */
export const ORIGIN = Date.UTC(2026, 0, 12, 22, 0, 0);
const PASSWORD = 'simulated';
/** A new controller is there this long after the old one died. */
const RESTART_MS = 5_000;

export interface StageOptions {
  readonly dialect?: Dialect;
  /** Crash points at which whoever is the controller then dies. */
  readonly dieAt?: readonly number[];
  readonly log?: (controller: string) => Log;
  readonly onEvent?: (event: WorldEvent, world: SimulatedWorld) => void;
  /** Told of each stored version of the object. */
  readonly onObject?: (object: PoolUpgrade) => void;
  /** Told of each write to the cluster, before whoever wrote hears of it. */
  readonly onWrite?: (write: Write) => void;
  /** Told of each plan as it is made, also of one that something holds up. */
  readonly onPlan?: (plan: PlanDocument) => void;
  /** Told of what a host or a BMC fetched, from the boot server or the mirror, and of the answer's status. */
  readonly onFetch?: (request: NetworkRequest, status: number) => void;
  /** Puts another program in the place of the client's transport, as tests of broken controllers do. */
  readonly transport?: (transport: XapiTransport) => XapiTransport;
}

/** What those who watch a run, or play people in it, need of it. */
export interface Scene {
  readonly clock: Clock;
  readonly world: SimulatedWorld;
  readonly reader: WorldReader;
  readonly api: KubernetesApi;
  readonly requests: Requests;
}

export interface Stage extends Scene {
  readonly clock: VirtualClock;
  readonly api: EmbeddedStore;
  /** The boot server's process. */
  readonly bootServer: Pick<BootSite, 'kill' | 'start'>;
  /** Changes delivered so far; twice as many crash points. */
  changes(): number;
  /** The Secrets that are stored now. */
  secrets(): readonly KubeObject[];
  /** The object as it is stored now. */
  object(): PoolUpgrade | undefined;
  state(): RunState | undefined;
  /** Faults that were armed and never bit. */
  idleFaults(): readonly string[];
  /** An error no controller can go on from. */
  defect(): unknown;
  /** Starts cluster, object and controller. */
  begin(): Promise<void>;
  /** Tells the controller to stop. Resolves, while time goes on, when it has put everything down; the next one starts then. */
  relieve(): Promise<void>;
}

export function setStage(prepared: Prepared, warnings: string[], options: StageOptions = {}): Stage {
  return new RunningStage(prepared, warnings, options);
}

class RunningStage implements Stage {
  readonly clock = new VirtualClock(ORIGIN);
  readonly world: SimulatedWorld;
  readonly reader: WorldReader;
  readonly api: EmbeddedStore;
  readonly requests: Requests = { statusWrites: 0, leaseWrites: 0, otherWrites: 0, xapi: 0, bmc: 0 };
  private readonly points: { changes: number; dieAt: readonly number[]; die: () => void };
  private readonly site: BootSite;
  private readonly faults: ArmedFaults;
  private readonly stored = new Map<string, KubeObject>();
  private latest: PoolUpgrade | undefined;
  /** Of the latest; asked for at each turn of the clock. */
  private latestState: RunState | undefined;
  private broken: unknown;
  private controllers = 0;
  private onDuty: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(
    private readonly prepared: Prepared,
    warnings: string[],
    private readonly options: StageOptions,
  ) {
    const pool = prepared.pool();
    warnings.push(...pool.warnings);
    const random = seededRandom(prepared.seed);
    this.reader = createWorldReader(pool.database, prepared.manifest.spec.order);
    this.faults = armFaults(prepared.faults, this.reader.faultTargets());
    const { faults } = this;
    const bmcs = playedBmcs(prepared.manifest, pool, prepared.bmcProfile, { username: 'root', password: PASSWORD });
    warnings.push(...bmcs.warnings);
    this.world = createWorld({
      clock: this.clock,
      random,
      pool,
      password: PASSWORD,
      repositories: repositoriesOf(prepared.manifest),
      faults,
      network: this.network(),
      pxe: bootBases(prepared.manifest).at(-1)!,
      bmcs: bmcs.settings,
      firmware: prepared.firmware,
    });
    const resources = [{ resource: POOL_UPGRADES, status: true, validate: (object: KubeObject) => violations(prepared, object) }];
    this.api = new EmbeddedStore({
      clock: this.clock,
      random: seededRandom(prepared.seed + 1),
      resources,
      onWrite: (write) => this.wrote(write),
    });
    this.site = new BootSite({
      manifest: prepared.manifest,
      clock: this.clock,
      seed: prepared.seed,
      log: options.log?.('boot-server') ?? silentLog,
      api: (life) => new Crossing(life, this.requests, NO_POINTS).kubernetes(this.api),
      onDefect: (error) => this.fail(error),
    });
    this.points = { changes: 0, dieAt: options.dieAt ?? [], die: () => undefined };
    if (options.onEvent !== undefined) this.world.bus.on((event) => options.onEvent?.(event, this.world));
  }

  get bootServer(): Pick<BootSite, 'kill' | 'start'> {
    return this.site;
  }

  changes(): number {
    return this.points.changes;
  }

  secrets(): readonly KubeObject[] {
    return [...this.stored.values()];
  }

  object(): PoolUpgrade | undefined {
    return this.latest;
  }

  state(): RunState | undefined {
    return this.latestState;
  }

  idleFaults(): readonly string[] {
    return this.faults.untouched().map((spec) => spec.text);
  }

  defect(): unknown {
    return this.broken;
  }

  async begin(): Promise<void> {
    const { manifest } = this.prepared;
    const secrets = secretsFor(manifest).map((secret) => this.api.create(SECRETS, secret));
    const created = Promise.all([...secrets, this.api.create(POOL_UPGRADES, manifest)]);
    let there = false;
    void created.then(() => (there = true));
    await this.clock.run(() => there, RESTART_MS);
    await created;
    if (needsBootServer(manifest)) this.site.start();
    this.startController();
  }

  async relieve(): Promise<void> {
    this.onDuty?.stop.abort();
    await this.onDuty?.ended;
    this.startController();
  }

  private startController(): void {
    this.controllers += 1;
    const identity = `controller-${this.controllers}`;
    const life = new Life();
    this.points.die = () => {
      life.end();
      this.clock.after(RESTART_MS, () => this.startController());
    };
    const crossing = new Crossing(life, this.requests, this.points);
    const transport = this.world.transport(identity);
    const clock = life.clock(this.clock);
    const bmcTransport = this.world.bmcTransport(identity);
    const { onPlan } = this.options;
    const controller = new Controller({
      clock,
      steady: clock,
      random: seededRandom(this.prepared.seed + 100 + this.controllers),
      log: life.log(this.options.log?.(identity) ?? silentLog),
      api: crossing.kubernetes(this.api),
      transportFor: () => ({ ...crossing.xapi(this.options.transport?.(transport) ?? transport), close: () => undefined }),
      dialect: this.options.dialect ?? 'json',
      identity,
      cluster: 'rehearsal',
      openBmc: bmcOpener({
        clock,
        random: seededRandom(this.prepared.seed + 200 + this.controllers),
        lanes: new Lanes(clock),
        transportFor: (origin) => crossing.bmc(bmcTransport(origin)),
        run: noIpmitool,
      }),
      bootServer: BOOT_SERVER,
      onPlan: (_key, plan) => onPlan?.(plan),
      onDefect: (error) => this.fail(error),
    });
    const stop = new AbortController();
    this.onDuty = { stop, ended: controller.run(stop.signal).catch((error: unknown) => this.fail(error)) };
  }

  private fail(error: unknown): void {
    this.broken ??= error;
  }

  /** Boot server and mirror, as hosts and BMCs reach them. */
  private network(): HostNetwork {
    const bootServer: HostNetwork = { get: (...asked) => this.site.network.get(...asked) };
    const joined = joinNetworks([bootServer, mirrorOf(this.prepared.manifest)]);
    return {
      get: async (request, signal) => {
        const answer = await joined.get(request, signal);
        this.options.onFetch?.(request, answer.status);
        return answer;
      },
    };
  }

  private wrote(write: Write): void {
    const { resource, object, verb } = write;
    this.options.onWrite?.(write);
    if (resource.plural === SECRETS.plural && verb === 'delete') this.stored.delete(object.metadata.name);
    else if (resource.plural === SECRETS.plural) this.stored.set(object.metadata.name, object);
    if (resource.plural !== POOL_UPGRADES.plural || verb === 'delete') return;
    this.latest = object as unknown as PoolUpgrade;
    this.latestState = readState(this.latest);
    this.options.onObject?.(this.latest);
  }
}

/** Deaths of the boot server are no crash points of a controller. */
const NO_POINTS = { changes: 0, dieAt: [], die: () => undefined };

/** Where no image is named nobody asks it for anything. */
function needsBootServer({ spec }: PoolUpgrade): boolean {
  return (spec.releases ?? []).some(({ iso }) => iso !== undefined);
}

/** The Secrets the manifest names. What a simulated wire trusts is never asked, so the bundle of certificates is there and empty. */
function secretsFor({ metadata, spec }: PoolUpgrade): readonly KubeObject[] {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const { credentialsRef, tls } = spec.pool;
  const data = new Map([
    [credentialsRef.name, { username: encode('root'), password: encode(PASSWORD) } as Record<string, string>],
  ]);
  if (tls.caBundleRef !== undefined) {
    const { name, key } = tls.caBundleRef;
    data.set(name, { ...data.get(name), [key]: '' });
  }
  const bmcs = (spec.hosts ?? []).flatMap(({ bmc }) => (bmc === undefined ? [] : [bmc]));
  for (const { credentialsRef: own, fallback, tls: trust } of bmcs) {
    for (const { name } of [own, ...(fallback?.credentialsRef === undefined ? [] : [fallback.credentialsRef])])
      data.set(name, { ...data.get(name), username: encode('root'), password: encode(PASSWORD) });
    const { caBundleRef } = trust;
    if (caBundleRef !== undefined) data.set(caBundleRef.name, { ...data.get(caBundleRef.name), [caBundleRef.key]: '' });
  }
  const namespace = metadata.namespace ?? 'default';
  return [...data].map(([name, keys]) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: keys }));
}

/** What breaks the CRD's schema, the status included: what an API server would refuse or drop is a defect here. */
function violations({ validator }: Prepared, object: KubeObject): readonly string[] {
  return validator
    .apply(structuredClone(object))
    .map(({ path, found, expected }) => `${path.join('.')}: found ${found}; expected ${expected}`);
}

/** Every repository the manifest names serves the release it names it for. */
function repositoriesOf(manifest: PoolUpgrade): ReadonlyMap<string, Release> {
  const brand = manifest.spec.target.brand ?? 'XenServer';
  const sources = (manifest.spec.releases ?? []).filter((source) => source.repository !== undefined);
  return new Map(sources.map((source) => [source.repository!.url, { brand: source.brand ?? brand, version: source.version }]));
}

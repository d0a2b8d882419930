// A whole upgrade over the wire: the simulated pool as HTTPS servers, the real client with the trust the manifest names, real time at a pace. Cluster and
// controller are the rehearsal's own, so what differs from a rehearsal is the wire and the clock, and nothing else.
import { POOL_UPGRADES } from '../../src/api/poolUpgrade';
import type { PoolUpgrade } from '../../src/api/generated/poolUpgrade';
import { validateManifest } from '../../src/api/manifest';
import { Controller } from '../../src/controller/controller';
import { readState } from '../../src/controller/store/status';
import { EmbeddedStore, type Write } from '../../src/embedded-kubernetes/store';
import { type Log, silentLog } from '../../src/foundation/log';
import { seededRandom } from '../../src/foundation/random';
import { realClock } from '../../src/foundation/realClock';
import { nextTurn } from '../../src/foundation/turn';
import { type KubeObject, SECRETS } from '../../src/kubernetes/api';
import { endReport, hasEnded, outcomeOf } from '../../src/rehearsal/ending';
import { playPerson } from '../../src/rehearsal/playedPerson';
import type { Prepared } from '../../src/rehearsal/prepare';
import { Recorder } from '../../src/rehearsal/recorder';
import type { RehearsalReport } from '../../src/rehearsal/report';
import { storedBackups } from '../../src/rehearsal/storedBackups';
import { createWorldReader } from '../../src/rehearsal/worldReader';
import { createBooks } from '../../src/simulator/books/createBooks';
import type { WorldEvent } from '../../src/simulator/world';
import { type Simulation, startSimulation } from '../../src/simulator/servers/simulation';
import { decodeInSlices } from '../../src/xenapi/codec/decoder';
import { createHttpsTransport } from '../../src/xenapi/https/httpsTransport';
import { Tap, type Traffic } from './tap';
import type { OpenedSite, WireSite } from './wireSite';

type Tls = PoolUpgrade['spec']['pool']['tls'];

export interface WireOptions {
  /** Virtual seconds in a real one. */
  readonly pace: number;
  /** What the manifest trusts, once the certificates are known. Default: the authority that signed them, from a Secret. */
  readonly tls?: (simulation: Simulation) => Partial<Tls>;
  /** Told of each stored version of the object; the object may be edited through `edit`. */
  readonly onObject?: (object: PoolUpgrade, edit: (change: (spec: PoolUpgrade['spec']) => PoolUpgrade['spec']) => void) => void;
  /** What stands beside the pool; default: nothing. It is closed with the run. */
  readonly site?: WireSite;
  readonly log?: Log;
}

export interface WireRun {
  readonly report: RehearsalReport;
  /** What moved and stopped, in the order it happened: `name from→to`, `name suspended`. */
  readonly moves: readonly string[];
  readonly traffic: Traffic;
  /** Paths that calls were posted to, ` (not served)` behind those answered in another dialect or in none. */
  readonly spoken: ReadonlySet<string>;
  /** All that was stored and logged, for looking for secrets. */
  readonly said: string;
}

export const PASSWORD = 'a password that must show nowhere';

/** @throws Error for a defect, or a run that does not come to an end within `patienceMs` real milliseconds */
export async function runOverTheWire(prepared: Prepared, options: WireOptions, patienceMs = 240_000): Promise<WireRun> {
  const beneath = realClock();
  const defects: unknown[] = [];
  const defect = (error: unknown): void => void defects.push(error);
  const simulation = await startSimulation({
    pool: prepared.pool(),
    random: seededRandom(prepared.seed),
    password: PASSWORD,
    beneath,
    pace: options.pace,
    listen: '127.0.0.1',
    port: 0,
    plain: false,
    faults: prepared.faults.map(({ text }) => text),
    ...options.site?.machines,
    onDefect: defect,
  });
  const over = new AbortController();
  try {
    return await new Run(prepared, options, simulation, over, defects, patienceMs).perform();
  } finally {
    over.abort();
    await options.site?.close();
    await simulation.close();
  }
}

class Run {
  private readonly secrets = new Map<string, KubeObject>();
  private readonly moves: string[] = [];
  private readonly said: string[] = [];
  private readonly tap = new Tap();
  private readonly api: EmbeddedStore;
  private readonly recorder: Recorder;
  private readonly scene;
  private readonly person;
  private site: OpenedSite | undefined;
  private latest: PoolUpgrade | undefined;
  private ended: () => void = () => undefined;

  constructor(
    private readonly prepared: Prepared,
    private readonly options: WireOptions,
    private readonly simulation: Simulation,
    private readonly over: AbortController,
    private readonly defects: unknown[],
    private readonly patienceMs: number,
  ) {
    const { clock, world } = simulation;
    const random = seededRandom(prepared.seed + 1);
    this.api = new EmbeddedStore({
      clock: realClock(),
      random,
      resources: [{ resource: POOL_UPGRADES, status: true }],
      onWrite: (write) => this.wrote(write),
    });
    const reader = createWorldReader(world.database, prepared.manifest.spec.order);
    const requests = { statusWrites: 0, leaseWrites: 0, otherWrites: 0, xapi: 0, bmc: 0 };
    this.scene = { clock, world, reader, requests, api: this.api };
    this.recorder = new Recorder(this.scene);
    this.person = playPerson(this.scene);
    world.bus.on((event) => this.heard(event));
  }

  async perform(): Promise<WireRun> {
    const { simulation, prepared, api } = this;
    this.site = await this.options.site?.open({ simulation, api, log: this.log(), onDefect: (error) => this.fail(error) });
    const { bmcs } = this.site ?? {};
    const books = createBooks(
      { ...simulation.world, ...(bmcs === undefined ? {} : { bmcs }) },
      {
        backups: () => storedBackups([...this.secrets.values()]),
        memberRetries: prepared.manifest.spec.failure.memberRetries,
        goneOn: () => 0,
      },
    );
    const end = new Promise<void>((resolve) => (this.ended = resolve));
    for (const secret of this.secretsFor()) await this.api.create(SECRETS, secret);
    await this.api.create(POOL_UPGRADES, this.manifest());
    const running = this.startController();
    const cancel = realClock().after(this.patienceMs, () => this.ended());
    await end;
    cancel();
    if (this.defects.length > 0) throw this.defects[0];
    const state = this.latest === undefined ? undefined : readState(this.latest);
    if (!hasEnded(state, prepared.operator))
      throw new Error(`no end after ${this.patienceMs} ms: ${JSON.stringify(this.latest?.status?.message)}`);
    const outcome = outcomeOf(state);
    books.judgeEnd(endReport(outcome, state, this.recorder));
    this.over.abort();
    await running;
    const report = this.recorder.report({ outcome, state, verdict: books.verdict(), warnings: [], defect: undefined });
    return { report, moves: this.moves, traffic: this.tap.traffic, spoken: this.tap.spoken, said: this.said.join('\n') };
  }

  private startController(): Promise<void> {
    const steady = realClock();
    const controller = new Controller({
      clock: this.simulation.clock,
      steady,
      random: seededRandom(this.prepared.seed + 100),
      log: this.log(),
      api: this.api,
      transportFor: (policy) => this.tap.on(createHttpsTransport({ policy })),
      dialect: 'auto',
      decoder: decodeInSlices(steady, nextTurn),
      identity: 'controller-1',
      cluster: 'rehearsal',
      ...this.site?.controller,
      onDefect: (error) => this.fail(error),
    });
    return controller.run(this.over.signal).catch((error: unknown) => {
      if (!this.over.signal.aborted) throw error;
    });
  }

  private manifest(): PoolUpgrade {
    const { manifest } = this.prepared;
    const tls = this.options.tls?.(this.simulation) ?? { caBundleRef: { name: 'pool-ca', key: 'ca.crt' } };
    const pool = {
      ...manifest.spec.pool,
      endpoints: this.simulation.endpoints,
      tls: { ...manifest.spec.pool.tls, insecureSkipVerify: false, ...tls },
    };
    // What a site says is completed as an API server would.
    const checked = validateManifest({ ...manifest, spec: { ...manifest.spec, pool, ...this.site?.spec } });
    if (checked.ok) return checked.manifest;
    throw new Error(checked.problems.map(({ message }) => message).join('\n'));
  }

  private secretsFor(): readonly KubeObject[] {
    const { metadata, spec } = this.prepared.manifest;
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const encoded = (keys: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(Object.entries(keys).map(([key, text]) => [key, encode(text)]));
    const secret = (name: string, data: Record<string, string>): KubeObject & { data: Record<string, string> } => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: metadata.namespace ?? 'default' },
      data,
    });
    return [
      secret(spec.pool.credentialsRef.name, { username: encode('root'), password: encode(PASSWORD) }),
      secret('pool-ca', { 'ca.crt': encode(this.simulation.authority ?? '') }),
      ...Object.entries(this.site?.secrets ?? {}).map(([name, keys]) => secret(name, encoded(keys))),
    ];
  }

  private fail(error: unknown): void {
    this.defects.push(error);
    this.ended();
  }

  private log(): Log {
    const line =
      (level: keyof Log) =>
      (event: string, fields?: Readonly<Record<string, unknown>>): void => {
        this.said.push(`${event} ${JSON.stringify(fields)}`);
        (this.options.log ?? silentLog)[level](event, fields as never);
      };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }

  private heard(event: WorldEvent): void {
    this.recorder.heard(event);
    const name = (uuid: string): string => this.scene.reader.hostName(uuid);
    if (event.kind === 'migrated') this.moves.push(`${event.name} ${name(event.from)}→${name(event.to)}`);
    if (event.kind === 'guest' && event.cause.by === 'call') this.moves.push(`${event.name} ${event.change} ${name(event.host)}`);
  }

  private wrote({ resource, verb, object }: Write): void {
    if (resource.plural === SECRETS.plural) {
      if (verb === 'delete') this.secrets.delete(object.metadata.name);
      else this.secrets.set(object.metadata.name, object);
      return;
    }
    this.said.push(JSON.stringify(object));
    if (resource.plural !== POOL_UPGRADES.plural || verb === 'delete') return;
    this.latest = object as unknown as PoolUpgrade;
    this.recorder.saw(this.latest);
    this.person.look(this.latest);
    this.options.onObject?.(this.latest, (change) => void this.edit(change));
    if (hasEnded(readState(this.latest), this.prepared.operator)) this.ended();
  }

  private async edit(change: (spec: PoolUpgrade['spec']) => PoolUpgrade['spec']): Promise<void> {
    const { name, namespace = 'default' } = this.latest!.metadata;
    const object = await this.api.get<PoolUpgrade>(POOL_UPGRADES, namespace, name);
    await this.api
      .replace(POOL_UPGRADES, { ...object, spec: change(object.spec) })
      .catch((error: unknown) => this.edit(change).finally(() => void error));
  }
}

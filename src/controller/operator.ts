// The operator as a process has it: client, leadership, controller, events, metrics and health put together. It leads or waits, works until it is told to
// stop, and gives back what it holds. Losing the leadership ends it: what another may be doing by then cannot be told from here.
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { Aborted, type Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { Random } from '../foundation/random';
import { nextTurn } from '../foundation/turn';
import type { KubeError, KubeObject, KubernetesApi } from '../kubernetes/api';
import { clusterIdentity } from '../kubernetes/clusterIdentity';
import { EventRecorder } from '../kubernetes/events';
import { observedApi } from '../kubernetes/observedApi';
import { Leadership, type LeadershipEnd } from '../kubernetes/leader';
import type { Reflector } from '../kubernetes/reflector';
import type { ControllerMetrics } from '../telemetry/controllerMetrics';
import type { Health } from '../telemetry/health';
import type { ProcessMetrics } from '../telemetry/processMetrics';
import type { UpgradeMetrics } from '../telemetry/upgradeMetrics';
import { decodeInSlices } from '../xenapi/codec/decoder';
import { createHttpsTransport } from '../xenapi/https/httpsTransport';
import { ClaimLost } from '../upgrade/fence';
import { observedTransport } from '../xenapi/observedTransport';
import { Lanes } from '../bmc/lane';
import type { BootServerAccess } from './boot/access';
import { bmcOpener } from './machines/openNamed';
import { Controller, WORKERS } from './controller';
import { happenings } from './happenings';
import { Troubles } from './troubles';

export interface OperatorParts {
  readonly api: KubernetesApi;
  /** The same API on connections of its own. */
  readonly leases: KubernetesApi;
  /** The run's time and the real one; see `HeartPorts`. */
  readonly clock: Clock;
  readonly steady: Clock;
  /** In which the pauses and patience of the BMCs' drivers pass: time as it really passes, unless the BMCs are simulated. */
  readonly bmcClock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Names this process: in leases and events. */
  readonly identity: string;
  /** Where the leader's lease lies. */
  readonly namespace: string;
  /** Whose PoolUpgrades are worked on; empty: all. */
  readonly namespaces: readonly string[];
  /** Folder in which claims for backups are mounted, each under its name. */
  readonly volumes: string | undefined;
  /** Where the boot server is and what its paths are made with; undefined: there is none. */
  readonly bootServer?: BootServerAccess | undefined;
  readonly health: Health;
  readonly upgrades: UpgradeMetrics;
  readonly metrics: ProcessMetrics;
  readonly machinery: ControllerMetrics;
}

/** A watch that heard nothing for so long, bookmarks included, does not move. */
const DEAF_MS = 5 * 60_000;
export const LEADER_LEASE = 'xenpool-operator';

/** Runs until `stop` aborts, or leadership is lost. */
export function runOperator(parts: OperatorParts, stop: AbortSignal): Promise<LeadershipEnd> {
  const { leases, steady, random, log, identity, namespace, metrics, health } = parts;
  const leadership = new Leadership({
    api: leases,
    clock: steady,
    random,
    log,
    namespace,
    name: LEADER_LEASE,
    identity,
    onChange: (leading) => {
      metrics.leading.set(Number(leading));
      log.info(leading ? 'leading' : 'not leading', { lease: `${namespace}/${LEADER_LEASE}` });
    },
  });
  // A replica that waits for another is ready to take over; one that cannot see the lease is not.
  health.set('ready', 'leadership', () => leadership.problem?.message);
  return leadership.run((signal) => lead(parts, signal), stop);
}

async function lead(parts: OperatorParts, signal: AbortSignal): Promise<void> {
  try {
    const cluster = await identityOf(parts, signal);
    await reconcile(parts, cluster, signal);
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  }
}

/** Without it no pool can be marked so that another cluster would know whose it is. */
function identityOf({ api, steady: clock, random, log, health }: OperatorParts, signal: AbortSignal): Promise<string> {
  let problem: KubeError | undefined;
  health.set('ready', 'cluster identity', () => problem?.message);
  const onProblem = (found: KubeError | undefined): void => {
    if (found !== undefined && found.message !== problem?.message) log.warn('cluster not identified', { error: found.message });
    problem = found;
  };
  return clusterIdentity({ api, clock, random, onProblem }, signal);
}

function reconcile(parts: OperatorParts, cluster: string, signal: AbortSignal): Promise<void> {
  const { clock, steady, bmcClock, random, log, identity, namespaces, metrics, machinery, health } = parts;
  const api = observedApi(parts.api, steady, (call) => machinery.kubeCall(call));
  const recorder = new EventRecorder({ api, clock: steady, random, log, controller: 'xenpool.dev/operator', instance: identity });
  const seen = new Map<string, PoolUpgrade>();
  const troubles = new Troubles();
  health.set('ready', 'objects served', () => troubles.problem());
  const controller = new Controller({
    api,
    clock,
    steady,
    random,
    log,
    identity,
    cluster,
    namespaces,
    volumes: parts.volumes,
    openBmc: bmcOpener({ clock: bmcClock, random, lanes: new Lanes(bmcClock) }),
    bootServer: parts.bootServer,
    transportFor: (policy) => observedTransport(createHttpsTransport({ policy }), steady, (call) => machinery.xapiCall(call)),
    dialect: 'auto',
    decoder: decodeInSlices(steady, nextTurn),
    onObject: (key, object) => {
      if (object === undefined) troubles.forget(key);
      tell(parts, recorder, seen, key, object);
    },
    onDefect: (error) => {
      metrics.defects.inc();
      log.error('defect', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    },
    watcher: {
      taken: (waitedMs) => machinery.taken(waitedMs),
      done(key, tookMs, error) {
        troubles.note(key, error);
        machinery.done(tookMs, error !== undefined);
        if (error instanceof ClaimLost) machinery.fenced();
      },
    },
  });
  const reflectors = [...controller.objects, ...controller.secrets];
  for (const reflector of reflectors) watchOver(parts, reflector);
  machinery.observe({
    workers: WORKERS,
    queue: () => ({ depth: controller.queue.depth, inProcess: controller.queue.inProcess, ...controller.queue.counts }),
    working: () => controller.working(),
    watches: () => reflectors.map((one) => ({ kind: one.kind, silentMs: one.lastEventAge(), ...one.counts })),
    now: () => steady.now(),
  });
  return controller.run(signal);
}

function tell(
  { upgrades }: OperatorParts,
  recorder: EventRecorder,
  seen: Map<string, PoolUpgrade>,
  key: string,
  object: PoolUpgrade | undefined,
): void {
  const before = seen.get(key);
  if (object === undefined) {
    seen.delete(key);
    if (before !== undefined) upgrades.forget(before.metadata.namespace ?? '', before.metadata.name);
    if (before !== undefined) recorder.forget(before);
    return;
  }
  seen.set(key, object);
  upgrades.tell(object);
  for (const happening of happenings(before, object)) recorder.record(object, happening);
}

/** Alive: the watch moves. Ready: the objects have been seen; what keeps them from being seen is told, with verb and resource. */
function watchOver({ health }: OperatorParts, reflector: Reflector<KubeObject>): void {
  const { name } = reflector;
  health.set('live', `watch of ${name}`, () => {
    const age = reflector.lastEventAge();
    return age === undefined || age < DEAF_MS ? undefined : `nothing was heard for ${Math.round(age / 1_000)} s`;
  });
  health.set('ready', `${name} seen`, () => {
    if (reflector.problem !== undefined) return reflector.problem.message;
    return reflector.hasSynced ? undefined : 'not listed yet';
  });
}

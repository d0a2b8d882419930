// A plan for a pool that is there: the controller in this process, over the real wire, with a cluster that exists only in memory. It forgets everything when
// it has told the plan.
import { POOL_UPGRADES } from '../../api/poolUpgrade';
import type { PoolUpgrade } from '../../api/generated/poolUpgrade';
import { Controller } from '../../controller/controller';
import { readState } from '../../controller/store/status';
import { EmbeddedStore } from '../../embedded-kubernetes/store';
import type { Log } from '../../foundation/log';
import { realClock } from '../../foundation/realClock';
import { systemRandom } from '../../foundation/systemRandom';
import type { PlanDocument } from '../../plan/document';
import { nextTurn } from '../../foundation/turn';
import { type KubeObject, SECRETS } from '../../kubernetes/api';
import { type DryRun, isAtRest, planningOnly } from '../../rehearsal/dryRun';
import { decodeInSlices } from '../../xenapi/codec/decoder';
import { createHttpsTransport } from '../../xenapi/https/httpsTransport';
import { lookingOnly } from './lookingOnly';

export interface LiveInput {
  readonly manifest: PoolUpgrade;
  readonly username: string;
  /** A secret. */
  readonly password: string;
  /** PEM. */
  readonly authorities: string | undefined;
  /** Longest to wait for the plan, in milliseconds. */
  readonly patience: number;
  readonly log: Log;
  readonly onObject: (object: PoolUpgrade) => void;
  /** Ends it before its time. */
  readonly stop: AbortSignal;
}

/** What time does not mend while somebody sits and waits: the pool does not answer, refuses the login, or is not trusted. */
const USELESS: readonly string[] = ['PoolUnreachable', 'CertificateChanged'];
const DEFAULT_NAMESPACE = 'default';

export async function planLive(input: LiveInput): Promise<DryRun> {
  const { log, patience, stop } = input;
  const manifest = planningOnly(input.manifest);
  const clock = realClock();
  const random = systemRandom();
  let object: PoolUpgrade | undefined;
  let plan: PlanDocument | undefined;
  let defect: unknown;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const fail = (error: unknown): void => {
    defect ??= error;
    end();
  };
  const api = new EmbeddedStore({
    clock,
    random,
    resources: [{ resource: POOL_UPGRADES, status: true }],
    onWrite: ({ resource, object: stored }) => {
      if (resource.plural !== POOL_UPGRADES.plural) return;
      object = stored as unknown as PoolUpgrade;
      input.onObject(object);
      if (isAtRest(object) || isUseless(object)) end();
    },
  });
  const refused = (method: string): void => fail(new Error(`the controller wanted to send ${method} while it planned`));
  const controller = new Controller({
    clock,
    steady: clock,
    random,
    log,
    api,
    transportFor: (policy) => lookingOnly(createHttpsTransport({ policy }), refused),
    dialect: 'auto',
    decoder: decodeInSlices(clock, nextTurn),
    identity: 'xenpool-plan',
    cluster: 'xenpool-plan',
    workers: 1,
    onPlan: (_key, made) => (plan = made),
    onDefect: fail,
  });
  for (const secret of secretsFor(manifest, input)) await api.create(SECRETS, secret);
  await api.create(POOL_UPGRADES, manifest);
  const over = new AbortController();
  const running = controller.run(over.signal).catch((error: unknown) => (over.signal.aborted ? undefined : fail(error)));
  const cancel = clock.after(patience, end);
  stop.addEventListener('abort', end, { once: true });
  await ended;
  cancel();
  stop.removeEventListener('abort', end);
  const rested = isAtRest(object);
  // Logs out as well.
  over.abort();
  await running;
  return { object, rested, plan, defect, warnings: [] };
}

function isUseless(object: PoolUpgrade): boolean {
  return USELESS.includes(readState(object)?.reason ?? '');
}

/** The Secrets the manifest names, with what this command was given in their place. */
function secretsFor({ metadata, spec }: PoolUpgrade, input: LiveInput): readonly KubeObject[] {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const { credentialsRef, tls } = spec.pool;
  const namespace = metadata.namespace ?? DEFAULT_NAMESPACE;
  const data = new Map<string, Record<string, string>>();
  data.set(credentialsRef.name, { username: encode(input.username), password: encode(input.password) });
  if (tls.caBundleRef !== undefined && input.authorities !== undefined) {
    const { name, key } = tls.caBundleRef;
    data.set(name, { ...data.get(name), [key]: encode(input.authorities) });
  }
  return [...data].map(([name, keys]) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: keys }));
}

// Access to one pool for one object: client, cache, eyes, hands and claim, made from the object's own spec and Secret.
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import type { KubernetesApi } from '../kubernetes/api';
import { BmcError } from '../bmc/bmc';
import type { ExpectedIdentity } from '../bmc/identity';
import { type Fact, unknown } from '../foundation/fact';
import type { ClaimPort, MachinePort, ObserverPort, PoolPort, StorePort } from '../upgrade/ports';
import type { PoolCache } from '../xenapi/cache';
import { createPoolCache } from '../xenapi/createPoolCache';
import { createXapiClient } from '../xenapi/poolClient';
import type { Dialect } from '../xenapi/codec/codec';
import { XapiError } from '../xenapi/error';
import { backupKey, hopInWork, type HostState } from '../upgrade/state';
import { iso } from '../upgrade/time';
import type { Decoder } from '../xenapi/codec/decoder';
import type { TlsPolicy } from '../foundation/wire/tlsPolicy';
import type { ClosableTransport } from '../xenapi/transport';
import { type BootServerAccess, BootView } from './boot/access';
import { createClaim } from './claim';
import { expectedIdentity, IDENTITY_CLASSES, type KnownHost, knownHost } from './machines/expected';
import { BmcSessions } from './machines/bmcSessions';
import { createMachines, type Machines } from './machines/machines';
import { NamedBmcs, type OpenBmc } from './machines/namedBmcs';
import { CertificateLearner } from './pool/certificates';
import { createObserver } from './pool/observer';
import type { Records } from './pool/records';
import { FollowingTransport, tlsPolicyOf } from './pool/trust';
import { createVerbs } from './pool/verbs';
import { readSecretKey } from './secrets';
import type { BackupPlace } from './store/backupPlace';
import { chosenPlace } from './store/chosenPlace';
import { findEarlier } from './store/earlierRun';
import { findKept } from './store/keptBackups';
import type { ObjectStore } from './store/objectStore';
import { readState } from './store/status';
import { createStorePort } from './store/storePort';

export interface PoolAccess {
  readonly observer: ObserverPort;
  readonly verbs: PoolPort;
  readonly claim: ClaimPort;
  readonly store: StorePort;
  readonly machines: MachinePort;
  /** Ends the session. */
  close(): Promise<void>;
}

export interface AccessParts {
  /** The run's own time, and time as it really passes; see `HeartPorts`. Requests and leases go by the latter. */
  readonly clock: Clock;
  readonly steady: Clock;
  readonly log: Log;
  readonly api: KubernetesApi;
  /** Opens the way to a pool's hosts, trusting what the policy says. */
  readonly transportFor: (policy: TlsPolicy) => ClosableTransport;
  readonly dialect: Dialect | 'auto';
  /** How large answers become values; default: at once. */
  readonly decoder?: Decoder;
  /** Who this process is: names the holder of leases. */
  readonly identity: string;
  /** Which cluster this is, in a pool's mark: others have objects of the same name. */
  readonly cluster: string;
  /** Folder in which claims for backups are mounted, each under its name. */
  readonly volumes?: string | undefined;
  /** Opens the BMCs that manifests name; undefined: none is spoken to. */
  readonly openBmc?: OpenBmc | undefined;
  /** Who serves installers; undefined: nobody. */
  readonly bootServer?: BootServerAccess | undefined;
}

export function createPoolAccess(parts: AccessParts, store: ObjectStore): PoolAccess {
  const { clock, steady, log, api, dialect, decoder } = parts;
  const transport = new FollowingTransport(parts.transportFor);
  const object = store.current;
  const claim = createClaim({
    clock: steady,
    log,
    api,
    identity: parts.identity,
    cluster: parts.cluster,
    store,
    logout: (uuid) => client.logoutByUuid(uuid),
    inherit: (text) => sessions.inherit(text),
  });
  const sessions = new BmcSessions({ clock: steady, log, write: (text) => claim.noteBmcSessions(text) });
  const client = createXapiClient({
    transport,
    clock: steady,
    log,
    dialect,
    endpoints: object.spec.pool.endpoints,
    ...(decoder === undefined ? {} : { decoder }),
    // Asked at each login: what is trusted may have changed as well as the password.
    credentials: async () => {
      transport.follow(await tlsPolicyOf(api, store.current));
      return credentials(api, store.current);
    },
    originator: `xenpool/${object.metadata.uid ?? object.metadata.name}`,
    onLogin: (uuid) => claim.announceSession(uuid),
  });
  const place = (): BackupPlace =>
    chosenPlace({ api, namespace: store.namespace, volumes: parts.volumes }, store.current.spec.backup);
  const cache = createPoolCache({ client, clock, log });
  const { bmcs, machines, boot } = besideThePool(parts, { store, sessions }, () => shown(cache));
  return {
    machines: machines.hands,
    observer: createObserver({
      machines: machines.eyes,
      attempts: boot,
      client,
      cache,
      clock,
      certificates: new CertificateLearner(client, log),
      backup: async () => {
        const state = readState(store.current);
        return state === undefined ? null : place().find(backupKey(state.run.id, hopInWork(state)?.at ?? 0));
      },
      earlier: (pool) => findEarlier(api, store.namespace, place(), pool),
      kept: (pool) => findKept(place(), pool),
    }),
    verbs: createVerbs({ client, cache, clock }),
    claim,
    store: createStorePort({ api, store, client, cache, place, now: () => iso(clock.now()) }),
    close: async () => {
      await bmcs.close();
      // Before the claim is given back, on which they are noted.
      await sessions.settled();
      await client.logout();
      transport.close();
    },
  };
}

/** What tells hosts apart, once all of it was seen. */
function shown(cache: PoolCache): Records | undefined {
  return IDENTITY_CLASSES.every((cls) => cache.has(cls)) ? (cls) => cache.records(cls) : undefined;
}

interface BesideThePool {
  readonly bmcs: NamedBmcs;
  readonly machines: Machines;
  readonly boot: BootView | undefined;
}

/**
 * What is known and done beside the pool: machines by their BMCs, and what the boot server serves them.
 * @param seen the records of the pool, once it was seen
 */
function besideThePool(
  { api, steady, bootServer, openBmc }: AccessParts,
  { store, sessions }: { readonly store: ObjectStore; readonly sessions: BmcSessions },
  seen: () => Records | undefined,
): BesideThePool {
  const hostOf = rememberedIn(store);
  const known = (uuid: string): KnownHost => knownHost(readState(store.current), seen(), uuid);
  const expectedOf = (uuid: string): Fact<ExpectedIdentity> => {
    const host = known(uuid);
    return expectedIdentity(seen(), uuid, bmcs.settingsOf(host), host.machine);
  };
  const bmcs = new NamedBmcs({ api, current: () => store.current, open: openBmc ?? noDriver, expectedOf, sessions });
  const boot = bootServer && new BootView({ api, server: bootServer, object: () => store.current, hostOf });
  const machines = createMachines({
    clock: steady,
    bmcOf: (uuid) => bmcs.of(known(uuid)),
    firmwareOf: (uuid) => bmcs.firmwareOf(known(uuid)),
    // While planning there is no run yet, and what the drive tells is wanted of all.
    needsMedia: (uuid) => readState(store.current)?.hosts.find((host) => host.uuid === uuid)?.bootMethod !== 'PXE',
    settingsOf: (uuid) => bmcs.settingsOf(known(uuid)),
    reopen: (uuid) => bmcs.reopen(known(uuid)),
    expectedOf,
    media: boot,
    offers: boot && (() => boot.offers()),
    imageScheme: () => boot?.imageScheme(),
    installer: (uuid) => boot?.seen(uuid) ?? Promise.resolve(unknown('no boot server tells')),
  });
  return { bmcs, machines, boot };
}

/** @throws Error for a host that is none of the run: a defect of whoever asks */
function rememberedIn(store: ObjectStore): (uuid: string) => HostState {
  return (uuid) => {
    const host = readState(store.current)?.hosts.find((entry) => entry.uuid === uuid);
    if (host === undefined) throw new Error(`a machine was asked for that is none of the run: ${uuid}`);
    return host;
  };
}

const noDriver: OpenBmc = () => {
  throw new BmcError('Unsupported', 'open', 'this program speaks to no BMC');
};

/** @throws XapiError `Credentials` naming Secret and key, never their values; KubeError when the cluster does not answer */
async function credentials(api: KubernetesApi, { metadata, spec }: PoolUpgrade): Promise<{ username: string; password: string }> {
  const { name } = spec.pool.credentialsRef;
  const read = async (key: string): Promise<string> => {
    const found = await readSecretKey(api, metadata.namespace ?? 'default', name, key);
    if ('value' in found) return found.value;
    const text = `spec.pool.credentialsRef: ${found.missing}; it needs the keys username and password`;
    throw new XapiError({ kind: 'Credentials', text, maybeDelivered: false });
  };
  return { username: await read('username'), password: await read('password') };
}

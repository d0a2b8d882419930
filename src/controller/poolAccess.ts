// Access to one pool for one object: client, cache, eyes, hands and claim, made from the object's own spec and Secret.
import type { Clock } from '../foundation/clock';
import type { Log } from '../foundation/log';
import type { PoolUpgrade } from '../api/generated/poolUpgrade';
import { type KubernetesApi, type KubeObject, SECRETS } from '../kubernetes/api';
import type { ClaimPort, ObserverPort, PoolPort, StorePort } from '../upgrade/ports';
import { createPoolCache } from '../xenapi/createPoolCache';
import { createXapiClient } from '../xenapi/poolClient';
import type { Dialect } from '../xenapi/codec/codec';
import { XapiError } from '../xenapi/error';
import type { XapiTransport } from '../xenapi/transport';
import { createClaim } from './claim';
import { createObserver } from './pool/observer';
import { createVerbs } from './pool/verbs';
import { findBackup } from './store/backup';
import type { ObjectStore } from './store/objectStore';
import { createStorePort } from './store/storePort';

export interface PoolAccess {
  readonly observer: ObserverPort;
  readonly verbs: PoolPort;
  readonly claim: ClaimPort;
  readonly store: StorePort;
  /** Ends the session. */
  close(): Promise<void>;
}

export interface AccessParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly api: KubernetesApi;
  readonly transport: XapiTransport;
  readonly dialect: Dialect;
  /** Who this process is: names the holder of leases. */
  readonly identity: string;
}

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export function createPoolAccess(parts: AccessParts, store: ObjectStore): PoolAccess {
  const { clock, log, api, transport, dialect } = parts;
  const object = store.current;
  const claim = createClaim({ clock, log, api, identity: parts.identity, store, logout: (uuid) => client.logoutByUuid(uuid) });
  const client = createXapiClient({
    transport,
    clock,
    log,
    dialect,
    endpoints: object.spec.pool.endpoints,
    credentials: () => credentials(api, store.current),
    originator: `xenpool/${object.metadata.uid ?? object.metadata.name}`,
    onLogin: (uuid) => claim.announceSession(uuid),
  });
  const cache = createPoolCache({ client, clock, log });
  return {
    observer: createObserver({ client, cache, clock, backup: () => findBackup(api, store) }),
    verbs: createVerbs({ client, cache, clock }),
    claim,
    store: createStorePort({ api, store, client, cache }),
    close: () => client.logout(),
  };
}

/** @throws XapiError `Credentials` naming Secret and key, never their values */
async function credentials(api: KubernetesApi, object: PoolUpgrade): Promise<{ username: string; password: string }> {
  const name = object.spec.pool.credentialsRef.name;
  const secret = await api.get<Secret>(SECRETS, object.metadata.namespace ?? 'default', name).catch(() => undefined);
  const read = (key: string): string => {
    const value = secret?.data?.[key];
    if (value !== undefined) return Buffer.from(value, 'base64').toString('utf8');
    const text = secret === undefined ? `Secret ${name} cannot be read` : `Secret ${name} has no key ${key}`;
    throw new XapiError({ kind: 'Credentials', text: `${text}; it needs the keys username and password`, maybeDelivered: false });
  };
  return { username: read('username'), password: read('password') };
}

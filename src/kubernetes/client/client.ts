// The seam to Kubernetes over a real API server: requests of our own on kept connections, with what a kubeconfig says about server and credentials. It tries
// nothing twice but what certainly was not carried out for want of valid credentials, or only reads; patience is the caller's.
import { Aborted, type Clock, deadline, orAborted } from '../../foundation/clock';
import {
  KubeError,
  type KubeObject,
  type KubernetesApi,
  type ListOptions,
  type MergePatch,
  type ObjectList,
  type Resource,
  type Shape,
  type Subresource,
  type WatchEvent,
  type WatchOptions,
} from '../api';
import { Connections } from './connections';
import type { Credentials, CredentialSource } from './credentials';
import { open, parsed, readAll, type Request } from './exchange';
import { garbled, givenUp } from './failure';
import { about, listQuery, pathOf, watchQuery } from './paths';
import { eventsOf } from './watchStream';

export interface ClientOptions {
  readonly credentials: CredentialSource;
  /** Real time, whatever clock the work follows: a request takes as long as it takes. */
  readonly clock: Clock;
  /** `xenpool-operator/1.2.3`: how audit logs and flow schemas know us. */
  readonly userAgent: string;
  /** Milliseconds for a call until its answer is whole. Default 15,000. */
  readonly callMs?: number;
  /** The same for calls about leases; half of the time in which a leader must renew. Default 5,000. */
  readonly leaseMs?: number;
  /** Calls at once; others wait for a connection. Default 16. */
  readonly connections?: number;
  /** Bytes of an answer, more is `TooLarge`. Default 64 MiB: a page of 100 objects of the largest size met is a fiftieth. */
  readonly mostBytes?: number;
}

export interface KubernetesClient {
  readonly api: KubernetesApi;
  /** The same API for leases: on connections that no burst of calls can fill, and sooner out of patience. */
  readonly leases: KubernetesApi;
  /** Breaks all connections; calls under way reject. */
  close(): void;
}

/** Connects when first asked to. */
export function createKubernetesClient(options: ClientOptions): KubernetesClient {
  const { credentials, clock, userAgent, connections = 16, mostBytes = 64 * 1024 ** 2 } = options;
  const short = new Connections(connections);
  // One a watch and one a lease: as many as there are, which are few and never wait.
  const long = new Connections(Infinity);
  const parts = { credentials, clock, userAgent, mostBytes, long };
  return {
    api: new RealApi({ ...parts, calls: short, callMs: options.callMs ?? 15_000 }),
    leases: new RealApi({ ...parts, calls: long, callMs: options.leaseMs ?? 5_000 }),
    close: () => [short, long].forEach((one) => one.close()),
  };
}

interface Parts {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly mostBytes: number;
  readonly calls: Connections;
  readonly long: Connections;
  readonly callMs: number;
}

interface RawList<T> {
  readonly items?: readonly T[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

class RealApi implements KubernetesApi {
  constructor(private readonly parts: Parts) {}

  get<T extends KubeObject>(resource: Resource, namespace: string, name: string): Promise<T> {
    return this.call<T>({ method: 'GET', path: pathOf(resource, namespace, name), ...about('get', resource, namespace, name) });
  }

  async list<T extends KubeObject>(resource: Resource, namespace?: string, options: ListOptions = {}): Promise<ObjectList<T>> {
    const asked = about('list', resource, namespace);
    const path = pathOf(resource, namespace) + listQuery(options);
    const request: Request = { method: 'GET', path, ...acceptOf(options, 'PartialObjectMetadataList'), ...asked };
    const { items, metadata } = await this.call<RawList<T>>(request, options.signal);
    // An empty list of metadata has null for items.
    const all = items === null ? [] : items;
    if (!Array.isArray(all) || metadata?.resourceVersion === undefined) throw garbled(asked, 'the answer is no list');
    const rest = metadata.continue ?? '';
    return {
      items: (all as readonly T[]).map((item) => typed(resource, item)),
      resourceVersion: metadata.resourceVersion,
      ...(rest === '' ? {} : { continue: rest }),
    };
  }

  create<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    const { namespace, name } = object.metadata;
    const asked = about('create', resource, namespace, name);
    return this.call<T>({ method: 'POST', path: pathOf(resource, namespace), body: JSON.stringify(object), ...asked });
  }

  replace<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.put(resource, object);
  }

  replaceStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.put(resource, object, 'status');
  }

  patch<T extends KubeObject>(
    resource: Resource,
    namespace: string,
    name: string,
    patch: MergePatch,
    subresource?: Subresource,
  ): Promise<T> {
    return this.call<T>({
      method: 'PATCH',
      path: pathOf(resource, namespace, name, ...(subresource === undefined ? [] : [subresource])),
      body: JSON.stringify(patch),
      contentType: 'application/merge-patch+json',
      ...about('patch', resource, namespace, name, subresource),
    });
  }

  async delete(resource: Resource, namespace: string, name: string): Promise<void> {
    const asked = about('delete', resource, namespace, name);
    await this.call({ method: 'DELETE', path: pathOf(resource, namespace, name), ...asked });
  }

  async *watch<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
    options: WatchOptions = {},
  ): AsyncIterable<WatchEvent<T>> {
    const asked = about('watch', resource, namespace);
    const path = pathOf(resource, namespace) + watchQuery(resourceVersion, options);
    try {
      const accept = acceptOf(options, 'PartialObjectMetadata');
      const answer = await this.open({ method: 'GET', path, ...accept, ...asked }, this.parts.long, signal);
      yield* eventsOf<T>(answer, asked, signal);
    } catch (error) {
      // Whoever leaves is not told why it ended.
      if (!signal.aborted) throw error;
    }
  }

  private put<T extends KubeObject>(resource: Resource, object: T, subresource?: Subresource): Promise<T> {
    const { namespace, name } = object.metadata;
    const path = pathOf(resource, namespace, name, ...(subresource === undefined ? [] : [subresource]));
    return this.call<T>({
      method: 'PUT',
      // A server would quietly drop what its schema lacks. A status is memory, and must be kept whole or not at all.
      path: subresource === 'status' ? `${path}?fieldValidation=Strict` : path,
      body: JSON.stringify(object),
      ...about('update', resource, namespace, name, subresource),
    });
  }

  private async call<T>(request: Request, parent?: AbortSignal): Promise<T> {
    const { clock, callMs, calls, mostBytes } = this.parts;
    const { signal, dispose } = deadline(clock, callMs, parent);
    try {
      const answer = await this.open(request, calls, signal);
      return parsed<T>(request, await readAll(answer, request, signal, mostBytes));
    } finally {
      dispose();
    }
  }

  /** What one side refused for the other's credentials was not carried out, so it goes out once more with what is read afresh. */
  private async open(request: Request, connections: Connections, signal: AbortSignal): ReturnType<typeof open> {
    const { credentials, userAgent } = this.parts;
    const used = await within(credentials.current(), request, signal);
    try {
      return await open(request, { credentials: used, agent: connections.agentFor(used), userAgent, signal });
    } catch (error) {
      if (!(error instanceof KubeError) || (error.kind !== 'Unauthorised' && error.kind !== 'Untrusted')) throw error;
      const other = await within(credentials.renewed(used), request, signal);
      return open(request, { credentials: other, agent: connections.agentFor(other), userAgent, signal });
    }
  }
}

function acceptOf({ metadataOnly }: Shape, as: string): Pick<Request, 'accept'> {
  return metadataOnly === true ? { accept: `application/json;as=${as};g=meta.k8s.io;v=v1` } : {};
}

/** The items of a list of a built-in resource do not say what they are. */
function typed<T extends KubeObject>({ group, version, kind }: Resource, item: T): T {
  return item.kind === undefined ? { ...item, apiVersion: group === '' ? version : `${group}/${version}`, kind } : item;
}

async function within(credentials: Promise<Credentials>, request: Request, signal: AbortSignal): Promise<Credentials> {
  try {
    return await orAborted(credentials, signal);
  } catch (error) {
    throw error instanceof Aborted ? givenUp(request, signal.reason, false) : error;
  }
}

// The API without its sockets: a request in, an answer out. Everything a client can ask goes through `answer`, in the order a real server takes: who, may they,
// what is there, what do they want.
import { KubeError, type KubeObject } from '../../kubernetes/api';
import { isStruct, type Struct } from '../schema/schema';
import { ApiError, badRequest, noSuchPath, statusOf } from '../status';
import { accessReview, authorize, authorizePath, identify, type Identity } from './authorization';
import { readBody, patchKindOf } from './bodies';
import { aggregated, coreVersions, groupList, groupOf, resourceList } from './discovery';
import type { Deletion } from './lifecycle';
import { formOf, type Form } from './mediaTypes';
import { openApiV2, openApiV3, openApiV3Index } from './openapi';
import { Reader } from './reader';
import { isTrue, targetOf, writeOptions, type Target } from './requests';
import { table, type RowObject } from './tables';
import { Watcher, type WatchEvent } from './watcher';
import type { World } from './world';
import { Writer } from './writer';
import type { ApiRequest } from './apiRequest';
import { RequestCounts } from './requestCounts';

export interface ApiAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: { readonly text: string } | { readonly events: AsyncIterable<object> };
}

export interface ApiOptions {
  readonly world: World;
  readonly tokens: ReadonlyMap<string, Identity>;
}

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
};

export class Api {
  private readonly reader: Reader;
  private readonly writer: Writer;
  private readonly watcher: Watcher;
  private readonly counts = new RequestCounts();

  constructor(private readonly options: ApiOptions) {
    this.reader = new Reader(options.world);
    this.writer = new Writer(options.world);
    this.watcher = new Watcher(options.world, this.reader);
  }

  /** Never throws for what a client did wrong. */
  answer(request: ApiRequest): ApiAnswer {
    try {
      return this.routed(request);
    } catch (error) {
      if (error instanceof ApiError) return json(error.code, statusOf(error));
      if (error instanceof KubeError) return json(500, statusOf(new ApiError(error.kind, 500, undefined, error.message)));
      throw error;
    }
  }

  private routed(request: ApiRequest): ApiAnswer {
    const identity = identify(request.headers['authorization'], this.options.tokens);
    const url = new URL(request.url, 'https://server');
    const { types } = this.options.world;
    const target = targetOf(url.pathname, types);
    if (target !== undefined) return this.resource(target, url.searchParams, request, identity);
    if (url.pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' && request.method === 'POST')
      return json(201, accessReview(identity, readBody(request) as Struct));
    authorizePath(identity, url.pathname, request.method.toLowerCase());
    const found = this.document(url.pathname, request);
    if (found === undefined) throw noSuchPath();
    return found;
  }

  private document(path: string, { headers }: ApiRequest): ApiAnswer | undefined {
    const { types } = this.options.world;
    const [, root = '', ...rest] = path.replace(/\/$/, '').split('/');
    if (['healthz', 'readyz', 'livez'].includes(root)) return plain('ok');
    if (root === 'metrics') return plain(this.counts.text());
    if (root === 'version') return json(200, VERSION);
    if (root === 'openapi') return found(openApi(rest, types));
    if (root !== 'api' && root !== 'apis') return undefined;
    if (rest.length > 0) return found(groupDocument(types, root === 'api' ? ['', ...rest] : rest));
    return discovery(types, root === 'api', headers);
  }

  private resource(target: Target, query: URLSearchParams, request: ApiRequest, identity: Identity): ApiAnswer {
    const { type, namespace, name, subresource } = target;
    const watching = isTrue(query, 'watch');
    const verb = verbOf(request.method, name, watching);
    const place = type.storage === 'namespaces' ? name : namespace;
    const resource = subresource === '' ? type.plural : `${type.plural}/${subresource}`;
    const asked = {
      ...{ verb: verb.toUpperCase(), group: type.group, version: type.version },
      resource: type.plural,
      subresource,
    };
    try {
      authorize(identity, { verb, group: type.group, resource, namespace: place, name });
      const answer = this.carriedOut(verb, target, query, request);
      this.counts.add({ ...asked, code: answer.code });
      return answer;
    } catch (error) {
      if (error instanceof ApiError) this.counts.add({ ...asked, code: error.code });
      throw error;
    }
  }

  private carriedOut(verb: string, target: Target, query: URLSearchParams, request: ApiRequest): ApiAnswer {
    switch (verb) {
      case 'watch':
        return this.watch(target, query, request);
      case 'get':
        return this.presented(target, this.reader.get(target), request, query);
      case 'list':
        return this.list(target, query, request);
      case 'delete':
      case 'deletecollection':
        return this.delete(target, query, request, verb);
      default:
        return this.write(target, query, request, verb);
    }
  }

  private list(target: Target, query: URLSearchParams, request: ApiRequest): ApiAnswer {
    const { objects, metadata } = this.reader.list(target, query);
    const form = formOf(request.headers['accept']);
    if (form === 'table') return json(200, table(target.type, objects, metadata, this.tableOptions(query)));
    const { group, version, listKind } = target.type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    if (form !== 'metadata') return json(200, { apiVersion, items: objects, kind: listKind, metadata });
    // As the real server writes it: an empty list of this form is null.
    const items = objects.length === 0 ? null : objects.map(partial);
    return json(200, { apiVersion: 'meta.k8s.io/v1', items, kind: 'PartialObjectMetadataList', metadata });
  }

  private watch(target: Target, query: URLSearchParams, request: ApiRequest): ApiAnswer {
    const form = formOf(request.headers['accept']);
    const events = this.watcher.open(target, query, request.signal);
    return {
      code: 200,
      headers: { 'content-type': 'application/json' },
      body: { events: this.formed(events, target, form, query) },
    };
  }

  private async *formed(
    events: AsyncIterable<WatchEvent>,
    target: Target,
    form: Form,
    query: URLSearchParams,
  ): AsyncIterable<object> {
    for await (const event of events)
      yield event.type === 'ERROR' ? event : { ...event, object: this.shaped(event, target, form, query) };
  }

  private shaped({ type, object }: WatchEvent, target: Target, form: Form, query: URLSearchParams): object {
    const whole = object as KubeObject;
    const { metadata } = whole;
    if (form === 'metadata') return partial(whole);
    if (form !== 'table') return object;
    const { resourceVersion } = metadata;
    return table(target.type, type === 'BOOKMARK' ? [] : [whole], { resourceVersion }, this.tableOptions(query));
  }

  private write(target: Target, query: URLSearchParams, request: ApiRequest, verb: string): ApiAnswer {
    const options = writeOptions(query, request.headers['user-agent'] ?? '');
    const kind = verb === 'patch' ? patchKindOf(request, target.type) : undefined;
    const body = readBody(request);
    if (kind !== 'json' && !isStruct(body)) throw badRequest('the body of the request must be an object');
    const written =
      kind !== undefined
        ? this.writer.patch(target, body, kind, options)
        : verb === 'create'
          ? this.writer.create(target, body as Struct, options)
          : this.writer.update(target, body as Struct, options);
    const answer = this.presented(target, written.object, request, query, written.created ? 201 : 200);
    const warnings = written.warnings.map((text) => `299 - ${JSON.stringify(text)}`);
    return warnings.length === 0 ? answer : { ...answer, headers: { ...answer.headers, warning: warnings } };
  }

  private delete(target: Target, query: URLSearchParams, request: ApiRequest, verb: string): ApiAnswer {
    const body = request.body === '' ? {} : (readBody(request) as Struct);
    const deletion = deletionOf(body, query);
    if (verb === 'delete') return json(200, this.writer.delete(target, deletion));
    const objects = this.reader.select(target, query);
    for (const { metadata } of objects)
      this.writer.delete({ ...target, namespace: metadata.namespace ?? '', name: metadata.name }, deletion);
    const { group, version, listKind } = target.type;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return json(200, {
      apiVersion,
      items: objects,
      kind: listKind,
      metadata: { resourceVersion: String(this.options.world.objects.version) },
    });
  }

  private presented(target: Target, object: object, request: ApiRequest, query: URLSearchParams, code = 200): ApiAnswer {
    const whole = object as KubeObject;
    const form = formOf(request.headers['accept']);
    if (form === 'metadata') return json(code, partial(whole));
    if (form !== 'table') return json(code, object);
    const { resourceVersion } = whole.metadata;
    return json(code, table(target.type, [whole], { resourceVersion }, this.tableOptions(query)));
  }

  private tableOptions(query: URLSearchParams): { readonly include: RowObject; readonly now: number } {
    return { include: (query.get('includeObject') as RowObject | null) ?? 'Metadata', now: this.options.world.clock.now() };
  }
}

function partial(object: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function discovery(types: World['types'], core: boolean, headers: ApiRequest['headers']): ApiAnswer {
  if (formOf(headers['accept']) === 'aggregated') return aggregatedJson(aggregated(types, core));
  return json(200, core ? coreVersions(headers['host'] ?? '') : groupList(types));
}

function groupDocument(types: World['types'], [group = '', version, more]: readonly string[]): object | undefined {
  if (more !== undefined) return undefined;
  return version === undefined ? groupOf(types, group) : resourceList(types, { group, version });
}

function openApi([version, ...rest]: readonly string[], types: World['types']): object | undefined {
  if (version === 'v2') return openApiV2(types);
  if (version !== 'v3') return undefined;
  return rest.length === 0 ? openApiV3Index(types) : openApiV3(types, rest.join('/'));
}

function deletionOf(body: Struct, query: URLSearchParams): Deletion {
  const { uid, resourceVersion } = (body['preconditions'] ?? {}) as { uid?: string; resourceVersion?: string };
  const dryRun = [...query.getAll('dryRun'), ...((body['dryRun'] as string[] | undefined) ?? [])].includes('All');
  const propagation = String(body['propagationPolicy'] ?? query.get('propagationPolicy') ?? '');
  return {
    dryRun,
    propagation: body['orphanDependents'] === true ? 'Orphan' : propagation,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function verbOf(method: string, name: string, watching: boolean): string {
  const single = name !== '';
  const verbs: Readonly<Record<string, string | undefined>> = {
    GET: watching ? 'watch' : single ? 'get' : 'list',
    POST: single ? undefined : 'create',
    PUT: single ? 'update' : undefined,
    PATCH: single ? 'patch' : undefined,
    DELETE: single ? 'delete' : 'deletecollection',
  };
  const verb = verbs[method];
  if (verb === undefined)
    throw new ApiError('Invalid', 405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  return verb;
}

function json(code: number, body: object): ApiAnswer {
  return { code, headers: { 'content-type': 'application/json' }, body: { text: JSON.stringify(body) } };
}

function aggregatedJson(body: object): ApiAnswer {
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return { ...json(200, body), headers: { 'content-type': type } };
}

function plain(text: string): ApiAnswer {
  return { code: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: { text } };
}

function found(document: object | undefined): ApiAnswer | undefined {
  return document === undefined ? undefined : json(200, document);
}

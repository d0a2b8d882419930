// Lists: narrowed by selectors, cut into pages. The pages of one list show one moment: what was found is kept for its later pages, a few lists long, and who
// comes too late for a page begins again.
import type { KubeObject } from '../../kubernetes/api';
import type { Struct } from '../schema/schema';
import { ApiError, badRequest, expired, noSuchPath, notFound } from '../status';
import { isTrue, numberIn, type Target } from './requests';
import type { ResourceType } from './resourceTypes';
import { fieldSelector, labelSelector, type Selects } from './selectors';
import type { World } from './world';

/** Lists whose later pages can still be had. */
const OPEN_LISTS = 32;

export interface Page {
  readonly objects: readonly KubeObject[];
  readonly metadata: Struct;
}

interface OpenList {
  readonly version: string;
  readonly objects: readonly KubeObject[];
}

export class Reader {
  private readonly open = new Map<string, OpenList>();
  private opened = 0;

  constructor(private readonly world: World) {}

  get({ type, namespace, name, subresource }: Target): KubeObject {
    if (subresource !== '' && subresource !== 'status') throw noSuchPath();
    const found = this.world.find(type, namespace, name);
    if (found === undefined) throw notFound(type, name);
    return viewed(type, found);
  }

  list(target: Target, query: URLSearchParams): Page {
    const limit = numberIn(query, 'limit') ?? 0;
    const token = query.get('continue') ?? '';
    const version = numberIn(query, 'resourceVersion') ?? 0;
    if (version > this.world.objects.version) throw tooLarge(version, this.world.objects.version);
    if (isTrue(query, 'sendInitialEvents')) throw badRequest('sendInitialEvents is forbidden for list');
    if (token !== '') return this.further(token, limit);
    const objects = this.select(target, query);
    return this.page({ version: String(this.world.objects.version), objects }, 0, limit);
  }

  select(target: Target, query: URLSearchParams): readonly KubeObject[] {
    const selects = selector(target, query);
    const all = this.world.objects.all(target.type.storage, target.namespace === '' ? undefined : target.namespace);
    return all.map(({ object }) => viewed(target.type, object)).filter(selects);
  }

  private page(list: OpenList, from: number, limit: number, key?: string): Page {
    const objects = list.objects.slice(from, limit === 0 ? undefined : from + limit);
    const left = list.objects.length - from - objects.length;
    if (left === 0) return { objects, metadata: { resourceVersion: list.version } };
    const name = key ?? this.keep(list);
    const token = Buffer.from(`${name}:${from + objects.length}`).toString('base64url');
    return { objects, metadata: { resourceVersion: list.version, continue: token, remainingItemCount: left } };
  }

  private keep(list: OpenList): string {
    const key = `list-${(this.opened += 1)}`;
    this.open.set(key, list);
    const [oldest] = this.open.keys();
    if (this.open.size > OPEN_LISTS && oldest !== undefined) this.open.delete(oldest);
    return key;
  }

  private further(token: string, limit: number): Page {
    const [key = '', from = ''] = Buffer.from(token, 'base64url').toString().split(':');
    if (!/^list-\d+$/.test(key) || !/^\d+$/.test(from)) throw badRequest('continue key is not valid');
    const list = this.open.get(key);
    if (list === undefined)
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      );
    return this.page(list, Number(from), limit, key);
  }
}

/** An object as it is shown: in the form of the group it was asked of, with defaults that came to be after it was stored. */
export function viewed(type: ResourceType, object: KubeObject): KubeObject {
  if (type.view !== undefined) return type.view.fromStored(object as unknown as Struct) as unknown as KubeObject;
  return type.custom ? (type.judge.defaulted(object as unknown as Struct) as unknown as KubeObject) : object;
}

/** @throws ApiError 400 for selectors that are none */
export function selector({ type, name }: Target, query: URLSearchParams): Selects {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '', type);
  return (object) => (name === '' || object.metadata.name === name) && labels(object) && fields(object);
}

export function tooLarge(version: number, current: number): ApiError {
  const message = `Too large resource version: ${version}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new ApiError('TimedOut', 504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
